"""A map from one photograph to another: a homography and a smooth field of displacements on top."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.normalise import View

Positions = NDArray[np.float64]

CELL_PX = 8  # of a view; between these nodes a dense map is bilinear


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """Where a position in the baseline lies in the follow-up.

    Attributes:
        homography: ``(3, 3)``, baseline px to follow-up px.
        field: ``(rows, cols, 2)`` follow-up px that are added to it at the baseline pixel (col·spacing, row·spacing).
        spacing: Baseline px.
    """

    homography: NDArray[np.float64]
    field: NDArray[np.float32]
    spacing: float

    def after(self, xy: Positions) -> Positions:
        """Follow-up positions of baseline positions, ``(…, 2)``; the field goes on level beyond its last node."""
        at = (np.asarray(xy, dtype=np.float64) / self.spacing).astype(np.float32)
        flat = at.reshape(-1, 1, 2)
        extra = sampled(self.field, flat).reshape(at.shape)
        return projected(self.homography, xy) + extra

    def on_grid(self, width: int, height: int, spacing: float) -> Warp:
        """The same map with its field on another grid that covers a photograph of this size."""
        nodes = grid(width, height, spacing)
        extra = sampled(self.field, (nodes / self.spacing).astype(np.float32).reshape(-1, 1, 2))
        return replace(self, field=extra.reshape(nodes.shape).astype(np.float32), spacing=spacing)


def flat_warp(homography: NDArray[np.float64], width: int, height: int, spacing: float) -> Warp:
    """A homography with nothing on top."""
    return Warp(homography, np.zeros(grid(width, height, spacing).shape, np.float32), spacing)


def grid(width: int, height: int, spacing: float) -> Positions:
    """``(rows, cols, 2)`` positions from (0, 0) on that reach the last pixel of a photograph or pass it."""
    cols, rows = (int(np.ceil((side - 1) / spacing)) + 1 for side in (width, height))
    x, y = np.meshgrid(np.arange(max(cols, 2)) * spacing, np.arange(max(rows, 2)) * spacing)
    return np.stack([x, y], axis=-1)


def projected(homography: NDArray[np.float64], xy: Positions) -> Positions:
    """Positions through a homography; far outside where its horizon is passed."""
    points = np.asarray(xy, dtype=np.float64)
    up = points @ homography[:2, :2].T + homography[:2, 2]
    down = points @ homography[2, :2] + homography[2, 2]
    far = 1e-6
    found: Positions = up / np.where(np.abs(down) < far, far, down)[..., None]
    return found


def sampled(field: NDArray[np.float32], at: NDArray[np.float32]) -> NDArray[np.float64]:
    """A field between its nodes, cubic; positions ``(n, 1, 2)`` in cells.

    Own arithmetic: ``cv2.remap`` rounds positions to 1/32 of a cell, which here is a pixel and more.
    """
    rows, cols = field.shape[:2]
    x, y = np.clip(at[..., 0].ravel(), 0, cols - 1), np.clip(at[..., 1].ravel(), 0, rows - 1)
    left, top = np.minimum(x.astype(np.intp), cols - 2), np.minimum(y.astype(np.intp), rows - 2)
    across, down = _catmull_rom(x - left), _catmull_rom(y - top)
    found = np.zeros((len(x), field.shape[2]))
    for j in range(4):
        row = np.clip(top + j - 1, 0, rows - 1)
        line = sum(across[i][:, None] * field[row, np.clip(left + i - 1, 0, cols - 1)] for i in range(4))
        found += down[j][:, None] * line
    return found


def dense(warp: Warp, before: View, after: View) -> NDArray[np.float32]:
    """``(h, w, 2)`` positions in the view of the follow-up for every pixel of the view of the baseline."""
    height, width = before.shape
    cols, rows = -(-width // CELL_PX) + 2, -(-height // CELL_PX) + 2
    # Nodes stand where cv2.resize puts the centres of its source pixels, one cell beyond the view on each side.
    x = (np.arange(cols) - 0.5) * CELL_PX - 0.5
    y = (np.arange(rows) - 0.5) * CELL_PX - 0.5
    nodes = np.stack(np.meshgrid(x, y), axis=-1)
    found = after.to_view(warp.after(before.to_photograph(nodes))).astype(np.float32)
    size = cols * CELL_PX, rows * CELL_PX
    full = cv2.resize(found, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(full[CELL_PX : CELL_PX + height, CELL_PX : CELL_PX + width], dtype=np.float32)


def _catmull_rom(t: NDArray[np.floating]) -> tuple[NDArray[np.floating], ...]:
    """Weights of the four neighbours of a position between the middle two."""
    return (
        ((2 - t) * t - 1) * t / 2,
        ((3 * t - 5) * t * t + 2) / 2,
        ((4 - 3 * t) * t + 1) * t / 2,
        (t - 1) * t * t / 2,
    )
