"""The whole course in the patient's words: what stands, what was decided with a name under it, what is ahead.

What staff wrote for each other (notes, reasons, reactions, lots, settings) is not read here at all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone

from dermograph.care.aftercare import timeline
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.entries import Entries, entries_of
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.portal.mine import my_courses
from dermograph.clinic.portal.own_healing import Healing, healings_of
from dermograph.clinic.portal.own_measures import verdict_of
from dermograph.clinic.portal.own_words import DECISIONS, PURPOSES
from dermograph.clinic.reminders.windows import day_of
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import day_text, moment_in_words
from dermograph.core.text import Language, Text

_OVER = (State.CANCELLED, State.NO_SHOW)
_BECAME: Mapping[str, Text] = {
    State.CANCELLED: Text("Cancelled.", "Anulada."),
    State.NO_SHOW: Text("You did not come.", "No acudió."),
    State.HELD: Text("Kept for you, not confirmed yet.", "Reservada para usted, sin confirmar."),
}


@dataclass(frozen=True, slots=True)
class Care:
    """One piece of aftercare with its last day or hour; None where the source gives none."""

    until: Text | None
    says: Text
    over: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the timeline.

    Attributes:
        at: The instant by which it is sorted; the start of the day where only the day is known.
        clock: Whether the time of day is known.
        by: Who signed it or held it; empty for nobody.
        pictures: The ids of photographs to show small.
    """

    at: dt.datetime
    icon: str
    title: Text
    lines: tuple[Text, ...] = ()
    course: Course | None = None
    clock: bool = False
    by: str = ""
    url: str = ""
    cares: tuple[Care, ...] = field(default=())
    pictures: tuple[uuid.UUID, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Story:
    """A patient's timeline.

    Attributes:
        ahead: What is to come, the nearest first.
        past: What was, the latest first.
        several: Whether there is more than one course, so that each entry says of which it is.
        healings: The expected course of healing after the last session of each open course of a scalp.
    """

    ahead: tuple[Item, ...]
    past: tuple[Item, ...]
    several: bool
    healings: tuple[Healing, ...] = ()


def story_of(patient: Patient, language: Language) -> Story:
    """Everything of a patient's courses, in six queries.

    Args:
        patient: With their clinic.
        language: Of the page.
    """
    courses, now = list(my_courses(patient)), timezone.now()
    by_id = {course.pk: course for course in courses}
    written = entries_of(courses)
    found = [
        *_of_sessions(courses),
        *(item for course in courses for item in _of_entries(course, written[course.pk])),
        *_of_photographs(by_id),
        *_of_appointments(patient, by_id, now),
    ]
    ahead = sorted((one for one in found if one.at > now), key=lambda one: one.at)
    past = sorted((one for one in found if one.at <= now), key=lambda one: one.at, reverse=True)
    today = now.astimezone(patient.clinic.zone).date()
    return Story(tuple(ahead), tuple(past), len(courses) > 1, healings_of(courses, written, today, language))


def _of_sessions(courses: Sequence[Course]) -> Iterator[Item]:
    """The sessions, numbered within their course; aftercare stands under the last one."""
    by_id = {course.pk: course for course in courses}
    rows = Session.objects.standing().filter(course__in=by_id).order_by("course", "started_at")
    named = rows.values_list("course_id", "started_at", "performed_by__user__name")
    for pk, group in groupby(named, key=lambda row: row[0]):
        course, held = by_id[pk], list(group)
        for number, (_, at, by) in enumerate(held, start=1):
            cares = tuple(_cares(course, at)) if number == len(held) else ()
            title = Text(f"Session {number}", f"Sesión {number}")
            yield Item(at, "syringe", title, course=course, clock=True, by=by, cares=cares)


def _cares(course: Course, at: dt.datetime) -> Iterator[Care]:
    zone = course.clinic.zone
    today = timezone.now().astimezone(zone).date()
    for care in timeline(at.astimezone(zone), protocol_of(course)):
        if care.until is None:
            yield Care(None, care.statement.says, over=False)
        else:
            until = Text(moment_in_words(care.until, "en"), moment_in_words(care.until, "es"))
            yield Care(until, care.statement.says, day_of(care.until) < today)


def _of_entries(course: Course, entries: Entries) -> Iterator[Item]:
    """Consents, signs and reviews, and the end of the course."""
    seen: set[uuid.UUID] = set()
    for consent in entries.consents:
        if consent.id not in seen and consent.treats in ("", course.treatment):
            seen.add(consent.id)
            url = reverse("me_consent_signed", args=[consent.id])
            title = Text("You signed a consent", "Firmó un consentimiento")
            yield Item(consent.at, "signature", title, course=course, clock=True, url=url)
        if consent.back is not None and consent.back_at is not None:
            what = Text("You took a consent back", "Retiró un consentimiento")
            part = (Text("In part.", "En parte."),) if consent.back else ()
            yield Item(consent.back_at, "rotate-ccw", what, part, course, clock=True)
    signs = protocol_of(course).vocabulary.signs
    for sign in entries.signs:
        label = signs.get(sign.what, Text(sign.what, sign.what))
        lines: tuple[Text, ...] = ()
        if sign.gone_on:
            day = day_text(sign.gone_on)
            lines = (Text(f"Gone on {day.en}.", f"Desapareció el {day.es}."),)
        title = Text(f"Reported: {label.en}", f"Comunicado: {label.es}")
        yield Item(_midnight(course, sign.on), "thermometer", title, lines, course)
    for review in entries.reviews:
        lines = (DECISIONS.get(review.decision, Text(review.decision, review.decision)),)
        if review.first is not None and review.decision in ("another_session", "wait"):
            day = day_text(review.first)
            lines += (Text(f"Not before {day.en}.", f"No antes del {day.es}."),)
        title = Text("Review signed", "Revisión firmada")
        yield Item(_midnight(course, review.on), "stethoscope", title, lines, course, by=review.by)
    if course.closed_at is not None:
        yield Item(
            course.closed_at, "flag", Text("The treatment of this area ended", "Terminó el tratamiento"), (), course
        )


def _of_photographs(by_id: Mapping[uuid.UUID, Course]) -> Iterator[Item]:
    """The photographs of a day together, with what their latest comparison said."""
    rows = Photograph.objects.standing().filter(course__in=by_id, withdrawn=False)
    named = rows.order_by("course", "taken_on", "written_at", "pk").values_list("course_id", "taken_on", "pk")
    said = _verdicts(by_id)
    for (pk, on), group in groupby(named, key=lambda row: (row[0], row[1])):
        ids = tuple(row[2] for row in group)
        words = [said[one] for one in ids if one in said]
        number = len(ids)
        title = Text("Photograph", "Fotografía")
        if number > 1:
            title = Text(f"{number} photographs", f"{number} fotografías")
        url = reverse("me_photograph", args=[ids[-1]])
        course = by_id[pk]
        yield Item(_midnight(course, on), "camera", title, tuple(words[-1:]), course, url=url, pictures=ids)


def _verdicts(by_id: Mapping[uuid.UUID, Course]) -> dict[uuid.UUID, Text]:
    """What the latest comparison of each follow-up says of the colour, by the photograph's id."""
    rows: Any = Comparison.objects.from_baseline().filter(course__in=by_id, stage="done").in_time()
    return {after: verdict_of(result) for after, result in rows.values_list("after_id", "result")}


def _of_appointments(patient: Patient, by_id: Mapping[uuid.UUID, Course], now: dt.datetime) -> Iterator[Item]:
    """Coming appointments, and past ones that became nothing; one that was kept shows as what was done there."""
    rows = Appointment.objects.filter(clinic=patient.clinic, patient=patient).select_related("practitioner__user")
    for row in rows.order_by("starts_at"):
        ended = row.held_until is not None and row.held_until <= now
        if row.starts_at > now and row.state in (State.HELD, State.BOOKED, State.ARRIVED) and not ended:
            lines = (_BECAME[row.state],) if row.state == State.HELD else ()
        elif row.state in _OVER:
            lines = (_BECAME[row.state],)
        else:
            continue
        yield Item(
            row.starts_at,
            "calendar-off" if row.state in _OVER else "calendar",
            PURPOSES[row.purpose],
            lines,
            by_id.get(row.course_id) if row.course_id else None,
            clock=True,
            by=row.practitioner.user.name,
            url=reverse("me_appointments") if row.starts_at > now else "",
        )


def _midnight(course: Course, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, course.clinic.zone)
