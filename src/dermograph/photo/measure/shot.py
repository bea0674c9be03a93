"""What measuring needs of one photograph, and its colours on the cells of a window."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.calibration import Calibration
from dermograph.photo.card.reading import CardReading
from dermograph.photo.foreign.foreign import Foreign
from dermograph.photo.image import Photograph
from dermograph.photo.outline.window import Window

_BARE = 0.75  # share of a cell that must be free of anything that is not skin


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One photograph with what was read from it.

    Attributes:
        card: The card; None leaves sizes unmeasured.
        calibration: The way to CIELAB; None leaves colours unmeasured.
        foreign: What in the photograph is not skin; None if nothing was looked for.
    """

    photo: Photograph
    card: CardReading | None
    calibration: Calibration | None
    foreign: Foreign | None

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, px."""
        return self.photo.width, self.photo.height


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The skin of one photograph on the cells of a window of the baseline.

    Attributes:
        xy: ``(h, w, 2)`` where the cells lie in this photograph, px; NaN where unknown.
        rgb: ``(h, w, 3)`` float32 means over the cells, encoded, 0 to 255.
        known: ``(h, w)`` cells that lie in the photograph.
        bare: ``(h, w)`` cells that show bare skin.
        cells_per_px: Cells for one px of this photograph.
    """

    xy: NDArray[np.float64]
    rgb: NDArray[np.float32]
    known: NDArray[np.bool_]
    bare: NDArray[np.bool_]
    cells_per_px: float


def baseline_view(shot: Shot, window: Window) -> View:
    """The photograph in which the window itself lies."""
    xy = window.xy
    known = np.ones(xy.shape[:2], dtype=bool)
    return View(xy, window.mean_rgb(shot.photo.rgb), known, _bare(shot, xy), window.scale)


def carried_view(shot: Shot, xy: NDArray[np.float64]) -> View | None:
    """Another photograph on the same cells, each the mean of about as much skin.

    Args:
        shot: The follow-up.
        xy: ``(h, w, 2)`` where the cells lie in it, px; NaN where unknown.

    Returns:
        The view; None if no cell lies in the photograph.
    """
    limit = np.array(shot.size) - 1
    known = np.asarray(np.isfinite(xy).all(axis=-1) & ((xy >= 0) & (xy <= limit)).all(axis=-1), dtype=bool)
    if not known.any():
        return None
    low = np.floor(xy[known].min(axis=0)).astype(int)
    high = np.ceil(xy[known].max(axis=0)).astype(int)
    across, down = np.diff(xy, axis=1), np.diff(xy, axis=0)
    steps = np.concatenate([np.hypot(*across.T).ravel(), np.hypot(*down.T).ravel()])
    spacing = float(np.median(steps[np.isfinite(steps)])) if np.isfinite(steps).any() else 1.0
    size = high - low + 1
    source = Window.over(int(low[0]), int(low[1]), int(size[0]), int(size[1]), 1 / max(spacing, 1.0))
    cells = source.cell_of(np.where(known[..., None], xy, low)).astype(np.float32)
    picture = source.mean_rgb(shot.photo.rgb)
    rgb = cv2.remap(picture, cells[..., 0], cells[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return View(xy, np.asarray(rgb, dtype=np.float32), known, known & _bare(shot, xy), 1 / max(spacing, 1e-6))


def _bare(shot: Shot, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Places that show nothing but skin."""
    if shot.foreign is None:
        return np.asarray(np.isfinite(xy).all(axis=-1), dtype=bool)
    scale = shot.foreign.scale
    places = np.clip((np.nan_to_num(xy, nan=-1e4) + 0.5) * scale - 0.5, -1e4, 3e4).astype(np.float32)
    covered = shot.foreign.any.astype(np.float32)
    share = cv2.remap(covered, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray((share <= 1 - _BARE) & np.isfinite(xy).all(axis=-1), dtype=bool)
