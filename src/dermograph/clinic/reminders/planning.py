"""Which reminders become due: rows, each once, from appointments, sessions, reviews and what the clinic chose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.wall import day_bounds, edge_of
from dermograph.clinic.overview.due import review_due
from dermograph.clinic.overview.listed import due_to_photograph
from dermograph.clinic.overview.standings import at_work_of, standings
from dermograph.clinic.reminders.models import Choice, Kind, Preference, Reminder, Status
from dermograph.clinic.reminders.standing import is_booked, needs_maintenance, why_not
from dermograph.clinic.reminders.windows import (
    ONE_DAY,
    Planned,
    end_of,
    ending_days,
    may_be_told,
    subject_of,
    windows,
)
from dermograph.clinic.treatment.models import Review, Session
from dermograph.protocols import load_library

#: How often a clinic is looked through for what is new.
LOOK_EVERY = dt.timedelta(minutes=10)
#: Rows are written this long before they are due, so that the list shows what comes.
AHEAD = dt.timedelta(days=1)
#: What was due longer ago is not even written down as late.
BACK = dt.timedelta(days=14)
_FIRST_DAYS = dt.timedelta(days=1)
_USEFUL_DAYS = 14  # of what asks for an appointment
_LONGEST_WINDOW = dt.timedelta(days=400)


def plan(choice: Choice, now: dt.datetime) -> int:
    """Write the rows of what is due within a day or was due lately, and withdraw what does not stand any more.

    Args:
        choice: Fetched with its clinic.
        now: The instant that counts as now.

    Returns:
        How many were looked at for writing; what is there already stays as it is.
    """
    today = now.astimezone(choice.clinic.zone).date()
    found = [*_of_appointments(choice, now), *_of_begun(choice, now, today)]
    if choice.planned_on is None or choice.planned_on < today:
        found += _of_days(choice, today, now)
    wanted = [one for one in found if one.kind in choice.kinds and _is_near(one, choice, now)]
    with transaction.atomic():  # the day counts as looked through only together with its rows
        Reminder.objects.bulk_create(
            [
                Reminder(
                    clinic=choice.clinic,
                    patient_id=one.patient,
                    kind=one.kind,
                    subject=one.subject,
                    about=one.about,
                    due_on=one.due_on,
                    due_at=one.due_at,
                    useful_until=one.useful_until,
                    made_at=now,
                )
                for one in wanted
            ],
            ignore_conflicts=True,
        )
        Choice.objects.filter(pk=choice.pk).update(planned_on=today)
    withdraw(choice, now)
    return len(wanted)


def withdraw(choice: Choice, now: dt.datetime) -> int:
    """Skip the rows that are not sent yet and do not stand any more; how many."""
    waiting = Reminder.objects.filter(clinic=choice.clinic, state=Status.DUE).select_related("patient", "clinic")
    gone = 0
    for row in waiting:
        reason = why_not(row, choice, now)
        if reason:
            gone += Reminder.objects.filter(pk=row.pk, state=Status.DUE).update(
                state=Status.SKIPPED, reason=reason, done_at=now
            )
    return gone


def _is_near(one: Planned, choice: Choice, now: dt.datetime) -> bool:
    return max(choice.since, now - BACK) <= one.due_at <= now + AHEAD


def _told(prefix: str) -> Q:
    """Rows of patients to whom mail may go."""
    said_no = Preference.objects.filter(patient=OuterRef(f"{prefix}patient"), wanted=False)
    real = Q(**{f"{prefix}patient__synthetic": False, f"{prefix}patient__restricted_at": None})
    return Q(real, ~Q(**{f"{prefix}patient__email": ""}), ~Exists(said_no))


def _of_appointments(choice: Choice, now: dt.datetime) -> Iterator[Planned]:
    """Of appointments that are booked: the day before, and what has to be minded before a session."""
    zone, library = choice.clinic.zone, load_library()
    open_course = Q(course=None) | Q(course__closed_at=None)
    rows = Appointment.objects.filter(
        _told(""), open_course, clinic=choice.clinic, starts_at__gt=now, starts_at__lt=now + _LONGEST_WINDOW
    )
    for row in rows.filter(state=State.BOOKED).select_related("course"):
        day = row.starts_at.astimezone(zone).date()
        eve = edge_of(day - ONE_DAY, dt.time(choice.hour), zone)
        if row.made_at < eve:  # who made it after that has just been told
            yield Planned(
                Kind.APPOINTMENT,
                row.patient_id,
                subject_of(row.pk, row.starts_at.astimezone(dt.UTC).isoformat()),
                row.pk,
                day - ONE_DAY,
                eve,
                row.starts_at,
            )
        if row.course is None or row.purpose not in (Purpose.SESSION, Purpose.MAINTENANCE):
            continue
        days = {one.due_on for one in windows(row, library.protocol(row.course.treatment), zone, choice.hour)}
        for due_on in sorted(days):
            due_at = max(edge_of(due_on, dt.time(choice.hour), zone), row.made_at)
            yield Planned(
                Kind.PREPARATION, row.patient_id, subject_of(row.pk, day), row.pk, due_on, due_at, row.starts_at
            )


def _sessions(choice: Choice, first: dt.datetime, last: dt.datetime) -> QuerySet[Session]:
    """The sessions that began in a span of time and have no later one on their course."""
    later = Session.objects.standing().filter(course=OuterRef("course"), started_at__gt=OuterRef("started_at"))
    rows: QuerySet[Session] = Session.objects.standing().filter(
        _told("course__"),
        ~Exists(later),
        clinic=choice.clinic,
        course__closed_at=None,
        started_at__gte=first,
        started_at__lt=last,
    )
    return rows.select_related("course")


def _of_begun(choice: Choice, now: dt.datetime, today: dt.date) -> Iterator[Planned]:
    """Of sessions of yesterday and today: that their aftercare has begun."""
    zone = choice.clinic.zone
    first = day_bounds(today - _FIRST_DAYS, zone)[0]
    for row in _sessions(choice, first, now + ONE_DAY):
        yield _aftercare(choice, row, row.started_at.astimezone(zone).date())


def _aftercare(choice: Choice, row: Session, on: dt.date) -> Planned:
    zone = choice.clinic.zone
    held = row.started_at.astimezone(zone).date()
    due_at = edge_of(on, dt.time(choice.hour), zone)
    if on == held:
        due_at = max(due_at, row.ended_at)
    useful = end_of(held + ONE_DAY if on == held else on, zone)
    about = row.course_id  # a corrected session is another row, about the same day
    return Planned(Kind.AFTERCARE, row.course.patient_id, subject_of(about, held), row.pk, on, due_at, useful)


def _of_days(choice: Choice, today: dt.date, now: dt.datetime) -> list[Planned]:
    """What the days since the last look brought: ends of aftercare, photographs, maintenance."""
    zone = choice.clinic.zone
    first = max(choice.planned_on + ONE_DAY if choice.planned_on else today, today - BACK)
    found: list[Planned] = []
    days = [first + ONE_DAY * step for step in range((today - first).days + 1)]
    library = load_library()
    if Kind.AFTERCARE in choice.kinds:
        begins, ends = day_bounds(first - _LONGEST_WINDOW, zone)[0], day_bounds(today, zone)[1]
        for row in _sessions(choice, begins, ends).iterator():
            began = row.started_at.astimezone(zone)
            over = ending_days(began, library.protocol(row.course.treatment))
            found += [_aftercare(choice, row, day) for day in days if day in over]
    if Kind.PHOTOGRAPHS in choice.kinds:
        found += _of_photographs(choice, today, now)
    if Kind.MAINTENANCE in choice.kinds:
        found += _of_maintenance(choice, first, now)
    return found


def _asks(choice: Choice, kind: str, patient: object, subject: object, about: object, due_on: dt.date) -> Planned:
    """A reminder to arrange something, of use for two weeks."""
    zone = choice.clinic.zone
    due_at, useful = edge_of(due_on, dt.time(choice.hour), zone), end_of(due_on + ONE_DAY * _USEFUL_DAYS, zone)
    return Planned(kind, patient, subject, about, due_on, due_at, useful)  # type: ignore[arg-type]  # ids, which Django's types leave open here


def _of_photographs(choice: Choice, today: dt.date, now: dt.datetime) -> Iterator[Planned]:
    refused = set(
        Preference.objects.filter(patient__clinic=choice.clinic, wanted=False).values_list("patient", flat=True)
    )
    for row in due_to_photograph(standings(choice.clinic), today):
        course = row.course
        if not may_be_told(course.patient) or course.patient_id in refused:
            continue
        due = review_due(at_work_of(row), today)
        if due is None or due.state != "photograph" or is_booked(course, (Purpose.REVIEW,), now):
            continue
        subject = subject_of(course.pk, due.since)
        yield _asks(choice, Kind.PHOTOGRAPHS, course.patient_id, subject, course.pk, due.since)


def _of_maintenance(choice: Choice, first: dt.date, now: dt.datetime) -> Iterator[Planned]:
    reviews = Review.objects.standing().filter(
        _told("course__"),
        clinic=choice.clinic,
        decision="maintain",
        reviewed_on__gte=first - ONE_DAY * _USEFUL_DAYS,
        course__closed_at=None,
    )
    for review in reviews.select_related("course__clinic"):
        if needs_maintenance(review, now):
            due_on = review.reviewed_on + ONE_DAY
            subject = subject_of(review.course_id, review.reviewed_on)
            yield _asks(choice, Kind.MAINTENANCE, review.course.patient_id, subject, review.pk, due_on)
