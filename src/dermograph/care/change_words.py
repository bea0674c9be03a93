"""A measured change in words."""

from __future__ import annotations

from dermograph.care.responses import Response
from dermograph.core.quantity import Quantity
from dermograph.core.text import Text


def contrast_words(contrast: Quantity) -> str:
    """A contrast with its standard uncertainty."""
    return f"ΔE {contrast.value:.1f} ± {contrast.u:.1f}"


def change_words(earlier: Response, later: Response) -> Text:
    """What changed between two measurements, with its error, and whether it is more than the error explains."""
    change = later.contrast - earlier.contrast
    if not change.is_detectable:
        word = Text("no detectable change", "sin cambio detectable")
    elif change.value < 0:
        word = Text("improved", "mejora")
    else:
        word = Text("worsened", "empeora")
    before, after = _when(earlier.sessions), _when(later.sessions)
    detectable = f"{change.detectable:.1f}"
    figures = f"{change.value:+.1f} ± {change.u:.1f}"
    one, other = contrast_words(earlier.contrast), contrast_words(later.contrast)
    return Text(
        f"Contrast {one} {before.en}, {other} {after.en}: change {figures}, smallest detectable change {detectable}: "
        f"{word.en}.",
        f"Contraste {one} {before.es}, {other} {after.es}: cambio {figures}, menor cambio detectable {detectable}: "
        f"{word.es}.",
    ).typeset()


def _when(count: int) -> Text:
    if count == 0:
        return Text("before the first session", "antes de la primera sesión")
    if count == 1:
        return Text("after 1 session", "tras 1 sesión")
    return Text(f"after {count} sessions", f"tras {count} sesiones")
