"""The colour scale of a heat map as a page of others draws it."""

from __future__ import annotations

import numpy as np

from dermograph.photo.report.heat import colours


def key_colours(limit: float, top: float, steps: int) -> list[str]:
    """The colours from the limit to the top of the scale, ``#rrggbb``, each for the middle of one equal step.

    Args:
        limit: ΔE00 at which the scale begins; it is hollow below.
        top: ΔE00 at its upper end.
        steps: How many colours.
    """
    middles = (limit + (np.arange(steps) + 0.5) * (top - limit) / steps) / top
    return ["#" + "".join(f"{channel:02x}" for channel in colour) for colour in colours(middles).tolist()]
