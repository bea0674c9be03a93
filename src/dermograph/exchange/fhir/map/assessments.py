"""Signed assessments and their reasons, in the form of those that are worked out: GuidanceResponse, DetectedIssue."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from itertools import chain, repeat
from typing import Any, Final
from urllib.parse import quote

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import (
    AREA_NAME,
    EFFECTS,
    FACTS,
    GRADES,
    HASH_SYSTEM,
    canonical,
    version_told,
)
from dermograph.exchange.fhir.elements import Element, coding, concept, extension, narrative, reference
from dermograph.exchange.fhir.map.codecs import DAY, PLAIN, TIME, Codec, published_as, to
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference
from dermograph.exchange.fhir.map.observations import PINNED, stored
from dermograph.exchange.fhir.map.places import At, Known, Several
from dermograph.exchange.fhir.map.shared_places import Spanish, entry_places, in_list, patient_at
from dermograph.exchange.fhir.map.steps import FIRST, Way, Where, extended
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.fhir.protocol.guidance import required, severity_of, status_of, summary
from dermograph.exchange.record.decisions import Assessment, Issue
from dermograph.exchange.record.part import Json

#: The version of a protocol is not always one that may stand in an address.
_IN_ADDRESS: Final = "-._~+"
_MODULE: Final = published_as("PlanDefinition")
_EFFECT: Final = Codec(
    lambda one, _: one.get("code") if one.get("system") == EFFECTS else None, lambda code: coding(EFFECTS, code)
)


class _Module:
    """The protocol, by the address of its PlanDefinition; the version in it follows from other places."""

    def read(self, resource: Element, keys: Keys) -> str:
        return str(_MODULE.read(resource.get("moduleCanonical", ""), keys) or "")

    def write(self, resource: Element, value: str) -> None:
        _, bar, version = str(resource.pop("moduleCanonical", "")).partition("|")
        if value:
            resource.pop("moduleUri", None)
            resource["moduleCanonical"] = f"{_MODULE.write(value)}{bar}{version}"


def _decided(name: str, value: str) -> Way:
    """The way to what was decided: it stands as contained Parameters, as of what is worked out."""
    return ("contained", Where("id", "outcome"), "parameter", Where("name", name), value)


def _module(assessment: Assessment) -> Element:
    if not assessment.protocol:
        return {"moduleUri": canonical("PlanDefinition", "")}
    address = canonical("PlanDefinition", assessment.protocol)
    if assessment.protocol_version:
        version = version_told(assessment.protocol_version, assessment.protocol_hash)
        address = f"{address}|{quote(version, safe=_IN_ADDRESS)}"
    return {"moduleCanonical": address}


def _assessment(assessment: Assessment) -> Element:
    """What the standard wants, and in words and codes what stands in what was stored."""
    told, spanish = _in(assessment.result, "en"), _in(assessment.result, "es")
    reasons = _listed(told, "reasons")
    beside = chain(_listed(spanish, "reasons"), repeat({}))  # what has no Spanish is said in English
    says = [_in_both(one.get("says"), other.get("says")) for one, other in zip(reasons, beside, strict=False)]
    asked = _listed(told, "ask")
    indications = [words for words, one in zip(says, reasons, strict=True) if one.get("grade") == "indication"]
    made: Element = {"language": "en"}
    if name := told.get("name"):
        made["text"] = narrative(summary(str(name), assessment.verdict, says))
    made["contained"] = [{"resourceType": "Parameters", "id": "outcome"}]
    if name:
        made["extension"] = [extension(AREA_NAME, valueString=str(name))]
    if assessment.protocol_hash:
        made["requestIdentifier"] = {"system": HASH_SYSTEM}
    made |= _module(assessment)
    made |= {
        "status": status_of(assessment.verdict, asks=bool(asked)),
        "outputParameters": {"reference": "#outcome"},
    }
    if indications:
        made["reasonCode"] = [concept(text=one.en) for one in indications]
    if asked:
        made["dataRequirement"] = [
            required(*(str(one.get(name, "")) for name in ("fact", "missing", "could_become"))) for one in asked
        ]
    return made


def _in_both(english: object, spanish: object) -> Text:
    return Text(str(english or ""), str(spanish or english or ""))


def _in(result: Json, language: str) -> Json:
    """What was decided, as it was stored in one language."""
    found = result.get(language)
    return found if isinstance(found, Mapping) else {}


def _listed(told: Json, name: str) -> list[Json]:
    found = told.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


ASSESSMENT: Final = Table(
    "GuidanceResponse",
    Assessment,
    {
        "patient": patient_at(),
        **entry_places("GuidanceResponse", ("occurrenceDateTime",), extended("written-by", "valueReference")),
        "course": At(extended("course", "valueReference"), to("ServiceRequest"), None),
        "plan": At(("result",), to("CarePlan"), None),
        "assessed_on": Known(_decided("assessed_on", "valueDate"), DAY),
        "verdict": At(_decided("verdict", "valueCoding"), _EFFECT),
        "worst_case": At(_decided("worst_case", "valueCoding"), _EFFECT),
        "not_before": Known(_decided("not_before", "valueDate"), DAY),
        "facts": stored("facts"),
        "result": stored("result"),
        "protocol": _Module(),
        "protocol_version": PINNED["protocol_version"],
        "protocol_hash": At(("requestIdentifier", "value"), PLAIN),
    },
    _assessment,
    "assessment",
    ("moduleCanonical", "moduleUri", "status", "reasonCode", "dataRequirement"),
)


class _InWords:
    """Evidence that a place in a source is."""

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        return any("text" in one for one in item.get("code", ()))

    def new(self) -> Element:
        return {}


def _several(read: Any, write: Any) -> Codec:  # noqa: ANN401 (two functions of a list)
    return Codec(lambda many, keys: tuple(read(many, keys)), lambda values: [write(one) for one in values])


def _facts(codings: list[Element], _keys: Keys) -> Iterator[str]:
    yield from (str(one["code"]) for one in codings if one.get("system") == FACTS and "code" in one)


def _answers(references: list[Element], keys: Keys) -> Iterator[uuid.UUID]:
    for one in references:
        if kind_of_reference(one) == "Observation":
            yield keys.of_reference(one["reference"])


_DECIDING: Final[Way] = ("evidence", Where("id", "facts"))
_ASKED: Final = extended("asked-of", "valueString")

ISSUE: Final = Table(
    "DetectedIssue",
    Issue,
    {
        "patient": patient_at("patient"),
        "area": in_list("implicated", "BodyStructure"),
        "assessment": in_list("implicated", "GuidanceResponse"),
        "name": At(extended("area-name", "valueString"), PLAIN),
        "at": Known(("identifiedDateTime",), TIME),
        "grade": At(("code", "coding", Where("system", GRADES), "code"), PLAIN),
        "effect": At(("code", "coding", Where("system", EFFECTS), "code"), PLAIN),
        "rule": At(("code", "text"), PLAIN),
        "words": At(("detail",), PLAIN),
        "words_es": Spanish(("detail",)),
        "until": Known(extended("until", "valueDate"), DAY),
        "asked_of": At(_ASKED, PLAIN),
        "asked_of_es": Spanish(_ASKED),
        "places": Several("evidence", _InWords(), ("code", FIRST, "text"), PLAIN),
        "facts": At((*_DECIDING, "code", FIRST, "coding"), _several(_facts, lambda fact: coding(FACTS, fact)), ()),
        "answers": At((*_DECIDING, "detail"), _several(_answers, lambda answer: reference("Observation", answer)), ()),
    },
    lambda issue: (
        {"language": "en", "status": "final"}
        | ({"severity": severity} if (severity := severity_of(issue.effect)) else {})
    ),
    "issue",
    ("severity",),
)
