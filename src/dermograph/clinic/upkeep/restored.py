"""What a restore found."""

from __future__ import annotations

from dataclasses import dataclass, field

from dermograph.core.text import Text


@dataclass(slots=True)
class Restored:
    """What was found.

    Attributes:
        made_at: When the backup was made, ISO 8601.
        tables, rows, entries, files: How much there is of each.
        erased: How many patients were erased again.
        opened: How many photographs were opened to see that the keys fit; None where none could be tried.
        wrong: What is not as it ought to be; empty if the copy is verified.
        told: What else the person should know.
    """

    made_at: str = ""
    tables: int = 0
    rows: int = 0
    entries: int = 0
    files: int = 0
    erased: int = 0
    opened: int | None = None
    wrong: list[Text] = field(default_factory=list)
    told: list[Text] = field(default_factory=list)
