"""Where the card and the ruler lie, so that everything a photograph needs is in its frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.phantom.card import PrintedCard
from dermograph.photo.phantom.geometry import Geometry, Severity, view
from dermograph.photo.phantom.scene import Scene
from dermograph.photo.phantom.sheets import RULER_MM

_TRIES = 40
_EDGE = 0.005  # of the frame's width: no closer to the frame's edge, nor to the lesion
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Staging:
    """How one photograph is set up.

    Attributes:
        geometry: How the camera sees the skin.
        card_to_plane: ``(3, 3)`` mm on the card to px of the plane; None without a card.
        ruler_to_plane: The same for the ruler.
    """

    geometry: Geometry
    card_to_plane: Matrix | None
    ruler_to_plane: Matrix | None

    def mm_to_photo(self, to_plane: Matrix) -> Matrix:
        """``(3, 3)`` mm of a sheet to px of the photograph."""
        return np.asarray(np.linalg.inv(self.geometry.homography) @ to_plane, dtype=np.float64)


def staged(
    rng: np.random.Generator,
    scene: Scene,
    severity: Severity,
    card: PrintedCard | None,
    curvature_radius_mm: float | None,
) -> Staging:
    """Draw a view, and where the card lies, until the whole card and the lesion are in the frame.

    Raises:
        ValueError: The card does not fit beside the lesion.
    """
    frame = np.array([scene.width - 1, scene.height - 1])
    edge = _EDGE * scene.width
    for _ in range(_TRIES):
        seen = view(rng, severity, scene.width, scene.height, scene.margin_px)
        if curvature_radius_mm is not None:
            seen = _curved(rng, scene, seen, curvature_radius_mm)
        lesion = seen.photo_xy(np.concatenate(scene.lesion.parts)[::4])
        if np.any(lesion < edge) or np.any(lesion > frame - edge):
            continue
        if card is None:
            return Staging(seen, None, _ruler_place(rng, scene, None))
        for _ in range(_TRIES):
            place = _card_place(rng, scene, severity, card)
            corners = seen.photo_of_plane(mapped(place, card.sheet.quad_mm))
            if np.all(corners > edge) and np.all(corners < frame - edge):
                on_card = mapped(np.asarray(np.linalg.inv(place), dtype=np.float64), seen.plane_xy(lesion))
                if _is_clear(on_card, card, edge / scene.px_per_mm):
                    return Staging(seen, place, _ruler_place(rng, scene, place))
    raise ValueError("the lesion and the card do not fit into the frame together: a smaller lesion or a larger frame")


def mapped(affine: Matrix, points: Matrix) -> Matrix:
    """``(n, 2)`` points through an affine ``(3, 3)``."""
    return np.asarray(points @ affine[:2, :2].T + affine[:2, 2], dtype=np.float64)


def _curved(rng: np.random.Generator, scene: Scene, seen: Geometry, radius_mm: float) -> Geometry:
    """The same view of a limb whose crest runs near the lesion."""
    middle = np.concatenate(scene.lesion.parts).mean(axis=0) + rng.normal(0, 3 * scene.px_per_mm, 2)
    across = float(np.pi / 2 + rng.normal(0, 0.1))
    radius = radius_mm * scene.px_per_mm
    return replace(seen, axis_px=(float(middle[0]), float(middle[1])), axis_rad=across, radius_px=radius)


def _is_clear(lesion_on_card_mm: Matrix, card: PrintedCard, gap_mm: float) -> bool:
    """Whether the whole outline lies beside the card."""
    size = np.array([card.layout.width_mm, card.layout.height_mm])
    over = np.all((lesion_on_card_mm > -gap_mm) & (lesion_on_card_mm < size + gap_mm), axis=-1)
    return not bool(over.any())


def _card_place(rng: np.random.Generator, scene: Scene, severity: Severity, card: PrintedCard) -> Matrix:
    """A place for the card on the right: mm of the card to px of the plane."""
    loose = 0.0 if severity == "straight" else 1.0
    size = np.array([card.layout.width_mm, card.layout.height_mm])
    room = np.array([scene.width, scene.height]) / scene.px_per_mm - size
    left = room[0] - min(0.04 * room[0] + 1.5, room[0] / 2) - loose * rng.uniform(0, 0.12) * room[0]
    top = room[1] * (0.5 + loose * rng.uniform(-0.3, 0.3))
    turn = loose * rng.normal(0, np.radians(2.5))
    return _laid(scene, np.array([left, top]) + size / 2, size / 2, float(turn))


def _ruler_place(rng: np.random.Generator, scene: Scene, card: Matrix | None) -> Matrix | None:
    """A place for the ruler below the lesion, its right end left of the card."""
    if not scene.ruler:
        return None
    x0, _, x1, y1 = (v / scene.px_per_mm for v in scene.lesion.box)
    margin = scene.margin_px / scene.px_per_mm
    half = np.array(RULER_MM) / 2
    right = (x0 + x1) / 2 - margin + half[0]
    if card is not None:
        right = min(right, float(card[0, 2]) / scene.px_per_mm - margin - 4)
    down = y1 - margin + 4 + half[1] + rng.uniform(0, 2)
    return _laid(scene, np.array([right - half[0], down]), half, float(rng.normal(0, np.radians(2))))


def _laid(scene: Scene, middle_mm: Matrix, half_mm: Matrix, turn_rad: float) -> Matrix:
    """Mm of a sheet to px of the plane, from where its middle lies in a straight photograph."""
    density = scene.px_per_mm
    place = np.eye(3)
    spin = np.array([[np.cos(turn_rad), -np.sin(turn_rad)], [np.sin(turn_rad), np.cos(turn_rad)]])
    place[:2, :2] = density * spin
    place[:2, 2] = middle_mm * density + scene.margin_px - 0.5 - place[:2, :2] @ half_mm
    return place
