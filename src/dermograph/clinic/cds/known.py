"""What is known of the patient of a request: our own record where they are ours, else what was sent along."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.http import Http404
from django.utils import timezone

from dermograph.care.case import Area, Case
from dermograph.care.plan import AreaPlan, plan
from dermograph.care.reasons import Reason
from dermograph.clinic import facts
from dermograph.clinic.agenda.course_days import NEEDLES, CourseDays, Standing, appointments_of, days_of
from dermograph.clinic.agenda.models import Appointment, Purpose
from dermograph.clinic.entries import Entries, entries_of
from dermograph.clinic.people.models import Clinic, Course, Patient
from dermograph.clinic.people.within import within
from dermograph.core.text import Language, Text
from dermograph.exchange.cds_hooks.guidance import About
from dermograph.exchange.cds_hooks.prefetched import Told, told
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.protocols import load_library

MOST_DAYS = 400  # so far ahead a day is looked for
_COURSE = ("clinic", "patient", "area__patient__clinic", "lead__user")
_UNSIGNED = "assessment-not-signed"
_NOT_NAMED = Text("area not named", "zona sin nombrar")


@dataclass(frozen=True, slots=True)
class Known:
    """One course of treatment, or what others know of one.

    Attributes:
        about: What cards about it say.
        case: As the engine takes it.
        plan: Of its one area, today.
        days: How each day stands.
        course: Ours; None where the patient is not ours.
        entries: Of the course.
        others: Appointments of the course that no session is recorded for.
        named: The id of the course by which an appointment names it; empty where none is known.
        siblings: The ids of the patient's other courses.
        tells_why: Whether who asks may read clinical reasons; else only days are told.
    """

    about: About
    case: Case
    plan: AreaPlan
    days: CourseDays
    course: Course | None = None
    entries: Entries | None = None
    others: tuple[Appointment, ...] = ()
    named: str = ""
    siblings: frozenset[str] = frozenset()
    tells_why: bool = True

    @property
    def is_booked(self) -> bool:
        """Whether a session is booked already."""
        now = timezone.now()
        return any(one.purpose in NEEDLES and one.starts_at > now for one in self.others)

    def first(self) -> dt.date | None:
        """The first day that is open or can be held; None if none is known.

        Of a patient who is not ours none is: no answer tells of the sessions and events that close days.
        """
        if self.course is None:
            return None
        return self.days.first_open(self.days.today + dt.timedelta(days=MOST_DAYS))

    def on(self, day: dt.date) -> Standing:
        """How a day stands, of a patient of others by their answers alone: that we have signed nothing says nothing."""
        found = self.days.on(day)
        if self.course is not None or found.kind != "pending":
            return found
        because = tuple(reason for reason in found.because if reason.rule != _UNSIGNED)
        return Standing("closed" if because else "open", because)

    def sets_aside(self, reason: Reason) -> bool:
        """Whether the medical lead's override sets a reason aside."""
        return self.days.signed is not None and self.days.signed.sets_aside(reason)

    def without(self, appointment: str) -> Known:
        """The same where an appointment of the course does not count, since it is the one that is being placed."""
        rest = tuple(one for one in self.others if str(one.pk) != appointment)
        if self.course is None or len(rest) == len(self.others):
            return self
        days = days_of(self.course, Purpose.SESSION, others=rest, entries=self.entries)
        return replace(self, days=days, others=rest)


def patient_of(clinic: Clinic, key: str) -> Patient | None:
    """The patient of this clinic whom an id means; None if it means none of them.

    Raises:
        Restricted: If the record is blocked.
    """
    try:
        return within(clinic, Patient, uuid.UUID(key), "clinic")
    except (ValueError, Http404):
        return None


def known_of(request: HookRequest, clinic: Clinic, patient: Patient | None, language: Language) -> list[Known]:
    """What is known, one entry a course that is open, or a treatment that others answered for.

    Raises:
        HookError: 412 or 400 if the patient is not ours and what was sent along says nothing.
    """
    if patient is not None:
        return _own(request, patient, language)
    now = timezone.now()
    today = now.astimezone(clinic.zone).date()
    every = told(request, load_library(), today, now)
    ids = {one.course: one.course.rpartition("/")[2] for one in every if one.course}
    return [
        replace(
            _foreign(About(one.protocol, language, _area_of(one, language), request.patient), one.answers, today),
            named=ids.get(one.course, ""),
            siblings=frozenset(key for course, key in ids.items() if course != one.course),
        )
        for one in every
    ]


def _area_of(one: Told, language: Language) -> str:
    """What to call an area of a patient who is not ours, where it is one of several."""
    if not one.is_one_of_several:
        return ""
    return one.words or one.course or _NOT_NAMED.say(language)


def _own(request: HookRequest, patient: Patient, language: Language) -> list[Known]:
    found = Course.objects.filter(clinic=patient.clinic, patient=patient)
    every = list(found.select_related(*_COURSE).order_by("opened_at"))
    courses = [course for course in every if course.closed_at is None]
    entries = entries_of(courses) if courses else {}
    ids = frozenset(str(course.pk) for course in every)
    return [_of_course(request, course, entries[course.pk], ids, language) for course in courses]


def _of_course(
    request: HookRequest, course: Course, entries: Entries, ids: frozenset[str], language: Language
) -> Known:
    others = appointments_of(course, timezone.now())
    days = days_of(course, Purpose.SESSION, others=others, entries=entries)
    assert days.plan is not None  # noqa: S101 (a session needs needles)
    about = About(days.protocol, language, course.area.name, request.patient, str(course.pk))
    case = facts.case_of(course, days.today, entries)
    siblings = ids - {about.course}
    return Known(about, case, days.plan, days, course, entries, tuple(others), about.course, siblings)


def _foreign(about: About, answers: Answers, today: dt.date) -> Known:
    area = Area(name=about.protocol.id, facts=answers.facts, missing=answers.missing)
    case = Case(treatment=about.protocol.id, assessed_on=today, areas=(area,))
    planned = plan(case, about.protocol).areas[0]
    return Known(about, case, planned, CourseDays(today, about.protocol, planned, None))
