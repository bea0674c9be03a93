"""Clicked landmarks: a start where features fail, a check where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from dermograph.photo.register.landmarks import clicked
from dermograph.photo.register.register import register
from tests.photo.register.scenes import Area, bent, coloured, ellipse, photograph, texture

LESION = (ellipse(400, 300, 60, 45),)
SQUARE = np.array([[250.0, 200.0], [550.0, 190.0], [560.0, 410.0], [240.0, 420.0]])


def turned(points: np.ndarray, angle: float = 0.3, scale: float = 1.1) -> np.ndarray:
    spin = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(points @ spin.T + (20, -10))


def test_four_clicks_carry_a_similarity_exactly() -> None:
    found = clicked(SQUARE, turned(SQUARE), (800, 600), 20)
    assert found is not None
    assert found.residual_px < 1e-6
    assert np.allclose(found.warp.after(np.array([[400.0, 300.0]])), turned(np.array([[400.0, 300.0]])))


def test_clicks_in_a_line_or_fewer_than_four_carry_nothing() -> None:
    line = np.array([[100.0, 100.0], [200.0, 200.5], [300.0, 300.0], [400.0, 400.2]])
    assert clicked(line, line, (800, 600), 20) is None
    assert clicked(SQUARE[:3], SQUARE[:3], (800, 600), 20) is None


def test_a_spline_follows_many_clicks() -> None:
    grid = np.stack(np.meshgrid(np.arange(50.0, 800, 100), np.arange(50.0, 600, 100)), axis=-1).reshape(-1, 2)
    bend = grid + 8 * np.stack([np.sin(grid[:, 1] / 90), np.cos(grid[:, 0] / 110)], axis=-1)
    found = clicked(grid, bend, (800, 600), 10)
    assert found is not None
    assert np.abs(found.warp.after(grid) - bend).max() < 1.0


def test_the_stated_error_of_clicks_covers_a_trembling_hand() -> None:
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(60):
        found = clicked(SQUARE, turned(SQUARE) + rng.normal(0, 3, (4, 2)), (800, 600), 20)
        assert found is not None
        middle = np.array([[400.0, 300.0]])
        covered += float(np.linalg.norm(found.warp.after(middle) - turned(middle))) < 2 * found.residual_px
    assert covered >= 57


def test_four_clicks_carry_what_features_do_not() -> None:
    before, after = photograph(coloured(texture(1), 5)), photograph(coloured(texture(2), 6))
    found = register(before, after, outline=Area(LESION, SQUARE, turned(SQUARE)))
    assert found.comparable
    assert found.method == "landmarks"
    assert found.residual_px == pytest.approx(0.004 * np.sqrt(800 * 600))
    assert np.allclose(found.after_xy([[400.0, 300.0]]), turned(np.array([[400.0, 300.0]])), atol=0.1)


def test_clicks_that_were_exchanged_are_refused() -> None:
    before, after = photograph(coloured(texture(1), 5)), photograph(coloured(texture(2), 6))
    found = register(before, after, outline=Area(LESION, SQUARE, turned(SQUARE)[[1, 0, 2, 3]]))
    assert found.refusal is not None
    assert found.refusal.code == "landmarks_disagree"


def test_clicks_far_from_the_lesion_are_refused() -> None:
    before, after = photograph(coloured(texture(1), 5)), photograph(coloured(texture(2), 6))
    corner = SQUARE / 6
    found = register(before, after, outline=Area((ellipse(650, 500, 60, 45),), corner, turned(corner)))
    assert found.refusal is not None
    assert found.refusal.code == "landmarks_far"


def test_clicks_that_contradict_what_the_skin_shows_are_refused() -> None:
    before, after, _ = bent()
    found = register(before, after, outline=Area(LESION, SQUARE, SQUARE + np.array([90, 0])))
    assert found.refusal is not None
    assert found.refusal.code == "landmarks_disagree"


def test_clicks_that_fit_leave_the_finer_map_as_it_is() -> None:
    before, after, _ = bent()
    plain = register(before, after, outline=Area(LESION))
    at = plain.after_xy(SQUARE) + np.array([3, -2])
    found = register(before, after, outline=Area(LESION, SQUARE, at))
    assert found.comparable
    assert found.method == "features+flow"
    assert np.array_equal(found.map, plain.map, equal_nan=True)
    assert found.evidence["landmarks_px"] == pytest.approx(np.hypot(3, 2), abs=0.01)
