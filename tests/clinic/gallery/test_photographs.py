"""Photographs as they are stored: whole, sealed, once, with a day that can be."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import uuid
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings
from PIL import Image

from dermograph.clinic import facts
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery import selectors
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.services import add_photograph, ask_for_comparison, correct_photograph, draw_outline
from dermograph.clinic.people.models import Area, Course, Membership
from dermograph.clinic.vault import seal, store
from dermograph.core.errors import InputError
from tests.clinic.gallery.photos import (
    DAY,
    Added,
    added,
    consent,
    judged,
    outlined,
    picture,
    with_exif,
)

__all__ = ["added", "consent"]


def stored_files() -> set[Path]:
    root: Path = settings.DATA.path / "files"
    return {path for path in root.rglob("*") if path.is_file()}


def test_the_original_is_kept_byte_for_byte_with_two_smaller_copies(added: Added, course: Course) -> None:
    data = picture(size=(2400, 1800))
    row = added(data)
    assert store.get(course.patient, row.file) == data
    assert row.sha256 == hashlib.sha256(data).hexdigest()
    assert (row.width, row.height, row.bytes, row.kind) == (2400, 1800, len(data), "image/jpeg")
    for name, longest in ((row.preview, 1600), (row.thumbnail, 320)):
        with Image.open(io.BytesIO(store.get(course.patient, name))) as copy:
            assert (copy.format, max(copy.size)) == ("JPEG", longest)
    assert (row.stage, row.usable, row.findings) == (Stage.WAITING, None, {})
    assert AuditEntry.objects.get(action="photograph.added").about == row.pk


def test_no_plain_bytes_of_a_photograph_lie_in_the_data_folder(added: Added) -> None:
    before = stored_files()
    row = added(with_exif(picture(7, size=(900, 700)), "2026:03:02 10:00:00"), None)
    new = stored_files() - before
    assert len(new) == 3
    for path in settings.DATA.path.rglob("*"):
        if path.is_file() and path.suffix not in (".sqlite3", ".sqlite3-wal"):
            data = path.read_bytes()
            assert not data.startswith((b"\xff\xd8\xff", b"\x89PNG"))
            assert b"JFIF" not in data
            assert b"Synthetic" not in data
            assert row.name.encode() not in data


def test_after_the_key_is_destroyed_the_photographs_are_unreadable(added: Added, course: Course) -> None:
    row = added()
    seal.destroy_key(course.patient)
    for name in (row.file, row.preview, row.thumbnail):
        with pytest.raises(seal.Erased):
            store.get(course.patient, name)
    with pytest.raises(seal.Erased):
        added(picture(3))
    assert Photograph.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "expected"), [(".png", "image/png"), (".webp", "image/webp"), (".tiff", "image/tiff")]
)
def test_the_content_decides_the_kind_whatever_the_name_says(added: Added, kind: str, expected: str) -> None:
    assert added(picture(1, kind), name="photo.jpg").kind == expected


def test_a_turned_photograph_is_shown_upright_without_metadata(added: Added, course: Course) -> None:
    row = added(with_exif(picture(2), "2026:03:02 10:00:00", orientation=6), None)
    assert (row.width, row.height) == (200, 300)
    preview = store.get(course.patient, row.preview)
    assert b"Exif" not in preview
    assert b"Synthetic" not in preview


def test_the_camera_proposes_the_day_and_a_person_may_say_otherwise(added: Added) -> None:
    data = with_exif(picture(4), "2026:02:11 09:30:00")
    by_camera = added(data, None)
    assert (by_camera.taken_on, by_camera.camera_day) == (dt.date(2026, 2, 11),) * 2
    by_hand = added(with_exif(picture(5), "2026:02:11 09:30:00"), DAY)
    assert (by_hand.taken_on, by_hand.camera_day) == (DAY, dt.date(2026, 2, 11))


def test_a_photograph_without_any_day_asks_for_it_and_is_not_stored(added: Added) -> None:
    before = stored_files()
    with pytest.raises(InputError, match="does not say when"):
        added(picture(), None)
    assert stored_files() == before


@pytest.mark.parametrize("days", [1, 400])
def test_a_day_in_the_future_is_refused(added: Added, course: Course, days: int) -> None:
    with pytest.raises(InputError, match="has not come yet"):
        added(on=facts.today(course) + dt.timedelta(days=days))


def test_today_is_the_clinics_own_day(added: Added, course: Course) -> None:
    assert added(on=facts.today(course)).taken_on == facts.today(course)


def test_a_day_before_the_birth_is_refused_also_when_the_camera_says_it(added: Added) -> None:
    with pytest.raises(InputError, match="not born yet"):
        added(on=dt.date(1980, 1, 1))
    with pytest.raises(InputError, match="not born yet"):
        added(with_exif(picture(), "1980:01:01 00:00:00"), None)


def test_the_same_file_is_not_stored_twice_in_a_course(added: Added) -> None:
    first = added(picture(1))
    before = stored_files()
    assert added(picture(1), on=DAY + dt.timedelta(days=9)) == first
    assert stored_files() == before
    assert Photograph.objects.count() == 1


def test_the_same_file_may_belong_to_another_course(added: Added, course: Course) -> None:
    area = Area.objects.create(patient=course.patient, name="arm", view="front")
    other = Course.objects.create(clinic=course.clinic, patient=course.patient, area=area, treatment="scalp")
    with pytest.raises(InputError, match="No consent stands"):
        added(picture(1), course=other)


def test_a_form_that_is_sent_again_writes_nothing_twice(added: Added) -> None:
    entry = uuid.uuid4()
    assert added(picture(1), entry=entry) == added(picture(1), entry=entry)
    with pytest.raises(InputError, match="used already"):
        added(picture(2), entry=entry)
    assert Photograph.objects.count() == 1


def test_without_consent_nothing_is_stored(course: Course, practitioner: Membership) -> None:
    before = stored_files()
    with pytest.raises(InputError, match="No consent stands"):
        add_photograph(
            course=course, data=picture(), name="a.jpg", who=practitioner.user, entry=uuid.uuid4(), taken_on=DAY
        )
    assert stored_files() == before


def test_a_full_disk_leaves_neither_row_nor_file(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    before, seen = stored_files(), []
    real = os.fsync

    def full_at_the_second(handle: int) -> None:
        seen.append(handle)
        if len(seen) > 2:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    with pytest.raises(InputError, match="disk is full"):
        added(picture(1))
    assert stored_files() == before
    assert Photograph.objects.count() == 0


HOSTILE = {
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "empty": b"",
    "zeros": bytes(5000),
    "text": b"hello" * 500,
    "pdf": b"%PDF-1.7\n" + bytes(500),
    "zip": b"PK\x03\x04" + bytes(500),
    "gif": b"GIF89a" + bytes(500),
    "exe": b"MZ" + bytes(500),
    "heif without anything": b"\x00\x00\x00\x18ftypheic" + bytes(200),
    "jpeg cut short": picture(1, size=(800, 600))[:20_000],
    "jpeg with an archive": picture(1) + b"PK\x03\x04" + bytes(80) + b"PK\x05\x06" + bytes(18),
    "jpeg with a page": picture(1) + b"<html><body onload=alert(1)>",
    "jpeg with a document": b"\xff\xd8\xff\xfe\x00\x20%PDF-1.4 obj" + bytes(16) + picture(1)[2:],
    "jpeg with php": picture(1) + b"<?php system($_GET[0]);",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_photograph_is_refused_in_words_and_not_stored(added: Added, what: str) -> None:
    before = stored_files()
    with pytest.raises(InputError) as refused:
        added(HOSTILE[what], name="photo.jpg")
    assert refused.value.what.en
    assert refused.value.what.es
    assert stored_files() == before


def test_a_bomb_is_refused_by_its_header(added: Added) -> None:
    out = io.BytesIO()
    Image.new("L", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(InputError, match="million pixels"):
        added(out.getvalue())


def test_a_tiny_picture_is_no_photograph_of_skin(added: Added) -> None:
    with pytest.raises(InputError, match="pixels"):
        added(cv2.imencode(".png", np.full((20, 20, 3), 128, np.uint8))[1].tobytes())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\x\\skin.jpg", "skin.jpg"),
        ("a\0b\n.jpg", "a·b·.jpg"),
        ("", "photograph"),
        ("…", "…"),
        ("x" * 400 + ".jpg", "x" * 195 + "….jpg"),
    ],
)
def test_a_files_name_leads_nowhere(added: Added, given: str, kept: str) -> None:
    row = added(name=given)
    assert row.name == kept
    assert len(row.name) <= 200


def test_a_correction_stands_beside_what_it_corrects(added: Added, practitioner: Membership) -> None:
    old = judged(added(picture(1)))
    new = correct_photograph(
        photograph=old,
        taken_on=DAY - dt.timedelta(days=3),
        note="by the file",
        reason="wrong clock",
        who=practitioner.user,
        entry=uuid.uuid4(),
    )
    assert [new] == list(selectors.photographs(old.course))
    assert (new.sha256, new.file, new.usable) == (old.sha256, old.file, True)
    assert not Photograph.objects.get(pk=old.pk).stands


def test_a_correction_needs_a_reason_and_a_possible_day(added: Added, practitioner: Membership) -> None:
    old = added()
    given: Any = {"who": practitioner.user, "entry": uuid.uuid4()}
    with pytest.raises(InputError, match="why"):
        correct_photograph(photograph=old, taken_on=DAY, reason=" ", **given)
    with pytest.raises(InputError, match="not come"):
        correct_photograph(photograph=old, taken_on=dt.date(2999, 1, 1), reason="x", **given)
    assert Photograph.objects.get(pk=old.pk).stands


def test_the_later_of_two_corrections_is_told_who_was_first(
    added: Added, practitioner: Membership, lead: Membership
) -> None:
    old = added()
    correct_photograph(photograph=old, taken_on=DAY, reason="first", who=lead.user, entry=uuid.uuid4())
    with pytest.raises(InputError, match="Teresa Mora changed it meanwhile"):
        correct_photograph(photograph=old, taken_on=DAY, reason="second", who=practitioner.user, entry=uuid.uuid4())


def test_comparisons_follow_a_corrected_photograph_with_their_figures(
    added: Added, practitioner: Membership, course: Course
) -> None:
    before, after = judged(added(picture(1))), judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    [made] = Comparison.objects.all()
    result: dict[str, Any] = {"measures": [], "verdict": "not_comparable", "reason": None}
    Comparison.objects.filter(pk=made.pk).update(stage="done", result=result)
    new = correct_photograph(
        photograph=after,
        taken_on=DAY + dt.timedelta(days=50),
        reason="clock",
        who=practitioner.user,
        entry=uuid.uuid4(),
    )
    [standing] = Comparison.objects.all().standing()
    assert (standing.after, standing.before, standing.result, standing.stage) == (new, before, result, Stage.DONE)
    assert [one.after.taken_on for one in facts.comparisons(course)] == [new.taken_on]


def test_a_photograph_that_was_taken_out_gives_no_figure_any_more(
    added: Added, practitioner: Membership, course: Course
) -> None:
    before, after = judged(added(picture(1))), judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    Comparison.objects.update(stage="done", result={"measures": [], "verdict": "improved", "reason": None})
    out = correct_photograph(
        photograph=after,
        taken_on=after.taken_on,
        reason="another person",
        withdrawn=True,
        who=practitioner.user,
        entry=uuid.uuid4(),
    )
    assert facts.comparisons(course) == []
    assert selectors.visits(course) == ()
    back = added(picture(2), DAY + dt.timedelta(days=41))
    assert back.supersedes == out
    assert [visit.photograph for visit in selectors.visits(course)] == [back]


def test_the_oldest_usable_photograph_is_the_baseline(added: Added, course: Course) -> None:
    blurred = judged(added(picture(1), DAY), usable=False)
    unknown = added(picture(2), DAY + dt.timedelta(days=1))
    assert selectors.baseline(course) is None
    second = judged(added(picture(3), DAY + dt.timedelta(days=30)))
    first = judged(added(picture(4), DAY + dt.timedelta(days=10)))
    found = selectors.album(course)
    assert found.baseline == first
    assert found.earlier == (blurred, unknown)
    assert [(visit.number, visit.photograph) for visit in found.visits] == [(1, second)]


def test_an_outline_is_held_to_the_rules_of_photo(added: Added, practitioner: Membership) -> None:
    row = added()
    crossing = {"lesion": [[0, 0], [90, 90], [90, 0], [0, 90]]}
    far = {"lesion": [[0, 0], [9e9, 0], [0, 9]]}
    shapes: tuple[Any, ...] = ({}, [], {"lesion": [[0, 0], [9, 9]]}, far, crossing, {"lesion": "x"}, None, {1: set()})
    for shape in shapes:
        with pytest.raises(InputError):
            draw_outline(photograph=row, shape=shape, who=practitioner.user, entry=uuid.uuid4())
    assert selectors.current_outline(row) is None


def test_an_outline_drawn_again_supersedes_and_compares_anew(
    added: Added, practitioner: Membership, course: Course
) -> None:
    before = judged(added(picture(1)))
    judged(added(picture(2), DAY + dt.timedelta(days=40)))
    first = outlined(before, practitioner)
    second = outlined(before, practitioner, {"lesion": [[50, 50], [100, 50], [100, 110]]})
    assert selectors.current_outline(before) == second
    assert second.supersedes == first
    assert Comparison.objects.filter(outline=second).count() == 1
    [visit] = selectors.visits(course)
    assert visit.comparison is not None
    assert visit.comparison.outline == second


def test_an_outline_drawn_from_an_older_one_is_refused(
    added: Added, practitioner: Membership, lead: Membership
) -> None:
    row = judged(added())
    seen = outlined(row, practitioner)
    outlined(row, lead)
    with pytest.raises(InputError, match="Teresa Mora changed it meanwhile"):
        draw_outline(photograph=row, shape=seen.shape, who=practitioner.user, entry=uuid.uuid4(), supersedes=seen)


def test_the_same_comparison_is_asked_for_once(added: Added, practitioner: Membership, course: Course) -> None:
    before, after = judged(added(picture(1))), judged(added(picture(2), DAY + dt.timedelta(days=40)))
    drawn = outlined(before, practitioner)
    [by_itself] = Comparison.objects.all()
    given: Any = {"course": course, "before": before, "after": after, "outline": drawn, "who": practitioner.user}
    assert ask_for_comparison(**given, entry=uuid.uuid4()) == by_itself
    marks = {"before": [[10, 10], [90, 20], [30, 80], [99, 99]], "after": [[11, 10], [91, 20], [31, 80], [98, 97]]}
    clicked = ask_for_comparison(**given, landmarks=marks)
    assert clicked != by_itself
    assert clicked.landmarks["after"][0] == [11, 10]
    Comparison.objects.filter(pk=clicked.pk).update(stage="failed")
    again = ask_for_comparison(**given, landmarks=marks)
    assert again.supersedes == clicked


def test_landmarks_outside_the_follow_up_are_refused(added: Added, practitioner: Membership, course: Course) -> None:
    before, after = judged(added(picture(1))), judged(added(picture(2), DAY + dt.timedelta(days=40)))
    drawn = outlined(before, practitioner)
    for marks in ({"before": [[1, 1]], "after": []}, {"before": [[1, 1]], "after": [[9999, 1]]}, {"before": 3}):
        with pytest.raises(InputError):
            ask_for_comparison(
                course=course, before=before, after=after, outline=drawn, landmarks=marks, who=practitioner.user
            )


def test_a_photograph_is_not_compared_with_itself(added: Added, practitioner: Membership, course: Course) -> None:
    row = judged(added())
    drawn = outlined(row, practitioner)
    with pytest.raises(InputError, match="one and the same"):
        ask_for_comparison(course=course, before=row, after=row, outline=drawn, who=practitioner.user)
