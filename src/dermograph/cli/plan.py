"""``dermograph plan``: open days and why the others are closed, the chain of sessions, aftercare, conflicts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from dermograph.cli.inputs import add_case, load_case, print_json
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.care.plan import AreaPlan, Plan
    from dermograph.cli.sheet import Sheet
    from dermograph.protocols.vocabulary import Vocabulary

HELP = Text("plan the next session: open days, closed days and why", "planificar la próxima sesión: días y motivos")
MOST_SESSIONS = 50


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    add_case(command, language)
    command.add_argument(
        "--sessions",
        type=_count,
        default=1,
        metavar="N",
        help=Text(
            "chain so many provisional sessions (1 to 50); not a statement of how many there will be",
            "encadenar tantas sesiones provisionales (1 a 50); no dice cuántas habrá",
        ).say(language),
    )


def _count(text: str) -> int:
    from dermograph.protocols.field import Field, Node

    try:
        return Field(Node(int(text), 0), "", "").integer(1, MOST_SESSIONS)
    except (ValueError, InputError):
        raise InputError(
            Text(
                f"Expected a whole number from 1 to {MOST_SESSIONS}, found {shown(text)}.",
                f"Se esperaba un número entero de 1 a {MOST_SESSIONS} y hay {shown(text)}.",
            ),
            Place(field="--sessions"),
        ) from None


def run(chosen: argparse.Namespace) -> int:
    """Plan and print."""
    from dermograph.care.plan import plan

    case, protocol = load_case(chosen)
    result = plan(case, protocol, sessions=chosen.sessions)
    if chosen.json:
        print_json(result.to_json(chosen.lang))
        return 0
    from dermograph.cli.sheet import Sheet

    sheet = Sheet(chosen.lang, dict(protocol.sources))
    print_plan(sheet, result)
    sheet.sources()
    return 0


def print_plan(sheet: Sheet, plan: Plan) -> None:
    """The order of treatment, then every area."""
    sheet.head(plan.assessment.protocol, plan.assessment.assessed_on, Text("planned from", "planificado desde el"))
    if len(plan.areas) > 1:
        _print_order(sheet, plan)
    for area in plan.areas:
        sheet.gap()
        sheet.verdict(area.name, area.assessment.verdict)
        _print_days(sheet, area)
        _print_rest(sheet, area, plan.assessment.protocol.vocabulary)


def _print_order(sheet: Sheet, plan: Plan) -> None:
    from dermograph.core.dates import day_in_words

    sheet.gap()
    sheet.say(Text("Proposed order", "Orden propuesto"), style="bold", cite=plan.order.cite)
    for place in plan.order.places:
        because = place.because.say(sheet.language)
        sheet.line(f"{place.name}{': ' + because if because else ''}", indent=2, mark=f"{place.rank}.")
    together = [sitting for sitting in plan.order.sittings if len(sitting.names) > 1]
    for sitting in together:
        words = Text("one session can hold", "una sesión puede abarcar").say(sheet.language)
        day = day_in_words(sitting.first, sheet.language)
        since = Text(f"from {day}", f"desde el {day}").say(sheet.language)
        sheet.line(f"{words}: {', '.join(sitting.names)} ({sitting.minutes} min, {since})", indent=2)


def _print_days(sheet: Sheet, area: AreaPlan) -> None:
    from dermograph.care.explain import next_session_sentence, run_of_days
    from dermograph.core.dates import day_in_words

    sheet.line(next_session_sentence(area, sheet.language), indent=2)
    if area.provisional:
        sheet.say(
            Text("Provisional until the first review is signed.", "Provisional hasta firmar la primera revisión."),
            indent=2,
            style="dim",
        )
    for run in area.closed:
        closed = Text("closed", "cerrado").say(sheet.language)
        sheet.line(f"{closed}: {run_of_days(run.first, run.last, sheet.language)}", indent=2, mark="▨")
        for closure in run.because:
            sheet.say(closure.reason.says, indent=4, mark="·", cite=closure.reason.cite)
    if len(area.chain) > 1 or any(session.last for session in area.chain):
        sheet.say(Text("Chain of sessions, all provisional:", "Cadena de sesiones, todas provisionales:"), indent=2)
        for session in area.chain:
            first = day_in_words(session.first, sheet.language) if session.first else "–"
            words = Text(f"first possible {first}", f"primer día posible {first}").say(sheet.language)
            if session.last:
                last = day_in_words(session.last, sheet.language)
                words += Text(f", last {last}", f", último {last}").say(sheet.language)
            if not session.fits:
                late = Text(
                    " (the whole chain does not fit before the deadline)",
                    " (la cadena entera no cabe antes de la fecha límite)",
                )
                words += late.say(sheet.language)
            sheet.line(words, indent=4, mark=f"{session.number}.")


def _print_rest(sheet: Sheet, area: AreaPlan, vocabulary: Vocabulary) -> None:
    from dermograph.care.explain import run_of_days
    from dermograph.core.dates import day_in_words, moment_in_words

    for step in area.steps:
        state = Text("open", "pendiente") if step.done_on is None else Text("done", "hecha")
        if step.after_session is None:
            when = Text("after the next session", "tras la próxima sesión").say(sheet.language)
        else:
            day = day_in_words(step.after_session, sheet.language)
            when = Text(f"after the session of {day}", f"tras la sesión del {day}").say(sheet.language)
        title = Text("Photographic review", "Revisión fotográfica").say(sheet.language)
        mark = "☐" if step.done_on is None else "☑"
        sheet.line(f"{title} {when}: {state.say(sheet.language)}.", indent=2, mark=mark, cite=step.reason.cite)
    if area.aftercare:
        sheet.say(Text("Aftercare of the last session", "Cuidados tras la última sesión"), indent=2, style="bold")
    for care in area.aftercare:
        if care.until is None:
            until = Text("no end in the source", "sin final en la fuente").say(sheet.language)
        else:
            until = f"{Text('until', 'hasta el').say(sheet.language)} {moment_in_words(care.until, sheet.language)}"
        sheet.line(f"{until}: {care.statement.says.say(sheet.language)}", indent=4, mark="·", cite=care.statement.cite)
    for conflict in area.conflicts:
        session = moment_in_words(conflict.session, sheet.language)
        days = run_of_days(conflict.event.first, conflict.event.last, sheet.language)
        label = vocabulary.events[conflict.event.what].label
        words = Text(
            f"{label.en}, {days}: this breaks the aftercare of the session of {session}.",
            f"{label.es}, {days}: incumple los cuidados de la sesión del {session}.",
        )
        sheet.say(words, indent=2, mark="!", style="red", cite=conflict.care.statement.cite)
    for note in area.notes:
        sheet.say(note.says, indent=2, mark="·", cite=note.cite)
