"""The scalp as part of a sphere: what a photograph from straight above shows smaller than it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Radius of the scalp's curvature, mm. An assumption: a head of 56.5 cm around would be a sphere of 90 mm.
RADIUS_MM = 90.0
RADIUS_SPREAD = 0.15  # of it, a standard deviation; an assumption too, heads are no spheres
STEEPEST_DEG = 35.0  # of skin against the photograph: what is steeper is not counted
ASSUMPTION = Text(
    "The scalp is taken for a sphere of {radius} mm, seen from straight above the middle of what was photographed; "
    "skin steeper than {steep}° is left out.",
    "El cuero cabelludo se toma por una esfera de {radius} mm, vista desde encima del centro de lo fotografiado; la "
    "piel con más de {steep}° de inclinación no se cuenta.",
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where each place of a photograph lies on the skin.

    Attributes:
        middle_px: The place that the camera looks at from straight above.
        px_per_mm: Density there.
        radius_mm: Of the sphere; infinite for a flat patch.
    """

    middle_px: tuple[float, float]
    px_per_mm: float
    radius_mm: float = RADIUS_MM

    def on_skin(self, xy_px: Floats) -> Floats:
        """``(n, 3)`` mm: across, down, and how far behind the middle; no place is nearer than its true chord."""
        flat = (np.asarray(xy_px, dtype=np.float64) - self.middle_px) / self.px_per_mm
        if np.isinf(self.radius_mm):
            return np.column_stack([flat, np.zeros(len(flat))])
        away = np.minimum((flat**2).sum(axis=1), self.radius_mm**2)
        return np.column_stack([flat, self.radius_mm - np.sqrt(self.radius_mm**2 - away)])

    def stretch(self, xy_px: Floats) -> Floats:
        """``(n,)`` area of skin over its area in the photograph, at least 1; infinite beyond the sphere."""
        away = ((np.asarray(xy_px, dtype=np.float64) - self.middle_px) ** 2).sum(axis=-1) / self.px_per_mm**2
        if np.isinf(self.radius_mm):
            return np.ones_like(away)
        left = 1 - away / self.radius_mm**2
        with np.errstate(divide="ignore"):
            return np.asarray(np.where(left > 0, 1 / np.sqrt(np.maximum(left, 0)), np.inf), dtype=np.float64)

    def doubt(self, xy_px: Floats) -> Floats:
        """``(n,)`` standard uncertainty of ``stretch`` over it, since the radius is only assumed."""
        if np.isinf(self.radius_mm):
            return np.zeros(len(xy_px))
        rounder = Head(self.middle_px, self.px_per_mm, self.radius_mm * (1 - RADIUS_SPREAD))
        with np.errstate(invalid="ignore"):
            return np.asarray(rounder.stretch(xy_px) / self.stretch(xy_px) - 1, dtype=np.float64)

    def is_counted(self, xy_px: Floats) -> Mask:
        """``(n,)`` where the skin is not too steep."""
        return np.asarray(self.stretch(xy_px) <= 1 / np.cos(np.radians(STEEPEST_DEG)))

    @property
    def says(self) -> Text:
        """What is assumed, for people."""
        values = {"radius": f"{self.radius_mm:.0f}", "steep": f"{STEEPEST_DEG:.0f}"}
        return Text(ASSUMPTION.en.format(**values), ASSUMPTION.es.format(**values))
