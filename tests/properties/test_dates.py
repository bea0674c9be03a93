"""Calendar arithmetic agrees with a search day by day, wherever a case may lie."""

import calendar
import datetime as dt
import zoneinfo

from hypothesis import given
from hypothesis import strategies as st

from dermograph.core.dates import FIRST_DAY, LAST_DAY, UNITS, Period, add_months

DAYS = st.dates(FIRST_DAY, LAST_DAY)
PERIODS = st.builds(Period, st.integers(0, 40), st.sampled_from(UNITS))
CLOCKED = st.builds(Period, st.integers(0, 200), st.sampled_from(("minutes", "hours")))
ZONES = st.sampled_from(("Europe/Madrid", "Atlantic/Canary", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"))
MOMENTS = st.datetimes(dt.datetime.fromisoformat("1980-01-01"), dt.datetime.fromisoformat("2037-01-01"))
ONE_DAY = dt.timedelta(days=1)


@given(DAYS, st.integers(-2000, 2000))
def test_a_month_later_is_the_same_day_or_the_months_end(day: dt.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@given(DAYS, PERIODS)
def test_a_period_never_ends_before_it_begins(day: dt.date, period: Period) -> None:
    assert period.after(day) >= day
    assert (period.after(day) == day) is (period.count == 0)


@given(DAYS, DAYS, PERIODS)
def test_who_begins_later_is_never_done_earlier(one: dt.date, other: dt.date, period: Period) -> None:
    first, second = sorted((one, other))
    assert period.after(first) <= period.after(second)


@given(DAYS, PERIODS)
def test_the_last_start_is_the_one_that_a_search_finds(day: dt.date, period: Period) -> None:
    found = day
    while period.after(found) > day:
        found -= ONE_DAY
    assert period.last_start(day) == found


@given(DAYS, PERIODS)
def test_the_last_start_undoes_the_end_or_lies_after_the_beginning(day: dt.date, period: Period) -> None:
    latest = period.last_start(period.after(day))
    assert latest >= day
    assert period.after(latest) == period.after(day)


@given(MOMENTS, CLOCKED, ZONES)
def test_hours_are_hours_that_pass(moment: dt.datetime, period: Period, zone: str) -> None:
    start = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    end = period.after_instant(start)
    passed = end.astimezone(dt.UTC) - start.astimezone(dt.UTC)
    assert passed == dt.timedelta(**{period.unit: period.count})
    assert end.tzinfo is start.tzinfo


@given(MOMENTS, PERIODS)
def test_an_instant_lies_on_the_day_that_counting_days_gives_or_before_it(moment: dt.datetime, period: Period) -> None:
    end = period.after_instant(moment)
    if period.has_clock:
        assert end.date() <= period.after(moment.date())
    else:
        assert (end.date(), end.time()) == (period.after(moment.date()), moment.time())
