"""``dermograph assess``: the verdict of every area, its reasons, and what to ask."""

from __future__ import annotations

import argparse

from dermograph.cli.inputs import add_case, load_case, print_json
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

HELP = Text("assess a case: verdict, reasons, and what to ask", "valorar un caso: veredicto, motivos y qué preguntar")


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    add_case(command, language)
    command.add_argument(
        "--ask",
        action="store_true",
        help=Text(
            "ask in the terminal what can still change the verdict",
            "preguntar en la terminal lo que aún puede cambiar el veredicto",
        ).say(language),
    )
    command.add_argument(
        "--save",
        metavar="FILE",
        help=Text(
            "with --ask: write the case with its answers to this file",
            "con --ask: guardar el caso con las respuestas en este archivo",
        ).say(language),
    )


def run(chosen: argparse.Namespace) -> int:
    """Assess and print."""
    if chosen.save is not None and not chosen.ask:
        raise InputError(Text("--save goes with --ask.", "--save va con --ask."), Place(field="--save"))
    if chosen.ask:
        from dermograph.cli.interview import interview

        return interview(chosen)
    from dermograph.care.assess import assess

    case, protocol = load_case(chosen)
    assessment = assess(case, protocol)
    if chosen.json:
        print_json(assessment.to_json(chosen.lang))
        return 0
    from dermograph.cli.print_assessment import print_assessment
    from dermograph.cli.sheet import Sheet

    sheet = Sheet(chosen.lang, dict(protocol.sources))
    print_assessment(sheet, assessment)
    sheet.sources()
    return 0
