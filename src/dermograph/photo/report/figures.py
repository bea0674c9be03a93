"""Figures as people read them: rounded to what their uncertainty carries, in the manner of each language."""

from __future__ import annotations

import datetime as dt
import math

from dermograph.core.quantity import Quantity
from dermograph.core.text import Language, Text

_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}
#: How a unit is written after a figure. ΔE stands before it, as in the mark of look.md.
_AFTER = {
    "lab": "",
    "index": "",
    "cm2": " cm²",
    "mm2": " mm²",
    "mm": " mm",
    "deg": "°",
    "px": " px",
    "share": "",
    "percent": " %",
}
_MOST_DECIMALS = 6
_SMALL_LEAD = 30  # a first digit of u below 3 keeps a second one: rounding 0.14 to 0.1 would lose a third of it


def decimals(u: float) -> int:
    """To how many decimals a value with this standard uncertainty is written.

    Two significant digits of the uncertainty where its first is 1 or 2, else one; negative for tens and hundreds.
    An uncertainty of 0 does not tell, and takes two decimals.
    """
    if u <= 0 or not math.isfinite(u):
        return 2
    exponent = math.floor(math.log10(u))
    two_digits = round(u / 10.0 ** (exponent - 1))
    if two_digits >= 100:  # 0.0999 rounds up to 0.10
        exponent, two_digits = exponent + 1, two_digits // 10
    places = -exponent + (1 if two_digits < _SMALL_LEAD else 0)
    return min(places, _MOST_DECIMALS)


def number(value: float, places: int, language: Language, *, signed: bool = False) -> str:
    """One figure: a comma in Spanish, a minus that is no hyphen, no negative zero."""
    rounded = round(value, places) + 0.0
    text = f"{rounded:{'+' if signed and rounded else ''}.{max(places, 0)}f}"
    return text.replace("-", "−").replace(".", "," if language == "es" else ".")


def unit_before(unit: str) -> str:
    """What stands before a figure of this unit."""
    return "ΔE " if unit == "delta_e00" else ""


def unit_after(unit: str) -> str:
    """What stands after a figure of this unit."""
    return "" if unit == "delta_e00" else _AFTER.get(unit, f" {unit}" if unit else "")


def plus_minus(quantity: Quantity, language: Language, *, signed: bool = False) -> str:
    """A value with its standard uncertainty and its unit, such as ``ΔE 6.2 ± 0.4``."""
    places = decimals(quantity.u)
    value = number(quantity.value, places, language, signed=signed)
    u = number(quantity.u, places, language)
    after = unit_after(quantity.unit)
    both = f"({value} ± {u}){after}" if after.startswith("°") else f"{value} ± {u}{after}"
    return f"{unit_before(quantity.unit)}{both}"


def bare(value: float, u: float, unit: str, language: Language, *, signed: bool = False) -> str:
    """One figure with its unit, rounded as the uncertainty beside it asks."""
    return f"{unit_before(unit)}{number(value, decimals(u), language, signed=signed)}{unit_after(unit)}"


def day(on: dt.date | None, language: Language) -> str | None:
    """A day in words; None if it is not known."""
    if on is None:
        return None
    month = _MONTHS[language][on.month - 1]
    return f"{on.day} de {month} de {on.year}" if language == "es" else f"{on.day} {month} {on.year}"


def apart(one: dt.date, other: dt.date) -> Text:
    """How many days lie between two."""
    count = abs((other - one).days)
    if count == 0:
        return Text("on the same day", "el mismo día")
    if count == 1:
        return Text("1 day apart", "con 1 día de diferencia")
    return Text(f"{count} days apart", f"con {count} días de diferencia")


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Round values of an axis from ``low`` to ``high``, at most about ``most`` of them."""
    span = high - low
    if not span > 0:
        return [low]
    step = nice(span / most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def nice(value: float) -> float:
    """The next of 1, 2, 5, 10, … that is at least ``value``, which is above 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value * (1 - 1e-9))


def nice_below(value: float) -> float:
    """The last of 1, 2, 5, 10, … that is at most ``value``, which is above 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((factor * power for factor in (5, 2, 1) if factor * power <= value * (1 + 1e-9)), power)
