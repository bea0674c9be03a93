"""Periods and amounts as quantities of R4."""

from __future__ import annotations

from dermograph.core.dates import Period
from dermograph.exchange.fhir.codes import PERIOD_UNITS
from dermograph.exchange.fhir.elements import Element, quantity
from dermograph.protocols.model import Amount

#: Units of amounts that UCUM has a code for.
_UCUM = {"minutes": "min", "mm": "mm"}


def duration(period: Period) -> Element:
    """A period in its source's own unit (R4 Duration)."""
    return quantity(period.count, period.say("en").split(" ", 1)[1], PERIOD_UNITS[period.unit])


def lasting(name: str, shortest: Period | None, longest: Period | None) -> Element:
    """A length of time under ``name`` with its type: one figure as Duration, two as Range; none as nothing."""
    if shortest is None and longest is None:
        return {}
    if shortest is None and longest is not None:
        return {f"{name}Duration": duration(longest)}
    ends = {"low": shortest, "high": longest}
    return {f"{name}Range": {end: duration(period) for end, period in ends.items() if period}}


def amount(value: Amount) -> Element:
    """A figure of a source (R4 Quantity)."""
    return quantity(value.value, value.unit, _UCUM.get(value.unit))
