"""The parts of registration: smoothing, maps, normalisation, the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dermograph.core.errors import InputError
from dermograph.photo.register.normalise import evened, source
from dermograph.photo.register.register import register
from dermograph.photo.register.smooth import smoothed
from dermograph.photo.register.transform import write_transform
from dermograph.photo.register.warp import Warp, dense, flat_warp, grid
from tests.photo.register.scenes import bent, texture


def wave(rows: int = 40, cols: int = 50) -> np.ndarray:
    y, x = np.mgrid[0:rows, 0:cols]
    return np.stack([5 * np.sin(x / 9) + 0.3 * y, 4 * np.cos(y / 8) - 0.2 * x], axis=-1)


def test_a_smooth_field_passes_unchanged() -> None:
    found, kept = smoothed(wave(), np.ones((40, 50)), 4)
    off = np.abs(found - wave())
    assert off[3:-3, 3:-3].max() < 0.1
    assert off.max() < 0.5
    assert (kept > 0).mean() > 0.95


def test_a_third_of_wrong_displacements_leaves_the_field_alone() -> None:
    rng = np.random.default_rng(1)
    values = wave() + rng.normal(0, 0.1, (40, 50, 2))
    wrong = rng.random((40, 50)) < 0.33
    values[wrong] += rng.uniform(-15, 15, (int(wrong.sum()), 2))
    found, kept = smoothed(values, np.ones((40, 50)), 4)
    off = np.linalg.norm(found - wave(), axis=-1)
    assert np.median(off) < 0.15
    assert np.quantile(off, 0.95) < 1.0
    assert kept[wrong].mean() < 0.1


def test_a_gap_is_bridged() -> None:
    weights = np.ones((40, 50))
    weights[15:25, 20:30] = 0
    values = np.where(weights[..., None] > 0, wave(), 1e6)
    found, _ = smoothed(values, weights, 4)
    assert np.abs(found - wave())[15:25, 20:30].max() < 1.5


def test_nothing_known_gives_no_displacement() -> None:
    found, kept = smoothed(wave(), np.zeros((40, 50)), 4)
    assert np.abs(found).max() == 0
    assert kept.max() == 0


def test_a_dense_map_of_the_identity_puts_each_pixel_on_itself() -> None:
    view = source(np.repeat(texture(1, 101, 77)[..., None], 3, axis=2).astype(np.uint8), None, 1.0).view(1.0)
    found = dense(flat_warp(np.eye(3), 101, 77, 13.0), view, view)
    columns, rows = np.meshgrid(np.arange(101), np.arange(77))
    assert np.abs(found - np.stack([columns, rows], axis=-1)).max() < 1e-3


def test_positions_at_half_size_keep_pixel_centres_in_place() -> None:
    view = source(np.zeros((60, 80, 3), np.uint8), None, 1.0).view(0.5)
    assert np.allclose(view.to_view(np.array([0.0, 0.0])), (-0.25, -0.25))
    assert np.allclose(view.to_photograph(view.to_view(np.array([17.0, 5.0]))), (17, 5))


def test_a_field_keeps_its_value_on_another_grid() -> None:
    nodes = grid(400, 300, 20)
    field = (0.001 * nodes**2 / 50).astype(np.float32)
    warp = Warp(np.eye(3), field, 20.0)
    again = warp.on_grid(400, 300, 7.0)
    xy = np.array([[123.0, 77.0], [391.0, 290.0]])
    assert np.allclose(warp.after(xy), again.after(xy), atol=0.01)


def test_local_normalisation_forgets_light_and_contrast() -> None:
    grey = np.clip(texture(3) + 128, 0, 255)
    light = np.linspace(0.5, 1.2, 800)[None, :]
    usable = np.ones((600, 800), dtype=np.bool_)
    one, other = (evened(np.clip(image, 0, 255).astype(np.uint8), usable) for image in (grey, grey * light))
    off = np.abs(one.astype(float) - other)[20:-20, 20:-20]
    assert np.median(off) < 6


def test_unusable_pixels_do_not_bleed_into_their_neighbourhood() -> None:
    grey = np.clip(texture(3) + 128, 0, 255).astype(np.uint8)
    usable = np.ones((600, 800), dtype=np.bool_)
    usable[200:400, 300:500] = False
    covered = grey.copy()
    covered[~usable] = 255
    assert np.array_equal(evened(grey, usable), evened(covered, usable))
    assert (evened(covered, usable)[~usable] == 128).all()


def test_the_written_map_is_the_map(tmp_path: Path) -> None:
    before, after, _ = bent()
    found = register(before, after)
    write_transform(tmp_path / "map.npz", found)
    with np.load(tmp_path / "map.npz") as file:
        assert np.array_equal(file["map"], found.map, equal_nan=True)
        assert int(file["step"]) == found.step
    assert [path.name for path in tmp_path.iterdir()] == ["map.npz"]


def test_a_map_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    before, _, _ = bent()
    with pytest.raises(InputError, match="cannot be written"):
        write_transform(tmp_path / "nowhere" / "map.npz", register(before, before))
