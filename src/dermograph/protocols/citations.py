"""Sources, what they claim, what became of each claim, and where they contradict each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from dermograph.core.errors import nearest, shown
from dermograph.core.text import Language, Text
from dermograph.protocols.field import Field

Basis = Literal["clinic", "literature", "assumption"]
Fate = Literal["used", "disputed", "rejected", "not_clinical", "reference"]
ConflictKind = Literal["contradiction", "gap", "ambiguity"]
BASES: tuple[Basis, ...] = ("clinic", "literature", "assumption")
FATES: tuple[Fate, ...] = ("used", "disputed", "rejected", "not_clinical", "reference")


@dataclass(frozen=True, slots=True)
class Cite:
    """A place in a source.

    Attributes:
        source: The key of its register.
        claim: The id of the claim in that register.
        at: The exact place, in words.
        basis: Whether the clinic says it, the literature does, or it is an assumption that the clinic can set.
    """

    source: str
    claim: str
    at: str
    basis: Basis

    def to_json(self) -> dict[str, str]:
        """The three parts that an answer shows."""
        return {"source": self.source, "at": self.at, "basis": self.basis}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a source says, in our own words.

    Attributes:
        lines: The lines of the document that say it, 1-based; empty for a source without a document.
        fate: What became of it.
        why: The reason for a fate other than ``used``; None for ``used``.
    """

    id: str
    at: str
    lines: frozenset[int]
    says: Text
    fate: Fate
    why: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A register of every claim of one document, or of one kind of reference.

    Attributes:
        register: The name of the register's own file.
        file, sha256: The document that it registers; None where there is no single one.
        furniture: Lines of the document that claim nothing.
    """

    key: str
    title: Text
    basis: Basis
    claims: Mapping[str, Claim]
    register: str
    file: str | None = None
    sha256: str | None = None
    furniture: frozenset[int] = frozenset()

    def cite(self, claim: str) -> Cite:
        """The citation of one of its claims.

        Raises:
            KeyError: If it makes no such claim.
        """
        return Cite(self.key, claim, self.claims[claim].at, self.basis)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place where sources contradict each other or themselves, leave a gap, or can be read in two ways.

    Attributes:
        row: Its number in the table of contradictions; None for a clinic's own.
        sides: The claims that meet in it, each with its citation.
        treatment: What the protocols do about it, and why.
    """

    id: str
    row: int | None
    kind: ConflictKind
    topic: Text
    sides: tuple[tuple[Cite, Claim], ...]
    treatment: Text

    def to_json(self, language: Language) -> dict[str, Any]:
        """The topic, all sides with their fate, and the treatment, in one language."""
        return {
            "conflict": self.id,
            "topic": self.topic.say(language),
            "sides": [
                {**cite.to_json(), "says": claim.says.say(language), "fate": claim.fate} for cite, claim in self.sides
            ],
            "treatment": self.treatment.say(language),
        }


def read_source(root: Field) -> Source:
    """A register of claims.

    Raises:
        InputError: At the first entry that is wrong.
    """
    entries = root.mapping(
        required=("schema", "key", "title", "basis", "claims"), optional=("file", "sha256", "furniture")
    )
    entries["schema"].choice(("dermograph.source/1",))
    claims: dict[str, Claim] = {}
    for field in entries["claims"].items():
        claim = _read_claim(field)
        if claim.id in claims:
            raise field.error(
                Text(f"The claim {shown(claim.id)} stands twice.", f"La afirmación {shown(claim.id)} se repite.")
            )
        claims[claim.id] = claim
    furniture: set[int] = set()
    for field in entries["furniture"].items() if "furniture" in entries else ():
        parts = field.mapping(required=("lines", "what"))
        furniture |= _read_lines(parts["lines"])
    return Source(
        key=entries["key"].string(),
        title=entries["title"].text(),
        basis=cast("Basis", entries["basis"].choice(BASES)),
        claims=claims,
        register=root.file,
        file=entries["file"].string() if "file" in entries else None,
        sha256=entries["sha256"].string() if "sha256" in entries else None,
        furniture=frozenset(furniture),
    )


def _read_claim(field: Field) -> Claim:
    parts = field.mapping(required=("id", "at", "says", "fate"), optional=("lines", "why"))
    fate = cast("Fate", parts["fate"].choice(FATES))
    if (fate == "used") == ("why" in parts):
        raise field.error(
            Text(
                "A fate other than 'used' gives its reason in 'why'; 'used' has none.",
                "Un destino distinto de 'used' da su motivo en 'why'; 'used' no lo lleva.",
            )
        )
    return Claim(
        id=parts["id"].string(),
        at=parts["at"].string(),
        lines=_read_lines(parts["lines"]) if "lines" in parts else frozenset(),
        says=parts["says"].text(),
        fate=fate,
        why=parts["why"].text() if "why" in parts else None,
    )


def _read_lines(field: Field) -> frozenset[int]:
    lines: set[int] = set()
    for item in field.items():
        if isinstance(item.node.value, str):
            match = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", item.node.value)
            if not match or int(match[1]) > int(match[2]):
                raise item.error(Text('Lines are 12 or "12-15".', 'Las líneas se escriben 12 o "12-15".'))
            lines.update(range(int(match[1]), int(match[2]) + 1))
        else:
            lines.add(item.integer(1, 99999))
    return frozenset(lines)


def read_conflicts(root: Field, sources: Mapping[str, Source]) -> dict[str, Conflict]:
    """The register of conflicts, each side found in the registers of sources.

    Raises:
        InputError: At the first entry that is wrong.
    """
    entries = root.mapping(required=("schema", "conflicts"))
    entries["schema"].choice(("dermograph.conflicts/1",))
    conflicts: dict[str, Conflict] = {}
    for field in entries["conflicts"].items():
        parts = field.mapping(required=("id", "kind", "topic", "claims", "treatment"), optional=("row",))
        cites = [read_cite(item, sources) for item in parts["claims"].items()]
        conflict = Conflict(
            id=parts["id"].string(),
            row=parts["row"].integer(1, 999) if "row" in parts else None,
            kind=cast("ConflictKind", parts["kind"].choice(get_args(ConflictKind))),
            topic=parts["topic"].text(),
            sides=tuple((cite, sources[cite.source].claims[cite.claim]) for cite in cites),
            treatment=parts["treatment"].text(),
        )
        if conflict.id in conflicts:
            raise field.error(
                Text(
                    f"The conflict {shown(conflict.id)} stands twice.", f"El conflicto {shown(conflict.id)} se repite."
                )
            )
        conflicts[conflict.id] = conflict
    return conflicts


def read_cite(field: Field, sources: Mapping[str, Source]) -> Cite:
    """A citation written as ``source-key/claim-id``.

    Raises:
        InputError: If the source or the claim is not registered.
    """
    key, _, claim = field.string().partition("/")
    if key not in sources:
        raise field.error(
            Text(f"Unknown source {shown(key)}.", f"Fuente desconocida {shown(key)}."), nearest(key, sources)
        )
    if claim not in sources[key].claims:
        raise field.error(
            Text(f"{key} makes no claim {shown(claim)}.", f"{key} no contiene la afirmación {shown(claim)}."),
            nearest(claim, sources[key].claims),
        )
    return sources[key].cite(claim)
