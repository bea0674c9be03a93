"""The colour measures of one photograph or of a pair, from draws of their colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.core.quantity import COVERAGE_95, Quantity
from dermograph.photo.colour.tone import ita_deg
from dermograph.photo.measure import kinds
from dermograph.photo.measure.draws import Draws
from dermograph.photo.measure.indices import INDICES, Index, distance
from dermograph.photo.measure.values import Change, Kind, Measure
from dermograph.photo.measure.verdicts import is_visible, outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """One measure: its value in each photograph, and draws of its error, whole and by source."""

    values: Floats  # (photographs,)
    errors: Floats  # (draws, photographs)
    sources: dict[str, Floats]


def colour_measures(found: Draws) -> tuple[Measure, ...]:
    """Contrast, its parts, and the indices, of one photograph (as ``before``) or of two."""
    measured = {kinds.CONTRAST: _contrast(found), **{kind: _index(found, of) for kind, of in INDICES.items()}}
    tone = float(ita_deg(found.skin[0]))
    return tuple(_measure(kind, one, tone) for kind, one in measured.items())


def skin_ita(found: Draws, number: int = 0) -> Quantity:
    """The tone of the adjacent skin itself, degrees, in one of the photographs."""
    skin = found.skin[number]
    spread = ita_deg(skin + found.skin_errors[:, number]) - ita_deg(skin)
    return Quantity(float(ita_deg(skin)), float(np.std((spread + 180) % 360 - 180)), "deg")


def _index(found: Draws, of: Index) -> _Found:
    value = of(found.skin, found.contrast)

    def error(contrast_errors: Floats, skin_errors: Floats | float) -> Floats:
        return np.asarray(of(found.skin + skin_errors, found.contrast + contrast_errors) - value, dtype=np.float64)

    total = error(_total(found), found.skin_errors)
    return _Found(value, total, {name: error(one, 0.0) for name, one in found.errors.items()})


def _contrast(found: Draws) -> _Found:
    """ΔE00, corrected for its bias: a distance cannot be negative, so that error makes a small one larger.

    With T the mean square that error alone adds, d² - T is the unbiased square; its root keeps the sign. The error is
    that of this estimate, drawn again around the corrected contrast.
    """
    total = _total(found)
    raw = distance(found.skin, found.contrast)
    added = np.maximum((distance(found.skin, found.contrast + total) ** 2).mean(axis=0) - raw**2, 0)
    value = _root(raw**2 - added)
    shrunk = found.contrast * (np.maximum(value, 0) / np.maximum(raw, 1e-9))[:, None]
    true = distance(found.skin, shrunk)

    def error(contrast_errors: Floats, bias: Floats | float) -> Floats:
        return np.asarray(_root(distance(found.skin, shrunk + contrast_errors) ** 2 - bias) - true, dtype=np.float64)

    sources = {
        name: error(one, (distance(found.skin, shrunk + one) ** 2).mean(axis=0) - true**2)
        for name, one in found.errors.items()
    }
    return _Found(value, error(total, added), sources)


def _root(square: Floats) -> Floats:
    return np.asarray(np.sign(square) * np.sqrt(np.abs(square)), dtype=np.float64)


def _total(found: Draws) -> Floats:
    return np.asarray(np.sum(list(found.errors.values()), axis=0), dtype=np.float64)


def _measure(kind: Kind, found: _Found, tone: float) -> Measure:
    pair = len(found.values) == 2
    before = Quantity(float(found.values[0]), _u(found.errors[:, 0]), kind.unit)
    if not pair:
        return Measure(kind, before, None, None, None, _components(found.sources, lambda errors: errors[:, 0]))
    after = Quantity(float(found.values[1]), _u(found.errors[:, 1]), kind.unit)
    difference = Quantity(after.value - before.value, _u(found.errors[:, 1] - found.errors[:, 0]), kind.unit)
    visible = is_visible(difference, tone) if kind is kinds.CONTRAST else None
    change = Change(difference, outcome(before, after, difference), visible)
    return Measure(kind, before, after, change, None, _components(found.sources, lambda one: one[:, 1] - one[:, 0]))


def _components(sources: dict[str, Floats], of: Callable[[Floats], Floats]) -> dict[str, float]:
    return {name: float(np.std(of(errors))) for name, errors in sources.items()}


def _u(errors: Floats) -> float:
    """Half of the 95 % interval over 1.96: the standard deviation, where the error is normal."""
    return float(np.quantile(np.abs(errors), 0.95)) / COVERAGE_95
