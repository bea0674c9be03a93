"""The address at which somebody's calendar program fetches their working day: made, ended, answered.

It names no patient and no treatment: a calendar lies with whoever runs it, and the clinic has not asked its patients.
Only the address's hash is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.agenda.calendar_entry import BACK, changes_of, entry_of
from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.agenda.timetable import HANDS
from dermograph.clinic.audit.record import record
from dermograph.clinic.calendars.models import WorkFeed
from dermograph.clinic.people.models import Clinic, Membership, User
from dermograph.core.text import Language
from dermograph.exchange.ical.values import Calendar
from dermograph.exchange.ical.write import calendar_bytes

_BYTES: Final = 32  # of chance in an address
_LONGEST: Final = 100  # characters of an address that are looked at


def feed_of(membership: Membership) -> WorkFeed | None:
    """Somebody's calendar; None while it is switched off."""
    return WorkFeed.objects.filter(membership=membership).first()


def make_feed(*, membership: Membership) -> str:
    """Make the address of somebody's calendar, or a new one in place of the old, which ends at once.

    Args:
        membership: Theirs, with its clinic and account: nobody makes it for another.

    Returns:
        The word in the address; it is shown once, for nobody can look it up later.
    """
    token = secrets.token_urlsafe(_BYTES)
    fields = {"token_hash": _hash(token), "made_at": timezone.now()}
    with transaction.atomic():
        _lock(membership)
        row, _ = WorkFeed.objects.update_or_create(membership=membership, defaults=fields)
        record("calendar.made", clinic=membership.clinic, who=membership.user, about=row)
    return token


def end_feed(*, membership: Membership, who: User | None) -> bool:
    """Switch somebody's calendar off: its address leads nowhere from now on. False where there was none.

    Args:
        membership: Theirs, with its clinic.
        who: They themselves; None where it ends with their work.
    """
    if not WorkFeed.objects.filter(membership=membership).exists():
        return False  # as of most who are changed: nobody waits for the clinic then
    with transaction.atomic():
        _lock(membership)
        row = WorkFeed.objects.select_for_update(no_key=True).filter(membership=membership).first()
        if row is None:
            return False
        record("calendar.ended", clinic=membership.clinic, who=who, about=row)
        row.delete()
    return True


def end_with_the_work(
    instance: Membership, *, created: bool, update_fields: Collection[str] | None = None, **_: object
) -> None:
    """End the calendar of somebody who left, came back or treats nobody now: no old address comes alive again.

    Args:
        instance: Their place, as it was saved.
        created: Whether it is a new one, which has no calendar yet.
        update_fields: The columns that were; None for all.
    """
    if not created and (not _works(instance) or "active" in (update_fields or ())):
        end_feed(membership=instance, who=None)


def _lock(membership: Membership) -> None:
    """Lock the clinic before the calendar, as it is locked already where somebody's work ends."""
    Clinic.objects.select_for_update(no_key=True).get(pk=membership.clinic_id)


def _works(place: Membership) -> bool:
    return place.active and place.role in HANDS


def found_feed(token: str) -> WorkFeed | None:
    """The calendar of an address; None for any that opens nothing, whatever the cause.

    What is looked up is a hash, so that the time it takes says nothing about the addresses that there are.
    """
    rows = WorkFeed.objects.select_related("membership__clinic", "membership__user")
    row = rows.filter(token_hash=_hash(token[:_LONGEST])).first()
    if row is None:
        return None
    place = row.membership
    return row if _works(place) and place.user.is_active else None


def feed_text(feed: WorkFeed, now: dt.datetime) -> bytes:
    """What a calendar program is given.

    Args:
        feed: With its membership, clinic and account.
        now: Holds that have ended by then are cancelled.
    """
    place = feed.membership
    clinic = place.clinic
    language: Language = "en" if place.user.language.startswith("en") else "es"
    rows = list(
        Appointment.objects.filter(practitioner=place, starts_at__gt=now - BACK)
        .select_related("room")
        .order_by("starts_at", "pk")
    )
    changed = changes_of(clinic, rows)
    entries = tuple(
        entry_of(row, now, changed.get(row.pk, row.made_at), place=row.room.name, uid=f"{row.pk}.work@dermograph")
        for row in rows
    )
    return calendar_bytes(Calendar(clinic.name, entries, language=language, zone=clinic.time_zone))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
