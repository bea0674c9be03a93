"""What a line of a file brings, and what it needs of others: read before anybody has checked it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dermograph.clinic.handover.holdings import Address
from dermograph.clinic.handover.subjects import references_of
from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element, structure
from dermograph.exchange.fhir.incoming import Result
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.read.check import issues_of


def address_of(line: Any, keys: Keys) -> Address | None:  # noqa: ANN401 (any JSON, or an Issue)
    """Under what others may name a line; None for one without a type or an id.

    Args:
        line: As it was read.
        keys: How the sender's ids become ours.
    """
    kind, logical = (line.get("resourceType"), line.get("id")) if isinstance(line, dict) else (None, None)
    return (kind, keys.of_logical(kind, logical)) if isinstance(kind, str) and isinstance(logical, str) else None


def needs_of(line: Any, keys: Keys) -> dict[Address, str]:  # noqa: ANN401 (any JSON)
    """What something names, each with the reference as it is written.

    Args:
        line: A line, or a part of one.
        keys: As ``address_of``.
    """
    every = ((to, to["reference"]) for to in references_of(line))
    return {(kind_of_reference(to), keys.of_reference(written)): written for to, written in every}


def refused_needs(lines: Sequence[Mapping[str, Any]], refused: Collection[Address], keys: Keys) -> Iterator[Element]:
    """Of each of some lines one thing that it needs and that is refused, as an entry that is refused under that name.

    What a line of the same piece brings stays out, or corrects: a correction is taken without what was in error.

    Args:
        lines: A piece.
        refused: What was refused before.
        keys: As ``address_of``.
    """
    if not refused:
        return
    out = {at for line in lines for at in (address_of(line, keys), *_corrected(line, keys))}
    for line in lines:
        if issues_of(line):  # refused by itself
            continue
        needs = ((at, written) for at, written in needs_of(line, keys).items() if at in refused and at not in out)
        for (kind, _), written in needs:
            logical = written.partition("/_history/")[0].rpartition("/")[2]
            yield {"resourceType": kind, "id": logical, "refused": True}  # no element of FHIR, so that it is refused
            break


def needs_any(refused: Collection[Address], line: Any, keys: Keys) -> bool:  # noqa: ANN401 (any JSON)
    """Whether something needs anything that is refused, and does not correct it.

    Args:
        refused: What was refused.
        line: A line.
        keys: As ``address_of``.
    """
    return any(at in refused for at in needs_of(line, keys).keys() - set(_corrected(line, keys)))


def never_came(one: Result, refused: Collection[Address], keys: Keys) -> tuple[Issue, ...]:
    """What to tell of something that was taken over before what it names was refused.

    Args:
        one: What became of it, with what is told of it already.
        refused: What was refused.
        keys: As ``address_of``.
    """
    told = " ".join(issue.words.en for issue in one.issues if issue.code == "not-found")
    lost = [shown(written) for at, written in needs_of(one.resource, keys).items() if at in refused]
    return tuple(
        Issue(
            "not-found",
            Text(f"It names {name}, which is refused.", f"Nombra {name}, que se rechaza."),
            f"Bundle.entry[{one.number}].resource",
            "warning",
        )
        for name in lost
        if name not in told
    )


def _corrected(line: Mapping[str, Any], keys: Keys) -> Iterator[Address]:
    """What a line corrects."""
    extensions = line.get("extension")
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, dict) and one.get("url") == structure("supersedes"):
            yield from needs_of(one, keys)
