"""Real photographs: every ColorChecker sampled right, and no card seen where there is none."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from dermograph.photo.card.calibration import Calibration, calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import rgb_to_lab
from dermograph.photo.finding import Refusal
from dermograph.photo.image import read_photograph

pytestmark = pytest.mark.real_data

NAMES = (*(f"color_checker_{number}" for number in range(1, 6)), *(f"color_checker_mini_{n}" for n in (1, 2, 3)))


def read(shared: Path, name: str) -> tuple[CardReading, Calibration]:
    photo = read_photograph(shared / "data/aruco-colorchecker" / f"{name}.jpg")
    card = read_card(photo)
    assert isinstance(card, CardReading), card.code
    calibration = calibrate(photo, card)
    assert isinstance(calibration, Calibration), calibration.code
    return card, calibration


@pytest.mark.parametrize("name", NAMES)
def test_every_patch_of_a_real_card_is_sampled_in_its_own_colour(shared: Path, name: str) -> None:
    card, _ = read(shared, name)
    assert card.layout.name == ("colorchecker-mini" if "mini" in name else "colorchecker")
    assert len(card.samples) >= 21
    assert card.scale is None
    seen = rgb_to_lab(np.array([one.rgb for one in card.samples]) / 255, "D50")
    known = np.array([one.lab_d50 for one in card.samples])
    nearest = [int(delta_e00(colour, known).argmin()) for colour in seen + (known - seen).mean(0)]
    assert np.mean(np.array(nearest) == np.arange(len(seen))) > 0.85  # unfitted colours, so that a few may be confused


def test_a_left_out_patch_of_a_real_card_is_foretold_within_four_delta_e_in_the_median(shared: Path) -> None:
    errors = np.concatenate([read(shared, name)[1].delta_e(left_out=True) for name in NAMES])
    assert float(np.median(errors)) <= 3.0


def test_a_real_card_photographed_upside_down_or_turned_is_read_alike(shared: Path) -> None:
    photo = read_photograph(shared / "data/aruco-colorchecker/color_checker_4.jpg")
    upright = read_card(photo)
    for turn in (cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE):
        turned = read_card(type(photo)(rgb=np.asarray(cv2.rotate(photo.rgb, turn)), name="turned"))
        assert isinstance(upright, CardReading)
        assert isinstance(turned, CardReading)
        before = {one.patch.id: one.rgb for one in upright.samples}
        after = {one.patch.id: one.rgb for one in turned.samples}
        assert max(float(np.abs(before[name] - after[name]).max()) for name in before.keys() & after.keys()) < 2.5


@pytest.mark.parametrize("folder", ["apriltag", "mole-series"])
def test_no_card_is_seen_where_there_is_none(shared: Path, folder: str) -> None:
    paths = sorted(path for path in (shared / "data" / folder).rglob("*") if path.suffix in {".jpg", ".png"})
    assert paths
    codes = set()
    for path in paths[:12]:
        card = read_card(read_photograph(path))
        codes.add(card.code if isinstance(card, Refusal) else "read")
    assert codes == {"no_card"}
