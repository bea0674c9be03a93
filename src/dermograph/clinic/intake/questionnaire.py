"""The questionnaire as a page shows it: what still matters first, then what was answered, then the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.care.ask import Question
from dermograph.care.assess import AreaAssessment
from dermograph.care.reasons import Reason
from dermograph.care.verdict import EFFECT
from dermograph.clinic.intake.known import BIRTH, Known
from dermograph.clinic.intake.questions import Row, read_past
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol
from dermograph.protocols.vocabulary import Fact


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions of a course.

    Attributes:
        to_ask: Not asked yet and still deciding, in the engine's order.
        unknown: Asked, not known, and still deciding.
        patient, area: Answered, in the vocabulary's order.
        rest: Neither answered nor needed for a decision.
        born: The date of birth in the patient's record; None if it is not there.
        birth: Why it matters, where it is not known and does.
    """

    to_ask: list[Row]
    unknown: list[Row]
    patient: list[Row]
    area: list[Row]
    rest: list[Row]
    born: dt.date | None
    birth: Question | None

    @property
    def answered(self) -> int:
        """How many facts were answered."""
        return len(self.patient) + len(self.area) + (self.born is not None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer that was refused: the person keeps what they wrote."""

    fact: str
    error: InputError
    tried: Text | None


def questionnaire(
    known: Known,
    area: AreaAssessment,
    protocol: Protocol,
    language: Language,
    *,
    change: str = "",
    attempt: Attempt | None = None,
) -> Questionnaire:
    """The rows of the page.

    Args:
        known: What is known of the course.
        area: What it decides.
        protocol: By which protocol.
        language: Of the page.
        change: The fact whose answer is to be changed, or given although nothing depends on it.
        attempt: The answer that was just refused.
    """
    vocabulary = protocol.vocabulary
    asked = {question.fact.id: question for question in area.ask}
    born = known.facts.get(BIRTH)
    born = born if isinstance(born, dt.date) else None

    def row(fact: Fact, *, opened: bool) -> Row:
        question = asked.get(fact.id)
        mine = attempt if attempt and attempt.fact == fact.id else None
        return Row(
            fact=fact,
            question=question,
            why=_why(question, protocol, language) if question else (),
            past=tuple(read_past(fact, answer) for answer in known.history.get(fact.id, ())),
            opened=opened or change == fact.id or mine is not None,
            latest=known.on,
            earliest=born,
            error=mine.error if mine else None,
            tried=mine.tried if mine else None,
        )

    order = [question.fact for question in area.ask if question.fact.id != BIRTH]
    not_asked = {
        fact.id for fact in order if known.missing.get(fact.id) is None or asked[fact.id].missing == "not_asked"
    }
    others = [fact for name, fact in vocabulary.facts.items() if name not in asked and name != BIRTH]
    answered = [fact for fact in others if _was_answered(fact, known)]
    return Questionnaire(
        to_ask=[row(fact, opened=True) for fact in order if fact.id in not_asked],
        unknown=[row(fact, opened=False) for fact in order if fact.id not in not_asked],
        patient=[row(fact, opened=False) for fact in answered if fact.scope == "patient"],
        area=[row(fact, opened=False) for fact in answered if fact.scope == "area"],
        rest=[row(fact, opened=False) for fact in others if fact not in answered],
        born=born,
        birth=asked.get(BIRTH),
    )


def _was_answered(fact: Fact, known: Known) -> bool:
    answer = known.standing.get(fact.id)
    return answer is not None and answer.missing != "not_asked"


def _why(question: Question, protocol: Protocol, language: Language) -> tuple[dict[str, object], ...]:
    """The first rule that asks for it, as a reason."""
    return tuple(
        Reason(
            rule=rule.id,
            grade=rule.grade,
            effect=EFFECT[rule.grade].value,
            says=rule.says,
            cite=rule.cite,
            to=rule.to,
            conflict=protocol.conflicts[rule.conflict] if rule.conflict else None,
            original=rule.replaces,
        ).to_json(language)
        for rule in question.rules[:1]
    )
