"""Dots are placed exactly as many as asked, as dense as the map says, and never too near to each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.spatial import cKDTree

from dermograph.core.errors import InputError
from dermograph.photo.scalp.blue_noise import APART, DOTS, tile
from dermograph.photo.scalp.placement import MOST, Placement, place


def too_near(found: Placement) -> int:
    """Pairs that lie nearer than the smaller of the distances that they promise to keep."""
    pairs = cKDTree(found.xy).query_pairs(float(found.apart.max()), output_type="ndarray")
    away = np.linalg.norm(found.xy[pairs[:, 0]] - found.xy[pairs[:, 1]], axis=1)
    return int((away < found.apart[pairs].min(axis=1)).sum())


def hill(rows: int = 300, cols: int = 400) -> np.ndarray:
    y, x = np.mgrid[:rows, :cols]
    return np.asarray(0.1 + np.exp(-(((x - 200) / 120) ** 2) - ((y - 150) / 80) ** 2))


@pytest.mark.parametrize("count", [1, 2, 15, 300, 5_000])
def test_as_many_dots_are_placed_as_were_asked_and_none_too_near(count: int) -> None:
    found = place(hill(), count, seed=count)
    assert len(found.xy) == count
    assert too_near(found) == 0
    assert (found.xy >= -0.5).all()
    assert (found.xy < np.array([400, 300]) - 0.5).all()


def test_the_distance_belongs_to_the_density_that_is_asked_for() -> None:
    found = place(np.ones((100, 100)), 2_500, seed=3)
    assert np.allclose(found.apart, APART * 2, rtol=0.05)


def test_the_map_is_followed_within_what_chance_allows() -> None:
    density = np.ones((200, 200))
    density[:, 100:] = 3
    found = place(density, 8_000, seed=7)
    left = int((found.xy[:, 0] < 99.5).sum())
    assert abs(left - 2_000) < 60  # independent dots would have a standard deviation of 39


def test_nothing_is_placed_where_the_map_is_empty() -> None:
    density = hill()
    density[:150] = 0
    assert place(density, 2_000, seed=1).xy[:, 1].min() >= 149.5


def test_the_same_seed_gives_the_same_dots_and_another_gives_others() -> None:
    one, same, other = (place(hill(), 500, seed).xy for seed in (4, 4, 5))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@settings(max_examples=25, deadline=None)
@given(
    rows=some.integers(1, 60),
    cols=some.integers(1, 60),
    count=some.integers(1, 400),
    seed=some.integers(0, 10_000),
    peak=some.floats(1, 300),
)
def test_whatever_the_map_the_count_is_exact_and_the_distance_is_kept(
    rows: int, cols: int, count: int, seed: int, peak: float
) -> None:
    density = np.ones((rows, cols))
    density[rows // 2, cols // 2] = peak
    try:
        found = place(density, count, seed)
    except InputError:  # a peak of one cell may be too small
        return
    assert len(found.xy) == count
    assert too_near(found) == 0


@pytest.mark.parametrize("count", [0, -3, MOST + 1])
def test_a_count_that_is_none_is_refused(count: int) -> None:
    with pytest.raises(InputError):
        place(hill(), count, seed=1)


@pytest.mark.parametrize("density", [np.zeros((5, 5)), np.full((5, 5), -1.0), np.full((5, 5), np.nan), np.ones(5)])
def test_a_map_that_is_none_is_refused(density: np.ndarray) -> None:
    with pytest.raises(InputError):
        place(density, 10, seed=1)


def test_however_many_of_the_tile_are_taken_they_keep_their_distance() -> None:
    places = tile()
    nearest = np.full(DOTS, np.inf)
    for number in range(1, DOTS):
        off = np.abs(places[:number] - places[number])
        off = np.minimum(off, 1 - off)
        nearest[number] = np.sqrt((off**2).sum(axis=1).min())
    kept = np.minimum.accumulate(nearest)[1:] * np.sqrt(np.arange(2, DOTS + 1))
    assert kept[14:].min() >= APART
