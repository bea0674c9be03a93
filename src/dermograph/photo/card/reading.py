"""Reading a calibration card in a photograph: where it lies, how large a pixel is, and the colours of its patches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.core.quantity import Quantity
from dermograph.photo.card.checker import on_own_edges
from dermograph.photo.card.checks import checked
from dermograph.photo.card.layout import Layout
from dermograph.photo.card.place import Place, found_card
from dermograph.photo.card.references import References
from dermograph.photo.card.refusals import CARD_TOO_SMALL, OTHER_CARD, WRONG_ORDER
from dermograph.photo.card.sampling import Paper, Sample, paper, rectified, sampled
from dermograph.photo.card.scale import mm_per_px_at, tilt_deg
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.image import Photograph

Floats = NDArray[np.float64]

_LEAST_CORNER_PX = 0.1  # what the refined corners of a sharp marker are good to


@dataclass(frozen=True, slots=True, eq=False)
class CardReading:
    """A card that was found and whose patches make sense.

    Attributes:
        layout: Which card.
        serial: Its number; None on a card without one.
        homography: ``(3, 3)``, card mm to photograph px.
        corners_px: ``(4, 2)`` of its paper: top left, top right, bottom right, bottom left of the upright card.
        width: Of the photograph, px.
        height: Of the photograph, px.
        tilt_deg: Between the card and the sensor.
        u_tilt_deg: Its standard uncertainty: the focal length is not known.
        scale: Millimetres per px at the card's centre; None for a card whose size is not known.
        u_scale: Relative standard uncertainty of a length in the card's plane, near the card.
        residual_px: What the plane leaves at the markers' corners, root mean square.
        blur_px: Blur of its edges, a standard deviation.
        samples: The patches that count.
        paper: Its bare paper.
        references: Where the patches' known colours come from.
        findings: What was noticed, such as patches left out.
    """

    layout: Layout
    serial: int | None
    homography: Floats
    corners_px: Floats
    width: int
    height: int
    tilt_deg: float
    u_tilt_deg: float
    scale: Quantity | None
    u_scale: float
    residual_px: float
    blur_px: float
    samples: tuple[Sample, ...]
    paper: Paper
    references: References
    findings: tuple[Finding, ...]

    def mm_per_px_at(self, xy: ArrayLike) -> Floats:
        """Length of a px in the card's plane.

        Args:
            xy: ``(…, 2)`` places in the photograph, px.

        Returns:
            ``(…)`` mm; infinite beyond the plane's horizon.
        """
        return mm_per_px_at(self.homography, xy)

    def to_json(self) -> dict[str, Any]:
        """The card as the contract of ``compare --json`` has it."""
        return {
            "found": True,
            "layout": self.layout.name,
            "version": self.layout.version,
            "serial": self.serial,
            "references": self.references.source,
            "tilt_deg": {"value": self.tilt_deg, "u": self.u_tilt_deg},
            "mm_per_px": None if self.scale is None else {"value": self.scale.value, "u": self.scale.u},
            "corners_px": self.corners_px.tolist(),
            "residual_px": self.residual_px,
            "blur_px": self.blur_px,
            "patches_used": len(self.samples),
            "findings": [finding.to_json() for finding in self.findings],
        }


def read_card(photo: Photograph, references: References | None = None) -> CardReading | Refusal:
    """Find and read the calibration card in a photograph.

    Args:
        photo: The photograph.
        references: Measured colours of this very print; None for the nominal colours of its layout.

    Returns:
        The card; or why there is none that can be trusted.
    """
    grey = np.asarray(cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    place = found_card(grey)
    if isinstance(place, Refusal):
        return place
    known = references or References.nominal(place.layout)
    if not known.is_for(place.layout, place.serial):
        return OTHER_CARD
    if place.layout.markers_are_fixed:
        return _read(photo, place, place.homography, known)
    return _read_loose(photo, place, known)


def _read_loose(photo: Photograph, place: Place, known: References) -> CardReading | Refusal:
    """A chart that somebody laid between markers: either way up."""
    layout = place.layout
    turned = place.homography @ np.array([[-1, 0, layout.width_mm], [0, -1, layout.height_mm], [0, 0, 1.0]])
    refusal: Refusal = WRONG_ORDER
    for homography in (place.homography, turned):
        own = on_own_edges(photo.rgb, layout, homography)
        read = WRONG_ORDER if own is None else _read(photo, place, own, known)
        if isinstance(read, CardReading):
            return read
        refusal = read if refusal is WRONG_ORDER else refusal
    return refusal


def _read(photo: Photograph, place: Place, homography: Floats, known: References) -> CardReading | Refusal:
    layout = place.layout
    raster = rectified(photo.rgb, layout, homography, place.blur_px)
    samples = sampled(raster, layout, known.values)
    if samples is None:
        return CARD_TOO_SMALL
    white = paper(raster, layout)
    found = checked(samples, white)
    if isinstance(found, Refusal):
        return found
    corners_mm = np.array([[0, 0], [layout.width_mm, 0], [layout.width_mm, layout.height_mm], [0, layout.height_mm]])
    corners = cv2.perspectiveTransform(corners_mm[None], homography)[0]
    u_scale = _u_scale(layout, corners, place.residual_px)
    middle = cv2.perspectiveTransform(corners_mm.mean(0)[None, None], homography)[0, 0]
    mm_per_px = float(mm_per_px_at(homography, middle))
    tilt, u_tilt = tilt_deg(homography, photo.width, photo.height)
    return CardReading(
        layout=layout,
        serial=place.serial,
        homography=homography,
        corners_px=corners,
        width=photo.width,
        height=photo.height,
        tilt_deg=tilt,
        u_tilt_deg=u_tilt,
        scale=Quantity(mm_per_px, mm_per_px * u_scale, "mm/px") if layout.size_is_known else None,
        u_scale=u_scale,
        residual_px=place.residual_px,
        blur_px=place.blur_px,
        samples=found.kept,
        paper=white,
        references=known,
        findings=found.findings,
    )


def _u_scale(layout: Layout, corners_px: Floats, residual_px: float) -> float:
    """Corners that are not exact, a card that is not flat, and a print that is not true to size."""
    corner_px = max(_LEAST_CORNER_PX, residual_px)
    across = float(np.linalg.norm(np.roll(corners_px, -1, axis=0) - corners_px, axis=1).min())
    return float(np.hypot(corner_px / across, layout.u_size))
