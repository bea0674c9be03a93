"""Asking for an appointment from the public site: what is kept, how much of it, and for how long."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.website.checking import Told, told_from
from dermograph.clinic.website.models import AppointmentRequest, RequestState, SentFrom
from dermograph.clinic.website.origins import Origin, count, is_too_many
from dermograph.clinic.website.sealing import opened, sealed
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import Protocol

DAYS_OPEN = 90  # until a request that nobody settled is erased
DAYS_SETTLED = 30  # until a settled one is


class TooManyError(InputError):
    """More requests than people send."""

    def __init__(self) -> None:
        super().__init__(
            Text("Too many requests came in for now.", "Han llegado demasiadas solicitudes por ahora."),
            todo=Text("Try again in an hour, or telephone.", "Inténtelo en una hora o llame por teléfono."),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wrote into the form, checked.

    Attributes:
        entry: The id of the form; sent once more it finds the request that is there.
        agreed_to: The words that they agreed to.
    """

    entry: uuid.UUID
    given_names: str
    family_names: str
    phone: str
    email: str
    days: Sequence[int]
    times: Sequence[str]
    words: str
    agreed_to: str


def request_appointment(
    *,
    clinic: Clinic,
    treatment: str,
    language: str,
    asked: Asked,
    told: Told | None,
    hands_over: bool,
    origin: Origin,
) -> AppointmentRequest:
    """Keep a request; a form that is sent once more with other words changes it, until somebody has settled it.

    Args:
        clinic: Whom it is for.
        treatment: The name of the treatment whose page they came from.
        language: In which they read.
        asked: The form.
        told: The answers of the check, where they hand them over and their browser has them; None else.
        hands_over: Whether they hand them over.
        origin: Where it came from.

    Raises:
        TooManyError: If too many came from there.
    """
    now = timezone.now()
    with transaction.atomic():
        # The clinic's row is the lock: of two forms that arrive at once, one is counted first.
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        erase_old(clinic, now)
        row = _row_of(asked, clinic, treatment)
        is_first, keeps = row._state.adding, _keeps_answers(row, told, hands_over=hands_over)  # noqa: SLF001 (documented)
        if not is_first and (row.state != RequestState.NEW or (_says(row, asked) and keeps)):
            return row
        if is_too_many(origin, now):
            raise TooManyError
        row.language, row.agreed_to = language, asked.agreed_to
        for name, value in _fields(asked).items():
            setattr(row, name, value)
        if not keeps:
            row.answers = sealed(_about(row.pk), told.to_json()) if told is not None else None
        if is_first or not keeps:
            row.asked_at = now  # the day on which the answers were told
        row.save()
        count(clinic, origin, now)
        action = "request.received" if is_first else "request.changed"
        record(action, clinic=clinic, who=None, about=row, details={"answers": row.answers is not None})
    return row


def answers_of(asked: AppointmentRequest, protocol: Protocol) -> Told | None:
    """What was told in the check; None where it was not handed over, is erased, or cannot be opened."""
    stored = opened(_about(asked.pk), asked.answers) if asked.answers else None
    return None if stored is None else told_from(stored, protocol)


def erase_old(clinic: Clinic | None = None, now: dt.datetime | None = None) -> int:
    """Erase the requests whose time is over, and the counts of addresses; how many requests it were.

    Args:
        clinic: Of which; None for all of them.
        now: None for now.
    """
    now = now or timezone.now()
    SentFrom.objects.filter(at__lt=now - dt.timedelta(days=1)).delete()
    over = Q(state=RequestState.NEW, asked_at__lt=now - dt.timedelta(days=DAYS_OPEN)) | Q(
        settled_at__lt=now - dt.timedelta(days=DAYS_SETTLED)
    )
    rows = AppointmentRequest.objects.filter(over)
    if clinic is not None:
        rows = rows.filter(clinic=clinic)
    with transaction.atomic():
        gone = list(rows.select_related("clinic"))
        for one in gone:
            record("request.erased", clinic=one.clinic, who=None, about=one)
        if gone:
            AppointmentRequest.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


def _row_of(asked: Asked, clinic: Clinic, treatment: str) -> AppointmentRequest:
    """The row that a form is about: the one that it made where that says the same or can still change; else a new one.

    Of a form whose row is settled, or another page's, the same words lead to the same new row however often they come.
    """
    entry = asked.entry
    row = AppointmentRequest.objects.filter(pk=entry).first()
    is_of_here = row is not None and (row.clinic_id, row.treatment) == (clinic.pk, treatment)
    if row is not None and not (is_of_here and (_says(row, asked) or _is_open(row))):
        entry = uuid.uuid5(entry, json.dumps([str(clinic.pk), treatment, _fields(asked)]))
        row = AppointmentRequest.objects.filter(pk=entry).first()
    return row or AppointmentRequest(pk=entry, clinic=clinic, treatment=treatment)


def _is_open(row: AppointmentRequest) -> bool:
    """Whether nobody has settled it, or is about to: the desk locks it before the clinic, so it is not waited for."""
    rows = AppointmentRequest.objects.select_for_update(skip_locked=True)
    return rows.filter(pk=row.pk, state=RequestState.NEW).first() is not None


def _fields(asked: Asked) -> dict[str, Any]:
    """The columns that a form fills in."""
    return {
        "given_names": asked.given_names,
        "family_names": asked.family_names,
        "phone": asked.phone,
        "email": asked.email,
        "days": list(asked.days),
        "times": list(asked.times),
        "words": asked.words,
    }


def _says(row: AppointmentRequest, asked: Asked) -> bool:
    return all(getattr(row, name) == value for name, value in _fields(asked).items())


def _keeps_answers(row: AppointmentRequest, told: Told | None, *, hands_over: bool) -> bool:
    """Whether the answers stay as they are: handing them over takes them out of the browser, so they come only once."""
    if told is None:
        return hands_over or row.answers is None
    return row.answers is not None and opened(_about(row.pk), row.answers) == told.to_json()


def _about(entry: uuid.UUID) -> str:
    return f"request\n{entry}"
