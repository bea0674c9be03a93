"""Consent, Communication, Task, Provenance (signatures), AdverseEvent, AuditEvent (the trail)."""

from __future__ import annotations

from typing import Any, Final

from dermograph.exchange.fhir.codes import BASE
from dermograph.exchange.fhir.elements import Element, code_system, coding, concept, naming, structure
from dermograph.exchange.fhir.map.codecs import (
    ANY_REFERENCE,
    INSTANT,
    KEY,
    NUMBER_TEXT,
    PLAIN,
    STORED,
    TIME,
    coding_of,
    concept_of,
    to,
)
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference
from dermograph.exchange.fhir.map.places import At, Each, Known, Place, Several
from dermograph.exchange.fhir.map.shared_places import concept_at, entry_places, patient_at
from dermograph.exchange.fhir.map.steps import FIRST, Where, extended, found
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.clinical import AdverseEvent
from dermograph.exchange.record.papers import AuditEntry, Consent, Message, Provenance, Task, Withdrawal
from dermograph.exchange.record.part import NO_CONCEPT
from dermograph.exchange.record.unknown import UNWRITTEN

_PURPOSE: Final = code_system("consent-purposes")
_SIGNATURE: Final = "urn:iso-astm:E1762-95:2013"
_AUDIT_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_AUTHOR: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def _inner(name: str, value: str) -> tuple[Any, ...]:
    return ("extension", Where("url", name), value)


def _purposes(name: str) -> Place:
    return Several("extension", Where("url", structure(name)), ("valueCode",), PLAIN)


_WITHDRAWALS: Final = Each(
    "extension",
    Where("url", structure("withdrawal")),
    Withdrawal,
    {
        "id": At(_inner("id", "valueId"), KEY, None),
        "purpose": At(_inner("purpose", "valueCode"), PLAIN),
        "at": Known(_inner("at", "valueInstant"), INSTANT),
        "by": At(_inner("by", "valueReference"), to("Practitioner"), None),
        "reason": At(_inner("reason", "valueString"), PLAIN),
    },
)


def _consent(consent: Consent) -> Element:
    """What the standard wants of a Consent, and what holds, purpose by purpose, for whoever does not know us."""
    gone = {one.purpose for one in consent.withdrawals}
    every = "" in gone
    given = [one for one in consent.agreed if not every and one not in gone]
    rules: list[Element] = [{"type": "permit", "purpose": [coding(_PURPOSE, one)]} for one in given]
    denied = (*consent.refused, *(one for one in consent.agreed if one not in given))
    rules += [{"type": "deny", "purpose": [coding(_PURPOSE, one)]} for one in denied]
    made: Element = {
        "scope": concept(coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")),
        "category": [concept(coding("http://loinc.org", "59284-0", "Consent Document"))],
        "policy": [{"uri": f"{BASE}/consent-texts"}],
        "provision": {"type": "deny", **({"provision": rules} if rules else {})},
    }
    return made if consent.state else made | {"status": "inactive" if consent.agreed and not given else "active"}


CONSENT: Final = Table(
    "Consent",
    Consent,
    {
        "patient": patient_at("patient"),
        **entry_places("Consent", extended("written-at", "valueInstant"), extended("written-by", "valueReference")),
        "course": At(extended("course", "valueReference"), to("ServiceRequest"), None),
        "treatment": At(extended("treatment", "valueCode"), PLAIN),
        "title": At(("sourceAttachment", "title"), PLAIN),
        "version": At(extended("text-version", "valueString"), PLAIN),
        "language": At(("sourceAttachment", "language"), PLAIN),
        "text_sha256": At(("identifier", Where("system", naming("consent-text-sha256")), "value"), PLAIN),
        "agreed": _purposes("agreed"),
        "refused": _purposes("refused"),
        "signed_name": At(extended("signed-name", "valueString"), PLAIN),
        "signed_at": Known(("dateTime",), TIME),
        "strokes": At(extended("strokes", "valueAttachment"), STORED, {}),
        "witness": At(extended("witness", "valueReference"), to("Practitioner"), None),
        "withdrawals": _WITHDRAWALS,
        "state": At(("status",), PLAIN),
    },
    _consent,
    derived=("provision",),
)


class _FromPatient:
    """Whether the sender is the patient."""

    def read(self, resource: Element, _keys: object) -> bool:
        return kind_of_reference(resource.get("sender", {})) == "Patient"

    def write(self, resource: Element, value: object) -> None:
        is_theirs = kind_of_reference(resource.get("sender", {})) == "Patient"
        if value and "subject" in resource:
            resource["sender"] = dict(resource["subject"])
        elif not value and is_theirs:
            del resource["sender"]


MESSAGE: Final = Table(
    "Communication",
    Message,
    {
        "patient": patient_at(),
        "from_patient": _FromPatient(),
        "written_by": At(("sender",), to("Practitioner"), None),
        "sent_at": Known(("sent",), TIME),
        "read_at": Known(("received",), TIME),
        "words": At(("payload", FIRST, "contentString"), PLAIN),
        "state": At(("status",), PLAIN),
    },
    lambda message: {} if message.state else {"status": "completed"},
)

TASK: Final = Table(
    "Task",
    Task,
    {
        "patient": patient_at("for"),
        "what": concept_at("code", "tasks"),
        "words": At(("description",), PLAIN),
        "about": At(("focus",), ANY_REFERENCE),
        "owner": At(("owner",), to("Practitioner"), None),
        "state": At(("status",), PLAIN),
        "made_at": Known(("authoredOn",), TIME),
        "changed_at": Known(("lastModified",), TIME),
    },
    lambda task: {"intent": "order"} | ({} if task.state else {"status": "requested"}),
)


class _AnyItem:
    def is_it(self, item: Any, number: int) -> bool:  # noqa: ANN401, ARG002 (of the protocol)
        return "reference" in item

    def new(self) -> Element:
        return {}


class _Who:
    """The first agent, where it is of a type."""

    _way = ("agent", FIRST, "who")

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._inner = At(self._way, to(kind), None)

    def read(self, resource: Element, keys: Keys) -> Any:  # noqa: ANN401 (an id or None)
        return self._inner.read(resource, keys) if self._is_of_kind(resource) else None

    def write(self, resource: Element, value: Any) -> None:  # noqa: ANN401 (an id or None)
        if value is not None or self._is_of_kind(resource):
            self._inner.write(resource, value)

    def _is_of_kind(self, resource: Element) -> bool:
        return kind_of_reference(found(resource, self._way) or {}) == self._kind


def _provenance(one: Provenance) -> Element:
    who = {"display": "unknown"} if one.who is None and one.by_patient is None else {}
    agent: Element = {"type": concept(coding(_AUTHOR, "author"))}
    made: Element = {"agent": [agent | ({"who": who} if who else {})]}
    if one.signed_name or one.signed_at != UNWRITTEN:
        signer = {"type": "Practitioner"}
        if one.who or one.by_patient:
            signer = {"reference": f"Practitioner/{one.who}" if one.who else f"Patient/{one.by_patient}"}
        made["signature"] = [
            {"type": [coding(_SIGNATURE, "1.2.840.10065.1.12.1.1", "Author's Signature")], "who": signer}
        ]
    return made


PROVENANCE: Final = Table(
    "Provenance",
    Provenance,
    {
        "targets": Several("target", _AnyItem(), (), ANY_REFERENCE),
        "at": Known(("recorded",), INSTANT),
        "activity": concept_at("activity", "activities"),
        "outcome": At(extended("outcome", "valueCode"), PLAIN),
        "who": _Who("Practitioner"),
        "by_patient": _Who("Patient"),
        "reason": At(("reason", Where("id", "reason"), "text"), PLAIN),
        "signed_name": At(("signature", FIRST, "who", "display"), PLAIN),
        "signed_at": Known(("signature", FIRST, "when"), INSTANT),
    },
    _provenance,
)


class _Suspects:
    """What may have caused it: a list of objects, each with a reference."""

    def is_it(self, item: Any, number: int) -> bool:  # noqa: ANN401, ARG002 (of the protocol)
        return "reference" in item.get("instance", {})

    def new(self) -> Element:
        return {}


def _judged(name: str) -> Place:
    """A concept whose code system the standard prescribes."""
    return At((name,), concept_of(f"http://terminology.hl7.org/CodeSystem/adverse-event-{name}"), NO_CONCEPT)


ADVERSE_EVENT: Final = Table(
    "AdverseEvent",
    AdverseEvent,
    {
        "patient": patient_at(),
        "kind": concept_at("event", "signs"),
        "happened": At(("actuality",), PLAIN),
        "at": Known(("date",), TIME),
        "noticed_at": Known(("detected",), TIME),
        "recorded_at": Known(("recordedDate",), TIME),
        "serious": _judged("seriousness"),
        "severity": _judged("severity"),
        "outcome": _judged("outcome"),
        "recorded_by": At(("recorder",), to("Practitioner"), None),
        "suspects": Several("suspectEntity", _Suspects(), ("instance",), ANY_REFERENCE),
    },
    lambda event: {} if event.happened else {"actuality": "actual"},
)


def _audit(entry: AuditEntry) -> Element:
    made: Element = {
        "type": coding(_AUDIT_TYPE, "rest", "RESTful Operation"),
        "agent": [({} if entry.who or entry.by_patient else {"who": {"display": "system"}}) | {"requestor": True}],
        "source": {} if entry.clinic else {"observer": {"display": "unknown"}},
    }
    if entry.about or entry.what:
        made["entity"] = [{"id": "about"}]
    return made


_ENTITY: Final = ("entity", Where("id", "about"))
AUDIT: Final = Table(
    "AuditEvent",
    AuditEntry,
    {
        "clinic": At(("source", "observer"), to("Organization"), None),
        "number": At(extended("number", "valueString"), NUMBER_TEXT, None),
        "at": Known(("recorded",), INSTANT),
        "who": _Who("Practitioner"),
        "by_patient": _Who("Patient"),
        "action": At(("subtype", FIRST), coding_of(code_system("actions")), NO_CONCEPT),
        "what": At((*_ENTITY, "name"), PLAIN),
        "about": At((*_ENTITY, "what", "identifier", "value"), KEY, None),
        "patient": At(("entity", Where("id", "patient"), "what"), to("Patient"), None),
        "details": At(extended("details", "valueAttachment"), STORED, {}),
        "previous": At(extended("previous-hash", "valueString"), PLAIN),
        "hash": At(extended("hash", "valueString"), PLAIN),
    },
    _audit,
)
