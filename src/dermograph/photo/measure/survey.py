"""The cells of an area in one photograph or in two: lesion, ring and the healthy skin beyond, with their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.colour.spaces import rgb_to_lab
from dermograph.photo.finding import Refusal
from dermograph.photo.measure.cells import core
from dermograph.photo.measure.draws import Cells
from dermograph.photo.measure.nulls import Nulls, nulls
from dermograph.photo.measure.shot import Shot, View, baseline_view, carried_view
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.ring import Reach, Ring, ring
from dermograph.photo.outline.transfer import NOT_COVERED
from dermograph.photo.outline.window import Window
from dermograph.photo.register.registration import Registration

Picture = NDArray[np.float32]

_CELLS_PER_MM = 5.0
_CELLS_ACROSS = 60.0  # of the lesion's diameter, without a scale
_SCENE_CELLS_PER_MM = 1.5
_SCENE_CELLS_ACROSS = 12.0
_SCENE_CELLS = 30_000
_LEAST_CELLS = 9
_LEAST_LESION = 0.4  # of the lesion's cells must be bare in every photograph
_DEFAULT_RESIDUAL_PX = 2.0  # where a registration does not state its own
#: Standard deviation of the contrast of nothing, L*, a*, b*: what the unevenness of skin makes of it, alike in all
#: photographs, and what one photograph under the capture protocol adds. Measured on phantoms with seeds below 10,000.
_NULL_SKIN, _NULL_SHOT = (0.4, 0.3, 0.15), (0.03, 0.05, 0.06)

LESION_HIDDEN = Refusal(
    "lesion_hidden",
    Text(
        "Hair, glare or an object hides much of the lesion.",
        "El vello, un brillo o un objeto oculta gran parte de la lesión.",
    ),
    Text("Photograph it uncovered and without reflections.", "Fotografíela descubierta y sin reflejos."),
)
TOO_FEW_PIXELS = Refusal(
    "too_few_pixels",
    Text(
        "The lesion is too small in the photograph to be measured.",
        "La lesión es demasiado pequeña en la fotografía para medirla.",
    ),
    Text("Come closer.", "Acérquese."),
)


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """An area and the skin beside it.

    Attributes:
        window: Over the baseline.
        views: Each photograph on its cells, the baseline first.
        labs: ``(h, w, 3)`` CIELAB of each; sRGB taken at its word where there is no calibration.
        cells: Which cells count.
        ring: The adjacent skin, the same in all photographs.
        residual: Standard error of the registration along one axis, cells; 0 for one photograph.
    """

    window: Window
    views: tuple[View, ...]
    labs: tuple[Picture, ...]
    cells: Cells
    ring: Ring
    residual: float


def survey(shots: Sequence[Shot], outline: Outline, registration: Registration | None) -> Site | Refusal:
    """Find the cells of an area and of the skin beside it.

    Args:
        shots: The baseline, and the follow-up if there is one.
        outline: The lesion in the baseline.
        registration: Where the baseline's points lie in the follow-up; None for one photograph.
    """
    mm_per_px = scale_at(shots[0], outline)
    per_px = 1 / mm_per_px if mm_per_px else None
    diameter = 2 * float(np.sqrt(outline.area_px / np.pi))
    density = _CELLS_PER_MM * mm_per_px if mm_per_px else _CELLS_ACROSS / diameter
    reach_px = Reach.of(outline.area_px, per_px).outer
    window = Window.around(outline, reach_px, shots[0].size, density)
    views = _views(shots, window, registration)
    if views is None:
        return NOT_COVERED
    per_mm = window.scale / mm_per_px if mm_per_px else None
    lesion = window.mask(outline)
    bare = np.logical_and.reduce([one.bare for one in views])
    if core(lesion, per_mm).sum() < _LEAST_CELLS:
        return TOO_FEW_PIXELS
    if float(bare[lesion].mean()) < _LEAST_LESION or (core(lesion, per_mm) & bare).sum() < _LEAST_CELLS:
        return LESION_HIDDEN
    labs = tuple(lab_of(shot, view) for shot, view in zip(shots, views, strict=True))
    reach = Reach.of(float(lesion.sum()), per_mm)
    usable, found = bare, None
    for lab in labs:
        found = ring(lesion, usable, lab, reach, per_mm)
        if isinstance(found, Refusal):
            return found
        usable = found.mask
    assert isinstance(found, Ring)  # noqa: S101 -- there is at least one photograph
    residual = 0.0
    if registration is not None:
        residual_px = _DEFAULT_RESIDUAL_PX if registration.residual_px is None else registration.residual_px
        residual = residual_px * window.scale / float(np.sqrt(2))
    return Site(window, views, labs, Cells(lesion, bare, found.mask, per_mm), found, residual)


def scale_at(shot: Shot, outline: Outline) -> float | None:
    """Millimetres per px at the middle of a lesion; None without a card of known size, or beyond its horizon."""
    if shot.card is None or shot.card.scale is None:
        return None
    x0, y0, x1, y1 = outline.bounds
    found = float(shot.card.mm_per_px_at(np.array([(x0 + x1) / 2, (y0 + y1) / 2])))
    return found if np.isfinite(found) and found > 0 else None


def lab_of(shot: Shot, view: View) -> Picture:
    """CIELAB D65 of the cells of a view, ``(h, w, 3)``; 0 where the photograph does not reach."""
    if shot.calibration is None:
        return rgb_to_lab(view.rgb / 255).astype(np.float32)
    xy = np.where(view.known[..., None], view.xy, 0.0)
    return np.asarray(shot.calibration.lab(view.rgb, xy), dtype=np.float32)


def healthy_nulls(
    shots: Sequence[Shot], outline: Outline, registration: Registration | None, per_mm: float | None, scale: float
) -> Nulls:
    """The contrast of nothing over the whole of what the photographs share."""
    width, height = shots[0].size
    diameter = 2 * float(np.sqrt(outline.area_px / np.pi))
    density = _SCENE_CELLS_ACROSS / diameter
    if per_mm:
        density = max(_SCENE_CELLS_PER_MM * scale / per_mm, density)
    density = min(density, float(np.sqrt(_SCENE_CELLS / (width * height))))
    window = Window.over(0, 0, width, height, density)
    views = _views(shots, window, registration)
    shared = np.kron(np.ones((len(shots), len(shots))), np.diag(np.square(_NULL_SKIN)))
    prior = shared + np.kron(np.eye(len(shots)), np.diag(np.square(_NULL_SHOT)))
    lesion = window.mask(outline)
    if views is None or not lesion.any():
        return Nulls(prior, 0)
    per_cell = None if per_mm is None else per_mm * window.scale / scale
    reach = Reach.of(float(lesion.sum()), per_cell)
    values = np.concatenate([lab_of(shot, view) for shot, view in zip(shots, views, strict=True)], axis=-1)
    bare = np.logical_and.reduce([one.bare for one in views])
    return nulls(values, bare, lesion, reach, prior)


def _views(shots: Sequence[Shot], window: Window, registration: Registration | None) -> tuple[View, ...] | None:
    first = baseline_view(shots[0], window)
    if registration is None or len(shots) == 1:
        return (first,)
    second = carried_view(shots[1], registration.after_xy(first.xy))
    return None if second is None else (first, second)
