"""The interview: asks only what can still change the verdict, and shows the verdict after each answer."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from dermograph.care.assess import AreaAssessment, Assessment, Question, assess
from dermograph.care.explain import ICONS, VERDICTS
from dermograph.care.read_case import read_case
from dermograph.cli.inputs import print_json, read_input, write_text
from dermograph.cli.print_assessment import print_assessment
from dermograph.cli.sheet import Sheet
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text
from dermograph.protocols import load_library
from dermograph.protocols.field import Field
from dermograph.protocols.read_condition import read_fact_value
from dermograph.protocols.strict_yaml import parse
from dermograph.protocols.vocabulary import Fact, FactValue

_YES, _NO = frozenset({"yes", "y", "true", "sí", "si", "s"}), frozenset({"no", "n", "false"})
_COMMANDS = Text(
    "Enter: not known now   <: back one answer   !: stop here", "Intro: no se sabe ahora   <: atrás   !: terminar aquí"
)
_Step = tuple[int, str]  # index of the area, fact


def interview(chosen: argparse.Namespace) -> int:
    """Ask, answer by answer, until nothing that is left could change a verdict; then print the assessment."""
    library = load_library(*chosen.packs)
    text, name = read_input(chosen.case)
    protocol = library.protocol(read_case(text, library.vocabulary, file=name).treatment)
    data = plain(parse(text, name))
    if chosen.on is not None:
        data["assessed_on"] = chosen.on.isoformat()
    sheet = Sheet(chosen.lang, dict(protocol.sources))
    steps: list[_Step] = []
    skipped: set[_Step] = set()

    def current() -> Assessment:
        return assess(read_case(_written(data), library.vocabulary, file=name, today=dt.date.today()), protocol)  # noqa: DTZ011

    sheet.say(_COMMANDS, style="dim")
    while (step := _next_step(current(), skipped)) is not None:
        index, question = step
        answer = _asked(sheet, question, current().areas[index])
        if answer is None:
            break
        if answer == "<":
            _undo(data, steps, skipped)
            continue
        key = (index if question.fact.scope == "area" else -1, question.fact.id)
        steps.append(key)
        if answer == "":
            skipped.add(key)
        _write(data, key, {"missing": "not_known"} if answer == "" else answer)
        _show_verdicts(sheet, current())
    assessment = current()
    if chosen.save:
        write_text(Path(chosen.save), _written(data))
    if chosen.json:
        print_json(assessment.to_json(chosen.lang))
        return 0
    sheet.gap()
    print_assessment(sheet, assessment)
    sheet.sources()
    return 0


def plain(field: Field) -> Any:  # noqa: ANN401 (the shape is the document's)
    """A document as plain values, which can be written again."""
    if field.is_mapping:
        return {key: plain(value) for key, value in field.entries().items()}
    if isinstance(field.node.value, list):
        return [plain(item) for item in field.items()]
    return field.node.value


def _written(data: dict[str, Any]) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


def _next_step(assessment: Assessment, skipped: set[_Step]) -> tuple[int, Question] | None:
    """The first question that is still to be asked, of all areas; None if none is."""
    for index, area in enumerate(assessment.areas):
        for question in area.ask:
            if (index if question.fact.scope == "area" else -1, question.fact.id) not in skipped:
                return index, question
    return None


def _asked(sheet: Sheet, question: Question, area: AreaAssessment) -> FactValue | None:
    """The answer to a question; empty for "not known now", ``<`` for back, None to stop."""
    fact, language = question.fact, sheet.language
    sheet.gap()
    where = f"{area.name}: " if fact.scope == "area" else ""
    sheet.line(f"{where}{fact.question.say(language)}", style="bold")
    sheet.line(fact.help.say(language), indent=2, style="dim")
    options = _options(fact, language)
    for number, (_, words) in enumerate(options, start=1):
        sheet.line(words, indent=2, mark=f"{number}")
    if fact.type in ("date", "date_or_word"):
        sheet.say(Text("or a date such as 2025-06-30", "o una fecha como 2025-06-30"), indent=2)
    while True:
        try:
            given = input("> ").strip()
        except (EOFError, RuntimeError):  # the input has ended, or was never there
            return None
        if given == "!":
            return None
        if given in ("", "<"):
            return given
        try:
            return understood(given, fact, options)
        except InputError as error:
            sheet.line(error.what.say(language) + " " + error.todo.say(language), indent=2, style="red")


def _options(fact: Fact, language: Language) -> list[tuple[FactValue, str]]:
    if fact.type == "boolean":
        return [(True, Text("yes", "sí").say(language)), (False, "no")]
    words = fact.values or fact.words
    if words:
        return [(value, text.say(language)) for value, text in words.items()]
    if fact.type == "integer":
        return [(value, str(value)) for value in range(fact.low, fact.high + 1)]
    return []


def understood(given: str, fact: Fact, options: list[tuple[FactValue, str]]) -> FactValue:
    """An answer as it was typed: the number of an option, its word, yes or no, or a date.

    Raises:
        InputError: If it is none of these.
    """
    if given.isdecimal() and fact.type != "integer" and 1 <= int(given) <= len(options):
        return options[int(given) - 1][0]
    if fact.type == "boolean" and given.casefold() in _YES | _NO:
        return given.casefold() in _YES
    return read_fact_value(parse(given, "answer"), fact)


def _write(data: dict[str, Any], key: _Step, answer: object) -> None:
    index, fact = key
    value = answer.isoformat() if isinstance(answer, dt.date) else answer
    if index < 0:
        data["patient"] = {**(data.get("patient") or {}), fact: value}
    else:
        data["areas"][index][fact] = value


def _undo(data: dict[str, Any], steps: list[_Step], skipped: set[_Step]) -> None:
    if not steps:
        return
    index, fact = key = steps.pop()
    skipped.discard(key)
    (data["patient"] if index < 0 else data["areas"][index]).pop(fact, None)


def _show_verdicts(sheet: Sheet, assessment: Assessment) -> None:
    words = []
    for area in assessment.areas:
        shown = f"{area.name}: {ICONS[area.verdict]} {VERDICTS[area.verdict].say(sheet.language)}"
        if area.not_before is not None and area.verdict.blocks:
            shown += f" {Text('until', 'hasta').say(sheet.language)} {area.not_before}"
        words.append(shown)
    sheet.line(" · ".join(words), indent=2, style="dim")
