"""How a photograph was taken: light, camera and file, in four tiers from the capture protocol to a careless snap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tier = Literal["protocol", "mild", "moderate", "severe"]


@dataclass(frozen=True, slots=True)
class Ranges:
    """Least and most of what a tier may draw.

    Attributes:
        gradient: Change of the light across the frame, as a share of its mean.
        falloff: Loss of light in the corners, as a share.
        white: Largest error of the white balance, too warm or too cool, as a share of red and of blue.
        crosstalk: How far the camera's sensitivities are from sRGB's.
        flare: Light that is scattered over the frame, as a share of white.
        blur_px: Standard deviation of the blur, px.
        motion_px: Length of the camera's movement, px at 4,000 px width.
        shot_noise: Variance of the noise at white, as a share of white squared.
        read_noise: Its standard deviation in black, as a share of white.
        quality: Of the JPEG file.
        exposure: Largest error of the exposure, as a share.
        gloss: Brightness of the glints of oily skin, linear.
        raking: How much a slope of the skin's relief changes the light on it, as a share.
        phones: How many different phones there are.
    """

    gradient: tuple[float, float]
    falloff: tuple[float, float]
    white: float
    crosstalk: float
    flare: tuple[float, float]
    blur_px: tuple[float, float]
    motion_px: tuple[float, float]
    shot_noise: float
    read_noise: float
    quality: tuple[int, int]
    exposure: float
    gloss: tuple[float, float]
    raking: tuple[float, float]
    phones: int


TIERS: dict[Tier, Ranges] = {
    "protocol": Ranges(
        gradient=(0.0, 0.05),
        falloff=(0.0, 0.03),
        white=0.02,
        crosstalk=0.04,
        flare=(0.001, 0.004),
        blur_px=(0.5, 0.7),
        motion_px=(0, 0),
        shot_noise=1e-4,
        read_noise=1e-3,
        quality=(95, 97),
        exposure=0.04,
        gloss=(0.002, 0.006),
        raking=(0.005, 0.015),
        phones=1,
    ),
    "mild": Ranges(
        gradient=(0.03, 0.10),
        falloff=(0.0, 0.06),
        white=0.06,
        crosstalk=0.06,
        flare=(0.002, 0.008),
        blur_px=(0.6, 0.9),
        motion_px=(0, 1),
        shot_noise=2e-4,
        read_noise=1.5e-3,
        quality=(91, 95),
        exposure=0.08,
        gloss=(0.006, 0.015),
        raking=(0.010, 0.025),
        phones=1,
    ),
    "moderate": Ranges(
        gradient=(0.15, 0.25),
        falloff=(0.03, 0.10),
        white=0.15,
        crosstalk=0.10,
        flare=(0.01, 0.02),
        blur_px=(0.8, 1.2),
        motion_px=(0, 2.5),
        shot_noise=4e-4,
        read_noise=2.5e-3,
        quality=(83, 90),
        exposure=0.15,
        gloss=(0.015, 0.04),
        raking=(0.02, 0.04),
        phones=6,
    ),
    "severe": Ranges(
        gradient=(0.30, 0.40),
        falloff=(0.05, 0.20),
        white=0.28,
        crosstalk=0.15,
        flare=(0.015, 0.035),
        blur_px=(1.4, 2.2),
        motion_px=(2, 6),
        shot_noise=1e-3,
        read_noise=5e-3,
        quality=(60, 72),
        exposure=0.25,
        gloss=(0.03, 0.08),
        raking=(0.02, 0.05),
        phones=6,
    ),
}
#: Linear light that the print's white takes at the middle exposure.
_WHITE_LEVEL = 0.72
_BRIGHTEST = 1.0  # as far as a phone's metering lets the print's white go where the light is strongest
_PAPER = 0.9  # about the reflectance of bare paper


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """What one photograph was taken with; see ``Ranges``.

    Attributes:
        slope: ``(3, 2)`` change of the light per channel from the middle to the right and to the lower edge, a share.
        bend: ``(3,)`` quadratic loss towards the corners, per channel.
        matrix: ``(3, 3)`` linear sRGB to the camera's own colours, times white balance and exposure.
        flare: ``(3,)`` scattered light, as a share of white.
        gamma: Exponent of the tone curve.
        s_curve: How far the tone curve bends, 0 for none.
        blur_px: Standard deviation of the lens's blur.
        motion_px: Length of the camera's movement, at 4,000 px width.
        motion_rad: Its direction.
        shot_noise: Variance of the noise at white.
        read_noise: Its standard deviation in black.
        quality: Of the JPEG file.
        light_rad: Direction that the light comes from.
        raking: How much a slope of the skin's relief changes the light on it.
        gloss: Brightness of the glints of oily skin.
        skin_gain: What the sensor sees of skin over what it sees of a print of the same colour, red, green and blue.
    """

    slope: NDArray[np.float64]
    bend: NDArray[np.float64]
    matrix: NDArray[np.float64]
    flare: NDArray[np.float64]
    gamma: float
    s_curve: float
    blur_px: float
    motion_px: float
    motion_rad: float
    shot_noise: float
    read_noise: float
    quality: int
    light_rad: float
    raking: float
    gloss: float
    skin_gain: tuple[float, float, float] = (1.0, 1.0, 1.0)


def draw(rng: np.random.Generator, tier: Tier, phone: int | None, metamerism: float = 0.0) -> Conditions:
    """Draw the conditions of one photograph.

    Args:
        rng: Where the randomness comes from.
        tier: How careful the photographer is.
        phone: Number of the phone, which settles its tone curve and sensitivities; None to draw one of the tier's.
        metamerism: Spread of ``skin_gain`` about 1, the same for all photographs of one phone.
    """
    span = TIERS[tier]
    number = int(rng.integers(span.phones)) if phone is None else phone
    own = np.random.default_rng([number, 77])
    gamma, s_curve = float(own.uniform(2.05, 2.45)), float(own.uniform(0.0, 0.35))
    gain = [1 + metamerism * float(value) for value in np.random.default_rng([number, 78]).normal(size=3)]
    cross = own.uniform(-1, 1, (3, 3)) * span.crosstalk
    np.fill_diagonal(cross, 0)
    matrix = np.eye(3) + cross
    matrix /= matrix.sum(axis=1, keepdims=True)
    warm, green = rng.uniform(-span.white, span.white), rng.uniform(-span.white, span.white) / 3
    white = np.exp(np.array([warm, green, -warm]))
    white /= white.mean()
    light_rad = float(rng.uniform(0, 2 * np.pi))
    strength = rng.uniform(*span.gradient) / 2
    tint = 1 + rng.normal(0, 0.12, (3, 1))
    slope = strength * tint * np.array([np.cos(light_rad), np.sin(light_rad)])
    bend = rng.uniform(*span.falloff) * (1 + rng.normal(0, 0.1, 3))
    brightest = float((white * (1 + strength)).max())
    exposure = min(_WHITE_LEVEL * (1 + rng.uniform(-span.exposure, span.exposure)), _BRIGHTEST / brightest)
    return Conditions(
        slope=slope,
        bend=bend,
        matrix=exposure / _PAPER * white[:, None] * matrix,
        flare=rng.uniform(*span.flare) * (1 + rng.normal(0, 0.1, 3)),
        gamma=gamma,
        s_curve=s_curve,
        blur_px=float(rng.uniform(*span.blur_px)),
        motion_px=float(rng.uniform(*span.motion_px)),
        motion_rad=float(rng.uniform(0, np.pi)),
        shot_noise=span.shot_noise,
        read_noise=span.read_noise,
        quality=int(rng.integers(span.quality[0], span.quality[1] + 1)),
        light_rad=light_rad,
        raking=float(rng.uniform(*span.raking)),
        gloss=float(rng.uniform(*span.gloss)),
        skin_gain=(gain[0], gain[1], gain[2]),
    )
