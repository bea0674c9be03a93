"""What is true of a synthetic photograph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.card import PrintedCard
from dermograph.photo.phantom.conditions import Conditions
from dermograph.photo.phantom.geometry import Geometry
from dermograph.photo.phantom.glare import Glare
from dermograph.photo.phantom.lesions import polygon_area
from dermograph.photo.phantom.sheets import RULER_MM
from dermograph.photo.phantom.staging import Staging, mapped
from dermograph.photo.phantom.visit import Visit

#: The ring of skin beside the lesion, from the true outline outwards, mm.
RING_MM = (1.5, 7.0)
Colour = NDArray[np.float64]
Covering = Literal["card", "ruler", "pen", "hair", "glare"]
_COVERED = 0.25  # share of a pixel from which it counts as covered by hair or pen


@dataclass(frozen=True, eq=False)
class Truth:
    """What a perfect measurement of one photograph would find.

    Colours are means of CIELAB D65 over places of the skin (not means of XYZ), as even light would show them: without
    hair, pen, ruler and glare, and without the shading of the relief.

    Attributes:
        visit: The skin of that day.
        geometry: How the camera saw it.
        conditions: Light, camera and file.
        card: The card in view; None if there is none.
        staging: Where card and ruler lie.
        glare: A bright reflection; None if there is none.
    """

    visit: Visit
    geometry: Geometry
    conditions: Conditions
    card: PrintedCard | None
    staging: Staging
    glare: Glare | None

    @property
    def card_to_plane(self) -> NDArray[np.float64] | None:
        """``(3, 3)``: mm on the card to px of the plane; None without a card."""
        return self.staging.card_to_plane

    def photo_xy(self, scene_xy: ArrayLike) -> NDArray[np.float64]:
        """Where places of the skin's canvas lie in the photograph, ``(…, 2)`` px; also outside its frame."""
        return self.geometry.photo_xy(scene_xy)

    def scene_xy(self, photo_xy: ArrayLike) -> NDArray[np.float64]:
        """Which places of the skin's canvas points of the photograph show, ``(…, 2)`` px."""
        return self.geometry.scene_xy(photo_xy)

    @cached_property
    def lesion(self) -> Outline:
        """The true outline in this photograph: where half of the contrast is reached."""
        return Outline(tuple(self.photo_xy(part) for part in self.visit.lesion.parts))

    def card_xy(self, card_mm: ArrayLike) -> NDArray[np.float64]:
        """Where points of the card lie in the photograph.

        Args:
            card_mm: ``(…, 2)`` mm from the card's top left.

        Raises:
            ValueError: There is no card.
        """
        if self.card_to_plane is None:
            raise ValueError("there is no card in this photograph")
        points = np.asarray(card_mm, dtype=np.float64)
        return self.geometry.photo_of_plane(mapped(self.card_to_plane, points))

    @cached_property
    def card_corners_px(self) -> NDArray[np.float64] | None:
        """``(4, 2)`` px: top left, top right, bottom right, bottom left of the card's paper; None without a card."""
        if self.card is None:
            return None
        return self.card_xy(self.card.sheet.quad_mm)

    def mm_per_px_at(self, photo_xy: ArrayLike) -> NDArray[np.float64]:
        """Length of one px in the card's plane, ``(…)`` mm: the root of the local change of area."""
        return self.geometry.plane_px_per_px(photo_xy) / self.visit.scene.px_per_mm

    @cached_property
    def area_cm2(self) -> float:
        """Area of the lesion as it lies in the card's plane: what the card's scale gives for the true outline."""
        density = self.visit.scene.px_per_mm
        return sum(polygon_area(self.geometry.plane_xy(part)) for part in self.lesion.lesion) / density**2 / 100

    @cached_property
    def area_skin_cm2(self) -> float:
        """Area of the lesion on the skin at rest: without its stretch and its curvature."""
        return sum(polygon_area(part) for part in self.visit.lesion.parts) / self.visit.scene.px_per_mm**2 / 100

    @property
    def length_mm(self) -> float | None:
        """Length of the longest stria along its middle line, on the skin at rest; None for other lesions."""
        return self.visit.lesion.length_mm

    @property
    def width_mm(self) -> float | None:
        """Its area over its length; None for other lesions."""
        return self.visit.lesion.width_mm

    @cached_property
    def lab_lesion(self) -> Colour:
        """Mean colour within the outline, all parts together, ``(3,)``."""
        return self._colours[0]

    @cached_property
    def lab_skin(self) -> Colour:
        """Mean colour of the adjacent skin: ``RING_MM`` from the outline, ``(3,)``."""
        return self._colours[1]

    @cached_property
    def contrast_delta_e00(self) -> float:
        """ΔE00 between the two mean colours."""
        return float(delta_e00(self.lab_lesion, self.lab_skin))

    def lab_window(self, x0: int, y0: int, width: int, height: int) -> NDArray[np.float32]:
        """True colour of the skin at each pixel of a window of the photograph, ``(height, width, 3)`` CIELAB D65.

        The skin under card, hair and pen is shown. NaN beyond the canvas. To hold any mask's measurement against.
        """
        x, y = np.meshgrid(np.arange(x0, x0 + width), np.arange(y0, y0 + height))
        place = self.scene_xy(np.stack([x, y], axis=-1))
        rows, cols = self.visit.size
        low = np.clip(np.floor(place.reshape(-1, 2).min(axis=0)).astype(int) - 3, 0, (cols - 2, rows - 2))
        high = np.clip(np.ceil(place.reshape(-1, 2).max(axis=0)).astype(int) + 4, low + 2, (cols, rows))
        source = self.visit.lab((int(low[0]), int(low[1]), int(high[0]), int(high[1]))).astype(np.float32)
        at = (place - low).astype(np.float32)
        found = np.asarray(cv2.remap(source, at[..., 0], at[..., 1], cv2.INTER_LINEAR), dtype=np.float32)
        found[np.any((place < 0) | (place > (cols - 1, rows - 1)), axis=-1)] = np.nan
        return found

    def covered(self, kind: Covering) -> NDArray[np.bool_]:
        """Where one thing really lies over the skin, ``(height, width)`` of the photograph; all false without it."""
        height, width = self.geometry.height, self.geometry.width
        if kind == "glare":
            return np.zeros((height, width), bool) if self.glare is None else self.glare.mask(height, width)
        if kind in {"card", "ruler"}:
            return self._laid(kind)
        share = np.zeros((height, width), np.float32)
        across, down = self.geometry.dense()
        for coat in self.visit.coats:
            if coat.kind == kind:
                share += cv2.remap(coat.share, across, down, cv2.INTER_LINEAR)
        return np.asarray(share > _COVERED)

    def _laid(self, kind: Covering) -> NDArray[np.bool_]:
        """Where a sheet lies."""
        found = np.zeros((self.geometry.height, self.geometry.width), np.uint8)
        place = self.staging.card_to_plane if kind == "card" else self.staging.ruler_to_plane
        size = RULER_MM
        if kind == "card" and self.card is not None:
            size = (self.card.layout.width_mm, self.card.layout.height_mm)
        if place is not None:
            quad = np.array([[0, 0], [size[0], 0], size, [0, size[1]]])
            corners = self.geometry.photo_of_plane(mapped(place, quad))
            cv2.fillPoly(found, [np.rint(corners * 16).astype(np.int32)], 1, shift=4)
        return found.astype(bool)

    @cached_property
    def _colours(self) -> tuple[Colour, Colour]:
        """Mean colours of lesion and ring, on the canvas."""
        scene = self.visit.scene
        pad = int(np.ceil(RING_MM[1] * scene.px_per_mm)) + 2
        x0, y0, x1, y1 = self.visit.lesion.box
        rows, cols = self.visit.size
        x0, y0, x1, y1 = max(x0 - pad, 0), max(y0 - pad, 0), min(x1 + pad, cols), min(y1 + pad, rows)
        lab = self.visit.lab((x0, y0, x1, y1))
        inside = Outline(self.visit.lesion.parts).mask(x0, y0, x1 - x0, y1 - y0)
        away = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        near, far = RING_MM[0] * scene.px_per_mm, RING_MM[1] * scene.px_per_mm
        ring = (away >= near) & (away <= far)
        return lab[inside].mean(axis=0, dtype=np.float64), lab[ring].mean(axis=0, dtype=np.float64)
