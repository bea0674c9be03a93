"""Calibrated colours of synthetic photographs against the truth, on seeds that nothing was tuned on."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.colour_calibration import plain, without_dark_patches
from dermograph.photo.card.calibration import Calibration, calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import RGB_TO_XYZ, encoded, lab_to_xyz
from dermograph.photo.phantom.conditions import Conditions, Tier
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import PhantomPhoto, shoot

Floats = NDArray[np.float64]

HELD_OUT_SEED = 10_500
MANY = 6
SKINS = np.array([[70, 8, 15], [60, 12, 18], [50, 14, 18], [40, 13, 15], [32, 11, 11]], dtype=np.float64)
STEPS = np.array([[-6, 0, 0], [0, 5, 0], [0, 0, 5], [5, 2, -2], [-4, 4, 2]], dtype=np.float64)


@cache
def taken(tier: Tier) -> tuple[tuple[PhantomPhoto, CardReading, Calibration], ...]:
    """Photographs of phototypes I to VI with what was read from each."""
    found = []
    for seed in range(HELD_OUT_SEED, HELD_OUT_SEED + MANY):
        one = scene(seed, width=1400, height=1050, px_per_mm=9, card="small", phototype=1 + seed % 6)
        shot = shoot(one, seed=seed, conditions=tier)
        card = read_card(shot.photograph)
        assert isinstance(card, CardReading), card.code
        calibration = calibrate(shot.photograph, card)
        assert isinstance(calibration, Calibration), calibration.code
        found.append((shot, card, calibration))
    return tuple(found)


def seen(lab: Floats, xy: tuple[float, float], camera: Conditions, width: int, height: int) -> Floats:
    """What the phantom's camera makes of a colour at a place, without noise: encoded values, 0 to 255."""
    x, y = 2 * xy[0] / (width - 1) - 1, 2 * xy[1] / (height - 1) - 1
    field = 1 + camera.slope @ (x, y) - camera.bend / 2 * (x * x + y * y)
    light = (lab_to_xyz(lab, "D65") @ np.linalg.inv(RGB_TO_XYZ).T * field) @ camera.matrix.T + camera.flare
    share = encoded(light ** (2.2 / camera.gamma))
    return 255 * (share + camera.s_curve * share * (1 - share) * (2 * share - 1))


def places(card: CardReading) -> tuple[tuple[float, float], ...]:
    x, y = card.corners_px.mean(0).tolist()
    return (x, y), (0.35 * card.width, 0.3 * card.height), (0.5 * card.width, 0.75 * card.height)


@pytest.mark.parametrize(("tier", "light_most", "dark_most"), [("protocol", 0.5, 0.5), ("moderate", 1.0, 1.0)])
def test_held_out_skin_swatches_come_out_right_also_where_they_are_dark(
    tier: Tier, light_most: float, dark_most: float
) -> None:
    light: list[float] = []
    dark: list[float] = []
    for _, _, calibration in taken(tier):
        errors = calibration.delta_e("held_out")
        swatches = [one for one in calibration.samples if one.patch.role == "held_out"]
        for one, error in zip(swatches, errors, strict=True):
            if one.patch.id.startswith("B"):
                (dark if one.lab_d50[0] < 45 else light).append(float(error))
    assert np.mean(light) <= light_most
    assert np.mean(dark) <= dark_most
    assert max(dark) < 2  # the defect of the plain recipe was 2 to 7


def test_the_plain_recipe_fails_on_dark_skin_where_its_ramp_ends_and_ours_does_not() -> None:
    plainly, ours = [], []
    for _, card, calibration in taken("moderate"):
        dark = [
            one.patch.id.startswith("B") and one.patch.role == "held_out" and one.lab_d50[0] < 45
            for one in card.samples
        ]
        plainly += plain(without_dark_patches(card), card)[dark].tolist()
        ours += delta_e00(*_found_and_known(calibration))[dark].tolist()
    assert np.mean(plainly) > 1
    assert np.mean(ours) < 0.5 * np.mean(plainly)


def _found_and_known(calibration: Calibration) -> tuple[Floats, Floats]:
    known = np.array([one.lab_d50 for one in calibration.samples])
    return known + calibration.fit.residuals, known


@pytest.mark.parametrize(("tier", "most"), [("protocol", 0.5), ("moderate", 1.0)])
def test_skin_of_every_tone_comes_out_right_far_from_the_card_too(tier: Tier, most: float) -> None:
    errors = []
    for shot, card, calibration in taken(tier):
        for xy in places(card):
            rgb = seen(SKINS, xy, shot.truth.conditions, card.width, card.height)
            errors.append(delta_e00(calibration.lab(rgb, np.tile(xy, (len(SKINS), 1))), SKINS))
    by_tone = np.array(errors).mean(0)
    assert (by_tone <= most).all()


@pytest.mark.parametrize("tier", ["protocol", "moderate"])
def test_the_stated_error_covers_the_true_one_as_often_as_it_says(tier: Tier) -> None:
    scores = []
    for shot, card, calibration in taken(tier):
        for xy in places(card):
            rgb = seen(SKINS, xy, shot.truth.conditions, card.width, card.height)
            at = np.tile(xy, (len(SKINS), 1))
            u = calibration.u_lab(SKINS, at, with_references=False)
            scores.append((calibration.lab(rgb, at) - SKINS) / u)
    size = np.abs(np.concatenate(scores))
    assert (size < 1.96).mean() >= 0.93
    assert np.sqrt((size**2).mean()) > 0.2  # an error bar that is far too long says nothing either


@pytest.mark.parametrize("tier", ["protocol", "moderate"])
def test_the_error_of_small_differences_is_as_large_as_it_says(tier: Tier) -> None:
    scores = []
    for shot, card, calibration in taken(tier):
        for xy in places(card):
            at = np.tile(xy, (len(SKINS), 1))
            there = (shot.truth.conditions, card.width, card.height)
            before = calibration.lab(seen(SKINS, xy, *there), at)
            for step in STEPS:
                change = calibration.lab(seen(SKINS + step, xy, *there), at) - before
                scores += (np.linalg.norm(change - step, axis=1) / np.linalg.norm(step) / calibration.u_gain).tolist()
    assert np.mean(np.array(scores) < 1.96) >= 0.9
    assert np.sqrt(np.mean(np.square(scores))) > 0.4
