"""Generated patients for the benchmark and the tests: every fact known, unknown or at a limit, from a seed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from dermograph.protocols.vocabulary import Fact, Vocabulary

RARE, OFTEN, NEAR_A_LIMIT = 0.1, 0.6, 0.2  # chances
ASSESSED_ON = dt.date(2026, 11, 21)


def patient(rng: random.Random, vocabulary: Vocabulary, *, known: float = 0.9) -> dict[str, Any]:
    """The known facts of one area and its patient, each known with the given chance, dates often near a limit."""
    facts: dict[str, Any] = {}
    for name, fact in vocabulary.facts.items():
        if rng.random() < known:
            facts[name] = _value(rng, fact)
    birth = facts.get("birth_date")
    if isinstance(birth, dt.date):
        for name in vocabulary.facts:
            value = facts.get(name)
            if isinstance(value, dt.date):
                facts[name] = max(value, birth)
    return facts


def _value(rng: random.Random, fact: Fact) -> Any:  # noqa: ANN401 (a value of any fact)
    if fact.type == "boolean":
        return rng.random() < RARE
    if fact.type == "choice":
        return rng.choice(list(fact.values))
    if fact.type == "integer":
        return rng.randint(fact.low, fact.high)
    if fact.words and rng.random() < OFTEN:
        return rng.choice(list(fact.words))
    spread = rng.choice((40, 400, 7000 if fact.id == "birth_date" else 1500, 20000))
    day = ASSESSED_ON - dt.timedelta(days=rng.randint(0, spread))
    if rng.random() < NEAR_A_LIMIT:
        years = rng.choice((0, 1, 18)) if fact.id == "birth_date" else rng.choice((0, 1))
        day = ASSESSED_ON.replace(year=ASSESSED_ON.year - years) + dt.timedelta(days=rng.randint(-2, 2))
    return min(day, ASSESSED_ON)


def case(
    rng: random.Random, vocabulary: Vocabulary, treatment: str, number: int, *, known: float = 0.9
) -> dict[str, Any]:
    """One generated case as a line of a cohort holds it, with its id."""
    facts = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in patient(rng, vocabulary, known=known).items()
    }
    scopes = vocabulary.facts
    return {
        "id": f"generated-{number}",
        "treatment": treatment,
        "assessed_on": ASSESSED_ON.isoformat(),
        "patient": {name: value for name, value in facts.items() if scopes[name].scope == "patient"},
        "areas": [{"name": "area", **{name: value for name, value in facts.items() if scopes[name].scope == "area"}}],
    }
