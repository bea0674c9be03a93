"""The days and times that a patient may choose: those of the plan, within the clinic's limits, in plain words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from dermograph.care.reasons import Reason
from dermograph.clinic.agenda.course_days import NEEDLES, CourseDays, Standing, appointments_of, days_of
from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.rules import duration, rules_of
from dermograph.clinic.agenda.signed import INCOMPLETE
from dermograph.clinic.agenda.slots import Busy, Slot, Wanted, busy_times, nearest_slots, slots_of
from dermograph.clinic.agenda.timetable import Timetable, timetable_of
from dermograph.clinic.agenda.wall import write_instant
from dermograph.clinic.entries import Entries, entries_of
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal.limits import call
from dermograph.clinic.portal.models import PortalLimits
from dermograph.core.dates import add_months, day_text
from dermograph.core.errors import NOTHING
from dermograph.core.text import Text

MAINTAIN = "maintain"  # the decision of a review after which the effect is kept up
_AROUND = 10  # days before and after a time that was taken
# What the plan says to who works there, as it is said to the patient. Everything else stands so in a source.
_PLAIN = {
    "assessment-not-signed": Text(
        "Your assessment is not signed yet. Until then we can only keep a time for you.",
        "Su valoración aún no está firmada. Hasta entonces solo podemos guardarle una hora.",
    ),
    INCOMPLETE: Text(
        "We still have to ask you something. Until then we can only keep a time for you.",
        "Aún tenemos que preguntarle algo. Hasta entonces solo podemos guardarle una hora.",
    ),
}


@dataclass(frozen=True, slots=True)
class OwnDays(CourseDays):
    """The days of a course as its patient may choose them.

    Attributes:
        first, last: The first and the last day within the clinic's limits.
        keeps: Whether a time may be kept on a day that only a signature or an answer holds back.
        telephone: What is said of other days.
    """

    first: dt.date = dt.date.min
    last: dt.date = dt.date.max
    keeps: bool = True
    telephone: Text = NOTHING

    def on(self, day: dt.date) -> Standing:
        """How one day stands for the patient."""
        standing = CourseDays.on(self, day)
        because = tuple(_plain(reason) for reason in standing.because)
        if day < self.today:
            return standing
        if standing.kind == "pending" and not self.keeps:
            return Standing("closed", because)
        if standing.kind != "closed" and day < self.first:
            return Standing("closed", (_limit(_SOON, self.telephone),))
        if standing.kind != "closed" and day > self.last:
            words = day_text(self.last)
            far = Text(
                f"Times can be chosen here until {words.en}.", f"Aquí se pueden elegir horas hasta el {words.es}."
            )
            return Standing("closed", (_limit(far, self.telephone),))
        return Standing(standing.kind, because)


@dataclass(frozen=True, slots=True)
class Desk:
    """What is looked through for one purpose of a course.

    Attributes:
        offered: The purposes that the patient may choose from.
        wanted: What is looked for; nothing begins before the clinic's limit.
        preferred: With whom, where they are free: whoever leads the course, or has the appointment that is moved.
        but: The appointment that is moved; None where a new one is made.
    """

    course: Course
    purpose: str
    offered: tuple[str, ...]
    entries: Entries
    days: OwnDays
    table: Timetable
    wanted: Wanted
    preferred: uuid.UUID | None
    others: tuple[Appointment, ...]
    now: dt.datetime
    but: uuid.UUID | None = None

    def busy(self, first: dt.date, last: dt.date) -> Busy:
        """What is taken from one day to another, both inclusive."""
        return busy_times(self.course.clinic, first, last, self.now, patient=self.course.patient_id, but=self.but)

    def times(self, day: dt.date, busy: Busy | None = None) -> list[Slot]:
        """The free times of a day, each once, with whom it would be."""
        if self.days.on(day).kind == "closed":
            return []
        found = slots_of(day, self.wanted, self.table, self.busy(day, day) if busy is None else busy)
        return self._each_once(found)

    def nearest(self, around: dt.datetime) -> list[Slot]:
        """The free times nearest to one that was taken."""
        day = around.astimezone(self.table.zone).date()
        near = [day + dt.timedelta(days=offset) for offset in range(-_AROUND, _AROUND + 1)]
        possible = [one for one in near if self.days.on(one).kind != "closed"]
        return self._each_once(nearest_slots(self.wanted, around, self.course.clinic, self.table, possible))

    def value(self, slot: Slot) -> str:
        """What the form posts: instant and practitioner. The room is the clinic's to choose."""
        return f"{write_instant(slot.starts_at, self.table.zone)}|{slot.practitioner}"

    def _each_once(self, slots: Iterable[Slot]) -> list[Slot]:
        chosen: dict[dt.datetime, Slot] = {}
        for slot in slots:
            if slot.starts_at not in chosen or slot.practitioner == self.preferred:
                chosen[slot.starts_at] = slot
        return [chosen[starts_at] for starts_at in sorted(chosen)]


def desk_of(
    course: Course, limits: PortalLimits, now: dt.datetime, *, purpose: str = "", moving: Appointment | None = None
) -> Desk:
    """What a patient may choose from.

    Args:
        course: Fetched with its clinic, patient and area.
        limits: Of the clinic.
        now: The moment that counts as now.
        purpose: What for; empty or one that is not offered for the first that is.
        moving: The appointment that is moved: it keeps its purpose and its length.
    """
    clinic, but = course.clinic, moving.pk if moving else None
    others = appointments_of(course, now, but=but)
    entries = entries_of([course], now)[course.pk]
    offered = [moving.purpose] if moving else offered_purposes(entries)
    purpose = purpose if purpose in offered else offered[0]
    days = days_of(course, purpose, now=now, others=others, entries=entries)
    if moving is None and days.plan is not None and days.signed is None and not entries.sessions:
        offered, purpose = [Purpose.ASSESSMENT], Purpose.ASSESSMENT  # it comes before the first session
        days = days_of(course, purpose, now=now, others=others, entries=entries)
    rules, earliest = rules_of(clinic), now + dt.timedelta(hours=limits.book_hours)
    own = OwnDays(
        **{one.name: getattr(days, one.name) for one in fields(CourseDays)},
        first=earliest.astimezone(clinic.zone).date(),
        last=min(days.today + dt.timedelta(days=limits.days_ahead), add_months(days.today, rules.months_ahead)),
        keeps=moving is None or moving.state == State.HELD,
        telephone=call(clinic),
    )
    minutes = duration(clinic, protocol_of(course), purpose).minutes
    if moving:
        minutes = round((moving.ends_at - moving.starts_at).total_seconds() / 60)
    return Desk(
        course=course,
        purpose=purpose,
        offered=tuple(offered),
        entries=entries,
        days=own,
        table=_nameless(timetable_of(clinic)),
        wanted=Wanted(course.treatment, minutes, rules.booking_step_minutes, earliest, course.patient_id),
        preferred=moving.practitioner_id if moving else course.lead_id,
        others=tuple(others),
        now=now,
        but=but,
    )


def offered_purposes(entries: Entries) -> list[str]:
    """What a patient may ask for once they are assessed, the next step of the course first.

    A session, or its upkeep once a review said so, and a look at the result once there is one.
    """
    if entries.reviews and entries.reviews[-1].decision == MAINTAIN:
        return [Purpose.MAINTENANCE, Purpose.REVIEW]
    return [Purpose.SESSION, Purpose.REVIEW] if entries.sessions else [Purpose.SESSION]


def the_other(desk: Desk) -> Appointment | None:
    """The appointment for the same that the patient has already; None if there is none to come."""
    return other_of(desk.others, desk.purpose, desk.now)


def other_of(rows: Iterable[Appointment], purpose: str, now: dt.datetime) -> Appointment | None:
    """The first appointment to come that is for the same; all that is done with needles counts as one.

    Args:
        rows: Of one course, those that stand.
        purpose: What for.
        now: The moment that counts as now.
    """
    same = NEEDLES if purpose in NEEDLES else (purpose,)
    return next((one for one in rows if one.purpose in same and one.ends_at > now), None)


_SOON = Text("This day is too near to be chosen here.", "Este día está demasiado cerca para elegirlo aquí.")


def _limit(says: Text, telephone: Text) -> Reason:
    words = Text(f"{says.en} {telephone.en}", f"{says.es} {telephone.es}")
    return Reason(rule="clinic-limit", grade="plan", effect="deferred", says=words, cite=())


def _plain(reason: Reason) -> Reason:
    words = _PLAIN.get(reason.rule)
    return reason if words is None else replace(reason, says=words)


def _nameless(table: Timetable) -> Timetable:
    """The same timetable without what colleagues wrote for each other about an absence."""
    return replace(table, absences=tuple(replace(one, reason="") for one in table.absences))
