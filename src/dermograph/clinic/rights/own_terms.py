"""Terms of the product's own, as data: for rows that no law asks for, and that end by themselves."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dermograph.core.text import Text
from dermograph.protocols.field import Field
from dermograph.protocols.strict_yaml import parse, read_file

FILE: Final = Path(__file__).parent / "own_terms.yaml"
#: The id of the term of cards that nobody said anything about.
CARDS: Final = "cards-without-feedback"
MOST_DAYS: Final = 3650


@dataclass(frozen=True, slots=True)
class OwnTerm:
    """One term.

    Attributes:
        covers: What ends.
        days: After how many full days.
        counted_from: From when they count.
        why: Why it is kept so long and no longer, in a sentence.
    """

    id: str
    covers: Text
    days: int
    counted_from: Text
    why: Text


@functools.cache
def own_terms() -> dict[str, OwnTerm]:
    """Every term of the product's own, by its id.

    Raises:
        InputError: If the file cannot be read.
    """
    return read(parse(read_file(FILE), FILE.name))


def read(root: Field) -> dict[str, OwnTerm]:
    """The file.

    Raises:
        InputError: At the first thing in it that is wrong.
    """
    entries = root.mapping(("schema", "terms"))
    entries["schema"].choice(("dermograph.own-terms/1",))
    found = [_term(one) for one in entries["terms"].items()]
    if sorted(one.id for one in found) != [CARDS]:
        raise entries["terms"].error(
            Text(f"There is one term: {CARDS}.", f"Hay un plazo: {CARDS}."),
        )
    return {one.id: one for one in found}


def _term(item: Field) -> OwnTerm:
    entries = item.mapping(("id", "covers", "days", "counted_from", "why"))
    return OwnTerm(
        id=entries["id"].string(),
        covers=entries["covers"].text(),
        days=entries["days"].integer(1, MOST_DAYS),
        counted_from=entries["counted_from"].text(),
        why=entries["why"].text(),
    )
