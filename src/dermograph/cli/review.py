"""``dermograph review``: what to do after a session, as a proposal that a named person signs."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from dermograph.cli.inputs import add_case, load_case, print_json
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.care.review import Review
    from dermograph.cli.sheet import Sheet

HELP = Text("review a course after a session: what to do next", "revisar un curso tras una sesión: qué hacer después")


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    add_case(command, language)
    add_prior(command, language)
    command.add_argument(
        "--sign",
        metavar="NAME",
        help=Text(
            "sign the review with this name; without it, it is a proposal",
            "firmar la revisión con este nombre; sin él es una propuesta",
        ).say(language),
    )


def add_prior(command: argparse.ArgumentParser, language: Language) -> None:
    """The argument for a clinic's closed courses, which sharpen the forecast."""
    command.add_argument(
        "--courses",
        type=Path,
        metavar="FILE",
        help=Text(
            "closed courses of the clinic (JSON lines) that sharpen the forecast",
            "cursos cerrados de la clínica (JSON por líneas) que afinan el pronóstico",
        ).say(language),
    )


def run(chosen: argparse.Namespace) -> int:
    """Review and print."""
    from dermograph.care.review import review
    from dermograph.cli.courses import prior_from

    case, protocol = load_case(chosen, reviewed=True)
    result = review(case, protocol, on=chosen.on, prior=prior_from(chosen.courses))
    if chosen.sign is not None:
        result = result.signed(chosen.sign, dt.datetime.now(dt.UTC).astimezone())
    if chosen.json:
        print_json(result.to_json(chosen.lang))
        return 0
    from dermograph.cli.sheet import Sheet

    sheet = Sheet(chosen.lang, dict(protocol.sources))
    print_review(sheet, result)
    sheet.sources()
    return 0


def print_review(sheet: Sheet, review: Review) -> None:
    """Every area: the decision, its reasons, the forecast; then the signature line."""
    from dermograph.care.explain import decision_sentence

    sheet.head(review.protocol, review.reviewed_on, Text("reviewed on", "revisado el"))
    for area in review.areas:
        sheet.gap()
        sheet.line(f"{area.name}: {decision_sentence(area, sheet.language)}", style="bold")
        for reason in area.reasons:
            sheet.reason(reason)
        if area.forecast is not None:
            sheet.say(area.forecast.sentence, indent=2, mark="~")
    for name in review.unreviewed:
        sheet.gap()
        words = Text("no session yet, nothing to review", "sin sesiones, nada que revisar").say(sheet.language)
        sheet.line(f"{name}: {words}", style="dim")
    sheet.gap()
    if review.signature is None:
        sheet.say(
            Text("A proposal: not signed by anyone yet.", "Una propuesta: nadie la ha firmado todavía."), style="dim"
        )
        return
    signed = Text("Signed", "Firmado").say(sheet.language)
    sheet.line(f"{signed}: {review.signature.by}, {review.signature.at:%Y-%m-%d %H:%M %z}")
