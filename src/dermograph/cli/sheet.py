"""What a person reads in the terminal: 80 columns, numbered sources, an icon beside every colour."""

from __future__ import annotations

import datetime as dt
import re
import sys
import textwrap
from collections.abc import Iterable
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from dermograph.care.explain import BASES, CONFLICTS, ICONS, VERDICTS
from dermograph.care.reasons import Reason
from dermograph.care.verdict import Verdict
from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text
from dermograph.protocols.citations import Cite, Conflict, Source
from dermograph.protocols.model import Protocol

WIDTH = 80
NO_BREAK = "\u00a0"
_FILLER = "\ue000"  # of the private use area: stands for the second column of a wide character
_SPACES = f"\n\t\r{NO_BREAK}"
SHOWN_OF_HASH = 19  # sha256: and 12 digits
STYLES = {
    Verdict.SUITABLE: "green",
    Verdict.CONDITIONAL: "yellow",
    Verdict.DEFERRED: "dark_orange",
    Verdict.REFERRED: "magenta",
    Verdict.EXCLUDED: "red",
    Verdict.INCOMPLETE: "blue",
}


class _Pipe(Console):
    """A console that lets a broken pipe be what it is; rich would end the program with status 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Sheet:
    """A sheet of output. Citations become numbers; ``sources`` prints what they stand for."""

    def __init__(
        self, language: Language, sources: dict[str, Source] | None = None, *, stream: TextIO | None = None
    ) -> None:
        self.language = language
        self.registers = sources or {}
        self._console = _Pipe(file=stream or sys.stdout, width=WIDTH, highlight=False, markup=False, emoji=False)
        self._cited: dict[Cite, int] = {}
        self._told: set[str] = set()

    def title(self, words: str) -> None:
        """A heading."""
        for line in _wrapped(words):
            self._console.print(Styled(line, "bold"))

    def head(self, protocol: Protocol, day: dt.date, label: Text) -> None:
        """The title of a sheet: what was done with which protocol, and for which day."""
        title = protocol.title.say(self.language)
        self.title(f"{title} · {label.say(self.language)} {day_in_words(day, self.language)}")
        words = Text("protocol", "protocolo").say(self.language)
        self.line(f"{words} {protocol.id} {protocol.version} · {protocol.hash[:SHOWN_OF_HASH]}", style="dim")

    def prompt(self, words: str) -> None:
        """Words without the end of a line, for an answer to follow."""
        self._console.file.write(words)
        self._console.file.flush()

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    def line(self, words: str, *, indent: int = 0, mark: str = "", style: str = "", cite: Iterable[Cite] = ()) -> None:
        """A paragraph; ``mark`` hangs before its first line, the numbers of its sources follow its last word."""
        numbers = self.numbers(cite)
        first = " " * indent + (f"{mark} " if mark else "")
        rest = " " * len(first)
        full = f"{words} {numbers}" if numbers else words
        for line in _wrapped(full, first, rest) or [first.rstrip()]:
            styled = Styled(line, style)
            if numbers:
                styled.highlight_regex(r"\[[0-9]+\]", "dim")
            self._console.print(styled)

    def say(self, words: Text, *, indent: int = 0, mark: str = "", style: str = "", cite: Iterable[Cite] = ()) -> None:
        """A paragraph in the sheet's language."""
        self.line(words.say(self.language), indent=indent, mark=mark, style=style, cite=cite)

    def verdict(self, name: str, verdict: Verdict) -> None:
        """The name of an area with its verdict: icon, word and colour."""
        style = f"bold {STYLES[verdict]}"
        words = f"{ICONS[verdict]} {VERDICTS[verdict].say(self.language)}"
        room = WIDTH - len(words) - 2
        name = _together(name)
        shown = name if cell_len(name) <= room else set_cell_size(name, room - 1).rstrip() + "…"
        self._console.print(Styled.assemble((shown, "bold"), "  ", (words, style)))

    def reason(self, reason: Reason, *, indent: int = 2) -> None:
        """A reason, who is asked, and the disagreement it belongs to."""
        self.say(reason.says, indent=indent, mark="·", cite=reason.cite)
        details = [f"{Text('rule', 'regla').say(self.language)} {reason.rule}"]
        if reason.until is not None:
            day = day_in_words(reason.until, self.language)
            details.append(Text(f"over on {day}", f"termina el {day}").say(self.language))
        if reason.to is not None:
            details.append(f"{Text('ask', 'consultar').say(self.language)}: {reason.to.say(self.language)}")
        self.line("; ".join(details), indent=indent + 2, style="dim")
        if reason.original is not None:
            original = Text("The clinic replaced", "La clínica ha sustituido").say(self.language)
            self.line(
                f"{original}: {reason.original.says.say(self.language)}",
                indent=indent + 2,
                style="dim",
                cite=reason.original.cite,
            )
        if reason.conflict is not None:
            self.conflict(reason.conflict, indent=indent + 2)

    def conflict(self, conflict: Conflict, *, indent: int) -> None:
        """A disagreement between sources with all its sides; in full the first time, by its topic after that."""
        label = CONFLICTS[conflict.kind].say(self.language)
        topic = conflict.topic.say(self.language)
        if conflict.id in self._told:
            above = Text("see above", "véase arriba").say(self.language)
            self.line(f"{label}: {topic} ({above})", indent=indent, style="dim")
            return
        self._told.add(conflict.id)
        stop = "" if topic.endswith(("?", ".")) else "."
        self.line(
            f"{label}: {topic}{stop} {conflict.treatment.say(self.language)}",
            indent=indent,
            style="dim",
            cite=[cite for cite, _ in conflict.sides],
        )

    def numbers(self, cite: Iterable[Cite]) -> str:
        """The numbers of some citations, such as ``[1][3]``."""
        found = [self._cited.setdefault(one, len(self._cited) + 1) for one in cite]
        return "".join(f"[{number}]" for number in dict.fromkeys(found))

    def sources(self) -> None:
        """What the numbers stand for: the source, its place in it, and its basis."""
        if not self._cited:
            return
        self.gap()
        self.title(Text("Sources", "Fuentes").say(self.language))
        by_source: dict[str, list[tuple[int, Cite]]] = {}
        for cite, number in self._cited.items():
            by_source.setdefault(cite.source, []).append((number, cite))
        for key, cites in by_source.items():
            source = self.registers.get(key)
            title = source.title.say(self.language) if source else key
            self.line(f"{title} ({BASES[cites[0][1].basis].say(self.language)})", indent=1)
            for number, cite in cites:
                self.line(cite.at, indent=2, mark=f"[{number}]", style="dim")


def _wrapped(words: str, first: str = "", rest: str = "") -> list[str]:
    """The lines of a paragraph, none wider than the sheet; a wide character takes two columns."""
    wide = "".join(char if cell_len(char) < 2 else f"{char}{_FILLER}" for char in _together(words))
    width = WIDTH - (_FILLER in wide)  # a line may end between the two columns of a character
    lines = textwrap.wrap(wide, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace(_FILLER, "").rstrip() for line in lines]


def _together(words: str) -> str:
    """The words with a no-break space between a figure and what belongs to it, so that no line ends between them.

    What a terminal would act on becomes a dot.
    """
    words = "".join(char if char.isprintable() else " " if char in _SPACES else "·" for char in words)
    words = re.sub(r"(?<=\d) (?=%|±|ΔE|min\b)", NO_BREAK, words)
    return re.sub(r"(?<=±|→) (?=[\d+−-])|(?<=ΔE) (?=\d)", NO_BREAK, words)
