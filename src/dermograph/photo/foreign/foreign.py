"""All that is not bare skin in one photograph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.quantity import Quantity
from dermograph.photo.foreign.glare import glare
from dermograph.photo.foreign.hair import hair
from dermograph.photo.foreign.outside import outside
from dermograph.photo.foreign.pen import pen
from dermograph.photo.foreign.ruler import ruler
from dermograph.photo.foreign.skin import Mask, skin_view
from dermograph.photo.image import Photograph

#: Long side of the picture that is searched, px: a hair is still seen, and 12 MP take about 0.1 s.
WORKING_PX = 1000
#: Share of the card's own size left out around it: its edge throws a shadow.
CARD_MARGIN = 0.06
KINDS = ("card", "pen", "ruler", "glare", "hair", "outside")


class Placed(Protocol):
    """A card whose place in the photograph is known."""

    @property
    def corners_px(self) -> NDArray[np.float64]:
        """``(4, 2)`` its corners in order, px of the photograph."""

    @property
    def scale(self) -> Quantity | None:
        """Millimetres per px of the photograph; None if its size is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Foreign:
    """What is not bare skin.

    Attributes:
        kinds: For each of ``KINDS`` a mask ``(h, w)`` of the reduced picture, true where it lies.
        scale: Pixels of the masks for one pixel of the photograph; pixel centres are kept in place.
    """

    kinds: dict[str, Mask]
    scale: float

    @property
    def any(self) -> Mask:
        """``(h, w)`` where anything of any kind lies."""
        return np.asarray(np.logical_or.reduce(list(self.kinds.values())), np.bool_)

    def share(self, kind: str) -> float:
        """The share of the photograph that one kind covers."""
        return float(self.kinds[kind].mean())

    def usable(self, width: int | None = None, height: int | None = None) -> Mask:
        """Bare skin as a mask of the whole photograph at another size.

        Args:
            width: Columns of the result; None for those of the masks.
            height: Rows of the result, in the proportions of the photograph; None for those of the masks.

        Returns:
            ``(height, width)``.
        """
        rows, columns = next(iter(self.kinds.values())).shape
        if width is None or height is None:
            return ~self.any
        return self._sampled((columns / width, rows / height), (0.0, 0.0), width, height)

    def window(self, x0: int, y0: int, width: int, height: int, scale: float = 1.0) -> Mask:
        """Bare skin as pixels of a window of the photograph; what lies beyond the photograph is not usable.

        Args:
            x0: First column of the window, px of the photograph.
            y0: First row of the window.
            width: Columns of the result.
            height: Rows of the result.
            scale: Pixels of the result for one pixel of the photograph, pixel centres kept in place.

        Returns:
            ``(height, width)``.
        """
        step = self.scale / scale
        return self._sampled((step, step), (x0 * self.scale, y0 * self.scale), width, height)

    def _sampled(self, step: tuple[float, float], start: tuple[float, float], width: int, height: int) -> Mask:
        """The nearest pixel of the masks for each of the result, whose first corner lies at ``start``."""
        matrix = np.array(
            [
                [step[0], 0, start[0] + (step[0] - 1) / 2],
                [0, step[1], start[1] + (step[1] - 1) / 2],
            ]
        )
        flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        usable = (~self.any).astype(np.uint8)
        return np.asarray(cv2.warpAffine(usable, matrix, (width, height), flags=flags, borderValue=0), np.bool_)


def foreign(photo: Photograph, card: Placed | None, *, working_px: int = WORKING_PX) -> Foreign:
    """Find what is not bare skin.

    Args:
        photo: The photograph, of any tone of skin.
        card: The calibration card as it was read; None if there is none.
        working_px: Long side of the picture that is searched; a smaller photograph is not enlarged.
    """
    scale = min(1.0, working_px / max(photo.width, photo.height))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    rgb = photo.rgb if scale == 1 else cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA)
    view = skin_view(np.asarray(rgb, np.uint8))
    found = {
        "card": _card(card, size, scale),
        "pen": pen(view),
        "ruler": ruler(view),
        "glare": glare(view),
        "outside": outside(view),
    }
    # The edges of pen, ruler and card are lines too.
    known = found["card"] | found["pen"] | found["ruler"] | found["outside"]
    found["hair"] = hair(view, known, _px_per_mm(card, scale)) & ~known
    return Foreign(found, scale)


def _px_per_mm(card: Placed | None, scale: float) -> float | None:
    """Of the reduced photograph; None if not known."""
    return None if card is None or card.scale is None else scale / card.scale.value


def _card(card: Placed | None, size: tuple[int, int], scale: float) -> Mask:
    """The card and a margin around it."""
    mask = np.zeros(size[::-1], np.uint8)
    if card is not None:
        corners = (np.asarray(card.corners_px, np.float64) + 0.5) * scale - 0.5
        middle = corners.mean(axis=0)
        wider = middle + (corners - middle) * (1 + 2 * CARD_MARGIN)
        cv2.fillConvexPoly(mask, np.rint(wider).astype(np.int32), 1)
    return mask.astype(np.bool_)
