"""One question as a page shows it: its buttons, its answer, and the answers before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from dermograph.care.ask import Question
from dermograph.clinic import facts
from dermograph.clinic.intake.models import Answer
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols.vocabulary import MISSING, Fact

MOST_BUTTONS = 8  # a whole number with more values is typed
YES_NO = (("true", Text("Yes", "Sí")), ("false", Text("No", "No")))
UNKNOWN = ("not_known", Text("Not known yet", "Aún no se sabe"))
REASONS = (
    ("refused", Text("Does not want to answer", "No quiere responder")),
    ("not_applicable", Text("Does not apply", "No procede")),
)
TAKE_BACK = ("not_asked", Text("Take the answer back", "Retirar la respuesta"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One large button.

    Attributes:
        name: ``value`` or ``missing``.
        chosen: Whether it is the answer that stands.
    """

    name: str
    value: str
    label: Text
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """One answer as it is read: the one that stands, or an earlier one."""

    answer: Answer
    reads: Text
    known: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One question.

    Attributes:
        question: Why it still matters; None if it does not.
        why: The reasons of the rules that ask for it, as the reason mark takes them.
        past: Its answers, the latest first.
        opened: Whether its buttons are shown.
        error: What was wrong with the answer just given.
        entry: The id of the entry that its form would write.
        earliest, latest: Between which days a date lies, for the field.
    """

    fact: Fact
    question: Question | None
    why: tuple[dict[str, object], ...]
    past: tuple[Past, ...]
    opened: bool
    latest: dt.date
    earliest: dt.date | None = None
    error: InputError | None = None
    tried: Text | None = None
    entry: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def answer(self) -> Past | None:
        """The answer that stands."""
        return self.past[0] if self.past else None

    @property
    def earlier(self) -> tuple[Past, ...]:
        """The answers before it."""
        return self.past[1:]

    @property
    def takes_date(self) -> bool:
        """Whether a day can be given."""
        return self.fact.type in ("date", "date_or_word")

    @property
    def takes_number(self) -> bool:
        """Whether a number is typed."""
        return self.fact.type == "integer" and self.fact.high - self.fact.low >= MOST_BUTTONS

    @property
    def stored(self) -> object:
        """The value that stands, as a field shows it; an empty text if there is none."""
        return "" if self.answer is None or self.answer.answer.missing else self.answer.answer.value

    @property
    def choices(self) -> list[Choice]:
        """The large buttons: its values, then that it is not known."""
        stands = self.answer.answer if self.answer else None
        value = "" if stands is None or stands.missing else stands.value
        raw = str(value).lower() if isinstance(value, bool) else str(value)
        missing = stands.missing if stands else ""
        return [
            *(Choice("value", name, label, chosen=raw == name) for name, label in _values(self.fact)),
            Choice("missing", *UNKNOWN, chosen=missing == UNKNOWN[0]),
        ]

    @property
    def small_choices(self) -> list[Choice]:
        """The quiet buttons: why there is no answer, and taking one back."""
        missing = self.answer.answer.missing if self.answer else "not_asked"
        back = [] if missing == "not_asked" else [Choice("missing", *TAKE_BACK)]
        return [*(Choice("missing", name, label, chosen=missing == name) for name, label in REASONS), *back]


def read_past(fact: Fact, answer: Answer) -> Past:
    """An answer in words."""
    if answer.missing:
        return Past(answer, MISSING[answer.missing], known=False)
    value = facts.read_value(fact, answer.value)
    return Past(answer, day_text(value) if isinstance(value, dt.date) else fact.reads(value), known=True)


def read_try(fact: Fact, raw: str, missing: str) -> Text | None:
    """An answer that was refused, as far as it can be read; None for what no button sends."""
    if missing:
        return MISSING.get(missing)
    return dict(_values(fact)).get(raw)


def _values(fact: Fact) -> Iterable[tuple[str, Text]]:
    if fact.type == "boolean":
        return YES_NO
    if fact.type == "integer" and fact.high - fact.low < MOST_BUTTONS:
        return [(str(value), fact.reads(value)) for value in range(fact.low, fact.high + 1)]
    return (fact.values or fact.words).items()
