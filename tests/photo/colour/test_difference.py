"""CIEDE2000 against the published pairs, one by one and for pictures."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.picture_difference import delta_e00_picture

#: Pairs 1, 4, 7, 9, 13, 16, 17, 25 and 33 of Sharma, Wu, Dalal (2005), table 1: blue, the hue's wrap-around, greys, far
#: apart, near.
PAIRS = (
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0009), 7.1792),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0009, -2.4900), 4.8045),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
)
labs = st.tuples(st.floats(0, 100), st.floats(-90, 90), st.floats(-90, 90))


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_the_difference_of_a_published_pair_is_right(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
) -> None:
    assert float(delta_e00(one, other)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.real_data
def test_all_34_published_pairs_are_right_to_four_decimals(shared: Path) -> None:
    with (shared / "data/ciede2000-sharma-2005.csv").open(encoding="utf-8") as file:
        rows = np.array([[float(value) for value in row] for row in list(csv.reader(file))[1:]])
    assert len(rows) == 34
    assert np.abs(delta_e00(rows[:, :3], rows[:, 3:6]) - rows[:, 6]).max() <= 1e-4
    one, other = rows[None, :, :3].astype(np.float32), rows[None, :, 3:6].astype(np.float32)
    assert np.abs(delta_e00_picture(one, other)[0] - rows[:, 6]).max() <= 1e-4


@given(labs, labs)
def test_the_difference_is_the_same_both_ways_and_none_from_itself(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> None:
    assert float(delta_e00(one, one)) == 0
    assert float(delta_e00(one, other)) == pytest.approx(float(delta_e00(other, one)), abs=1e-9)


@pytest.mark.parametrize("apart", [0.01, 1.0, 10.0, 30.0])
def test_the_difference_of_pictures_is_that_of_their_colours(apart: float) -> None:
    rng = np.random.default_rng(0)
    one = rng.uniform((0, -90, -90), (100, 90, 90), (137, 211, 3)).astype(np.float32)
    other = (one + rng.normal(0, apart, one.shape)).astype(np.float32)
    assert np.abs(delta_e00_picture(one, other) - delta_e00(one, other)).max() < 2e-5


def test_greys_and_opposite_hues_have_the_same_difference_in_a_picture() -> None:
    odd = np.array([[50, 0, 0], [50, 3, 0], [50, -3, 0], [50, 0, 4], [50, 0, -4], [20, 1e-4, 0], [0, 0, 0]], np.float32)
    one, other = np.repeat(odd, len(odd), axis=0)[None], np.tile(odd, (len(odd), 1))[None]
    assert np.abs(delta_e00_picture(one, other) - delta_e00(one, other)).max() < 2e-5


def test_pictures_of_different_sizes_have_no_difference() -> None:
    with pytest.raises(ValueError, match="one size"):
        delta_e00_picture(np.zeros((2, 3, 3), np.float32), np.zeros((3, 2, 3), np.float32))
