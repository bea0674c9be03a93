"""What is said against a comparison whose error is so large that it says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from dermograph.core.quantity import COVERAGE_95, Quantity
from dermograph.core.text import Text
from dermograph.photo.caveats import BLIND_DELTA_E00, with_border, without_blind
from dermograph.photo.comparison import Side
from dermograph.photo.finding import Refusal
from dermograph.photo.foreign import foreign
from dermograph.photo.image import Photograph
from dermograph.photo.measure import Measure, kinds
from dermograph.photo.measure.values import Change, Outcome
from dermograph.photo.outline.border import NOT_DISTINCT


def contrast(before: float, mdc95: float) -> tuple[Measure, ...]:
    value = Quantity(0.1, mdc95 / COVERAGE_95, "delta_e00")
    change = Change(value, Outcome.NO_DETECTABLE_CHANGE, None)
    first = Quantity(before, 0.5, "delta_e00")
    which = (kinds.CONTRAST, kinds.LIGHTNESS, kinds.AREA)
    return tuple(Measure(kind, first, first, change, None, {}) for kind in which)


@pytest.mark.parametrize(
    ("before", "mdc95", "expected"),
    [
        (1.0, BLIND_DELTA_E00 - 0.01, "a verdict"),
        (1.0, BLIND_DELTA_E00 + 0.01, "nothing"),
        (6.0, 5.99, "a verdict"),
        (6.0, 6.01, "nothing"),
        (-6.0, 5.99, "a verdict"),
    ],
)
def test_an_error_that_would_hide_the_loss_of_the_lesion_gives_no_verdict(
    before: float, mdc95: float, expected: str
) -> None:
    says_nothing = expected == "nothing"
    colour, lightness, area = without_blind(contrast(before, mdc95))
    assert (colour.outcome is Outcome.NOT_COMPARABLE) == says_nothing
    assert (lightness.outcome is Outcome.NOT_COMPARABLE) == says_nothing
    assert area.outcome is Outcome.NO_DETECTABLE_CHANGE
    assert (colour.refusal is not None and "ΔE00" in colour.refusal.says.es) == says_nothing


def test_an_outline_that_follows_no_border_is_pointed_out() -> None:
    photo = Photograph(rgb=np.zeros((4, 4, 3), np.uint8), name="a.jpg")
    none = Refusal("no_card", Text("none", "ninguna"), Text("", ""))
    side = Side(photo, none, none, (), foreign(photo, None))
    doubted = with_border(side, (Measure(kinds.AREA, None, None, None, NOT_DISTINCT, {}),))
    assert [finding.check for finding in doubted.findings] == ["outline_border"]
    assert not doubted.findings[0].blocks
    seen = with_border(side, (Measure(kinds.AREA, Quantity(2.0, 0.1, "cm2"), None, None, None, {}),))
    assert seen.findings == ()


def test_measures_without_a_change_keep_their_own_reason() -> None:
    measures = (Measure(kinds.CONTRAST, None, None, None, None, {}),)
    assert without_blind(measures) == measures
