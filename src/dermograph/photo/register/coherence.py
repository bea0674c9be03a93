"""What two photographs show alike, wave by wave.

A camera that moved or was out of focus turns the contrast of fine waves round: dark furrows look bright, and seem to
have moved by half their spacing. No patch tells that from a real shift, but all patches together do: such waves
correlate negatively everywhere. Each wave therefore counts by how well it agrees over the whole of both photographs,
and noise, which agrees nowhere, drops out in the same way.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.normalise import MIDDLE, SPREAD, Grey, Mask

BLOCK_PX = 64
MOST_BLOCKS = 250
LEAST_BLOCKS = 6  # with fewer, the waves of chance look like agreement
CLEAR = 0.95  # share of a block that must be usable
KERNEL_PX = 31
AGREED = 0.1  # of the best wave; below it nothing agrees, and nothing is filtered


def shared(one: Grey, other: Grey, usable: Mask) -> tuple[Grey, Grey]:
    """Two images that lie over each other, each with the waves that do not agree taken out.

    Args:
        one: ``(h, w)`` locally normalised.
        other: ``(h, w)`` the same of the other photograph, as the map lays it over the first.
        usable: ``(h, w)`` where both show skin.

    Returns:
        Both filtered by the same symmetrical kernel, which moves nothing; as they were if too little is usable.
    """
    gain = agreement(one, other, usable)
    if gain is None or gain.max() < AGREED:
        return one, other
    kernel = _kernel(np.maximum(gain, 0))
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda image: _filtered(image, usable, kernel), (one, other))
    return next(found), next(found)


def agreement(one: Grey, other: Grey, usable: Mask) -> NDArray[np.float64] | None:
    """How each wave correlates over all blocks, −1 to 1.

    Returns:
        ``(64, 64)`` in the order of ``numpy.fft.fft2``; None if too few blocks are usable.

    Source: the real part of the coherency, J. S. Bendat, A. G. Piersol, "Random Data", 4th ed., Wiley 2010, chapter 5.
    """
    corners = _corners(usable)
    if len(corners) < LEAST_BLOCKS:
        return None
    taper = np.hanning(BLOCK_PX).astype(np.float32)
    window = np.outer(taper, taper)
    blocks = (
        np.stack([image[y : y + BLOCK_PX, x : x + BLOCK_PX] - np.float32(MIDDLE) for x, y in corners])
        for image in (one, other)
    )
    waves, other_waves = (np.fft.rfft2(each * window) for each in blocks)
    cross = (waves * other_waves.conj()).real.sum(axis=0)
    power, other_power = ((np.abs(each) ** 2).sum(axis=0) for each in (waves, other_waves))
    tiny = 1e-9
    cross, power, other_power = (_whole(half) for half in (cross, power, other_power))
    found: NDArray[np.float64] = _evened(cross) / np.sqrt(_evened(power) * _evened(other_power) + tiny)
    return found


def _whole(half: NDArray[np.floating]) -> NDArray[np.floating]:
    """A spectrum from the half that a real image has, as each wave counts as much as its mirror image."""
    mirrored = np.roll(half[::-1, -2:0:-1], 1, axis=0)
    return np.concatenate([half, mirrored], axis=1)


def _corners(usable: Mask) -> list[tuple[int, int]]:
    """The upper left corners of blocks that are usable."""
    height, width = usable.shape
    step = max(BLOCK_PX // 2, round(np.sqrt(height * width / MOST_BLOCKS)))
    sums = cv2.integral(usable.astype(np.uint8))
    found = []
    for y in range(0, height - BLOCK_PX + 1, step):
        for x in range(0, width - BLOCK_PX + 1, step):
            v, u = y + BLOCK_PX, x + BLOCK_PX
            if sums[v, u] - sums[y, u] - sums[v, x] + sums[y, x] >= CLEAR * BLOCK_PX**2:
                found.append((x, y))
    return found


def _evened(spectrum: NDArray[np.floating]) -> NDArray[np.float64]:
    """Each wave averaged with its neighbours; the spectrum goes round."""
    wide = np.pad(spectrum, 1, mode="wrap")
    return np.asarray(cv2.blur(wide, (3, 3))[1:-1, 1:-1], dtype=np.float64)


def _kernel(gain: NDArray[np.float64]) -> NDArray[np.float32]:
    """The gain as a small kernel without a mean."""
    middle, half = BLOCK_PX // 2, KERNEL_PX // 2
    whole = np.fft.fftshift(np.fft.ifft2(gain).real)
    taper = np.hanning(KERNEL_PX + 2)[1:-1]
    part = whole[middle - half : middle + half + 1, middle - half : middle + half + 1] * np.outer(taper, taper)
    return np.asarray(part - part.mean(), dtype=np.float32)


def _filtered(image: Grey, usable: Mask, kernel: NDArray[np.float32]) -> Grey:
    """An image through a kernel, with the deviation that local normalisation gives."""
    found = np.asarray(cv2.filter2D(image.astype(np.float32) - np.float32(MIDDLE), -1, kernel), dtype=np.float32)
    deviation = float(found[::3, ::3][usable[::3, ::3]].std()) if usable[::3, ::3].any() else 0.0
    found *= np.float32(SPREAD / max(deviation, 1e-6))
    found += np.float32(MIDDLE)
    found[~usable] = MIDDLE
    return np.clip(found, 0, 255, out=found).astype(np.uint8)
