"""Facts as a QuestionnaireResponse.

A fact that is missing stands as an item without an answer, with the reason (R4, data-absent-reason). The reason never
stands on a value: engines of FHIRPath compare a boolean that holds only a reason as if it were false.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from dermograph.exchange.fhir.codes import (
    ABSENT_CODES,
    ABSENT_REASONS,
    ANSWERS,
    MISSING_REASON,
    answer_code,
    questionnaire_url,
    word_link,
)
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element, coding, extension, without_empty
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Fact, FactValue, Missing, Vocabulary


def questionnaire_response(
    answers: Answers,
    protocol: Protocol,
    *,
    key: str | None = None,
    subject: Element | None = None,
    authored: str | None = None,
    author: Element | None = None,
    based_on: Element | None = None,
) -> dict[str, Any]:
    """The answers to the Questionnaire of a protocol, of one area and its patient.

    Every known fact is in it, also one that the Questionnaire would not have asked for given the others.

    Args:
        answers: What is known, and why the rest is not.
        protocol: Whose Questionnaire is answered.
        key: The logical id; None leaves it out.
        subject: A reference to the Patient.
        authored: When the answers were given, as FHIR dateTime.
        author: A reference to who wrote them down.
        based_on: A reference to the CarePlan or ServiceRequest that it belongs to.
    """
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": key,
            "basedOn": [based_on] if based_on else [],
            "questionnaire": questionnaire_url(protocol),
            "status": "completed",
            "subject": subject,
            "authored": authored,
            "author": author,
            "item": items(answers, protocol.vocabulary),
        }
    )


def items(answers: Answers, vocabulary: Vocabulary) -> list[Element]:
    """The items of a response, in the vocabulary's order; what nobody spoke of has none."""
    found: list[Element] = []
    for name, fact in vocabulary.facts.items():
        if name in answers.partial:
            found.append({"linkId": name, "answer": [{"valueDate": answers.partial[name]}]})
        elif name in answers.facts:
            found.append(_answered(fact, answers.facts[name]))
        elif name in answers.missing:
            found.append({"linkId": name, "extension": absence(answers.missing[name])})
    return found


def absence(missing: Missing) -> list[Element]:
    """Why an item has no answer, as extensions of it."""
    code = ABSENT_CODES[missing.why]
    found = [extension(ABSENT_REASON, valueCode=code)]
    if ABSENT_REASONS[code] != missing.why:
        found.append(extension(MISSING_REASON, valueCode=missing.why))
    return found


def _answered(fact: Fact, value: FactValue) -> Element:
    if isinstance(value, bool):
        return {"linkId": fact.id, "answer": [{"valueBoolean": value}]}
    if isinstance(value, dt.date):
        return {"linkId": fact.id, "answer": [{"valueDate": value.isoformat()}]}
    if isinstance(value, int):
        return {"linkId": fact.id, "answer": [{"valueInteger": value}]}
    link = word_link(fact.id) if fact.type == "date_or_word" else fact.id
    return {"linkId": link, "answer": [{"valueCoding": coded_answer(fact, value)}]}


def coded_answer(fact: Fact, value: str) -> Element:
    """A word that answers a fact as a Coding of ours."""
    return coding(ANSWERS, answer_code(fact.id, value), fact.reads(value).en)
