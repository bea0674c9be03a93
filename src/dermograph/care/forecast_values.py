"""What a forecast says: numbers of further sessions, contrasts, and how sure it is of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.care.priors import Prior
from dermograph.core.text import Text

FURTHEST = 24  # more sessions than this are one outcome, "more"


@dataclass(frozen=True, slots=True)
class SessionRange:
    """Numbers of further sessions, both ends inclusive.

    Attributes:
        high: None where it is open: more than ``FURTHEST``.
        held: The probability that N lies inside, from 0 to 1. With few sessions left it can be far from the nominal
            level: a single number may hold 97 % by itself.
    """

    low: int
    high: int | None
    held: float

    def to_json(self) -> dict[str, Any]:
        """Plain types."""
        return {"low": self.low, "high": self.high, "held": round(self.held, 4)}


@dataclass(frozen=True, slots=True)
class Remaining:
    """The number N of sessions that remain after the last measured one.

    Attributes:
        pmf: Probability of N = 0, 1, … ``FURTHEST``.
        beyond: Probability of more; with ``pmf`` it sums to 1.
        median: None where it lies beyond.
        by_goal: Probability that the goal is met at the end, rather than the plateau alone.
    """

    pmf: tuple[float, ...]
    beyond: float
    median: int | None
    interval_50: SessionRange
    interval_90: SessionRange
    by_goal: float

    def to_json(self) -> dict[str, Any]:
        """Plain types; probabilities to 4 decimals."""
        return {
            "pmf": [round(chance, 4) for chance in self.pmf],
            "beyond": {"more_than": FURTHEST, "probability": round(self.beyond, 4)},
            "median": self.median,
            "interval_50": self.interval_50.to_json(),
            "interval_90": self.interval_90.to_json(),
            "by_goal": round(self.by_goal, 4),
        }


@dataclass(frozen=True, slots=True)
class ContrastRange:
    """A true contrast, ΔE00: its median and central intervals, (low, high) each."""

    median: float
    interval_50: tuple[float, float]
    interval_90: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Plain types, to 2 decimals."""
        return {
            "median": round(self.median, 2),
            "interval_50": [round(end, 2) for end in self.interval_50],
            "interval_90": [round(end, 2) for end in self.interval_90],
            "unit": "delta_e00",
        }


@dataclass(frozen=True, slots=True)
class Forecast:
    """What may come, or why nothing can be said yet.

    Attributes:
        silent: Whether nothing is forecast; then every number here is None.
        why: Why it is silent; None when it is not.
        published: What the source publishes on the number of sessions, labelled as such; None where nothing is.
        sentence: The whole in words.
        measurements: How many measurements it rests on.
        sessions: The session after which N counts, that of the last measurement.
        next_contrast: The true contrast after one session more.
        floor: The contrast that no number of sessions removes.
    """

    silent: bool
    why: Text | None
    published: Text | None
    sentence: Text
    measurements: int | None = None
    sessions: int | None = None
    remaining: Remaining | None = None
    next_contrast: ContrastRange | None = None
    floor: ContrastRange | None = None
    prior: Prior | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain types, numbers rounded; null where nothing is said."""
        return {
            "silent": self.silent,
            "why": self.why.to_json() if self.why else None,
            "published": self.published.to_json() if self.published else None,
            "sentence": self.sentence.to_json(),
            "measurements": self.measurements,
            "after_session": self.sessions,
            "remaining": self.remaining.to_json() if self.remaining else None,
            "next_contrast": self.next_contrast.to_json() if self.next_contrast else None,
            "floor": self.floor.to_json() if self.floor else None,
            "prior": self.prior.to_json() if self.prior else None,
        }
