"""Density and evenness: held against scalps whose dots are known, and against plain counting."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from dermograph.photo.scalp.density import density_map
from dermograph.photo.scalp.dots import Dots
from dermograph.photo.scalp.evenness import FEWEST, evenness
from dermograph.photo.scalp.ground import Ground
from dermograph.photo.scalp.head import RADIUS_MM, STEEPEST_DEG, Head
from dermograph.photo.scalp.placement import place

PX = 20.0
SHAPE = (1600, 2000)
FLAT = Head((1000, 800), PX, np.inf)


def dots_at(xy: np.ndarray, usable: np.ndarray | None = None, chance: float = 1.0) -> Dots:
    """Dots as if they had been found there, all alike."""
    empty = np.zeros((1, 1), np.float32)
    return Dots(
        xy_px=np.asarray(xy, dtype=np.float64),
        diameter_mm=np.full(len(xy), 0.4),
        absorbance=np.full(len(xy), 0.5),
        chance=np.full(len(xy), chance),
        px_per_mm=PX,
        count_u=0.0,
        unsure_xy_px=np.empty((0, 2)),
        unsure_chance=np.empty(0),
        usable=usable,
        ground=Ground(empty, empty, empty, 1.0, SHAPE),
    )


def at_random(seed: int, count: int = 7200) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1, (count, 2)) * (SHAPE[1], SHAPE[0]) - 0.5


def test_dots_at_random_are_random_by_clark_and_evans() -> None:
    found = [evenness(dots_at(at_random(seed)), FLAT) for seed in range(8)]
    ratios = [one.clark_evans.value for one in found if one]
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.01)
    assert all(abs(one.clark_evans.value - 1) < 3.5 * one.clark_evans.u for one in found if one)
    assert np.mean([one.cv.value for one in found if one]) == pytest.approx(0.5227, abs=0.01)  # sqrt(4/pi - 1)


def test_nearest_distances_agree_with_those_on_a_torus_which_has_no_border() -> None:
    xy = at_random(11)
    apart = cKDTree(xy + 0.5, boxsize=(SHAPE[1], SHAPE[0])).query(xy + 0.5, k=2)[0][:, 1] / PX
    found = evenness(dots_at(xy), FLAT)
    assert found is not None
    assert found.nearest_mm.value == pytest.approx(apart.mean(), rel=0.01)


def test_a_grid_is_as_even_as_can_be_and_pairs_are_clusters() -> None:
    grid = np.stack(np.meshgrid(np.arange(10, 2000, 20), np.arange(10, 1600, 20)), -1).reshape(-1, 2).astype(float)
    found = evenness(dots_at(grid), FLAT)
    assert found is not None
    assert found.clark_evans.value == pytest.approx(2.0, abs=0.02)
    assert found.cv.value < 0.01
    assert (found.clustered, found.gaps) == (0.0, ())
    triples = np.concatenate([grid[::4] + shift for shift in ((0, 0), (5, 0), (0, 5))])
    crowded = evenness(dots_at(triples), FLAT)
    assert crowded is not None
    assert crowded.clustered == 1.0
    assert crowded.clark_evans.value < 0.7


def test_placed_dots_keep_apart_and_leave_no_gap() -> None:
    placed = place(np.ones((160, 200)), 7200, 3).xy * 10 + 4.5
    found = evenness(dots_at(placed), FLAT)
    assert found is not None
    assert found.clark_evans.value > 1.5
    assert (found.clustered, len(found.gaps)) == (0.0, 0)


def test_a_hole_is_a_gap_of_its_size_where_it_is() -> None:
    placed = place(np.ones((160, 200)), 7200, 3).xy * 10 + 4.5
    hole = placed[np.hypot(*(placed - (900, 700)).T) > 3 * PX]
    found = evenness(dots_at(hole), FLAT)
    assert found is not None
    assert len(found.gaps) == 1
    assert found.gaps[0].diameter_mm == pytest.approx(6.3, abs=0.6)
    assert np.hypot(found.gaps[0].xy_px[0] - 900, found.gaps[0].xy_px[1] - 700) < PX


@pytest.mark.parametrize(("count", "speaks"), [(FEWEST - 1, False), (FEWEST, True)])
def test_few_dots_say_nothing_about_evenness(count: int, *, speaks: bool) -> None:
    assert (evenness(dots_at(at_random(5, count)), FLAT) is not None) is speaks


def test_coverage_is_the_area_of_the_dots_and_overlaps_count_once() -> None:
    grid = np.stack(np.meshgrid(np.arange(10, 2000, 20), np.arange(10, 1600, 20)), -1).reshape(-1, 2).astype(float)
    alone, twice = evenness(dots_at(grid), FLAT), evenness(dots_at(np.concatenate([grid, grid + 1e-6])), FLAT)
    assert alone is not None
    assert twice is not None
    assert alone.coverage == pytest.approx(np.pi * 0.2**2, rel=0.12)
    assert twice.coverage == pytest.approx(alone.coverage, rel=1e-6)


def test_the_map_is_the_density_that_was_asked_for() -> None:
    asked = np.linspace(0.5, 1.5, 200)[None, :] * np.ones((160, 1))
    placed = place(asked, 7200, 4).xy * 10 + 4.5
    found = density_map(dots_at(placed), FLAT)
    cols = (np.arange(found.per_cm2.shape[1]) + 0.5) * found.step_px / SHAPE[1]
    middle = found.per_cm2[20:60].mean(axis=0)
    assert middle[15:-15] == pytest.approx((90 * (0.5 + cols))[15:-15], rel=0.06)


def test_the_map_counts_exactly_what_lies_in_the_window_whatever_is_hidden() -> None:
    xy = at_random(6)
    usable = np.ones((160, 200), np.bool_)
    usable[:, 100:] = False
    kept = xy[xy[:, 0] < 999.5]
    half = density_map(dots_at(kept, usable), FLAT)
    known = ~np.isnan(half.per_cm2)
    assert half.per_cm2[known].mean() == pytest.approx(90, rel=0.05)
    assert np.isnan(half.per_cm2[:, 60:]).all(), "hardly any bare scalp in the window"


def test_doubtful_dots_widen_the_interval() -> None:
    sure, doubtful = (density_map(dots_at(at_random(7), chance=chance), FLAT) for chance in (1.0, 0.6))
    known = ~np.isnan(sure.u)
    assert (doubtful.u[known] > sure.u[known]).all()
    assert (sure.low[known] < sure.per_cm2[known]).all()
    assert (sure.high[known] > sure.per_cm2[known]).all()


def test_no_dots_are_a_density_of_nought_and_no_unevenness() -> None:
    found = density_map(dots_at(np.empty((0, 2))), FLAT)
    assert np.nanmax(found.per_cm2) == 0
    assert found.unevenness is None


def test_on_a_sphere_dots_that_look_crowded_at_the_side_are_as_dense_as_in_the_middle() -> None:
    chance = np.random.default_rng(8)
    height = chance.uniform(np.cos(np.radians(50)), 1, 20_000)  # even over a sphere: Archimedes
    turn = chance.uniform(0, 2 * np.pi, 20_000)
    flat = RADIUS_MM * np.sqrt(1 - height**2)
    xy = np.stack([flat * np.cos(turn), flat * np.sin(turn)], axis=-1) * PX + (1000, 800)
    inside = ((xy >= 0) & (xy < (2000, 1600))).all(axis=1)
    head = Head((1000, 800), PX)
    found = density_map(dots_at(xy[inside]), head)
    true = 20_000 / (2 * np.pi * (RADIUS_MM / 10) ** 2 * (1 - np.cos(np.radians(50))))
    known = ~np.isnan(found.per_cm2)
    assert found.per_cm2[known].mean() == pytest.approx(true, rel=0.03)
    assert found.per_cm2[:, :8][known[:, :8]].mean() == pytest.approx(true, rel=0.08)
    plain = density_map(dots_at(xy[inside]), Head((1000, 800), PX, np.inf))
    assert np.nanmean(plain.per_cm2[:, :8]) > 1.1 * true


def test_steep_skin_is_not_counted_and_distances_are_those_in_space() -> None:
    head = Head((0, 0), 1.0)
    edge = RADIUS_MM * np.sin(np.radians(STEEPEST_DEG))
    assert head.is_counted(np.array([[edge - 0.01, 0], [edge + 0.01, 0]])).tolist() == [True, False]
    near, far = head.on_skin(np.array([[0.0, 0.0], [edge, 0.0]]))
    assert np.linalg.norm(far - near) == pytest.approx(2 * RADIUS_MM * np.sin(np.radians(STEEPEST_DEG / 2)))
