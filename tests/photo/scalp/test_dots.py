"""Dots are found where they are, and refused where nobody could see them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.spatial import cKDTree

from dermograph.photo.finding import Refusal
from dermograph.photo.phantom.scalp import PhantomScalp, ScalpKind, scalp
from dermograph.photo.scalp.dot_model import USUAL_MM
from dermograph.photo.scalp.dots import LEAST_PX, Dots, find_dots

NEAR_PX = 6.0
WHOLE_MM = 0.6  # a dot that the frame cuts is not judged


def found_in(made: PhantomScalp) -> tuple[Dots, float, float]:
    """The dots, and precision and recall away from the border."""
    found = find_dots(made.photograph.rgb, made.px_per_mm)
    assert isinstance(found, Dots)
    size = np.array(made.photograph.rgb.shape[1::-1])
    edge = WHOLE_MM * made.px_per_mm

    def whole(xy: np.ndarray) -> np.ndarray:
        return np.asarray(((xy > edge) & (xy < size - edge)).all(axis=1))

    inner = whole(made.xy_px)
    off, which = cKDTree(found.xy_px).query(made.xy_px, distance_upper_bound=NEAR_PX)
    right = len(set(which[inner & np.isfinite(off)]))
    back, _ = cKDTree(made.xy_px).query(found.xy_px, distance_upper_bound=NEAR_PX)
    seen = whole(found.xy_px)
    return found, float(np.isfinite(back[seen]).mean()), right / int(inner.sum())


@pytest.mark.parametrize("phototype", [1, 3, 5])
def test_dark_dots_on_a_bare_scalp_are_all_found_and_nothing_else(phototype: int) -> None:
    _, precision, recall = found_in(scalp(10_200 + phototype, phototype=phototype, width=1_400, height=1_000))
    assert precision >= 0.99
    assert recall >= 0.98


@pytest.mark.parametrize("phototype", [2, 4])
def test_pale_dots_among_stubble_are_found_with_few_wrong_ones(phototype: int) -> None:
    made = scalp(10_300 + phototype, difficulty="hard", phototype=phototype, width=1_400, height=1_000)
    _, precision, recall = found_in(made)
    assert precision >= 0.92
    assert recall >= 0.88  # pale dots under hairs are missed


def test_size_and_tone_are_those_of_the_dots() -> None:
    made = scalp(10_210, width=1_400, height=1_000)
    found, _, _ = found_in(made)
    assert float(np.median(found.diameter_mm)) == pytest.approx(float(np.median(made.dots.diameter_mm)), rel=0.08)
    assert float(np.median(found.absorbance)) == pytest.approx(float(np.median(made.dots.absorbance)), rel=0.2)


def test_the_count_is_within_its_stated_error_and_says_what_it_cannot_tell() -> None:
    made = scalp(10_211, difficulty="hard", width=1_400, height=1_000)
    found, _, _ = found_in(made)
    assert abs(len(found) - len(made.dots.xy_mm)) < 3 * found.count_u
    assert "cannot be told" in found.to_json()["caveat"]["en"]


@pytest.mark.parametrize("phototype", [1, 4, 6])
def test_bare_skin_has_no_dots(phototype: int) -> None:
    kind = ScalpKind(dots_per_cm2=0)
    made = scalp(10_220 + phototype, kind=kind, phototype=phototype, width=1_400, height=1_000)
    found = find_dots(made.photograph.rgb, made.px_per_mm)
    assert isinstance(found, Dots)
    assert len(found) / found.usable_cm2 < 0.5


def test_without_a_scale_nothing_is_counted() -> None:
    found = find_dots(np.full((100, 100, 3), 128, np.uint8), None)
    assert isinstance(found, Refusal)
    assert found.code == "no_scale"


def test_too_far_away_is_refused_with_the_distance_that_is_needed() -> None:
    made = scalp(10_213, width=1_400, height=1_000)
    share = 0.99 * LEAST_PX / (USUAL_MM * made.px_per_mm)
    small = cv2.resize(made.photograph.rgb, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    found = find_dots(np.asarray(small, dtype=np.uint8), made.px_per_mm * share)
    assert isinstance(found, Refusal)
    assert "99 %" in found.todo.en


def test_a_hidden_scalp_is_refused() -> None:
    usable = np.zeros((100, 100), np.bool_)
    found = find_dots(np.full((100, 100, 3), 128, np.uint8), 20.0, usable)
    assert isinstance(found, Refusal)
    assert found.code == "covered"


def test_dots_are_looked_for_only_where_the_scalp_is_bare() -> None:
    made = scalp(10_214, width=1_400, height=1_000)
    usable = np.zeros((1_000, 1_400), np.bool_)
    usable[:, :700] = True
    found = find_dots(made.photograph.rgb, made.px_per_mm, usable)
    assert isinstance(found, Dots)
    assert found.xy_px[:, 0].max() < 701
    assert found.usable_cm2 == pytest.approx(35 * 50 / 100, rel=0.01)
