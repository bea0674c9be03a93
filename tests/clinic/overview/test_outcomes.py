"""Outcomes against figures worked out by hand."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.overview.outcome_chart import bars, forest, interval_bar, spread
from dermograph.clinic.overview.outcomes import outcomes
from dermograph.clinic.overview.shares import wilson
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import another_course, compared, day, held, replaced, reported, reviewed


@pytest.fixture
def group(course: Course) -> Course:
    """Five courses: two at their goal (1 and 3 sessions), one open, one not comparable, one never measured.

    Changes: −5.0 ± 0.4, −3.0 ± 0.4, −0.5 ± 0.4 (not detectable, its limit is 0.784). One infection.
    """
    for number, (sessions, change) in enumerate(((1, -5.0), (3, -3.0)), start=2):
        done = another_course(course, number)
        for session in range(sessions):
            held(done, day(-200 + 30 * session))
        compared(done, day(-80), change)
        reviewed(done, day(-79), "stop_goal_met")
        done.closed_at, done.outcome = timezone.now(), "stop_goal_met"
        done.save()
    still = another_course(course, 4)
    held(still, day(-60))
    compared(still, day(-30), -0.5)
    blind = another_course(course, 5)
    held(blind, day(-60))
    compared(blind, day(-31), -4.0)
    compared(blind, day(-30), None)
    new = another_course(course, 6)
    held(new, day(-5))
    reported(new, "infection", day(-3))
    reported(new, "scabs", day(-4))
    return course


def test_the_figures_are_those_worked_out_by_hand(group: Course) -> None:
    [found] = outcomes(group.clinic)
    assert (found.courses, found.measured) == (5, 3)
    assert (found.met_goal, found.open, found.not_comparable, found.unmeasured) == (2, 3, 1, 1)
    assert found.sessions_to_goal == ((1, 1), (3, 1))
    assert [one.changed.value for one in found.rows if one.changed] == [-5.0, -3.0, -0.5]
    assert [one.changed.is_detectable for one in found.rows if one.changed] == [True, True, False]
    first = found.rows[0].changed
    assert first is not None
    assert first.interval == pytest.approx((-5.784, -4.216), abs=1e-3)
    assert (found.improved.count, found.improved.of) == (2, 3)
    # Wilson's interval for 1 of 5, worked out by hand: middle 0.3303, half 0.2941.
    assert (found.adverse.count, found.adverse.of) == (1, 5)
    assert (found.adverse.low, found.adverse.high) == pytest.approx((0.0362, 0.6245), abs=1e-4)
    assert found.is_few
    assert found.is_current


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (1, 1, 0.2065, 1)],
)
def test_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    share = wilson(count, of)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-4)


def test_an_interval_is_rounded_outwards_so_that_nothing_seems_certain() -> None:
    share = wilson(0, 1099)
    bar = interval_bar(share.low, share.high, 0.0)
    assert (bar["low_percent"], bar["high_percent"]) == (0, 1)
    share = wilson(1099, 1099)
    bar = interval_bar(share.low, share.high, 1.0)
    assert (bar["low_percent"], bar["high_percent"]) == (99, 100)


def test_two_protocols_are_never_added_up(group: Course, practitioner: Membership) -> None:
    old = another_course(group, 9)
    held(old, day(-90))
    reviewed(old, day(-60), "another_session", pin="sha256:0123456789")
    mixed = another_course(group, 10)
    held(mixed, day(-90))
    reviewed(mixed, day(-60), "another_session", pin="sha256:0123456789")
    reviewed(mixed, day(-20), "another_session")
    groups = outcomes(group.clinic)
    assert [(one.is_current, one.courses, one.mixed) for one in groups] == [(True, 6, 1), (False, 1, 0)]
    text = signed_in(practitioner).get("/outcomes/").content.decode()
    assert text.count("they are not added up") == 2
    assert "1 of these courses began under another protocol" in text


def test_the_page_says_that_few_courses_say_little(group: Course, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    client.get("/outcomes/")  # who reads first after a change works out what was changed
    with CaptureQueriesContext(connection) as queries:
        text = client.get("/outcomes/").content.decode()
    assert len(queries) <= 12
    assert "Few courses: n = 5" in text
    assert "2 of 3 measured courses show a detectable fall" in text
    assert text.count('class="dot hollow"') == 1
    assert "95 % interval" in text


def test_the_picture_stands_where_the_figures_are(group: Course) -> None:
    [found] = outcomes(group.clinic)
    chart = forest(found.rows)
    assert chart is not None
    assert [tick.value for tick in chart.ticks] == [-6, -5, -4, -3, -2, -1, 0, 1]
    by_value = {tick.value: tick.x for tick in chart.ticks}
    assert [dot.x for dot in chart.dots[:2]] == [by_value[-5], by_value[-3]]
    assert chart.zero == by_value[0]
    assert all(dot.low < dot.x < dot.high for dot in chart.dots)
    assert [(bar.sessions, bar.count) for bar in bars(found)] == [(1, 1), (2, 0), (3, 1)]
    assert forest([]) is None


def test_very_many_courses_are_told_as_a_distribution_with_its_table(
    group: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    [few] = outcomes(group.clinic)
    assert len(few.rows) == 3
    monkeypatch.setattr("dermograph.clinic.overview.outcomes.MOST_ROWS", 2)
    [many] = outcomes(group.clinic)
    assert many.rows == ()
    assert [(one.low, one.improved, one.undetectable, one.count) for one in many.spread if one.count] == [
        (-5, 1, 0, 1),
        (-3, 1, 0, 1),
        (-1, 0, 1, 1),
    ]
    assert [one.low for one in many.spread] == [-5, -4, -3, -2, -1]
    chart = spread(many.spread)
    assert chart is not None
    assert [column.solid > 0 for column in chart.columns] == [True, False, True, False, False]
    assert [column.hollow > 0 for column in chart.columns] == [False, False, False, False, True]
    assert chart.zero == chart.right
    assert spread(()) is None
    text = signed_in(practitioner).get("/outcomes/").content.decode()
    assert "3 courses are too many to show one by one" in text
    assert "−5 to under −4" in text
    assert text.count('class="column hollow"') == 1


def test_the_table_has_no_names_and_is_audited(group: Course, lead: Membership, practitioner: Membership) -> None:
    page = signed_in(lead).get("/outcomes.csv")
    rows = list(csv.DictReader(io.StringIO(page.content.decode())))
    assert len(rows) == 5
    assert "Another" not in page.content.decode()
    changes = sorted(float(row["change_delta_e00"]) for row in rows if row["change_delta_e00"])
    assert changes == [-5.0, -3.0, -0.5]
    assert sum(int(row["not_comparable"]) for row in rows) == 1
    assert sum(int(row["unexpected_signs"]) for row in rows) == 1
    assert AuditEntry.objects.filter(action="outcomes.exported", who=lead.user).count() == 1
    assert signed_in(practitioner).get("/outcomes.csv").status_code == 403


def test_without_a_session_the_page_teaches(course: Course, practitioner: Membership) -> None:
    assert "once the first session has been recorded" in signed_in(practitioner).get("/outcomes/").content.decode()


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_photograph_that_no_longer_stands_measures_nothing(
    course: Course,
    side: str,
    is_withdrawn: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    held(course, day(-60))
    replaced(getattr(compared(course, day(-2), -2.0), side), is_withdrawn=is_withdrawn)
    [found] = outcomes(course.clinic)
    assert (found.courses, found.measured) == (1, 0)
