"""Where a card lies in a photograph: which card it is, and the plane that it lies in."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.corner_lines import refined
from dermograph.photo.card.layout import COLORCHECKER, COLORCHECKER_MINI, Layout
from dermograph.photo.card.markers import Grey, Sighting, mirrored_sightings, sightings
from dermograph.photo.card.refusals import CARD_BENT, CARD_CUT_OFF, CARD_UNKNOWN, MIRRORED, NO_CARD, TWO_CARDS
from dermograph.photo.card.serial import card_of
from dermograph.photo.finding import Refusal

Floats = NDArray[np.float64]

_CORNERS = 4
_MODULES = {cv2.aruco.DICT_5X5_250: 7, cv2.aruco.DICT_4X4_50: 6}
#: Of a marker's side, root mean square over the corners: more is no plane (assumption, flat-card).
_MOST_RESIDUAL = 0.05
#: The chart's own markers are laid by hand or by somebody's printer.
_MOST_LOOSE_RESIDUAL = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A card that was found.

    Attributes:
        layout: Which card.
        serial: Its number; None on a card without one.
        homography: ``(3, 3)``, card mm to photograph px.
        residual_px: Root mean square of what the plane leaves at the markers' corners.
        blur_px: Blur of the markers' edges, a standard deviation.
    """

    layout: Layout
    serial: int | None
    homography: Floats
    residual_px: float
    blur_px: float


def found_card(grey: Grey) -> Place | Refusal:
    """The card in a picture.

    Args:
        grey: ``(h, w)``, sRGB-encoded.

    Returns:
        Where it is; or a refusal if there is none, or several, or not all of one.
    """
    seen: tuple[Sighting, ...] = ()
    for seen in sightings(grey):
        cards = _cards(seen)
        if any(len(card) == _CORNERS for card in cards):
            break
    cards = _cards(seen)
    if len([card for card in cards if len(card) > 1]) > 1 or any(_is_doubled(card) for card in cards):
        return TWO_CARDS
    whole = [card for card in cards if len(card) == _CORNERS]
    if not whole:
        if max(map(len, cards), default=0) > 1:
            return CARD_CUT_OFF
        seen_in_mirror = _cards(mirrored_sightings(grey))
        return MIRRORED if max(map(len, seen_in_mirror), default=0) > 2 else NO_CARD
    return _placed(grey, whole[0])


_Card = dict[int, list[Sighting]]


def _cards(seen: tuple[Sighting, ...]) -> list[_Card]:
    """The sightings by dictionary, and in each by the corner of the card that they belong to."""
    by_dictionary: dict[int, _Card] = defaultdict(lambda: defaultdict(list))
    for one in seen:
        by_dictionary[one.dictionary][_corner(one)].append(one)
    return list(by_dictionary.values())


def _corner(one: Sighting) -> int:
    if one.dictionary == COLORCHECKER.dictionary:
        return next(marker.corner for marker in COLORCHECKER.markers if marker.id == one.id)
    return one.id % _CORNERS


def _is_doubled(card: _Card) -> bool:
    """Whether two corners or more were seen twice. One alone may be a false alarm."""
    return sum(len(places) > 1 for places in card.values()) > 1


def _placed(grey: Grey, card: _Card) -> Place | Refusal:
    """The plane through the four markers; where a corner was seen twice, through those that lie in one."""
    best: Place | Refusal = CARD_UNKNOWN
    for chosen in itertools.product(*(card[corner] for corner in range(_CORNERS))):
        for layout, serial in _layouts(chosen):
            place = _plane(grey, layout, serial, chosen)
            if place and (isinstance(best, Refusal) or place.residual_px < best.residual_px):
                best = place
    if isinstance(best, Refusal):
        return best
    side = float(np.mean([one.side_px for one in itertools.chain(*card.values())]))
    most = _MOST_RESIDUAL if best.layout.markers_are_fixed else _MOST_LOOSE_RESIDUAL
    return CARD_BENT if best.residual_px > most * side else best


def _layouts(chosen: tuple[Sighting, ...]) -> tuple[tuple[Layout, int | None], ...]:
    """The cards that four markers, in the order of their corners, can be."""
    if chosen[0].dictionary == COLORCHECKER.dictionary:
        return (COLORCHECKER, None), (COLORCHECKER_MINI, None)
    known = card_of(tuple(one.id for one in chosen))
    return () if known is None else (known,)


def _plane(grey: Grey, layout: Layout, serial: int | None, chosen: tuple[Sighting, ...]) -> Place | None:
    on_card = np.concatenate([marker.area.corners_mm for marker in layout.markers])
    corners, blurs = [], []
    for one in chosen:
        sharp = refined(grey, one.corners_px, _MODULES[one.dictionary])
        corners.append(one.corners_px if sharp is None else sharp[0])
        blurs.append(np.nan if sharp is None else sharp[1])
    in_photo = np.concatenate(corners)
    solved: Any = cv2.findHomography(on_card, in_photo, 0)[0]  # its stub knows nothing of None
    if solved is None:
        return None
    left = cv2.perspectiveTransform(on_card[None], solved)[0] - in_photo
    blur = float(np.nanmedian(blurs)) if np.isfinite(blurs).any() else float("inf")
    return Place(layout, serial, solved, float(np.sqrt((left**2).sum(1).mean())), blur)
