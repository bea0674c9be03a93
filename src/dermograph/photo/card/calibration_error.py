"""How far a calibrated colour may be from the truth, estimated from patches that the fit did not see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.card.fit import Fit
from dermograph.photo.card.linearise import BENDS
from dermograph.photo.card.sampling import Sample
from dermograph.photo.colour.spaces import RGB_TO_XYZ, encoded, lab_to_xyz, linear, xyz_to_lab

Floats = NDArray[np.float64]

_TONE_WIDTH = 10.0  # L*, how far a patch speaks for its neighbours
_POOLED = 2.0  # patches' worth of the error of all skin patches
_LEAST_U = np.array([0.1, 0.1, 0.1])  # 8 bits and JPEG
#: What a plane with bends does not say of the light, as a share of it, at half of the long side from the card: a part
#: that is always there, and one for each unit of the slope that was found (tuned on phantoms of seeds below 10,000).
_SHAPE_U, _SHAPE_BY_SLOPE = 0.003, 0.12
_TINT = 0.4  # of that, for each channel by itself: lamps of two colours
#: The covariance takes the patches' errors as independent, which a model that is not quite right makes them not: by so
#: much the true errors of differences and of the light are larger (tuned on phantoms of seeds below 10,000).
_JOINT = 1.5
_PAIR_STEPS = ((0.9, 0.9, 0.9), (1.0, 0.88, 0.88), (1.0, 1.0, 0.88))  # darker, redder, yellower: light of the channels


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationError:
    """Standard uncertainties of one photograph's colours.

    Attributes:
        tones: ``(n,)`` L* of the skin patches.
        squares: ``(n, 3)`` squared errors of L*, a*, b* there, seen or foretold without the patch.
        reference: Standard uncertainty of each of L*, a*, b* that the card's known colours bring: common to all
            photographs of one card, so that it leaves their differences alone.
        field: ``(8, 8)`` covariance of the parameters of the light's field.
        shape: Of the light, as a share of it: what the field's model may miss at half of the long side from the card.
        gain: Relative standard uncertainty of a small colour difference.
    """

    tones: Floats
    squares: Floats
    reference: float
    field: Floats
    shape: float
    gain: float

    def at_card(self, lightness: ArrayLike) -> Floats:
        """``(…, 3)`` beside the card, without the references' share."""
        value = np.asarray(lightness, dtype=np.float64)
        weight = np.exp(-0.5 * ((value[..., None] - self.tones) / _TONE_WIDTH) ** 2)
        near = weight @ self.squares + _POOLED * self.squares.mean(0)
        # Beyond the lightest and the darkest patch nothing checks: the error is taken to grow.
        beyond = np.maximum(np.maximum(self.tones.min() - value, value - self.tones.max()), 0) / _TONE_WIDTH
        square = near / (weight.sum(-1) + _POOLED)[..., None] * (1 + beyond[..., None]) ** 2
        u: Floats = np.sqrt(square + _LEAST_U**2)
        return u

    def away(self, lab: Floats, terms: Floats, distance: Floats) -> Floats:
        """``(…, 3)`` what the light adds at places away from the card.

        Args:
            lab: ``(…, 3)``.
            terms: ``(…, 4)`` of the field at the places.
            distance: ``(…)`` from the card, in half long sides of the frame.
        """
        x, y, xx, yy = np.moveaxis(terms, -1, 0)
        logs = np.zeros((*terms.shape[:-1], 3, 8))
        for channel in range(3):
            logs[..., channel, 2 * channel], logs[..., channel, 2 * channel + 1] = x, y
            logs[..., channel, 6], logs[..., channel, 7] = xx, yy
        spread = np.einsum("...ij,jk,...lk->...il", logs, self.field, logs)
        missed = (self.shape * distance**2) ** 2
        spread = spread + missed[..., None, None] * (1 + _TINT**2 * np.eye(3))
        slopes = _lab_by_log_light(lab)
        square = np.einsum("...ij,...jk,...ik->...i", slopes, spread, slopes)
        u: Floats = np.sqrt(np.maximum(square, 0))
        return u


def estimated(fit: Fit, samples: tuple[Sample, ...], reference: float) -> CalibrationError:
    """The error of a fit, from its skin patches and those held out.

    Args:
        fit: Of a camera.
        samples: Its patches.
        reference: Standard uncertainty of the known colours.
    """
    counted = [index for index, one in enumerate(samples) if one.patch.role in {"skin", "held_out"}]
    tones = np.array([samples[index].lab_d50[0] for index in counted])
    squares = fit.left_out[counted] ** 2
    field = _JOINT**2 * fit.covariance[BENDS + 3 : BENDS + 11, BENDS + 3 : BENDS + 11]
    slope = float(np.linalg.norm(fit.camera.field.slopes.mean(0)))
    gain = _JOINT * _gain(fit, [samples[index] for index in counted])
    return CalibrationError(tones, squares, reference, field, _SHAPE_U + _SHAPE_BY_SLOPE * slope, gain)


def _gain(fit: Fit, skin: list[Sample]) -> float:
    """Relative standard deviation of a difference between neighbours, from the covariance of the parameters."""
    camera = fit.camera
    share = np.array([one.rgb for one in skin]) / 255
    xy = np.array([one.xy_px for one in skin])
    others = np.stack([encoded(linear(share) * step) for step in _PAIR_STEPS])
    many = len(_PAIR_STEPS)
    flat = others.reshape(-1, 3)
    away = camera.lab_d50(others, xy[None]) - camera.lab_d50(share, xy)[None]
    change = camera.slopes(flat, np.tile(xy, (many, 1))).reshape(many, len(xy), 3, -1) - camera.slopes(share, xy)[None]
    square = np.einsum("abci,ij,abcj->ab", change, fit.covariance, change)
    return float(np.sqrt((square / (away**2).sum(-1)).mean()))


def _lab_by_log_light(lab: Floats) -> Floats:
    """``(…, 3, 3)``: CIELAB D65 by the logarithm of each channel's light, for cameras like sRGB."""
    light = lab_to_xyz(lab, "D65") @ np.linalg.inv(RGB_TO_XYZ).T
    step = 1e-4
    columns = []
    for channel in range(3):
        moved = light.copy()
        moved[..., channel] *= 1 + step
        columns.append((xyz_to_lab(moved @ RGB_TO_XYZ.T, "D65") - lab) / step)
    return np.stack(columns, axis=-1)
