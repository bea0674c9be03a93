"""What a look of ``dermograph check`` found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dermograph.core.text import Text

Mark = Literal["ok", "mind", "mend"]
_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and how it stands.

    Attributes:
        name: One word for programs.
        mark: ``ok``; ``mind`` where somebody should think about it; ``mend`` where something has to be done.
        words: What was found.
        todo: What to do; empty where nothing is.
    """

    name: str
    mark: Mark
    words: Text
    todo: Text = _NOTHING

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {"name": self.name, "mark": self.mark, "says": self.words.to_json(), "todo": self.todo.to_json()}


Found = Iterator[Check]
