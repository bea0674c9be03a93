"""How often the true month lies in the interval that the fading model states, on simulated scalps of many kinds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.measuring import Row
from dermograph.photo.scalp.fading import LEVEL, PRIOR_LOSS, PRIOR_MONTHS, Seen, passing

SEED, U = 31_001, 0.05
LIMIT = PRIOR_LOSS
#: Series of months at which was measured.
SERIES = ((6, 12), (6, 12, 24), (3, 6, 12, 18, 24, 36))
LEAST = 0.87


@dataclass(frozen=True, slots=True)
class Cohort:
    """Scalps of one kind.

    Attributes:
        faster: Than the prior's median, a factor.
        spread: Of the logarithm of the months to the limit.
        shape: Median of the exponent, and the spread of its logarithm.
        visit: What a visit strays beyond its measuring error.
    """

    name: str
    faster: float = 1.0
    spread: float = 0.49
    shape: tuple[float, float] = (1.0, 0.25)
    visit: float = 0.04


COHORTS = (
    Cohort("as the source says"),
    Cohort("fading 2.5 times as fast", faster=2.5, spread=0.25),
    Cohort("fading 1.8 times as slowly", faster=1 / 1.8, spread=0.25),
    Cohort("most of it early", shape=(0.6, 0.0)),
    Cohort("most of it late", shape=(1.6, 0.0)),
    Cohort("visits that stray twice as far", visit=0.08),
)


def rows(scalps: int) -> list[Row]:
    """Coverage and how often a date is given, of each kind and series."""
    found = []
    for number, cohort in enumerate(COHORTS):
        for series in SERIES:
            held, spoke = calibrated(cohort, series, scalps, SEED + number)
            name = f"{cohort.name}, months {', '.join(map(str, series))}"
            if spoke:
                share = held / spoke
                stated = (f"≥ {LEAST} of {LEVEL:.0%}", share >= LEAST)
                found.append(Row("Fading", f"{name}: truth inside", "", [share], stated=stated))
            found.append(Row("Fading", f"{name}: a date is given", "", [spoke / scalps]))
    return found


def calibrated(cohort: Cohort, series: Sequence[int], scalps: int, seed: int) -> tuple[int, int]:
    """How many true months lie inside, and how many dates were given."""
    rng = np.random.default_rng([seed, len(series)])
    held = spoke = 0
    for _ in range(scalps):
        true = PRIOR_MONTHS / cohort.faster * math.exp(rng.normal(0, cohort.spread))
        shape = cohort.shape[0] * math.exp(rng.normal(0, cohort.shape[1]))
        rate = LIMIT ** (1 / shape) / true
        noise = math.hypot(U, cohort.visit)
        seen = [Seen(float(month), (rate * month) ** shape + rng.normal(0, noise), U) for month in series]
        found = passing(seen, LIMIT)
        if found.months:
            spoke += 1
            held += found.months[0] <= true <= found.months[2]
    return held, spoke
