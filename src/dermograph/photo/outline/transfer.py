"""Carrying an outline from the baseline to the follow-up."""

from __future__ import annotations

import numpy as np

from dermograph.core.text import Text
from dermograph.photo.finding import Refusal
from dermograph.photo.outline.outline import Outline, Points, signed_area
from dermograph.photo.register.registration import Registration

_MOST_POINTS = 4_000  # of the whole outline, so that a warp is followed and nothing grows without bound
_LEAST_STEP_PX = 2.0
_AREA_KEPT = 0.25  # a map that shrinks a part further than this, relative to the whole, has folded there

NOT_COVERED = Refusal(
    "outline_not_covered",
    Text(
        "Part of the lesion cannot be found in the follow-up photograph.",
        "Parte de la lesión no se encuentra en la fotografía de seguimiento.",
    ),
    Text(
        "Photograph the whole lesion with skin all around it.",
        "Fotografíe la lesión entera, con piel a su alrededor.",
    ),
)
FOLDED = Refusal(
    "outline_folded",
    Text(
        "The map between the photographs folds within the lesion.",
        "La correspondencia entre las fotografías se pliega dentro de la lesión.",
    ),
    Text("Click a few landmarks around it in both.", "Marque algunos puntos de referencia alrededor, en ambas."),
)


def transfer(outline: Outline, registration: Registration) -> Outline | Refusal:
    """The same outline in the follow-up, sampled so densely that it follows every bend of the map.

    Args:
        outline: In the baseline.
        registration: Where its points lie in the follow-up.

    Returns:
        The outline in px of the follow-up, without landmarks; else why it cannot be carried over: the registration's
        own refusal, a part of the outline where the map is unknown, or a map that folds or mirrors.
    """
    if registration.refusal is not None:
        return registration.refusal
    around = sum(float(np.linalg.norm(part - np.roll(part, -1, axis=0), axis=1).sum()) for part in outline.lesion)
    step = max(_LEAST_STEP_PX, around / _MOST_POINTS)
    dense = [dense_edge(part, step) for part in outline.lesion]
    carried = [registration.after_xy(part) for part in dense]
    if not all(np.isfinite(part).all() for part in carried):
        return NOT_COVERED
    shares = np.array([signed_area(after) / signed_area(part) for part, after in zip(dense, carried, strict=True)])
    whole = sum(signed_area(part) for part in carried) / sum(signed_area(part) for part in dense)
    if not whole > 0 or (shares < _AREA_KEPT * whole).any():
        return FOLDED
    return Outline(tuple(carried))


def dense_edge(part: Points, step_px: float) -> Points:
    """A polygon with corners added on its edges, at most ``step_px`` from one to the next."""
    edges = np.roll(part, -1, axis=0) - part
    counts = np.maximum(np.ceil(np.linalg.norm(edges, axis=1) / step_px), 1).astype(np.intp)
    edge = np.repeat(np.arange(len(part)), counts)
    along = (np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[edge]
    found: Points = part[edge] + along[:, None] * edges[edge]
    return found
