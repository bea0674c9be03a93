"""The days on which something of a protocol begins or ends, for one appointment or one session."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from dataclasses import dataclass

from dermograph.care.aftercare import Care, Moment, timeline
from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.agenda.wall import edge_of
from dermograph.clinic.people.models import Patient
from dermograph.core.dates import Period
from dermograph.protocols.model import Preparation, Protocol

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that is not a row yet."""

    kind: str
    patient: uuid.UUID
    subject: uuid.UUID
    about: uuid.UUID
    due_on: dt.date
    due_at: dt.datetime
    useful_until: dt.datetime


@dataclass(frozen=True, slots=True)
class Window:
    """What has to be minded before a session.

    Attributes:
        begins: The day from which, or the instant where the source gives hours.
        due_on: The day on which the patient is told.
    """

    statement: Preparation
    begins: Moment
    due_on: dt.date


def day_of(moment: Moment) -> dt.date:
    """The day of a day or of an instant."""
    return moment.date() if isinstance(moment, dt.datetime) else moment


def windows(appointment: Appointment, protocol: Protocol, zone: zoneinfo.ZoneInfo, hour: int) -> list[Window]:
    """The statements with a period before a session, the earliest first.

    One that began before the appointment was made is told on the day on which it was made.
    """
    starts = appointment.starts_at.astimezone(zone)
    made = appointment.made_at.astimezone(zone).date()
    found = []
    for statement in protocol.preparation:
        if statement.period is None or statement.avoid is None:
            continue
        begins = _begins(statement.period, starts, zone)
        day = day_of(begins)
        if isinstance(begins, dt.datetime) and edge_of(day, dt.time(hour), zone) > begins:
            day -= ONE_DAY  # told at the clinic's hour, it would have begun already
        found.append(Window(statement, begins, max(day, made)))
    return sorted(found, key=lambda one: (one.due_on, day_of(one.begins)))


def _begins(period: Period, starts: dt.datetime, zone: zoneinfo.ZoneInfo) -> Moment:
    if period.has_clock:  # hours that pass, whatever the clock on the wall does meanwhile
        return (starts.astimezone(dt.UTC) - dt.timedelta(**{period.unit: period.count})).astimezone(zone)
    return period.last_start(starts.date())


def cares_of(began: dt.datetime, protocol: Protocol, on: dt.date) -> list[Care]:
    """The aftercare that is told of on a day: on the session's day all of it, later what is over on that day."""
    cares = timeline(began, protocol)
    if on == began.date():
        return list(cares)
    return [one for one in cares if one.until is not None and day_of(one.until) == on]


def ending_days(began: dt.datetime, protocol: Protocol) -> set[dt.date]:
    """The days after the session's own on which aftercare ends."""
    days = {day_of(one.until) for one in timeline(began, protocol) if one.until is not None}
    return {day for day in days if day > began.date()}


def subject_of(about: uuid.UUID, when: object) -> uuid.UUID:
    """The id of something at a time: once it is moved, it is another."""
    return uuid.uuid5(about, str(when))


def end_of(day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The instant at which a day is over."""
    return edge_of(day + ONE_DAY, dt.time(), zone)


def may_be_told(patient: Patient) -> bool:
    """Whether a patient is somebody to whom mail may go at all."""
    return bool(patient.email) and not patient.synthetic and patient.restricted_at is None
