"""Questions about sessions, symptoms and reviews."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.wall import edge_of
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.treatment.figures import places, said_of
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.clinic.treatment.services.guards import CLINICAL
from dermograph.core.dates import Period
from dermograph.core.text import Language
from dermograph.protocols.model import Protocol, SideEffect

RELATED = ("course__patient", "course__area", "course__clinic")


def team_for(course: Course) -> list[Membership]:
    """Who may hold a session of a course: active clinical staff, trained for the treatment, by name."""
    members = Membership.objects.filter(clinic=course.clinic, active=True, role__in=CLINICAL).select_related("user")
    trained = [one for one in members if course.treatment in one.treatments]
    return sorted(trained, key=lambda one: one.user.name)


def appointment_that_waits(course: Course, on: dt.date) -> Appointment | None:
    """The appointment for a session of a course that waits on a day; None where there is none, or more than one."""
    begins, ends = (edge_of(day, dt.time(), course.clinic.zone) for day in (on, on + dt.timedelta(days=1)))
    found = course.appointments.filter(
        purpose__in=(Purpose.SESSION, Purpose.MAINTENANCE),
        state__in=(State.BOOKED, State.ARRIVED),
        starts_at__gte=begins,
        starts_at__lt=ends,
    )[:2]
    return found[0] if len(found) == 1 else None


def last_session(course: Course) -> Session | None:
    """The last standing session; None before the first."""
    return Session.objects.filter(course=course).standing().order_by("-started_at").first()


def open_symptoms(clinic: Clinic) -> list[SymptomReport]:
    """Reports of patients that nobody of the clinic has looked at, the oldest first."""
    found = SymptomReport.objects.filter(clinic=clinic, seen_at=None).standing()
    return list(found.select_related("course__patient", "course__area").order_by("reported_on", "written_at"))


def symptoms_of(course: Course) -> list[SymptomReport]:
    """The standing reports of a course, the latest first."""
    found = SymptomReport.objects.filter(course=course).standing()
    return list(found.select_related("seen_by__user", "written_by").order_by("-reported_on", "-written_at"))


def reviews_of(course: Course) -> list[Review]:
    """The standing reviews of a course, the latest first."""
    return list(Review.objects.filter(course=course).standing().order_by("-reviewed_on", "-signed_at"))


def side_effects(protocol: Protocol, language: Language) -> list[dict[str, Any]]:
    """The protocol's side effects: what, for how long usually, when to worry, and where it stands."""
    return [
        {
            "reason": said_of(effect, protocol, language),
            "places": places(effect, protocol, language),
            "worry": effect.worry.say(language),
            "lasts": _lasts(effect, language),
            "frequency": effect.frequency,
        }
        for effect in protocol.side_effects
    ]


def _lasts(effect: SideEffect, language: Language) -> str:
    """How long it usually lasts; empty where the source gives no figure."""
    first, last = effect.shortest, effect.longest
    if last is None:
        return ""
    if first is None or first == last:
        return last.say(language)
    to = "a" if language == "es" else "to"
    return f"{_start(first, last, language)} {to} {last.say(language)}"


def _start(first: Period, last: Period, language: Language) -> str:
    return str(first.count) if first.unit == last.unit else first.say(language)


def session_day(session: Session) -> dt.date:
    """The day of a session in its clinic's time zone."""
    return session.started_at.astimezone(session.course.clinic.zone).date()
