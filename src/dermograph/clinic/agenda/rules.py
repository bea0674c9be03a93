"""The clinic's own figures for booking, and how long an appointment takes.

What a protocol says about the length of a session is cited; what no source says is an assumption that the clinic can
set, and is called one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from dermograph.clinic.agenda.models import Purpose
from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text
from dermograph.protocols import Protocol
from dermograph.protocols.citations import Cite

GRID_MINUTES = 5  # of one row of ``Occupied``
LONGEST_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that a clinic can set.

    Attributes:
        key: Its name in ``Clinic.rules``.
        low, high: Both inclusive.
        step: It is a multiple of it.
        default: What holds while the clinic has set none: an assumption.
    """

    key: str
    label: Text
    unit: Text
    default: int
    low: int
    high: int
    step: int = 1


MINUTES, HOURS, CLOCK = Text("minutes", "minutos"), Text("hours", "horas"), Text("o'clock", "h")
FIGURES: tuple[Figure, ...] = (
    Figure("booking_step_minutes", Text("Times are offered every", "Se ofrecen horas cada"), MINUTES, 15, 5, 60, 5),
    Figure("hold_minutes", Text("A slot is held for", "Un hueco se reserva durante"), MINUTES, 2880, 15, 20160, 15),
    Figure("first_hour", Text("The agenda begins at", "La agenda empieza a las"), CLOCK, 8, 0, 23),
    Figure("last_hour", Text("The agenda ends at", "La agenda termina a las"), CLOCK, 20, 1, 24),
    Figure(
        "cancellation_hours",
        Text("A cancellation is late within", "Una cancelación es tardía con menos de"),
        HOURS,
        24,
        0,
        336,
    ),
    Figure(
        "assessment_minutes", Text("An assessment takes", "Una valoración dura"), MINUTES, 60, 5, LONGEST_MINUTES, 5
    ),
    Figure("review_minutes", Text("A review takes", "Una revisión dura"), MINUTES, 30, 5, LONGEST_MINUTES, 5),
    Figure(
        "session_minutes",
        Text("A session takes, where its source gives no figure", "Una sesión dura, si la fuente no da cifra"),
        MINUTES,
        120,
        5,
        LONGEST_MINUTES,
        5,
    ),
    Figure(
        "months_ahead",
        Text("Booking reaches ahead", "Se reserva con antelación de hasta"),
        Text("months", "meses"),
        18,
        1,
        36,
    ),
)
BY_KEY: Mapping[str, Figure] = {figure.key: figure for figure in FIGURES}


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures of one clinic; whole numbers in the unit that the name says.

    Attributes:
        hold_minutes: How long a slot is held while an assessment is pending.
        cancellation_hours: A cancellation later than this before the start is called late.
        session_minutes: Of a session whose protocol gives no figure.
    """

    booking_step_minutes: int
    hold_minutes: int
    first_hour: int
    last_hour: int
    cancellation_hours: int
    assessment_minutes: int
    review_minutes: int
    session_minutes: int
    months_ahead: int


@dataclass(frozen=True, slots=True)
class Duration:
    """How long an appointment is booked for.

    Attributes:
        basis: ``protocol`` where a source gives it, ``clinic`` where the clinic set it, ``estimate`` where a person
            did for this course, else ``assumption``.
        says: What a person reads about where the figure comes from.
        cite: Its place in the source; empty where there is none.
    """

    minutes: int
    basis: Literal["protocol", "clinic", "estimate", "assumption"]
    says: Text
    cite: tuple[Cite, ...] = ()


def rules_of(clinic: Clinic) -> Rules:
    """The figures of a clinic, its own or the defaults.

    Raises:
        InputError: If a stored figure is not one that may be.
    """
    return read(clinic.rules if isinstance(clinic.rules, dict) else {})


def read(values: Mapping[str, object]) -> Rules:
    """Figures from a mapping; what is absent has its default, and keys of others are left alone.

    Raises:
        InputError: If a value is not a whole number within its limits, or the day ends before it begins.
    """
    found = {name: checked(name, values.get(name, BY_KEY[name].default)) for name in _NAMES}
    rules = Rules(**found)
    if rules.last_hour <= rules.first_hour:
        raise InputError(
            Text("The agenda ends before it begins.", "La agenda termina antes de empezar."),
            Place(field="last_hour"),
            Text("Choose a later hour for its end.", "Elija una hora posterior para el final."),
        )
    return rules


def checked(key: str, value: object) -> int:
    """One figure, if it is one that may be.

    Raises:
        InputError: If it is not.
    """
    figure = BY_KEY[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(
            Text(
                f"{figure.label.en}: {shown(value)} is not a whole number.",
                f"{figure.label.es}: {shown(value)} no es un número entero.",
            ),
            Place(field=key),
        )
    if not figure.low <= value <= figure.high or value % figure.step:
        raise InputError(
            Text(
                f"{figure.label.en}: {shown(value)} is not possible.",
                f"{figure.label.es}: {shown(value)} no es posible.",
            ),
            Place(field=key),
            Text(
                f"From {figure.low} to {figure.high} {figure.unit.en}, in steps of {figure.step}.",
                f"De {figure.low} a {figure.high} {figure.unit.es}, de {figure.step} en {figure.step}.",
            ),
        )
    return value


def duration(clinic: Clinic, protocol: Protocol, purpose: str, estimate: int | None = None) -> Duration:
    """How long to book for a purpose.

    A session is booked for the upper end of what the protocol says, so that the time is long enough.

    Args:
        clinic: Whose figures hold.
        protocol: What the course follows.
        purpose: A value of ``Purpose``.
        estimate: What a person expects for this course, minutes; None where nobody said.

    Raises:
        InputError: If the estimate is not possible.
    """
    if estimate is not None:
        return Duration(possible_minutes(estimate), "estimate", Text("Chosen here.", "Elegido aquí."))
    rules = rules_of(clinic)
    if purpose in (Purpose.SESSION, Purpose.MAINTENANCE):
        stated = protocol.parameter("duration")
        longest = (stated.high or stated.low) if stated else None
        if stated and longest and longest.unit == "minutes":
            minutes = -(-int(longest.value) // GRID_MINUTES) * GRID_MINUTES
            return Duration(minutes, "protocol", stated.says, stated.cite)
        return _own(clinic, "session_minutes", rules.session_minutes)
    if purpose == Purpose.REVIEW:
        return _own(clinic, "review_minutes", rules.review_minutes)
    return _own(clinic, "assessment_minutes", rules.assessment_minutes)


def possible_minutes(minutes: int) -> int:
    """A length of an appointment, if it is one that may be.

    Raises:
        InputError: If it is not on the grid, or out of bounds.
    """
    if not GRID_MINUTES <= minutes <= LONGEST_MINUTES or minutes % GRID_MINUTES:
        raise InputError(
            Text(
                f"An appointment of {shown(minutes)} minutes is not possible.",
                f"Una cita de {shown(minutes)} minutos no es posible.",
            ),
            Place(field="minutes"),
            Text(
                f"From {GRID_MINUTES} to {LONGEST_MINUTES} minutes, in steps of {GRID_MINUTES}.",
                f"De {GRID_MINUTES} a {LONGEST_MINUTES} minutos, de {GRID_MINUTES} en {GRID_MINUTES}.",
            ),
        )
    return minutes


def _own(clinic: Clinic, key: str, minutes: int) -> Duration:
    if key in clinic.rules:
        return Duration(minutes, "clinic", Text("The clinic's own figure.", "Cifra propia de la clínica."))
    return Duration(
        minutes,
        "assumption",
        Text(
            "The source gives no figure. This one is an assumption that the clinic can set.",
            "La fuente no da cifra. Esta es un supuesto que la clínica puede fijar.",
        ),
    )


_NAMES = tuple(one.name for one in fields(Rules))
