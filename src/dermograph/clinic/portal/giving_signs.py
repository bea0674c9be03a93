"""What a patient notices after a session: in plain words, reported together, and what the protocol says to each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from dermograph.care.sight import Decision
from dermograph.clinic import facts
from dermograph.clinic.overview.alerts import judged
from dermograph.clinic.people.models import Course, Patient, User
from dermograph.clinic.portal.giving import refuse_ended
from dermograph.clinic.portal.giving_sign_words import OTHER, choices, plain_label
from dermograph.clinic.treatment.aftercare import Advice, sheet_of
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.clinic.treatment.services import report_symptom
from dermograph.clinic.treatment.services.symptoms import open_of_patient
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

LONGEST_WORDS: Final = 1500  # of the patient; the day since when is put before them
MOST_A_DAY: Final = 40  # signs of a patient in 24 h; above that only what is not waiting already is taken


class TooOftenError(InputError):
    """A sign that was told very often and still waits: nothing is added any more, and the clinic has to be called."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                f"You have reported {MOST_A_DAY} signs in 24 hours and the clinic has not looked at this one yet: "
                "nothing was added now. What you told before is kept.",
                f"Ha comunicado {MOST_A_DAY} signos en 24 horas y la clínica aún no ha visto este: ahora no se ha "
                "añadido nada. Lo que contó antes sigue guardado.",
            ),
            todo=Text(
                "Do not wait for an answer here: call the clinic.", "No espere respuesta aquí: llame a la clínica."
            ),
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """What one form has written.

    Attributes:
        form: Its id, which follows from what was said: other words under the same number are another form.
        left_out: Whether signs were not taken, since they wait already and were told very often.
    """

    form: uuid.UUID
    reports: list[SymptomReport]
    left_out: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """One report as the patient reads it again.

    Attributes:
        decision: ``refer`` where somebody has to look at it, ``wait`` where the protocol expects it for a while.
        reason: What the protocol says, as the reason mark takes it; None where it says nothing.
    """

    report: SymptomReport
    label: Text
    decision: str
    reason: dict[str, Any] | None


def report(
    *,
    course: Course,
    account: User,
    signs: Sequence[str],
    since: str,
    words: str,
    entry: uuid.UUID,
    language: Language,
) -> Sent:
    """Write down what the patient notices today, each sign by itself; all of them, or nothing.

    They are reported for today, whenever they began: what was there earlier and is still there must not be taken for
    what is usual in the first days, nor for what the last session has done where it was there before.

    Args:
        course: Theirs, with its patient and clinic.
        account: Theirs.
        signs: Ids of the vocabulary.
        since: A day such as 2026-11-21; empty where that is not known.
        words: Theirs.
        entry: Of the form; the id of each report follows from it and from the words, so that a replay finds what is
            there, and what was said otherwise is not taken for it.
        language: Of the page.

    Raises:
        TooOftenError: If everything ticked waits already and was told very often.
        InputError: If nothing was ticked, something cannot be, or the course has ended.
    """
    refuse_ended(course)
    today = facts.today(course)
    ticked = list(dict.fromkeys(signs))
    if not ticked:
        raise InputError(Text("Tick what you notice.", "Marque lo que nota."), Place(field="sign"))
    told = words.strip()
    if OTHER in ticked and not any(char.isalnum() for char in told):
        raise InputError(Text("Describe what you notice.", "Describa lo que nota."), Place(field="words"))
    if len(told) > LONGEST_WORDS:
        raise InputError(
            Text(f"At most {LONGEST_WORDS} characters.", f"Como máximo {LONGEST_WORDS} caracteres."),
            Place(field="words"),
            Text("Say it more shortly; the clinic can ask.", "Dígalo con menos palabras; la clínica puede preguntar."),
        )
    began = _since(since, today)
    if began is not None:
        day = day_text(began).say(language)
        told = f"{Text(f'Since {day}.', f'Desde el {day}.').say(language)} {told}".strip()
    form = uuid.uuid5(entry, "\0".join(("" if began is None else began.isoformat(), told)))
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=course.patient_id)
        taken = _that_may_be_told(course, ticked, form)
        reports = [
            report_symptom(
                course=course,
                who=None,
                account=account,
                sign=sign,
                reported_on=today,
                began_on=began,
                words=told,
                entry=uuid.uuid5(form, sign),
            )
            for sign in taken
        ]
    return Sent(form, reports, left_out=len(taken) < len(ticked))


def _that_may_be_told(course: Course, ticked: list[str], form: uuid.UUID) -> list[str]:
    """Those of some signs that are taken: all of them, but for what waits already where very much was told.

    Raises:
        TooOftenError: If none is.
    """
    since, of_form = timezone.now() - dt.timedelta(hours=24), {uuid.uuid5(form, sign): sign for sign in ticked}
    told = SymptomReport.objects.filter(course__patient=course.patient_id, written_by=None, written_at__gt=since)
    if told.exclude(pk__in=of_form).count() + len(ticked) <= MOST_A_DAY:
        return ticked
    replayed = {of_form[pk] for pk in told.filter(pk__in=of_form).values_list("pk", flat=True)}
    waiting = set(open_of_patient(course).values_list("sign", flat=True)) - replayed
    taken = [sign for sign in ticked if sign not in waiting]
    if not taken:
        raise TooOftenError
    return taken


def sent_with(course: Course, form: uuid.UUID) -> list[SymptomReport]:
    """The reports that one form has written, what must not wait first; empty for a form of somebody else."""
    ids = {uuid.uuid5(form, one.pk): place for place, one in enumerate(choices())}
    found = SymptomReport.objects.filter(pk__in=ids, course=course, by_patient=True)
    return sorted(found, key=lambda one: ids[one.pk])


def read_again(reports: Sequence[SymptomReport], course: Course, language: Language) -> list[Reported]:
    """What the protocol says to reports of one course, as of the day of each; one query."""
    protocol, zone = facts.protocol_of(course), course.clinic.zone
    started = Session.objects.filter(course=course).standing().order_by("started_at")
    held = list(started.values_list("started_at", flat=True))
    shown = []
    for one in reports:
        one.course = course
        before = [at.astimezone(zone).date() for at in held if at < one.told_at]
        decision, reason = judged(one, before, one.reported_on, protocol)
        waits = decision is Decision.WAIT
        shown.append(
            Reported(
                one,
                plain_label(one.sign),
                "wait" if waits else "refer",
                reason.to_json(language) if reason else None,
            )
        )
    return shown


def reports_of(patient: Patient, course: Course) -> list[SymptomReport]:
    """What was reported in a course and stands, the latest first; written down by the clinic or by the patient."""
    found = SymptomReport.objects.filter(course=course, course__patient=patient).standing()
    return list(found.order_by("-reported_on", "-written_at")[:50])


def meanwhile(course: Course, language: Language) -> list[Advice]:
    """What the aftercare of the last session still forbids today; empty before the first.

    Only what it forbids: what it allows, or asks to be put on the skin, is not for somebody who has just told of a
    sign that nobody has looked at.
    """
    last = Session.objects.filter(course=course).standing().order_by("-started_at").first()
    if last is None:
        return []
    last.course = course
    protocol = facts.protocol_of(course)
    forbids = {one.id for one in protocol.aftercare if one.avoid is not None}
    sheet = sheet_of(last, protocol, facts.today(course), language)
    return [one for one in (*sheet.now, *sheet.lasting) if one.reason["rule"] in forbids]


def _since(text: str, today: dt.date) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text) if len(text) == len("2026-11-21") else None
    except ValueError:
        day = None
    if day is None or not today - dt.timedelta(days=3650) <= day <= today:
        raise InputError(
            Text("This day cannot be.", "Ese día no puede ser."),
            Place(field="since"),
            Text("Give a day up to today, or leave it empty.", "Indique un día hasta hoy, o déjelo vacío."),
        )
    return day
