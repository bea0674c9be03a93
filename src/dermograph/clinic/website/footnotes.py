"""Statements of a protocol with the notes that say where each comes from, and both sides where sources disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dermograph.care.explain import BASES, CONFLICTS
from dermograph.core.text import Language
from dermograph.protocols.citations import Cite
from dermograph.protocols.model import Protocol, Statement

#: What a public page repeats of a disagreement. A rejected claim is left out: to print it would spread it.
SHOWN_FATES = ("used", "disputed")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a disagreement."""

    says: str
    notes: tuple[int, ...]
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where sources disagree, leave a gap, or can be read in two ways."""

    kind: str
    topic: str
    sides: tuple[Side, ...]
    treatment: str


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as a page prints it.

    Attributes:
        head: What stands before it, such as a question or a period; may be empty.
        notes: The numbers of its notes.
        more: What follows it, such as when to call the clinic; may be empty.
        hours: Length of its period, for the bar beside it; None where the source gives no figure.
    """

    id: str
    says: str
    notes: tuple[int, ...]
    disagreement: Disagreement | None = None
    head: str = ""
    more: str = ""
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One place in a source."""

    number: int
    at: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A source with its places that a page needs.

    Attributes:
        basis: Whether the clinic says it, the literature does, or it is an assumption, in words.
    """

    title: str
    basis: str
    is_assumption: bool
    notes: list[Note]


@dataclass(slots=True)
class Footnotes:
    """The notes of one page, numbered as they are first needed."""

    protocol: Protocol
    language: Language
    numbers: dict[Cite, int] = field(default_factory=dict)

    def of(self, cites: Iterable[Cite]) -> tuple[int, ...]:
        """The numbers of some places."""
        return tuple(self.numbers.setdefault(cite, len(self.numbers) + 1) for cite in dict.fromkeys(cites))

    def said(
        self, statement: Statement, *, says: str = "", head: str = "", more: str = "", hours: int | None = None
    ) -> Said:
        """A statement with its notes; ``says`` where the page says less of it than the protocol does."""
        notes = self.of(statement.cite)
        words = says or statement.says.say(self.language)
        return Said(statement.id, words, notes, self._disagreement(statement), head, more, hours)

    def by_source(self) -> list[Cited]:
        """All notes under their source, in the order of the page."""
        found: dict[str, Cited] = {}
        for cite, number in self.numbers.items():
            if cite.source not in found:
                title = self.protocol.sources[cite.source].title.say(self.language)
                basis = BASES[cite.basis].say(self.language)
                found[cite.source] = Cited(title, basis, cite.basis == "assumption", [])
            found[cite.source].notes.append(Note(number, cite.at))
        return list(found.values())

    def _disagreement(self, statement: Statement) -> Disagreement | None:
        """Both sides of what a statement belongs to; None where fewer than two may be repeated."""
        if statement.conflict is None:
            return None
        conflict = self.protocol.conflicts[statement.conflict]
        shown = [(cite, claim) for cite, claim in conflict.sides if claim.fate in SHOWN_FATES]
        if len(shown) < 2:
            return None
        return Disagreement(
            CONFLICTS[conflict.kind].say(self.language),
            conflict.topic.say(self.language),
            tuple(Side(claim.says.say(self.language), self.of([cite]), claim.fate == "used") for cite, claim in shown),
            conflict.treatment.say(self.language),
        )
