"""What is done once a day is done again after a clock that was wrong was put right."""

from __future__ import annotations

import datetime as dt

import pytest

from dermograph.clinic.reminders import daily
from dermograph.clinic.reminders.models import DailyJob

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
A_DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def job(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    done: list[dt.datetime] = []
    monkeypatch.setattr(daily, "JOBS", {"a job": done.append})
    return done


def test_a_clock_that_was_years_ahead_for_a_minute_stops_no_job(job: list[dt.datetime]) -> None:
    ahead = NOW.replace(year=2030)
    assert daily.do_daily(ahead) == ["a job"]
    assert daily.do_daily(NOW) == ["a job"]
    assert daily.do_daily(NOW) == []
    assert job == [ahead, NOW]


def test_a_lease_of_a_clock_that_was_ahead_holds_nobody_up(job: list[dt.datetime]) -> None:
    DailyJob.objects.create(name="a job", leased_until=NOW + A_DAY)
    assert daily.do_daily(NOW) == ["a job"]
    DailyJob.objects.update(leased_until=NOW + A_DAY + daily.LEASE, done_on=None)
    assert daily.do_daily(NOW + A_DAY) == [], "somebody is at it"
    assert job == [NOW]


def test_two_machines_whose_clocks_differ_at_midnight_do_not_take_turns(job: list[dt.datetime]) -> None:
    midnight = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
    before, after = midnight - dt.timedelta(seconds=20), midnight + dt.timedelta(seconds=20)
    assert [daily.do_daily(one) for one in (before, after, before, after)] == [["a job"], ["a job"], [], []]
    assert job == [before, after]
