"""What drawing on a photograph needs: its scale, the shape in a text, and the refinement of a rough outline."""

from __future__ import annotations

import math
from typing import Any

from dermograph.clinic.gallery.models import Photograph
from dermograph.photo.card.plane import CardPlane
from dermograph.photo.finding import Refusal
from dermograph.photo.image import read_photograph_bytes
from dermograph.photo.outline.assist import assisted
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.read_json import outline_of
from dermograph.photo.outline.ring import GAP_MM, WIDTHS_MM, Reach

_UNIT_AREA = math.pi / 4  # of a lesion that is one unit across


def plane_of(photograph: Photograph) -> CardPlane | None:
    """The plane of the card that was read in a photograph; None without a card whose size is known."""
    return CardPlane.of_json(photograph.findings.get("card"))


def shape_in(text: str, photograph: Photograph) -> dict[str, Any]:
    """The outline in a text as it is stored: polygons alone, held to every rule of an outline.

    Raises:
        InputError: If it cannot be used.
    """
    return Outline(_read(text, photograph.width, photograph.height).lesion).to_json()


def parts_of(shape: dict[str, Any] | None) -> list[Any]:
    """The polygons of a stored shape, also where there is only one."""
    lesion = (shape or {}).get("lesion") or []
    return [lesion] if lesion and not isinstance(lesion[0][0], list) else list(lesion)


def drawn_on(photograph: Photograph) -> dict[str, Any]:
    """What the page's script needs to know of a photograph: its scale, and where adjacent skin is looked at.

    Returns:
        ``plane`` with ``to_mm`` and ``u_scale``, None without a scale; ``ring`` with ``photo.outline.ring.Reach`` as
        figures.
    """
    plane, shares = plane_of(photograph), Reach.of(_UNIT_AREA, None)
    return {
        "plane": {"to_mm": plane.to_mm, "u_scale": plane.u_scale} if plane else None,
        "ring": {
            "mm_per_px": plane.scale.value if plane else None,
            "gap_mm": GAP_MM,
            "widths_mm": WIDTHS_MM,
            "gap_share": shares.gap,
            "width_share": shares.width,
        },
    }


def refined(photograph: Photograph, data: bytes, text: str) -> tuple[dict[str, Any], float] | Refusal:
    """A rough outline drawn to the visible border.

    Args:
        photograph: Its row.
        data: Of its original file.
        text: The rough outline, as ``shape_in`` reads it.

    Returns:
        The refined shape and the share of its border at which a distinct step is seen; refused where there is none.

    Raises:
        InputError: If the file or the outline cannot be used.
    """
    rough = Outline(_read(text, photograph.width, photograph.height).lesion)
    found = assisted(read_photograph_bytes(data, photograph.name), rough, plane_of(photograph))
    return found if isinstance(found, Refusal) else (found[0].to_json(), found[1])


def _read(text: str, width: int, height: int) -> Outline:
    return outline_of(text.encode("utf-8", "replace"), width, height)
