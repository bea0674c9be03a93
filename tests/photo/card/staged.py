"""A card laid on plain skin and photographed plainly, for tests that need to know exactly what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.draw_raster import card_lab
from dermograph.photo.card.layout import LAYOUTS, Area, Layout
from dermograph.photo.colour.spaces import RGB_TO_XYZ, adapted, encoded, lab_to_xyz
from dermograph.photo.image import Photograph

Light = NDArray[np.float32]
Floats = NDArray[np.float64]
Change = Callable[[Light], None]

CARD_PX_PER_MM = 8.0
SERIAL = 1234
SKIN_LAB = (62.0, 12.0, 18.0)


def light_of(lab: object) -> Light:
    """CIELAB under D50 to linear sRGB."""
    return (adapted(lab_to_xyz(lab, "D50"), "D50", "D65") @ np.linalg.inv(RGB_TO_XYZ).T).astype(np.float32)  # type: ignore[arg-type]  # a wider array than the stubs allow


@cache
def card_light(name: str, serial: int | None) -> Light:
    """The card's own light at ``CARD_PX_PER_MM``, linear sRGB; do not write to it."""
    return light_of(card_lab(LAYOUTS[name], serial, CARD_PX_PER_MM))


def pixels(area: Area) -> tuple[slice, slice]:
    """Where an area of the card lies in ``card_light``."""
    rows = slice(round(area.y_mm * CARD_PX_PER_MM), round((area.y_mm + area.height_mm) * CARD_PX_PER_MM))
    return rows, slice(round(area.x_mm * CARD_PX_PER_MM), round((area.x_mm + area.width_mm) * CARD_PX_PER_MM))


def view(
    layout: Layout,
    *,
    px_per_mm: float = 8.0,
    turn_deg: float = 0.0,
    lean: float = 0.0,
    centre: tuple[float, float] = (600.0, 450.0),
) -> Floats:
    """``(3, 3)``: card mm to photograph px; ``lean`` is the perspective, as a share over half of the card's width."""
    turn, half = np.radians(turn_deg), (layout.width_mm / 2, layout.height_mm / 2)
    to_middle = np.array([[1, 0, -half[0]], [0, 1, -half[1]], [0, 0, 1]])
    leaning = np.array([[1, 0, 0], [0, 1, 0], [lean / half[0], 0.4 * lean / half[0], 1]])
    spin = px_per_mm * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    placed = np.eye(3)
    placed[:2, :2], placed[:2, 2] = spin, centre
    seen: Floats = placed @ leaning @ to_middle
    return seen


def blank(width: int = 1200, height: int = 900) -> Light:
    """Plain skin, linear sRGB."""
    return np.broadcast_to(light_of(SKIN_LAB), (height, width, 3)).copy()


def laid(
    light: Light, layout: Layout, homography: Floats, *, serial: int = SERIAL, change: Change | None = None
) -> None:
    """Lay a card into a picture, changed before if asked for."""
    card = card_light(layout.name, serial).copy()
    if change is not None:
        change(card)
    to_mm = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, CARD_PX_PER_MM]]) / CARD_PX_PER_MM
    size = (light.shape[1], light.shape[0])
    paper = cv2.warpPerspective(card, homography @ to_mm, size, flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(np.ones(card.shape[:2], np.float32), homography @ to_mm, size, flags=cv2.INTER_LINEAR)
    light += cover[..., None] * (paper - light)


def taken(light: Light, *, exposure: float = 0.85, blur_px: float = 0.7, noise: float = 0.002) -> Photograph:
    """Photograph a picture: blurred, with noise, sRGB-encoded."""
    soft = cv2.GaussianBlur(light, (0, 0), blur_px) * exposure
    soft = soft + np.random.default_rng(0).normal(0, noise, soft.shape)
    return Photograph(rgb=np.rint(np.clip(encoded(soft), 0, 1) * 255).astype(np.uint8), name="synthetic-card.png")


def staged(
    layout: Layout, homography: Floats | None = None, *, change: Change | None = None, **how: float
) -> Photograph:
    """One card on plain skin, photographed."""
    light = blank()
    laid(light, layout, view(layout) if homography is None else homography, change=change)
    return taken(light, **how)
