"""The conditions of our rules as FHIRPath over a QuestionnaireResponse.

Unknown is the empty collection; FHIRPath's "and", "or" and "not()" are then Kleene's. What is not a whole answer is
unknown: a date without its day, a code of another system, a value that holds nothing but the reason why it is absent
(engines compare such a boolean as if it were false).

Source: HL7 FHIRPath N1, sections 5.1 (existence), 6.1 (equality), 6.5 (boolean logic) and 6.6 (dates and quantities).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from dermograph.core.dates import Period
from dermograph.exchange.fhir.codes import ANSWERS, answer_code, word_link
from dermograph.protocols.conditions import All, AnyOf, Compare, Condition, Known, Not, Within
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

_SYMBOLS = {"is": "=", "at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}
_WHOLE_DATE = 10  # characters of YYYY-MM-DD


class InexpressibleError(Exception):
    """A condition that this translation has no FHIRPath for. No protocol that loads has any."""


@dataclass(frozen=True, slots=True)
class Translator:
    """From conditions to FHIRPath.

    Attributes:
        vocabulary: The facts that conditions speak of.
        on: The day for which is asked; None for the day on which the expression is evaluated, ``today()``.
    """

    vocabulary: Vocabulary
    on: dt.date | None = None

    def expression(self, condition: Condition) -> str:
        """The FHIRPath that yields true, false or, where our condition is unknown, the empty collection.

        Raises:
            InexpressibleError: If there is none.
        """
        match condition:
            case All(parts):
                return self._joined(" and ", parts)
            case AnyOf(parts):
                return self._joined(" or ", parts)
            case Not(part):
                return f"({self.expression(part)}).not()"
            case Known(name, known):
                return self.known(self.vocabulary.facts[name]) + ("" if known else ".not()")
            case Compare():
                return self._compared(condition)
            case Within():
                return self._within(condition)

    def known(self, fact: Fact) -> str:
        """Whether a fact is known at all."""
        if fact.type == "date_or_word":
            return f"({self.word(fact)}.exists() or {self.value(fact)}.exists())"
        return f"{self.value(fact)}.exists()"

    def value(self, fact: Fact) -> str:
        """The path to a known value: a boolean, an integer, a code, or a whole date; else empty."""
        found = f"item.where(linkId = '{fact.id}').answer.value"
        match fact.type:
            case "boolean":
                return f"{found}.ofType(boolean).where($this = true or $this = false)"
            case "integer":
                return f"{found}.ofType(integer).toInteger().where($this >= {fact.low} and $this <= {fact.high})"
            case "choice":
                return f"{found}.ofType(Coding).where(system = '{ANSWERS}').code"
            case "date" | "date_or_word":
                return f"{found}.ofType(date).where($this.toString().length() = {_WHOLE_DATE})"

    def word(self, fact: Fact) -> str:
        """The path to the word that stands in for a date; else empty."""
        found = f"item.where(linkId = '{word_link(fact.id)}').answer.value"
        return f"{found}.ofType(Coding).where(system = '{ANSWERS}').code"

    def code(self, fact: Fact, value: str) -> str:
        """A word of a fact as the path yields it."""
        return answer_code(fact.id, value)

    def _joined(self, word: str, parts: Iterable[Condition]) -> str:
        return word.join(f"({self.expression(part)})" for part in parts)

    def _literal(self, fact: Fact, value: FactValue) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        return f"'{self.code(fact, value)}'" if isinstance(value, str) else str(value)

    def _among(self, path: str, fact: Fact, values: Iterable[FactValue]) -> str:
        """Whether a known value is one of some; false for none to be of."""
        listed = [self._literal(fact, value) for value in values]
        return f"{path} in ({' | '.join(listed)})" if listed else "false"

    def _on_any(self, path: str, days: Iterable[dt.date]) -> str:
        """Whether a known day is one of some, each compared by itself: fhirpathpy finds no date ``in`` others."""
        return " or ".join(f"{path} = @{day.isoformat()}" for day in days) or "false"

    def _compared(self, leaf: Compare) -> str:
        fact = self.vocabulary.facts[leaf.fact]
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        if leaf.operator not in (*_SYMBOLS, "one_of") or not all(_fits(fact, value, leaf.operator) for value in values):
            msg = f"{fact.id}: {leaf.operator} {leaf.value}"
            raise InexpressibleError(msg)
        if fact.type == "date_or_word":
            words = self._among(self.word(fact), fact, [value for value in values if isinstance(value, str)])
            days = self._on_any(self.value(fact), [value for value in values if isinstance(value, dt.date)])
            return f"iif({self.word(fact)}.exists(), {words}, iif({self.value(fact)}.exists(), {days}))"
        if leaf.operator == "one_of":
            return self._among(self.value(fact), fact, values)
        return f"{self.value(fact)} {_SYMBOLS[leaf.operator]} {self._literal(fact, values[0])}"

    def _within(self, leaf: Within) -> str:
        fact = self.vocabulary.facts[leaf.fact]
        if fact.type not in ("date", "date_or_word"):
            msg = f"{fact.id}: within, of a {fact.type}"
            raise InexpressibleError(msg)
        day = f"@{self.on.isoformat()}" if self.on else "today()"
        runs = f"{day} < {self.value(fact)}{_plus(leaf.period)}"
        if fact.type == "date":
            return runs
        ongoing = self._among(self.word(fact), fact, sorted(leaf.ongoing))
        return f"iif({self.word(fact)}.exists(), {ongoing}, {runs})"


def _fits(fact: Fact, value: FactValue, operator: str) -> bool:
    """Whether a fact can be compared with a value at all, and by this operator."""
    kinds: dict[str, tuple[type, ...]] = {
        "boolean": (bool,),
        "choice": (str,),
        "integer": (int,),
        "date": (dt.date,),
        "date_or_word": (str, dt.date),
    }
    if not isinstance(value, kinds[fact.type]) or (fact.type == "integer" and isinstance(value, bool)):
        return False
    return operator in ("is", "one_of") or fact.type == "integer"


def _plus(period: Period) -> str:
    """A period to be added to a date: months clip to the month's end in FHIRPath as they do here; hours are days."""
    parts = [(period.months, "months"), (period.whole_days, "days")]
    return "".join(f" + {count} {unit}" for count, unit in parts if count)
