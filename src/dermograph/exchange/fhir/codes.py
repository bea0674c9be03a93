"""Under which names our own codes and protocols are published, and which foreign codes say the same.

Nothing here is a decision: a protocol, a version and a hash become an address, one of our words becomes a code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from dermograph.protocols.model import Protocol

#: Before every canonical URL of ours. A URN: it names and promises no server (R4, 2.24.0.3, canonical is a URI).
BASE: Final = "urn:dermograph:fhir"

FHIRPATH: Final = "text/fhirpath"
HASH_SYSTEM: Final = f"{BASE}/sid/protocol-hash"
LOINC: Final = "http://loinc.org"

FACTS: Final = f"{BASE}/CodeSystem/facts"
ANSWERS: Final = f"{BASE}/CodeSystem/answers"
GRADES: Final = f"{BASE}/CodeSystem/grades"
EFFECTS: Final = f"{BASE}/CodeSystem/effects"
MISSING_REASONS: Final = f"{BASE}/CodeSystem/missing-reasons"
EVENT_KINDS: Final = f"{BASE}/CodeSystem/event-kinds"
SIGNS: Final = f"{BASE}/CodeSystem/signs"
MEASURES: Final = f"{BASE}/CodeSystem/measures"
STATEMENT_KINDS: Final = f"{BASE}/CodeSystem/statement-kinds"
CLAIMS: Final = f"{BASE}/CodeSystem/claims"
BASES: Final = f"{BASE}/CodeSystem/bases"

DECISIONS: Final = f"{BASE}/CodeSystem/decisions"

#: Extensions of ours; ``protocol.extensions`` publishes what each is.
MISSING_REASON: Final = f"{BASE}/StructureDefinition/missing-reason"
MAY_BE_UNKNOWN: Final = f"{BASE}/StructureDefinition/may-be-unknown"
UNTIL: Final = f"{BASE}/StructureDefinition/until"
ASKED_OF: Final = f"{BASE}/StructureDefinition/asked-of"
AREA_NAME: Final = f"{BASE}/StructureDefinition/area-name"
BASIS: Final = f"{BASE}/StructureDefinition/basis"
DISPUTED: Final = f"{BASE}/StructureDefinition/disputed"
REPLACES: Final = f"{BASE}/StructureDefinition/replaces"
OVERRIDES: Final = f"{BASE}/StructureDefinition/overrides"
FIGURE: Final = f"{BASE}/StructureDefinition/figure"
WORRY: Final = f"{BASE}/StructureDefinition/worry"
QUESTION: Final = f"{BASE}/StructureDefinition/question"
COULD_BECOME: Final = f"{BASE}/StructureDefinition/could-become"
CITATION: Final = f"{BASE}/StructureDefinition/citation"

#: Our reasons why a fact is missing as codes of data-absent-reason. None of its codes means "too old to count": that
#: is written as ``temp-unknown``, and our own extension beside it keeps the reason.
ABSENT_CODES: Final[Mapping[str, str]] = {
    "not_asked": "not-asked",
    "not_known": "asked-unknown",
    "refused": "asked-declined",
    "not_applicable": "not-applicable",
    "expired": "temp-unknown",
}
#: Codes of data-absent-reason as our reasons. What is not in it (``not-a-number``, ``error`` …) is no reason why a
#: person has not answered, and is refused.
ABSENT_REASONS: Final[Mapping[str, str]] = {
    "not-asked": "not_asked",
    "not-performed": "not_asked",
    "unknown": "not_known",
    "asked-unknown": "not_known",
    "temp-unknown": "not_known",
    "asked-declined": "refused",
    "not-permitted": "not_known",
    "masked": "not_known",
    "not-applicable": "not_applicable",
}
#: Facts that LOINC has a code for, of which there is no doubt.
LOINC_FACTS: Final[Mapping[str, tuple[str, str]]] = {
    "birth_date": ("21112-8", "Birth date"),
    "pregnant": ("82810-3", "Pregnancy status"),
}
#: UCUM codes of the units of periods.
PERIOD_UNITS: Final[Mapping[str, str]] = {
    "minutes": "min",
    "hours": "h",
    "days": "d",
    "weeks": "wk",
    "months": "mo",
    "years": "a",
}

_SHORT_HASH = 12
_LONGEST_ID = 64  # R4, 2.24.0.1, id: [A-Za-z0-9\-\.]{1,64}


def canonical(kind: str, name: str) -> str:
    """The canonical URL of a resource that we publish, without its version."""
    return f"{BASE}/{kind}/{name}"


def version_of(protocol: Protocol) -> str:
    """The business version: that of the protocol and the beginning of the hash of everything that decides.

    The hash is in it because a clinic's overrides, a register or the vocabulary change what is decided while the
    protocol keeps its own number.
    """
    return version_told(protocol.version, protocol.hash)


def version_told(version: str, digest: str) -> str:
    """The same of a version and a whole hash as an entry keeps them."""
    return f"{version}-{digest.removeprefix('sha256:')[:_SHORT_HASH]}"


def resource_id(*parts: str) -> str:
    """A logical id of some parts, the same for the same parts and of at most 64 characters.

    >>> resource_id("scalp", "1.0.0-8432f4d4be5f", "no_sun")
    'scalp-1.0.0-8432f4d4be5f-no-sun'
    """
    joined = "-".join(parts)
    made = re.sub(r"[^A-Za-z0-9.-]", "-", joined)
    if len(made) <= _LONGEST_ID:
        return made
    digest = hashlib.sha256(joined.encode()).hexdigest()[:_SHORT_HASH]
    return f"{made[: _LONGEST_ID - _SHORT_HASH - 1]}-{digest}"


def plan_definition_url(protocol: Protocol) -> str:
    """The canonical URL of a protocol's PlanDefinition, with its version."""
    return f"{canonical('PlanDefinition', protocol.id)}|{version_of(protocol)}"


def questionnaire_url(protocol: Protocol) -> str:
    """The canonical URL of the Questionnaire of a protocol's facts, with its version."""
    return f"{canonical('Questionnaire', protocol.id)}|{version_of(protocol)}"


def answer_code(fact: str, value: str) -> str:
    """A word that answers a question as a code: the fact is part of it, since "none" answers many."""
    return f"{fact}.{value}"


def word_link(fact: str) -> str:
    """The linkId under which a word stands in for a date that the fact asks for."""
    return f"{fact}.word"
