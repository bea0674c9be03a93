"""Settings by zone as they are kept: plain numbers within limits, or null."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dermograph.clinic.treatment.figures import LIMITS, WHOLE
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

MOST_ZONES = 20
LONGEST_NAME = 80


def clean_zones(zones: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The zones as a session keeps them.

    Raises:
        InputError: If there is none, or too many, or a figure is none that a device has.
    """
    if not 1 <= len(zones) <= MOST_ZONES:
        raise InputError(
            Text(f"A session has 1 to {MOST_ZONES} zones.", f"Una sesión tiene de 1 a {MOST_ZONES} zonas."),
            Place(field="zones"),
        )
    return [_zone(zone) for zone in zones]


def _zone(zone: Mapping[str, Any]) -> dict[str, Any]:
    name = " ".join(str(zone.get("name") or "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(Text("Each zone needs a name.", "Cada zona necesita un nombre."), Place(field="zones"))
    return {"name": name, **{figure: _figure(zone.get(figure), figure) for figure in LIMITS}}


def _figure(value: Any, name: str) -> float | int | None:  # noqa: ANN401 (whatever was given)
    if value is None:
        return None
    low, high = LIMITS[name]
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not low <= value <= high or (name in WHOLE and value != int(value)):
        raise InputError(
            Text(f"No device has this setting: {value}.", f"Ningún aparato tiene este ajuste: {value}."),
            Place(field="zones"),
        )
    return int(value) if name in WHOLE else float(value)
