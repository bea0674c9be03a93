"""Content lines of a file that somebody else wrote (RFC 5545 3.1), and the components that they make, in bounded time.

Of our own making: what is read comes from anybody, and the package ``icalendar`` neither bounds what it reads nor says
in which line something stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text

LARGEST_MB: Final = 5
MOST_LINES: Final = 200_000
DEEPEST: Final = 6  # a calendar, an entry, its alarm; some programs put a component or two below
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,80}")
# Possessive, so that nothing is tried in more than one way and little is kept while it is tried.
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]{1,80})=((?:"[^"]*+"|[^";:,]++|,)*+)')
_CARET: Final = re.compile(r"\^([n'^])")
_CARETS: Final = {"n": "\n", "'": '"', "^": "^"}  # RFC 6868
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# RFC 5545 3.1: programs fold by octets, within a letter too. Its rest goes to the line above: lines keep their numbers.
_FOLDED_LETTER: Final = re.compile(rb"((?:\r\n|\n|\r)[ \t])([\x80-\xbf]{1,3})")
_MOST_FOLDS: Final = 3  # of one letter, which has four octets at most
_AGAIN: Final = Text("Export the calendar again as a file .ics.", "Vuelva a exportar el calendario como archivo .ics.")


@dataclass(frozen=True, slots=True)
class Line:
    """One content line, unfolded.

    Attributes:
        number: 1-based line of the file on which it begins.
        name: In capitals.
        parameters: By name in capitals; quotes taken off; several values as they stand, by commas.
        value: As it stands.
    """

    number: int
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """A component with what stands in it. It is filled while it is read, and not changed after.

    Attributes:
        name: In capitals, such as VEVENT.
        number: 1-based line of its BEGIN.
    """

    name: str
    number: int
    lines: list[Line] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        """Its lines of that name, in their order."""
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> Line | None:
        """Its first line of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def value(self, name: str) -> str:
        """The value of its first line of that name; empty if there is none."""
        line = self.first(name)
        return line.value if line else ""


def calendars_of(data: bytes, file: str | None = None) -> list[Component]:
    """The calendars of a file.

    Args:
        data: All of it.
        file: Its name, for messages.

    Raises:
        InputError: If it is too large, no text in UTF-8, no calendar, ends within one, or is nested too deeply.
    """
    opened: list[Component] = []
    whole: list[Component] = []
    for number, text in _unfolded(_text(data, file)):
        line = _line(number, text, file)
        if line.name == "BEGIN":
            component = Component(line.value.strip().upper(), number)
            if len(opened) == DEEPEST:
                what = Text(
                    f"Components stand more than {DEEPEST} deep.", f"Hay más de {DEEPEST} niveles de componentes."
                )
                raise InputError(what, Place(file, number), _AGAIN)
            if opened:
                opened[-1].parts.append(component)
            elif component.name != "VCALENDAR":
                raise _not_one(file, number)
            opened.append(component)
        elif not opened:
            raise _not_one(file, number)
        elif line.name == "END":
            if opened[-1].name != line.value.strip().upper():
                what = Text(f"{opened[-1].name} does not end here.", f"{opened[-1].name} no termina aquí.")
                raise InputError(what, Place(file, number), _AGAIN)
            closed = opened.pop()
            if not opened:
                whole.append(closed)
        else:
            opened[-1].lines.append(line)
    if opened:
        what = Text("The file ends within the calendar.", "El archivo termina dentro del calendario.")
        raise InputError(what, Place(file, opened[-1].number), _AGAIN)
    if not whole:
        raise _not_one(file, 1)
    return whole


def _text(data: bytes, file: str | None) -> str:
    if len(data) > LARGEST_MB * 2**20:
        what = Text(f"The calendar is larger than {LARGEST_MB} MB.", f"El calendario ocupa más de {LARGEST_MB} MB.")
        todo = Text("Export a shorter time of it.", "Exporte un periodo más corto.")
        raise InputError(what, Place(file), todo)
    try:
        for _ in range(_MOST_FOLDS):
            data = _FOLDED_LETTER.sub(rb"\2\1", data)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = Text("The calendar is not written in UTF-8.", "El calendario no está escrito en UTF-8.")
        raise InputError(what, Place(file, data.count(b"\n", 0, error.start) + 1), _AGAIN) from None
    if found := _FORBIDDEN.search(text):
        what = Text(
            "There is a control character, which no calendar holds.",
            "Hay un carácter de control, impropio de un calendario.",
        )
        raise InputError(what, Place(file, text.count("\n", 0, found.start()) + 1), _AGAIN)
    if text.count("\n") + text.count("\r") - text.count("\r\n") > MOST_LINES:
        what = Text(f"There are more than {MOST_LINES} lines.", f"Hay más de {MOST_LINES} líneas.")
        raise InputError(what, Place(file), Text("Export a shorter time of it.", "Exporte un periodo más corto."))
    return text


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Each content line with its number; empty ones left out, as programs do write them."""
    pieces: list[str] = []
    begun = 1
    for number, physical in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if physical[:1] in (" ", "\t") and pieces:
            pieces.append(physical[1:])
            continue
        if pieces:
            yield begun, "".join(pieces)
        pieces, begun = ([physical] if physical.strip() else []), number
    if pieces:
        yield begun, "".join(pieces)


def _line(number: int, text: str, file: str | None) -> Line:
    name = _NAME.match(text)
    here = name.end() if name else 0
    parameters: dict[str, str] = {}
    while name and (found := _PARAMETER.match(text, here)):
        value = found.group(2).replace('"', "")
        parameters.setdefault(found.group(1).upper(), _CARET.sub(lambda one: _CARETS[one.group(1)], value))
        here = found.end()
    if name is None or text[here : here + 1] != ":":
        what = Text(
            f"This is no line of a calendar: {shown(text)}.", f"Esto no es una línea de un calendario: {shown(text)}."
        )
        raise InputError(what, Place(file, number), _AGAIN)
    return Line(number, name.group().upper(), parameters, text[here + 1 :])


def _not_one(file: str | None, number: int) -> InputError:
    what = Text("This is not a calendar in the format iCalendar.", "Esto no es un calendario en formato iCalendar.")
    return InputError(what, Place(file, number), _AGAIN if file is None or file.lower().endswith(".ics") else NOTHING)
