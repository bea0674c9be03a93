"""The reason: a superscript that opens, in place, how a number is made, what it does not say, and its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dermograph.core.errors import NOTHING
from dermograph.core.text import Language, Text
from dermograph.photo.report.markup import Markup, tag


@dataclass(frozen=True, slots=True)
class Note:
    """How one kind of statement comes about.

    Attributes:
        title: What it is about.
        says: How the number is made.
        not_said: What it does not say, or where sources are silent; empty if there is nothing to add.
        source: Where the rule comes from; empty if it is this program's own.
    """

    title: Text
    says: Text
    not_said: Text = NOTHING
    source: Text = NOTHING


class Notes:
    """The notes that a page uses, numbered in the order of their first use."""

    def __init__(self, language: Language, known: Mapping[str, Note]) -> None:
        self._language = language
        self._known = known
        self._numbers: dict[str, int] = {}

    def mark(self, name: str) -> Markup:
        """The superscript of a note, which opens it in place; nothing for a name that has none."""
        note = self._known.get(name)
        if note is None:
            return Markup()
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        word = Text(f"Reason {number}: {note.title.en}", f"Motivo {number}: {note.title.es}").say(self._language)
        opened = tag("div", self._body(note), class_="opened")
        return tag("details", tag("summary", str(number), aria_label=word), opened, class_="reason")

    def listed(self) -> Markup:
        """Every note that was marked, as the footnotes of the page."""
        items = [
            tag("li", self._body(self._known[name]), id=f"note-{number}") for name, number in self._numbers.items()
        ]
        return tag("ol", items, class_="notes")

    def _body(self, note: Note) -> Markup:
        language = self._language
        source = Text("Source: ", "Fuente: ").say(language)
        return tag(
            "div",
            tag("strong", note.title.say(language)),
            " ",
            note.says.say(language),
            tag("span", " ", note.not_said.say(language), class_="not-said") if note.not_said.en else None,
            tag("span", " ", source, note.source.say(language), class_="source") if note.source.en else None,
        )
