"""A patch of skin with a lesion on it, before any camera has seen it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from dermograph.photo.card.layout import LAYOUTS
from dermograph.photo.phantom import lesions
from dermograph.photo.phantom.lesions import Contrast, Kind, Lesion
from dermograph.photo.phantom.skin import Skin, bare_skin

CardName = Literal["a6", "small", "colorchecker", "colorchecker-mini"]
_MARGIN = 0.08
_OF_ROOM = 0.5  # of the room beside the card that a lesion takes at most


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Skin with a lesion: what a photograph may show.

    Its canvas is larger than the photograph by ``margin_px`` on each side, so that a moved camera still sees skin.

    Attributes:
        seed: What it was drawn with.
        width: Of its photographs, px.
        height: Of its photographs, px.
        margin_px: Canvas beyond the frame of a straight photograph, on each side.
        px_per_mm: Density of the canvas and of a straight photograph.
        phototype: Fitzpatrick's, 1 to 6.
        skin: The skin without the lesion.
        lesion: The lesion at the first visit.
        card: Name of the calibration card's layout; None for none.
        hair: 0 for none to 1 for much.
        pen: Whether a ring and a number are drawn around the lesion.
        ruler: Whether a ruler lies below the lesion.
    """

    seed: int
    width: int
    height: int
    margin_px: int
    px_per_mm: float
    phototype: int
    skin: Skin
    lesion: Lesion
    card: CardName | None
    hair: float = 0.0
    pen: bool = False
    ruler: bool = False


def scene(  # noqa: PLR0913 -- each argument is one thing that a patch of skin has
    seed: int,
    *,
    width: int = 4000,
    height: int = 3000,
    px_per_mm: float = 20.0,
    phototype: int = 2,
    lesion: Kind = "scar",
    contrast: Contrast | None = None,
    delta_e00: float | None = None,
    size_mm: float | None = None,
    card: CardName | None = "small",
    hair: float = 0.0,
    pen: bool = False,
    ruler: bool = False,
) -> Scene:
    """Make a patch of skin with a lesion on it.

    Args:
        seed: Settles everything that is not given; from 10,000 on held out.
        width: Of its photographs, px.
        height: Of its photographs, px.
        px_per_mm: Density on the skin.
        phototype: Fitzpatrick's, 1 to 6.
        lesion: What kind of lesion.
        contrast: ΔL*, Δa*, Δb* of the lesion to the skin beside it; None for what is usual for the kind.
        delta_e00: Scales the contrast to this difference from the mean skin; None leaves it.
        size_mm: Diameter of the lesion (striae: length); None for what is usual, less where the card leaves less room.
        card: The calibration card in view; None for none.
        hair: 0 for none to 1 for a hairy forearm.
        pen: Draw a ring and a number around the lesion, anew at each visit.
        ruler: Lay a ruler below the lesion, anew at each visit.

    Raises:
        ValueError: The phototype is not 1 to 6.
    """
    rng = np.random.default_rng([seed, 1])
    margin = round(_MARGIN * max(width, height))
    skin = bare_skin(rng, height + 2 * margin, width + 2 * margin, px_per_mm, phototype)
    room_mm = width / px_per_mm
    if card is not None:
        room_mm -= 1.06 * LAYOUTS[card].width_mm
    middle = 0.5 * room_mm * px_per_mm
    usual_mm = lesions.KINDS[lesion].size_mm
    size_mm = min(usual_mm, max(_OF_ROOM * room_mm, 3.0)) if size_mm is None else size_mm
    drawn = lesions.lesion(rng, lesion, (margin + middle, margin + 0.5 * height), px_per_mm, size_mm)
    full = contrast or drawn.contrast
    if delta_e00 is not None:
        full = lesions.contrast_of(skin.tone, full, delta_e00)
    placed = replace(drawn, contrast=full)
    return Scene(seed, width, height, margin, px_per_mm, phototype, skin, placed, card, hair, pen, ruler)
