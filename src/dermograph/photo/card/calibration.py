"""From a photograph's pixels to CIELAB, with the error that the card leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.card.calibration_error import CalibrationError, estimated
from dermograph.photo.card.fit import Data, Fit, fitted
from dermograph.photo.card.flat_field import FlatField
from dermograph.photo.card.linearise import BENDS, ToneCurve
from dermograph.photo.card.model import Camera, Mixing, mixed
from dermograph.photo.card.pieces import PAPER_LAB, Role
from dermograph.photo.card.reading import CardReading
from dermograph.photo.card.refusals import FIT_RESIDUAL, HELD_OUT_DISAGREE, NO_COLOUR
from dermograph.photo.card.sampling import Sample
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.fast import ratios_to_lab
from dermograph.photo.colour.spaces import WHITES, White, adapted, lab_to_xyz, xyz_to_lab
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph

Floats = NDArray[np.float64]

#: Expected error of a patch, ΔE, by role: a saturated colour may miss without the skin being wrong.
_EXPECTED = {"grey": 0.5, "skin": 0.5, "colour": 1.0, "held_out": np.inf}
_EXPECTED_PAPER = 0.5
_BETTER = 0.9  # the larger model is taken only if it brings leave-one-out errors down to this share
#: Largest mean error of a patch that is left out, ΔE: for a card that is known exactly, and more for each ΔE that its
#: colours are uncertain.
_MOST_RESIDUAL, _PER_REFERENCE = 3.5, 0.8
_HELD_OUT_SHARE = 1.3  # of that, for the mean of the patches kept for checking
_TONES = (25.0, 35.0, 45.0, 55.0, 65.0, 75.0)  # L* that the report gives uncertainties for


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The way from pixels to CIELAB for one photograph.

    Attributes:
        camera: The camera, undone.
        fit: How it was found.
        samples: The card's patches, in the order of the fit's rows.
        error: What the colours are good to.
        references_measured: Whether the card's known colours were measured on the print.
    """

    camera: Camera
    fit: Fit
    samples: tuple[Sample, ...]
    error: CalibrationError
    references_measured: bool

    @property
    def model(self) -> Mixing:
        """How the channels are mixed."""
        return self.camera.mixing

    def lab(self, rgb: ArrayLike, xy: ArrayLike, white: White = "D65") -> Floats:
        """Colours at places of the photograph.

        Args:
            rgb: ``(…, 3)`` encoded values, 0 to 255.
            xy: ``(…, 2)`` their places, px.
            white: The white that the result refers to.

        Returns:
            ``(…, 3)`` CIELAB.
        """
        lab = self.camera.lab_d50(np.asarray(rgb, dtype=np.float64) / 255, np.asarray(xy, dtype=np.float64))
        return lab if white == "D50" else xyz_to_lab(adapted(lab_to_xyz(lab, "D50"), "D50", white), white)

    def lab_window(self, rgb: NDArray[np.uint8], x0: int, y0: int, white: White = "D65") -> NDArray[np.float32]:
        """A window of the photograph in CIELAB, fast.

        Args:
            rgb: ``(h, w, 3)``, cut from the photograph.
            x0: Column of its first pixel.
            y0: Row of its first pixel.
            white: The white that the result refers to.

        Returns:
            ``(h, w, 3)``; within 0.02 ΔE of ``lab``.
        """
        height, width = rgb.shape[:2]
        light = np.asarray(cv2.LUT(rgb, self.camera.curve.table()), dtype=np.float32)
        across, down = self.camera.field.gains(np.arange(x0, x0 + width), np.arange(y0, y0 + height))
        light *= across[None]
        light *= down[:, None]
        to_white = np.diag(1 / WHITES[white]) @ adapted(np.eye(3), "D50", white).T
        ratios = _mixed_fast(light, to_white @ self.camera.matrix)
        return ratios_to_lab(ratios)

    def luminance(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Luminance of a photograph or of a part of it, apart from how the light falls off over it.

        Args:
            rgb: ``(h, w, 3)``, at any size.

        Returns:
            ``(h, w)`` CIE Y as a share of white's; below 0 where a value lies below black.
        """
        light = np.asarray(cv2.LUT(rgb, self.camera.curve.table()), dtype=np.float32)
        return _mixed_fast(light, self.camera.matrix[1:2]).reshape(rgb.shape[:2])

    def u_lab(self, lab: ArrayLike, xy: ArrayLike | None = None, *, with_references: bool = True) -> Floats:
        """Standard uncertainty of one colour, apart from noise.

        Args:
            lab: ``(…, 3)`` CIELAB D65.
            xy: ``(…, 2)`` places in the photograph, px; None for beside the card.
            with_references: Whether the uncertainty of the card's known colours is added. It is common to all
                photographs of one card: leave it out for a difference between two of them.

        Returns:
            ``(…, 3)``, of L*, a* and b*.
        """
        value = np.asarray(lab, dtype=np.float64)
        square = self.error.at_card(value[..., 0]) ** 2
        if xy is not None:
            place = self.camera.field.normalised(np.asarray(xy, dtype=np.float64))
            distance = np.linalg.norm(place - self.camera.field.card, axis=-1)
            square = square + self.error.away(value, self.camera.field.terms(place), distance) ** 2
        if with_references:
            square = square + self.error.reference**2
        return np.sqrt(square)

    @property
    def u_gain(self) -> float:
        """Relative standard uncertainty of a small colour difference between neighbouring places of skin."""
        return self.error.gain

    def delta_e(self, *roles: Role, left_out: bool = False) -> Floats:
        """ΔE00 between found and known colour for the patches of some roles.

        Args:
            roles: Which; none for all that are in the fit.
            left_out: Each as if it had not been in the fit.
        """
        wanted = set(roles) or {"grey", "colour", "skin"}
        rows = [index for index, one in enumerate(self.samples) if one.patch.role in wanted]
        lab = np.array([self.samples[index].lab_d50 for index in rows]).reshape(-1, 3)
        return delta_e00(lab, lab + (self.fit.left_out if left_out else self.fit.residuals)[rows])

    def to_json(self) -> dict[str, Any]:
        """The calibration as the contract of ``compare --json`` has it."""
        checking = self.delta_e("held_out")
        return {
            "model": self.model,
            "white": "D65",
            "references": "measured" if self.references_measured else "nominal",
            "residual_delta_e00": float(self.delta_e().mean()),
            "leave_one_out_delta_e00": float(self.delta_e(left_out=True).mean()),
            "held_out_delta_e00": float(checking.mean()) if len(checking) else None,
            "u_lab_by_tone": {f"{tone:g}": self.u_lab([tone, 12.0, 14.0]).tolist() for tone in _TONES},
            "u_gain": self.u_gain,
        }


def _mixed_fast(light: NDArray[np.float32], matrix: Floats) -> NDArray[np.float32]:
    if matrix.shape[1] == 3:
        return np.asarray(cv2.transform(light, matrix), dtype=np.float32)
    ratios = np.asarray(cv2.transform(light, matrix[:, :3]), dtype=np.float32)
    np.maximum(light, 0, out=light)
    np.sqrt(light, out=light)
    roots = light * light[..., [1, 2, 0]]
    ratios += cv2.transform(roots, matrix[:, 3:])
    return ratios


def calibrate(photo: Photograph, card: CardReading) -> Calibration | Refusal:
    """Fit the way from pixels to CIELAB to a card.

    Args:
        photo: The photograph.
        card: The card in it.
    """
    if not photo.has_colour:
        return NO_COLOUR
    data = _data(card)
    fits = [fitted(_start(card, data, mixing), data) for mixing in ("3x3", "root-polynomial-2")]
    errors = [_left_out_error(one, data) for one in fits]
    best = fits[1] if errors[1] < _BETTER * errors[0] else fits[0]
    reference = float(np.median(card.references.u_lab([one.patch for one in card.samples])))
    error = estimated(best, card.samples, reference)
    calibration = Calibration(best.camera, best, card.samples, error, card.references.measured)
    return _refusal(calibration, reference) or calibration


def _refusal(calibration: Calibration, reference: float) -> Refusal | None:
    """Why the result is not to be trusted; None if it is."""
    if not calibration.camera.curve.rises:
        return FIT_RESIDUAL
    limit = _MOST_RESIDUAL + _PER_REFERENCE * reference
    if float(calibration.delta_e(left_out=True).mean()) > limit:
        return FIT_RESIDUAL
    checking = calibration.delta_e("held_out")
    return HELD_OUT_DISAGREE if len(checking) and float(checking.mean()) > _HELD_OUT_SHARE * limit else None


def _data(card: CardReading) -> Data:
    good = np.isfinite(card.paper.rgb).all(axis=1) if len(card.paper.rgb) else np.zeros(0, dtype=bool)
    cells = int(good.sum())
    rgb = np.concatenate([np.array([one.rgb for one in card.samples]), card.paper.rgb[good].reshape(-1, 3)])
    xy = np.concatenate([np.array([one.xy_px for one in card.samples]), card.paper.xy_px[good].reshape(-1, 2)])
    lab = np.array([one.lab_d50 for one in card.samples] + [PAPER_LAB] * cells)
    weight = np.array([1 / _EXPECTED[one.patch.role] for one in card.samples] + [1 / _EXPECTED_PAPER] * cells)
    return Data(rgb / 255, xy, lab, weight, len(card.samples))


def _start(card: CardReading, data: Data, mixing: Mixing) -> Camera:
    centre = np.array([(card.width - 1) / 2, (card.height - 1) / 2])
    unit = max(card.width, card.height) / 2
    middle = card.corners_px.mean(0)
    field = FlatField(np.zeros((3, 2)), np.zeros(2), centre, unit, (middle - centre) / unit)
    curve = ToneCurve(np.zeros(BENDS), np.zeros(3))
    light = mixed(curve.light(data.share), "3x3")
    xyz = lab_to_xyz(data.lab_d50, "D50")
    used = data.weight > 0
    weight = (1 / (xyz[used, 1] + 0.02))[:, None]
    matrix = np.linalg.lstsq(light[used] * weight, xyz[used] * weight, rcond=None)[0].T
    if mixing != "3x3":
        matrix = np.hstack([matrix, np.zeros((3, 3))])
    return Camera(mixing, curve, field, matrix)


def _left_out_error(fit: Fit, data: Data) -> float:
    lab = data.lab_d50[: data.patches]
    used = np.isfinite(data.weight[: data.patches])
    return float(delta_e00(lab, lab + fit.left_out)[used].mean())
