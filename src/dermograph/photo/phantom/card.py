"""A printed calibration card: every rectangle of its layout, with the small errors of a print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.card.draw_raster import card_lab
from dermograph.photo.card.layout import LAYOUTS, Layout
from dermograph.photo.colour.spaces import adapted, lab_to_xyz, xyz_to_lab
from dermograph.photo.phantom.sheets import Sheet, fill, light_of, light_of_white

#: Spread of what a print adds to L*, a*, b* of every colour, and of what it adds to one patch alone (assumption).
_CAST, _OWN = (0.6, 0.8, 1.0), (0.6, 0.7, 0.7)
_GAIN = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class PrintedCard:
    """One card as it came out of a printer.

    Attributes:
        layout: What was printed.
        serial: Its number; None for a kind without one.
        sheet: The print.
        patches_lab_d50: True colour of each patch by its id, CIELAB D50: what a spectrophotometer would say.
    """

    layout: Layout
    serial: int | None
    sheet: Sheet
    patches_lab_d50: dict[str, tuple[float, float, float]]


@lru_cache(maxsize=4)
def printed(name: str, serial: int, px_per_mm: float, print_seed: int | None) -> PrintedCard:
    """Print a card.

    Args:
        name: Of the layout.
        serial: Number on it; not used for a kind without one.
        px_per_mm: Density that it will be seen with.
        print_seed: Settles by how much the printed colours miss the nominal ones (about 2 ΔE); None for a perfect one.

    Raises:
        KeyError: If there is no such layout.
    """
    layout = LAYOUTS[name]
    number = None if layout.code is None else serial
    labs = _printed_labs(layout, print_seed)
    canvas = _light(card_lab(layout, number, px_per_mm))
    if print_seed is not None:
        for patch in layout.patches:
            fill(canvas, px_per_mm, (patch.x_mm, patch.y_mm, patch.width_mm, patch.height_mm), light_of(labs[patch.id]))
    canvas.flags.writeable = False
    return PrintedCard(layout, number, Sheet(canvas, px_per_mm, layout.width_mm, layout.height_mm), labs)


def _light(lab_d50: NDArray[np.float32]) -> NDArray[np.float32]:
    """CIELAB D50 to linear sRGB for a whole picture; nothing that is printed is as dark as L* 8."""
    to_f = np.array([[1 / 116, 1 / 500, 0, 16 / 116], [1 / 116, 0, 0, 16 / 116], [1 / 116, 0, -1 / 200, 16 / 116]])
    light = cv2.transform(lab_d50, to_f)
    light = light * light * light
    return np.asarray(cv2.transform(light, light_of_white()), dtype=np.float32)


def patch_lab_d65(lab_d50: ArrayLike) -> NDArray[np.float64]:
    """The colour of a patch under D65, adapted as the rest of the measurement does."""
    return xyz_to_lab(adapted(lab_to_xyz(lab_d50, "D50"), "D50", "D65"), "D65")


def _printed_labs(layout: Layout, print_seed: int | None) -> dict[str, tuple[float, float, float]]:
    """The colours that came out: each a little off, by a common cast and by its own error; grey stays nearly grey."""
    if print_seed is None:
        return {patch.id: patch.lab_d50 for patch in layout.patches}
    rng = np.random.default_rng([print_seed, 5])
    cast, gain = rng.normal(0, _CAST), 1 + rng.normal(0, _GAIN, 3)
    found = {}
    for patch in layout.patches:
        own = rng.normal(0, _OWN)
        lab = np.array(patch.lab_d50) * gain + (0.3 * own if patch.role == "grey" else own + cast)
        found[patch.id] = (float(lab[0]), float(lab[1]), float(lab[2]))
    return found
