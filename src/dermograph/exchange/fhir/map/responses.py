"""Answers that were given together, as a response to the published questions of a protocol: QuestionnaireResponse."""

from __future__ import annotations

from typing import Any, Final

from dermograph.exchange.fhir.codes import ANSWERS, MISSING_REASON
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element, extension
from dermograph.exchange.fhir.map.codecs import (
    INSTANT,
    PLAIN,
    TIME,
    code_of,
    coding_of,
    instant_of,
    published_as,
    reason_of,
    to,
    written_instant,
)
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference
from dermograph.exchange.fhir.map.places import At, Each, Known, measured_of, quantity_of
from dermograph.exchange.fhir.map.shared_places import in_list, patient_at
from dermograph.exchange.fhir.map.steps import FIRST
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.clinical import Item, Response, Said
from dermograph.exchange.record.part import Concept, Measured
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown

_WORD: Final = coding_of(ANSWERS)
#: The reason that no code of data-absent-reason means.
_EXPIRED: Final = "expired"


class _Answered:
    """The only answer of an item; without one the reason stands on the item, never on a value (see ``response``)."""

    def read(self, resource: Element, keys: Keys) -> Said:
        for answer in resource.get("answer", ())[:1]:
            return _value(answer, keys)
        codes = [one.get("valueCode") for one in resource.get("extension", ()) if one.get("url") == ABSENT_REASON]
        return reason_of(codes[0]) if codes else UNWRITTEN

    def write(self, resource: Element, value: Said) -> None:
        resource.pop("answer", None)
        kept = [one for one in resource.pop("extension", ()) if one.get("url") not in (ABSENT_REASON, MISSING_REASON)]
        if isinstance(value, Unknown):
            if (code := code_of(value)) is not None:
                kept.append(extension(ABSENT_REASON, valueCode=code))
            if value.reason == _EXPIRED:
                kept.append(extension(MISSING_REASON, valueCode=_EXPIRED))
        else:
            resource["answer"] = [_answer(value)]
        if kept:
            resource["extension"] = kept


def _value(answer: Element, keys: Keys) -> Said:
    value: Any = next((value for name, value in answer.items() if name.startswith("value")), None)
    if "valueCoding" in answer:
        word: Concept = _WORD.read(value, keys)
        return word
    if "valueQuantity" in answer:
        measured = measured_of(value)
        return Unknown("unsupported") if measured is None else measured
    if "valueDate" in answer:
        return PartialDate(value)
    if "valueDateTime" in answer:
        return instant_of(value)
    if isinstance(value, bool | int | str) and answer.keys() & {"valueBoolean", "valueInteger", "valueString"}:
        return value
    return Unknown("unsupported")


def _answer(value: Any) -> Element:  # noqa: ANN401 (any value but an unknown one)
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if isinstance(value, str):
        return {"valueString": value}
    if isinstance(value, Measured):
        return {"valueQuantity": quantity_of(value)}
    if isinstance(value, Concept):
        return {"valueCoding": _WORD.write(value)}
    if isinstance(value, PartialDate):
        return {"valueDate": value.written}
    return {"valueDateTime": written_instant(value)}


class _ByPatient:
    """Whether the source is the patient."""

    def read(self, resource: Element, _keys: object) -> bool:
        return kind_of_reference(resource.get("source", {})) == "Patient"

    def write(self, resource: Element, value: object) -> None:
        is_theirs = kind_of_reference(resource.get("source", {})) == "Patient"
        if value and "subject" in resource:
            resource["source"] = dict(resource["subject"])
        elif not value and is_theirs:
            del resource["source"]


RESPONSE: Final = Table(
    "QuestionnaireResponse",
    Response,
    {
        "patient": patient_at(),
        "course": in_list("basedOn", "ServiceRequest"),
        "protocol": At(("questionnaire",), published_as("Questionnaire")),
        "author": At(("author",), to("Practitioner"), None),
        "by_patient": _ByPatient(),
        "answered_at": Known(("authored",), TIME),
        "changed_at": Known(("meta", "lastUpdated"), INSTANT),
        "state": At(("status",), PLAIN),
        "items": Each("item", FIRST, Item, {"link": At(("linkId",), PLAIN), "value": _Answered()}),
    },
    lambda response: {} if response.state else {"status": "completed"},
    "response",
)
