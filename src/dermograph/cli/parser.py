"""argparse in the language of the person: one message for one mistake, and help without English left in it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import LANGUAGES, Language, Text

_USAGE = Text("usage: ", "uso: ")
_MISTAKES: tuple[tuple[str, Callable[[re.Match[str]], tuple[Text, Text]]], ...] = (
    (
        r"the following arguments are required: (.*)",
        lambda found: (Text(f"{found[1]} is missing.", f"Falta {found[1]}."), _see_help()),
    ),
    (
        r"unrecognized arguments: (.*)",
        lambda found: (Text(f"Unknown: {shown(found[1])}.", f"Desconocido: {shown(found[1])}."), _see_help()),
    ),
    (
        r"argument (?P<name>.*): invalid choice: '(?P<given>.*)' \(choose from (?P<known>.*)\)",
        lambda found: (
            Text(
                f"Unknown {found['name']} {shown(found['given'])}.",
                f"{found['name']} desconocido: {shown(found['given'])}.",
            ),
            nearest(found["given"], re.findall(r"[\w-]+", found["known"])),
        ),
    ),
    (
        r"argument (.*): expected one argument",
        lambda found: (Text(f"{found[1]} needs a value.", f"{found[1]} necesita un valor."), _see_help()),
    ),
)


def _see_help() -> Text:
    return Text("See --help.", "Véase --help.")


class _Formatter(argparse.HelpFormatter):
    """Help of at most 80 columns with its usage line in the right language."""

    language: Language = "en"

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=80)

    # ANN401: what its parent takes is private to argparse
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:  # noqa: ANN401 (argparse's own, untyped)
        super().add_usage(usage, actions, groups, _USAGE.say(self.language) if prefix is None else prefix)


class _SpanishFormatter(_Formatter):
    language: Language = "es"


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are ``InputError`` and whose help is in one language.

    Subcommands made from it are of its kind too; they have to be given their language.
    """

    def __init__(self, *args: Any, language: Language = "en", **options: Any) -> None:  # noqa: ANN401 (as its parent)
        formatter = _SpanishFormatter if language == "es" else _Formatter
        options.update(add_help=False, formatter_class=formatter, allow_abbrev=False)
        super().__init__(*args, **options)
        self._positionals.title = Text("what to give", "qué indicar").say(language)
        self._optionals.title = Text("options", "opciones").say(language)
        words = Text("show this help", "mostrar esta ayuda").say(language)
        self.add_argument("-h", "--help", action="help", help=words)
        self.add_argument(
            "--lang",
            type=_language,
            default=language,
            metavar="en|es",
            help=Text("language", "idioma").say(language),
        )

    def error(self, message: str) -> NoReturn:
        """Refuse what was given.

        Raises:
            InputError: Always, with one message in every language.
        """
        for pattern, told in _MISTAKES:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                what, todo = told(found)
                raise InputError(what, todo=todo)
        words = Text(f"The options cannot be understood ({message}).", "No se entienden las opciones.")
        raise InputError(words, todo=_see_help())


def _language(text: str) -> str:
    return one_of(text, LANGUAGES, "--lang")


def one_of(text: str, known: Iterable[str], option: str) -> str:
    """A word that has to be one of some.

    Raises:
        InputError: If it is not.
    """
    if text not in known:
        names = tuple(known)
        raise InputError(
            Text(f"Unknown value {shown(text)}.", f"Valor desconocido {shown(text)}."),
            Place(field=option),
            nearest(text, names),
        )
    return text
