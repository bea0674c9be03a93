"""Rules for keeping records, by jurisdiction, as data: each with its source and the day on which that was last read."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dermograph.core.text import Text
from dermograph.protocols.field import Field
from dermograph.protocols.strict_yaml import parse, read_file

RULES: Final = Path(__file__).parent / "retention"
MOST_YEARS: Final = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """One term.

    Attributes:
        covers: What is to be kept.
        counted_from: From when the years count, as the source says it.
        says: What the source asks, in a sentence.
        source: Where that stands.
    """

    id: str
    covers: Text
    years: int
    counted_from: Text
    says: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The terms of one place.

    Attributes:
        last_read: When somebody read the sources last.
        not_covered: What these rules do not know.
    """

    id: str
    name: Text
    last_read: dt.date
    rules: tuple[Rule, ...]
    not_covered: Text

    @property
    def years(self) -> int:
        """The longest of the terms."""
        return max(rule.years for rule in self.rules)


@functools.cache
def jurisdictions() -> dict[str, Jurisdiction]:
    """Every place whose rules are known, by its id.

    Raises:
        InputError: If a file cannot be read.
    """
    found = (read(parse(read_file(path), path.name)) for path in sorted(RULES.glob("*.yaml")))
    return {one.id: one for one in found}


def read(root: Field) -> Jurisdiction:
    """One file.

    Raises:
        InputError: At the first thing in it that is wrong.
    """
    entries = root.mapping(("schema", "id", "name", "last_read", "rules", "not_covered"))
    entries["schema"].choice(("dermograph.retention/1",))
    rules = tuple(_rule(one) for one in entries["rules"].items())
    if not rules:
        raise entries["rules"].error(Text("There is no rule.", "No hay ninguna regla."))
    return Jurisdiction(
        id=entries["id"].string(),
        name=entries["name"].text(),
        last_read=entries["last_read"].day(),
        rules=rules,
        not_covered=entries["not_covered"].text(),
    )


def _rule(item: Field) -> Rule:
    entries = item.mapping(("id", "covers", "years", "counted_from", "says", "source"))
    return Rule(
        id=entries["id"].string(),
        covers=entries["covers"].text(),
        years=entries["years"].integer(1, MOST_YEARS),
        counted_from=entries["counted_from"].text(),
        says=entries["says"].text(),
        source=entries["source"].text(),
    )
