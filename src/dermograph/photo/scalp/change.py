"""What became of each dot between two photographs: kept, lost or new. Dots are matched, counts never subtracted.

Counts of one scalp differ by far more from photograph to photograph than matched dots do (doi 10.1159/000524345: 9 to
12 % against 0.4 %), since what is overlooked or mistaken in both cancels out only where it is the same dot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import gaussian_kde

from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.photo.finding import Refusal
from dermograph.photo.scalp.dot_model import judged
from dermograph.photo.scalp.dots import Dots
from dermograph.photo.scalp.ground import FLOOR

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]
Carry = Callable[[Floats], Floats]

#: Two marks so near are one dot, mm, once what the registration left has been smoothed away; before that, nearly.
SAME_MM, NEARLY_MM = 0.22, 0.45
_TURNS, _NEIGHBOURS = 2, 24
#: What the pigment of all dots together is off by between two photographs, a standard deviation of its logarithm: where
#: the card in view undid both cameras, and where their curves are taken for the usual one. From tuning photographs.
ALL_DOTS, ALL_DOTS_UNCALIBRATED = 0.06, 0.14
#: What the share of lost dots is off by beyond chance: hair over a dot, light, blur. Both from tuning photographs.
ALL_LOST = 0.01
EDGE_MM = 0.6  # from the border of a photograph: what lies nearer may be cut
EMPTY_MM = 0.5  # from every dot: there a photograph shows what no dot looks like
_EMPTY, _FEWEST_EMPTY = 4000, 50
_FEWEST = 30
_LEAST_ABOVE_CHANCE = 0.2  # of the dots
_NODES, _STEPS_BACK = 48, 8
_ROUNDS = 40
_STRAY = 0.01  # of the dots that are there, those whose contrast is unlike that of the others: a hair over them
_LEAST_SPREAD = 0.1
_SURELY = 0.5
SURE = 0.9  # the chance from which a mark is followed: what may be a hair would be lost or new only because hair moves
FADED = 2 / 3

NOT_THE_SAME = Refusal(
    "not_the_same_dots",
    Text(
        "Hardly more dots coincide than would by chance: this is another place, another person, or all dots are gone.",
        "Apenas coinciden más puntos que por azar: es otra zona, otra persona, o ya no queda ningún punto.",
    ),
    Text("Check that both show the same scalp.", "Compruebe que ambas muestran el mismo cuero cabelludo."),
)
TOO_FEW = Refusal(
    "too_few_dots",
    Text(
        f"Fewer than {_FEWEST} dots are in view of both photographs.",
        f"Las dos fotografías muestran a la vez menos de {_FEWEST} puntos.",
    ),
    Text("Show more of the same area.", "Muestre más de la misma zona."),
)
TOO_DENSE = Refusal(
    "too_dense",
    Text(
        "The dots leave no bare skin between them, so that a lost dot cannot be told from one that is there.",
        "Los puntos no dejan piel libre entre ellos, así que un punto perdido no se distingue de uno presente.",
    ),
    Text("Show some skin without dots beside the area.", "Muestre también piel sin puntos junto a la zona."),
)


@dataclass(frozen=True, slots=True, eq=False)
class DotChange:
    """What became of the dots whose places both photographs show; only of those that surely are dots.

    Attributes:
        before: ``(n,)`` numbers of the dots of the baseline whose place the follow-up shows.
        gone: ``(n,)`` how likely each of them is lost, 0 to 1.
        left: ``(n,)`` pigment of each (absorbance times area) over what it was; holds for those that are not lost.
        after: ``(m,)`` numbers of the dots of the follow-up whose place the baseline shows.
        fresh: ``(m,)`` how likely each of them is new, 0 to 1.
        lost: How many are lost.
        new: How many are new.
        pigment_left: Of the dots that are not lost, the median of ``left``.
    """

    before: Indices
    gone: Floats
    left: Floats
    after: Indices
    fresh: Floats
    lost: Quantity
    new: Quantity
    pigment_left: Quantity | None

    @property
    def net(self) -> Quantity:
        """New less lost."""
        return self.new - self.lost

    @property
    def survived(self) -> Quantity:
        """The share of the baseline's dots that are still there."""
        seen = len(self.before)
        return Quantity(1 - self.lost.value / seen, self.lost.u / seen, "share")

    @property
    def faded(self) -> int:
        """Dots that are there and have lost more than a third of their pigment, which is beyond measuring one dot."""
        return int(((self.gone < _SURELY) & (self.left < FADED)).sum())

    def to_json(self) -> dict[str, Any]:
        """Counts and figures with their errors."""
        figures = {"lost": self.lost, "new": self.new, "net": self.net, "survived": self.survived}
        return {
            "before_seen": len(self.before),
            "after_seen": len(self.after),
            "faded": self.faded,
            **{name: {"value": one.value, "u": one.u} for name, one in figures.items()},
            "pigment_left": self.pigment_left and {"value": self.pigment_left.value, "u": self.pigment_left.u},
        }


def changed(before: Dots, after: Dots, carry: Carry) -> DotChange | Refusal:
    """Match the dots of two photographs.

    Each dot of one is looked for in the other where it must be, with the contrast that it must have there: what is too
    pale to be found for itself is still seen, and nothing is lost only because it was overlooked.

    Args:
        before: Of the baseline.
        after: Of the follow-up.
        carry: Where places of the baseline lie in the follow-up, ``(n, 2)`` px each; NaN where that is not known.
    """
    carried, returned = carry(before.xy_px), _back(before.shape, carry, after.xy_px)
    seen = np.flatnonzero(_shows(after, carried) & (before.chance > SURE))
    shown = np.flatnonzero(_shows(before, returned) & (after.chance > SURE))
    if min(len(seen), len(shown)) < _FEWEST:
        return TOO_FEW
    carried = _settled(carried[seen], after.xy_px, NEARLY_MM * after.px_per_mm)
    returned = _settled(returned[shown], before.xy_px, NEARLY_MM * before.px_per_mm)
    same = SAME_MM * after.px_per_mm
    pairs = _paired(carried, after.xy_px, same)
    dots_a_px = len(after) / (after.usable_cm2 * 100 * after.px_per_mm**2)
    if len(pairs) / len(seen) < _LEAST_ABOVE_CHANCE + 1 - np.exp(-dots_a_px * np.pi * same**2):
        return NOT_THE_SAME
    bare = _empty(before), _empty(after)
    if min(map(len, bare)) < _FEWEST_EMPTY:
        return TOO_DENSE
    gone = _missing(before, seen, after, carried, bare[1])
    fresh = _missing(after, shown, before, returned, bare[0])
    row, col = after.ground.peaks_near(carried)
    _, size, tone = judged(after.ground.looks(row, col))
    left = tone * size**2 / (before.absorbance * before.diameter_mm**2)[seen]
    calibrated = before.ground.is_calibrated and after.ground.is_calibrated
    return DotChange(
        before=seen,
        gone=gone,
        left=left,
        after=shown,
        fresh=fresh,
        lost=_sum(gone),
        new=_sum(fresh),
        pigment_left=_middle(left[gone < _SURELY], ALL_DOTS if calibrated else ALL_DOTS_UNCALIBRATED),
    )


def _missing(dots: Dots, which: Indices, other: Dots, places: Floats, empty: Floats) -> Floats:
    """``(n,)`` how likely each dot is not there in the other photograph, 0 to 1.

    The contrast at the dots' places is a mixture: of dots that are there, whose contrast is what it was times a factor
    that is the same for all but for scatter, and of places without a dot, whose contrast the photograph itself shows
    beside its dots. Factor, scatter and share are found by expectation and maximisation.
    """
    row, col = other.ground.peaks_near(places)
    seen = np.log(np.maximum(other.ground.contrast[row, col], FLOOR)).astype(np.float64)
    row, col = dots.ground.peaks_near(dots.xy_px[which])
    ratio = seen - np.log(np.maximum(dots.ground.contrast[row, col], FLOOR))
    grid = np.linspace(np.log(FLOOR) - 1, max(float(seen.max()), float(empty.max())) + 1, 400)
    none = np.interp(seen, grid, gaussian_kde(empty)(grid)) + 1e-9
    flat = 1 / (grid[-1] - grid[0])
    share, middle, spread = 0.1, float(np.median(ratio)), 0.3
    gone = np.zeros(len(seen))
    for _ in range(_ROUNDS):
        bell = np.exp(-0.5 * ((ratio - middle) / spread) ** 2) / (spread * np.sqrt(2 * np.pi))
        there = (1 - _STRAY) * bell + _STRAY * flat
        gone = share * none / (share * none + (1 - share) * there)
        weight = (1 - gone) * (1 - _STRAY) * bell / there
        if weight.sum() < 1:
            break
        share = float(gone.mean())
        middle = float(np.average(ratio, weights=weight))
        spread = max(float(np.sqrt(np.average((ratio - middle) ** 2, weights=weight))), _LEAST_SPREAD)
    return gone


def _empty(dots: Dots) -> Floats:
    """Logarithms of the contrast at places without a dot, looked for as dots are."""
    chance = np.random.default_rng(len(dots))
    height, width = dots.shape
    places = chance.uniform(0, 1, (_EMPTY * 4, 2)) * (width, height)
    places = places[_shows(dots, places)]
    off, _ = cKDTree(dots.xy_px).query(places)
    row, col = dots.ground.peaks_near(places[off > EMPTY_MM * dots.px_per_mm][:_EMPTY])
    return np.log(np.maximum(dots.ground.contrast[row, col], FLOOR)).astype(np.float64)


def _sum(chance: Floats) -> Quantity:
    """How many of so many, each with its chance."""
    spread = np.sqrt((chance * (1 - chance)).sum())
    return Quantity(float(chance.sum()), float(np.hypot(spread, ALL_LOST * len(chance))), "dots")


def _middle(left: Floats, common: float) -> Quantity | None:
    """Median of the pigment left, with its error; ``common`` is what all dots are off by together."""
    if len(left) < _FEWEST:
        return None
    middle = float(np.median(left))
    scatter = float(np.std(np.log(left))) * np.sqrt(np.pi / 2) / np.sqrt(len(left))
    return Quantity(middle, middle * float(np.hypot(scatter, common)), "share")


def _settled(places: Floats, marks: Floats, nearly: float) -> Floats:
    """Places, each moved by what the dots around it say that the registration left."""
    for _ in range(_TURNS):
        pairs = _paired(places, marks, nearly)
        if len(pairs) < _NEIGHBOURS:
            return places
        at = places[pairs[:, 0]]
        _, near = cKDTree(at).query(places, k=_NEIGHBOURS)
        places = places + np.median((marks[pairs[:, 1]] - at)[near], axis=1)
    return places


def _paired(places: Floats, marks: Floats, within: float) -> Indices:
    """``(k, 2)`` numbers of places and marks, each mark with the nearest of the places whose nearest it is."""
    off, mark = cKDTree(marks).query(places, distance_upper_bound=within)
    place = np.flatnonzero(np.isfinite(off))
    mark, off = mark[place], off[place]
    order = np.lexsort((off, mark))
    _, first = np.unique(mark[order], return_index=True)
    chosen = order[first]
    return np.column_stack([place[chosen], mark[chosen]]).astype(np.intp)


def _shows(dots: Dots, places: Floats) -> Mask:
    """``(n,)`` which places a photograph shows as bare scalp."""
    height, width = dots.shape
    edge = EDGE_MM * dots.px_per_mm
    with np.errstate(invalid="ignore"):
        inside = ((places > edge) & (places < np.array([width, height]) - 1 - edge)).all(axis=1)
    if dots.usable is None:
        return np.asarray(inside)
    rows, cols = dots.usable.shape
    cell = (np.nan_to_num(places + 0.5) / (width, height) * (cols, rows)).astype(np.intp)
    cell = np.clip(cell, 0, (cols - 1, rows - 1))
    return np.asarray(inside & dots.usable[cell[:, 1], cell[:, 0]])


def _back(shape: tuple[int, int], carry: Carry, xy: Floats) -> Floats:
    """``(n, 2)`` where places of the follow-up lie in the baseline; NaN where that is not known.

    From the nearest node of a net each place is followed back; carrying hardly turns or stretches, so that it settles.
    """
    height, width = shape
    nodes = np.linspace(0, 1, _NODES)
    net = np.stack(np.meshgrid(nodes * (width - 1), nodes * (height - 1)), axis=-1).reshape(-1, 2)
    there = carry(net)
    known = np.isfinite(there).all(axis=1)
    if not known.any():
        return np.full_like(xy, np.nan)
    found = net[known][cKDTree(there[known]).query(xy)[1]]
    for _ in range(_STEPS_BACK):
        found = found - np.nan_to_num(carry(found) - xy, nan=0.0)
    with np.errstate(invalid="ignore"):
        is_right = np.asarray(np.abs(carry(found) - xy) < 1).all(axis=1, keepdims=True)
    return np.where(is_right, found, np.nan)
