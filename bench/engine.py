"""The plain engine and the forecast, in this process."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence

from bench.measuring import Rounds, Row, Target, in_turn, seconds
from bench.patients import case as generated_case
from dermograph.care.assess import assess
from dermograph.care.case import Case
from dermograph.care.forecast import Measured, forecast
from dermograph.care.read_case import read_case
from dermograph.core.quantity import Quantity
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Vocabulary

ASSESSMENT_MS = Target(1.0)
ASSESSMENT, FORECAST = "One assessment, protocol loaded", "Forecast"
KNOWN = 0.9
COURSE = ((0, 9.1, 0.4), (1, 6.8, 0.4), (2, 5.4, 0.5))  # sessions, contrast in ΔE00, its standard uncertainty
GOAL, STEP = 2.0, 0.5


def cases(seed: int, vocabulary: Vocabulary, treatment: str, count: int, *, known: float) -> list[Case]:
    """Generated cases, read as the command line reads them."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        line = generated_case(rng, vocabulary, treatment, number, known=known)
        del line["id"]  # a cohort's own key
        found.append(read_case(json.dumps(line), vocabulary))
    return found


def assessments(library: Library, seed: int, count: int, rounds: Rounds) -> list[Row]:
    """The mean time of one ``assess()`` over generated patients, and where nothing at all is known."""
    jobs: dict[str, Callable[[], float]] = {}
    for treatment, protocol in library.protocols.items():
        for words, known in (("of 10 facts 9 known", KNOWN), ("nothing known", 0.0)):
            sample = cases(seed, library.vocabulary, treatment, count, known=known)
            jobs[f"{treatment}, {words}"] = _each_ms(sample, protocol)
    return [Row(ASSESSMENT, name, "ms", values, ASSESSMENT_MS) for name, values in in_turn(jobs, rounds).items()]


def _each_ms(sample: Sequence[Case], protocol: Protocol) -> Callable[[], float]:
    def job() -> float:
        return 1e3 / len(sample) * seconds(lambda: [assess(case, protocol) for case in sample])

    return job


def one_forecast(rounds: Rounds) -> list[Row]:
    """One forecast from a baseline and two responses."""
    course = [Measured(sessions, Quantity(value, u, "delta_e00")) for sessions, value, u in COURSE]
    found = in_turn({"one": lambda: 1e3 * seconds(lambda: forecast(course, goal=GOAL, step=STEP))}, rounds)
    return [Row(FORECAST, "one forecast, after two responses", "ms", found["one"])]
