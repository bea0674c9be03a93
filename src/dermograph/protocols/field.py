"""A piece of a document that is read with a demand, and knows where it stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from dermograph.core.dates import FIRST_DAY, LAST_DAY
from dermograph.core.errors import NOTHING, InputError, Place, nearest, printable, shown
from dermograph.core.text import Text

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2}|Z)?\Z")
_Day = TypeVar("_Day", bound=dt.date)
Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a document and the 1-based line on which it starts."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int


class Field:
    """A piece of a document that is read with a demand, and knows where it stands.

    Every method raises ``InputError`` with file, line and path when the piece is not what was asked for.
    """

    __slots__ = ("file", "node", "path")

    def __init__(self, node: Node, path: str, file: str) -> None:
        self.node = node
        self.path = path
        self.file = file

    def error(self, what: Text, todo: Text = NOTHING) -> InputError:
        """An error about this piece."""
        path = ".".join(printable(part) for part in self.path.split("."))
        return InputError(what, Place(self.file, self.node.line or None, path), todo)

    def _wrong(self, wanted_en: str, wanted_es: str) -> NoReturn:
        value = self.node.value
        if isinstance(value, dict):
            found = Text("a mapping", "una correspondencia")
        elif isinstance(value, list):
            found = Text("a list", "una lista")
        else:
            found = Text(shown(value), shown(value))
        raise self.error(Text(f"Expected {wanted_en}, found {found.en}.", f"Se esperaba {wanted_es} y hay {found.es}."))

    @property
    def is_null(self) -> bool:
        """Whether it is written as unknown."""
        return self.node.value is None

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.node.value, dict)

    def entries(self) -> dict[str, Field]:
        """A mapping with any keys."""
        value = self.node.value
        if not isinstance(value, dict):
            self._wrong("a mapping of keys to values", "una correspondencia de claves y valores")
        prefix = f"{self.path}." if self.path else ""
        return {key: Field(node, prefix + key, self.file) for key, node in value.items()}

    def mapping(self, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Field]:
        """A mapping with known keys: all of ``required``, any of ``optional``, no other."""
        entries = self.entries()
        for key, field in entries.items():
            if key not in required and key not in optional:
                raise field.error(
                    Text(f"Unknown key {shown(key)}.", f"Clave desconocida {shown(key)}."),
                    nearest(key, (*required, *optional)),
                )
        for key in required:
            if key not in entries:
                raise self.error(Text(f"The key {key!r} is missing.", f"Falta la clave {key!r}."))
        return entries

    def items(self) -> list[Field]:
        """A list."""
        value = self.node.value
        if not isinstance(value, list):
            self._wrong("a list", "una lista")
        return [Field(node, f"{self.path}[{index}]", self.file) for index, node in enumerate(value)]

    def string(self) -> str:
        """Text that is not empty."""
        value = self.node.value
        if not isinstance(value, str) or not value.strip():
            self._wrong("text", "un texto")
        return value

    def choice(self, known: Iterable[str]) -> str:
        """One of the known words."""
        value = self.string()
        names = list(known)
        if value not in names:
            raise self.error(
                Text(f"Unknown value {shown(value)}.", f"Valor desconocido {shown(value)}."), nearest(value, names)
            )
        return value

    def boolean(self) -> bool:
        """True or false."""
        value = self.node.value
        if not isinstance(value, bool):
            self._wrong("true, false or null (unknown)", "true, false o null (desconocido)")
        return value

    def integer(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both inclusive."""
        value = self.node.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._wrong(f"a whole number from {low} to {high}", f"un número entero de {low} a {high}")
        return value

    def number(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``, both inclusive."""
        value = self.node.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self._wrong(f"a number from {low:g} to {high:g}", f"un número de {low:g} a {high:g}")
        return float(value)

    def day(self) -> dt.date:
        """A date such as 2026-11-21."""
        value = self.node.value
        if not isinstance(value, str) or not _DAY.match(value):
            self._wrong("a date such as 2026-11-21", "una fecha como 2026-11-21")
        return self._bounded(dt.date.fromisoformat, value)

    def day_or_instant(self) -> dt.date | dt.datetime:
        """A date, or a date with a time of day such as 2026-11-21T10:00."""
        value = self.node.value
        if isinstance(value, str) and _INSTANT.match(value):
            return self._bounded(dt.datetime.fromisoformat, value)
        return self.day()

    def _bounded(self, parser: Callable[[str], _Day], value: str) -> _Day:
        try:
            moment = parser(value)
        except ValueError:
            raise self.error(
                Text(f"There is no such day or time: {value}.", f"Ese día u hora no existe: {value}.")
            ) from None
        day = moment.date() if isinstance(moment, dt.datetime) else moment
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.error(
                Text(
                    f"A date must lie from {FIRST_DAY} to {LAST_DAY}, not {value}.",
                    f"Una fecha debe estar entre {FIRST_DAY} y {LAST_DAY}, y no {value}.",
                )
            )
        return moment

    def text(self) -> Text:
        """Words in every language."""
        entries = self.mapping(required=("en", "es"))
        return Text(" ".join(entries["en"].string().split()), " ".join(entries["es"].string().split()))
