"""What the dashboard reads besides the courses: appointments and lots."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from dermograph.care.verdict import Verdict
from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.intake.signing import CLEARING
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.overview.at_work import AtWork
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.treatment.models import Session
from dermograph.core.text import Text

EXPIRY_WARNING_DAYS = 30
HELD_FOR = (Purpose.SESSION, Purpose.MAINTENANCE)
_SHOWN_AT_MOST = 40
AT_A_GLANCE = 30  # appointments; a large clinic's whole day is a click away
STILL_COMING = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """An appointment with what to do next about it.

    Attributes:
        open: The course's state, for who may see it; None for a course that is closed or for none.
        hint: What stands in the way, in words; None where nothing does.
        session: The id of the session that was recorded for it; None without one.
    """

    appointment: Appointment
    at: AtWork | None
    hint: Text | None
    session: uuid.UUID | None = None


def appointments_ahead(clinic: Clinic, today: dt.date) -> tuple[list[Appointment], list[Appointment]]:
    """Today's appointments, and the slots that are still only held; one query."""
    start = dt.datetime.combine(today, dt.time(), clinic.zone)
    end = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), clinic.zone)
    found: list[Any] = list(
        Appointment.objects.filter(clinic=clinic, patient__restricted_at=None)
        # The bound twice: apart, so that an index is read; with the other one, so that PostgreSQL expects a day's rows.
        .filter(Q(starts_at__gte=start, starts_at__lt=end) | Q(state=State.HELD), starts_at__gte=start)
        .select_related("patient", "course__area", "practitioner__user", "room")
        .annotate(
            recorded=Subquery(Session.objects.standing().filter(appointment=OuterRef("pk")).values("pk")[:1]),
            held_that_day=Subquery(
                _sessions_on(clinic, today).filter(appointment=None, course=OuterRef("course")).values("pk")[:1]
            ),
        )
        .order_by("starts_at")
    )
    todays = [one for one in found if start <= one.starts_at < end]
    held = [one for one in found if one.state == State.HELD and one.held_until is not None]
    return todays, sorted(held, key=lambda one: one.held_until or end)


def at_a_glance(appointments: Sequence[Appointment], now: dt.datetime, many: int = AT_A_GLANCE) -> list[Appointment]:
    """Those of a day that matter now, in their order: all who are here, the coming ones, then the latest past ones.

    Args:
        appointments: Of one day, by when they start.
        now: A moment; what started within the hour before it still counts as coming.
        many: At most so many, but for those who are here.
    """
    here = [one for one in appointments if one.state == State.ARRIVED]
    others = [one for one in appointments if one.state != State.ARRIVED]
    coming = [one for one in others if one.starts_at >= now - STILL_COMING]
    past = others[: len(others) - len(coming)]
    room = max(0, many - len(here))
    chosen = [*here, *coming[:room]]
    chosen += past[len(past) - max(0, min(len(past), many - len(chosen))) :]
    return sorted(chosen, key=lambda one: one.starts_at)


def are_booked(appointments: Sequence[Appointment], courses: Sequence[AtWork]) -> list[AtWork]:
    """The courses for which a session is booked among some appointments."""
    booked = {one.course_id for one in appointments if _awaits_session(one)}
    return [at for at in courses if at.course.pk in booked]


def slots(
    appointments: Sequence[Appointment],
    courses: Sequence[AtWork],
    verdicts: Mapping[uuid.UUID, Verdict],
) -> list[Slot]:
    """Appointments with the state of their courses.

    Args:
        appointments: Of today, as of ``appointments_ahead``.
        courses: Those that may be told of.
        verdicts: What holds today for the courses of ``are_booked``.
    """
    by_course = {at.course.pk: at for at in courses}
    found = []
    for one in appointments:
        at = by_course.get(one.course_id) if one.course_id else None
        hint = _hint(at, verdicts) if at and _awaits_session(one) else None
        found.append(Slot(one, at, hint, _session_for(one)))
    return found


def sessions_besides(clinic: Clinic, day: dt.date, appointments: Sequence[Appointment]) -> list[Session]:
    """The standing sessions of a day that none of its appointments, as of ``appointments_ahead``, leads to."""
    led_to = {session for one in appointments if (session := _session_for(one))}
    found = _sessions_on(clinic, day).select_related("course__patient").order_by("started_at")
    return [one for one in found if one.pk not in led_to]


def _sessions_on(clinic: Clinic, day: dt.date) -> QuerySet[Session]:
    start = dt.datetime.combine(day, dt.time(), clinic.zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), clinic.zone)
    found: QuerySet[Session] = Session.objects.standing().filter(clinic=clinic, course__patient__restricted_at=None)
    return found.filter(started_at__gte=start, started_at__lt=end)


def _session_for(appointment: Any) -> uuid.UUID | None:  # noqa: ANN401 (annotated)
    """The session that was recorded for an appointment, or on its day for its course without naming any."""
    found: uuid.UUID | None = appointment.recorded
    return found or (appointment.held_that_day if appointment.purpose in HELD_FOR else None)


def _awaits_session(appointment: Appointment) -> bool:
    return appointment.purpose == "session" and appointment.state in (State.BOOKED, State.ARRIVED)


def _hint(at: AtWork, verdicts: Mapping[uuid.UUID, Verdict]) -> Text | None:
    """What stands between a course and the session that is booked."""
    if not at.verdict:
        return Text("The assessment is not signed.", "La valoración no está firmada.")
    if verdicts[at.course.pk] not in CLEARING:
        return Text("The assessment does not clear a session.", "La valoración no autoriza una sesión.")
    if not at.consented:
        return Text("No consent stands.", "No consta consentimiento.")
    if not at.sessions and at.last_photograph is None:
        return Text("There is no baseline photograph yet.", "Aún no hay fotografía inicial.")
    return None


def lots_to_watch(clinic: Clinic, today: dt.date, days: int = EXPIRY_WARNING_DAYS) -> list[Lot]:
    """Lots that are not withdrawn and expire within so many days, or have expired in as many; the soonest first."""
    span = dt.timedelta(days=days)
    found = Lot.objects.filter(
        clinic=clinic, withdrawn_at=None, expires_on__gte=today - span, expires_on__lte=today + span
    )
    return list(found.order_by("expires_on", "name")[:_SHOWN_AT_MOST])


def now_in(clinic: Clinic) -> dt.date:
    """Today in the clinic's time zone."""
    return timezone.now().astimezone(clinic.zone).date()
