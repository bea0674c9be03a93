"""The values of measuring: one measure of one photograph, and its change between two."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from dermograph.core.quantity import COVERAGE_95, Quantity
from dermograph.core.text import Text
from dermograph.photo.finding import Refusal


class Outcome(enum.Enum):
    """What a change of one measure says.

    Zero means "like the skin beside it" or "nothing there" for every measure, so that nearer to zero is improved. A
    value that changed to the other side of zero and stayed as far from it has ``changed``, which is neither.
    """

    IMPROVED = "improved"
    NO_DETECTABLE_CHANGE = "no_detectable_change"
    WORSENED = "worsened"
    CHANGED = "changed"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is measured.

    Attributes:
        name: Its stable name, such as ``contrast``.
        unit: Such as ``delta_e00``, ``cm2``, ``deg``; empty for an index without one.
        label: Its name for people.
        caveat: What the figure is not, such as that texture is a 2-D proxy.
    """

    name: str
    unit: str
    label: Text
    caveat: Text


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one measure from the baseline to the follow-up.

    Attributes:
        value: After minus before, with the standard uncertainty of the change. It is not the root sum of squares of the
            two uncertainties: what both photographs share cancels, what differs between shots is added.
        outcome: What it says.
        visible: Whether an observer would see it on this tone; None where no figure is published for the measure, or
            where the error does not let it be said.
    """

    value: Quantity
    outcome: Outcome
    visible: bool | None

    @property
    def ci95(self) -> tuple[float, float]:
        """The 95 % interval of the change."""
        half = COVERAGE_95 * self.value.u
        return self.value.value - half, self.value.value + half

    @property
    def mdc95(self) -> float:
        """The minimal detectable change: 1.96 times the standard uncertainty of the change."""
        return self.value.detectable

    def to_json(self) -> dict[str, Any]:
        """The change as the contract of ``compare --json`` has it."""
        return {
            "value": self.value.value,
            "u": self.value.u,
            "ci95": list(self.ci95),
            "mdc95": self.mdc95,
            "verdict": self.outcome.value,
            "visible": self.visible,
        }


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of an area in two photographs.

    Attributes:
        before: In the baseline; None if it could not be measured there.
        after: In the follow-up; None if it could not be measured there.
        change: None if the two cannot be compared; ``refusal`` then says why.
        components: Standard uncertainties that make up the change's, by source (``spatial``, ``between_shot``,
            ``registration``, ``outline``, ``scale``), in the unit of the measure.
    """

    kind: Kind
    before: Quantity | None
    after: Quantity | None
    change: Change | None
    refusal: Refusal | None
    components: dict[str, float]

    @property
    def outcome(self) -> Outcome:
        """What the measure says; not comparable where there is no change."""
        return self.change.outcome if self.change else Outcome.NOT_COMPARABLE

    def to_json(self) -> dict[str, Any]:
        """The measure as the contract of ``compare --json`` has it."""

        def one(quantity: Quantity | None) -> dict[str, float] | None:
            return None if quantity is None else {"value": quantity.value, "u": quantity.u}

        change = self.change.to_json() if self.change else _no_change()
        return {
            "name": self.kind.name,
            "unit": self.kind.unit,
            "label": self.kind.label.to_json(),
            "caveat": self.kind.caveat.to_json(),
            "before": one(self.before),
            "after": one(self.after),
            "change": change,
            "reason": self.refusal.to_json() if self.refusal else None,
            "u_components": self.components,
        }


def _no_change() -> dict[str, Any]:
    empty = dict.fromkeys(("value", "u", "ci95", "mdc95"))
    return {**empty, "verdict": Outcome.NOT_COMPARABLE.value, "visible": None}
