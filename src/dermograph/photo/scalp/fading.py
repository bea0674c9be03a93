"""When tone or uniformity will pass the clinic's limit, from the patient's own measurements, or why that is not known.

What is lost by month t after the settled look is (r t)^p: for tone minus the logarithm of the pigment left, for
uniformity the rise of the unevenness. p is near 1 (the same share in every month); how near is not known, nor is r.
Both get a weak prior, the data do the rest on a grid. How often the truth lies in the stated interval, also where
scalps do not fade that way: ``bench/fading_calibration.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from dermograph.core.errors import InputError
from dermograph.core.quantity import COVERAGE_95
from dermograph.core.text import Text
from dermograph.protocols.strict_yaml import parse

Floats = NDArray[np.float64]

#: Months from the settled look to the next procedure. "Typically the effects last between one and three years, although
#: there are some cases that last as long as five": S3, "What is its duration?" Taken as a log-normal with 5 % below one
#: year and 5 % above five, and then widened, since the source gives neither patients nor a measure.
PRIOR_MONTHS, PRIOR_SPREAD = 12 * math.sqrt(5), 1.5 * math.log(5) / (2 * 1.6449)
#: The loss of tone at which the prior holds: 60 % left. The source names none; an assumption.
PRIOR_LOSS = -math.log(0.6)
SHAPE_SPREAD = 0.35  # of log p; an assumption
#: What one visit strays from the patient's own curve beyond its measuring error; an assumption, of log tone.
VISIT_SPREAD = 0.06
FIRST_MONTH = 1.0  # before it the colour of fresh pigment is not stable (doi 10.1055/a-2309-2731)
EARLIEST_MONTHS = 6.0  # before that, who shows a loss shows it mostly by chance
LEVEL = 0.90
WIDEST = 4.0  # upper over lower end: an interval beyond that is no date
FARTHEST_MONTHS = 120.0
_RARE = 0.001  # chance that measurements of a curve of this kind miss it by so much
_RATES, _SHAPES = 240, 15
_REACH = 4.0  # spreads of the prior that the grid covers

SOURCE = "S3, What is its duration?"


@dataclass(frozen=True, slots=True)
class Seen:
    """One measurement after the settled look.

    Attributes:
        months: Since the settled look, above 0.
        loss: What is lost: minus the logarithm of the pigment left, or the rise of the unevenness.
        u: Its standard uncertainty, above 0.
    """

    months: float
    loss: float
    u: float


@dataclass(frozen=True, slots=True)
class Fading:
    """When a limit is passed.

    Attributes:
        months: Since the settled look, 5 %, 50 % and 95 %; None where the data carry no date.
        passed: The chance that it is passed at the last measurement, 0 to 1; None without measurements.
        why: Why there is no date; None where there is one.
    """

    months: tuple[float, float, float] | None
    passed: float | None
    why: Text | None

    def to_json(self) -> dict[str, Any]:
        """Months and chance, or the reason."""
        low, middle, high = self.months or (None, None, None)
        return {
            "months": None if self.months is None else {"low": low, "median": middle, "high": high, "level": LEVEL},
            "passed": self.passed,
            "why": None if self.why is None else self.why.to_json(),
            "prior_source": SOURCE,
        }


def passing(seen: Sequence[Seen], limit: float) -> Fading:
    """When what is lost passes a limit.

    Args:
        seen: In any order.
        limit: Of the loss, above 0.

    Raises:
        InputError: If a figure is not one, or the limit is not above 0.
    """
    _check(seen, limit)
    if not seen:
        return Fading(None, None, NOT_MEASURED)
    last = max(seen, key=lambda one: one.months)
    passed = _chance_above(last, limit)
    if last.loss <= COVERAGE_95 * math.hypot(last.u, VISIT_SPREAD):
        return Fading(None, passed, NO_LOSS)
    if last.months < EARLIEST_MONTHS:
        return Fading(None, passed, TOO_EARLY)
    rate, shape, weight, misfit = _posterior(seen)
    if misfit > chi2.isf(_RARE, len(seen)):
        return Fading(None, passed, OFF_MODEL)
    months = limit ** (1 / shape) / rate
    low, middle, high = _quantiles(months.ravel(), weight.ravel(), ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2))
    if high > WIDEST * low or high > FARTHEST_MONTHS:
        return Fading(None, passed, TOO_WIDE)
    return Fading((low, middle, high), passed, None)


def left_after(seen: Sequence[Seen], months: float) -> tuple[float, float, float]:
    """The share of pigment left after so many months, 5 %, 50 % and 95 %; from the prior alone without measurements.

    Raises:
        InputError: If a figure is not one.
    """
    _check(seen, 1.0)
    rate, shape, weight, _ = _posterior(seen)
    left = np.exp(-((rate * months) ** shape))
    return _quantiles(left.ravel(), weight.ravel(), ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2))


def read_series(text: str, file: str) -> tuple[Seen, ...]:
    """Measurements from a text.

    Args:
        text: JSON or YAML: ``visits``, each with ``months`` since the settled look, ``left`` (the share of pigment
            left, 0.01 to 2) and ``u`` (its standard uncertainty).
        file: What errors call it.

    Raises:
        InputError: If it is not such a text.
    """
    found = []
    for visit in parse(text, file).mapping(required=("visits",))["visits"].items():
        keys = visit.mapping(required=("months", "left", "u"))
        left = keys["left"].number(0.01, 2)
        months, u = keys["months"].number(0.1, 600), keys["u"].number(0.0001, 1)
        found.append(Seen(months, -math.log(left), u / left))
    return tuple(found)


def _check(seen: Sequence[Seen], limit: float) -> None:
    if not (math.isfinite(limit) and limit > 0):
        raise InputError(Text(f"The limit {limit} is not above 0.", f"El límite {limit} no es mayor que 0."))
    for one in seen:
        if not (math.isfinite(one.loss) and math.isfinite(one.u) and one.u > 0 and 0 < one.months < math.inf):
            raise InputError(
                Text(
                    f"{one.loss} ± {one.u} after {one.months} months is no measurement.",
                    f"{one.loss} ± {one.u} a los {one.months} meses no es una medida.",
                ),
                todo=Text("Give months and error above 0.", "Dé meses y error mayores que 0."),
            )


def _posterior(seen: Sequence[Seen]) -> tuple[Floats, Floats, Floats, float]:
    """Rates and shapes with their weights, ``(rates, shapes)``, and how far the best misses, as a chi-square."""
    z = np.linspace(-_REACH, _REACH, _RATES)[:, None]
    of_shape = np.linspace(-2.5, 2.5, _SHAPES)[None, :]
    shape = np.exp(SHAPE_SPREAD * of_shape) + 0 * z
    rate = PRIOR_LOSS ** (1 / shape) / (PRIOR_MONTHS * np.exp(PRIOR_SPREAD * z))
    miss = np.zeros_like(rate)
    for one in seen:
        lost = (rate * one.months) ** shape
        miss += ((one.loss - lost) ** 2) / (one.u**2 + VISIT_SPREAD**2)
    log = -0.5 * (miss + z**2 + of_shape**2)
    weight = np.exp(log - log.max())
    return rate, shape, weight / weight.sum(), float(miss.min())


def _chance_above(one: Seen, limit: float) -> float:
    """How likely the true loss of one visit is above a limit."""
    return 0.5 * (1 + math.erf((one.loss - limit) / (one.u * math.sqrt(2))))


def _quantiles(values: Floats, weight: Floats, levels: Sequence[float]) -> tuple[float, float, float]:
    order = np.argsort(values)
    below = np.cumsum(weight[order])
    at = np.minimum(np.searchsorted(below, np.array(levels)), len(order) - 1)
    low, middle, high = values[order][at].tolist()
    return low, middle, high


NOT_MEASURED = Text(
    "Nothing was measured after the settled look: no date can be given.",
    "No se ha medido nada tras el aspecto asentado: no puede darse una fecha.",
)
NO_LOSS = Text(
    "No loss beyond the measuring error so far: no date can be given.",
    "Hasta ahora no hay pérdida mayor que el error de medida: no puede darse una fecha.",
)
TOO_EARLY = Text(
    f"The first {EARLIEST_MONTHS:.0f} months after the settled look carry no date.",
    f"Los primeros {EARLIEST_MONTHS:.0f} meses tras el aspecto asentado no bastan para dar una fecha.",
)
OFF_MODEL = Text(
    "What was measured goes up and down more than fading does: no date can be given.",
    "Lo medido sube y baja más de lo que lo hace un desvanecimiento: no puede darse una fecha.",
)
TOO_WIDE = Text(
    "The measurements allow dates too far apart to name one. Another one in some months will narrow them.",
    "Las medidas permiten fechas demasiado separadas para dar una. Otra dentro de unos meses las acercará.",
)
