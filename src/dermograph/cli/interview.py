"""The interview: asks only what can still change the verdict, and shows the verdict after each answer.

The conversation goes to standard error, so that standard output holds the assessment alone.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from dermograph.care.answer import answered
from dermograph.care.ask import Question
from dermograph.care.assess import AreaAssessment, Assessment, assess
from dermograph.care.case import Case
from dermograph.care.explain import ICONS, VERDICTS
from dermograph.cli.inputs import check_writable, load_case, print_json, read_input, write_text
from dermograph.cli.print_assessment import print_assessment
from dermograph.cli.sheet import Sheet
from dermograph.core.errors import NOTHING, InputError, Place
from dermograph.core.text import Language, Text
from dermograph.protocols.field import Field, Node
from dermograph.protocols.model import Protocol
from dermograph.protocols.strict_yaml import parse
from dermograph.protocols.vocabulary import Fact, FactValue, Missing
from dermograph.protocols.write_yaml import Plain, plain, written

_YES, _NO = frozenset({"yes", "y", "true", "si", "s"}), frozenset({"no", "n", "false"})
_COMMANDS = Text(
    "Enter: not known now   <: back one answer   !: stop here", "Intro: no se sabe ahora   <: atrás   !: terminar aquí"
)
STOP, BACK, SKIP = "!", "<", ""


@dataclass
class _Talk:
    """The case as it grows, one step for each answer.

    Attributes:
        steps: For each answer: the case before it, the area asked about, the fact, and the answer.
    """

    case: Case
    protocol: Protocol
    steps: list[tuple[Case, int, Fact, FactValue | Missing]] = field(default_factory=list)

    @property
    def assessment(self) -> Assessment:
        return assess(self.case, self.protocol)

    def next_question(self) -> tuple[int, Question] | None:
        """The first question that nobody has passed over, of all areas; None if none is left."""
        passed = {(index, fact.id) for _, index, fact, answer in self.steps if isinstance(answer, Missing)}
        for index, area in enumerate(self.assessment.areas):
            for question in area.ask:
                about = {index} if question.fact.scope == "area" else set(range(len(self.case.areas)))
                if not any((number, question.fact.id) in passed for number in about):
                    return index, question
        return None

    def learn(self, index: int, fact: Fact, answer: FactValue | Missing) -> None:
        """Take an answer.

        Raises:
            InputError: If it cannot be.
        """
        before = self.case
        self.case = answered(before, index, fact, answer)
        self.steps.append((before, index, fact, answer))

    def unlearn(self) -> None:
        """Go back one answer."""
        if self.steps:
            self.case = self.steps.pop()[0]


def interview(chosen: argparse.Namespace) -> int:
    """Ask, answer by answer, until nothing that is left could change a verdict; then print the assessment.

    Raises:
        InputError: If the case cannot be used, or the answers could not be saved.
    """
    if chosen.case == "-":
        raise InputError(
            Text("--ask reads the answers from standard input.", "--ask lee las respuestas de la entrada estándar."),
            Place(field="--ask"),
            Text("Name a case file.", "Indique un archivo de caso."),
        )
    if chosen.save is not None:
        check_writable(Path(chosen.save))
    talk = _Talk(*load_case(chosen))
    sheet = Sheet(chosen.lang, dict(talk.protocol.sources), stream=sys.stderr)
    sheet.say(_COMMANDS, style="dim")
    while (step := talk.next_question()) is not None:
        index, question = step
        if not _one_step(sheet, talk, index, question):
            break
        _show_verdicts(sheet, talk.assessment)
    if chosen.save is not None:
        write_text(Path(chosen.save), _saved(chosen, talk))
    if chosen.json:
        print_json(talk.assessment.to_json(chosen.lang))
        return 0
    sheet.gap()
    report = Sheet(chosen.lang, dict(talk.protocol.sources))
    print_assessment(report, talk.assessment)
    report.sources()
    return 0


def _one_step(sheet: Sheet, talk: _Talk, index: int, question: Question) -> bool:
    """Ask one question until it has an answer; False to stop."""
    _put(sheet, question, talk.assessment.areas[index])
    fact = question.fact
    while True:
        given = _line(sheet)
        if given is None or given == STOP:
            return False
        if given == BACK:
            talk.unlearn()
            return True
        try:
            talk.learn(index, fact, Missing("not_known") if given == SKIP else understood(given, fact))
        except InputError as error:
            sheet.line(f"{error.what.say(sheet.language)} {error.todo.say(sheet.language)}", indent=2, style="red")
        else:
            return True


def _line(sheet: Sheet) -> str | None:
    """What was typed; None where the input has ended or was never there."""
    sheet.prompt("> ")
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line:
        sheet.gap()
        return None
    return line.strip()


def _put(sheet: Sheet, question: Question, area: AreaAssessment) -> None:
    fact, language = question.fact, sheet.language
    sheet.gap()
    where = f"{area.name}: " if fact.scope == "area" else ""
    sheet.line(f"{where}{fact.question.say(language)}", style="bold", cite=question.rules[0].cite)
    sheet.line(fact.help.say(language), indent=2, style="dim")
    for number, (_, words) in enumerate(options(fact), start=1):
        sheet.line(words.say(language), indent=2, mark=f"{number}")
    if fact.type == "integer":
        sheet.say(_range(fact), indent=2)
    if fact.type in ("date", "date_or_word"):
        or_else = Text("or ", "o ") if fact.words else NOTHING
        sheet.say(Text(f"{or_else.en}a date such as 2025-06-30", f"{or_else.es}una fecha como 2025-06-30"), indent=2)


def _range(fact: Fact) -> Text:
    return Text(f"a number from {fact.low} to {fact.high}", f"un número de {fact.low} a {fact.high}")


def options(fact: Fact) -> list[tuple[FactValue, Text]]:
    """The answers that a fact offers by number, with their words; none for plain dates and numbers."""
    if fact.type == "boolean":
        return [(True, Text("yes", "sí")), (False, Text("no", "no"))]
    return list((fact.values or fact.words).items())


def understood(given: str, fact: Fact) -> FactValue:
    """An answer as it was typed: the number of an option, its id, its words in any language, or a date.

    Raises:
        InputError: If it is none of these; it says what there is.
    """
    offered = options(fact)
    if given.isascii() and given.isdecimal() and offered:
        if 1 <= int(given[:9]) <= len(offered):
            return offered[int(given) - 1][0]
        raise _not_understood(fact)
    word = _bare(given)
    if fact.type == "boolean" and word in _YES | _NO:
        return word in _YES
    for value, words in offered:
        if word in (_bare(str(value)), _bare(words.en), _bare(words.es)):
            return value
    node = Node(int(given) if given.isascii() and given.isdecimal() and fact.type == "integer" else given, 0)
    try:
        if fact.type == "integer":
            return Field(node, "", "").integer(fact.low, fact.high)
        if fact.type in ("date", "date_or_word") and given[:1].isdigit():
            return Field(node, "", "").day()
    except InputError as error:
        raise InputError(error.what) from error
    raise _not_understood(fact)


def _bare(text: str) -> str:
    """A word without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char)).strip()


def _not_understood(fact: Fact) -> InputError:
    offered = options(fact)
    english = [f"{number} ({words.en})" for number, (_, words) in enumerate(offered, start=1)]
    spanish = [f"{number} ({words.es})" for number, (_, words) in enumerate(offered, start=1)]
    if fact.type in ("date", "date_or_word"):
        english.append("a date such as 2025-06-30")
        spanish.append("una fecha como 2025-06-30")
    if fact.type == "integer":
        english.append(_range(fact).en)
        spanish.append(_range(fact).es)
    what = Text(f"Answer {_or(english, 'or')};", f"Responda {_or(spanish, 'o')};")
    return InputError(what, todo=Text("Enter if it is not known.", "Intro si no se sabe."))


def _or(words: list[str], conjunction: Language | str) -> str:
    return f" {conjunction} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _saved(chosen: argparse.Namespace, talk: _Talk) -> str:
    """The case file with the answers put in, everything else as it was."""
    text, name = read_input(chosen.case)
    document = plain(parse(text, name))
    answers = {(index if fact.scope == "area" else -1, fact.id): answer for _, index, fact, answer in talk.steps}
    areas = document["areas"] if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(areas, list):
        return text  # not reached: it has been read as a case
    document["assessed_on"] = talk.case.assessed_on.isoformat()
    for (index, fact), answer in answers.items():
        value: Plain = {"missing": answer.why} if isinstance(answer, Missing) else _as_written(answer)
        if index < 0:
            patient = document.get("patient") or {}
            document["patient"] = {**patient, fact: value} if isinstance(patient, dict) else {fact: value}
        elif isinstance(area := areas[index], dict):
            area[fact] = value
    return written(document)


def _as_written(value: FactValue) -> Plain:
    return value if isinstance(value, bool | int | str) else value.isoformat()


def _show_verdicts(sheet: Sheet, assessment: Assessment) -> None:
    words = []
    for area in assessment.areas:
        shown = f"{area.name}: {ICONS[area.verdict]} {VERDICTS[area.verdict].say(sheet.language)}"
        if area.not_before is not None and area.verdict.blocks:
            shown += f" {Text('until', 'hasta').say(sheet.language)} {area.not_before}"
        words.append(shown)
    left = len(
        {
            (question.fact.id, question.fact.scope == "area" and number)
            for number, area in enumerate(assessment.areas)
            for question in area.ask
        }
    )
    if left:
        words.append(Text(f"at most {left} to ask", f"quedan {left} preguntas como mucho").say(sheet.language))
    sheet.line(" · ".join(words), indent=2, style="dim")
