"""What the rounding of colour in a JPEG file does to the mean colour of an area.

A JPEG file keeps colour, apart from brightness, for blocks of 16 x 16 px, and on skin, which is smooth, hardly more
than one value a block: it is rounded in the file, and again to whole numbers when the file is unpacked. Over uneven
skin the roundings cancel; a lesion of even colour may be rounded one way as a whole.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.calibration import Calibration

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_BLOCK_PX = 16  # 8 x 8 values of colour, each for 2 x 2 px, as nearly all phones write them
#: Over how many px the rounding of neighbouring values is taken to be alike; fits phantoms with seeds below 10,000.
_ALIKE_PX = 4
_STEP = 1.0  # units of a pixel value
#: Blue and red difference of R, G, B; and R, G, B of one unit of each. Source: ITU-T T.871 (JFIF), clause 7.
_TO_CHROMA = np.array([[-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
_FROM_CHROMA = np.array([[0.0, -0.344136, 1.772], [1.402, -0.714136, 0.0]])


def rounding_errors(
    rgb: NDArray[np.float32], area: Mask, cells_per_px: float, calibration: Calibration, place: Floats
) -> Floats:
    """Two independent errors of the mean colour of an area, each as one standard deviation.

    Args:
        rgb: ``(h, w, 3)`` means over cells, encoded, 0 to 255.
        area: ``(h, w)`` cells of the area, at least one.
        cells_per_px: Cells for one px of the photograph.
        calibration: The way from pixels to CIELAB.
        place: ``(2,)`` where the area lies in the photograph, px.

    Returns:
        ``(2, 3)`` CIELAB: from the rounding of blue and of red difference.
    """
    rows, cols = np.nonzero(area)
    box = slice(int(rows.min()), int(rows.max()) + 1), slice(int(cols.min()), int(cols.max()) + 1)
    side = max(round(_ALIKE_PX * cells_per_px), 1)
    chroma = cv2.blur(np.asarray(rgb[box].astype(np.float64) @ _TO_CHROMA.T), (side, side))
    spread = chroma[area[box]].std(axis=0)
    blocks = max(float(area.sum()) / (_BLOCK_PX * cells_per_px) ** 2, 1.0)
    colour = rgb[area].mean(axis=0, dtype=np.float64)
    steps = np.concatenate([colour[None], colour + _FROM_CHROMA])
    lab = calibration.lab(steps, np.broadcast_to(place, (3, 2)))
    return np.asarray((lab[1:] - lab[0]) * _of_mean(spread, blocks)[:, None], dtype=np.float64)


def _of_mean(spread: Floats, blocks: float) -> Floats:
    """Standard error of a mean of values that are rounded to ``_STEP``, in its unit.

    Values that vary by a good part of a step are rounded independently of each other, values that are alike are not.

    Source: the first harmonic of a uniform quantiser's error, Widrow, Kollár, Quantization Noise (2008), chapter 4.
    """
    alike = np.exp(-2 * (np.pi * spread / _STEP) ** 2)
    return np.asarray(_STEP / np.sqrt(12) * np.sqrt(alike**2 + (1 - alike**2) / blocks), dtype=np.float64)
