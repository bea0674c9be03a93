"""Citations, disputes and what a clinic replaced, as elements of R4."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import BASIS, CLAIMS, DISPUTED, REPLACES
from dermograph.exchange.fhir.elements import Element, both_languages, coding, extension
from dermograph.protocols.citations import Cite, Conflict, Source
from dermograph.protocols.model import Override, Protocol, Statement


def claim_code(cite: Cite) -> str:
    """A place in a source as a code of our register of claims."""
    return f"{cite.source}/{cite.claim}"


def claim_coding(cite: Cite) -> Element:
    """A place in a source as a Coding."""
    return coding(CLAIMS, claim_code(cite), cite.at)


def citation(cite: Cite, protocol: Protocol) -> Element:
    """A citation (R4 RelatedArtifact): the claim, its exact place, and what it says in our own words."""
    source = protocol.sources[cite.source]
    says = source.claims[cite.claim].says
    words = Text(f"{source.title.en}, {cite.at}: {says.en}", f"{source.title.es}, {cite.at}: {says.es}")
    return {
        "extension": [extension(BASIS, valueCode=cite.basis)],
        "type": "citation",
        "label": claim_code(cite),
        "display": cite.at,
        **both_languages("citation", words),
    }


def source_citation(source: Source) -> Element:
    """A whole source, as a protocol lists it."""
    return {
        "extension": [extension(BASIS, valueCode=source.basis)],
        "type": "citation",
        "label": source.key,
        **both_languages("citation", source.title),
    }


def citations(statement: Statement, protocol: Protocol) -> list[Element]:
    """Every citation of a statement, in its order."""
    return [citation(cite, protocol) for cite in statement.cite]


def said(name: str, text: Text) -> Element:
    """A part of an extension that holds words in both languages."""
    return {"url": name, **both_languages("valueString", text)}


def disputed(conflict: Conflict) -> Element:
    """Where sources disagree: what about, every side with its place, and what the protocols do about it."""
    sides = [
        {
            "url": "side",
            "extension": [
                {"url": "claim", "valueCoding": claim_coding(cite)},
                {"url": "fate", "valueCode": claim.fate},
                said("says", claim.says),
            ],
        }
        for cite, claim in conflict.sides
    ]
    return {
        "url": DISPUTED,
        "extension": [
            {"url": "conflict", "valueCode": conflict.id},
            {"url": "kind", "valueCode": conflict.kind},
            said("topic", conflict.topic),
            *sides,
            said("treatment", conflict.treatment),
        ],
    }


def replaced(original: Statement, override: Override | None) -> Element:
    """What a clinic's own statement stands in place of; why and who decided it, where that is known.

    Args:
        original: The statement that was replaced.
        override: The clinic's decision.
    """
    parts = [said("says", original.says)]
    parts += [{"url": "claim", "valueCoding": claim_coding(one)} for one in original.cite]
    if override is not None:
        parts += [
            said("reason", override.reason),
            {"url": "decided-by", "valueString": override.decided_by},
            {"url": "protocol", "valueString": override.protocol},
        ]
    return {"url": REPLACES, "extension": parts}


def provenance(statement: Statement, protocol: Protocol) -> list[Element]:
    """The extensions that tell where a statement is disputed and what it replaces."""
    found = [disputed(protocol.conflicts[statement.conflict])] if statement.conflict else []
    if statement.replaces is not None:
        found.append(replaced(statement.replaces, statement.override))
    return found
