"""Asking for readings: once, superseding, refused where they cannot be, and following a corrected photograph."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import ORDER_OF_LOCKS
from dermograph.clinic.gallery import leases
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.gallery.rules import FORM_USED
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp import services_reading
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.scalp.selectors import changes, readings, settled_look
from dermograph.clinic.scalp.services import ask_for_reading, change_what_is_not
from dermograph.clinic.scalp.services_reading import read_what_was_judged
from dermograph.clinic.scalp.words import BY_ANOTHER_AREA, BY_ANOTHER_METHOD, GONE, NOT_A_SCALP, NOT_USABLE
from dermograph.core.errors import InputError
from tests.clinic.at_once import run_apart
from tests.clinic.gallery.photos import added, consent, judged
from tests.clinic.locks import watched
from tests.clinic.overview.rows import another_course
from tests.clinic.overview.rows import photographed as bare
from tests.clinic.scalp.scalps import SQUARE, Photographed, counted, course, matched, photographed, session

__all__ = ["added", "consent", "course", "photographed", "session"]


def test_a_replay_finds_the_reading_that_is_there(photographed: Photographed, practitioner: Membership) -> None:
    one, entry = photographed(40), uuid.uuid4()
    first = ask_for_reading(photograph=one, who=practitioner.user, entry=entry)
    again = ask_for_reading(photograph=one, who=practitioner.user, entry=entry, area=SQUARE)
    assert (first, first.pk) == (again, entry)
    assert ScalpReading.objects.count() == 1
    told = AuditEntry.objects.get(action="reading.asked")
    assert (told.about, told.who) == (entry, practitioner.user)


def test_the_id_of_another_photographs_reading_is_refused(photographed: Photographed, practitioner: Membership) -> None:
    entry = ask_for_reading(photograph=photographed(40), who=practitioner.user, entry=uuid.uuid4()).pk
    with pytest.raises(InputError) as refused:
        ask_for_reading(photograph=photographed(50), who=practitioner.user, entry=entry)
    assert refused.value.what == FORM_USED


def test_the_same_is_asked_for_once_and_another_area_takes_its_place(
    photographed: Photographed, practitioner: Membership
) -> None:
    one = photographed(40)
    first = ask_for_reading(photograph=one, who=None)
    assert ask_for_reading(photograph=one, who=practitioner.user) == first
    second = ask_for_reading(photograph=one, who=practitioner.user, area=SQUARE)
    assert (second.supersedes, second.correction_reason) == (first, BY_ANOTHER_AREA)
    assert second.area == {"lesion": [[float(x), float(y)] for x, y in SQUARE["lesion"]]}
    assert ask_for_reading(photograph=one, who=practitioner.user, area=SQUARE) == second
    back = ask_for_reading(photograph=one, who=practitioner.user)
    assert (back.supersedes, back.area) == (second, {})


def test_what_another_method_counted_is_counted_again_when_asked_for(
    photographed: Photographed, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = photographed(40)
    old = counted(one)
    assert ask_for_reading(photograph=one, who=practitioner.user) == old
    monkeypatch.setattr(services_reading, "METHOD", "scalp/2")
    new = ask_for_reading(photograph=one, who=practitioner.user)
    assert (new.supersedes, new.correction_reason, new.stage) == (old, BY_ANOTHER_METHOD, Stage.WAITING)


def test_a_reading_that_failed_is_asked_for_again(photographed: Photographed, practitioner: Membership) -> None:
    one = photographed(40)
    first = ask_for_reading(photograph=one, who=None)
    ScalpReading.objects.update(stage="failed")
    again = ask_for_reading(photograph=one, who=practitioner.user)
    assert (again.supersedes, again.stage) == (first, Stage.WAITING)


def test_what_is_no_photograph_of_a_scalp_that_can_be_measured_is_refused(
    photographed: Photographed, course: Course, practitioner: Membership
) -> None:
    blurred, other = photographed(40, usable=False), bare(another_course(course, 2), dt.date(2024, 5, 1))
    good = photographed(41)
    taken_out = correct_photograph(
        photograph=good, taken_on=good.taken_on, reason="r", who=practitioner.user, entry=uuid.uuid4(), withdrawn=True
    )
    for one, why in ((blurred, NOT_USABLE), (other, NOT_A_SCALP), (taken_out, GONE), (good, GONE)):
        with pytest.raises(InputError) as refused:
            ask_for_reading(photograph=one, who=practitioner.user)
        assert refused.value.what == why
    assert not ScalpReading.objects.exists()


@pytest.mark.parametrize("field", ["area", "hair"])
@pytest.mark.parametrize(
    "shape",
    [
        {"lesion": [[40, 40], [999, 40], [200, 160]]},
        {"lesion": [[0, 0], [90, 90], [90, 0], [0, 90]]},
        {"lesion": [[1, 1], [2, 2]]},
        {"lesion": "all of it"},
        {"circle": 3},
    ],
)
def test_a_shape_that_cannot_be_used_is_refused_by_its_field(
    photographed: Photographed, practitioner: Membership, field: str, shape: dict[str, Any]
) -> None:
    given: dict[str, Any] = {field: shape}
    with pytest.raises(InputError) as refused:
        ask_for_reading(photograph=photographed(40), who=practitioner.user, **given)
    assert refused.value.place.field == field
    assert not ScalpReading.objects.exists()


def test_a_usable_photograph_of_a_scalp_is_read_by_itself_once(photographed: Photographed, course: Course) -> None:
    good, blurred = photographed(40), photographed(41, usable=False)
    other = judged(bare(another_course(course, 2), dt.date(2024, 5, 1)))
    for one in (good, blurred, other, good):
        read_what_was_judged(one)
    [made] = ScalpReading.objects.all()
    assert (made.photograph, made.written_by, made.area) == (good, None, {})


def corrected(photograph: Photograph, who: Membership, days: int = 0, *, withdrawn: bool = False) -> Photograph:
    """The same photograph with its day moved, or taken out."""
    on = photograph.taken_on + dt.timedelta(days=days)
    given: dict[str, Any] = {"reason": "r", "who": who.user, "entry": uuid.uuid4(), "withdrawn": withdrawn}
    return correct_photograph(photograph=photograph, taken_on=on, **given)


@pytest.fixture
def change(session: None, photographed: Photographed, course: Course) -> ScalpChange:
    """What became of the dots in a year, done."""
    counted(photographed(31))
    counted(photographed(395))
    return matched(changes(course).get(), left=0.8)


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_corrected_photograph_keeps_what_was_measured_on_it(
    change: ScalpChange, course: Course, practitioner: Membership, side: str
) -> None:
    old = getattr(change, side).photograph
    new = corrected(old, practitioner, days=1)
    [now] = changes(course)
    assert getattr(now, side).photograph == new
    assert (now.supersedes, now.result, now.stage) == (change, change.result, Stage.DONE)
    assert now.fading["limit_percent"] == 60.0
    assert {one.result["per_cm2"]["value"] for one in readings(course) if one.result} == {90.0}
    assert change_what_is_not(course, who=None) == []
    assert ScalpReading.objects.standing().filter(photograph__superseded_by=None).count() == 2


def test_what_somebody_was_at_is_begun_anew_for_the_corrected_entry(
    session: None, photographed: Photographed, course: Course, practitioner: Membership
) -> None:
    one = photographed(31)
    ask_for_reading(photograph=one, who=None)
    assert leases.take(ScalpReading) is not None
    new = corrected(one, practitioner, days=1)
    [now] = readings(course)
    assert (now.photograph, now.stage) == (new, Stage.WAITING)
    assert leases.take(ScalpReading) == now


@pytest.mark.parametrize("side", ["before", "after"])
def test_what_was_measured_on_a_photograph_that_was_taken_out_stands_for_nothing(
    change: ScalpChange, course: Course, practitioner: Membership, side: str
) -> None:
    out = corrected(getattr(change, side).photograph, practitioner, withdrawn=True)
    assert not changes(course).exists()
    assert readings(course).count() == 1
    change.refresh_from_db()
    assert (change.fading, change.fades_likely) == ({}, None), "nothing may list it as fading"
    back = corrected(out, practitioner)
    assert readings(course).get(photograph=back).stage == Stage.WAITING, "back in the course it is read anew"


def test_a_reading_that_fails_for_good_holds_up_nothing(
    session: None, photographed: Photographed, course: Course
) -> None:
    first, second = photographed(31), photographed(100)
    ask_for_reading(photograph=first, who=None)
    later = counted(second)
    assert settled_look(course) is None, "the first may still be the settled look"
    row = leases.take(ScalpReading)
    assert row is not None
    leases.fail(row, {"en": "x", "es": "x"})
    assert settled_look(course) == later


def test_a_change_that_failed_is_begun_anew_by_who_asks_for_its_photograph(
    change: ScalpChange, practitioner: Membership, course: Course
) -> None:
    ScalpChange.objects.update(stage="failed", result=None)
    assert change_what_is_not(course, who=None) == [], "nobody tries it again by itself"
    after = change.after
    assert ask_for_reading(photograph=after.photograph, who=practitioner.user) == after
    change.refresh_from_db()
    assert change.stage == Stage.WAITING


def test_a_record_of_another_treatment_is_left_alone(course: Course) -> None:
    other = another_course(course, 2)
    assert change_what_is_not(other, who=None) == []


def test_courses_are_locked_before_the_clinic(
    session: None, photographed: Photographed, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = photographed(31), photographed(395)
    counted(first)
    with watched(monkeypatch) as found:
        ask_for_reading(photograph=second, who=practitioner.user)
        counted(second)
        corrected(first, practitioner, days=1)
    assert ScalpChange.objects.exists()
    assert any("people.Clinic" in taken for taken in found)
    for taken in found:
        ranked = [one for one in taken if one in ORDER_OF_LOCKS]
        assert ranked == sorted(ranked, key=ORDER_OF_LOCKS.index), taken


def test_of_many_who_ask_at_once_each_gets_the_one_reading(tmp_path: Path) -> None:
    found = run_apart("tests.clinic.scalp.asking_at_once", tmp_path)
    assert found == {"answers": 1, "readings": 1, "asked": 1}
