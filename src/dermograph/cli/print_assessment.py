"""An assessment as a person reads it."""

from __future__ import annotations

from dermograph.care.assess import Assessment
from dermograph.care.explain import VERDICTS, verdict_sentence
from dermograph.cli.sheet import Sheet
from dermograph.core.text import Text
from dermograph.protocols.vocabulary import MISSING


def print_assessment(sheet: Sheet, assessment: Assessment) -> None:
    """Every area: verdict, sentence, reasons, questions."""
    sheet.head(assessment.protocol, assessment.assessed_on, Text("assessed on", "valorado el"))
    for area in assessment.areas:
        sheet.gap()
        sheet.verdict(area.name, area.verdict)
        sheet.line(verdict_sentence(area, sheet.language), indent=2)
        for reason in area.reasons:
            sheet.reason(reason)
        if not area.ask:
            continue
        sheet.gap()
        sheet.say(Text("To ask, the most decisive first:", "Por preguntar, lo más decisivo primero:"), indent=2)
        for question in area.ask:
            could = Text("could become", "podría pasar a").say(sheet.language)
            words = question.fact.question.say(sheet.language)
            if question.missing != "not_asked":
                words = f"{words} [{MISSING[question.missing].say(sheet.language)}]"
            outcome = VERDICTS[question.could_become].say(sheet.language)
            sheet.line(
                f"{words} ({question.fact.id}; {could} {outcome})", indent=2, mark="?", cite=question.rules[0].cite
            )
