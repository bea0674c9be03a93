"""Calendar arithmetic is what its tables say."""

import datetime as dt
import zoneinfo

import pytest

from dermograph.core.dates import UNITS, Period, add_months
from tests.spec.tables import dates as tables


def _period(cell: str) -> Period:
    count, unit = cell.split()
    return Period(int(count), unit if unit.endswith("s") else f"{unit}s")


@pytest.mark.parametrize(("begun", "period", "over"), tables.AFTER.rows, ids=tables.AFTER.ids())
def test_when_a_period_is_over(begun: str, period: str, over: str) -> None:
    assert _period(period).after(dt.date.fromisoformat(begun)) == dt.date.fromisoformat(over)


@pytest.mark.parametrize(("over", "period", "start"), tables.LAST_START.rows, ids=tables.LAST_START.ids())
def test_the_last_day_to_begin(over: str, period: str, start: str) -> None:
    assert _period(period).last_start(dt.date.fromisoformat(over)) == dt.date.fromisoformat(start)


@pytest.mark.parametrize(("zone", "begun", "period", "over", "hours"), tables.INSTANT.rows, ids=tables.INSTANT.ids())
def test_a_period_on_the_clock(zone: str, begun: str, period: str, over: str, hours: str) -> None:
    place = None if zone == "none" else zoneinfo.ZoneInfo(zone)
    start = dt.datetime.fromisoformat(begun).replace(tzinfo=place)
    end = _period(period).after_instant(start)
    assert end.replace(tzinfo=None, fold=0) == dt.datetime.fromisoformat(over)
    assert end.tzinfo is place
    instants = (start, end) if place is None else (start.astimezone(dt.UTC), end.astimezone(dt.UTC))
    assert instants[1] - instants[0] == dt.timedelta(hours=int(hours))


def test_an_hour_that_the_clock_shows_twice_is_told_apart() -> None:
    start = dt.datetime(2026, 10, 25, 0, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Madrid"))
    ends = [Period(hours, "hours").after_instant(start) for hours in (2, 3)]
    assert [end.fold for end in ends] == [0, 1]


def test_months_can_be_counted_backwards() -> None:
    assert add_months(dt.date(2026, 3, 31), -1) == dt.date(2026, 2, 28)
    assert add_months(dt.date(2026, 1, 15), -1) == dt.date(2025, 12, 15)


@pytest.mark.parametrize(("count", "unit"), [(-1, "days"), (1, "fortnights"), (1, "day")])
def test_what_is_no_period_is_refused(count: int, unit: str) -> None:
    with pytest.raises(ValueError, match="a period is"):
        Period(count, unit)


@pytest.mark.parametrize("unit", UNITS)
def test_only_hours_and_minutes_have_a_clock(unit: str) -> None:
    assert Period(1, unit).has_clock is (unit in ("hours", "minutes"))


@pytest.mark.parametrize(
    ("count", "unit", "english", "spanish"),
    [(1, "months", "1 month", "1 mes"), (4, "weeks", "4 weeks", "4 semanas"), (48, "hours", "48 hours", "48 horas")],
)
def test_a_period_in_words(count: int, unit: str, english: str, spanish: str) -> None:
    assert (Period(count, unit).say("en"), Period(count, unit).say("es")) == (english, spanish)
