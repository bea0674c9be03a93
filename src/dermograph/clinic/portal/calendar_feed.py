"""The address at which a patient's calendar program fetches their appointments: made, renewed, switched off, answered.

Whoever has the address sees what is behind it, so it says little unless the patient wants more. Only its hash is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.agenda.calendar_entry import BACK, changes_of, entry_of, place_of
from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.agenda.words import PURPOSES
from dermograph.clinic.audit.record import record
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.portal.calendar_care import aftercare_entries
from dermograph.clinic.portal.models import CalendarFeed
from dermograph.core.text import Language, Text
from dermograph.exchange.ical import values as ical
from dermograph.exchange.ical.values import APPOINTMENT, Calendar
from dermograph.exchange.ical.write import calendar_bytes

_BYTES: Final = 32  # of chance in an address
_LONGEST: Final = 100  # characters of an address that are looked at


def feed_of(patient: Patient) -> CalendarFeed | None:
    """The calendar of a patient; None while it is switched off, or was made with another account."""
    return CalendarFeed.objects.filter(patient=patient, made_for=patient.user_id).first() if patient.user_id else None


def make_feed(*, patient: Patient, who: User, detailed: bool, aftercare: bool = False) -> str:
    """Make the address of a calendar, or a new one in place of the old, which ends at once.

    Args:
        patient: With their clinic.
        who: Their account.
        detailed: Whether the treatment and the practitioner are named.
        aftercare: Whether the days of aftercare are in it too.

    Returns:
        The word in the address; it is shown once, for nobody can look it up later.
    """
    token = secrets.token_urlsafe(_BYTES)
    says = {"detailed": detailed, "aftercare": aftercare}
    fields = {"token_hash": _hash(token), "made_for": who.pk, "made_at": timezone.now(), **says}
    with transaction.atomic():
        row, _ = CalendarFeed.objects.update_or_create(patient=patient, defaults=fields)
        record("calendar.made", clinic=patient.clinic, who=who, about=row, details=says)
    return token


def say_more(*, patient: Patient, who: User, detailed: bool, aftercare: bool) -> None:
    """Choose how much a calendar says; its address stays.

    Args:
        patient: With their clinic.
        who: Their account.
        detailed: Whether the treatment and the practitioner are named.
        aftercare: Whether the days of aftercare are in it too.
    """
    says = {"detailed": detailed, "aftercare": aftercare}
    with transaction.atomic():
        row = CalendarFeed.objects.select_for_update(no_key=True).filter(patient=patient, made_for=who.pk).first()
        if row is None or says == {"detailed": row.detailed, "aftercare": row.aftercare}:
            return
        row.detailed, row.aftercare = detailed, aftercare
        row.save(update_fields=list(says))
        record("calendar.changed", clinic=patient.clinic, who=who, about=row, details=says)


def end_feed(*, patient: Patient, who: User | None) -> None:
    """Switch a calendar off: its address leads nowhere from now on. Where there is none, nothing happens.

    Args:
        patient: With their clinic.
        who: The patient's account, or who takes their access away.
    """
    with transaction.atomic():
        row = CalendarFeed.objects.select_for_update(no_key=True).filter(patient=patient).first()
        if row is None:
            return
        record("calendar.ended", clinic=patient.clinic, who=who, about=row)
        row.delete()


def found_feed(token: str) -> CalendarFeed | None:
    """The calendar of an address; None for any that opens nothing, whatever the cause.

    What is looked up is a hash, so that the time it takes says nothing about the addresses that there are.
    """
    rows = CalendarFeed.objects.select_related("patient__clinic", "patient__user")
    row = rows.filter(token_hash=_hash(token[:_LONGEST])).first()
    if row is None:
        return None
    user = row.patient.user
    opens = user is not None and user.is_active and user.pk == row.made_for and row.patient.restricted_at is None
    return row if opens else None


def feed_text(feed: CalendarFeed, now: dt.datetime) -> bytes:
    """What a calendar program is given: appointments, and the aftercare of sessions where the patient wants it.

    Args:
        feed: With its patient and clinic.
        now: Holds that have ended by then are cancelled.
    """
    patient, clinic = feed.patient, feed.patient.clinic
    language: Language = "en" if patient.language.startswith("en") else "es"
    care = aftercare_entries(patient, now, detailed=feed.detailed) if feed.aftercare else ()
    entries: tuple[ical.Appointment | ical.CareStep, ...] = (*_appointments(patient, clinic, now), *care)
    return calendar_bytes(
        Calendar(clinic.name, entries, language=language, detailed=feed.detailed, zone=clinic.time_zone)
    )


def _appointments(patient: Patient, clinic: Clinic, now: dt.datetime) -> Iterator[ical.Appointment]:
    rows = list(
        Appointment.objects.filter(patient=patient, starts_at__gt=now - BACK)
        .select_related("course", "practitioner__user")
        .order_by("starts_at", "pk")
    )
    changed = changes_of(clinic, rows)
    place = place_of(clinic)
    for row in rows:
        at = changed.get(row.pk, row.made_at)
        yield entry_of(row, now, at, what=_what(row), who=row.practitioner.user.name, place=place)


def _what(row: Appointment) -> Text:
    purpose = PURPOSES[row.purpose]
    about = APPOINTMENT if row.course is None else protocol_of(row.course).title
    return Text(f"{about.en}: {purpose.en}", f"{about.es}: {purpose.es}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
