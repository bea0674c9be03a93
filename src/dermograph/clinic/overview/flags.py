"""What everybody who treats a patient has to see: allergies and the like, as answered. Unknown is never "no"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.facts import read_value
from dermograph.core.text import Text
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import MISSING, Fact, FactValue

SHOWN = (
    "allergy_anaesthetic",
    "allergy_metal",
    "anticoagulants",
    "bleeding_disorder",
    "blood_borne_infection",
    "abnormal_scarring",
    "hypersensitive_skin",
    "photosensitivity",
)


@dataclass(frozen=True, slots=True)
class Flag:
    """One fact as somebody answered it.

    Attributes:
        says: The answer in words, or why there is none.
        on: The day from which it holds; None if nobody answered.
    """

    label: Text
    says: Text
    on: dt.date | None


@dataclass(frozen=True, slots=True)
class Flags:
    """The facts of ``SHOWN``, by what is known of them.

    Attributes:
        present: Answered, and to be minded.
        absent: Answered with no.
        unknown: Not answered, or answered with "not known" and the like.
    """

    present: tuple[Flag, ...]
    absent: tuple[Flag, ...]
    unknown: tuple[Flag, ...]


def flags_of(answers: Iterable[Any]) -> Flags:
    """What standing answers say of the facts of ``SHOWN``.

    Args:
        answers: Of one patient, the latest of each fact last.
    """
    vocabulary = load_library().vocabulary
    by_fact = {answer.fact: answer for answer in answers}
    present: list[Flag] = []
    absent: list[Flag] = []
    unknown: list[Flag] = []
    for fact in (vocabulary.facts[name] for name in SHOWN if name in vocabulary.facts):
        answer = by_fact.get(fact.id)
        if answer is None or answer.missing:
            why = MISSING[answer.missing] if answer is not None else MISSING["not_asked"]
            unknown.append(Flag(fact.label, why, answer.answered_on if answer else None))
            continue
        value = read_value(fact, answer.value)
        flag = Flag(fact.label, fact.reads(value), answer.answered_on)
        (absent if _is_none(fact, value) else present).append(flag)
    return Flags(tuple(present), tuple(absent), tuple(unknown))


def _is_none(fact: Fact, value: FactValue) -> bool:
    return value is False or (fact.type != "boolean" and value in ("none", "never"))
