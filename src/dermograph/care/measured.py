"""What a course has shown so far: contrasts, each after a number of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dermograph.core.errors import InputError, Place
from dermograph.core.quantity import Quantity
from dermograph.core.text import Text

UNIT = "delta_e00"
LARGEST_DELTA_E00 = 100.0  # about black against white; beyond it is a slip of the keyboard, not skin


@dataclass(frozen=True, slots=True)
class Measured:
    """The contrast of a lesion against the skin beside it, after a number of sessions.

    Attributes:
        sessions: Sessions held before the measurement; 0 for the baseline.
        contrast: In ``delta_e00``, with its standard uncertainty. Slightly negative values, as a correction for bias
            may leave, are allowed.

    Raises:
        InputError: If the number of sessions is negative, the unit is another one, or the value or its uncertainty is
            larger than any difference of colour.
    """

    sessions: int
    contrast: Quantity

    def __post_init__(self) -> None:
        if self.sessions < 0:
            raise InputError(
                Text("A number of sessions cannot be negative.", "Un número de sesiones no puede ser negativo."),
                Place(field="sessions"),
            )
        if self.contrast.unit != UNIT:
            raise InputError(
                Text(
                    f"A forecast takes contrasts in {UNIT}, not in {self.contrast.unit}.",
                    f"El pronóstico toma contrastes en {UNIT}, no en {self.contrast.unit}.",
                ),
                Place(field="contrast.unit"),
            )
        if max(abs(self.contrast.value), self.contrast.u) > LARGEST_DELTA_E00:
            raise InputError(
                Text(
                    f"{self.contrast} is larger than any difference of colour (ΔE {LARGEST_DELTA_E00:g}).",
                    f"{self.contrast} supera cualquier diferencia de color (ΔE {LARGEST_DELTA_E00:g}).",
                ),
                Place(field="contrast"),
            )


def canonical(measured: Sequence[Measured]) -> tuple[Measured, ...]:
    """The measurements in one order, so that sums come out the same whatever order they were given in."""
    return tuple(sorted(measured, key=lambda one: (one.sessions, one.contrast.value, one.contrast.u)))


def tells(measured: Sequence[Measured]) -> bool:
    """Whether the measurements show a response: before and after at least one session."""
    return len({one.sessions for one in measured}) > 1


def scale_of(measured: Sequence[Measured]) -> float:
    """The largest contrast measured, ΔE00, which every smallness is measured against; 1 where all are zero."""
    return max(abs(one.contrast.value) for one in measured) or 1.0
