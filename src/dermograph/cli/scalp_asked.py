"""What the actions of ``dermograph scalp`` have in common: how they are told where to look, and how they refuse."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dermograph.cli.inputs import print_json
from dermograph.cli.photographs import print_refusal
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.photo.finding import Refusal


def new_action(actions: Any, name: str, words: Text, language: Language) -> argparse.ArgumentParser:  # noqa: ANN401 (argparse's own, private)
    """One action of the command."""
    said = words.say(language)
    found: argparse.ArgumentParser = actions.add_parser(name, help=said, description=said, language=language)
    return found


def add_scalp(command: argparse.ArgumentParser, language: Language) -> None:
    """The arguments of every action that looks at a scalp."""
    for option, words in (
        ("--area", Text("where to look: an outline file", "dónde mirar: un archivo de contorno")),
        (
            "--hair",
            Text(
                "where the patient's own stubble stands: an outline file",
                "dónde está el pelo rasurado propio: un archivo de contorno",
            ),
        ),
    ):
        command.add_argument(option, type=Path, metavar="FILE", help=words.say(language))
    command.add_argument(
        "--radius",
        type=radius,
        default=None,
        metavar="MM|flat",
        help=Text(
            "radius of the head, 40 to 300 mm, or flat (90)", "radio de la cabeza, de 40 a 300 mm, o flat, plana (90)"
        ).say(language),
    )


def radius(text: str) -> float:
    """A radius of the head in mm; infinite for ``flat``.

    Raises:
        InputError: If it is neither.
    """
    if text == "flat":
        return float("inf")
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 40 <= value <= 300:
        raise InputError(
            Text(f"{shown(text)} is no radius of a head.", f"{shown(text)} no es el radio de una cabeza."),
            Place(field="--radius"),
            Text("Give 40 to 300 mm, or flat.", "Dé de 40 a 300 mm, o flat."),
        )
    return value


def refused(why: Refusal, what: str, chosen: argparse.Namespace) -> int:
    """Say why nothing was measured; that is an answer, not an error."""
    from dermograph.cli.sheet import Sheet

    if chosen.json:
        print_json({"schema": f"dermograph.scalp.{what}/1", "refusal": why.to_json()})
    else:
        print_refusal(Sheet(chosen.lang), why)
    return 0
