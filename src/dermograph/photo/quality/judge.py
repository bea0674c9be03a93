"""All checks of one photograph, fast enough for a live camera."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.card.reading import CardReading
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.foreign.glare import glare
from dermograph.photo.foreign.outside import outside
from dermograph.photo.foreign.ruler import ruler
from dermograph.photo.foreign.skin import skin_view
from dermograph.photo.image import Photograph
from dermograph.photo.outline.outline import Outline
from dermograph.photo.quality.baseline import Baseline
from dermograph.photo.quality.focus import focus, window
from dermograph.photo.quality.light import clipped_share, clipping, exposure, glare_share
from dermograph.photo.quality.view import distance, framing, in_frame, resolution, tilt

#: Long side of the picture on which light is judged, px.
WORKING_PX = 640
_CARD_MARGIN = 0.10  # of its size: its edge throws a shadow
_LEAST_SKIN_PX = 50


def judge(
    photo: Photograph,
    card: CardReading | Refusal,
    *,
    baseline: Baseline | None = None,
    area: Outline | None = None,
) -> tuple[Finding, ...]:
    """Check one photograph.

    Args:
        photo: The photograph.
        card: Its card; or why there is none.
        baseline: How the first photograph of the area was taken; None if this is the first.
        area: The area in this photograph; None judges focus in the middle of the frame, and light on all but the card.

    Returns:
        One finding for each check: ``card``, ``colour``, ``focus``, ``exposure``, ``clipping``, ``glare``; with a card
        ``tilt`` and, where its size is known, ``resolution``; with an area ``in_frame``; with a baseline ``distance``
        and ``framing``.
    """
    read = card if isinstance(card, CardReading) else None
    bounds = None if area is None else area.bounds
    rows, columns = window(photo.width, photo.height, bounds)
    grey = cv2.cvtColor(np.ascontiguousarray(photo.rgb[rows, columns]), cv2.COLOR_RGB2GRAY)
    findings = [
        _card(card),
        _colour(photo),
        focus(np.asarray(grey, np.uint8), max(photo.width, photo.height), None if read is None else read.blur_px),
        *_light(photo, read, area),
    ]
    if read is not None:
        findings.append(tilt(read.tilt_deg))
    if read is not None and read.scale is not None:
        findings.append(resolution(_px_per_mm(read, photo, bounds)))
    if bounds is not None:
        findings.append(in_frame(bounds, photo.width, photo.height))
    if baseline is not None:
        now = Baseline.of(photo, card, area)
        findings += [distance(now, baseline), framing(now, baseline)]
    return tuple(findings)


def _light(photo: Photograph, card: CardReading | None, area: Outline | None) -> tuple[Finding, ...]:
    """Exposure, clipping and glare, on a reduced picture."""
    scale = min(1.0, WORKING_PX / max(photo.width, photo.height))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    # Nearest pixels, for clipping: a mean of a burnt-out pixel and another is not burnt out.
    picked = np.asarray(cv2.resize(photo.rgb, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    mean = np.asarray(cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    skin = _skin(size, scale, card, area)
    view = skin_view(mean)
    shine = glare(view)
    if area is None:
        skin &= ~(ruler(view) | outside(view))
    frame = float(np.percentile(picked.reshape(-1, 3)[::7].max(axis=1), 99))
    return (
        exposure(_paper(card), frame),
        clipping(clipped_share(picked[skin])),
        glare_share(float(shine[skin].mean()) if skin.any() else 0.0),
    )


def _skin(size: tuple[int, int], scale: float, card: CardReading | None, area: Outline | None) -> NDArray[np.bool_]:
    """Where light is judged in the reduced picture: the area, or all but the card."""
    width, height = size
    if area is not None:
        inside = area.mask(0, 0, width, height, scale=scale)
        if np.count_nonzero(inside) >= _LEAST_SKIN_PX:
            return inside
    mask = np.ones((height, width), np.uint8)
    if card is not None:
        corners = (card.corners_px + 0.5) * scale - 0.5
        middle = corners.mean(axis=0)
        wider = middle + (corners - middle) * (1 + 2 * _CARD_MARGIN)
        cv2.fillConvexPoly(mask, np.rint(wider).astype(np.int32), 0)
    return mask.astype(np.bool_)


def _paper(card: CardReading | None) -> float | None:
    """White paper in its brightest channel, 0 to 255; NaN if none of it is usable, None without a card."""
    if card is None or not len(card.paper.rgb):
        return None
    known = card.paper.rgb[~np.isnan(card.paper.rgb).any(axis=1)]
    return float(np.median(known.max(axis=1))) if len(known) else float("nan")


def _px_per_mm(card: CardReading, photo: Photograph, bounds: tuple[float, float, float, float] | None) -> float:
    """Pixels for a millimetre in the card's plane, at the middle of the area or of the frame."""
    x0, y0, x1, y1 = bounds or (0.0, 0.0, float(photo.width), float(photo.height))
    length = float(card.mm_per_px_at(np.array([(x0 + x1) / 2, (y0 + y1) / 2])))
    return 1 / length if length > 0 else 0.0


def _card(card: CardReading | Refusal) -> Finding:
    """Whether there is a card to measure by."""
    if isinstance(card, Refusal):
        return Finding("card", passed=False, says=card.says, todo=card.todo)
    return Finding("card", passed=True, says=Text("The card was found and read.", "La tarjeta se encontró y se leyó."))


def _colour(photo: Photograph) -> Finding:
    """Whether the photograph holds colour."""
    if photo.has_colour:
        return Finding("colour", passed=True, says=Text("The photograph has colour.", "La fotografía tiene color."))
    return Finding(
        "colour",
        passed=False,
        says=Text("The photograph has no colour.", "La fotografía no tiene color."),
        todo=Text(
            "Take it in colour, without a black-and-white filter.", "Hágala en color, sin filtro de blanco y negro."
        ),
    )
