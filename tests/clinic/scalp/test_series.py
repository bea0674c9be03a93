"""From a session to the settled look, what is held against it, and when the pigment passes the clinic's limit."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from typing import Any

import pytest
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import ORDER_OF_LOCKS
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp.models import ScalpChange
from dermograph.clinic.scalp.reckoning import pigment_left
from dermograph.clinic.scalp.rules import ScalpFigures, change_figures, figures
from dermograph.clinic.scalp.selectors import changes, choice, designs, planned_dots, series_of, settled_look, standing
from dermograph.clinic.scalp.services import METHOD, ask_for_reading, change_what_is_not
from dermograph.clinic.scalp.words import NO_SHARE, SETTLED_LATE
from dermograph.clinic.treatment.models import Session
from dermograph.core.errors import InputError
from tests.clinic.gallery.photos import added, consent
from tests.clinic.locks import watched
from tests.clinic.overview.rows import held
from tests.clinic.scalp.scalps import (
    REFUSED,
    SESSION,
    Photographed,
    counted,
    course,
    matched,
    photographed,
    session,
)

__all__ = ["added", "consent", "course", "photographed", "session"]
PER_MONTH = 365.25 / 12


def days(number: int) -> dt.date:
    return SESSION + dt.timedelta(days=number)


def test_the_settled_look_counts_from_the_day_on_which_the_protocol_lets_colour_count(
    photographed: Photographed, course: Course
) -> None:
    """From 31 January a calendar month is 29 days, to the end of a leap year's February."""
    held(course, dt.date(2024, 1, 31))
    counted(photographed((dt.date(2024, 2, 28) - SESSION).days))
    assert settled_look(course) is None
    one = counted(photographed((dt.date(2024, 2, 29) - SESSION).days))
    assert settled_look(course) == one


@pytest.mark.parametrize(("after", "is_late"), [(184, False), (185, True), (430, True)])
def test_a_settled_look_that_was_photographed_late_carries_no_date(
    session: None, photographed: Photographed, course: Course, after: int, *, is_late: bool
) -> None:
    counted(photographed(after))
    counted(photographed(after + 365))
    change = matched(changes(course).get(), left=0.7)
    assert [one.is_late for one in series_of(course)] == [is_late]
    assert (change.fades_first is None) is is_late
    assert (change.fading["why"] == SETTLED_LATE.to_json()) is is_late
    assert change.passed is not None, "how likely the limit is passed is known all the same"


def test_a_photograph_that_does_not_show_what_is_left_has_no_date_and_the_chance_keeps_its_day(
    session: None, photographed: Photographed, course: Course
) -> None:
    counted(photographed(31))
    counted(photographed(395))
    first = matched(changes(course).get(), left=0.5)
    assert first.fades_first is not None
    later = counted(photographed(500))
    result = {"dots": {"survived": {"value": 0.2, "u": 0.01}, "pigment_left": None}, "refusal": None}
    ScalpChange.objects.filter(after=later).update(stage="done", result=result, method=METHOD)
    change_what_is_not(course, who=None)
    second = changes(course).get(after=later)
    assert (second.fades_first, second.fading["months"]) == (None, None)
    assert second.fading["why"] == NO_SHARE.to_json()
    assert (second.passed, second.fading["measured_on"]) == (first.passed, days(395).isoformat())


@pytest.mark.parametrize(("after", "is_settled"), [(0, False), (30, False), (31, True), (32, True)])
def test_the_settled_look_is_not_before_a_month_after_the_session(
    session: None, photographed: Photographed, course: Course, after: int, *, is_settled: bool
) -> None:
    one = counted(photographed(after))
    assert settled_look(course) == (one if is_settled else None)
    later = counted(photographed(200))
    expected = {(one.pk, later.pk)} if is_settled else set()
    assert set(changes(course).values_list("before", "after")) == expected
    assert settled_look(course) == (one if is_settled else later)


def test_without_a_session_there_is_no_settled_look(photographed: Photographed, course: Course) -> None:
    counted(photographed(31))
    counted(photographed(395))
    found = standing(course)
    assert (found.settled, found.latest, found.next_check, found.under_way) == (None, None, None, False)
    assert [visit.change for visit in found.visits] == [None, None]
    assert not ScalpChange.objects.exists()


def test_what_was_photographed_before_the_first_session_is_held_against_nothing(
    session: None, photographed: Photographed, course: Course
) -> None:
    before, settled = counted(photographed(-3)), counted(photographed(31))
    [series] = series_of(course)
    assert (series.settled, series.later) == (settled, ())
    assert [visit.reading for visit in standing(course).visits] == [before, settled]


def test_a_photograph_from_home_is_followed_but_never_the_settled_look(
    session: None, photographed: Photographed, course: Course
) -> None:
    counted(photographed(40, at_home=True))
    settled, later = counted(photographed(50)), counted(photographed(200, at_home=True))
    assert settled_look(course) == settled
    assert list(changes(course).values_list("before", "after")) == [(settled.pk, later.pk)]


def test_a_photograph_in_which_nothing_is_counted_is_not_the_settled_look(
    session: None, photographed: Photographed, course: Course
) -> None:
    counted(photographed(31), REFUSED)
    settled = counted(photographed(45))
    counted(photographed(100), REFUSED)
    assert settled_look(course) == settled
    assert not changes(course).exists(), "what was refused is held against nothing"


def test_nothing_later_takes_the_place_of_one_that_is_still_read(
    session: None, photographed: Photographed, course: Course
) -> None:
    first, second = photographed(31), photographed(100)
    ask_for_reading(photograph=first, who=None)
    counted(second)
    counted(photographed(200))
    assert settled_look(course) is None
    assert standing(course).under_way
    assert not ScalpChange.objects.exists()
    settled = counted(first)
    assert set(changes(course).values_list("before", flat=True)) == {settled.pk}
    assert changes(course).count() == 2


def test_a_photograph_that_is_added_later_becomes_the_settled_look_and_the_former_change_says_nothing(
    session: None, photographed: Photographed, course: Course
) -> None:
    former, later = counted(photographed(100)), counted(photographed(500))
    old = matched(changes(course).get(), left=0.5)
    assert old.fading
    settled = counted(photographed(31))
    assert set(changes(course).values_list("before", "after")) == {(settled.pk, former.pk), (settled.pk, later.pk)}
    old.refresh_from_db()
    assert (old.fading, old.fades_first, old.fades_likely, old.fades_last) == ({}, None, None, None)
    assert old.passed is None
    assert standing(course).latest is None


def test_a_later_session_begins_a_new_series_and_the_former_one_stays(
    session: None, photographed: Photographed, course: Course
) -> None:
    settled, year = counted(photographed(31)), counted(photographed(395))
    former = matched(changes(course).get(), left=0.8)
    held(course, days(396))
    on_the_day, fresh = counted(photographed(396)), counted(photographed(400))
    found = standing(course)
    assert (found.settled, found.latest, settled_look(course)) == (None, None, None)
    by_reading = {visit.reading: visit.change for visit in found.visits}
    assert by_reading == {settled: None, year: former, on_the_day: None, fresh: None}
    anew = counted(photographed(430))
    later = counted(photographed(800))
    assert settled_look(course) == anew
    assert set(changes(course).values_list("before", "after")) == {(settled.pk, year.pk), (anew.pk, later.pk)}


def test_a_session_that_is_written_down_late_puts_the_series_apart(
    session: None, photographed: Photographed, course: Course
) -> None:
    counted(photographed(31))
    counted(photographed(395))
    joined = changes(course).get()
    held(course, days(200))
    change_what_is_not(course, who=None)
    assert not changes(course).exists()
    assert [one.began for one in series_of(course)] == [SESSION, days(200)]
    row = Session.objects.order_by("started_at").last()
    assert row is not None
    moved = Session.objects.get(pk=row.pk)
    moved.pk, moved.supersedes, moved._state.adding = uuid.uuid4(), row, True  # noqa: SLF001 (the row is copied)
    moved.started_at = moved.started_at + dt.timedelta(days=300)
    moved.save()
    assert changes(course).get() == joined, "the corrected session lies after both"


def test_fading_has_days_only_where_the_measurements_carry_a_date(
    session: None, photographed: Photographed, course: Course
) -> None:
    settled = counted(photographed(31)).photograph.taken_on
    for after, left in ((31 + 91, 0.9), (31 + 365, 0.86), (31 + 2 * 365, 0.74)):
        later = counted(photographed(after))
        matched(changes(course).get(after=later), left=left)
    early, first, second = changes(course)
    assert (early.fades_first, early.fading["months"]) == (None, None)
    assert early.fading["why"]["en"]
    assert len(second.fading["measured"]) == 3
    months = second.fading["months"]
    assert months is not None
    for day, name in ((second.fades_first, "low"), (second.fades_likely, "median"), (second.fades_last, "high")):
        assert day == settled + dt.timedelta(days=round(months[name] * PER_MONTH))
    assert len(first.fading["measured"]) == 2
    found = standing(course)
    assert (found.latest, found.fading) == (second, second.fading)
    assert found.fading["limit_percent"] == 60.0


def test_a_change_that_is_measured_later_counts_for_those_after_it(
    session: None, photographed: Photographed, course: Course
) -> None:
    counted(photographed(31))
    mid, last = counted(photographed(395)), counted(photographed(760))
    after = matched(changes(course).get(after=last), left=0.7)
    assert len(after.fading["measured"]) == 1
    matched(changes(course).get(after=mid), left=0.85)
    after.refresh_from_db()
    assert [round(one["months"], 1) for one in after.fading["measured"]] == [12.0, 24.0]


def test_pigment_of_dots_that_are_gone_is_gone_too(session: None, photographed: Photographed, course: Course) -> None:
    counted(photographed(31))
    counted(photographed(395))
    change = matched(changes(course).get(), left=0.9, survived=0.5, u=0.045)
    found = pigment_left(changes(course).get())
    assert found is not None
    assert found["left"] == pytest.approx(0.45)
    assert found["u"] == pytest.approx(math.hypot(0.5 * 0.045, 0.9 * 0.01))
    assert change.fading["measured"] == [found]
    assert change.fading["passed"] > 0.9, "less than 60 % are left"


def test_two_photographs_of_one_day_say_nothing_of_fading(
    session: None, photographed: Photographed, course: Course
) -> None:
    counted(photographed(31))
    counted(photographed(31))
    change = matched(changes(course).get(), left=0.5)
    assert change.fading["measured"] == []
    assert change.fading["months"] is None


def test_a_refused_change_has_no_fading_and_the_one_before_it_speaks(
    session: None, photographed: Photographed, course: Course
) -> None:
    counted(photographed(31))
    counted(photographed(395))
    first = matched(changes(course).get(), left=0.8)
    later = counted(photographed(500))
    ScalpChange.objects.filter(after=later).update(stage="done", result=REFUSED, method=METHOD)
    change_what_is_not(course, who=None)
    found = standing(course)
    assert found.latest == first
    assert ScalpChange.objects.get(after=later).fading == {}


def test_the_next_check_is_a_year_after_the_last_session_or_the_clinics_last_photograph(
    session: None, photographed: Photographed, course: Course
) -> None:
    assert standing(course).next_check == dt.date(2025, 3, 4)
    counted(photographed(100))
    assert standing(course).next_check == dt.date(2025, 6, 12)
    counted(photographed(200), REFUSED)
    counted(photographed(250, at_home=True))
    assert standing(course).next_check == dt.date(2025, 6, 12)
    held(course, days(300))
    assert standing(course).next_check == dt.date(2025, 12, 29)


def test_a_new_limit_of_the_clinic_moves_the_days_and_stands_in_the_trail(
    session: None, photographed: Photographed, course: Course, lead: Membership
) -> None:
    counted(photographed(31))
    for after, left in ((395, 0.86), (760, 0.74)):
        later = counted(photographed(after))
        matched(changes(course).get(after=later), left=left)
    before = standing(course).latest
    assert before is not None
    assert before.fades_likely is not None
    assert change_figures(clinic=course.clinic, who=lead.user, values={"limit_percent": 70}).limit_percent == 70
    now = standing(course).latest
    assert now is not None
    assert now.fades_likely is not None
    assert now.fades_likely < before.fades_likely
    assert now.fading["limit_percent"] == 70
    trail = AuditEntry.objects.get(action="clinic.changed")
    assert trail.details == {"figures": {"limit_percent": {"from": None, "to": 70}}}
    change_figures(clinic=course.clinic, who=lead.user, values={"limit_percent": 70})
    assert AuditEntry.objects.filter(action="clinic.changed").count() == 1
    change_figures(clinic=course.clinic, who=lead.user, values={"limit_percent": None})
    course.clinic.refresh_from_db()
    assert figures(course.clinic) == ScalpFigures()
    assert standing(course).latest == before
    again = ScalpChange.objects.get(pk=before.pk)
    assert again.fades_likely == before.fades_likely


def test_a_new_limit_locks_the_clinic_and_each_course_by_itself(
    session: None, photographed: Photographed, course: Course, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(photographed(31))
    counted(photographed(395))
    matched(changes(course).get(), left=0.8)
    with watched(monkeypatch) as found:
        change_figures(clinic=course.clinic, who=lead.user, values={"limit_percent": 70})
    assert [[one for one in taken if one in ORDER_OF_LOCKS] for taken in found] == [
        ["people.Clinic"],
        ["people.Course"],
    ]


def test_a_new_limit_that_broke_off_among_the_courses_is_gone_on_with(
    session: None, photographed: Photographed, course: Course, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(photographed(31))
    counted(photographed(395))
    change = matched(changes(course).get(), left=0.8)

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("dermograph.clinic.scalp.rules.reckon", killed)
        with pytest.raises(KeyboardInterrupt):
            change_figures(clinic=course.clinic, who=lead.user, values={"limit_percent": 70})
    course.clinic.refresh_from_db()
    assert figures(course.clinic).limit_percent == 70, "the figure itself is stored"
    change.refresh_from_db()
    assert change.fading["limit_percent"] == 60
    change_figures(clinic=course.clinic, who=lead.user, values={"limit_percent": 70})
    change.refresh_from_db()
    assert change.fading["limit_percent"] == 70
    assert AuditEntry.objects.filter(action="clinic.changed").count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit_percent", 0.5),
        ("limit_percent", 99.5),
        ("limit_percent", math.nan),
        ("dots_a_minute", 0),
        ("dots_a_minute", 1001),
        ("dots_a_needle", 2e6),
        ("dots_a_needle", True),
        ("dots_a_needle", "many"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_its_name(
    course: Course,
    lead: Membership,
    name: str,
    value: Any,  # noqa: ANN401 (what somebody sends)
) -> None:
    with pytest.raises(InputError) as refused:
        change_figures(clinic=course.clinic, who=lead.user, values={"dots_a_minute": 80, name: value})
    assert refused.value.place.field == name
    course.clinic.refresh_from_db()
    assert figures(course.clinic) == ScalpFigures()


def test_figures_of_other_parts_stay_and_what_is_no_figure_has_its_default(course: Course, lead: Membership) -> None:
    course.clinic.rules = {"lot_warning_days": 20, "scalp": {"limit_percent": "much", "dots_a_minute": 45}}
    course.clinic.save()
    assert figures(course.clinic) == ScalpFigures(dots_a_minute=45)
    change_figures(clinic=course.clinic, who=lead.user, values={"dots_a_needle": 2000})
    assert course.clinic.rules["lot_warning_days"] == 20
    assert figures(course.clinic) == ScalpFigures(dots_a_minute=45, dots_a_needle=2000)
    course.clinic.rules = {"scalp": [1]}
    assert figures(course.clinic) == ScalpFigures()


def test_a_course_without_anything_has_nothing(course: Course) -> None:
    assert (series_of(course), choice(course), planned_dots(course, timezone.now())) == ((), None, None)
    assert not designs(course).exists()
    assert standing(course).fading == {}
