"""Colour spaces: known values, inverses, and the fast way beside the plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.photo.colour.fast import ratios_to_lab
from dermograph.photo.colour.spaces import (
    WHITES,
    White,
    adapted,
    encoded,
    lab_to_rgb,
    lab_to_xyz,
    linear,
    rgb_to_lab,
    xyz_to_lab,
)

#: sRGB's primaries and white as CIELAB D50. Source: Lindbloom's calculator, sRGB with Bradford's adaptation.
KNOWN_D50 = (
    ((1.0, 1.0, 1.0), (100.0, 0.0, 0.0)),
    ((1.0, 0.0, 0.0), (54.29, 80.81, 69.89)),
    ((0.0, 1.0, 0.0), (87.82, -79.27, 80.99)),
    ((0.0, 0.0, 1.0), (29.57, 68.30, -112.03)),
)
shares = st.floats(0, 1)


@pytest.mark.parametrize(("rgb", "lab"), KNOWN_D50)
def test_the_primaries_of_srgb_have_their_known_cielab(rgb: tuple[float, ...], lab: tuple[float, ...]) -> None:
    assert np.allclose(rgb_to_lab(rgb, "D50"), lab, atol=0.03)


@pytest.mark.parametrize("white", ["D50", "D65"])
def test_the_white_of_a_light_is_white_under_it(white: White) -> None:
    assert np.allclose(xyz_to_lab(WHITES[white], white), (100, 0, 0), atol=1e-9)


def test_adapting_white_gives_the_other_white_and_back_again_the_same() -> None:
    assert np.allclose(adapted(WHITES["D50"], "D50", "D65"), WHITES["D65"], atol=1e-6)
    colour = np.array([0.2, 0.3, 0.1])
    assert np.allclose(adapted(adapted(colour, "D50", "D65"), "D65", "D50"), colour, atol=1e-9)
    assert np.allclose(adapted(colour, "D65", "D65"), colour)


@given(shares, shares, shares)
def test_a_colour_comes_back_from_every_space(red: float, green: float, blue: float) -> None:
    rgb = np.array([red, green, blue])
    assert np.allclose(encoded(linear(rgb)), rgb, atol=1e-6)
    assert np.allclose(lab_to_rgb(rgb_to_lab(rgb, "D50"), "D50"), rgb, atol=1e-6)
    xyz = lab_to_xyz(rgb_to_lab(rgb))
    assert np.allclose(lab_to_xyz(xyz_to_lab(xyz)), xyz, atol=1e-9)


def test_the_fast_way_to_cielab_agrees_with_the_plain_one_down_to_black_and_below() -> None:
    rng = np.random.default_rng(0)
    ratios = np.concatenate([rng.uniform(0, 1.2, (2000, 3)), rng.uniform(-0.01, 0.02, (500, 3))]).astype(np.float32)
    plain = xyz_to_lab(ratios.astype(np.float64) * WHITES["D65"], "D65")
    assert np.abs(ratios_to_lab(ratios.copy()) - plain).max() < 1e-3
