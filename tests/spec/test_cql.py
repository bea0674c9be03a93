"""An independent judge: the published tests of Clinical Quality Language (CQL), where its notions are ours.

CQL has Kleene's logic, comparisons that are null where an operand is, intervals closed at both ends, and calendar
arithmetic that clips to the month's end. Each published test that speaks of one of these is put to our functions, and
the published result decides.

What maps:
    Logic: and, or, not, and with them implies and xor; IsTrue and IsFalse.
    Comparisons: of whole numbers, and equality of booleans and words, through the operators of conditions; null is a
        missing fact. IsNull is ``is_known: false``.
    Intervals: of whole numbers, each taken as the number of a day, and of dates given to the day: overlaps, meets,
        contains, in, includes, before, after, equal, union, intersect, except, collapse. A result of null where two
        intervals leave no single one is our set of no span, or of two.
    Dates: a date given to the day, plus or minus years, months, weeks and days; before and after. An instant plus hours
        and minutes, and the time that passed between two instants with offsets.

What does not:
    Decimals, quantities, strings in order, ratios, tuples, long integers and lists: no fact has such a type.
    Time of day alone, seconds and milliseconds: no source gives any.
    Dates less exact than a day, and what CQL leaves uncertain for them: a date of ours is a day, or it is not known.
    Hours added to a date: CQL cuts them off, we round them up, so that 48 hours on dates are two days and 25 are two.
    Intervals with a null boundary that is not included, or that are null themselves: CQL's null is "not known", an open
        end of ours is "without end". The two agree on a null boundary that is included, and such tests are used.
    Two nulls compared: a rule compares a fact with a value, and a value is never missing.
    Equivalence (~), durations in whole units, starts and ends of intervals, expand, width, points, coalesce: no rule
        asks for any of them.
"""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dermograph.core.dates import Period, add_months
from dermograph.core.days import Days
from dermograph.core.truth import Truth
from dermograph.protocols.conditions import All, Compare, Condition, Known, Not
from dermograph.protocols.vocabulary import FactValue

pytestmark = [pytest.mark.shared, pytest.mark.real_data]

NAMESPACE = {"t": "http://hl7.org/fhirpath/tests"}
TRUTHS = {"true": Truth.TRUE, "false": Truth.FALSE, "null": Truth.UNKNOWN}
DAY_0 = dt.date(2000, 1, 1)
ONE_DAY = dt.timedelta(days=1)

Judged = Iterator[tuple[str, object, object]]  # the published expression, what we say, what is published


def _published(folder: Path, name: str) -> Iterator[tuple[str, str, str]]:
    """The group, expression and result of every test of a file; not those that are published as invalid."""
    for group in ET.parse(folder / f"Cql{name}OperatorsTest.xml").iterfind("t:group", NAMESPACE):  # noqa: S314 (published files)
        for test in group.iterfind("t:test", NAMESPACE):
            expression, outputs = test.find("t:expression", NAMESPACE), test.findall("t:output", NAMESPACE)
            if expression is not None and expression.text and len(outputs) == 1 and not expression.get("invalid"):
                yield group.get("name", ""), " ".join(expression.text.split()), (outputs[0].text or "").strip()


def _logic(folder: Path) -> Judged:
    connectives: dict[str, Callable[[Truth, Truth], Truth]] = {
        "and": lambda a, b: a & b,
        "or": lambda a, b: a | b,
        "implies": lambda a, b: ~a | b,
        "xor": lambda a, b: (a & ~b) | (~a & b),
    }
    for _, expression, result in _published(folder, "Logical"):
        if match := re.fullmatch(r"(\w+) (and|or|implies|xor) (\w+)", expression):
            one, word, other = match.groups()
            yield expression, connectives[word](TRUTHS[one], TRUTHS[other]), TRUTHS[result]
        elif match := re.fullmatch(r"not (\w+)", expression):
            yield expression, ~TRUTHS[match[1]], TRUTHS[result]
    for _, expression, result in _published(folder, "Nullological"):
        if match := re.fullmatch(r"Is(True|False)\((true|false|null)\)", expression):
            yield expression, TRUTHS[match[2]] is TRUTHS[match[1].lower()], result == "true"


_VALUE = r"(-?\d+|true|false|null|'\w*')"


def _value(text: str) -> FactValue | None:
    if text in TRUTHS:
        return {"true": True, "false": False}.get(text)
    return text.strip("'") if text.startswith("'") else int(text)


def _comparisons(folder: Path) -> Judged:
    operators = {"=": "is", "!=": "is", ">": "more_than", ">=": "at_least", "<": "less_than", "<=": "at_most"}
    for _, expression, result in _published(folder, "Comparison"):
        condition: Condition
        if match := re.fullmatch(rf"{_VALUE} ([<>]=?|!?=) {_VALUE}", expression):
            known, compared = _value(match[1]), _value(match[3])
            if compared is None:  # equality is symmetric: the missing one is the fact
                known, compared = compared, known
            if compared is None or (isinstance(compared, str) and operators[match[2]] != "is"):
                continue
            comparison = Compare("fact", operators[match[2]], compared)
            condition = Not(comparison) if match[2] == "!=" else comparison
        elif match := re.fullmatch(r"(\d+) between (\d+) and (\d+)", expression):
            known = int(match[1])
            condition = All((Compare("fact", "at_least", int(match[2])), Compare("fact", "at_most", int(match[3]))))
        else:
            continue
        yield expression, _truth(condition, known), TRUTHS[result]
    for _, expression, result in _published(folder, "Nullological"):
        if match := re.fullmatch(rf"IsNull\({_VALUE}\)", expression):
            yield expression, _truth(Known("fact", known=False), _value(match[1])), TRUTHS[result]


def _truth(condition: Condition, known: FactValue | None) -> Truth:
    return condition.evaluate({} if known is None else {"fact": known}, DAY_0).truth


_DATE = r"DateTime\(\d+, ?\d+, ?\d+\)"
_POINT = rf"(?:\d+|null|{_DATE})"
_INTERVAL = rf"Interval ?([\[(]) ?({_POINT}), ?({_POINT}) ?([\])])"


def _point(text: str) -> dt.date | None:
    """A date given to the day; a whole number as the day of that number; None for null."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if not numbers:
        return None
    return dt.date(*numbers) if len(numbers) > 1 else DAY_0 + dt.timedelta(days=numbers[0])


def _interval(text: str) -> Days | None:
    """An interval as a set of days; None where a boundary is null and means "not known"."""
    match = re.fullmatch(_INTERVAL, text)
    if match is None:
        return None
    first, last = _point(match[2]), _point(match[3])
    unknown = (first is None and match[1] == "(") or (last is None and match[4] == ")")
    if unknown or (first is None and last is None):
        return None
    return Days.span(
        first + ONE_DAY if first and match[1] == "(" else first, last - ONE_DAY if last and match[4] == ")" else last
    )


def _result(text: str) -> Days | None:
    """A published interval, whose dates are literals such as ``@2012-01-07T``; None for null."""
    if text == "null":
        return None
    plain = re.sub(r"@(\d+)-(\d+)-(\d+)T?", r"DateTime(\1, \2, \3)", text)
    return _interval(re.sub(r"([\[(]) | ([\])])", r"\1\2", plain))


def _one_span(days: Days) -> Days | None:
    return days if len(days.bounds) == 1 else None


RELATIONS: dict[str, Callable[[Days, Days], bool]] = {
    "overlaps": lambda a, b: not (a & b).is_empty,
    "includes": lambda a, b: (b - a).is_empty,
    "included in": lambda a, b: (a - b).is_empty,
    "properly includes": lambda a, b: (b - a).is_empty and a != b,
    "properly included in": lambda a, b: (a - b).is_empty and a != b,
    "meets": lambda a, b: (a & b).is_empty and _one_span(a | b) is not None,
    "before": lambda a, b: a.bounds[-1][1] < b.bounds[0][0],
    "after": lambda a, b: a.bounds[0][0] > b.bounds[-1][1],
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
OPERATIONS: dict[str, Callable[[Days, Days], Days]] = {
    "union": lambda a, b: a | b,
    "intersect": lambda a, b: a & b,
    "except": lambda a, b: a - b,
}


def _operand(text: str) -> Days | None:
    """An interval, or a point as the set of its one day."""
    if re.fullmatch(_POINT, text) and text != "null":
        return Days.span(_point(text), _point(text))
    return _interval(text)


def _intervals(folder: Path) -> Judged:
    words = "|".join(sorted((*RELATIONS, *OPERATIONS, "contains", "in"), key=len, reverse=True))
    plain = _INTERVAL.replace("([", "(?:[").replace(r"])", r"])").replace(rf"({_POINT})", _POINT)
    binary = re.compile(rf"({plain}|{_POINT}) ({words}) ({plain}|{_POINT})")
    for _, expression, result in _published(folder, "Interval"):
        if match := binary.fullmatch(expression):
            a, word, b = _operand(match[1]), match[2], _operand(match[3])
            if a is None or b is None:
                continue
            if word in OPERATIONS:
                yield expression, _one_span(OPERATIONS[word](a, b)), _result(result)
            else:
                relation = {"contains": "includes", "in": "included in"}.get(word, word)
                yield expression, RELATIONS[relation](a, b), result == "true"
        elif match := re.fullmatch(r"collapse \{ (.*) \}", expression):
            pieces = [_interval(found[0]) for found in re.finditer(_INTERVAL, match[1])]
            published = [_result(found) for found in re.findall(r"Interval \[[^\]]*\]", result)]
            if pieces and None not in pieces and published and None not in published:
                collapsed = Days.union(piece for piece in pieces if piece is not None)
                yield expression, [Days((bounds,)) for bounds in collapsed.bounds], published


_MOMENT = r"DateTime\((\d+(?:, ?\d+){2,5})\)"
_SHIFT = rf"{_MOMENT} ([+-]) (\d+) (years?|months?|weeks?|days?|hours?|minutes?)"


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _shifted(numbers: list[int], sign: str, period: Period) -> dt.date | dt.datetime | None:
    """A date or an instant moved by a period; None where the two are not as exact as each other."""
    if period.has_clock:
        if len(numbers) == 3 or sign == "-":  # the arithmetic of instants is asked for forwards only
            return None
        return period.after_instant(_instant(numbers))
    if len(numbers) > 3:
        return None
    day = dt.date(*numbers[:3])
    if sign == "+":
        return period.after(day)
    months = period.count * {"months": 1, "years": 12}.get(period.unit, 0)
    return add_months(day, -months) if months else period.last_start(day)


def _instant(numbers: list[int]) -> dt.datetime:
    year, month, day, hour, minute, second = (*numbers, 0, 0)[:6]
    return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 — CQL's wall time


def _moment(numbers: list[int]) -> dt.date:
    return dt.date(*numbers) if len(numbers) == 3 else _instant(numbers)


def _arithmetic(folder: Path) -> Judged:
    offset = r"@(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d)"
    for _, expression, result in _published(folder, "DateTime"):
        if match := re.fullmatch(rf"{_SHIFT}(?: = {_MOMENT})?", expression):
            period = Period(int(match[3]), match[4].rstrip("s") + "s")
            ours = _shifted(_numbers(match[1]), match[2], period)
            if ours is not None:
                assert not match[5] or result == "true"
                yield expression, ours, _moment(_numbers(match[5] or result))
        elif match := re.fullmatch(rf"({_DATE}) (after|before) day of ({_DATE})", expression):
            one, other = _point(match[1]), _point(match[3])
            assert one is not None
            assert other is not None
            side = Days.span(other + ONE_DAY, None) if match[2] == "after" else Days.span(None, other - ONE_DAY)
            yield expression, one in side, result == "true"
        elif match := re.fullmatch(rf"(?:difference in )?(hours|minutes) between {offset} and {offset}", expression):
            begun, over = dt.datetime.fromisoformat(match[2]), dt.datetime.fromisoformat(match[3])
            yield expression, Period(int(result), match[1]).after_instant(begun), over


#: A family of published tests, and how many of them have been found to map.
FAMILIES = [(_logic, 45), (_comparisons, 38), (_intervals, 89), (_arithmetic, 34)]


@pytest.mark.parametrize(("family", "at_least"), FAMILIES, ids=[family.__name__ for family, _ in FAMILIES])
def test_the_published_tests_that_map_are_passed(shared: Path, family: Callable[[Path], Judged], at_least: int) -> None:
    judged = list(family(shared / "data" / "cql-tests"))
    wrong = [f"{expression}: {ours}, published {theirs}" for expression, ours, theirs in judged if ours != theirs]
    assert not wrong
    assert len(judged) >= at_least
