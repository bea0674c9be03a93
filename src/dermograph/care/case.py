"""A case: what is known of one patient and of the areas to be treated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from dermograph.core.quantity import Quantity
from dermograph.protocols.vocabulary import FactValue, Missing


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened or will happen, such as sun exposure of the area.

    Attributes:
        what: Its id in the vocabulary.
        first, last: Its days, both inclusive.
        at: The instant, where it is known; then ``first`` and ``last`` are its day.
    """

    what: str
    first: dt.date
    last: dt.date
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """What photographs of an area showed on one day.

    Attributes:
        contrast: Contrast to the adjacent skin, ΔE00; None where it could not be measured.
        comparable: Whether the photograph can be compared with the baseline.
        why_not: The reason, where it cannot.
        ita_deg: Individual typology angle of the adjacent skin, degrees; None where it was not measured.
    """

    on: dt.date
    contrast: Quantity | None
    comparable: bool
    why_not: str | None = None
    ita_deg: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that was reported or seen.

    Attributes:
        gone_on: The day on which it was gone; None while that is not known.
    """

    what: str
    on: dt.date
    gone_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SignedReview:
    """A review that a named person signed."""

    on: dt.date
    by: str


Session = dt.date | dt.datetime


def session_day(session: Session) -> dt.date:
    """The day of a session that may be given as a day or as an instant."""
    return session.date() if isinstance(session, dt.datetime) else session


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One skin area with one lesion.

    Attributes:
        name: As the clinic calls it; unique in the case.
        facts: Known facts of the patient and of the area together.
        missing: Facts that are known to be missing, and why. A fact in neither mapping was not asked.
        events: Those of the area and of the whole case, by first day.
        sessions: Sessions held, ascending.
        wish: The patient's own order of preference, 1 first; None if not stated.
        size_cm2: Size; None if not measured.
        minutes: How long the practitioner expects a session on it to take; None if not estimated.
        goal_delta_e00: The contrast agreed as the goal; None for "no longer visible".
    """

    name: str
    facts: Mapping[str, FactValue]
    missing: Mapping[str, Missing]
    events: tuple[Event, ...] = ()
    sessions: tuple[Session, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    signs: tuple[Sign, ...] = ()
    reviews: tuple[SignedReview, ...] = ()
    wish: int | None = None
    size_cm2: float | None = None
    minutes: int | None = None
    goal_delta_e00: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One patient on one day.

    Attributes:
        treatment: The id of a protocol, or of the one that a clinic's own extends.
        assessed_on: The day for which everything is decided; no fact lies after it.
        reviewed_on: The day of the review; None where none is asked for.
        time_zone: IANA name in which instants without an offset are read; None for wall time.
    """

    treatment: str
    assessed_on: dt.date
    areas: tuple[Area, ...]
    reviewed_on: dt.date | None = None
    time_zone: str | None = None
    patient: Mapping[str, FactValue] = field(default_factory=dict)

    def area(self, name: str) -> Area:
        """The area of that name.

        Raises:
            KeyError: If there is none.
        """
        for area in self.areas:
            if area.name == name:
                return area
        raise KeyError(name)
