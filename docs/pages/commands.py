"""The reference of the commands, from the parser of the command line itself."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Iterator

from dermograph.core.text import Language, Text
from docs.pages.markup import code, escaped, table

TITLE = Text("Commands", "Órdenes")
_NOT_YET = Text("There is no command line yet.", "Todavía no hay línea de órdenes.")
_HEAD = Text("argument|what it does", "argumento|qué hace")
_DEFAULT = Text("default", "por defecto")


def page(language: Language) -> str:
    """The page in one language; a sentence where there is no command line."""
    parts = [f"# {TITLE.say(language)}"]
    if importlib.util.find_spec("dermograph.cli") is None:
        return "\n\n".join((*parts, _NOT_YET.say(language))) + "\n"
    top = importlib.import_module("dermograph.cli").parser(language)
    parts += [escaped(top.description or ""), _usage(top)]
    for words, parser in _commands(top, (top.prog,)):
        level = "##" if len(words) <= 2 else "###"
        parts.append(f"{level} {' '.join(words)} {{#{'-'.join(words[1:])}}}")
        description = parser.description or ""
        parts += [escaped(description[:1].upper() + description[1:]), _usage(parser), _arguments(parser, language)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _commands(
    parser: argparse.ArgumentParser, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001 — argparse has no public way to list its subparsers
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 (the same)
            for name, below in action.choices.items():
                yield (*words, name), below
                yield from _commands(below, (*words, name))


def _usage(parser: argparse.ArgumentParser) -> str:
    usage = " ".join(parser.format_usage().split()).partition(": ")[2]
    return f"```text\n{usage}\n```"


def _arguments(parser: argparse.ArgumentParser, language: Language) -> str:
    rows = []
    for action in parser._actions:  # noqa: SLF001 (the same)
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction) or action.help == argparse.SUPPRESS:  # noqa: SLF001 (argparse names them only so)
            continue
        value = ""
        if isinstance(action.metavar, str):
            value = action.metavar
        elif action.choices is not None:
            value = "|".join(str(choice) for choice in action.choices)
        elif action.nargs != 0:
            value = action.dest.upper() if action.option_strings else action.dest
        names = " ".join(part for part in (", ".join(action.option_strings), value) if part)
        shown = action.default not in (None, False, argparse.SUPPRESS, [])
        default = f" ({_DEFAULT.say(language)}: {code(action.default)})" if shown and action.option_strings else ""
        rows.append([code(names), escaped(action.help or "") + default])
    return table(_HEAD.say(language).split("|"), rows) if rows else ""
