"""The work of scalps in the queue: what is taken first, what is stored, what follows, and what a crash leaves."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import ORDER_OF_LOCKS
from dermograph.clinic.gallery import kinds, leases, tasks
from dermograph.clinic.gallery.child import Died
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp import work
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.scalp.selectors import (
    changes,
    has_figures,
    planned_dots,
    readings,
    refusal_of,
    settled_look,
    standing,
)
from dermograph.clinic.scalp.services import METHOD, ask_for_design, ask_for_reading, choose_design
from dermograph.clinic.vault import store
from tests.clinic.gallery.photos import Added, added, consent, judged, measuring, picture
from tests.clinic.gallery.test_queue import JUDGED, instead
from tests.clinic.locks import watched
from tests.clinic.overview.rows import held
from tests.clinic.scalp.scalps import (
    COUNTED,
    REFUSED,
    SESSION,
    Photographed,
    counted,
    course,
    file_of,
    photographed,
    session,
    without_card,
)

__all__ = ["added", "consent", "course", "measuring", "photographed", "session"]
AREA = {"lesion": [[700, 350], [1000, 200], [1350, 230], [1575, 420], [1540, 910], [980, 700]]}
DRAWN = {"map_en": b"a", "map_es": b"b", "marks_en": b"c", "marks_es": b"d"}
MATCHED: dict[str, Any] = {
    "dots": {"survived": {"value": 1.0, "u": 0.01}, "pigment_left": {"value": 0.8, "u": 0.03}},
    "refusal": None,
}


def day(days: int) -> dt.date:
    return SESSION + dt.timedelta(days=days)


def test_photographs_come_first_then_designs_readings_changes_what_is_sent_and_comparisons() -> None:
    assert [kind.name for kind in kinds.in_order()] == [
        "photograph",
        "scalp_design",
        "scalp_reading",
        "scalp_change",
        "sending",
        "comparison",
    ]


def test_from_a_photograph_to_a_change_by_itself(
    session: None, added: Added, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, days in ((1, 31), (2, 395)):
        added(picture(number), day(days))
    asked = instead(
        monkeypatch, (JUDGED, {}), (JUDGED, {}), (COUNTED, DRAWN), (COUNTED, DRAWN), (MATCHED, {"change_en": b"e"})
    )
    with watched(monkeypatch) as locked:
        while work_once():
            pass
    for taken in locked:
        ranked = [one for one in taken if one in ORDER_OF_LOCKS]
        assert ranked == sorted(ranked, key=ORDER_OF_LOCKS.index), taken
    assert [header["what"] for header in asked.headers] == ["judge", "judge", "read", "read", "match"]
    assert {header.get("module") for header in asked.headers[2:]} == {work.MODULE}
    assert all(name.startswith("synthetic") for header in asked.headers[2:] for name in header["names"])
    assert asked.headers[4]["areas"] == asked.headers[4]["hairs"] == [{}, {}]
    [first, second] = readings(course)
    assert (first.stage, first.result, first.method, first.written_by) == (Stage.DONE, COUNTED, METHOD, None)
    for kind, data in DRAWN.items():
        assert store.get(course.patient, first.pictures[kind]) == data
    [change] = changes(course)
    assert (change.before, change.after, change.method) == (first, second, METHOD)
    assert store.get(course.patient, change.pictures["change_en"]) == b"e"
    assert len(change.fading["measured"]) == 1
    assert standing(course).latest == change
    told = AuditEntry.objects.filter(action__in=("reading.asked", "change.asked")).order_by("number")
    assert list(told.values_list("action", flat=True)) == ["reading.asked", "reading.asked", "change.asked"]


def test_a_second_attempt_takes_the_place_of_the_firsts_pictures(
    photographed: Photographed, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask_for_reading(photograph=photographed(40), who=None)
    first = leases.take(ScalpReading)
    assert first is not None
    names = tasks.kept(course.patient, first, {"map_en": b"of who died"})
    lease_ends(row)
    instead(monkeypatch, (COUNTED, DRAWN))
    assert work_once()
    row.refresh_from_db()
    assert (row.attempt, row.pictures["map_en"]) == (2, names["map_en"])
    assert store.get(course.patient, names["map_en"]) == b"a"
    assert leases.finish(first, result=REFUSED) is False, "who lost it writes nothing"


def lease_ends(row: Any) -> None:  # noqa: ANN401 (a piece of work)
    ended = timezone.now() - dt.timedelta(seconds=1)
    type(row).objects.filter(pk=row.pk).update(leased_until=ended)


def test_what_follows_a_reading_is_written_with_it_or_not_at_all(
    session: None, photographed: Photographed, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(photographed(31))
    row = ask_for_reading(photograph=photographed(395), who=None)

    def broken(*_args: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(work, "change_what_is_not", broken)
        instead(patch, (COUNTED, DRAWN))
        assert work_once()
    row.refresh_from_db()
    assert (row.stage, row.result, row.attempt) == (Stage.WAITING, None, 1)
    assert not ScalpChange.objects.exists()
    lease_ends(row)
    instead(monkeypatch, (COUNTED, DRAWN), Died("not now"))
    assert work_once()
    assert changes(course).count() == 1


def test_a_photograph_that_was_corrected_while_it_was_judged_is_read_once(
    session: None, added: Added, course: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.clinic.scalp.test_services_reading import corrected

    old = added(picture(1), day(31))
    held_row = leases.take(Photograph)
    assert held_row == old
    new = corrected(old, practitioner)
    instead(monkeypatch, (JUDGED, {}), (JUDGED, {}), (COUNTED, DRAWN))
    tasks.judge(held_row, lambda _step, _share: True)
    assert not ScalpReading.objects.exists(), "the entry does not stand any more"
    while work_once():
        pass
    assert [one.photograph for one in readings(course)] == [new]
    assert ScalpReading.objects.count() == 1


def test_a_measuring_process_that_is_killed_leaves_nothing_lost_and_nothing_twice(
    session: None, added: Added, course: Course, measuring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(judged(added(picture(1), day(200))))
    row = ask_for_reading(photograph=judged(added(file_of(1), day(31), name="scalp.jpg")), who=None)
    renew, killed = leases.renew, list[int]()

    def kill(taken: Any, step: str, share: float) -> bool:  # noqa: ANN401 (a piece of work)
        if step == "dots" and not killed:
            pid = tasks.child.pid
            assert pid is not None
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)
        return renew(taken, step, share)

    monkeypatch.setattr(tasks, "renew", kill)
    assert tasks.work_on(ScalpReading, row.pk)
    assert len(killed) == 1
    row.refresh_from_db()
    assert (row.stage, row.attempt, row.result, row.pictures) == (Stage.WAITING, 1, None, {})
    assert settled_look(course) is None
    lease_ends(row)
    assert tasks.work_on(ScalpReading, row.pk)
    row.refresh_from_db()
    assert (row.stage, row.attempt, has_figures(row)) == (Stage.DONE, 2, True)
    assert not tasks.work_on(ScalpReading, row.pk)
    assert set(row.pictures) == set(DRAWN)
    assert all(default_storage.exists(name) for name in row.pictures.values())
    assert settled_look(course) == row
    assert ScalpChange.objects.filter(before=row).count() == 1
    assert AuditEntry.objects.filter(action="change.asked").count() == 1


@pytest.mark.slow
def test_a_year_of_a_scalp_from_files_to_a_design(
    added: Added, course: Course, practitioner: Membership, measuring: None
) -> None:
    held(course, SESSION)
    settled = added(file_of(1), day(31), name="settled.jpg")
    year = added(file_of(2, 0.8, 0.9), day(395), name="year.jpg")
    cardless = added(without_card(file_of(1)), day(200), name="cardless.jpg")
    while work_once():
        pass
    by_photograph = {one.photograph: one for one in readings(course)}
    first, second = by_photograph[settled], by_photograph[year]
    assert all(one.stage == Stage.DONE for one in by_photograph.values())
    assert settled_look(course) == first
    assert first.result is not None
    assert first.result["per_cm2"]["value"] == pytest.approx(90, rel=0.12)
    assert "per_cm2" not in first.result["density"], "the rows of the map stay in the picture"
    assert set(first.pictures) == set(DRAWN)
    for name in first.pictures.values():
        data = store.get(course.patient, name)
        assert data.startswith(b"\xff\xd8\xff")
        assert len(data) < 1_500_000
    cardless.refresh_from_db()
    if cardless.usable:
        why = refusal_of(by_photograph[cardless])
        assert why is not None
        assert why["todo"]["es"]
    else:
        assert cardless not in by_photograph
    [change] = changes(course)
    assert (change.before, change.after) == (first, second)
    assert change.result is not None
    assert change.result["dots"]["survived"]["value"] == pytest.approx(0.9, abs=0.03)
    assert change.result["dots"]["pigment_left"]["value"] == pytest.approx(0.8, rel=0.15)
    assert not {"before", "after"} & set(change.result)
    assert set(change.pictures) == {"change_en", "change_es"}
    assert change.fading["measured"][0]["left"] == pytest.approx(0.72, rel=0.15)
    assert standing(course).next_check == day(395).replace(year=day(395).year + 1)
    _designed(settled, course, practitioner)


def _designed(photograph: Photograph, course: Course, practitioner: Membership) -> None:
    shapes = {"area": AREA, "front": AREA["lesion"][:4]}
    given: dict[str, Any] = {"photograph": photograph, "wish": {"per_cm2": 60, "sessions": 2}, "who": practitioner.user}
    photograph.refresh_from_db()
    row = ask_for_design(shapes=shapes, entry=photograph.course_id, **given)
    assert work_once()
    row.refresh_from_db()
    assert (row.stage, refusal_of(row)) == (Stage.DONE, None)
    assert row.result is not None
    names = [scene["name"] for scene in row.result["scenes"]]
    assert names == [
        *(f"session_{number}_{moment}" for number in (1, 2) for moment in ("fresh", "settled")),
        *(f"after_{years}_years" for years in (1, 3, 5)),
    ]
    both = {f"{name}_{language}" for name in (*names, "sheet") for language in ("en", "es")}
    assert set(row.pictures) == {"before", "dots", *both}
    lines = store.get(course.patient, row.pictures["dots"]).decode().splitlines()
    assert len(lines) - 1 == row.result["dots"] == sum(one["dots"] for one in row.result["sessions"])
    assert store.get(course.patient, row.pictures["sheet_es"]).startswith(b"%PDF")
    for scene in row.result["scenes"]:
        assert set(scene["title"]) == {"en", "es"}
        assert scene["assumptions"]
        assert store.get(course.patient, row.pictures[f"{scene['name']}_es"]).startswith(b"\xff\xd8\xff")
    choose_design(course=course, design=row, shown_to_patient=True, who=practitioner.user, entry=row.pk)
    assert planned_dots(course, timezone.now()) == (1, row.result["sessions"][0]["dots"])
    beyond = {"area": {"lesion": [[2, 2], [1676, 2], [1676, 1256], [2, 1256]]}}
    other = ask_for_design(shapes=beyond, entry=photograph.pk, **{**given, "wish": {"per_cm2": 1}})
    assert work_once()
    other.refresh_from_db()
    assert other.stage == Stage.DONE
    why = refusal_of(other)
    assert why is not None, "the edge of the head is too steep"
    assert why["todo"]["en"]


def test_the_process_that_measures_knows_no_database() -> None:
    code = "import sys, dermograph.clinic.scalp.measuring; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
