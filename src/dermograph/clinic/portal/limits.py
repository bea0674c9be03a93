"""What a clinic lets its patients do by themselves, until when, and what they read where it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, User
from dermograph.clinic.portal.models import BOOK_HOURS, CANCEL_HOURS, CHANGE_HOURS, DAYS_AHEAD, PortalLimits
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

_TWO_WEEKS, _YEAR = 336, 365
HOURS, DAYS = Text("hours before", "horas antes"), Text("days", "días")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the limits; what may be entered lies between ``low`` and ``high``."""

    key: str
    label: Text
    help: Text
    unit: Text
    default: int
    low: int
    high: int


FIGURES: tuple[Figure, ...] = (
    Figure(
        "book_hours",
        Text("A time can be chosen until", "Se puede elegir una hora hasta"),
        Text("Also the new time of an appointment that is moved.", "También la hora nueva de una cita que se cambia."),
        HOURS,
        BOOK_HOURS,
        0,
        _TWO_WEEKS,
    ),
    Figure(
        "change_hours",
        Text("An appointment can be moved until", "Una cita se puede cambiar hasta"),
        Text("Later the patient is asked to call.", "Después se pide al paciente que llame."),
        HOURS,
        CHANGE_HOURS,
        0,
        _TWO_WEEKS,
    ),
    Figure(
        "cancel_hours",
        Text("An appointment can be cancelled until", "Una cita se puede anular hasta"),
        Text("Later the patient is asked to call.", "Después se pide al paciente que llame."),
        HOURS,
        CANCEL_HOURS,
        0,
        _TWO_WEEKS,
    ),
    Figure(
        "days_ahead",
        Text("A time lies at most ahead", "Una hora se elige con antelación de hasta"),
        Text("Never farther than the agenda itself reaches.", "Nunca más lejos de lo que alcanza la agenda."),
        DAYS,
        DAYS_AHEAD,
        1,
        _YEAR,
    ),
)


def limits_of(clinic: Clinic) -> PortalLimits:
    """The limits of a clinic, as fetched with it or asked for now; the defaults, not saved, where it has set none."""
    row: PortalLimits = getattr(clinic, "portal_limits", None) or PortalLimits()
    row.clinic = clinic
    return row


def change_limits(*, clinic: Clinic, who: User, posted: Mapping[str, str]) -> PortalLimits:
    """Set the limits of a clinic; the same again changes nothing.

    Args:
        clinic: Whose.
        who: Who sets them.
        posted: ``open`` and ``books``, each ``yes`` or ``no``; the figures in digits; ``version`` of what they saw.

    Raises:
        InputError: If a value is none that may be, or somebody else changed the limits meanwhile.
    """
    values: dict[str, bool | int] = {key: _yes_or_no(key, posted.get(key, "")) for key in ("open", "books")}
    values |= {figure.key: _number(figure, posted.get(figure.key, "")) for figure in FIGURES}
    with transaction.atomic():
        row = limits_of(Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk))
        if str(row.version) != posted.get("version", ""):
            raise InputError(
                Text("Somebody else changed this meanwhile.", "Otra persona lo ha cambiado entretanto."),
                Place(field="version"),
                Text("Look at it as it is now, then choose again.", "Mírelo como está ahora y elija de nuevo."),
            )
        changed = {key: value for key, value in values.items() if getattr(row, key) != value}
        if not changed and row.version:
            return row
        for key, value in changed.items():
            setattr(row, key, value)
        row.version += 1
        row.save()
        record("portal.limits_changed", clinic=clinic, who=who, about=row, details=changed)
    return row


def call(clinic: Clinic) -> Text:
    """That the patient shall call, with the number where the clinic has one."""
    if clinic.phone:
        return Text(f"Please call us: {clinic.phone}.", f"Por favor, llámenos: {clinic.phone}.")
    return Text("Please call the clinic.", "Por favor, llame a la clínica.")


def refuse_where_shut(limits: PortalLimits) -> None:
    """Refuse bookings and messages of patients while the clinic takes none.

    Raises:
        InputError: If it takes none.
    """
    if not limits.open:
        raise InputError(
            Text(
                "The clinic takes no bookings and no messages here at the moment.",
                "La clínica no admite aquí citas ni mensajes por ahora.",
            ),
            todo=call(limits.clinic),
        )


def is_early_enough(starts_at: dt.datetime, hours: int, now: dt.datetime) -> bool:
    """Whether there are at least so many hours until something begins, the full hour included."""
    return starts_at - now >= dt.timedelta(hours=hours) and starts_at > now


def _yes_or_no(key: str, written: str) -> bool:
    if written not in ("yes", "no"):
        raise InputError(
            Text("One of the questions has no answer.", "Una de las preguntas no tiene respuesta."),
            Place(field=key),
            Text("Choose one of the two answers.", "Elija una de las dos respuestas."),
        )
    return written == "yes"


def _number(figure: Figure, written: str) -> int:
    written = written.strip()
    digits = written.isascii() and written.isdigit() and len(written) <= 4
    if not digits or not figure.low <= int(written) <= figure.high:
        raise InputError(
            Text(
                f"{figure.label.en}: {shown(written)} is not possible.",
                f"{figure.label.es}: {shown(written)} no es posible.",
            ),
            Place(field=figure.key),
            Text(
                f"A whole number from {figure.low} to {figure.high}.",
                f"Un número entero de {figure.low} a {figure.high}.",
            ),
        )
    return int(written)
