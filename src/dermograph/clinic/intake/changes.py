"""What has changed since an assessment was signed: the answers, the protocol, and what that makes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.care.assess import AreaAssessment, assess_area
from dermograph.care.verdict import Verdict
from dermograph.clinic import facts
from dermograph.clinic.intake.known import Known, known, thawed
from dermograph.clinic.intake.models import Assessment
from dermograph.core.dates import day_text
from dermograph.core.text import Text
from dermograph.protocols.vocabulary import MISSING, Fact, FactValue, Missing


@dataclass(frozen=True, slots=True)
class Signed:
    """One fact of a signed assessment, as a document shows it."""

    fact: Fact
    reads: Text
    known: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """One fact that reads otherwise now."""

    fact: Fact
    then: Text
    now: Text


@dataclass(frozen=True, slots=True)
class Since:
    """What has changed since.

    Attributes:
        answers: The facts that read otherwise now.
        protocol: Whether the protocol has another hash.
        by_protocol: What was signed, decided by the protocol of today; None if that is the same protocol.
        now: What is known now, decided today.
        differs: Whether the verdict of today is another one.
    """

    answers: tuple[Changed, ...]
    protocol: bool
    by_protocol: AreaAssessment | None
    new_rules: tuple[Text, ...]
    gone_rules: tuple[str, ...]
    now: AreaAssessment
    differs: bool

    @property
    def any(self) -> bool:
        """Whether anything has."""
        return bool(self.answers) or self.protocol or self.differs


def signed_facts(assessment: Assessment) -> tuple[list[Signed], list[Signed]]:
    """The facts of the patient and those of the area, as they were signed, in the vocabulary's order."""
    values, missing = thawed(assessment.facts)
    patient: list[Signed] = []
    area: list[Signed] = []
    for name, fact in facts.protocol_of(assessment.course).vocabulary.facts.items():
        if name in values or name in missing:
            row = Signed(fact, reads(fact, values.get(name), missing.get(name)), name in values)
            (patient if fact.scope == "patient" else area).append(row)
    return patient, area


def since(assessment: Assessment, now: Known | None = None) -> Since:
    """What has changed since an assessment was signed."""
    course = assessment.course
    protocol = facts.protocol_of(course)
    values, missing = thawed(assessment.facts)
    now = now or known(course)
    names = [
        name
        for name in protocol.vocabulary.facts
        if (values.get(name), missing.get(name)) != (now.facts.get(name), now.missing.get(name))
    ]
    changed = tuple(
        Changed(
            fact := protocol.vocabulary.facts[name],
            reads(fact, values.get(name), missing.get(name)),
            reads(fact, now.facts.get(name), now.missing.get(name)),
        )
        for name in names
    )
    other = protocol.hash != assessment.protocol_hash
    again = assess_area(course.area.name, values, assessment.assessed_on, protocol, missing) if other else None
    then = {reason["rule"] for reason in assessment.result["en"]["reasons"]}
    area = now.assess(course, protocol)
    return Since(
        answers=changed,
        protocol=other,
        by_protocol=again,
        new_rules=tuple(reason.says for reason in again.reasons if reason.rule not in then) if again else (),
        gone_rules=tuple(sorted(then - {reason.rule for reason in again.reasons})) if again else (),
        now=area,
        differs=area.verdict is not Verdict(assessment.verdict),
    )


def reads(fact: Fact, value: FactValue | None, missing: Missing | None) -> Text:
    """A fact in words; unknown with its reason where there is no value."""
    if value is None:
        return MISSING[missing.why if missing else "not_asked"]
    return day_text(value) if isinstance(value, dt.date) else fact.reads(value)
