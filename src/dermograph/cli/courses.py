"""A clinic's closed courses, from which the forecast learns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from dermograph.care.measured import LARGEST_DELTA_E00
from dermograph.care.read_area import SMALLEST_U
from dermograph.core.errors import InputError, Place
from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.protocols.field import Field
from dermograph.protocols.strict_yaml import parse, read_file

if TYPE_CHECKING:
    from dermograph.care.forecast import Measured, Prior

LARGEST_FILE = 20_000_000
MOST_SESSIONS = 50


def prior_from(path: Path | None) -> Prior | None:
    """The prior sharpened by the courses of a file; None where no file is given.

    Args:
        path: JSON lines, each ``{"course": [{"sessions": 0, "contrast": {"value": 8.1, "u": 0.4}}, ...]}``.
            in the list ``course``.

    Raises:
        InputError: If a line is not a course.
    """
    if path is None:
        return None
    from dermograph.care.forecast import WEAK_PRIOR
    from dermograph.care.priors import sharpen

    text = read_file(path, limit=LARGEST_FILE)
    courses = [
        _course(line, number, path.name) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    return sharpen(WEAK_PRIOR, courses)


def _course(line: str, number: int, name: str) -> list[Measured]:

    try:
        json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(Text("This line is not JSON.", "Esta línea no es JSON."), Place(name, number)) from error
    try:
        return _distinct(parse(line, name).mapping(("course",))["course"])
    except InputError as error:
        raise InputError(error.what, Place(name, number, error.place.field), error.todo) from error


def _distinct(field: Field) -> list[Measured]:
    course = [_measured(item) for item in field.items()]
    counts = [measured.sessions for measured in course]
    if len(set(counts)) < max(2, len(counts)):
        raise field.error(
            Text(
                "A course has measurements after two or more different numbers of sessions.",
                "Un curso tiene medidas tras dos o más números distintos de sesiones.",
            )
        )
    return course


def _measured(item: Field) -> Measured:
    from dermograph.care.forecast import Measured

    entries = item.mapping(("sessions", "contrast"))
    value = entries["contrast"].mapping(("value", "u"))
    contrast = Quantity(
        value["value"].number(0, LARGEST_DELTA_E00), value["u"].number(SMALLEST_U, LARGEST_DELTA_E00), "delta_e00"
    )
    return Measured(entries["sessions"].integer(0, MOST_SESSIONS), contrast)
