"""Sets of days are what their tables say."""

import datetime as dt

import pytest

from dermograph.core.days import Days
from tests.spec.tables import days as tables

FIRST = dt.date(2026, 11, 1)


def _day(number: str) -> dt.date | None:
    """A day by its number in the month; 0 is the day before the 1st."""
    return FIRST + dt.timedelta(days=int(number) - 1) if number else None


def _read(cell: str) -> Days:
    """The set of days that a cell writes, such as ``1–5 9–``."""
    if cell in ("none", "all"):
        return Days() if cell == "none" else Days.every()
    spans = [part.partition("–") for part in cell.split()]
    return Days.union(Days.span(_day(first), _day(last if dash else first)) for first, dash, last in spans)


def _nearest(cell: str) -> dt.date | None:
    return None if cell == "none" else _day(cell)


@pytest.mark.parametrize(("a", "b", "either", "both", "less"), tables.TOGETHER.rows, ids=tables.TOGETHER.ids())
def test_two_sets_of_days(a: str, b: str, either: str, both: str, less: str) -> None:
    assert _read(a) | _read(b) == _read(either)
    assert _read(b) | _read(a) == _read(either)
    assert _read(a) & _read(b) == _read(both)
    assert _read(b) & _read(a) == _read(both)
    assert _read(a) - _read(b) == _read(less)


@pytest.mark.parametrize(("a", "rest"), tables.REST.rows, ids=tables.REST.ids())
def test_all_other_days(a: str, rest: str) -> None:
    assert ~_read(a) == _read(rest)
    assert ~_read(rest) == _read(a)


@pytest.mark.parametrize(("a", "day", "inside", "first", "last"), tables.NEAREST.rows, ids=tables.NEAREST.ids())
def test_the_nearest_day(a: str, day: str, inside: str, first: str, last: str) -> None:
    number = _day(day)
    assert number is not None
    assert (number in _read(a)) is (inside == "true")
    assert _read(a).first_from(number) == _nearest(first)
    assert _read(a).last_until(number) == _nearest(last)


def test_a_span_the_wrong_way_round_holds_no_day() -> None:
    assert Days.span(dt.date(2026, 11, 2), FIRST).is_empty


def test_a_set_is_read_back_as_spans_with_open_ends() -> None:
    spans = [(span.first, span.last) for span in _read("–3 7 20–")]
    assert spans == [(None, _day("3")), (_day("7"), _day("7")), (_day("20"), None)]


def test_a_span_knows_its_days() -> None:
    [span] = _read("3–7")
    assert [number for number in range(1, 10) if FIRST + dt.timedelta(days=number - 1) in span] == [3, 4, 5, 6, 7]
    assert FIRST in next(iter(Days.every()))
