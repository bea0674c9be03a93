"""The same rules on a whole cohort at once, and which verdicts change when the protocol does.

Every condition becomes an expression over columns. The column engine's "and", "or" and "not" are Kleene's, null being
unknown; the tests hold this engine against the plain one row by row.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import polars as pl

from dermograph.care.cohort import WORD
from dermograph.care.verdict import BY_SEVERITY, DEFERRED, GRADE_SEVERITY, Verdict
from dermograph.core.dates import Period
from dermograph.protocols.conditions import All, AnyOf, Compare, Condition, Known, Not, Within
from dermograph.protocols.model import Protocol, Rule
from dermograph.protocols.vocabulary import Vocabulary

_COMPARISONS: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "is": lambda column, value: column == value,
    "at_least": lambda column, value: column >= value,
    "more_than": lambda column, value: column > value,
    "at_most": lambda column, value: column <= value,
    "less_than": lambda column, value: column < value,
}
VERDICTS = pl.Enum([*(verdict.value for verdict in BY_SEVERITY), Verdict.INCOMPLETE.value])  # coded by severity
ON = pl.col("assessed_on")


def truth(condition: Condition, vocabulary: Vocabulary) -> pl.Expr:
    """A condition as a boolean expression; null where it is unknown."""
    match condition:
        case All(parts):
            return reduce(lambda one, other: one & other, (truth(part, vocabulary) for part in parts))
        case AnyOf(parts):
            return reduce(lambda one, other: one | other, (truth(part, vocabulary) for part in parts))
        case Not(part):
            return ~truth(part, vocabulary)
        case Known(fact, known):
            is_known = pl.col(fact).is_not_null()
            if vocabulary.facts[fact].type == "date_or_word":
                is_known |= pl.col(WORD.format(fact)).is_not_null()
            return is_known if known else ~is_known
        case Compare():
            return _compared(condition, vocabulary)
        case Within(fact, period):
            runs = _after(pl.col(fact), period) > ON
            if condition.never or condition.ongoing:
                runs = pl.coalesce(runs, pl.col(WORD.format(fact)).is_in(sorted(condition.ongoing)))
            return runs


def _compared(leaf: Compare, vocabulary: Vocabulary) -> pl.Expr:
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if vocabulary.facts[leaf.fact].type == "date_or_word":
        words = [value for value in values if isinstance(value, str)]
        days = [value for value in values if not isinstance(value, str)]
        return pl.coalesce(pl.col(leaf.fact).is_in(days), pl.col(WORD.format(leaf.fact)).is_in(words))
    if leaf.operator == "one_of":
        return pl.col(leaf.fact).is_in(list(values))
    return _COMPARISONS[leaf.operator](pl.col(leaf.fact), leaf.value)


def _after(column: pl.Expr, period: Period) -> pl.Expr:
    return column.dt.offset_by(f"{period.months}mo").dt.offset_by(f"{period.whole_days}d")


def until(condition: Condition) -> pl.Expr | None:
    """The first day on which a condition that holds is over; None if it has no wait, null where it has no date."""
    match condition:
        case Within(fact, period):
            return _after(pl.col(fact), period)
        case All(parts):
            ends = [end for part in parts if (end := until(part)) is not None]
            return pl.min_horizontal(ends) if ends else None
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Screening:
    """A cohort screened under one protocol.

    Attributes:
        table: ``id, area, assessed_on, verdict, worst_case, not_before``, one row an area.
        truths: One boolean column for each rule, null for unknown, and ``rule/until`` for each rule with a wait.
    """

    protocol: Protocol
    table: pl.DataFrame
    truths: pl.DataFrame


def screen(cohort: pl.DataFrame, protocol: Protocol) -> Screening:
    """Screen a cohort: for every row the verdict, the worst case and the first day, as the plain engine gives them."""
    compiled = _compiled(protocol)
    truths = cohort.select(compiled.truths)
    weighed = truths.select(compiled.weights).with_columns(cohort["assessed_on"])
    table = cohort.select("id", "area", "assessed_on").hstack(weighed.select(_VERDICT_OF_ROW))
    return Screening(protocol, table, truths)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The expressions of a protocol.

    Attributes:
        truths: On a cohort: the truth of each rule, and the end of each wait.
        weights: On those: the severity decided and the severity open, and the latest end of a block.
    """

    truths: list[pl.Expr]
    weights: list[pl.Expr]


@functools.lru_cache(maxsize=16)
def _compiled(protocol: Protocol) -> _Compiled:
    words = protocol.vocabulary
    rules = [rule for rule in protocol.rules if rule.grade != "info"]
    truths = [truth(rule.applies, words).alias(rule.id) for rule in rules]
    truths += [end.alias(f"{rule.id}/until") for rule in rules if (end := until(rule.applies)) is not None]
    by_severity: dict[int, list[Rule]] = {}
    for rule in rules:
        by_severity.setdefault(GRADE_SEVERITY[rule.grade], []).append(rule)
    levels = sorted(by_severity, reverse=True)
    holds = {level: _any(pl.col(rule.id).fill_null(value=False) for rule in by_severity[level]) for level in levels}
    opens = {level: _any(pl.col(rule.id).is_null() for rule in by_severity[level]) for level in levels}
    weights = [
        _highest(holds, levels).alias("decided"),
        _highest(opens, levels).alias("open"),
        _not_before(rules).alias("not_before"),
    ]
    return _Compiled(truths, weights)


def _verdict_of_row() -> list[pl.Expr]:
    decided = pl.col("decided")
    worst = pl.max_horizontal("decided", "open")
    incomplete = (decided < DEFERRED) & (worst > decided)
    code = pl.when(incomplete).then(pl.lit(len(BY_SEVERITY), pl.UInt8)).otherwise(decided)
    day = pl.when(incomplete).then(None).when(decided < DEFERRED).then(ON).otherwise(pl.col("not_before"))
    return [code.cat.to(VERDICTS).alias("verdict"), worst.cat.to(VERDICTS).alias("worst_case"), day.alias("not_before")]


def _any(parts: Iterable[pl.Expr]) -> pl.Expr:
    return reduce(lambda one, other: one | other, parts)


def _highest(flags: dict[int, pl.Expr], levels: list[int]) -> pl.Expr:
    """The highest severity whose flag is set, 0 if none is."""
    result: Any = pl.when(flags[levels[0]]).then(pl.lit(levels[0], pl.UInt8))
    for level in levels[1:]:
        result = result.when(flags[level]).then(pl.lit(level, pl.UInt8))
    return result.otherwise(pl.lit(0, pl.UInt8))  # type: ignore[no-any-return]  # polars types its chains of when so


def _not_before(rules: list[Rule]) -> pl.Expr:
    """The latest end of the blocks that hold; null where one of them has no date."""
    ends: list[pl.Expr] = []
    undated: list[pl.Expr] = []
    for rule in rules:
        if GRADE_SEVERITY[rule.grade] < DEFERRED:
            continue
        applies = pl.col(rule.id).fill_null(value=False)
        if until(rule.applies) is None:
            undated.append(applies)
            continue
        end = pl.col(f"{rule.id}/until")
        ends.append(pl.when(applies).then(end))
        undated.append(applies & end.is_null())
    latest = pl.max_horizontal(ends) if ends else pl.lit(None, pl.Date)
    return pl.when(~_any(undated)).then(latest) if undated else latest


_VERDICT_OF_ROW = _verdict_of_row()


@dataclass(slots=True)
class Changes:
    """What a change of protocol changes in a cohort, added up chunk by chunk.

    Attributes:
        screened: How many areas were screened.
        before, after: How many areas have each verdict.
        changed: ``id, area, from, to, not_before_from, not_before_to, because``: one row for each area whose verdict or
            date changes; ``because`` holds the ids of the rules that are found otherwise.
    """

    screened: int = 0
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    changed: list[pl.DataFrame] = field(default_factory=list)

    def add(self, old: Screening, new: Screening) -> None:
        """Add a chunk, screened under both protocols."""
        self.screened += old.table.height
        for counts, screening in ((self.before, old), (self.after, new)):
            for verdict, count in screening.table["verdict"].value_counts().iter_rows():
                counts[verdict] = counts.get(verdict, 0) + count
        self.changed.append(changes(old, new))

    @property
    def table(self) -> pl.DataFrame:
        """All changed areas."""
        return pl.concat(self.changed) if self.changed else pl.DataFrame()


def changes(old: Screening, new: Screening) -> pl.DataFrame:
    """The areas whose verdict or date differs between two screenings of one cohort, and the rules behind it."""
    differs = (old.table["verdict"] != new.table["verdict"]) | old.table["not_before"].ne_missing(
        new.table["not_before"]
    )
    before, after = old.table.filter(differs), new.table.filter(differs)
    found = pl.concat(
        [
            old.truths.filter(differs).rename(lambda name: f"old {name}"),
            new.truths.filter(differs).rename(lambda name: f"new {name}"),
        ],
        how="horizontal",
    )
    because = [
        pl.when(_found_otherwise(name, old, new)).then(pl.lit(name))
        for name in dict.fromkeys((*old.truths.columns, *new.truths.columns))
        if not name.endswith("/until")
    ]
    return pl.DataFrame(
        {
            "id": before["id"],
            "area": before["area"],
            "from": before["verdict"],
            "to": after["verdict"],
            "not_before_from": before["not_before"],
            "not_before_to": after["not_before"],
            "because": found.select(pl.concat_list(because).list.drop_nulls().alias("because"))["because"],
        }
    )


def _found_otherwise(rule: str, old: Screening, new: Screening) -> pl.Expr:
    """Whether a rule has another truth, or where it applies or could, another end or another grade."""
    sides = (("old", old), ("new", new))
    known = [
        pl.col(f"{side} {rule}") if rule in screened.truths.columns else pl.lit(value=False) for side, screened in sides
    ]
    end = f"{rule}/until"
    ends = [pl.col(f"{side} {end}") if end in screened.truths.columns else pl.lit(None) for side, screened in sides]
    grades = [{one.id: one.grade for one in screened.protocol.rules}.get(rule) for _, screened in sides]
    possible = known[0].fill_null(value=True) | known[1].fill_null(value=True)
    differs = known[0].ne_missing(known[1])
    applies = known[0].fill_null(value=False) | known[1].fill_null(value=False)
    differs |= applies & ends[0].ne_missing(ends[1])
    return differs | possible if grades[0] != grades[1] and None not in grades else differs
