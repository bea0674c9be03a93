"""A camera undone: tone curve, stray light, uneven light and colour mixing as one vector of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.flat_field import TERMS, FlatField
from dermograph.photo.card.linearise import BENDS, ToneCurve
from dermograph.photo.colour.spaces import WHITES, White, xyz_to_lab

Floats = NDArray[np.float64]
Mixing = Literal["3x3", "root-polynomial-2"]

_COLUMNS: dict[Mixing, int] = {"3x3": 3, "root-polynomial-2": 6}
#: What is known before the card is seen: expected value and standard deviation of each parameter (assumption,
#: camera-priors): phones keep near sRGB's curve, lenses scatter up to 3 % and darken the corners by up to a fifth.
_BENDS_PRIOR = ((0.0, 0.4), (0.0, 0.3), (0.0, 0.08))
_OFFSET_PRIOR = (0.005, 0.02)
_SLOPE_PRIOR = (0.0, 0.25)
_BEND_PRIOR = (-0.03, 0.04)
_ROOTS_PRIOR = (0.0, 0.15)
_DARKEST = 1e-5  # light below which a root has no useful slope
_FOOT, _FOOT_SLOPE = 216 / 24389, 24389 / 27 / 116
_LAB_BY_ROOTS = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """Parameters of one photograph's way from light to file.

    Attributes:
        mixing: How channels are mixed into tristimulus values.
        curve: From encoded values to light.
        field: How the light varies.
        matrix: ``(3, 3 or 6)`` to XYZ under D50, Y of the white = 1.
    """

    mixing: Mixing
    curve: ToneCurve
    field: FlatField
    matrix: Floats

    def lab_d50(self, share: Floats, xy_px: Floats) -> Floats:
        """CIELAB under D50 of encoded values, 0 to 1, at places of the photograph; both ``(…, ·)``."""
        light = self.curve.light(share) / self.field.at(xy_px)
        return xyz_to_lab(mixed(light, self.mixing) @ self.matrix.T, "D50")

    def slopes(self, share: Floats, xy_px: Floats) -> Floats:
        """``(n, 3, parameters)``: the derivative of ``lab_d50`` for ``(n, 3)`` values at ``(n, 2)`` places."""
        field, terms = self.field.at(xy_px), self.field.terms(self.field.normalised(xy_px))
        light = self.curve.light(share) / field
        by_light = np.zeros((len(share), 3, BENDS + 3 + TERMS))
        by_light[:, :, :BENDS] = self.curve.light_by_bends(share) / field[..., None]
        for channel in range(3):
            row = by_light[:, channel]
            row[:, BENDS + channel] = -1 / field[:, channel]
            logs = row[:, BENDS + 3 :]
            logs[:, 2 * channel : 2 * channel + 2] = -light[:, channel, None] * terms[:, :2]
            logs[:, 6:] = -light[:, channel, None] * terms[:, 2:]
        parts = mixed(light, self.mixing)
        by_matrix = np.zeros((len(share), 3, 3, parts.shape[1]))
        for axis in range(3):
            by_matrix[:, axis, axis] = parts
        by_xyz = np.concatenate(
            [self.matrix @ mixed_by_light(light, self.mixing) @ by_light, by_matrix.reshape(len(share), 3, -1)], axis=2
        )
        slopes: Floats = lab_by_xyz(parts @ self.matrix.T, "D50") @ by_xyz
        return slopes

    def vector(self) -> Floats:
        """All parameters in one row."""
        field = np.append(self.field.slopes.ravel(), self.field.bends)
        return np.concatenate([self.curve.bends, self.curve.offset, field, self.matrix.ravel()])

    def with_vector(self, vector: Floats) -> Camera:
        """The same camera with other parameters."""
        bends, offset, field, matrix = np.split(vector, np.cumsum([BENDS, 3, TERMS]))
        own = self.field
        moved = FlatField(field[:6].reshape(3, 2), field[6:], own.centre_px, own.unit_px, own.card)
        return Camera(self.mixing, ToneCurve(bends, offset), moved, matrix.reshape(3, -1))

    def prior(self) -> tuple[Floats, Floats]:
        """Expected value and standard deviation of each parameter; the deviation is infinite where nothing is known."""
        own = [*_BENDS_PRIOR, *[_OFFSET_PRIOR] * 3, *[_SLOPE_PRIOR] * 6, *[_BEND_PRIOR] * 2]
        free = (0.0, np.inf)
        row = [free] * 3 + [_ROOTS_PRIOR] * (_COLUMNS[self.mixing] - 3)
        known = np.array([*own, *row * 3])
        return known[:, 0], known[:, 1]


def mixed(light: Floats, mixing: Mixing) -> Floats:
    """The channels, and for a root polynomial the roots of their products, which scale with exposure as they do.

    Source: Finlayson, Mackiewicz, Hurlbert, IEEE Trans. Image Process. 24 (2015), degree 2.
    """
    if mixing == "3x3":
        return light
    red, green, blue = np.moveaxis(np.maximum(light, 0), -1, 0)
    roots = np.stack([np.sqrt(red * green), np.sqrt(green * blue), np.sqrt(blue * red)], axis=-1)
    return np.concatenate([light, roots], axis=-1)


def mixed_by_light(light: Floats, mixing: Mixing) -> Floats:
    """The derivative of ``mixed``: ``(n, 3, 3)`` or ``(n, 6, 3)``."""
    plain = np.broadcast_to(np.eye(3), (len(light), 3, 3))
    if mixing == "3x3":
        return plain
    root = np.sqrt(np.maximum(light, _DARKEST))
    roots = np.zeros((len(light), 3, 3))
    for row, (one, other) in enumerate(((0, 1), (1, 2), (2, 0))):
        roots[:, row, one] = root[:, other] / root[:, one] / 2
        roots[:, row, other] = root[:, one] / root[:, other] / 2
    return np.concatenate([plain, roots], axis=1)


def lab_by_xyz(xyz: Floats, white: White) -> Floats:
    """``(n, 3, 3)``: the derivative of CIELAB. Source: CIE 15:2004, 8.2.1."""
    ratio = xyz / WHITES[white]
    rise = np.where(ratio > _FOOT, np.cbrt(np.maximum(ratio, _FOOT)) ** -2 / 3, _FOOT_SLOPE) / WHITES[white]
    return _LAB_BY_ROOTS * rise[:, None]
