"""What is taken out of a stored result: figures and codes. Nothing that is a sentence ever passes."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from dermograph.clinic.gallery.models import Stage
from dermograph.clinic.research.columns import Value

Json = dict[str, Any]
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./+:-]{0,79}")
UNREADABLE: Final = "not_a_code"


def number(value: object) -> float | None:
    """A finite figure; None for anything else, a truth value among it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def pair(quantity: object) -> tuple[float | None, float | None]:
    """A value with its standard uncertainty, both None where there is no value."""
    if not isinstance(quantity, dict) or (value := number(quantity.get("value"))) is None:
        return None, None
    return value, number(quantity.get("u"))


def code(value: object) -> str | None:
    """A code; None for nothing, and ``not_a_code`` in place of what could be words."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) and _CODE.fullmatch(value) else UNREADABLE


def codes(values: list[Any]) -> str | None:
    """Codes with ``|`` between them; None for none."""
    return "|".join(sorted(one for value in values if (one := code(value)))) or None


def part(tree: object, name: str) -> Json:
    """A part of a result; empty where it is not there."""
    found = tree.get(name) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def undone(stage: str) -> str | None:
    """Why a piece of work has no result; None if it is done."""
    if stage == Stage.DONE:
        return None
    return "measuring_failed" if stage == Stage.FAILED else "not_measured_yet"


def yes_no(value: object) -> Value:
    """A truth value; None for anything else."""
    return value if isinstance(value, bool) else None
