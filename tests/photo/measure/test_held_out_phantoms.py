"""The error bars of measures on synthetic pairs that nothing was tuned on, with card, registration and all."""

from __future__ import annotations

import numpy as np
import pytest

from bench.measuring_skin import COLOURS, FADED, HELD_OUT, Trial, area_trial, colour_trials
from dermograph.photo.measure import Outcome

COUNT = 10


@pytest.fixture(scope="module")
def trials() -> list[list[Trial]]:
    return [list(colour_trials(HELD_OUT + 20_000 + number)) for number in range(COUNT)]


@pytest.mark.slow
def test_the_interval_of_a_change_holds_the_truth_nearly_always(trials: list[list[Trial]]) -> None:
    measured = [one for pair in trials for one in pair if one.found is not None]
    assert len(measured) >= 0.6 * COUNT * len(COLOURS)
    assert np.mean([one.is_covered for one in measured]) >= 0.85


@pytest.mark.slow
def test_a_change_of_one_delta_e_is_found(trials: list[list[Trial]]) -> None:
    changed = [pair[0].found for pair in trials if pair[0].faded == FADED[1] and pair[0].found is not None]
    assert changed
    assert all(one.outcome is Outcome.IMPROVED for one in changed)


@pytest.mark.slow
def test_the_area_on_flat_skin_is_within_its_error() -> None:
    found, errors = zip(*(area_trial(HELD_OUT + 30_000 + number) for number in range(3)), strict=True)
    assert max(abs(error) for pair in errors for error in pair) < 2
    for one in found:
        if one.found is not None and one.found.before is not None:
            assert abs(one.found.before.value - one.true[0]) < 3 * one.found.before.u
