"""A reason: what is so, the rule that says it, its place in the source, and the other side where sources disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dermograph.core.text import Language, Text
from dermograph.protocols.citations import Cite, Conflict
from dermograph.protocols.conditions import Finding
from dermograph.protocols.model import Indication, Protocol, Rule, Statement
from dermograph.protocols.vocabulary import Fact, FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason of a verdict, a closed day or a decision.

    Attributes:
        rule: The id of the statement behind it.
        grade: Its grade; ``indication`` for what a source treats, ``plan`` or ``review`` for other parts.
        effect: The verdict or decision that it leads to; ``none`` if it only informs.
        facts: The facts that decide it.
        until: The first day on which it is over; None if no day can be known.
        says: What a person reads.
        to: Who is asked, for a clearance.
        conflict: The disagreement between sources that it belongs to; None if they agree.
        original: What the clinic's own rule replaced; None for an original.
    """

    rule: str
    grade: str
    effect: str
    says: Text
    cite: tuple[Cite, ...]
    facts: tuple[str, ...] = ()
    until: dt.date | None = None
    to: Text | None = None
    conflict: Conflict | None = None
    original: Statement | None = None

    @classmethod
    def of_rule(cls, rule: Rule, effect: str, finding: Finding, protocol: Protocol) -> Reason:
        """The reason that a rule gives where it applies."""
        return cls(
            rule=rule.id,
            grade=rule.grade,
            effect="none" if rule.grade == "info" else effect,
            says=rule.says,
            cite=rule.cite,
            facts=finding.facts,
            until=finding.until,
            to=rule.to,
            conflict=protocol.conflicts[rule.conflict] if rule.conflict else None,
            original=rule.replaces,
        )

    @classmethod
    def of_indication(cls, indication: Indication, finding: Finding, protocol: Protocol) -> Reason:
        """The reason that an indication gives where it holds: it is what the source treats."""
        return cls.of_statement(indication, protocol, grade="indication", facts=finding.facts)

    @classmethod
    def of_statement(
        cls,
        statement: Statement,
        protocol: Protocol,
        *,
        grade: str,
        effect: str = "none",
        facts: tuple[str, ...] = (),
        until: dt.date | None = None,
        says: Text | None = None,
    ) -> Reason:
        """The reason that any other statement gives; ``says`` where the case makes the words more exact."""
        return cls(
            rule=statement.id,
            grade=grade,
            effect=effect,
            says=says or statement.says,
            cite=statement.cite,
            facts=facts,
            until=until,
            conflict=protocol.conflicts[statement.conflict] if statement.conflict else None,
            original=statement.replaces,
        )

    @classmethod
    def of_silence(cls, fact: Fact, value: FactValue, protocol: Protocol) -> Reason:
        """What is known and the protocol has no rule for: shown, since silence clears nobody."""
        label, reading = fact.label, fact.reads(value)
        return cls(
            rule="no-rule-for-this",
            grade="info",
            effect="none",
            says=Text(
                f"Known, but this protocol has no rule for it: {label.en} ({reading.en}). Its source's silence is no "
                "clearance; the practitioner weighs it.",
                f"Se sabe, pero este protocolo no tiene regla: {label.es} ({reading.es}). El silencio de la fuente no "
                "es una autorización; lo valora el profesional.",
            ),
            cite=(protocol.sources["assumptions"].cite("silence-clears-nobody"),),
            facts=(fact.id,),
        )

    @classmethod
    def of_questions(cls, facts: Sequence[Fact], *, grade: str, effect: str) -> Reason:
        """The reason that open questions give: until they are answered, nothing is cleared."""
        return cls(
            rule="assessment-incomplete",
            grade=grade,
            effect=effect,
            says=Text(
                f"The assessment is not complete. Still to ask: {', '.join(fact.label.en for fact in facts)}.",
                f"La valoración no está completa. Falta preguntar: {', '.join(fact.label.es for fact in facts)}.",
            ),
            cite=(),
            facts=tuple(fact.id for fact in facts),
        )

    def to_json(self, language: Language) -> dict[str, Any]:
        """As the contract has it, texts in one language; who is asked, disputes and originals only where there are."""
        result: dict[str, Any] = {
            "rule": self.rule,
            "grade": self.grade,
            "effect": self.effect,
            "facts": list(self.facts),
            "until": self.until.isoformat() if self.until else None,
            "says": self.says.say(language),
            "cite": [cite.to_json() for cite in self.cite],
        }
        if self.to is not None:
            result["to"] = self.to.say(language)
        if self.conflict is not None:
            result["disputed"] = self.conflict.to_json(language)
        if self.original is not None:
            result["replaces"] = {
                "says": self.original.says.say(language),
                "cite": [cite.to_json() for cite in self.original.cite],
            }
        return result
