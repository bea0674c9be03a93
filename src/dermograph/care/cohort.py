"""A cohort as a table: one row an area, one column a fact, unknown as null."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from dermograph.care.read_area import LONGEST_NAME
from dermograph.core.dates import FIRST_DAY, LAST_DAY
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

WORD = "{}/word"  # the column with the word that stands for the date of a fact
_TYPES = {"boolean": pl.Boolean, "choice": pl.String, "integer": pl.Int64, "date": pl.Date, "date_or_word": pl.Date}


@dataclass(frozen=True, slots=True)
class Checks:
    """What every row is held against."""

    vocabulary: Vocabulary
    treatment: str | None
    today: dt.date | None

    @property
    def latest(self) -> dt.date:
        """The last day on which anything can have happened."""
        return self.today + dt.timedelta(days=1) if self.today is not None else LAST_DAY


def schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The columns of a cohort's table with their types."""
    columns: dict[str, Any] = {"id": pl.String, "area": pl.String, "assessed_on": pl.Date}
    for name, fact in vocabulary.facts.items():
        columns[name] = _TYPES[fact.type]
        if fact.type == "date_or_word":
            columns[WORD.format(name)] = pl.String
    return columns


def table_of(rows: Iterable[dict[str, FactValue | None]], vocabulary: Vocabulary) -> pl.DataFrame:
    """The table of some rows of known facts, each with ``id``, ``area`` and ``assessed_on``; they are not checked."""
    split: list[dict[str, Any]] = []
    for row in rows:
        new = dict(row)
        for name, fact in vocabulary.facts.items():
            if fact.type == "date_or_word" and isinstance(new.get(name), str):
                new[WORD.format(name)] = new.pop(name)
        split.append(new)
    return pl.DataFrame(split, schema=schema(vocabulary))


def known_facts(row: dict[str, Any], vocabulary: Vocabulary) -> dict[str, FactValue]:
    """The known facts of a row, as the plain engine takes them."""
    facts: dict[str, FactValue] = {}
    for name, fact in vocabulary.facts.items():
        value = row.get(name)
        if fact.type == "date_or_word" and value is None:
            value = row.get(WORD.format(name))
        if value is not None:
            facts[name] = value
    return facts


def columns_of(source: pl.Expr, fact: Fact) -> list[pl.Expr]:
    """The columns of a fact from its plain value, text for dates and words."""
    if fact.type == "date_or_word":
        is_word = source.is_in(list(fact.words))
        return [
            day_of(pl.when(~is_word).then(source)).alias(fact.id),
            pl.when(is_word).then(source).alias(WORD.format(fact.id)),
        ]
    return [(day_of(source) if fact.type == "date" else source).alias(fact.id)]


def day_of(source: pl.Expr) -> pl.Expr:
    """A date written as text, as a date."""
    return source.str.to_date("%Y-%m-%d", strict=True)


def complete(table: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """The table with every column of ``schema``, unknown where it had none."""
    wanted = schema(vocabulary)
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in wanted.items() if name not in table.columns]
    return table.with_columns(absent).select(list(wanted))


def first_bad(table: pl.DataFrame, rules: Checks) -> tuple[int, str] | None:
    """The first row with a value that no case may hold, and its column; None if there is none."""
    bad: list[tuple[str, pl.Expr]] = [
        ("assessed_on", ~pl.col("assessed_on").is_between(FIRST_DAY, rules.latest)),
        ("assessed_on", pl.col("assessed_on").is_null()),
        (
            "area",
            pl.col("area").is_null() | (pl.col("area").str.strip_chars() != pl.col("area")) | (pl.col("area") == ""),
        ),
        ("area", (pl.col("area").str.len_chars() > LONGEST_NAME) | pl.col("area").str.contains(r"\p{C}")),
    ]
    for name, fact in rules.vocabulary.facts.items():
        column = pl.col(name)
        if fact.type == "choice":
            bad.append((name, ~column.is_in(list(fact.values))))
        elif fact.type == "integer":
            bad.append((name, ~column.is_between(fact.low, fact.high)))
        elif fact.type in ("date", "date_or_word"):
            bad.append((name, ~column.is_between(pl.lit(FIRST_DAY), pl.col("assessed_on"))))
            if name != "birth_date":
                bad.append((name, column < pl.col("birth_date")))
        if fact.type == "date_or_word":
            word = pl.col(WORD.format(name))
            bad.append((name, ~word.is_in(list(fact.words)) | (word.is_not_null() & column.is_not_null())))
    flags = table.select(
        expression.fill_null(value=False).alias(str(index)) for index, (_, expression) in enumerate(bad)
    )
    found = [(flags[str(index)].arg_true(), name) for index, (name, _) in enumerate(bad)]
    rows = [(int(hits[0]), name) for hits, name in found if len(hits)]
    return min(rows, default=None)
