"""The size of a lesion within its visible border: area, and for bands length and width.

The outline that a person drew is only where the border is looked for. Carried over to the follow-up it would have the
same size by construction; so the border is found anew in each photograph, in the same manner, or no size is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.photo.card.reading import CardReading
from dermograph.photo.finding import Refusal
from dermograph.photo.measure import kinds
from dermograph.photo.measure.shot import Shot
from dermograph.photo.measure.survey import Site
from dermograph.photo.measure.values import Kind
from dermograph.photo.outline.border import FINER, NOT_DISTINCT, Border, Rough, border
from dermograph.photo.outline.midline import midline
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.walk import walk_length
from dermograph.photo.outline.window import Window

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ELONGATED = 3.0  # length over width of a band
_LEAST_ROUNDABOUT = 18.0  # border² over area: 12.6 for a disc, 21 for such a band; saves looking for a middle line
#: What the border of an uneven lesion is off by, mm for a level that varies by its whole step; and a share of it that
#: two photographs of one lesion do not have in common. Measured on phantoms with seeds below 10,000.
_METHOD_MM, _METHOD_APART = 0.3, 0.5
#: What a band's pointed ends hide of its length: a share of its width, and mm² over its width, as where it is narrower
#: than about 0.8 mm no border is seen (measured likewise).
_ENDS, _POINTS_MM2 = 0.3, 1.5
_PIECES = 0.03  # of a drawn band may lie in other pieces than its largest
_LEAST_ACROSS = 0.12  # of the area may lie within 0.1 mm of the border
_FINEST_MM = 0.1
#: How far the skin of a lesion may lean against the card's plane, and lie above or below it as a share of the distance
#: (assumption).
_LEAN_RAD, _DEPTH_SHARE = 0.09, 0.003

NO_SCALE = Refusal(
    "no_scale",
    Text(
        "Sizes are not measured without a calibration card of known size.",
        "Los tamaños no se miden sin una tarjeta de calibración de tamaño conocido.",
    ),
    Text("Lay the card beside the lesion.", "Ponga la tarjeta junto a la lesión."),
)
NOT_ELONGATED = Refusal(
    "not_elongated",
    Text(
        "Length and width are measured for bands only, such as striae.",
        "La longitud y la anchura solo se miden en bandas, como las estrías.",
    ),
)
TOO_SMALL = Refusal(
    "too_small",
    Text(
        "The lesion, or each of its parts, is too small for its size to be measured in a photograph.",
        "La lesión, o cada una de sus partes, es demasiado pequeña para medir su tamaño en una fotografía.",
    ),
)
PARTS_TOUCH = Refusal(
    "parts_touch",
    Text(
        "The longest band runs into another, so that it has no length of its own.",
        "La banda más larga se une a otra, por lo que no tiene una longitud propia.",
    ),
)


@dataclass(frozen=True, slots=True)
class Size:
    """One size in one photograph.

    Attributes:
        value: In the unit of its kind.
        noise: Standard uncertainty from where the border lies, not shared with another photograph.
        method: The same, shared between photographs of one lesion.
        scale: From the card and from skin that does not lie in its plane.
    """

    value: float
    noise: float
    method: float
    scale: float

    def quantity(self, unit: str) -> Quantity:
        """With its whole standard uncertainty."""
        return Quantity(self.value, float(np.hypot(np.hypot(self.noise, self.method), self.scale)), unit)


Sizes = dict[Kind, Size | Refusal]


def longest_part(outline: Outline) -> int:
    """The number of the part that reaches farthest."""
    return int(np.argmax([np.linalg.norm(np.ptp(part, axis=0)) for part in outline.lesion]))


def sizes(shot: Shot, site: Site, outline: Outline, band: int) -> Sizes:
    """Area, length and width of the lesion in one photograph.

    Args:
        shot: The photograph in which the site's window lies.
        site: The lesion in this photograph alone.
        outline: The lesion as it was drawn or carried over.
        band: Number of the part whose length and width are wanted.
    """
    cells = site.cells
    if shot.card is None or cells.per_mm is None:
        return dict.fromkeys(kinds.SIZES, NO_SCALE)
    found = border(Rough(cells.lesion, cells.ring, cells.bare, site.labs[0], cells.per_mm))
    if isinstance(found, Refusal):
        return dict.fromkeys(kinds.SIZES, found)
    rows, cols = np.nonzero(found.fine)
    mm2 = _mm_per_cell(site.window, shot.card, _cells(np.stack([cols, rows], axis=-1), found)) ** 2
    mean_mm2 = float(mm2.mean())
    area_mm2 = float(mm2.sum()) / FINER**2 + found.lost_area * mean_mm2
    around_mm = found.length * float(np.sqrt(mean_mm2))
    if around_mm * _FINEST_MM > _LEAST_ACROSS * area_mm2:
        return dict.fromkeys(kinds.SIZES, TOO_SMALL)
    errors = found.noise / cells.per_mm, _METHOD_MM * found.unevenness, _u_scale(shot.card)
    noise, method, relative = (around_mm * errors[0], around_mm * errors[1], 2 * errors[2] * area_mm2)
    area = Size(area_mm2 / 100, noise / 100, method / 100, relative / 100)
    return {kinds.AREA: area, **_band(found, site.window, shot.card, _parts(site.window, outline, found), band, errors)}


def _parts(window: Window, outline: Outline, found: Border) -> list[Mask]:
    """Each drawn part as sub-cells of the border's box."""
    height, width = found.fine.shape
    corner = window.px_of(np.array(found.corner) - 0.5) + 0.5
    x0, y0 = float(corner[0]), float(corner[1])
    return [Outline((part,)).mask(x0, y0, width, height, scale=window.scale * FINER) for part in outline.lesion]


def _u_scale(card: CardReading) -> float:
    """Relative standard uncertainty of a length on skin that does not quite lie in the card's plane.

    Skin that leans by δ against a plane seen at a tilt t is foreshortened by tan(t) δ more than the plane, and by δ²/2
    even where t is 0, in one direction; a length in no particular direction by half of this.
    """
    tilt = np.radians(min(card.tilt_deg, 60.0))
    lean = (float(np.tan(tilt)) * _LEAN_RAD + _LEAN_RAD**2 / 2) / 2
    return float(np.sqrt(card.u_scale**2 + lean**2 + _DEPTH_SHARE**2))


def _cells(fine_xy: NDArray[np.intp] | Floats, found: Border) -> Floats:
    """Positions in sub-cells of the border's box as positions in cells of its window."""
    return np.asarray((fine_xy + 0.5) / FINER - 0.5 + np.array(found.corner), dtype=np.float64)


def _mm_per_cell(window: Window, card: CardReading, cells: Floats) -> Floats:
    return card.mm_per_px_at(window.px_of(cells)) / window.scale


def _band(
    found: Border, window: Window, card: CardReading, parts: list[Mask], band: int, errors: tuple[float, float, float]
) -> Sizes:
    """Length and width of one part, if it is a band of its own."""
    _, labels = cv2.connectedComponents(found.fine.astype(np.uint8), connectivity=4)
    held = [np.bincount(labels[part], minlength=2)[1:] for part in parts]
    names = [int(one.argmax()) + 1 for one in held]
    if names.count(names[band]) > 1:
        return dict.fromkeys((kinds.LENGTH, kinds.WIDTH), PARTS_TOUCH)
    if np.sum(held[band]) - np.max(held[band]) > _PIECES * np.count_nonzero(parts[band]):
        return dict.fromkeys((kinds.LENGTH, kinds.WIDTH), NOT_DISTINCT)
    mine = labels == names[band]
    if walk_length(mine) ** 2 < _LEAST_ROUNDABOUT * np.count_nonzero(mine):
        return dict.fromkeys((kinds.LENGTH, kinds.WIDTH), NOT_ELONGATED)
    rows, cols = np.nonzero(mine)
    x, y = int(cols.min()), int(rows.min())
    part = np.pad(mine[y : rows.max() + 1, x : cols.max() + 1], 2)
    path = _cells(midline(part) - 2 + (x, y), found)
    scale = float(_mm_per_cell(window, card, path).mean())
    length_mm = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum()) * scale
    area_mm2 = (len(rows) / FINER**2 + found.lost_area / max(found.parts, 1)) * scale**2
    width_mm = area_mm2 / length_mm
    if length_mm < _ELONGATED * width_mm:
        return dict.fromkeys((kinds.LENGTH, kinds.WIDTH), NOT_ELONGATED)
    noise, method, relative = errors
    ends = _ENDS * width_mm + _POINTS_MM2 / width_mm
    return {
        kinds.LENGTH: Size(length_mm, float(np.hypot(2 * noise, ends / 4)), ends, relative * length_mm),
        kinds.WIDTH: Size(
            width_mm, 2 * noise, float(np.hypot(2 * method, width_mm * ends / length_mm)), relative * width_mm
        ),
    }


def change(before: Size, after: Size, unit: str, stretch: float) -> tuple[Quantity, dict[str, float]]:
    """After minus before, and its standard uncertainty by source.

    Args:
        before: In the baseline.
        after: In the follow-up.
        unit: Of both.
        stretch: By how much the healthy skin around changed its size between the two photographs, as a share of the
            unit's
            own power: what no change of the lesion explains.
    """
    apart = _METHOD_APART * float(np.hypot(before.method, after.method))
    sources = {
        "outline": float(np.sqrt(before.noise**2 + after.noise**2 + apart**2)),
        "scale": float(np.sqrt(before.scale**2 + after.scale**2 + (stretch * after.value) ** 2)),
    }
    return Quantity(after.value - before.value, float(np.hypot(sources["outline"], sources["scale"])), unit), sources
