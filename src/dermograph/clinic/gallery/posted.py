"""What a form that draws sends, read without trust."""

from __future__ import annotations

import json
import uuid
from typing import Any

from dermograph.core.errors import InputError
from dermograph.core.text import Text

_FAR = 1_000_000


def readable(text: str | None) -> dict[str, Any] | None:
    """The JSON object in a text, if a page can draw it: lists of positions, or of such lists; None if not.

    A list among lists holds at least one position.
    """
    try:
        tree = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or not all(isinstance(value, list) for value in tree.values()):
        return None
    if all(_are_places(value) or all(one and _are_places(one) for one in value) for value in tree.values()):
        return tree
    return None


def _are_places(points: object) -> bool:
    return isinstance(points, list) and all(
        isinstance(point, list)
        and len(point) == 2
        and all(isinstance(at, int | float) and not isinstance(at, bool) and abs(at) < _FAR for at in point)
        for point in points
    )


def said(error: InputError) -> Text:
    """An error as one sentence or two, without the name of a field."""
    parts = [(one.en, one.es) for one in (error.what, error.todo) if one.en]
    return Text(" ".join(en for en, _ in parts), " ".join(es for _, es in parts))


def id_in(value: str | None) -> uuid.UUID | None:
    """The id in a field; None if it is none."""
    try:
        return uuid.UUID(value or "")
    except ValueError:
        return None
