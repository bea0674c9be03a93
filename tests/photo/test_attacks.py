"""Photographs made to mislead: what once came out wrong, end to end, and must not again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.card.reading import CardReading
from dermograph.photo.compare import compare, look
from dermograph.photo.comparison import Comparison
from dermograph.photo.phantom.pairs import Pair
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import shoot
from dermograph.photo.quality import Baseline, judge

Rgb = NDArray[np.uint8]
_SEED = 4003
_MOST_U = 3.0  # of the change's standard uncertainty


def _light(rgb: Rgb, gain: tuple[float, float, float]) -> Rgb:
    """The same under light of another colour."""
    linear = (rgb / 255.0) ** 2.2 * np.array(gain)
    return np.asarray(np.rint(255 * linear ** (1 / 2.2)), np.uint8)


_TREATED: dict[str, Callable[[Rgb], Rgb]] = {
    "turned to portrait": lambda rgb: np.ascontiguousarray(np.rot90(rgb)),
    "another tone curve": lambda rgb: np.rint(255 * (rgb / 255.0) ** 1.8).astype(np.uint8),
    "red light": lambda rgb: _light(rgb, (1.0, 0.55, 0.35)),
    "half the size": lambda rgb: np.asarray(
        cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8
    ),
}


def _compared(found: Pair, rgb: Rgb) -> Comparison:
    after = replace(found.after.photograph, rgb=rgb, name="synthetic-treated.jpg")
    return compare(found.before.photograph, after, found.before.truth.lesion)


@pytest.mark.parametrize("treatment", _TREATED)
def test_what_was_done_to_the_follow_up_file_does_not_change_what_is_found(
    treatment: str, small_pair: Callable[..., Pair]
) -> None:
    pair = small_pair(_SEED, faded=0.4)
    found = _compared(pair, _TREATED[treatment](pair.after.photograph.rgb))
    contrast = found.measure("contrast")
    assert contrast is not None
    assert contrast.change is not None, found.reason
    true = pair.after.truth.contrast_delta_e00 - pair.before.truth.contrast_delta_e00
    assert abs(contrast.change.value.value - true) < _MOST_U * contrast.change.value.u
    assert found.outcome.value == "improved"


def test_a_brown_lesion_on_dark_skin_is_not_taken_for_pen() -> None:
    """Uneven and full of holes it once passed for a long line of old ink, and the lesion was called hidden."""
    made = scene(
        5017, width=1600, height=1200, px_per_mm=8, phototype=6, lesion="hyperpigmentation", size_mm=25, pen=True
    )
    shot = shoot(made, seed=2, conditions="moderate", geometry="mild")
    pen = look(shot.photograph, shot.truth.lesion).foreign.kinds["pen"]
    rows, columns = pen.shape
    size = (columns, rows)
    inside = cv2.resize(shot.truth.lesion.mask(0, 0, 1600, 1200).astype(np.uint8), size) > 0
    drawn = cv2.resize(shot.truth.covered("pen").astype(np.uint8), size) > 0
    assert pen[inside & ~drawn].mean() < 0.05
    assert pen[drawn].mean() > 0.8


def test_a_camera_turned_to_portrait_is_not_told_to_move(small_pair: Callable[..., Pair]) -> None:
    """The distance is that of the longer side, not of the width."""
    photo = small_pair(_SEED, faded=0.4).before.photograph
    turned = replace(photo, rgb=np.ascontiguousarray(np.rot90(photo.rgb)))
    first, later = look(photo).card, look(turned).card
    assert isinstance(first, CardReading)
    assert isinstance(later, CardReading)
    findings = judge(turned, later, baseline=Baseline.of(photo, first, None))
    assert next(one for one in findings if one.check == "distance").passed is True
