"""Which of two times is certainly the later, whatever clock each was written by."""

import datetime as dt
import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.exchange.cds_hooks.effective_time import EffectiveTime, effective_time, ends, last_said
from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.cds_hooks.statements import Statement, merged, spoken
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element

FIRST = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@st.composite
def told(draw: st.DrawFn) -> tuple[str, dt.datetime]:
    """A time as somebody writes it by a clock of theirs, and when it really was."""
    real = FIRST + draw(st.integers(0, 4 * 24 * 60)) * MINUTE
    zone = dt.timezone(draw(st.integers(-12 * 4, 14 * 4)) * 15 * MINUTE)
    written = real.astimezone(zone).isoformat(timespec="seconds")
    return written[: draw(st.sampled_from((7, 10, 25)))], real


@given(told(), told())
def test_what_is_said_to_be_earlier_was_earlier_unless_both_are_days(
    one: tuple[str, dt.datetime], other: tuple[str, dt.datetime]
) -> None:
    first, second = effective_time(one[0]), effective_time(other[0])
    if first.is_day and second.is_day:
        assert first.is_before(second) is (one[0] < other[0])
    else:
        assert not first.is_before(second) or one[1] < other[1]


@given(st.lists(told(), min_size=3, max_size=3))
def test_earlier_is_a_strict_order(three: list[tuple[str, dt.datetime]]) -> None:
    first, second, third = (effective_time(text) for text, _ in three)
    assert not first.is_before(first)
    assert not (first.is_before(second) and second.is_before(first))
    assert first.is_before(third) or not (first.is_before(second) and second.is_before(third))


@given(st.lists(st.tuples(told(), st.booleans()), min_size=1, max_size=6))
def test_the_ends_stand_for_all_of_them(listed: list[tuple[tuple[str, dt.datetime], bool]]) -> None:
    said = [(effective_time(text), value) for (text, _), value in listed]
    certain = {value for when, value in said if all(other == value or before.is_before(when) for before, other in said)}
    assert len(certain) <= 1
    assert last_said(said) is next(iter(certain), None)
    for when, _ in said:
        after_all = [all(one.is_before(when) for one, _ in some) for some in (said, ends(said))]
        before_any = [any(when.is_before(one) for one, _ in some) for some in (said, ends(said))]
        assert after_all[0] is after_all[1]
        assert before_any[0] is before_any[1]


@pytest.mark.parametrize(
    "text",
    [None, 5, "", "2026", "2026-11", "2026-11-01T10:00:00", "2026-12-31T23:59:60Z", "0001-01-01", "9999-12-31",
     "a long ago"],
    ids=["none", "number", "empty", "year", "month", "no-offset", "leap", "first-day", "last-day", "word"],
)  # fmt: skip
def test_what_tells_no_time_is_neither_earlier_nor_later(text: object) -> None:
    told = effective_time(text)
    assert told == EffectiveTime()
    other = effective_time("2026-11-01")
    assert not told.is_before(other)
    assert not other.is_before(told)


DAY, YES, NO, UNKNOWN = "2026-11-01", True, False, None


def item(value: bool | None) -> Element:  # noqa: FBT001 (the value itself)
    """What is said of one fact; None says that it is not known."""
    if value is None:
        return {"linkId": "pregnant", "extension": [{"url": ABSENT_REASON, "valueCode": "asked-unknown"}]}
    return {"linkId": "pregnant", "answer": [{"valueBoolean": value}]}


def items(said: Iterable[tuple[Element, EffectiveTime]]) -> list[Element]:
    """The items that count of some with their times."""
    stated = [spoken(one, when) for one, when in said]
    return [one.item for one in merged(one for one in stated if isinstance(one, Statement))]


def counted(*said: tuple[bool | None, str]) -> Element | None:
    """The item that counts, the same in whatever order they come; None if none does."""
    found: list[Element | None] = []
    for order in itertools.permutations(said):
        try:
            (one,) = items((item(value), effective_time(when)) for value, when in order)
        except HookError as error:
            found.append({400: None}[error.status])
        else:
            found.append(one)
    assert all(one == found[0] for one in found)
    return found[0]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([(NO, "2026-11-02T00:30:00+10:00"), (YES, "2026-11-01T23:00:00-05:00")], [YES]),
        ([(NO, "2026-11-01T10:00:00Z"), (YES, "2026-11-01T11:00:00+01:00")], []),
        ([(NO, "2026-11-01T10:00:00.1Z"), (YES, "2026-11-01T11:00:00.2+01:00")], [YES]),
        ([(NO, DAY), (YES, "2026-10-31T09:59:59Z")], [NO]),
        ([(NO, DAY), (YES, "2026-10-31T10:00:00Z")], []),
        ([(NO, DAY), (YES, "2026-11-02T11:59:59Z")], []),
        ([(NO, DAY), (YES, "2026-11-02T12:00:00Z")], [YES]),
        ([(NO, DAY), (UNKNOWN, "2026-10-31")], [NO]),
        ([(NO, DAY), (UNKNOWN, DAY)], []),
        ([(NO, DAY), (UNKNOWN, "2026-11-02")], [UNKNOWN]),
        ([(NO, DAY), (UNKNOWN, "")], []),
        ([(NO, ""), (UNKNOWN, DAY)], []),
        ([(NO, ""), (UNKNOWN, "")], []),
        ([(NO, DAY), (UNKNOWN, "2026-11-02T11:59:59Z")], []),
        ([(NO, DAY), (UNKNOWN, "2026-11-02T12:00:00Z")], [UNKNOWN]),
        ([(NO, DAY), (NO, ""), (UNKNOWN, "2026-11-02")], []),
        ([(NO, DAY), (NO, ""), (UNKNOWN, "2026-10-31")], [NO]),
        ([(NO, DAY), (UNKNOWN, "2026-11-02"), (YES, "2026-11-03")], [YES]),
        ([(NO, DAY), (UNKNOWN, "2026-11-02"), (NO, "2026-11-03")], [NO]),
        ([(UNKNOWN, ""), (UNKNOWN, DAY)], [UNKNOWN]),
    ],
    ids=[
        "zones", "same-instant", "parts-of-a-second", "certainly-before", "at-its-first-hour", "at-its-last-hour",
        "certainly-after", "unknown-earlier", "unknown-same", "unknown-later", "unknown-undated", "no-undated",
        "both-undated", "unknown-in-doubt", "unknown-after-all", "no-also-undated", "no-also-undated-earlier",
        "yes-last", "no-again", "only-unknown",
    ],
)  # fmt: skip
def test_of_what_is_said_the_certainly_last_counts_in_any_order(
    said: list[tuple[bool | None, str]], expected: list[bool | None]
) -> None:
    assert counted(*said) == (item(expected[0]) if expected else None)


def test_a_birth_date_that_is_not_known_takes_no_other_back() -> None:
    born = {"linkId": "birth_date", "answer": [{"valueDate": "1990-05-01"}]}
    unknown = {**item(None), "linkId": "birth_date"}
    assert items([(unknown, effective_time(DAY)), (born, EffectiveTime())]) == [born]


def test_thousands_that_say_the_same_are_judged_at_once() -> None:
    said = [(item(value), effective_time(DAY)) for value in (NO, *[UNKNOWN] * 20_000)]
    with pytest.raises(HookError):
        items(said)
    later = [(item(value), effective_time(f"{DAY}T10:00:00Z")) for value in [NO] * 20_000]
    assert items([*later, (item(YES), effective_time(f"{DAY}T11:00:00Z"))]) == [item(YES)]
