"""When a limit is passed: silent where the data carry no date, and in the interval as often as stated where they do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.core.errors import InputError
from dermograph.photo.scalp.fading import (
    EARLIEST_MONTHS,
    NO_LOSS,
    NOT_MEASURED,
    OFF_MODEL,
    TOO_EARLY,
    TOO_WIDE,
    Fading,
    Seen,
    left_after,
    passing,
)

LIMIT = -math.log(0.6)
U = 0.05


def fading_by(months_to_limit: float, *months: float, u: float = U) -> list[Seen]:
    """What is measured without error of a scalp that loses the same share in every month."""
    return [Seen(month, LIMIT * month / months_to_limit, u) for month in months]


def test_without_a_measurement_or_a_loss_there_is_no_date() -> None:
    assert passing([], LIMIT) == Fading(None, None, NOT_MEASURED)
    still = passing([Seen(12, 0.02, U), Seen(24, 0.0, U)], LIMIT)
    assert still.months is None
    assert still.why == NO_LOSS
    assert still.passed is not None
    assert still.passed < 0.001


@pytest.mark.parametrize(("month", "speaks"), [(EARLIEST_MONTHS - 0.01, False), (EARLIEST_MONTHS, True)])
def test_the_first_months_carry_no_date(month: float, *, speaks: bool) -> None:
    found = passing(fading_by(8, 3, month, u=0.02), LIMIT)
    assert (found.months is not None) is speaks
    assert speaks or found.why == TOO_EARLY


def test_too_little_loss_gives_dates_too_far_apart() -> None:
    found = passing(fading_by(40, 12, u=0.05), LIMIT)
    assert found.months is None
    assert found.why in (TOO_WIDE, NO_LOSS)


def test_what_goes_up_and_down_is_no_fading() -> None:
    assert passing([Seen(6, 0.8, U), Seen(12, 0.0, U), Seen(18, 0.7, U)], LIMIT).why == OFF_MODEL


@pytest.mark.parametrize("true", [18.0, 30.0, 48.0])
def test_a_long_series_names_the_month_and_narrows_with_time(true: float) -> None:
    few = passing(fading_by(true, 6, 12, 24), LIMIT)
    many = passing(fading_by(true, 6, 12, 18, 24, 30, 36), LIMIT)
    assert many.months is not None
    low, middle, high = many.months
    assert low < true < high
    assert middle == pytest.approx(true, rel=0.12)
    assert few.months is None or few.months[2] / few.months[0] > high / low


def test_the_chance_that_it_is_passed_is_that_of_the_last_measurement() -> None:
    assert passing([Seen(24, LIMIT, U)], LIMIT).passed == pytest.approx(0.5)
    assert passing([Seen(24, LIMIT + 1.645 * U, U)], LIMIT).passed == pytest.approx(0.95, abs=0.001)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng, held, spoke = np.random.default_rng(20_001), 0, 0
    for _ in range(600):
        true = 12 * math.sqrt(5) * math.exp(rng.normal(0, 0.5))
        shape = math.exp(rng.normal(0, 0.25))
        rate = LIMIT ** (1 / shape) / true
        seen = [Seen(month, (rate * month) ** shape + rng.normal(0, math.hypot(U, 0.04)), U) for month in (6, 12, 24)]
        found = passing(seen, LIMIT)
        if found.months:
            spoke += 1
            held += found.months[0] <= true <= found.months[2]
    assert spoke > 400
    assert 0.88 <= held / spoke <= 0.99


def test_without_measurements_the_prior_is_the_sources_and_wide() -> None:
    one, three, five = (left_after([], 12.0 * years) for years in (1, 3, 5))
    assert one[1] > three[1] > five[1]
    assert one[2] - one[0] > 0.3
    assert three[0] < 0.6 < three[2], "one to three years, up to five"


@given(st.lists(st.tuples(st.floats(1, 60), st.floats(-0.5, 2), st.floats(0.01, 0.3)), min_size=1, max_size=6))
def test_it_never_breaks_and_its_interval_is_in_order(rows: list[tuple[float, float, float]]) -> None:
    found = passing([Seen(*row) for row in rows], LIMIT)
    assert found.passed is not None
    assert 0 <= found.passed <= 1
    assert (found.months is None) != (found.why is None)
    if found.months:
        assert 0 < found.months[0] <= found.months[1] <= found.months[2]


@pytest.mark.parametrize(
    ("one", "limit"),
    [
        (Seen(0, 0.1, U), LIMIT),
        (Seen(6, math.nan, U), LIMIT),
        (Seen(6, 0.1, 0), LIMIT),
        (Seen(6, 0.1, U), 0),
        (Seen(math.inf, 0.1, U), LIMIT),
        (Seen(6, 0.1, U), math.nan),
    ],
)
def test_figures_that_are_none_are_refused(one: Seen, limit: float) -> None:
    with pytest.raises(InputError):
        passing([one], limit)
