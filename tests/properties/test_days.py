"""Sets of days agree with the obvious reference: a plain Python set with one number for each day."""

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from dermograph.core.days import Days

#: A window of days around 2026, in which the reference writes every day out. What is open ends outside it.
LOW, HIGH = 739_900, 739_960
WINDOW = frozenset(range(LOW, HIGH + 1))
_ENDS = st.one_of(st.none(), st.integers(LOW, HIGH))
DAY = st.integers(LOW, HIGH)


def _day(ordinal: int | None) -> dt.date | None:
    return None if ordinal is None else dt.date.fromordinal(ordinal)


def _written_out(first: int | None, last: int | None) -> frozenset[int]:
    return frozenset(day for day in WINDOW if (first is None or first <= day) and (last is None or day <= last))


@st.composite
def sets(draw: st.DrawFn) -> tuple[Days, frozenset[int]]:
    """A set of days, and the same set as numbers within the window."""
    spans = draw(st.lists(st.tuples(_ENDS, _ENDS), max_size=5))
    days = Days.union(Days.span(_day(first), _day(last)) for first, last in spans)
    return days, frozenset().union(*(_written_out(first, last) for first, last in spans))


def _seen(days: Days) -> frozenset[int]:
    return frozenset(day for day in WINDOW if dt.date.fromordinal(day) in days)


@given(sets())
def test_a_union_of_spans_holds_the_days_of_each(pair: tuple[Days, frozenset[int]]) -> None:
    days, numbers = pair
    assert _seen(days) == numbers


@given(sets(), sets())
def test_the_algebra_is_that_of_sets(one: tuple[Days, frozenset[int]], other: tuple[Days, frozenset[int]]) -> None:
    (a, in_a), (b, in_b) = one, other
    assert _seen(a | b) == in_a | in_b
    assert _seen(a & b) == in_a & in_b
    assert _seen(a - b) == in_a - in_b
    assert _seen(~a) == WINDOW - in_a


@given(sets(), sets(), sets())
def test_equal_sets_are_equal_values(
    one: tuple[Days, frozenset[int]], other: tuple[Days, frozenset[int]], third: tuple[Days, frozenset[int]]
) -> None:
    a, b, c = one[0], other[0], third[0]
    assert ~~a == a
    assert a & (b | c) == (a & b) | (a & c)
    assert ~(a | b) == ~a & ~b
    assert (a | ~a) == Days.every()
    assert (a & ~a).is_empty


@given(sets())
def test_spans_are_sorted_and_neither_touch_nor_overlap(pair: tuple[Days, frozenset[int]]) -> None:
    bounds = pair[0].bounds
    assert all(low <= high for low, high in bounds)
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(bounds))


@given(sets())
def test_a_set_is_the_union_of_its_spans(pair: tuple[Days, frozenset[int]]) -> None:
    assert Days.union(Days.span(span.first, span.last) for span in pair[0]) == pair[0]


@given(sets(), DAY)
def test_the_nearest_days_are_found_by_looking_at_each(pair: tuple[Days, frozenset[int]], day: int) -> None:
    days, numbers = pair
    after = min((number for number in numbers if number >= day), default=None)
    before = max((number for number in numbers if number <= day), default=None)
    first, last = days.first_from(dt.date.fromordinal(day)), days.last_until(dt.date.fromordinal(day))
    assert (first if first is None or first.toordinal() <= HIGH else None) == _day(after)
    assert (last if last is None or last.toordinal() >= LOW else None) == _day(before)


@given(sets(), DAY)
def test_a_day_is_in_a_set_or_in_the_rest_and_never_in_both(pair: tuple[Days, frozenset[int]], day: int) -> None:
    date = dt.date.fromordinal(day)
    assert (date in pair[0]) is not (date in ~pair[0])
