"""From light to file: uneven light, sensitivities, scattered light, blur, noise, tone curve, JPEG."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.spaces import encoded
from dermograph.photo.phantom.conditions import Conditions
from dermograph.photo.phantom.fields import times

_STEPS = 65535
_OWN_NOISE = 0.7  # noise that a channel has for itself, over that which it shares


def exposed(rng: np.random.Generator, light: NDArray[np.float32], taken: Conditions) -> NDArray[np.uint8]:
    """What the phone's file holds.

    Args:
        rng: Where the noise comes from.
        light: ``(h, w, 3)`` linear sRGB on the sensor under even light; is changed.
        taken: Light, camera and file.

    Returns:
        ``(h, w, 3)`` uint8, decoded from the JPEG file.
    """
    height, width = light.shape[:2]
    cv2.multiply(light, cv2.merge(lit(taken, height, width)), dst=light)
    light = np.asarray(cv2.transform(light, np.column_stack([taken.matrix, taken.flare])), dtype=np.float32)
    light = _blurred(light, taken, width)
    _add_noise(rng, light, taken)
    np.clip(light, 0, 1, out=light)
    light *= _STEPS
    plain = cv2.LUT(light.astype(np.uint16), tone_curve(taken))
    settings = [cv2.IMWRITE_JPEG_QUALITY, taken.quality]
    _, file = cv2.imencode(".jpg", plain[..., ::-1], settings)
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)


def lit(taken: Conditions, height: int, width: int) -> list[NDArray[np.float32]]:
    """How strongly each place of the frame is lit, per channel, 1 in the middle."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    fields = []
    for (across, down), bend in zip(taken.slope, taken.bend, strict=True):
        row = 1 + np.float32(across) * x - np.float32(bend / 2) * x**2
        column = np.float32(down) * y - np.float32(bend / 2) * y**2
        fields.append(row + column)
    return fields


def tone_curve(taken: Conditions) -> NDArray[np.uint8]:
    """The phone's own curve from linear light to 8 bits, for each of 65,536 steps.

    sRGB's curve bent to another exponent, with an s-curve on top; it passes through 0 and 1.
    """
    linear = np.arange(_STEPS + 1) / _STEPS
    curve = encoded(linear ** (2.2 / taken.gamma))
    curve = curve + taken.s_curve * curve * (1 - curve) * (2 * curve - 1)
    return np.rint(255 * curve).astype(np.uint8)


def _blurred(light: NDArray[np.float32], taken: Conditions, width: int) -> NDArray[np.float32]:
    """Out of focus, then moved."""
    soft = cv2.GaussianBlur(light, (0, 0), taken.blur_px)
    length = taken.motion_px * width / 4000
    if length < 1:
        return np.asarray(soft, dtype=np.float32)
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((8 * (2 * half + 1),) * 2, np.float32)
    middle = kernel.shape[0] / 2 - 0.5
    reach = 4 * length * np.array([np.cos(taken.motion_rad), np.sin(taken.motion_rad)])
    ends = [tuple(int(v) for v in np.rint((middle + sign * reach) * 16)) for sign in (-1, 1)]
    cv2.line(kernel, (ends[0][0], ends[0][1]), (ends[1][0], ends[1][1]), 1.0, 8, cv2.LINE_8, 4)
    small = cv2.resize(kernel, (2 * half + 1,) * 2, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.filter2D(soft, -1, small / small.sum()), dtype=np.float32)


def _add_noise(rng: np.random.Generator, light: NDArray[np.float32], taken: Conditions) -> None:
    """Poisson-like noise that grows with the light, and the sensor's own; half of it is common to the channels."""
    height, width = light.shape[:2]
    common = rng.standard_normal((height, width), dtype=np.float32)
    own = rng.standard_normal(((height + 1) // 2, (width + 1) // 2, 3), dtype=np.float32)
    noise = cv2.resize(own, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.addWeighted(cv2.merge([common, common, common]), 1, noise, _OWN_NOISE, 0, dst=noise)
    spread = np.maximum(light[..., 1], 0) * np.float32(taken.shot_noise)
    spread += np.float32(taken.read_noise**2)
    np.sqrt(spread, out=spread)
    times(np.asarray(noise), spread)
    cv2.add(light, noise, dst=light)
