"""The number of a card, as its four corner markers carry it.

The id of each marker is its corner plus four times a digit from 0 to 61. The digits are, from the top left clockwise:
layout with version, the two digits of the serial, and a check digit over the other three, so that one marker read
wrongly never passes as another card.
"""

from __future__ import annotations

from collections.abc import Iterable

from dermograph.photo.card.layout import LAYOUTS, Layout

BASE = 62  # 250 ids of the dictionary hold 62 digits for each of four corners
LARGEST_SERIAL = BASE * BASE - 1
_WEIGHTS = (5, 7, 9)  # each has an inverse modulo 62: any one wrong digit changes the sum
_SALT = 17  # a card of zeros would otherwise check itself


def marker_ids(layout: Layout, serial: int | None) -> tuple[int, ...]:
    """The ids of a card's markers, in the order of the corners.

    Args:
        layout: The kind of card.
        serial: 0 to ``LARGEST_SERIAL``; None for a card without one.

    Raises:
        ValueError: If the serial is outside, or the kind of card carries none.
    """
    if layout.code is None:
        if serial is not None:
            msg = f"a card of the layout {layout.name} carries no serial"
            raise ValueError(msg)
        return tuple(marker.id for marker in layout.markers)
    if serial is None or not 0 <= serial <= LARGEST_SERIAL:
        msg = f"a serial lies between 0 and {LARGEST_SERIAL}, not {serial}"
        raise ValueError(msg)
    digits = (layout.code, *divmod(serial, BASE))
    return tuple(corner + 4 * digit for corner, digit in enumerate((*digits, _check(digits))))


def card_of(ids: Iterable[int]) -> tuple[Layout, int] | None:
    """The card that four markers belong to.

    Args:
        ids: Ids of ``DICT_5X5_250`` in any order.

    Returns:
        Layout and serial; None if the ids are not one for each corner, fail their check digit or name no known layout.
    """
    found = sorted(ids, key=lambda number: number % 4)
    if [number % 4 for number in found] != [0, 1, 2, 3]:
        return None
    digits = [number // 4 for number in found]
    code, high, low, check = digits
    layout = next((known for known in LAYOUTS.values() if known.code == code), None)
    if layout is None or max(digits) >= BASE or check != _check((code, high, low)):
        return None
    return layout, high * BASE + low


def _check(digits: tuple[int, ...]) -> int:
    return (_SALT + sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True))) % BASE
