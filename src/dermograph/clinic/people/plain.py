"""Plain values: what a record can hold, whoever hands it over, a form or a program."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from dermograph.core.dates import FIRST_DAY, day_text
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST_REASON = 2000
Row = TypeVar("Row")


def plain_line(text: str, what: Text, *, longest: int, needed: bool = True) -> str:
    """One line of text: spaces joined, nothing that does not print.

    Args:
        text: As it was given.
        what: What it is, for the error.
        longest: In characters.
        needed: Whether it has to hold a letter or a digit.

    Raises:
        InputError: If it does not print, is too long, or is missing.
    """
    line = " ".join(text.split())
    if not line.isprintable():
        raise InputError(
            Text(f"The {what.en} has characters that do not print.", f"Hay caracteres no imprimibles: {what.es}.")
        )
    if len(line) > longest:
        raise InputError(
            Text(f"The {what.en} has more than {longest} characters.", f"Más de {longest} caracteres: {what.es}.")
        )
    if needed and not any(char.isalnum() for char in line):
        raise InputError(Text(f"The {what.en} is missing.", f"Falta: {what.es}."))
    return line


def plain_reason(text: str) -> str:
    """A reason in somebody's words.

    Raises:
        InputError: If it is empty, too long, or holds what no text holds.
    """
    reason = text.strip()
    if "\0" in reason or len(reason) > LONGEST_REASON:
        raise InputError(
            Text("This reason cannot be kept: it is too long.", "Este motivo no puede guardarse: es demasiado largo."),
            Place(field="reason"),
        )
    if not any(char.isalnum() for char in reason):
        raise InputError(Text("Say why.", "Diga por qué."), Place(field="reason"))
    return reason


def plain_birth_date(day: dt.date | None, today: dt.date) -> dt.date | None:
    """A day on which a patient can have been born; None while it is not known.

    Raises:
        InputError: If it lies before 1900 or after today.
    """
    if day is not None and not FIRST_DAY <= day <= today:
        words = day_text(day)
        raise InputError(
            Text(f"Nobody who comes was born on {words.en}.", f"Nadie que venga nació el {words.es}."),
            Place(field="birth_date"),
            Text("Look at the year again.", "Revise el año."),
        )
    return day


def own_row(there: Row, owned: bool) -> Row:  # noqa: FBT001 (what was found, and whether it may be)
    """What a replayed form finds.

    Raises:
        InputError: If its id belongs to something else.
    """
    if not owned:
        raise InputError(
            Text("This form cannot be used again.", "Este formulario no puede volver a usarse."),
            todo=Text("Open a new one.", "Abra uno nuevo."),
        )
    return there
