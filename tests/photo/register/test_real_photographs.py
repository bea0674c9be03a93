"""Registration of real photographs: a plane with exact homographies, stained tissue, moles over years."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.image import Photograph, read_photograph
from dermograph.photo.register.register import register
from tests.photo.register.clicks import MOLES, PAIRS, landmarks
from tests.photo.register.scenes import Area

pytestmark = pytest.mark.real_data
WRONG = 0.25  # of a mole's length: its middle may not lie farther off


def graf(shared: Path, number: int) -> Photograph:
    return read_photograph(shared / "data" / "oxford-graf" / "test-graf" / f"img{number}.png")


def mole(shared: Path, name: str) -> Photograph:
    return read_photograph(shared / "data" / "mole-series" / name[:-1] / f"{name}.jpg")


def off_plane(shared: Path, number: int) -> tuple[bool, NDArray[np.float64]]:
    """Whether the pair is accepted, and distances from the given homography on a lattice, NaN where unknown."""
    before, after = graf(shared, 1), graf(shared, number)
    given = np.loadtxt(shared / "data" / "oxford-graf" / "test-graf" / f"H1to{number}p")
    lattice = np.stack(np.meshgrid(np.arange(0.0, before.width, 10), np.arange(0.0, before.height, 10)), axis=-1)
    truth = cv2.perspectiveTransform(lattice.reshape(1, -1, 2), given).reshape(lattice.shape)
    found = register(before, after)
    return found.comparable, np.linalg.norm(found.after_xy(lattice) - truth, axis=-1)


# The given homographies themselves leave patches that correlate at 0.98 up to 3 px apart (95 %), ours 0.3 px.
@pytest.mark.parametrize(("number", "limit_px"), [(2, 1.1), (3, 3.7), (4, 2.6)])
def test_a_plane_from_another_side_is_at_least_as_good_as_sift_and_magsac(
    shared: Path, number: int, limit_px: float
) -> None:
    accepted, off = off_plane(shared, number)
    assert accepted
    assert np.nanmean(off) <= min(limit_px, 1.5)


@pytest.mark.parametrize("number", [5, 6])
def test_a_plane_from_far_aside_is_right_or_refused(shared: Path, number: int) -> None:
    accepted, off = off_plane(shared, number)
    assert not accepted or np.nanmean(off) < 3


PIECES = [
    ("lesions_/scale-5pc/Izd2-29-041-w35_HE", "lesions_/scale-5pc/Izd2-29-041-w35_proSPC"),
    ("rat-kidney_/scale-5pc/Rat-Kidney_HE", "rat-kidney_/scale-5pc/Rat-Kidney_PanCytokeratin"),
    ("artificial_reference", "artificial_moving-rigid"),
    ("artificial_reference", "artificial_moving-affine"),
    ("artificial_reference", "artificial_moving-elastic"),
]


@pytest.mark.parametrize(("one", "other"), PIECES)
def test_tissue_in_another_stain_is_right_or_refused(shared: Path, one: str, other: str) -> None:
    folder = shared / "data" / "birl-landmarks"
    pictures, marks = ("images", "landmarks") if "/" not in one else ("", "")
    before, after = (read_photograph(folder / pictures / f"{name}.jpg") for name in (one, other))
    points = [np.loadtxt(folder / marks / f"{name}.csv", delimiter=",", skiprows=1)[:, -2:] for name in (one, other)]
    count = min(len(each) for each in points)
    found = register(before, after)
    off = np.linalg.norm(found.after_xy(points[0][:count]) - points[1][:count], axis=1)
    # These landmarks were set by hand, to about 2 px.
    assert not found.comparable or np.nanmedian(off) < 3
    assert found.comparable or found.refusal is not None


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_mole_years_later_is_found_or_refused_without_clicks(shared: Path, one: str, other: str) -> None:
    found = register(mole(shared, one), mole(shared, other), outline=Area((MOLES[one].outline,)))
    off = float(np.linalg.norm(found.after_xy(np.array(MOLES[one].middle)) - MOLES[other].middle))
    assert not found.comparable or off < WRONG * MOLES[other].length


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_mole_years_later_is_always_found_with_four_clicks(shared: Path, one: str, other: str) -> None:
    area = Area((MOLES[one].outline,), landmarks(one), landmarks(other))
    found = register(mole(shared, one), mole(shared, other), outline=area)
    off = float(np.linalg.norm(found.after_xy(np.array(MOLES[one].middle)) - MOLES[other].middle))
    assert found.comparable
    assert off < WRONG * MOLES[other].length
    assert found.residual_px is not None
    assert off < 2 * max(found.residual_px, 2)  # the middle was clicked to about 2 px


def test_an_overview_and_its_close_up_are_not_taken_for_each_other_wrongly(shared: Path) -> None:
    assert not register(mole(shared, "DN2A"), mole(shared, "DN2B")).comparable


@pytest.mark.long
@pytest.mark.slow
def test_no_mole_is_ever_taken_for_the_mole_of_another_person(shared: Path) -> None:
    """The first photograph of every series against every photograph of every other."""
    names = sorted(path.stem for path in (shared / "data" / "mole-series").glob("*/*.jpg"))
    pairs = [(one, other) for one, other in permutations(names, 2) if one[:-1] != other[:-1] and one.endswith("A")]
    pictures = {name: mole(shared, name) for name in names}
    assert len(pairs) > 100
    assert [pair for pair in pairs if register(pictures[pair[0]], pictures[pair[1]]).comparable] == []


@pytest.mark.long
@pytest.mark.slow
def test_clicks_on_another_persons_mole_are_never_called_agreement_of_the_skin(shared: Path) -> None:
    pairs = [(one, other) for one, other in permutations(MOLES, 2) if one[:-1] != other[:-1]][::7]
    methods = set()
    for one, other in pairs:
        area = Area((MOLES[one].outline,), MOLES[one].ends, MOLES[other].ends)
        found = register(mole(shared, one), mole(shared, other), outline=area)
        methods.add(found.method if found.comparable else "refused")
    assert methods <= {"landmarks", "refused"}
