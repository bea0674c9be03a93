"""Taking time and giving it back: five minutes of somebody are one row, and no row is there twice."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q

from dermograph.clinic.agenda.models import Appointment, Occupied, State
from dermograph.clinic.agenda.rules import GRID_MINUTES
from dermograph.core.errors import InputError
from dermograph.core.text import Text

TRIES = 4  # each waits as long as the database lets it
Given = ParamSpec("Given")
Made = TypeVar("Made")
GRID = dt.timedelta(minutes=GRID_MINUTES)
#: An appointment of these days may still be set back from done or cancelled, which takes its time again.
OVER = dt.timedelta(days=2)
_FORGOTTEN_AT_ONCE = 900


class TimeTaken(Exception):  # noqa: N818 (caught where people are told)
    """The practitioner, the room or the patient is taken for a part of the time."""


def occupy(appointment: Appointment) -> None:
    """Take the time of its practitioner, its room and its patient, in the transaction of the caller.

    Raises:
        TimeTaken: If any of them is taken; the database says so, not a look beforehand.
    """
    rows = sorted(_rows(appointment), key=lambda row: (str(row.resource), row.starts_at))  # one order: no deadlock
    try:
        with transaction.atomic():
            Occupied.objects.bulk_create(rows)
    except IntegrityError:
        raise TimeTaken from None


def taken_among(
    resources: Iterable[uuid.UUID],
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    now: dt.datetime,
    but: uuid.UUID | None = None,
) -> set[uuid.UUID]:
    """Those of some people and rooms that are taken for a part of a time, by anything but holds that have ended."""
    ended = Q(appointment__state=State.HELD, appointment__held_until__lte=now)
    found = Occupied.objects.filter(resource__in=list(resources), starts_at__gte=starts_at, starts_at__lt=ends_at)
    return set(found.exclude(ended).exclude(appointment=but).values_list("resource", flat=True))


def patiently(write: Callable[Given, Made]) -> Callable[Given, Made]:
    """Try again where the database is busy or found two writers waiting for each other; nothing is half written.

    Raises:
        InputError: If it stays busy.
    """

    @functools.wraps(write)
    def tried(*args: Given.args, **fields: Given.kwargs) -> Made:
        for _ in range(TRIES):
            try:
                return write(*args, **fields)
            except OperationalError:
                if connection.in_atomic_block:  # whose transaction this is decides
                    raise
        raise InputError(
            Text(
                "The clinic's records are busy. Nothing was changed.",
                "Los registros están ocupados. No ha cambiado nada.",
            ),
            todo=Text("Try again in a moment.", "Vuelva a intentarlo en un momento."),
        )

    return tried


def give_back(appointment: Appointment) -> None:
    """Give its time back."""
    Occupied.objects.filter(appointment=appointment).delete()


def forget_past(now: dt.datetime) -> int:
    """Remove the time that appointments took that are over; how many rows. Nobody books what is past.

    Args:
        now: The instant that counts as now.
    """
    past, gone = Occupied.objects.filter(starts_at__lt=now - OVER), 0
    while some := list(past.order_by("pk").values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]):
        gone += Occupied.objects.filter(pk__in=some).delete()[0]  # a short transaction each: others write between
    return gone


def grid(starts_at: dt.datetime, ends_at: dt.datetime) -> Iterator[dt.datetime]:
    """Every begun five minutes between two instants."""
    moment = starts_at
    while moment < ends_at:
        yield moment
        moment += GRID


def _rows(appointment: Appointment) -> Iterator[Occupied]:
    for resource in {appointment.practitioner_id, appointment.room_id, appointment.patient_id}:
        for moment in grid(appointment.starts_at, appointment.ends_at):
            yield Occupied(appointment=appointment, resource=resource, starts_at=moment)
