"""What is believed of a course before its own measurements: a weak prior, and one sharpened by closed courses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dermograph.care.measured import Measured, canonical, scale_of, tells
from dermograph.core.text import Text

Array: TypeAlias = npt.NDArray[np.float64]

SMALLEST_RELATIVE_U = 0.01  # no photograph measures better, and no affordable grid resolves less
START_NODES = 11
START_REACH = 4.0  # standard deviations of c_0 that the nodes cover to either side
_HYPER_CELLS = 50
_MEAN_SPREAD = 0.35  # how far, in logits, a clinic's mean is expected to lie from the weak prior's
_WEIGHT_SPREAD = 0.5  # the same for the logarithm of a + b
_FIRST_STEP = 0.4
_LAST_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Beta:
    """A Beta distribution on (0, 1); ``a`` and ``b`` are above 0, and ``a + b`` counts like observations."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Its mean, above 0 and below 1."""
        return self.a / (self.a + self.b)

    def log_density(self, at: Array) -> Array:
        """The logarithm of the density at values above 0 and below 1, but for a constant."""
        return (self.a - 1) * np.log(at) + (self.b - 1) * np.log1p(-at)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a course before its own measurements.

    The starting contrast c_0 has a flat prior on (0, ∞): the baseline photograph says what it is, and a flat prior
    makes the forecast independent of the unit.

    Attributes:
        ratio: The share of the treatable contrast that is left after one more session, r.
        floor: The share of the starting contrast that no session removes, c_∞ / c_0.
        courses: How many closed courses sharpened it; 0 for a stated prior.
        origin: Where it comes from.
    """

    ratio: Beta
    floor: Beta
    courses: int
    origin: Text

    def to_json(self) -> dict[str, Any]:
        """The parameters, to 3 decimals, and the origin."""
        return {
            "ratio": {"distribution": "beta", "a": round(self.ratio.a, 3), "b": round(self.ratio.b, 3)},
            "floor": {"distribution": "beta", "a": round(self.floor.a, 3), "b": round(self.floor.b, 3)},
            "start": {"distribution": "flat", "above": 0},
            "courses": self.courses,
            "origin": self.origin.to_json(),
        }


WEAK_PRIOR = Prior(
    ratio=Beta(3.2, 1.6),
    floor=Beta(0.6, 1.5),
    courses=0,
    origin=Text(
        "A weak assumption, not data: no published course gives these figures. Chosen so that the intervals hold on "
        "simulated patients who respond quicker or slower, or further or less far, than it expects.",
        "Un supuesto débil, no datos: ningún estudio publicado da estas cifras. Elegido para que los intervalos se "
        "cumplan en pacientes simulados que responden más o menos deprisa, o más o menos, de lo que espera.",
    ),
)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How well courses that differ in ratio and floor explain some measurements, whatever the starting contrast.

    All arrays have one entry for each pair of ratio and floor.

    Attributes:
        ratio: r.
        floor: f.
        log: Logarithm of the likelihood at the best starting contrast, times ``start_sd``; c_0 > 0 is not in it yet.
        start: The best starting contrast, ΔE00; it may be negative.
        start_sd: Its standard deviation, ΔE00.
        misfit: Sum of squares of the standardised residuals at the best starting contrast that is not negative.
    """

    ratio: Array
    floor: Array
    log: Array
    start: Array
    start_sd: Array
    misfit: Array

    def only(self, which: npt.NDArray[np.bool_]) -> Likelihood:
        """The pairs marked True."""
        parts = (self.ratio, self.floor, self.log, self.start, self.start_sd, self.misfit)
        return Likelihood(*(part[which] for part in parts))


def likelihood(measured: Sequence[Measured], ratio: Array, floor: Array, scale: float) -> Likelihood:
    """The likelihood of measurements under m_k = c_0 (f + (1 - f) r^k) + e_k, with e_k normal, for pairs (r, f).

    Given r and f the model is linear in c_0, so that c_0 needs no grid.

    Args:
        measured: At least one.
        ratio: r of each pair, above 0 and below 1.
        floor: f of each pair, above 0 and below 1.
        scale: ΔE00; uncertainties below 1 % of it count as 1 %.
    """
    kept: Array = np.asarray([floor + (1 - floor) * ratio**one.sessions for one in measured])
    u = np.asarray([max(one.contrast.u, SMALLEST_RELATIVE_U * scale) for one in measured])
    values = np.asarray([one.contrast.value for one in measured]) / u
    kept /= u[:, np.newaxis]
    information = np.einsum("kg,kg->g", kept, kept)
    start_sd = 1 / np.sqrt(information)
    start = values @ kept / information
    squares = float(values @ values)
    misfit = squares - np.maximum(start, 0) ** 2 * information
    log = 0.5 * start**2 * information - 0.5 * squares + np.log(start_sd)
    return Likelihood(ratio, floor, log, start, start_sd, misfit)


def start_nodes(start: Array, start_sd: Array) -> tuple[Array, Array]:
    """Values of c_0 > 0 over a normal distribution cut at 0, and their log weights; both of shape (g, nodes)."""
    low = np.maximum(-START_REACH, -start / start_sd)
    width = np.maximum(START_REACH, low + 2) - low
    share = (np.arange(START_NODES) + 0.5) / START_NODES
    z = low[:, np.newaxis] + width[:, np.newaxis] * share
    log_weight = np.log(width)[:, np.newaxis] - 0.5 * z**2
    return start[:, np.newaxis] + start_sd[:, np.newaxis] * z, log_weight


def sharpen(prior: Prior, courses: Sequence[Sequence[Measured]]) -> Prior:
    """The prior, moved towards what a clinic's closed courses show (empirical Bayes).

    The four Beta parameters are those that make the courses most likely together (each course's own r, f and c_0
    integrated out), held back by a normal penalty on the logits of the two means and on the logarithms of the two sums
    a + b around ``prior``. So no course returns ``prior`` itself; one course moves the means by hundredths; some ten
    courses begin to count, and from about fifty on the courses decide. The result depends on nothing but the input;
    the order of the courses changes nothing.

    Courses that ended early because their photographs were good do not bias it: when they stopped depends on
    measurements that are in the likelihood. A course that shows no response (fewer than two different numbers of
    sessions) is left out and not counted.

    Args:
        prior: What to start from and to be held back to.
        courses: The measurements of each closed course, in any order.
    """
    telling = sorted((course for course in map(canonical, courses) if tells(course)), key=repr)
    if not telling:
        return prior
    cells = (np.arange(_HYPER_CELLS) + 0.5) / _HYPER_CELLS
    ratio, root = (axis.ravel() for axis in np.meshgrid(cells, cells, indexing="ij"))
    floor = root**2  # finer near 0, where a weak prior may have its pole
    evidence = np.stack([_evidence(course, ratio, floor) for course in telling])
    centre = _coordinates(prior)

    def score(at: Array) -> float:
        shape = _shapes(at)
        log_prior = shape[0].log_density(ratio) + shape[1].log_density(floor) + np.log(root)
        weight = np.exp(log_prior - log_prior.max())
        spread = np.array([_MEAN_SPREAD, _WEIGHT_SPREAD, _MEAN_SPREAD, _WEIGHT_SPREAD])
        return float(np.log(evidence @ (weight / weight.sum())).sum() - 0.5 * (((at - centre) / spread) ** 2).sum())

    ratio_shape, floor_shape = _shapes(_climb(score, centre))
    origin = Text(
        f"Sharpened by closed courses of the clinic ({len(telling)}; empirical Bayes). Before: {prior.origin.en}",
        f"Afinado con cursos cerrados de la clínica ({len(telling)}; Bayes empírico). Antes: {prior.origin.es}",
    )
    return Prior(ratio_shape, floor_shape, prior.courses + len(telling), origin)


def _evidence(course: Sequence[Measured], ratio: Array, floor: Array) -> Array:
    """How likely a course is for each pair (r, f), over all c_0 > 0, as a share of the best pair's likelihood."""
    found = likelihood(course, ratio, floor, scale_of(course))
    _, log_weight = start_nodes(found.start, found.start_sd)
    log_total: Array = found.log + np.log(np.exp(log_weight).sum(axis=1))
    share: Array = np.exp(log_total - log_total.max())
    return share


def _coordinates(prior: Prior) -> Array:
    """The prior as four numbers without bounds: for r and for f, the logit of the mean and log(a + b)."""
    return np.array(
        [
            value
            for shape in (prior.ratio, prior.floor)
            for value in (math.log(shape.a / shape.b), math.log(shape.a + shape.b))
        ]
    )


def _shapes(at: Array) -> tuple[Beta, Beta]:
    """The inverse of ``_coordinates``."""

    def shape(logit: float, log_weight: float) -> Beta:
        mean, weight = 1 / (1 + math.exp(-logit)), math.exp(log_weight)
        return Beta(mean * weight, (1 - mean) * weight)

    return shape(float(at[0]), float(at[1])), shape(float(at[2]), float(at[3]))


def _climb(score: Callable[[Array], float], start: Array) -> Array:
    """The top of a smooth hill, by steps along the axes that halve where none of them leads up."""
    best, height, step = start, score(start), _FIRST_STEP
    moves = np.concatenate([np.eye(len(start)), -np.eye(len(start))])
    while step > _LAST_STEP:
        tried = [(score(best + step * move), best + step * move) for move in moves]
        top = max(tried, key=lambda pair: pair[0])
        if top[0] > height:
            height, best = top
        else:
            step /= 2
    return best
