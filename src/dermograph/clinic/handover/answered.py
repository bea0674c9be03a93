"""A QuestionnaireResponse to a protocol's questions as answers of a course, through the writer of answers."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction

from dermograph.clinic import facts
from dermograph.clinic.intake.known import BIRTH
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Course, User
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, printable
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.protocol.partial_dates import meant
from dermograph.exchange.fhir.protocol.read_response import read_questionnaire_response
from dermograph.protocols import load_library
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Missing

_DAY: Final = 10  # characters
_ERROR: Final = "entered-in-error"
_NO_DAY: Final = Text(
    "It does not say on which day it was answered, or says one to come: it is kept, and answers nothing.",
    "No indica qué día se respondió, o indica uno futuro: se guarda, pero no responde a nada.",
)
_LONGEST: Final = 200


def protocol_asked(resource: Element) -> Protocol | None:
    """The protocol whose questions a response answers; None if it answers others."""
    named = str(resource.get("questionnaire", "")).partition("|")[0]
    every = load_library().protocols.values()
    return next((one for one in every if named == canonical("Questionnaire", one.id)), None)


def course_of(resource: Element, patient: uuid.UUID, keys: Keys) -> Course | None:
    """The open course that a response belongs to: the one that it names, else the only one of its treatment."""
    protocol = protocol_asked(resource)
    if protocol is None:
        return None
    rows = Course.objects.filter(patient=patient, closed_at=None).select_related("clinic", "patient", "area")
    found = [one for one in rows.order_by("pk") if facts.protocol_of(one).id == protocol.id]
    named = {keys.of_reference(one["reference"]) for one in resource.get("basedOn", ()) if "reference" in one}
    if named & {one.pk for one in found}:
        return next(one for one in found if one.pk in named)
    return found[0] if len(found) == 1 else None


def take_answers(
    resource: Element,
    course: Course,
    version: uuid.UUID,
    source: str,
    who: User | None,
    former: Iterable[uuid.UUID] = (),
) -> list[Text]:
    """Write the answers of a response into a course, all of them or none.

    An answer that the clinic wrote down on the same day or later stands, and "not known" takes nothing back that is
    known. A response that does not say on which day it was answered answers nothing. One that was entered in error
    takes back what it answered.

    Args:
        resource: A response to the questions of the course's protocol.
        course: With its clinic, patient and area.
        version: The id of the row that keeps the response.
        source: The URI of who sent it.
        who: Who takes it over.
        former: The ids of the rows that keep its former versions.

    Returns:
        What was not taken over, and why; the response itself is kept in any case.
    """
    try:
        with transaction.atomic():
            if resource.get("status") == _ERROR:
                return _taken_back(course, version, who, list(former), _who_answered(resource, source))
            return _written(resource, course, version, source, who, list(former))
    except InputError as error:
        return [_told(error)]


def _written(
    resource: Element, course: Course, version: uuid.UUID, source: str, who: User | None, former: list[uuid.UUID]
) -> list[Text]:
    if resource.get("status") not in ("completed", "amended"):
        return [Text("It is not complete: it is kept, and answers nothing.", "No está completo: se guarda sin más.")]
    on = _day(resource, course)
    if on is None:
        return [_NO_DAY]
    given = read_questionnaire_response(resource, facts.protocol_of(course), on=on)
    standing = {(one.course_id, one.fact): one for one in Answer.objects.standing().filter(patient=course.patient_id)}
    vocabulary = load_library().vocabulary.facts
    told: list[Text] = []
    reason = _who_answered(resource, source)
    for fact, value in {**given.missing, **given.facts}.items():
        about = None if vocabulary[fact].scope == "patient" else course.pk
        before = standing.get((about, fact))
        if fact == BIRTH:
            if not isinstance(value, Missing) and value != course.patient.birth_date:
                told.append(
                    Text(
                        "The date of birth that it gives is not the one in the record, which stays.",
                        "La fecha de nacimiento que indica no es la de la ficha, que se mantiene.",
                    )
                )
        elif before is not None and (
            before.answered_on > on
            or (before.answered_on == on and before.pk not in _entries(former, fact))
            or (isinstance(value, Missing) and not before.missing)
        ):
            told.append(_stands(fact, before))
        else:
            answer_fact(
                course=course,
                who=who,
                fact=fact,
                value=None if isinstance(value, Missing) else facts.stored_value(value),
                missing=value.why if isinstance(value, Missing) else "",
                entry=uuid.uuid5(version, fact),
                supersedes=before.pk if before else None,
                reason=reason,
                told_on=on,
            )
    for fact, written in given.partial.items():
        told.append(Text(f"Of {fact} only {written} is known.", f"De {fact} solo consta {written}."))
    return told


def _taken_back(
    course: Course, version: uuid.UUID, who: User | None, former: list[uuid.UUID], reason: str
) -> list[Text]:
    """Take back what the former versions of a response answered and what still stands of it."""
    told = [Text("It was entered in error: it answers nothing.", "Se introdujo por error: no responde a nada.")]
    standing = Answer.objects.standing().filter(patient=course.patient_id)
    for one in standing.order_by("fact"):
        if one.course_id in (None, course.pk) and one.pk in _entries(former, one.fact):
            answer_fact(
                course=course,
                who=who,
                fact=one.fact,
                missing="not_asked",
                entry=uuid.uuid5(version, one.fact),
                supersedes=one.pk,
                reason=f"{reason} · {_ERROR}",
            )
            told.append(Text(f"{one.fact}: the answer is taken back.", f"{one.fact}: se retira la respuesta."))
    return told


def _entries(responses: list[uuid.UUID], fact: str) -> set[uuid.UUID]:
    """The ids of the answers to a fact that came from some versions of a response."""
    return {uuid.uuid5(one, fact) for one in responses}


def _day(resource: Element, course: Course) -> dt.date | None:
    """The clinic's day on which it was answered; None where no whole day is said, or one to come."""
    authored, day = str(resource.get("authored", "")), None
    if len(authored) > _DAY:
        with contextlib.suppress(ValueError, OverflowError):
            day = dt.datetime.fromisoformat(authored).astimezone(course.clinic.zone).date()
    elif (days := meant(authored)) is not None and days[0] == days[1]:
        day = days[0]
    return day if day is not None and day <= facts.today(course) else None


def _who_answered(resource: Element, source: str) -> str:
    person: Any = resource.get("source") or resource.get("author") or {}
    name = printable(person.get("display") or person.get("reference") or "", limit=_LONGEST)
    return " · ".join(part for part in (printable(source, limit=_LONGEST), name) if part) or "FHIR"


def _stands(fact: str, before: Answer) -> Text:
    day = day_text(before.answered_on)
    return Text(
        f"{fact}: what was answered here on {day.en} stands.",
        f"{fact}: se mantiene lo respondido aquí el {day.es}.",
    )


def _told(error: InputError) -> Text:
    return Text(
        f"It is kept, and answers nothing: {error.say('en')}", f"Se guarda, pero no responde a nada: {error.say('es')}"
    )
