"""What was found wrong with a photograph, and why something cannot be measured: in words for the photographer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.core.errors import NOTHING
from dermograph.core.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of one photograph.

    Attributes:
        check: Its name, such as ``focus`` or ``glare``.
        passed: Whether the photograph passes; None if this could not be judged.
        says: What is seen, one sentence.
        todo: What the photographer can do; empty if there is nothing to do.
        blocks: Whether nothing may be measured in this photograph while the check fails.
        value: What was measured; None if it could not be.
        limit: What ``value`` was held against; None where there is no single limit.
        unit: Of both, such as ``px``, ``deg``, ``share``; empty for a bare number.
    """

    check: str
    passed: bool | None
    says: Text
    todo: Text = NOTHING
    blocks: bool = False
    value: float | None = None
    limit: float | None = None
    unit: str = ""

    def to_json(self) -> dict[str, Any]:
        """One finding, its sentences in both languages."""
        return {
            "check": self.check,
            "passed": self.passed,
            "blocks": self.blocks,
            "value": self.value,
            "limit": self.limit,
            "unit": self.unit,
            "says": self.says.to_json(),
            "todo": self.todo.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not measured: an answer, not an error.

    Attributes:
        code: A stable name for programs, such as ``no_card`` or ``different_skin``.
        says: Why, one sentence.
        todo: What would make it possible; empty if nothing would.
    """

    code: str
    says: Text
    todo: Text = NOTHING

    def to_json(self) -> dict[str, Any]:
        """The code with its sentences in both languages."""
        return {"code": self.code, "says": self.says.to_json(), "todo": self.todo.to_json()}
