"""Real photographs: pen rings, rulers and hair are found, and the mole in the ring is left alone."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.foreign import Foreign, foreign
from dermograph.photo.foreign.skin import skin_view
from dermograph.photo.image import Photograph, read_photograph

pytestmark = pytest.mark.real_data

#: Mole-series photographs with a whole pen ring, and a point inside their mole, px, read off by eye.
MOLES = {
    "DN1/DN1A": (80, 170),
    "DN1/DN1B": (165, 160),
    "DN1/DN1C": (235, 170),
    "DN1/DN1D": (215, 140),
    "DN1/DN1E": (245, 130),
    "DN2/DN2B": (220, 100),
    "DN2/DN2D": (240, 105),
    "DN3/DN3A": (180, 155),
    "DN3/DN3D": (230, 120),
    "DN4/DN4A": (97, 94),
    "DN4/DN4B": (97, 135),
    "N1/N1A": (215, 100),
    "N2/N2A": (145, 170),
    "N2/N2D": (245, 108),
}
RULERS = ("DN1/DN1D", "DN1/DN1E", "DN2/DN2E", "DN3/DN3A", "DN4/DN4D", "N1/N1A", "N2/N2C", "N2/N2D")
HAIRY = ("DN3/DN3C", "DN3/DN3D", "DN3/DN3E", "N1/N1B")
HAIRLESS = ("DN2/DN2A", "DN2/DN2C", "DN4/DN4D", "N2/N2A")


def _found(shared: Path, name: str) -> tuple[Photograph, Foreign]:
    photo = read_photograph(shared / "data" / "mole-series" / f"{name}.jpg")
    return photo, foreign(photo, None)


def _mole(photo: Photograph, at: tuple[int, int]) -> NDArray[np.bool_]:
    """The dark red patch around a point: what is darker in blue than in red there."""
    view = skin_view(photo.rgb)
    blue, red = (cv2.GaussianBlur(plane, (0, 0), 1.5) for plane in (view.blue, view.red))
    pigment = ((blue > 0.15) & (red < 0.55 * blue)).astype(np.uint8)
    cv2.circle(pigment, at, 4, 1, cv2.FILLED)
    near = cv2.circle(np.zeros_like(pigment), at, 30, 1, cv2.FILLED)
    _, labels = cv2.connectedComponents(cv2.bitwise_and(pigment, near))
    return np.asarray(labels == labels[at[1], at[0]], np.bool_)


@pytest.mark.parametrize("name", MOLES)
def test_a_mole_in_a_ring_is_skin(shared: Path, name: str) -> None:
    photo, found = _found(shared, name)
    mole = _mole(photo, MOLES[name])
    assert mole.sum() > 40
    assert (found.kinds["pen"] | found.kinds["outside"] | found.kinds["ruler"])[mole].mean() < 0.05


@pytest.mark.parametrize("name", MOLES)
def test_the_ring_around_a_mole_is_found(shared: Path, name: str) -> None:
    _, found = _found(shared, name)
    x, y = MOLES[name]
    pen = found.kinds["pen"]
    rays = 0
    for angle in np.linspace(0, 2 * np.pi, 36, endpoint=False):
        steps = np.arange(12, 260)
        columns, rows = np.rint(x + steps * np.cos(angle)).astype(int), np.rint(y + steps * np.sin(angle)).astype(int)
        inside = (columns >= 0) & (rows >= 0) & (columns < pen.shape[1]) & (rows < pen.shape[0])
        rays += bool(pen[rows[inside], columns[inside]].any())
    assert rays >= 22


@pytest.mark.parametrize("name", RULERS)
def test_a_ruler_is_found(shared: Path, name: str) -> None:
    _, found = _found(shared, name)
    # A bluish white one that reaches the frame's edge counts as background as well.
    assert (found.kinds["ruler"] | found.kinds["outside"]).mean() > 0.05


def test_hair_is_found_where_there_is_hair(shared: Path) -> None:
    hairy = [_found(shared, name)[1].share("hair") for name in HAIRY]
    hairless = [_found(shared, name)[1].share("hair") for name in HAIRLESS]
    assert min(hairy) > 0.003
    assert min(hairy) > 2 * np.median(hairless)


@pytest.mark.parametrize("name", ["color_checker_1", "color_checker_mini_2"])
def test_a_chart_on_white_paper_is_left_out_even_unread(shared: Path, name: str) -> None:
    photo = read_photograph(shared / "data" / "aruco-colorchecker" / f"{name}.jpg")
    found = foreign(photo, None)
    rows, columns = found.any.shape
    middle = found.any[rows // 2 - rows // 10 : rows // 2 + rows // 10, columns // 2 - 60 : columns // 2 + 60]
    assert middle.mean() > 0.95
