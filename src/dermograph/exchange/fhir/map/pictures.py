"""Photographs, documents, and what was measured in photographs: Media, DocumentReference, Observation."""

from __future__ import annotations

from typing import Any, Final

from dermograph.exchange.fhir.elements import Element, absent, code_system, naming
from dermograph.exchange.fhir.map.codecs import (
    ABSENT_SYSTEM,
    ANY_REFERENCE,
    DAY,
    INSTANT,
    NUMBER,
    PLAIN,
    STORED,
    TIME,
    WHOLE,
    code_of_ours,
    target,
    words,
)
from dermograph.exchange.fhir.map.keys import kind_of_reference
from dermograph.exchange.fhir.map.observations import observation_entry, observed
from dermograph.exchange.fhir.map.places import At, Each, Known, MeasuredAt, Place, Several
from dermograph.exchange.fhir.map.shared_places import concept_at, entry_places, in_list, patient_at
from dermograph.exchange.fhir.map.steps import FIRST, InRole, OfSystem, Where, extended
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.pictures import Comparison, Document, Figure, Measure, Photograph, ScalpReading

_MEASURE: Final = code_system("measures")
_OUTCOME: Final = code_system("outcomes")


def _photograph(photograph: Photograph) -> Element:
    made: Element = {} if photograph.state else {"status": "unknown"}
    return made | {"content": {} if photograph.media_type else absent("contentType", "unknown")}


PHOTOGRAPH: Final = Table(
    "Media",
    Photograph,
    {
        "patient": patient_at(),
        **entry_places("Media", ("issued",), ("operator",)),
        "course": in_list("basedOn", "ServiceRequest"),
        "session": in_list("partOf", "Procedure"),
        "taken_at": Known(("createdDateTime",), TIME),
        "camera_day": Known(extended("camera-day", "valueDate"), DAY),
        "note": At(("note", FIRST, "text"), PLAIN),
        "name": At(("content", "title"), PLAIN),
        "media_type": At(("content", "contentType"), PLAIN),
        "sha256": At(("identifier", Where("system", naming("sha256")), "value"), PLAIN),
        "bytes": Known(("content", "size"), WHOLE),
        "width": Known(("width",), WHOLE),
        "height": Known(("height",), WHOLE),
        "from_home": At(extended("from-home", "valueBoolean"), PLAIN, empty=False),
        "usable": Known(extended("usable", "valueBoolean"), PLAIN),
        "findings": At(extended("findings", "valueAttachment"), STORED, {}),
        "state": At(("status",), words({"withdrawn": "entered-in-error"})),
    },
    _photograph,
)


class _Related:
    """References to anything, as they are written."""

    def is_it(self, item: Any, number: int) -> bool:  # noqa: ANN401, ARG002 (of the protocol)
        return bool(kind_of_reference(item) or item.get("reference"))

    def new(self) -> Element:
        return {}


class _About:
    """What a document is a form of: ``context.related``, a list in an object."""

    _inner = Several("related", _Related(), (), ANY_REFERENCE)

    def read(self, resource: Element, keys: Any) -> tuple[Any, ...]:  # noqa: ANN401 (of the protocol)
        return self._inner.read(resource.get("context", {}), keys)

    def write(self, resource: Element, value: tuple[Any, ...]) -> None:
        context = resource.setdefault("context", {})
        self._inner.write(context, value)
        if not context:
            del resource["context"]


def _document(document: Document) -> Element:
    made: Element = {} if document.state else {"status": "current"}
    if not (document.title or document.media_type or document.url):
        made["content"] = [{"attachment": absent("contentType", "unknown")}]
    return made


_ATTACHED: Final = ("content", FIRST, "attachment")
DOCUMENT: Final = Table(
    "DocumentReference",
    Document,
    {
        "patient": patient_at(),
        "kind": concept_at("type", "documents"),
        "title": At((*_ATTACHED, "title"), PLAIN),
        "at": Known(("date",), INSTANT),
        "media_type": At((*_ATTACHED, "contentType"), PLAIN),
        "url": At((*_ATTACHED, "url"), PLAIN),
        "bytes": Known((*_ATTACHED, "size"), WHOLE),
        "about": _About(),
        "state": At(("status",), PLAIN),
    },
    _document,
)


def _bound(name: str) -> Place:
    return Known(extended(name, "valueDecimal"), NUMBER)


_NAMED: Final[dict[str, Place]] = {"name": At(("code",), code_of_ours(_MEASURE))}
_MEASURES: Final = Each(
    "component",
    FIRST,
    Measure,
    {
        **_NAMED,
        "before": MeasuredAt(extended("before", "valueQuantity")),
        "after": MeasuredAt(extended("after", "valueQuantity")),
        "change": MeasuredAt(("valueQuantity",), ("dataAbsentReason",)),
        "low": _bound("interval-low"),
        "high": _bound("interval-high"),
        "smallest_detectable": _bound("smallest-detectable-change"),
        "verdict": At(
            ("interpretation", OfSystem(_OUTCOME), "coding", Where("system", _OUTCOME), "code"),
            PLAIN,
        ),
        "caveat": At(extended("caveat", "valueString"), PLAIN),
    },
)


def _from(role: str, kind: str) -> Place:
    return At(("derivedFrom", InRole(role), "reference"), target(kind), None)


def _compared(comparison: Comparison) -> Element:
    made = observed("imaging", "comparison", status="final" if comparison.verdict else "registered")
    if not comparison.verdict:
        made["dataAbsentReason"] = {"coding": [{"system": ABSENT_SYSTEM, "code": "temp-unknown"}]}
    return made


_MEASURED: Final[dict[str, Place]] = {
    "reason": At(("note", Where("id", "reason"), "text"), PLAIN),
    "method": At(("method", "text"), PLAIN),
    "measured_at": Known(("effectiveDateTime",), INSTANT),
}
COMPARISON: Final = Table(
    "Observation",
    Comparison,
    {
        **observation_entry(),
        "course": in_list("basedOn", "ServiceRequest"),
        "before": _from("before", "Media"),
        "after": _from("after", "Media"),
        "outline": _from("outline", "Observation"),
        "verdict": At(("valueCodeableConcept",), code_of_ours(_OUTCOME)),
        "measures": _MEASURES,
        **_MEASURED,
    },
    _compared,
    "comparison",
    ("status", "dataAbsentReason"),
)

READING: Final = Table(
    "Observation",
    ScalpReading,
    {
        **observation_entry(),
        "course": in_list("basedOn", "ServiceRequest"),
        "photograph": in_list("derivedFrom", "Media"),
        "figures": Each(
            "component",
            FIRST,
            Figure,
            {
                **_NAMED,
                "value": MeasuredAt(("valueQuantity",), ("dataAbsentReason",)),
                "low": _bound("interval-low"),
                "high": _bound("interval-high"),
            },
        ),
        **_MEASURED,
    },
    lambda _: observed("imaging", "scalp-reading"),
    "scalp-reading",
)
