"""What the front desk and practitioners do with a request: each guards, writes and tells the audit trail at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dermograph.clinic import facts
from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.known import known
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.questions import read_past
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Clinic, Course, Patient, User
from dermograph.clinic.people.plain import plain_reason
from dermograph.clinic.people.selectors import similar_patients
from dermograph.clinic.people.services import register_patient
from dermograph.clinic.website.checking import Told
from dermograph.clinic.website.endings import readings
from dermograph.clinic.website.models import AppointmentRequest, RequestState
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import Protocol
from dermograph.protocols.vocabulary import Fact, Missing

BIRTH = "birth_date"
TOLD_ON_THE_WEBSITE = Text(
    "Told by the patient on the website, confirmed in person.",
    "Lo dijo el paciente en la web; confirmado en persona.",
)
LIKELY = 5


@dataclass(frozen=True, slots=True)
class Offered:
    """One answer that was handed over, beside what the patient's record says.

    Attributes:
        says: What was told, in words.
        standing: The answer that stands in the record; None if there is none.
        now: What that one says; None with it.
        is_same: Whether both say the same.
        is_older: Whether the record's was told on a later day: what was handed over cannot take its place then.
    """

    fact: Fact
    question: Text
    says: Text
    standing: Answer | None
    now: Text | None
    is_same: bool
    is_older: bool


def register_from(*, asked: AppointmentRequest, who: User, entry: uuid.UUID, fields: Mapping[str, Any]) -> Patient:
    """Register who asked as a new patient.

    Args:
        asked: The request.
        who: Who registers.
        entry: The id of the form; a replayed one finds the patient that is there.
        fields: The columns of the patient, as the person at the desk has them.

    Raises:
        InputError: If something of it cannot be, or somebody else settled the request.
    """
    with transaction.atomic():
        row = _open(asked, replay=entry)
        patient = register_patient(clinic=row.clinic, who=who, entry=entry, **fields)
        if row.state == RequestState.NEW:
            _settle(row, RequestState.REGISTERED, who, patient)
    return patient


def link_to(*, asked: AppointmentRequest, patient: Patient, who: User) -> AppointmentRequest:
    """Say that who asked is a patient who is there.

    Raises:
        InputError: If somebody else settled the request, or the patient is another clinic's.
    """
    if patient.clinic_id != asked.clinic_id:
        raise InputError(Text("There is no such patient.", "No existe ese paciente."))
    with transaction.atomic():
        row = _open(asked, replay=patient.pk)
        if row.state == RequestState.NEW:
            _settle(row, RequestState.LINKED, who, patient)
    return row


def decline(*, asked: AppointmentRequest, reason: str, who: User) -> AppointmentRequest:
    """Decline a request. The answers that were handed over are erased with it.

    Raises:
        InputError: If there is no reason, or somebody else settled it.
    """
    reason = plain_reason(reason)
    with transaction.atomic():
        row = _open(asked)
        row.reason, row.answers = reason, None
        _settle(row, RequestState.DECLINED, who, None)
    return row


def told_on(asked: AppointmentRequest) -> dt.date:
    """The day on which a visitor handed their answers over, where the clinic is."""
    return asked.asked_at.astimezone(asked.clinic.zone).date()


def offered_answers(told: Told, course: Course, protocol: Protocol, on: dt.date) -> list[Offered]:
    """What was handed over, beside what stands in the record of a course; the date of birth is no answer of it.

    Args:
        told: What was handed over.
        course: The course that it is for.
        protocol: Its protocol.
        on: The day on which it was handed over.
    """
    now = known(course)
    rows = []
    for fact, question, says in readings(told, protocol):
        if fact.id == BIRTH:
            continue
        standing = next(iter(now.history.get(fact.id, ())), None)
        reads = read_past(fact, standing).reads if standing else None
        is_same = standing is not None and _same(told, standing)
        rows.append(Offered(fact, question, says, standing, reads, is_same, _is_older(on, standing)))
    return rows


def take_over(
    *,
    asked: AppointmentRequest,
    course: Course,
    told: Told,
    chosen: Iterable[str],
    seen: Mapping[str, uuid.UUID | None],
    who: User,
) -> list[Answer]:
    """Make answers that were handed over those of the patient's record, after a person has gone through them.

    They stand there as the patient's own, of the day on which they were told; the trail says who confirmed them. What
    was handed over is erased then.

    Args:
        asked: The request, linked to the patient of the course.
        course: The course that they are for.
        told: What was handed over.
        chosen: The facts that the person confirms.
        seen: The answer that stood when they looked, by fact.
        who: Who confirms.

    Raises:
        ChangedMeanwhileError: If another answer stands than the one that they saw.
        InputError: If the engine would refuse one, the record has a later one, or the course is closed or another
            patient's.
    """
    if course.patient_id != asked.patient_id:
        raise InputError(Text("This course is another patient's.", "Este curso es de otro paciente."))
    wanted = [name for name in dict.fromkeys(chosen) if name in told.answers and name != BIRTH]
    with transaction.atomic():
        row = (
            AppointmentRequest.objects.select_for_update(of=("self",), no_key=True)
            .select_related("clinic")
            .get(pk=asked.pk)
        )
        if row.answers is None:
            raise InputError(Text("These answers are gone already.", "Estas respuestas ya no están."))
        on = told_on(row)
        written = [_write(course, told, name, seen.get(name), who, on) for name in wanted]
        row.answers, row.confirmed_at = None, timezone.now()
        row.save(update_fields=["answers", "confirmed_at"])
        details = {"facts": wanted, "course": str(course.pk), "left_out": sorted(set(told.answers) - set(wanted))}
        record("request.answers_confirmed", clinic=row.clinic, who=who, about=row, details=details)
    return written


def likely_patients(asked: AppointmentRequest, born: dt.date | None) -> list[Patient]:
    """Who may have asked: the same telephone or address, or a similar name."""
    reached = Q(pk=None)
    if asked.email:
        reached |= Q(email__iexact=asked.email)
    if asked.phone:
        reached |= Q(phone=asked.phone)
    found = list(Patient.objects.filter(reached, clinic=asked.clinic)[:LIKELY])
    named = similar_patients(asked.clinic, f"{asked.family_names} {asked.given_names}", born)
    return list({one.pk: one for one in (*found, *named)}.values())[:LIKELY]


def waiting(clinic: Clinic, at_most: int) -> list[AppointmentRequest]:
    """The requests that nobody has settled, the oldest first."""
    return list(AppointmentRequest.objects.filter(clinic=clinic, state=RequestState.NEW).order_by("asked_at")[:at_most])


def _write(course: Course, told: Told, name: str, seen: uuid.UUID | None, who: User, on: dt.date) -> Answer:
    answer = told.answers[name]
    if seen is not None and _is_older(on, Answer.objects.filter(pk=seen, patient=course.patient_id).first()):
        raise InputError(
            Text("The record has a later answer than the website's.", "La historia tiene una respuesta posterior."),
            todo=Text("Leave it, or ask the patient again.", "Déjela, o pregunte de nuevo al paciente."),
        )
    return answer_fact(
        course=course,
        who=None,
        fact=name,
        value=None if isinstance(answer, Missing) else facts.stored_value(answer),
        missing=answer.why if isinstance(answer, Missing) else "",
        supersedes=seen,
        reason=TOLD_ON_THE_WEBSITE.say("es" if who.language == "es" else "en"),
        told_on=on,
    )


def _open(asked: AppointmentRequest, replay: uuid.UUID | None = None) -> AppointmentRequest:
    """The row, locked, if it is still to be settled; or if it was settled by the very same form."""
    rows = AppointmentRequest.objects.select_for_update(of=("self",), no_key=True).select_related(
        "clinic", "settled_by"
    )
    row = rows.get(pk=asked.pk)
    if row.state != RequestState.NEW and (replay is None or row.patient_id != replay):
        by = row.settled_by.name if row.settled_by else "–"
        raise InputError(
            Text(f"{by} has dealt with this request meanwhile.", f"{by} ha atendido esta solicitud entretanto."),
            todo=Text("Open the list again.", "Abra la lista de nuevo."),
        )
    return row


def _settle(row: AppointmentRequest, state: RequestState, who: User, patient: Patient | None) -> None:
    row.state, row.patient, row.settled_at, row.settled_by = state, patient, timezone.now(), who
    row.save()
    record(f"request.{state.value}", clinic=row.clinic, who=who, about=row, patient=patient.pk if patient else None)


def _is_older(on: dt.date, standing: Answer | None) -> bool:
    return standing is not None and standing.answered_on > on


def _same(told: Told, standing: Answer) -> bool:
    answer = told.answers[standing.fact]
    if isinstance(answer, Missing):
        return answer.why == standing.missing
    return not standing.missing and bool(facts.stored_value(answer) == standing.value)
