"""A value with its standard uncertainty and its unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

COVERAGE_95 = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured value.

    Attributes:
        value: The value, finite.
        u: Its standard uncertainty (one standard deviation), at least 0, in the same unit.
        unit: Such as ``delta_e00``, ``cm2``, ``mm``.

    Raises:
        ValueError: If the value or the uncertainty is not finite, or the uncertainty is negative.
    """

    value: float
    u: float
    unit: str

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and math.isfinite(self.u)) or self.u < 0:
            msg = f"a measured value needs a finite value and an uncertainty of at least 0, not {self.value} ± {self.u}"
            raise ValueError(msg)

    def __sub__(self, other: Quantity) -> Quantity:
        """The difference of two independent measurements in one unit."""
        if self.unit != other.unit:
            msg = f"cannot subtract {other.unit} from {self.unit}"
            raise ValueError(msg)
        return Quantity(self.value - other.value, math.hypot(self.u, other.u), self.unit)

    @property
    def detectable(self) -> float:
        """The smallest absolute value that differs from 0 with 95 % confidence: 1.96 u.

        For a difference of two measurements this is the minimal detectable change (MDC95).
        """
        return COVERAGE_95 * self.u

    @property
    def is_detectable(self) -> bool:
        """Whether the value lies beyond what its uncertainty alone explains (two-sided 95 %)."""
        return abs(self.value) > self.detectable

    def chance_at_most(self, limit: float) -> float:
        """The chance, from 0 to 1, that the true value is at most ``limit``, given that it cannot be negative.

        The error is taken as normal and the true value as equally likely anywhere from 0 up.
        """
        if self.u == 0:
            return 1.0 if self.value <= limit else 0.0

        def below(bound: float) -> float:
            return 0.5 * math.erfc((self.value - bound) / (self.u * math.sqrt(2)))

        below_zero = below(0)
        possible = 1 - below_zero
        if possible <= 0:
            return 1.0 if limit >= 0 else 0.0
        return min(1.0, max(0.0, (below(limit) - below_zero) / possible))

    def __str__(self) -> str:
        return f"{self.value:.1f} ± {self.u:.1f} {self.unit}"
