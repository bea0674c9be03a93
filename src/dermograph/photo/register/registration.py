"""The value of a registration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.finding import Refusal


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """Where the points of a baseline photograph lie in its follow-up.

    Attributes:
        method: What carried it, such as ``features+flow`` or ``landmarks+flow``; ``none`` if nothing did.
        map: ``(rows, cols, 2)`` float32: follow-up x, y in px of the baseline pixel ``(col·step, row·step)``, with
            1 ≤ step; NaN where unknown. Covers the whole baseline photograph.
        step: Baseline pixels from one node of the map to the next.
        residual_px: Estimated error of the map within the area of interest, px of the follow-up, root mean square; None
            if there is no map.
        residual_mm: The same in mm; None without a scale.
        coverage: Share of the area of interest (else of the baseline) in which the map is known, 0 to 1.
        refusal: Why nothing may be compared with it; None if it may.
        evidence: Figures behind the verdict, such as the number of inliers; plain numbers for the report.
    """

    method: str
    map: NDArray[np.float32]
    step: int
    residual_px: float | None
    residual_mm: float | None
    coverage: float
    refusal: Refusal | None
    evidence: dict[str, float]

    @property
    def comparable(self) -> bool:
        """Whether the two photographs may be compared through this map."""
        return self.refusal is None

    def after_xy(self, xy: ArrayLike) -> NDArray[np.float64]:
        """Where points of the baseline lie in the follow-up.

        Args:
            xy: ``(…, 2)`` positions in the baseline, px.

        Returns:
            ``(…, 2)`` positions in the follow-up, px, bilinear between nodes; NaN where the map is unknown.
        """
        points = np.asarray(xy, dtype=np.float64) / self.step
        rows, cols = self.map.shape[:2]
        x, y = points[..., 0], points[..., 1]
        inside = (x >= 0) & (y >= 0) & (x <= cols - 1) & (y <= rows - 1)
        left = np.clip(np.floor(np.nan_to_num(x)), 0, max(cols - 2, 0)).astype(np.intp)
        top = np.clip(np.floor(np.nan_to_num(y)), 0, max(rows - 2, 0)).astype(np.intp)
        right, bottom = np.minimum(left + 1, cols - 1), np.minimum(top + 1, rows - 1)
        u, v = (x - left)[..., None], (y - top)[..., None]
        upper = self.map[top, left] * (1 - u) + self.map[top, right] * u
        lower = self.map[bottom, left] * (1 - u) + self.map[bottom, right] * u
        found: NDArray[np.float64] = upper * (1 - v) + lower * v
        return np.where(inside[..., None], found, np.nan)

    def to_json(self) -> dict[str, Any]:
        """The result without its map, which ``--transform-out`` writes."""
        return {
            "method": self.method,
            "residual_px": self.residual_px,
            "residual_mm": self.residual_mm,
            "coverage": self.coverage,
            "comparable": self.comparable,
            "reason": self.refusal.to_json() if self.refusal else None,
            "evidence": self.evidence,
        }
