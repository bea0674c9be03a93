"""All tables: which resource each part of a record becomes, and which part a resource is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.areas import AREA, COURSE, GOAL, LESION, PLAN
from dermograph.exchange.fhir.map.assessments import ASSESSMENT, ISSUE
from dermograph.exchange.fhir.map.calendars import APPOINTMENT, SCHEDULE, SLOT
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.observations import (
    ANSWER,
    FINDING,
    HAPPENING,
    OUTLINE,
    OVERRIDE,
    REVIEW,
    SYMPTOM,
)
from dermograph.exchange.fhir.map.papers import ADVERSE_EVENT, AUDIT, CONSENT, MESSAGE, PROVENANCE, TASK
from dermograph.exchange.fhir.map.people import CLINIC, PATIENT, PRACTITIONER, ROOM
from dermograph.exchange.fhir.map.pictures import COMPARISON, DOCUMENT, PHOTOGRAPH, READING
from dermograph.exchange.fhir.map.responses import RESPONSE
from dermograph.exchange.fhir.map.sessions import DEVICE_USE, NEEDLES, SESSION, SUPPLY
from dermograph.exchange.fhir.map.table import Table, tag_of
from dermograph.exchange.record.part import Part

#: By the field of ``Record`` that holds them.
TABLES: Final[Mapping[str, Table]] = {
    "clinic": CLINIC,
    "patient": PATIENT,
    "practitioners": PRACTITIONER,
    "rooms": ROOM,
    "areas": AREA,
    "lesions": LESION,
    "courses": COURSE,
    "goals": GOAL,
    "plans": PLAN,
    "answers": ANSWER,
    "responses": RESPONSE,
    "happenings": HAPPENING,
    "assessments": ASSESSMENT,
    "issues": ISSUE,
    "overrides": OVERRIDE,
    "schedules": SCHEDULE,
    "slots": SLOT,
    "appointments": APPOINTMENT,
    "needles": NEEDLES,
    "supplies": SUPPLY,
    "sessions": SESSION,
    "device_uses": DEVICE_USE,
    "photographs": PHOTOGRAPH,
    "documents": DOCUMENT,
    "outlines": OUTLINE,
    "comparisons": COMPARISON,
    "scalp_readings": READING,
    "symptoms": SYMPTOM,
    "adverse_events": ADVERSE_EVENT,
    "reviews": REVIEW,
    "findings": FINDING,
    "consents": CONSENT,
    "messages": MESSAGE,
    "tasks": TASK,
    "provenances": PROVENANCE,
    "audit": AUDIT,
}
_BY_PART: Final = {table.part: table for table in TABLES.values()}
_BY_KIND: Final = {(table.kind, table.tag): table for table in TABLES.values()}
_FIELDS: Final = {table.part: name for name, table in TABLES.items()}

#: The types of resources that become parts of a record, and back.
MODELLED: Final = frozenset(table.kind for table in TABLES.values())


def to_resource(part: Part) -> Element:
    """The FHIR R4 resource of a part of a record.

    Args:
        part: Of any class of ``Record``.
    """
    return _BY_PART[type(part)].write(part)


def from_resource(resource: Mapping[str, Any], source: str = "", clinic: uuid.UUID | None = None) -> Part | None:
    """The part of a record that a resource is; None where its type is not modelled.

    Args:
        resource: Checked, as ``read_resource`` gives it.
        source: The URI of the system that it comes from; empty for this one.
        clinic: Who receives it, as of ``Keys``.
    """
    made = dict(resource)
    kind = str(made["resourceType"])
    table = _BY_KIND.get((kind, tag_of(made))) or _BY_KIND.get((kind, ""))
    return table.read(made, Keys(source, clinic)) if table else None


def field_of(part: Part) -> str:
    """The field of ``Record`` in which such a part stands."""
    return _FIELDS[type(part)]
