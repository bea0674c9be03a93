"""Polygons as pixels, polygons that cross themselves, and polygons in another photograph."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.photo.finding import Refusal
from dermograph.photo.outline.crossing import crossing
from dermograph.photo.outline.midline import midline
from dermograph.photo.outline.outline import Outline, signed_area
from dermograph.photo.outline.transfer import dense_edge, transfer
from dermograph.photo.outline.walk import smooth_walk, walk, walk_length
from dermograph.photo.outline.window import Window
from dermograph.photo.register.registration import Registration

SQUARE = np.array([[10.0, 10], [20, 10], [20, 20], [10, 20]])


def disc(
    radius: float, centre: tuple[float, float] = (50, 50), count: int = 200
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.array(centre) + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def moved(shift: tuple[float, float] = (0, 0), *, size: int = 101, mirror: bool = False) -> Registration:
    y, x = np.mgrid[:size, :size].astype(np.float32)
    places = np.stack([(size - 1 - x if mirror else x) + shift[0], y + shift[1]], axis=-1).astype(np.float32)
    return Registration("known", places, 1, 0.1, None, 1.0, None, {})


def test_a_mask_holds_the_pixels_whose_centre_lies_within() -> None:
    found = Outline((SQUARE + 0.5,)).mask(0, 0, 30, 30)
    assert found.sum() == 100
    assert found[11:21, 11:21].all()


def test_a_mask_has_the_area_of_its_polygon() -> None:
    outline = Outline((disc(30.3),))
    assert outline.mask(0, 0, 100, 100).sum() == pytest.approx(outline.area_px, rel=0.003)
    assert outline.cover(0, 0, 25, 25, scale=0.25).sum() * 16 == pytest.approx(outline.area_px, rel=0.002)


def test_a_window_of_a_mask_is_that_part_of_the_mask() -> None:
    outline = Outline((disc(30),))
    assert np.array_equal(outline.mask(40, 30, 35, 25), outline.mask(0, 0, 100, 100)[30:55, 40:75])


def test_a_polygon_far_outside_a_window_leaves_it_empty() -> None:
    assert not Outline((SQUARE,)).mask(50, 50, 10, 10).any()


def test_parts_that_overlap_do_not_cancel() -> None:
    both = Outline((SQUARE, np.add(SQUARE, (5, 0)))).mask(0, 0, 40, 40)
    assert both[15, 17]


def test_cells_of_a_window_lie_where_it_says() -> None:
    window = Window.over(10, 20, 40, 30, 0.5)
    assert window.xy[0, 0].tolist() == [10.5, 20.5]
    assert window.cell_of(window.xy)[3, 7].tolist() == [7, 3]
    assert np.allclose(window.px_of(window.cell_of(window.xy)), window.xy)


def test_the_mean_of_a_cell_is_that_of_its_pixels() -> None:
    rgb = np.random.default_rng(1).integers(0, 255, (60, 80, 3)).astype(np.uint8)
    cells = Window.over(10, 20, 40, 30, 0.5).mean_rgb(rgb)
    assert np.abs(cells[2, 3] - rgb[24:26, 16:18].mean(axis=(0, 1))).max() <= 0.5


@pytest.mark.parametrize(
    "corners",
    [
        [[0, 0], [10, 10], [10, 0], [0, 10]],  # a bow
        [[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]],  # a corner on an edge
        [[0, 0], [10, 0], [5, 5], [10, 10], [0, 10], [5, 5]],  # a corner twice
        [[0, 0], [10, 0], [4, 0], [4, 8]],  # back on itself
        [[0, 0], [10, 0], [10, 5], [8, 0], [2, 0], [0, 5]],  # edges that lie on each other
        [[0, 0], [1, 1e-17], [2, 0], [2, 2], [1, 0], [0, 2]],  # by less than floating point can tell
    ],
)
def test_a_polygon_that_meets_itself_is_found(corners: list[list[float]]) -> None:
    assert crossing([np.array(corners, dtype=float)]) is not None


def test_a_corner_that_misses_an_edge_by_less_than_rounding_is_told_apart() -> None:
    assert crossing([np.array([[0, 0], [1, -1e-17], [2, 0], [2, 2], [1, 0], [0, 2]])]) is None


def test_two_polygons_that_cross_are_found() -> None:
    assert crossing([SQUARE, np.add(SQUARE, (5, 5))]) is not None
    assert crossing([SQUARE, np.add(SQUARE, (11, 0))]) is None


@given(st.lists(st.floats(0.2, 1), min_size=3, max_size=60), st.integers(0, 10**6))
def test_a_star_about_its_middle_never_crosses_itself(radii: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * (np.arange(len(radii)) + 0.4 * rng.uniform(-1, 1, len(radii))) / len(radii)
    corners = 100 * np.array(radii)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    assert crossing([corners]) is None


@given(st.integers(4, 40), st.integers(0, 10**6))
def test_a_convex_polygon_with_two_corners_swapped_crosses_itself(count: int, seed: int) -> None:
    corners = disc(50, count=count)
    first = int(np.random.default_rng(seed).integers(count))
    second = (first + 1) % count
    corners[[first, second]] = corners[[second, first]]
    assert crossing([corners]) is not None


def test_an_outline_is_carried_along_a_shift() -> None:
    found = transfer(Outline((SQUARE,)), moved((3, -2)))
    assert isinstance(found, Outline)
    assert found.area_px == pytest.approx(100, rel=1e-6)
    assert found.bounds == pytest.approx((13, 8, 23, 18), abs=1e-5)


def test_an_outline_follows_a_bend_between_its_corners() -> None:
    bent = moved()
    bent.map[..., 1] += 4 * np.sin(bent.map[..., 0] / 3).astype(np.float32)
    found = transfer(Outline((np.array([[10.0, 40], [90, 40], [90, 60], [10, 60]]),)), bent)
    assert isinstance(found, Outline)
    assert found.bounds[1] == pytest.approx(36, abs=0.1)


def test_an_outline_that_is_not_covered_is_refused() -> None:
    holed = moved()
    holed.map[10:12, 10:12] = np.nan
    found = transfer(Outline((SQUARE,)), holed)
    assert isinstance(found, Refusal)
    assert found.code == "outline_not_covered"


def test_a_map_that_mirrors_or_folds_is_refused() -> None:
    folded = moved()
    folded.map[:, 15:] = folded.map[:, 15:16]
    codes = [transfer(Outline((SQUARE, np.add(SQUARE, (0, 30)))), one) for one in (moved(mirror=True), folded)]
    narrow = transfer(Outline((SQUARE, np.add(SQUARE, (30, 30)))), folded)
    assert isinstance(codes[0], Refusal)
    assert codes[0].code == "outline_folded"
    assert isinstance(narrow, Refusal)


def test_the_refusal_of_a_registration_is_passed_on() -> None:
    refusal = moved().refusal or transfer(Outline((SQUARE,)), moved(mirror=True))
    assert isinstance(refusal, Refusal)
    assert transfer(Outline((SQUARE,)), dataclasses.replace(moved(), refusal=refusal)) is refusal


def test_points_are_added_on_long_edges_only() -> None:
    found = dense_edge(SQUARE, 4.0)
    assert len(found) == 12
    assert signed_area(found) == pytest.approx(signed_area(SQUARE))


def test_a_smoothed_walk_keeps_the_area_and_loses_the_staircase() -> None:
    mask = Outline((disc(30),)).mask(0, 0, 100, 100)
    stairs = walk(mask)
    smooth = smooth_walk(stairs, 6.0, 2.0)
    assert abs(signed_area(stairs)) == pytest.approx(mask.sum())
    assert abs(signed_area(smooth)) == pytest.approx(mask.sum(), rel=0.01)
    assert np.abs(np.linalg.norm(smooth - 50, axis=1) - 30).max() < 0.5
    assert walk_length(mask) == pytest.approx(2 * np.pi * 30, rel=0.03)


@pytest.mark.parametrize("turn", [0, 0.4, 0.8, 1.57])
@pytest.mark.parametrize("half", [4.0, 9.0, 20.0])
def test_the_middle_line_of_a_band_has_its_length(turn: float, half: float) -> None:
    along, beside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    ends = [-120 * along - half * beside, 120 * along - half * beside, 120 * along + half * beside]
    band = Outline((np.array([*ends, -120 * along + half * beside]) + 150,)).mask(0, 0, 300, 300)
    length = float(np.linalg.norm(np.diff(midline(band), axis=0), axis=1).sum())
    assert length == pytest.approx(240, abs=2 + half / 2)
