"""What a QuestionnaireResponse says of one area and its patient, in our own values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dermograph.protocols.vocabulary import FactValue, Missing


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one questionnaire.

    Attributes:
        facts: Known facts, as a case's area holds them.
        missing: Facts that are known to be missing, and why. A fact in neither mapping was not asked.
        partial: Dates that were given without a day or a month, as ``2018-05`` or ``2018``, by their fact. Such a fact
            is in ``facts`` as well, by the last day that it can mean, where every day that it can mean leads every rule
            to the same finding; else it is in ``missing`` as not known.
    """

    facts: Mapping[str, FactValue]
    missing: Mapping[str, Missing]
    partial: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values; a reason under ``missing`` as a case file writes it."""
        return {
            "facts": {
                name: value if isinstance(value, bool | int | str) else value.isoformat()
                for name, value in self.facts.items()
            },
            "missing": {name: missing.why for name, missing in self.missing.items()},
            "partial": dict(self.partial),
        }
