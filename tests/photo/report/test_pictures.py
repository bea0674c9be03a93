"""The pictures show the same skin at the same place, in the same colours, and no noise as change."""

import dataclasses
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import rgb_to_lab
from dermograph.photo.report.drawing import scale_bar
from dermograph.photo.report.heat import HeatMap, heat_map, lesion_mask, painted
from dermograph.photo.report.pictures import pictures, shown, write_pictures
from dermograph.photo.report.rendering import SURROUND, Aligned, aligned
from dermograph.photo.report.window import LONG_SIDE_PX, around, whole
from tests.photo.report.comparisons import good, refused, without_card


@cache
def _aligned() -> Aligned:
    found = good()
    return aligned(found, around(found.outline, found.before))


@cache
def _heat() -> HeatMap:
    heat = heat_map(good(), _aligned())
    assert heat is not None
    return heat


def test_adjacent_skin_has_the_same_colour_in_both_pictures() -> None:
    pair = _aligned()
    skin = pair.usable & ~cv2.dilate(lesion_mask(good(), pair).astype(np.uint8), np.ones((41, 41))).astype(bool)
    before, after = (rgb_to_lab(one[skin].mean(0) / 255) for one in (pair.before, pair.after))
    assert float(delta_e00(before, after)) < 1.0


def test_detail_of_the_skin_lies_at_the_same_place_in_both_pictures() -> None:
    pair = _aligned()
    one, other = (cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32) for one in (pair.before, pair.after))
    (x, y), _ = cv2.phaseCorrelate(one - cv2.blur(one, (31, 31)), other - cv2.blur(other, (31, 31)))
    assert np.hypot(x, y) < 0.5


def test_a_picture_goes_back_and_forth_between_its_pixels_and_those_of_the_photograph() -> None:
    window = around(good().outline, good().before)
    there = window.photo_xy(10, 12)
    back = window.picture_xy(there)
    assert np.allclose(back[..., 1], [[10.0], [11.0]])
    assert np.allclose(back[..., 0], np.arange(window.columns))


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    window = around(good().outline, good().before)
    bar = scale_bar(window)
    assert bar is not None
    corners = window.photo_xy(0, 1)[0, [0, round(bar.px)]]
    scale = good().before.card
    assert hasattr(scale, "mm_per_px_at")
    assert float(np.ptp(corners[:, 0]) * scale.mm_per_px_at(corners.mean(0))) == pytest.approx(bar.mm, rel=0.05)


def test_the_heat_map_colours_the_lesion_that_faded_and_hardly_any_other_skin() -> None:
    heat, pair = _heat(), _aligned()
    rows, columns = heat.values.shape
    lesion = cv2.resize(lesion_mask(good(), pair).astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    assert heat.above[lesion > 0.99].mean() > 0.8
    assert heat.above[lesion < 0.01].mean() < 0.02


def test_the_limit_of_the_heat_map_is_at_least_the_detectable_change() -> None:
    change = good().measures[0].change
    assert change is not None
    assert _heat().limit >= change.mdc95
    assert _heat().block_mm == pytest.approx(1.0, rel=0.1)


def test_a_block_that_stands_alone_is_not_shown_as_change() -> None:
    values = np.zeros((5, 5))
    values[1, 1] = values[4, 3] = values[4, 4] = 9.0
    heat = dataclasses.replace(_heat(), values=values)
    assert np.argwhere(heat.above).tolist() == [[4, 3], [4, 4]]


def test_below_the_limit_the_heat_map_is_grey() -> None:
    quiet = dataclasses.replace(_heat(), values=np.zeros_like(_heat().values))
    picture = painted(quiet, _aligned()).astype(int)
    assert np.ptp(picture, axis=-1).max() == 0


def test_what_the_follow_up_does_not_show_is_the_surround_and_not_skin() -> None:
    found = good()
    nodes = found.registration.map.copy()
    nodes[:, : nodes.shape[1] // 2] = np.nan
    registration = dataclasses.replace(found.registration, map=nodes)
    pair = aligned(dataclasses.replace(found, registration=registration), whole(found.before))
    assert not pair.known[:, 10].any()
    assert (pair.after[:, 10] == SURROUND).all()


def test_without_a_card_there_is_neither_a_heat_map_nor_a_scale_bar() -> None:
    drawn = shown(without_card())
    assert drawn.is_aligned
    assert not drawn.is_calibrated
    assert drawn.heat is None
    assert drawn.bar is None


def test_photographs_that_cannot_be_compared_are_shown_whole_and_not_aligned() -> None:
    drawn = shown(refused())
    assert not drawn.is_aligned
    assert drawn.heat is None
    assert drawn.after.shape[1] / drawn.after.shape[0] == pytest.approx(1200 / 900, rel=0.01)


def test_no_picture_is_larger_than_a_page_can_hold() -> None:
    assert max(side for one in (_aligned().before, _aligned().after) for side in one.shape) <= LONG_SIDE_PX


def test_the_pictures_are_the_same_every_time() -> None:
    one, other = shown(good()), shown(good())
    assert one.heat is not None
    assert other.heat is not None
    assert all((a == b).all() for a, b in zip((one.after, one.heat), (other.after, other.heat), strict=True))


@pytest.mark.parametrize(("kind", "count"), [("good", 4), ("refused", 3)])
def test_each_picture_is_written_as_a_png_file(tmp_path: Path, kind: str, count: int) -> None:
    found = good() if kind == "good" else refused()
    files = write_pictures(tmp_path / "new" / "folder", found, "es")
    assert len(files) == count
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in files)
    assert {path.stem for path in files} == set(pictures(found, "es"))
