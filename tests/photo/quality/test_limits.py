"""Each check of the quality gate at its limit and just beyond."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dermograph.photo.finding import Finding
from dermograph.photo.quality import focus, light, view
from dermograph.photo.quality.baseline import Baseline

JUST = 1e-6


def _speaks(finding: Finding) -> None:
    """A failed check says what is seen and what to do, in both languages."""
    for text in (finding.says, finding.todo):
        assert text.en.endswith(".")
        assert text.es.endswith(".")
        assert text.en != text.es


@pytest.mark.parametrize(
    ("make", "limit", "blocks"),
    [
        (view.tilt, view.TILT_DEG, view.TILT_BLOCKS_DEG),
        (light.clipping, light.CLIPPED_SHARE, light.CLIPPED_BLOCKS),
        (light.glare_share, light.GLARE_SHARE, light.GLARE_BLOCKS),
    ],
)
def test_more_than_the_limit_fails_and_more_than_the_second_blocks(make: object, limit: float, blocks: float) -> None:
    assert callable(make)
    assert make(limit).passed is True
    beyond = make(limit + JUST)
    assert beyond.passed is False
    assert not beyond.blocks
    assert not make(blocks).blocks
    assert make(blocks + JUST).blocks
    _speaks(beyond)


def test_too_few_pixels_for_a_millimetre_fail_and_far_too_few_block() -> None:
    assert view.resolution(view.PX_PER_MM).passed is True
    few = view.resolution(view.PX_PER_MM - JUST)
    assert (few.passed, few.blocks) == (False, False)
    assert not view.resolution(view.PX_PER_MM_BLOCKS).blocks
    assert view.resolution(view.PX_PER_MM_BLOCKS - JUST).blocks
    _speaks(few)


@pytest.mark.parametrize("long_px", [400, 1600, 4000, 8000])
def test_the_limit_of_blur_grows_with_the_photograph(long_px: int) -> None:
    limit = max(focus.BLUR_LEAST_PX, focus.BLUR_SHARE * long_px)
    assert focus.focus_finding(limit, long_px).passed is True
    blurred = focus.focus_finding(limit + JUST, long_px)
    assert (blurred.passed, blurred.blocks) == (False, False)
    assert focus.focus_finding(focus.BLUR_BLOCKS * limit + JUST, long_px).blocks
    _speaks(blurred)


def test_a_blur_that_cannot_be_told_is_not_judged() -> None:
    assert focus.focus_finding(None, 1000).passed is None


@pytest.mark.parametrize(
    ("paper", "passed"),
    [
        (light.PAPER_DARKEST - JUST, False),
        (light.PAPER_DARKEST, True),
        (light.PAPER_BRIGHTEST, True),
        (light.PAPER_BRIGHTEST + JUST, False),
        (math.nan, False),
    ],
)
def test_the_cards_paper_judges_the_exposure(paper: float, *, passed: bool) -> None:
    finding = light.exposure(paper, 200.0)
    assert finding.passed is passed
    assert passed or finding.todo.en


@pytest.mark.parametrize(("frame", "passed"), [(light.FRAME_DARKEST, True), (light.FRAME_DARKEST - JUST, False)])
def test_without_a_card_the_frame_judges_the_exposure(frame: float, *, passed: bool) -> None:
    assert light.exposure(None, frame).passed is passed


@pytest.mark.parametrize(
    ("change", "passed", "word"),
    [
        (view.DISTANCE_SHARE - JUST, True, "is that of"),
        (view.DISTANCE_SHARE + JUST, False, "farther"),
        (-view.DISTANCE_SHARE + JUST, True, "is that of"),
        (-view.DISTANCE_SHARE - JUST, False, "closer"),
    ],
)
def test_the_distance_is_held_against_the_baseline(change: float, *, passed: bool, word: str) -> None:
    finding = view.distance(Baseline(100 * (1 + change)), Baseline(100.0))
    assert finding.passed is passed
    assert word in finding.says.en


@pytest.mark.parametrize(("shift", "passed"), [(view.SHIFT_SHARE, True), (view.SHIFT_SHARE + JUST, False)])
def test_the_place_of_the_area_is_held_against_the_baseline(shift: float, *, passed: bool) -> None:
    finding = view.framing(Baseline(area_xy=(0.0 + shift, 0.5)), Baseline(area_xy=(0.0, 0.5)))
    assert finding.passed is passed


def test_without_card_or_outline_distance_and_framing_are_not_judged() -> None:
    assert view.distance(Baseline(), Baseline(100.0)).passed is None
    assert view.framing(Baseline(area_xy=(0.5, 0.5)), Baseline()).passed is None


@pytest.mark.parametrize(
    ("bounds", "passed"),
    [
        ((-0.5, -0.5, 99.5, 49.5), True),
        ((-0.6, 0.0, 50.0, 40.0), False),
        ((0.0, 0.0, 99.6, 40.0), False),
        ((0.0, 0.0, 50.0, 49.6), False),
    ],
)
def test_an_area_beyond_the_frame_blocks(bounds: tuple[float, float, float, float], *, passed: bool) -> None:
    finding = view.in_frame(bounds, 100, 50)
    assert finding.passed is passed
    assert finding.blocks is not passed


def test_a_pixel_is_clipped_when_burnt_in_one_channel_or_black_in_all() -> None:
    rgb = np.array([[254, 100, 90], [253, 100, 90], [1, 1, 0], [2, 1, 0], [120, 0, 0]], np.uint8)
    assert light.clipped_share(rgb) == pytest.approx(2 / 5)
