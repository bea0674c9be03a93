"""A bright reflection of the lamp on oily skin or on the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.phantom.fields import plus
from dermograph.photo.phantom.scene import Scene
from dermograph.photo.phantom.staging import Staging, mapped

GlareOn = Literal["skin", "card"]
_STRENGTH = 1.4  # of the light of a white print: enough to clip
_GLARE_FROM = 0.15  # added light from which a place counts as covered by glare


@dataclass(frozen=True, slots=True)
class Glare:
    """A reflection: an ellipse that fades out softly.

    Attributes:
        x_px: Its middle in the photograph.
        y_px: Its middle.
        long_px: Half its length.
        short_px: Half its width.
        turn_rad: Where its length points.
    """

    x_px: float
    y_px: float
    long_px: float
    short_px: float
    turn_rad: float

    def shine(self, light: NDArray[np.float32]) -> None:
        """Add it to a photograph ``(h, w, 3)`` of linear sRGB, which is changed."""
        plus(light, self._field(*light.shape[:2]))

    def mask(self, height: int, width: int) -> NDArray[np.bool_]:
        """Where it hides what lies below, ``(height, width)``."""
        return np.asarray(self._field(height, width) > _GLARE_FROM)

    def _field(self, height: int, width: int) -> NDArray[np.float32]:
        x = np.arange(width, dtype=np.float32)[None, :] - np.float32(self.x_px)
        y = np.arange(height, dtype=np.float32)[:, None] - np.float32(self.y_px)
        across, down = np.float32(np.cos(self.turn_rad)), np.float32(np.sin(self.turn_rad))
        along, beside = (x * across + y * down) / self.long_px, (y * across - x * down) / self.short_px
        field = np.float32(_STRENGTH) * np.exp(-((along**2 + beside**2) ** 2))
        return np.asarray(field, dtype=np.float32)


def drawn_glare(rng: np.random.Generator, on: GlareOn, scene: Scene, setup: Staging) -> Glare:
    """Draw a reflection beside the lesion or on the card.

    Raises:
        ValueError: It is to lie on the card and there is none.
    """
    if on == "card":
        if setup.card_to_plane is None or scene.card is None:
            raise ValueError("there is no card for the glare to lie on")
        middle_mm = np.array([[1.0, 0.65]]) * 30 * rng.uniform(0.9, 1.1, (1, 2))
        at = setup.geometry.photo_of_plane(mapped(setup.card_to_plane, middle_mm))[0]
    else:
        x0, y0, x1, _ = scene.lesion.box
        beside = np.array([rng.uniform(x0, x1), y0 - 4 * scene.px_per_mm])
        at = setup.geometry.photo_xy(beside)
    reach = rng.uniform(4, 7) * scene.px_per_mm
    narrow, turn = reach * rng.uniform(0.4, 0.8), rng.uniform(0, np.pi)
    return Glare(float(at[0]), float(at[1]), float(reach), float(narrow), float(turn))
