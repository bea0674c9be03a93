"""What was received, in words: what it is, what it says in a line, of which day, from where."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.clinic.handover.models import Received
from dermograph.core.dates import day_in_words
from dermograph.core.errors import printable
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import is_in_error

LONGEST: Final = 160
KINDS: Final[Mapping[str, Text]] = {
    "AdverseEvent": Text("Adverse event", "Acontecimiento adverso"),
    "Appointment": Text("Appointment", "Cita"),
    "AuditEvent": Text("Who did what", "Quién hizo qué"),
    "Basic": Text("Other", "Otro"),
    "Binary": Text("File", "Archivo"),
    "BodyStructure": Text("Area of skin", "Zona de la piel"),
    "CarePlan": Text("Plan of care", "Plan de cuidados"),
    "CareTeam": Text("Care team", "Equipo asistencial"),
    "Communication": Text("Message", "Mensaje"),
    "CommunicationRequest": Text("Request to tell", "Petición de comunicación"),
    "Condition": Text("Condition", "Afección"),
    "Consent": Text("Consent", "Consentimiento"),
    "DetectedIssue": Text("Reason to take care", "Motivo de precaución"),
    "Device": Text("Device", "Dispositivo"),
    "DeviceUseStatement": Text("Use of a device", "Uso de un dispositivo"),
    "DocumentReference": Text("Document", "Documento"),
    "Goal": Text("Goal", "Objetivo"),
    "GuidanceResponse": Text("Assessment", "Valoración"),
    "List": Text("List", "Lista"),
    "Location": Text("Place", "Lugar"),
    "Media": Text("Photograph, its data only", "Fotografía, solo sus datos"),
    "Medication": Text("Medicine", "Medicamento"),
    "MedicationRequest": Text("Prescription", "Prescripción"),
    "Observation": Text("Observation", "Observación"),
    "Organization": Text("Organisation", "Organización"),
    "Patient": Text("Patient's details", "Datos del paciente"),
    "Practitioner": Text("Practitioner", "Profesional"),
    "PractitionerRole": Text("Practitioner's place", "Puesto de un profesional"),
    "Procedure": Text("Session or procedure", "Sesión o procedimiento"),
    "Provenance": Text("Signature or origin", "Firma u origen"),
    "QuestionnaireResponse": Text("Answered questionnaire", "Cuestionario respondido"),
    "RelatedPerson": Text("Related person", "Persona relacionada"),
    "RequestGroup": Text("Group of requests", "Grupo de peticiones"),
    "ServiceRequest": Text("Request or course", "Petición o curso"),
    "Specimen": Text("Sample", "Muestra"),
    "Substance": Text("Substance", "Sustancia"),
    "Task": Text("Task", "Tarea"),
}
_WORDS: Final = (
    *("code", "vaccineCode", "medicationCodeableConcept", "type", "event", "scope", "category", "description"),
    *("title", "name", "reasonCode", "subtype", "module", "location", "content", "payload", "questionnaire"),
)
_DAYS: Final = (
    *("effectiveDateTime", "effectiveInstant", "performedDateTime", "performedString", "onsetDateTime", "date"),
    *("occurrenceDateTime", "authored", "authoredOn", "dateTime", "recordedDate", "recorded", "sent", "issued"),
    *("createdDateTime", "created", "start", "startDate", "identifiedDateTime", "recordedOn"),
)
_PERIODS: Final = ("effectivePeriod", "performedPeriod", "onsetPeriod", "occurrencePeriod", "createdPeriod", "period")
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Told:
    """A received resource as a list shows it.

    Attributes:
        row: The row.
        kind: What it is.
        words: What it says, in the sender's words; empty where it has none.
        day: Of what it tells, as much as is known; None where it does not say.
        is_taken: Whether a row of our own follows it.
        is_error: Whether the sender says that it was entered in error.
    """

    row: Received
    kind: Text
    words: str
    day: Text | None
    is_taken: bool
    is_error: bool = False


def told(row: Received, resource: Element) -> Told:
    """A row in words.

    Args:
        row: Of what was received.
        resource: Its JSON; empty where it cannot be opened.
    """
    kind = KINDS.get(row.kind, Text(row.kind, row.kind))
    return Told(row, kind, words_of(resource), day_of(resource), row.kind == "Patient", is_in_error(resource))


def words_of(resource: Mapping[str, Any]) -> str:
    """What a resource says of itself in a line; never a guess: the first words that it brings."""
    said = next((words for name in _WORDS if (words := _words(resource.get(name)))), "")
    value = _value(resource)
    return printable(" ".join(f"{said}: {value}".split()) if said and value else said or value, limit=LONGEST)


def day_of(resource: Mapping[str, Any]) -> Text | None:
    """The day that a resource tells of, a month or a year where no more is known."""
    written = next((resource[name] for name in _DAYS if isinstance(resource.get(name), str)), None)
    if written is None:
        written = next((resource[name].get("start") for name in _PERIODS if isinstance(resource.get(name), dict)), None)
    found = _DATE.match(written) if isinstance(written, str) else None
    if found is None:
        return None
    year, month, day = found.groups()
    if day:
        try:
            whole = dt.date(int(year), int(month), int(day))
        except ValueError:
            return None
        return Text(day_in_words(whole, "en"), day_in_words(whole, "es"))
    partial = f"{month}/{year}" if month else year
    return Text(partial, partial)


def _words(node: Any) -> str:  # noqa: ANN401 (any JSON)
    """The first words of an element: a text, a concept, a coding, a name."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return next((words for one in node if (words := _words(one))), "")
    if isinstance(node, dict):
        names = ("text", "display", "title", "contentString", "description", "attachment", "coding", "code")
        return next((words for name in names if (words := _words(node.get(name)))), "")
    return ""


def _value(resource: Mapping[str, Any]) -> str:
    for name, value in resource.items():
        if not name.startswith("value"):
            continue
        if name == "valueQuantity" and isinstance(value, dict) and "value" in value:
            return f"{value.get('comparator', '')}{value['value']} {value.get('unit', '')}".strip()
        if isinstance(value, bool):
            return "✓" if value else "✗"
        if isinstance(value, str | int | float):
            return str(value)
        if words := _words(value):
            return words
    return ""
