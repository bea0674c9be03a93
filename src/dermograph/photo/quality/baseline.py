"""How the first photograph of an area was taken: what every later one should repeat."""

from __future__ import annotations

from dataclasses import dataclass

from dermograph.photo.card.reading import CardReading
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph
from dermograph.photo.outline.outline import Outline


@dataclass(frozen=True, slots=True)
class Baseline:
    """Distance and framing of the first photograph.

    Attributes:
        frame_mm: Longer side of the frame on the skin, mm, whichever way the camera was turned; None if there was no
            card to tell.
        area_xy: Centre of the area as shares of width and height; None if it was not outlined.
        area_size: Larger side of the area's box as a share of the frame's width; None if it was not outlined.
    """

    frame_mm: float | None = None
    area_xy: tuple[float, float] | None = None
    area_size: float | None = None

    @classmethod
    def of(cls, photo: Photograph, card: CardReading | Refusal, area: Outline | None) -> Baseline:
        """What a photograph sets for those that follow."""
        frame_mm = None
        if isinstance(card, CardReading) and card.scale is not None:
            frame_mm = card.scale.value * max(photo.width, photo.height)
        if area is None:
            return cls(frame_mm)
        x0, y0, x1, y1 = area.bounds
        centre = (x0 + x1 + 1) / 2 / photo.width, (y0 + y1 + 1) / 2 / photo.height
        return cls(frame_mm, centre, max(x1 - x0, y1 - y0) / photo.width)
