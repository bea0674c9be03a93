"""The plane of a card from what was stored of its reading."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dermograph.photo.card.layout import SMALL
from dermograph.photo.card.plane import CardPlane
from dermograph.photo.card.scale import mm_per_px_at

HOMOGRAPHY = np.array([[8.0, 0.4, 300.0], [-0.3, 7.8, 200.0], [1e-4, 5e-5, 1.0]])


def stored(**other: object) -> dict[str, object]:
    """A reading as ``CardReading.to_json`` writes it."""
    width, height = SMALL.width_mm, SMALL.height_mm
    on_card = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
    seen = on_card @ HOMOGRAPHY.T
    corners = (seen[:, :2] / seen[:, 2:]).tolist()
    found = {"found": True, "layout": "small", "corners_px": corners, "mm_per_px": {"value": 0.128, "u": 0.0009}}
    kept: dict[str, object] = json.loads(json.dumps({**found, **other}))
    return kept


def test_lengths_are_those_of_the_reading() -> None:
    plane = CardPlane.of_json(stored())
    assert plane is not None
    for x, y in ((350.0, 240.0), (900.0, 700.0), (0.0, 0.0)):
        assert plane.mm_per_px_at(x, y) == pytest.approx(float(mm_per_px_at(HOMOGRAPHY, (x, y))), rel=1e-4)
    assert plane.u_scale == pytest.approx(0.0009 / 0.128)


def test_the_card_itself_has_its_own_size_on_the_plane() -> None:
    plane = CardPlane.of_json(stored())
    assert plane is not None
    seen = np.concatenate([plane.corners_px, np.ones((4, 1))], axis=1) @ np.array(plane.to_mm).T
    corners = seen[:, :2] / seen[:, 2:]
    assert corners[2] == pytest.approx([SMALL.width_mm, SMALL.height_mm], abs=1e-3)


def test_beyond_the_horizon_there_is_no_length() -> None:
    plane = CardPlane.of_json(stored())
    assert plane is not None
    assert plane.mm_per_px_at(9e6, 9e6) is None


@pytest.mark.parametrize(
    "card",
    [
        None,
        {},
        {"found": False, "reason": {}},
        stored(mm_per_px=None),
        stored(layout="unheard-of"),
        stored(layout=None),
        stored(corners_px=[[0, 0], [1, 1]]),
        stored(corners_px=[[5, 5]] * 4),
    ],
)
def test_without_a_card_of_known_size_there_is_no_plane(card: dict[str, object] | None) -> None:
    assert CardPlane.of_json(card) is None
