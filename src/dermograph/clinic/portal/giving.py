"""What is asked of a patient in each open course: questions, a consent, photographs, and what they notice."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import QuerySet
from django.utils import timezone

from dermograph.care.ask import Question
from dermograph.clinic import facts
from dermograph.clinic.entries import Entries, entries_of
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.known import BIRTH, Known, known_from
from dermograph.clinic.intake.models import Consent, ConsentText
from dermograph.clinic.intake.purposes import RECORD, TREATMENT
from dermograph.clinic.intake.selectors import agreed, standing_consents
from dermograph.clinic.intake.selectors import current_text as current_text_of
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.portal.mine import my_courses
from dermograph.core.errors import InputError
from dermograph.core.text import Text

ConsentState = Literal["missing", "newer", "signed"]
CONSENT_WORDS: Final[dict[str, Text]] = {
    "missing": Text("not signed yet", "aún sin firmar"),
    "newer": Text("the text has a newer version", "el texto tiene una versión más reciente"),
    "signed": Text("signed", "firmado"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the patient in one open course.

    Attributes:
        questions: How many may still be answered and would settle something; an answer can settle several.
        consent: Whether it is signed, and with the words that hold today.
        standing: The consent of the course that stands; None if there is none, or all of it was taken back.
        may_photograph: Whether a photograph from home can be sent: agreed to, and the clinic has taken the first one.
        has_session: Whether a session was held, so that there are signs to tell of.
    """

    course: Course
    questions: int
    consent: ConsentState
    standing: Consent | None
    may_photograph: bool
    has_session: bool


def asked_of(patient: Patient) -> list[Asked]:
    """What is asked of a patient in their open courses, the newest first; six queries for any number of them."""
    courses = [one for one in my_courses(patient) if one.closed_at is None]
    if not courses:
        return []
    entries = entries_of(courses)
    consents = standing_consents(patient)
    texts = list(ConsentText.objects.filter(clinic=patient.clinic_id))
    first = set(
        Photograph.objects.standing()
        .filter(course__in=courses, withdrawn=False, usable=True, from_home=False)
        .values_list("course_id", flat=True)
    )
    return [_asked(course, entries[course.pk], consents, texts, first) for course in courses]


def _asked(
    course: Course, entries: Entries, consents: list[Consent], texts: list[ConsentText], first: set[uuid.UUID]
) -> Asked:
    day = facts.today(course)
    now = known_from(course, entries.answers, day)
    area = now.assess(course, facts.protocol_of(course))
    standing = consent_of(course, consents)
    newest = newest_text(texts, course, standing.text.language) if standing else None
    state: ConsentState = "signed"
    if standing is None:
        state = "missing"
    elif newest is not None and newest.pk != standing.text_id:
        state = "newer"
    return Asked(
        course=course,
        questions=sum(is_open(one, now) for one in area.ask),
        consent=state,
        standing=standing,
        may_photograph=course.pk in first and may_keep(course, consents),
        has_session=bool(entries.sessions),
    )


def is_open(question: Question, now: Known) -> bool:
    """Whether the patient can still answer a question: what they said they do not know is not asked again at once."""
    fact = question.fact.id
    return fact != BIRTH and (now.missing.get(fact) is None or question.missing == "not_asked")


def consent_of(course: Course, consents: Iterable[Consent]) -> Consent | None:
    """The consent to the treatment of a course that stands; None if there is none, or that was taken back."""
    return next((one for one in consents if one.course_id == course.pk and TREATMENT in agreed(one)), None)


def may_keep(course: Course, consents: Iterable[Consent]) -> bool:
    """Whether photographs may be kept in the treatment record, of consents that were read already."""
    return any(RECORD in agreed(one) for one in consents if one.course_id in (None, course.pk))


def newest_text(texts: Iterable[ConsentText], course: Course, language: str) -> ConsentText | None:
    """The words that are signed today, among rows that were read already; as ``intake.selectors.current_text``."""
    day = facts.today(course)
    found = [
        one for one in texts if one.treatment == course.treatment and one.language == language and one.valid_from <= day
    ]
    if len(found) < 2:
        return found[0] if found else None
    return current_text_of(course.clinic, course.treatment, language, day)


def refuse_more_than(most: int, rows: QuerySet[Any], course: Course, entry: uuid.UUID) -> None:
    """Stop who has written very much within a day, so that an account in wrong hands cannot fill a record.

    Within a transaction, which holds the patient's row from then on.

    Args:
        most: How many in 24 hours.
        rows: The entries that count, of the patient.
        course: Theirs.
        entry: The id of the new one: a replay is none.

    Raises:
        InputError: If it would be one too many.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=course.patient_id)
    since = timezone.now() - dt.timedelta(hours=24)
    if rows.filter(written_at__gt=since).exclude(pk=entry).count() >= most:
        raise InputError(
            Text(
                f"That is more than {most} in 24 hours: nothing was stored.",
                f"Son más de {most} en 24 horas: no se guardó nada.",
            ),
            todo=Text("Go on tomorrow, or telephone the clinic.", "Siga mañana, o llame a la clínica."),
        )


def refuse_ended(course: Course) -> None:
    """Stop what is sent for a course that has ended.

    Raises:
        InputError: If it has; in words for the patient.
    """
    if course.closed_at is not None:
        raise InputError(
            Text("This treatment has ended: nothing was stored.", "Este tratamiento ha terminado: no se guardó nada."),
            todo=Text("Write to the clinic, or telephone.", "Escriba a la clínica, o llame."),
        )
