"""One patient's whole record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from dermograph.exchange.record.areas import Area, Course, Goal, Lesion, Plan
from dermograph.exchange.record.calendars import Appointment, Schedule, Slot
from dermograph.exchange.record.clinical import (
    AdverseEvent,
    Answer,
    Finding,
    Happening,
    Response,
    Symptom,
)
from dermograph.exchange.record.decisions import Assessment, Issue, Override, Review
from dermograph.exchange.record.papers import AuditEntry, Consent, Message, Provenance, Task
from dermograph.exchange.record.part import Part
from dermograph.exchange.record.people import Clinic, Patient, Practitioner, Room
from dermograph.exchange.record.pictures import Comparison, Document, Outline, Photograph, ScalpReading
from dermograph.exchange.record.sessions import DeviceUse, Needles, Session, Supply


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is written about one patient, corrected entries included, and who and what it names.

    Attributes:
        clinic: Whose record it is.
        patient: Whom it is about.
        findings: What other systems observed.
    """

    clinic: Clinic
    patient: Patient
    practitioners: tuple[Practitioner, ...] = ()
    rooms: tuple[Room, ...] = ()
    areas: tuple[Area, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    courses: tuple[Course, ...] = ()
    goals: tuple[Goal, ...] = ()
    plans: tuple[Plan, ...] = ()
    answers: tuple[Answer, ...] = ()
    responses: tuple[Response, ...] = ()
    happenings: tuple[Happening, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    issues: tuple[Issue, ...] = ()
    overrides: tuple[Override, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    slots: tuple[Slot, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    needles: tuple[Needles, ...] = ()
    supplies: tuple[Supply, ...] = ()
    sessions: tuple[Session, ...] = ()
    device_uses: tuple[DeviceUse, ...] = ()
    photographs: tuple[Photograph, ...] = ()
    documents: tuple[Document, ...] = ()
    outlines: tuple[Outline, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    scalp_readings: tuple[ScalpReading, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    reviews: tuple[Review, ...] = ()
    findings: tuple[Finding, ...] = ()
    consents: tuple[Consent, ...] = ()
    messages: tuple[Message, ...] = ()
    tasks: tuple[Task, ...] = ()
    provenances: tuple[Provenance, ...] = ()
    audit: tuple[AuditEntry, ...] = ()

    def parts(self) -> Iterator[Part]:
        """Every part: the clinic, the patient, then each kind in its order."""
        yield self.clinic
        yield self.patient
        for one in fields(self)[2:]:
            yield from getattr(self, one.name)
