"""The error tree. Every error says what is wrong, where, and what to do, in every language of the system."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from dermograph.core.text import Language, Text

NOTHING = Text("", "")
LISTED_AT_MOST = 12  # a longer list of known names helps nobody
LONGEST_PATH = 300
SHOWN_AT_MOST = 60  # characters of the input that an error repeats


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input something stands.

    Attributes:
        file: Name of the file as the person gave it; None for a value that came from Python.
        line: 1-based line, None where the file has none.
        field: Dotted path of keys, such as ``areas[0].onset``; empty for the whole file.
    """

    file: str | None = None
    line: int | None = None
    field: str = ""

    def say(self, language: Language) -> str:
        """The place in words, empty where nothing is known of it."""
        word = Text("line", "línea").say(language)
        parts = (
            printable(self.file or "", limit=LONGEST_PATH),
            "" if self.line is None else f"{word} {self.line}",
            self.field,
        )
        return ", ".join(part for part in parts if part)


class DermographError(Exception):
    """The root: anything that this library raises on purpose."""


class InputError(DermographError):
    """Input that cannot be used. The command line exits with status 2 on it.

    Attributes:
        what: What is wrong, as one sentence.
        place: Where it stands.
        todo: What to do about it; empty where ``what`` already says so.
    """

    def __init__(self, what: Text, place: Place | None = None, todo: Text = NOTHING) -> None:
        self.what = what
        self.place = place or Place()
        self.todo = todo
        super().__init__(what, place, todo)

    def say(self, language: Language) -> str:
        """The whole message in one language, on one line."""
        where = self.place.say(language)
        parts = (f"{where}:" if where else "", self.what.say(language), self.todo.say(language))
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.say("en")


class NotYetError(InputError):
    """What was asked for is still being made: nothing is wrong with the asking, and later it is there.

    Attributes:
        seconds: After which it is worth to ask again.
    """

    def __init__(self, what: Text, todo: Text, *, seconds: int) -> None:
        super().__init__(what, None, todo)
        self.seconds = seconds


class ProtocolError(InputError):
    """Packs, registers or a vocabulary that fail their check. Nothing of them is loaded.

    Attributes:
        problems: Every problem that was found, at least one; the error itself reads as the first.
    """

    def __init__(self, problems: tuple[InputError, ...]) -> None:
        first = problems[0]
        super().__init__(first.what, first.place, first.todo)
        self.problems = problems


def nearest(name: str, known: Iterable[str]) -> Text:
    """A sentence that names the known name closest to ``name``; else lists the known ones if they are few."""
    names = sorted(known)
    close = difflib.get_close_matches(name[:SHOWN_AT_MOST], names, n=1, cutoff=0.6)
    if close:
        return Text(f"Did you mean {close[0]!r}?", f"¿Quería decir {close[0]!r}?")
    if not names or len(names) > LISTED_AT_MOST:
        return NOTHING
    return Text(f"Known here: {', '.join(names)}.", f"Aquí se conocen: {', '.join(names)}.")


def shown(value: object) -> str:
    """A value of the input as an error repeats it: one line, printable, cut short; as YAML writes it."""
    text = _WRITTEN.get(value, value) if isinstance(value, bool | None) else value
    return f"'{printable(str(text))}'"


def printable(text: str, *, limit: int = SHOWN_AT_MOST) -> str:
    """Text of the input without what a terminal would act on, cut short."""
    short = text[:limit] + ("…" if len(text) > limit else "")
    return short if short.isprintable() else "".join(char if char.isprintable() else "·" for char in short)


_WRITTEN = {True: "true", False: "false", None: "null"}
