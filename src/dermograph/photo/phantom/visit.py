"""The skin of a scene on one day: its lesion, its hair, what is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.spaces import RGB_TO_XYZ, lab_to_xyz, xyz_to_lab
from dermograph.photo.phantom import lesions, things
from dermograph.photo.phantom.fields import Field, plus, times
from dermograph.photo.phantom.lesions import Lesion
from dermograph.photo.phantom.scene import Scene
from dermograph.photo.phantom.skin import DARK_FROM
from dermograph.photo.phantom.things import Coat

Box = tuple[int, int, int, int]
_TO_RGB = np.linalg.inv(RGB_TO_XYZ)
_REACH_MM = 2.0  # beyond the outline the lesion has no effect
_SHINES_FROM = 1.3  # slope of the relief, in standard deviations, from which oily skin glints


@dataclass(frozen=True, eq=False)
class Visit:
    """One day.

    Attributes:
        scene: The skin.
        seed: Of what differs from day to day: how the hair lies, what the pen drew.
        lesion: The lesion as it is that day, its contrast at full strength.
        strength: Share of the contrast that is there, at least 0.
    """

    scene: Scene
    seed: int
    lesion: Lesion
    strength: float

    @property
    def box(self) -> Box:
        """The part of the canvas that the lesion may change: x0, y0, x1, y1; the last column and row are outside."""
        pad = int(np.ceil(_REACH_MM * self.scene.px_per_mm)) + 2
        x0, y0, x1, y1 = self.lesion.box
        height, width = self.size
        return max(x0 - pad, 0), max(y0 - pad, 0), min(x1 + pad + 1, width), min(y1 + pad + 1, height)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the canvas."""
        rows, cols = self.scene.skin.light.shape[:2]
        return rows, cols

    @cached_property
    def coats(self) -> tuple[Coat, ...]:
        """Pen and hair over the skin, in this order."""
        scene, found = self.scene, []
        if scene.pen:
            found.append(things.pen(self.seed, self.size, scene.px_per_mm, scene.lesion.box))
        if scene.hair > 0:
            fair = scene.phototype < DARK_FROM - 1
            found.append(things.hair(scene.seed, self.seed, self.size, scene.px_per_mm, scene.hair, fair=fair))
        return tuple(found)

    def lab(self, box: Box) -> NDArray[np.float64]:
        """CIELAB D65 of a window of the canvas, the lesion in it, nothing over it."""
        x0, y0, x1, y1 = box
        found = self.scene.skin.light[y0:y1, x0:x1].astype(np.float64)
        u0, v0, u1, v1 = self.box
        left, top, right, bottom = max(x0, u0), max(y0, v0), min(x1, u1), min(y1, v1)
        if left < right and top < bottom:
            part = self._lesion_light[top - v0 : bottom - v0, left - u0 : right - u0]
            found[top - y0 : bottom - y0, left - x0 : right - x0] = part
        return xyz_to_lab(found @ RGB_TO_XYZ.T)

    def light(self, light_rad: float, raking: float, gloss: float) -> NDArray[np.float32]:
        """The whole canvas as linear sRGB, its relief lit from one side, with pen and hair.

        Args:
            light_rad: Where the light comes from.
            raking: How much a slope of the relief changes the light, as a share.
            gloss: Brightness of the glints on slopes that face the light, linear.
        """
        x0, y0, x1, y1 = self.box
        canvas = self.scene.skin.light.copy()
        canvas[y0:y1, x0:x1] = self._lesion_light
        share = lesions.presence(self.lesion, self.box, self.scene.px_per_mm)
        slope = self._slope(light_rad, share)
        shading = 1 + np.float32(raking) * slope
        times(canvas, shading)
        if gloss > 0:
            glint = np.maximum(slope - np.float32(_SHINES_FROM), 0)
            glint *= np.float32(gloss)
            np.minimum(glint, np.float32(2 * gloss), out=glint)
            plus(canvas, glint)
        for coat in self.coats:
            coat.over(canvas)
        return canvas

    def _slope(self, light_rad: float, share: Field) -> Field:
        """How far each place leans towards the light, in standard deviations of the bare skin's slope."""
        bumps = self.scene.skin.bumps
        across, down = float(np.cos(light_rad)), float(np.sin(light_rad))
        kernel = np.array([[0, down, 0], [across, 0, -across], [0, -down, 0]], np.float32)
        leaning = cv2.filter2D(bumps, -1, kernel, borderType=cv2.BORDER_REFLECT_101)
        coarse = np.asarray(leaning, dtype=np.float32)
        coarse /= coarse[::4, ::4].std()
        height, width = self.size
        slope = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
        x0, y0, x1, y1 = self.box
        part = slope[y0:y1, x0:x1]
        part *= 1 - np.float32(self._smoothed) * share
        rise = cv2.GaussianBlur(share, (0, 0), 0.35 * self.scene.px_per_mm) * np.float32(self.scene.px_per_mm)
        height_units = np.float32(lesions.HEIGHTS[self.lesion.kind] * min(self.strength, 1.0))
        part += height_units * cv2.filter2D(rise, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        return slope

    @property
    def _smoothed(self) -> float:
        """Share of the furrows that the lesion has lost that day: they come back as it fades."""
        return self.lesion.smoothed * min(self.strength, 1.0)

    @cached_property
    def _lesion_light(self) -> NDArray[np.float32]:
        """Linear sRGB of the skin with its lesion, in ``box``."""
        x0, y0, x1, y1 = self.box
        skin = self.scene.skin
        lab = xyz_to_lab(skin.light[y0:y1, x0:x1] @ RGB_TO_XYZ.T)
        share = lesions.presence(self.lesion, self.box, self.scene.px_per_mm)
        lab[..., 0] -= self._smoothed * skin.depth_lightness * share * skin.relief_window(x0, y0, x1, y1)
        u0, v0, u1, v1 = replace(self, lesion=self.scene.lesion).box
        uneven = lesions.unevenness(self.lesion, v1 - v0, u1 - u0, self.scene.px_per_mm)
        uneven = np.asarray(cv2.resize(uneven, (x1 - x0, y1 - y0), interpolation=cv2.INTER_CUBIC), dtype=np.float32)
        uneven += 1 - np.average(uneven, weights=share)
        lab += (self.strength * share * uneven)[..., None] * np.array(self.lesion.contrast)
        lab[..., 0] = np.maximum(lab[..., 0], 1)
        return (lab_to_xyz(lab) @ _TO_RGB.T).astype(np.float32)
