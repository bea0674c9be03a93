"""A photograph from home: kept as the patient's own, never in place of the clinic's first one, and judged."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.selectors import baseline
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.intake.services import withdraw
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal.giving import asked_of
from dermograph.clinic.portal.giving_photograph import MOST_A_DAY, WITHOUT_CARD
from dermograph.clinic.portal.own_photographs import albums_of
from dermograph.clinic.portal.views_giving_camera import FRAMES_A_MINUTE
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import picture, with_exif
from tests.clinic.gallery_draw.photographs import agreed, files, stored
from tests.clinic.portal.people import another_course, another_patient, patient_account, signed_in_patient

FIRST = dt.date(2026, 9, 1)


@pytest.fixture
def home(patient: Patient, course: Course, practitioner: Membership) -> Client:
    agreed(course, practitioner)
    stored(course, practitioner)
    return signed_in_patient(patient)


def send(home: Client, course: Course, data: bytes | None = None, **more: str) -> Any:  # noqa: ANN401 (the test client's answer)
    return home.post(reverse("me_camera", args=[course.pk]), form(data, **more))


def send_as_the_camera_does(home: Client, course: Course, data: bytes | None = None) -> Any:  # noqa: ANN401 (the same)
    return home.post(reverse("me_camera", args=[course.pk]), form(data), headers={"accept": "application/json"})


def form(data: bytes | None = None, **more: str) -> dict[str, Any]:
    """What the page sends, by default of a day after the first one."""
    file = SimpleUploadedFile("home.jpg", picture(1) if data is None else data, "image/jpeg")
    return {"entry": str(uuid.uuid4()), "taken_on": "2026-10-20", "note": "", **more, "files": file}


def from_home() -> Photograph:
    found: Photograph = Photograph.objects.get(written_by=None)
    return found


def test_it_is_kept_as_the_patients_own_and_waits_to_be_judged(
    home: Client, course: Course, patient: Patient, practitioner: Membership
) -> None:
    got = send(home, course, note="In the evening")
    row = from_home()
    assert got.status_code == 302
    assert got["Location"].endswith(f"?sent={row.pk}")
    assert (row.taken_on, row.note, row.stage, row.usable) == (dt.date(2026, 10, 20), "In the evening", "waiting", None)
    assert row.correction_reason == "from home"
    assert AuditEntry.objects.get(action="photograph.added").who_id == patient_account(patient).pk
    page = home.get(got["Location"]).content.decode()
    assert "The program is checking whether it can be measured" in page
    staff = signed_in(practitioner)
    assert "from home, sent by the patient" in staff.get(reverse("gallery", args=[course.pk])).content.decode()
    assert "Sent by the patient" in staff.get(reverse("photograph", args=[row.pk])).content.decode()
    timeline = staff.get(reverse("timeline", args=[course.pk])).content.decode()
    assert "from home, sent by the patient" in timeline
    assert ">correction<" not in timeline


def test_the_camera_is_answered_in_json_with_where_to_go(home: Client, course: Course) -> None:
    got = send_as_the_camera_does(home, course)
    assert got.status_code == 201
    assert got.json()["photographs"][0]["url"].endswith(f"?sent={from_home().pk}")
    refused = send_as_the_camera_does(home, course, b"no picture")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["what"]


def test_it_never_takes_the_place_of_the_clinics_first_one(home: Client, course: Course) -> None:
    first = baseline(course)
    older = send(home, course, taken_on="2026-08-31")
    assert older.status_code == 422
    assert "not later than the clinic" in older.content.decode()
    same_day = send(home, course, taken_on=FIRST.isoformat())
    assert same_day.status_code == 422, "which of one day comes first changes when an entry is corrected"
    assert not Photograph.objects.filter(written_by=None).exists()
    assert send(home, course, taken_on=(FIRST + dt.timedelta(days=1)).isoformat()).status_code == 302
    Photograph.objects.filter(written_by=None).update(usable=True)
    assert baseline(course) == first


def test_a_day_that_the_camera_wrote_is_held_to_the_same(home: Client, course: Course) -> None:
    old = with_exif(picture(2), "2026:08:15 10:00:00")
    assert send(home, course, old, taken_on="").status_code == 422
    assert send(home, course, picture(3), taken_on="").status_code == 422
    good = with_exif(picture(4), "2026:10:15 10:00:00")
    assert send(home, course, good, taken_on="").status_code == 302
    assert from_home().taken_on == dt.date(2026, 10, 15)


@pytest.mark.parametrize(
    ("data", "more", "says"),
    [
        (b"", {}, "Choose a photograph"),
        (b"no picture", {}, ""),
        (b"\xff\xd8\xff%PDF-1.4" + b"x" * 4000, {}, ""),
        (None, {"taken_on": "2999-01-01"}, "has not come yet"),
        (None, {"taken_on": "yesterday"}, "Write the day as"),
        (None, {"note": "x" * 301}, "more than 300 characters"),
        (None, {"note": "a\0b"}, "null character"),
        (None, {"entry": ""}, "has lost its number"),
        (None, {"entry": "zz"}, "does not belong to this page"),
    ],
)
def test_what_cannot_be_kept_is_said_and_leaves_nothing(
    home: Client, course: Course, data: bytes | None, more: dict[str, str], says: str
) -> None:
    got = send(home, course, data, **more)
    assert got.status_code == 422
    assert says in got.content.decode().replace("&#x27;", "'")
    assert not Photograph.objects.filter(written_by=None).exists()


def test_a_form_without_a_file_says_so(home: Client, course: Course) -> None:
    got = home.post(reverse("me_camera", args=[course.pk]), {"entry": str(uuid.uuid4())})
    assert got.status_code == 422
    assert "Choose a photograph." in got.content.decode()


def test_a_file_that_is_too_large_is_stopped_on_its_way(home: Client, course: Course, settings: Settings) -> None:
    settings.LARGEST_PHOTOGRAPH_MB = 1
    got = send(home, course, b"\xff\xd8\xff" + bytes(1_000_001))
    assert got.status_code == 413
    assert "at most: nothing was stored" in got.content.decode()


def test_a_form_sent_twice_keeps_one(home: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    assert [send(home, course, entry=entry).status_code for _ in range(2)] == [302, 302]
    assert send(home, course).status_code == 302  # the same file in another form
    assert Photograph.objects.filter(written_by=None).count() == 1


def test_so_many_a_day_and_no_more(home: Client, course: Course) -> None:
    for seed in range(MOST_A_DAY):
        assert send(home, course, picture(100 + seed)).status_code == 302
    got = send(home, course, picture(99))
    assert got.status_code == 422
    assert "send the next ones tomorrow" in got.content.decode()
    Photograph.objects.filter(written_by=None).update(written_at=timezone.now() - dt.timedelta(hours=25))
    assert send(home, course, picture(99)).status_code == 302


def test_without_consent_none_is_taken_and_the_page_leads_to_it(
    patient: Patient, course: Course, practitioner: Membership
) -> None:
    stored(course, practitioner)
    home = signed_in_patient(patient)
    page = home.get(reverse("me_camera", args=[course.pk])).content.decode()
    assert "You have not agreed that photographs are kept" in page
    assert reverse("me_consent", args=[course.pk]) in page
    assert 'type="file"' not in page
    assert send(home, course).status_code == 422
    assert not asked_of(patient)[0].may_photograph


def test_after_the_consent_was_taken_back_none_is_taken(home: Client, course: Course) -> None:
    withdraw(consent=course.consents.get(), who=None, purpose="record")
    assert send(home, course).status_code == 422
    assert not Photograph.objects.filter(written_by=None).exists()


def test_before_the_clinics_first_one_none_is_taken(patient: Patient, course: Course, practitioner: Membership) -> None:
    agreed(course, practitioner)
    home = signed_in_patient(patient)
    assert (
        "The first photograph is taken at the clinic"
        in home.get(reverse("me_camera", args=[course.pk])).content.decode()
    )
    assert send(home, course).status_code == 422
    assert not Photograph.objects.exists()


def test_an_ended_course_takes_none(home: Client, course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now(), outcome="abandoned")
    assert "This treatment has ended." in home.get(reverse("me_camera", args=[course.pk])).content.decode()
    assert send(home, course).status_code == 422


def test_the_page_says_what_became_of_it(home: Client, course: Course) -> None:
    there = send(home, course)["Location"]
    card = {
        "check": "card",
        "passed": False,
        "blocks": True,
        "says": {"en": "No card was found.", "es": "No hay tarjeta."},
        "todo": {"en": "Lay the card beside the area.", "es": "Ponga la tarjeta."},
    }
    rows = Photograph.objects.filter(written_by=None)
    rows.update(usable=False, stage="done", findings={"quality": [card]})
    page = home.get(there).content.decode()
    assert "nothing can be measured in it" in page
    assert "Lay the card beside the area." in page
    assert "hx-get" not in page.split('id="judged"')[1][:200]
    rows.update(usable=True, findings={"quality": []})
    part = home.get(there, headers={"hx-request": "true"}).content.decode()
    assert "clear enough to be held against the first one" in part
    assert "<html" not in part


def frame(home: Client, course: Course, data: bytes, kind: str = "image/jpeg") -> Any:  # noqa: ANN401 (the test client's answer)
    return home.post(f"{reverse('me_camera_check', args=[course.pk])}?still=4000", data, content_type=kind)


def test_a_frame_is_judged_live_and_kept_nowhere(home: Client, course: Course) -> None:
    found = frame(home, course, files()[0]).json()
    assert found["card_found"] is True
    assert found["say"]
    assert Photograph.objects.count() == 1


def test_who_has_no_card_is_told_what_else_to_mend(home: Client, course: Course) -> None:
    grey = np.broadcast_to(np.linspace(90, 150, 600, dtype=np.uint8)[:, None, None], (600, 800, 3)).copy()
    found = frame(home, course, cv2.imencode(".jpg", grey)[1].tobytes()).json()
    assert found["card_found"] is False
    assert "card" not in found["say"].lower() or "all the same" in found["say"]
    failed = [one["todo"] or one["what"] for one in found["findings"] if one["passed"] is False]
    assert found["say"] in [*failed, WITHOUT_CARD.en]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", "image/jpeg", 415),
        (b"\xff\xd8", "image/jpeg", 422),
        (b"<svg/>", "image/svg+xml", 415),
        (b"\xff\xd8" + bytes(3_000_000), "image/jpeg", 413),
    ],
)
def test_what_is_no_frame_is_refused(home: Client, course: Course, data: bytes, kind: str, status: int) -> None:
    assert frame(home, course, data, kind).status_code == status


def test_above_so_many_frames_a_minute_the_check_rests_and_says_so(
    home: Client, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    minute = SimpleNamespace(time=lambda: 1_800_000_000.0)
    monkeypatch.setattr("dermograph.clinic.rights.slow.time", minute)
    cache.clear()
    for _ in range(FRAMES_A_MINUTE):
        assert frame(home, course, b"\xff\xd8").status_code == 422
    got = frame(home, course, files()[0])
    assert got.status_code == 429
    assert got.json()["say"] == "The check has a short rest. You can take the photograph all the same."
    assert got.json()["wait"] > 0
    assert send(home, course).status_code == 302
    minute.time = lambda: 1_800_000_060.0
    assert frame(home, course, files()[0]).status_code == 200


def test_a_day_that_is_not_the_one_of_the_file_is_told(home: Client, course: Course) -> None:
    data = with_exif(picture(1), "2026:10:18 09:00:00")
    page = home.get(send(home, course, data)["Location"]).content.decode()
    assert "The file itself says that it was taken on" in page
    assert "18 October 2026" in page
    page = home.get(send(home, course, with_exif(picture(2), "2026:10:20 09:00:00"))["Location"]).content.decode()
    assert "The file itself says" not in page


def test_where_none_can_be_sent_no_frame_is_judged(patient: Patient, course: Course) -> None:
    assert frame(signed_in_patient(patient), course, files()[0]).status_code == 409


def test_a_strangers_course_and_photograph_are_as_if_they_were_not_there(
    home: Client, course: Course, clinic: Clinic, practitioner: Membership
) -> None:
    theirs = another_course(another_patient(clinic), practitioner)
    row = stored(theirs, practitioner)
    assert home.get(reverse("me_camera", args=[theirs.pk])).status_code == 404
    assert send(home, theirs).status_code == 404
    assert frame(home, theirs, files()[0]).status_code == 404
    for there in (course, theirs):
        assert home.get(reverse("me_camera", args=[there.pk]), {"sent": str(row.pk)}).status_code == 404
    for made_up in ("", "x", "0" * 5000, "\0"):
        assert home.get(reverse("me_camera", args=[course.pk]), {"sent": made_up}).status_code == 404


def test_the_pages_take_few_queries(
    home: Client, course: Course, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    there = send(home, course)["Location"]
    with django_assert_max_num_queries(12):
        home.get(reverse("me_camera", args=[course.pk]))
    with django_assert_max_num_queries(12):
        home.get(there)


def test_what_the_clinic_took_out_does_not_come_back_by_being_sent_again(
    home: Client, course: Course, practitioner: Membership
) -> None:
    send(home, course)
    row = from_home()
    taken_out = correct_photograph(
        photograph=row,
        taken_on=row.taken_on,
        reason="another place",
        who=practitioner.user,
        entry=uuid.uuid4(),
        withdrawn=True,
    )
    got = send(home, course)
    assert got.status_code == 422
    assert "took this photograph out of your record" in got.content.decode()
    assert Photograph.objects.standing().get(course=course, from_home=True) == taken_out


def test_it_stays_one_from_home_for_everybody_after_the_clinic_corrected_it(
    home: Client, course: Course, practitioner: Membership
) -> None:
    send(home, course)
    row = from_home()
    assert row.from_home
    new = correct_photograph(
        photograph=row, taken_on=dt.date(2026, 10, 19), reason="the day", who=practitioner.user, entry=uuid.uuid4()
    )
    assert new.from_home
    staff = signed_in(practitioner)
    assert "from home, sent by the patient" in staff.get(reverse("gallery", args=[course.pk])).content.decode()
    assert "From home, sent by the patient" in staff.get(reverse("photograph", args=[new.pk])).content.decode()
    told = staff.get(reverse("timeline", args=[course.pk])).content.decode()
    assert told.count("from home, sent by the patient") == 2, "the entry that stands, and the one before it"
    [shown] = [one for one in albums_of(course.patient)[0].photographs if one.photograph == new]
    assert shown.from_home


def test_without_the_clinics_first_one_none_from_home_is_the_first_and_none_more_is_taken(
    home: Client, course: Course, practitioner: Membership
) -> None:
    send(home, course)
    row = from_home()
    Photograph.objects.filter(pk=row.pk).update(stage="done", usable=True)
    first = baseline(course)
    assert first is not None
    correct_photograph(
        photograph=first,
        taken_on=first.taken_on,
        reason="another place",
        who=practitioner.user,
        entry=uuid.uuid4(),
        withdrawn=True,
    )
    assert baseline(course) is None
    [album] = albums_of(course.patient)
    assert [one.is_first for one in album.photographs] == [False]
    assert not asked_of(course.patient)[0].may_photograph
    assert send(home, course, picture(7)).status_code == 422
    for name, given in (("me", []), ("me_photographs", []), ("me_photograph", [row.pk]), ("me_timeline", [])):
        assert home.get(reverse(name, args=given)).status_code == 200
    staff = signed_in(practitioner)
    for name in ("course", "gallery", "measures", "timeline"):
        assert staff.get(reverse(name, args=[course.pk])).status_code == 200
