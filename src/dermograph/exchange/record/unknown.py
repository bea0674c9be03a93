"""A value that is not known, with the reason. It is never "no", never zero and never an empty word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NOT_RECORDED: Final = "not_recorded"
#: Why something may be unknown. The first says only that nothing is written; the next five are those of the clinic's
#: answers (``protocols.vocabulary.MISSING``); the others come from elsewhere.
REASONS: Final = (
    NOT_RECORDED,
    "not_asked",
    "not_known",
    "refused",
    "not_applicable",
    "expired",
    "unknown",
    "masked",
    "unsupported",
    "as_text",
    "error",
    "not_a_number",
    "negative_infinity",
    "positive_infinity",
    "not_performed",
    "not_permitted",
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known.

    Attributes:
        reason: One of ``REASONS``.

    Raises:
        ValueError: If the reason is none of them.
    """

    reason: str = NOT_RECORDED

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            msg = f"no such reason for not knowing: {self.reason!r}"
            raise ValueError(msg)

    def __bool__(self) -> bool:
        msg = "what is unknown is neither true nor false"
        raise TypeError(msg)

    def to_json(self) -> dict[str, str]:
        """The reason."""
        return {"unknown": self.reason}


#: Nothing is written, and no reason either.
UNWRITTEN: Final = Unknown()
