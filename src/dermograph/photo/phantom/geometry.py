"""Where skin lands in a photograph: a projection, a smooth warp of the skin, and a body part that may be curved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.outline.outline import Points

Severity = Literal["straight", "baseline", "protocol", "mild", "moderate", "severe"]


@dataclass(frozen=True, slots=True)
class Span:
    """How far a view may stray.

    Attributes:
        tilt_deg: Least and most tilt of the camera.
        turn_deg: Most turn in the picture plane.
        scale: Most change of scale, as a share.
        shift: Most shift, as a share of the frame's width.
        warp_px: What the best homography leaves of the skin's own warp, mean over the frame, px at 4,000 px width.
    """

    tilt_deg: tuple[float, float]
    turn_deg: float
    scale: float
    shift: float
    warp_px: float


#: The residuals of mild, moderate and severe are those of the spike's pairs ("homography alone").
SPANS: dict[Severity, Span] = {
    "straight": Span((0, 0), 0, 0, 0, 0),
    "baseline": Span((0, 3), 2, 0.02, 0.01, 0.8),
    "protocol": Span((0, 5), 3, 0.03, 0.015, 2.0),
    "mild": Span((1, 6), 5, 0.05, 0.02, 4.6),
    "moderate": Span((5, 13), 10, 0.10, 0.04, 15.4),
    "severe": Span((20, 27), 20, 0.16, 0.06, 40.3),
}
_WAVES = 12
_FOCAL = 1.1  # focal length over the frame's width: a phone held at arm's length
_GRID = 41
_SETTLED_PX, _TURNS = 1e-9, 60
_LEAST_AREA = 0.3  # of the skin at rest, to which a warp may press it together
_HORIZON = 0.97  # of a cylinder's radius: what lies further out is hardly seen


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """The exact way from a photograph to the canvas of its scene, and back.

    A position p of the photograph shows the place ``homography(p)`` of the plane, in which the card lies flat; the skin
    there is the canvas's place ``unrolled(homography(p + warp(p)))``.

    Attributes:
        width: Of the photograph, px.
        height: Of the photograph, px.
        homography: ``(3, 3)``, photograph px to plane px.
        waves: ``(n, 6)``: amplitude x, amplitude y (px), frequency x, frequency y (rad per px), phases of each wave.
        axis_px: A point of the plane on the crest of the cylinder that the body part is, or the top of the sphere.
        axis_rad: Direction across the cylinder.
        radius_px: Radius of the cylinder or sphere; infinite for a flat one.
        is_sphere: Whether the body part is round in both directions.
    """

    width: int
    height: int
    homography: NDArray[np.float64]
    waves: NDArray[np.float64]
    axis_px: tuple[float, float] = (0.0, 0.0)
    axis_rad: float = 0.0
    radius_px: float = np.inf
    is_sphere: bool = False

    def plane_xy(self, photo_xy: ArrayLike) -> NDArray[np.float64]:
        """Photograph px to px of the card's plane, ``(…, 2)``."""
        points = np.asarray(photo_xy, dtype=np.float64)
        x, y = points[..., 0], points[..., 1]
        h = self.homography
        depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
        along = (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth
        return np.stack([along, (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth], axis=-1)

    def photo_of_plane(self, plane_xy: ArrayLike) -> NDArray[np.float64]:
        """The inverse of ``plane_xy``."""
        return replace(self, homography=_inverse(self.homography)).plane_xy(plane_xy)

    def scene_xy(self, photo_xy: ArrayLike) -> NDArray[np.float64]:
        """Photograph px to px of the canvas, ``(…, 2)``."""
        points = np.asarray(photo_xy, dtype=np.float64)
        x, y = points[..., 0], points[..., 1]
        moved = points.copy()
        for gain_x, gain_y, rate_x, rate_y, phase_x, phase_y in self.waves:
            wave = np.cos(rate_x * x + phase_x) * np.cos(rate_y * y + phase_y)
            moved[..., 0] += gain_x * wave
            moved[..., 1] += gain_y * wave
        return self._unrolled(self.plane_xy(moved))

    def photo_xy(self, scene_xy: ArrayLike) -> NDArray[np.float64]:
        """Canvas px to photograph px: Newton's method on ``scene_xy``, to better than 1e-6 px within the frame."""
        wanted = np.asarray(scene_xy, dtype=np.float64)
        middle = np.array([self.width / 2, self.height / 2])
        jacobian = self._jacobian(middle)
        guess = middle + (wanted - self.scene_xy(middle)) @ np.linalg.inv(jacobian).T
        low, high = -0.5 * np.array([self.width, self.height]), 1.5 * np.array([self.width, self.height])
        slope = self._jacobian(guess)
        for turn in range(_TURNS):
            guess = np.clip(guess, low, high)  # far outside, a projection has a horizon
            if turn == 1:
                slope = self._jacobian(guess)  # near enough by then to serve for all further turns
            step = np.linalg.solve(slope, (wanted - self.scene_xy(guess))[..., None])[..., 0]
            guess = guess + step
            if np.max(np.abs(step), initial=0.0) < _SETTLED_PX:
                break
        return guess

    def dense(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """``scene_xy`` of every pixel, quickly: x and y, each ``(height, width)``."""
        x, y = np.arange(self.width, dtype=np.float64), np.arange(self.height, dtype=np.float64)
        rates = self.waves
        across = np.cos(rates[:, 2, None] * x + rates[:, 4, None])
        down = np.cos(rates[:, 3, None] * y + rates[:, 5, None])
        moved = [(down.T * rates[:, axis]).astype(np.float32) @ across.astype(np.float32) for axis in range(2)]
        moved[0] += x.astype(np.float32)
        moved[1] += y.astype(np.float32)[:, None]
        h = self.homography.astype(np.float32)
        depth = np.reciprocal(h[2, 0] * moved[0] + h[2, 1] * moved[1] + h[2, 2])
        along = (h[0, 0] * moved[0] + h[0, 1] * moved[1] + h[0, 2]) * depth
        down_plane = (h[1, 0] * moved[0] + h[1, 1] * moved[1] + h[1, 2]) * depth
        if np.isinf(self.radius_px):
            return along, down_plane
        flat = self._unrolled(np.stack([along, down_plane], axis=-1)).astype(np.float32)
        return np.ascontiguousarray(flat[..., 0]), np.ascontiguousarray(flat[..., 1])

    def facing(self) -> NDArray[np.float32] | None:
        """How squarely the skin at each pixel faces the lamp, 0 to 1, 0 beside the limb; None for flat skin."""
        if np.isinf(self.radius_px):
            return None
        x, y = np.meshgrid(np.arange(0, self.width + 16, 16), np.arange(0, self.height + 16, 16))
        plane = self.plane_xy(np.stack([x, y], axis=-1))
        offset = np.clip(self._aside(plane)[0] / self.radius_px, -_HORIZON, _HORIZON)
        coarse = np.where(np.abs(offset) < _HORIZON, np.sqrt(1 - offset**2), 0).astype(np.float32)
        zoom = np.array([[1 / 16, 0, 0], [0, 1 / 16, 0]])
        size = (self.width, self.height)
        found = cv2.warpAffine(coarse, zoom, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        return np.asarray(found, dtype=np.float32)

    def plane_px_per_px(self, photo_xy: ArrayLike) -> NDArray[np.float64]:
        """How many px of the plane one photograph px spans: the root of the determinant of ``plane_xy``, ``(…)``."""
        points = np.asarray(photo_xy, dtype=np.float64)
        h = self.homography
        depth = h[2, 0] * points[..., 0] + h[2, 1] * points[..., 1] + h[2, 2]
        area: NDArray[np.float64] = np.abs(np.linalg.det(h) / depth**3)
        return np.sqrt(area)

    def _jacobian(self, photo_xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Derivative of ``scene_xy``, ``(…, 2, 2)``, by central differences."""
        step = 0.25
        aside, below = np.array([step, 0.0]), np.array([0.0, step])
        right = self.scene_xy(photo_xy + aside) - self.scene_xy(photo_xy - aside)
        down = self.scene_xy(photo_xy + below) - self.scene_xy(photo_xy - below)
        return np.stack([right, down], axis=-1) / (2 * step)

    def _unrolled(self, plane: NDArray[np.floating]) -> NDArray[np.float64]:
        """Places of the plane to places of the skin that bends away from it."""
        if np.isinf(self.radius_px):
            return np.asarray(plane, dtype=np.float64)
        offset, across = self._aside(np.asarray(plane, dtype=np.float64))
        bent = np.clip(offset / self.radius_px, -_HORIZON, _HORIZON)
        # Past the horizon the arc goes on straight, so that the way back exists everywhere.
        beyond = (offset / self.radius_px - bent) / np.sqrt(1 - _HORIZON**2)
        arc = self.radius_px * (np.arcsin(bent) + beyond)
        return np.asarray(plane + (arc - offset)[..., None] * across, dtype=np.float64)

    def _aside(self, plane: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far places lie from the crest or the top, and in which direction."""
        away = plane - np.array(self.axis_px)
        if not self.is_sphere:
            across = np.array([np.cos(self.axis_rad), np.sin(self.axis_rad)])
            return away @ across, across
        far = np.hypot(away[..., 0], away[..., 1])
        return far, away / np.maximum(far, 1e-9)[..., None]


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def frame_grid(width: int, height: int) -> Points:
    """A regular grid over a frame, ``(n, 2)`` px."""
    x, y = np.meshgrid(np.linspace(0, width - 1, _GRID), np.linspace(0, height - 1, _GRID))
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def homography_residual(source: Points, target: Points) -> float:
    """Mean distance that the least-squares homography from ``source`` to ``target`` leaves, px of the target."""
    found, _ = cv2.findHomography(source, target, 0)
    fitted = cv2.perspectiveTransform(source[None], found)[0]
    return float(np.linalg.norm(fitted - target, axis=1).mean())


def view(rng: np.random.Generator, severity: Severity, width: int, height: int, margin_px: int) -> Geometry:
    """Draw how one photograph sees the canvas.

    Args:
        rng: Where the randomness comes from.
        severity: How far it may stray; ``straight`` is the canvas itself, cut at its margin.
        width: Of the photograph, px.
        height: Of the photograph, px.
        margin_px: Canvas to the left and above of the middle view.
    """
    span = SPANS[severity]
    while True:
        homography = _inverse(_projection(rng, span, width, height, margin_px))
        waves = _waves(rng, width, height, span.warp_px * rng.uniform(0.9, 1.1) * width / 4000)
        found = Geometry(width, height, homography, waves)
        turn = np.linalg.det(found._jacobian(frame_grid(width, height)))  # noqa: SLF001 -- its own module
        if turn.min() > _LEAST_AREA:
            return found


def _projection(rng: np.random.Generator, span: Span, width: int, height: int, margin_px: int) -> NDArray[np.float64]:
    """Plane px to photograph px, for a camera that looks at about the middle of the frame."""
    tilt = np.radians(rng.uniform(*span.tilt_deg))
    toward = rng.uniform(0, 2 * np.pi)
    turn = np.radians(rng.uniform(-span.turn_deg, span.turn_deg))
    scale = 1 + rng.uniform(-span.scale, span.scale)
    shift = rng.uniform(-span.shift, span.shift, 2) * width
    axis = tilt * np.array([np.cos(toward), np.sin(toward), 0.0])
    leaning, _ = cv2.Rodrigues(axis)
    spin, _ = cv2.Rodrigues(np.array([0.0, 0.0, turn]))
    rotation = leaning @ spin
    focal = _FOCAL * width
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    inner = np.array([[focal, 0, middle[0] + shift[0]], [0, focal, middle[1] + shift[1]], [0, 0, 1]])
    outer = np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, focal / scale]])
    centred = np.array([[1, 0, -middle[0] - margin_px], [0, 1, -middle[1] - margin_px], [0, 0, 1.0]])
    return np.asarray(inner @ outer @ centred, dtype=np.float64)


def _waves(rng: np.random.Generator, width: int, height: int, residual_px: float) -> NDArray[np.float64]:
    """Waves of the skin's warp, scaled so that the best homography leaves a wanted mean residual."""
    if residual_px == 0:
        return np.empty((0, 6))
    orders = rng.uniform(0.5, 3.5, (_WAVES, 2))
    gains = rng.normal(size=(_WAVES, 2)) / (orders**2).sum(axis=1, keepdims=True)
    rates = orders * np.pi / np.array([width, height * 1.2])
    waves = np.column_stack([gains, rates, rng.uniform(0, 2 * np.pi, (_WAVES, 2))])
    grid = frame_grid(width, height)
    plain = Geometry(width, height, np.eye(3), waves)
    for _ in range(3):
        waves[:, :2] *= residual_px / homography_residual(grid, plain.scene_xy(grid))
    return waves
