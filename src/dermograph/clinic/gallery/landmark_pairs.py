"""Landmarks: the same points clicked in both photographs of a comparison."""

from __future__ import annotations

import json
from typing import Any

from dermograph.clinic.gallery.models import Comparison, Outline
from dermograph.core.errors import NOTHING, InputError, Place
from dermograph.core.text import Text
from dermograph.photo.outline.read_json import outline_of
from dermograph.photo.register.landmarks import LEAST, clicked

__all__ = ["LEAST", "pairs_in", "residual_of"]
_SPACING_SHARE = 10  # nodes across the photograph: only the verdict on the pairs is wanted here


def pairs_in(text: str, comparison: Comparison, outline: Outline) -> dict[str, Any]:
    """The landmarks in a JSON text, ``{"before": [[x, y], …], "after": […]}``, as they are stored.

    Args:
        text: As it was posted.
        comparison: Of the photographs in which they were clicked.
        outline: On the first one, with which they are to be measured.

    Raises:
        InputError: If they cannot be read, are too few, do not come in pairs, or leave no map.
    """
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise _refused(
            Text("The landmarks cannot be read.", "Los puntos de referencia no se pueden leer."),
            Text("Set them again.", "Márquelos otra vez."),
        )
    before, after = comparison.before, comparison.after
    whole = json.dumps({"lesion": outline.shape["lesion"], "landmarks": tree}).encode()
    read = outline_of(whole, before.width, before.height, after=(after.width, after.height))
    if len(read.before) < LEAST:
        raise _refused(
            Text(
                f"Pairs of landmarks: {len(read.before)}; at least {LEAST} are needed.",
                f"Pares de puntos de referencia: {len(read.before)}; se necesitan al menos {LEAST}.",
            )
        )
    size = before.width, before.height
    if clicked(read.before, read.after, size, max(size) / _SPACING_SHARE) is None:
        raise _refused(
            Text("The landmarks stand almost in a line.", "Los puntos de referencia están casi en línea."),
            Text("Add one to the side of it.", "Añada uno a un lado."),
        )
    found: dict[str, Any] = read.to_json()["landmarks"]
    return found


def residual_of(comparison: Comparison) -> dict[str, float | None] | None:
    """What measuring with landmarks left, ``{"px", "mm"}``; None where nothing was measured with any."""
    registration = (comparison.result or {}).get("registration") or {}
    if not comparison.landmarks or registration.get("residual_px") is None:
        return None
    return {"px": registration["residual_px"], "mm": registration.get("residual_mm")}


def _refused(what: Text, todo: Text = NOTHING) -> InputError:
    return InputError(what, Place(field="landmarks"), todo)
