"""An appointment as calendars of other programs have it: one name for ever, a number that rises with each change."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from email.mime.text import MIMEText
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.db.models import Max

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.selectors import has_ended
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic
from dermograph.core.text import Language, Text
from dermograph.exchange.ical import values as ical
from dermograph.exchange.ical.write import calendar_bytes

BACK: Final = dt.timedelta(days=365)  # what is longer ago is not in a calendar any more
AT_ONCE: Final = 400  # ids in one query
_NOTHING: Final = Text("", "")
_STATUS: Final = {State.HELD: ical.Status.TENTATIVE, State.CANCELLED: ical.Status.CANCELLED}


def entry_of(
    row: Appointment,
    now: dt.datetime,
    changed_at: dt.datetime,
    *,
    what: Text = _NOTHING,
    who: str = "",
    place: str = "",
    uid: str = "",
) -> ical.Appointment:
    """An appointment for a calendar.

    Args:
        row: Any.
        now: A hold that has ended by then is cancelled, with the number that it has once that is written down.
        changed_at: When it was changed last.
        what: What it is for; only a detailed calendar says so.
        who: With whom; the same.
        place: Where.
        uid: Another than that of the patient's calendar.
    """
    ended = has_ended(row, now)
    status = ical.Status.CANCELLED if ended else _STATUS.get(State(row.state), ical.Status.CONFIRMED)
    return ical.Appointment(
        uid=uid or f"{row.pk}@dermograph",
        changed_at=row.held_until if ended and row.held_until else changed_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sequence=row.sequence + ended,
        status=status,
        what=what,
        who=who,
        place=place,
    )


def changes_of(clinic: Clinic, rows: Iterable[Appointment]) -> dict[uuid.UUID, dt.datetime]:
    """When each appointment was changed last, by the audit trail."""
    ids = [row.pk for row in rows]
    found: dict[uuid.UUID, dt.datetime] = {}
    for start in range(0, len(ids), AT_ONCE):
        entries = AuditEntry.objects.filter(
            clinic=clinic.pk, what=Appointment.__qualname__, about__in=ids[start : start + AT_ONCE]
        )
        found.update(entries.order_by("about").values_list("about").annotate(Max("at")))
    return found


def place_of(clinic: Clinic) -> str:
    """Where a clinic is, on one line."""
    return ", ".join(part for part in (clinic.name, clinic.address) if part)


def enclosed(row: Appointment, now: dt.datetime, language: Language) -> MIMEText | None:
    """An appointment as a part of an e-mail (RFC 5546): PUBLISH, or CANCEL once it is off. It says nothing clinical.

    Args:
        row: With its clinic.
        now: When it is sent.
        language: The reader's.

    Returns:
        None where the installation has no address that could stand as the organizer.
    """
    organizer = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if "@" not in organizer:
        return None
    changed = changes_of(row.clinic, [row]).get(row.pk, row.made_at)
    entry = entry_of(row, now, changed, place=place_of(row.clinic))
    method = ical.Method.CANCEL if entry.status is ical.Status.CANCELLED else ical.Method.PUBLISH
    calendar = ical.Calendar(
        row.clinic.name,
        (entry,),
        language=language,
        zone=row.clinic.time_zone,
        refresh=None,
        method=method,
        organizer=organizer,
    )
    part = MIMEText(calendar_bytes(calendar).decode(), "calendar", "utf-8")
    part.set_param("method", method.value)
    part.add_header("Content-Disposition", "attachment", filename="appointment.ics")
    return part
