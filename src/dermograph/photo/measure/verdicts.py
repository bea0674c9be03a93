"""What a change says: better, worse, or nothing that could be told from error."""

from __future__ import annotations

from dermograph.core.quantity import Quantity
from dermograph.photo.colour.tone import visible_delta_e00
from dermograph.photo.measure.values import Outcome


def outcome(before: Quantity, after: Quantity, change: Quantity) -> Outcome:
    """What the change of a measure says, for which 0 means "like the skin beside it".

    Args:
        before: In the baseline.
        after: In the follow-up.
        change: After minus before, with its error. What both photographs share cancels in it; in a comparison of the
            two
            distances from 0 across 0 it does not, so that there the errors of both values count.
    """
    if not change.is_detectable:
        return Outcome.NO_DETECTABLE_CHANGE
    nearer = abs(before.value) - abs(after.value)
    if before.value * after.value < 0 and abs(nearer) <= before.detectable + after.detectable:
        return Outcome.CHANGED
    return Outcome.IMPROVED if nearer > 0 else Outcome.WORSENED


def is_visible(change: Quantity, skin_ita_deg: float) -> bool | None:
    """Whether an observer sees a change of contrast on skin of this tone; None where the error leaves it open.

    Args:
        change: Of ΔE00.
        skin_ita_deg: Of the adjacent skin.
    """
    needed = visible_delta_e00(skin_ita_deg)
    size = abs(change.value)
    if size - change.detectable > needed:
        return True
    return False if size + change.detectable < needed else None
