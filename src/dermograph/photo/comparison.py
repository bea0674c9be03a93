"""The value of a comparison: everything that two photographs of one area say about its change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.core.text import Text
from dermograph.photo.card.calibration import Calibration
from dermograph.photo.card.reading import CardReading
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.foreign import Foreign
from dermograph.photo.image import Photograph
from dermograph.photo.measure.values import Measure, Outcome
from dermograph.photo.outline.outline import Outline
from dermograph.photo.register.registration import Registration

SCHEMA = "dermograph.compare/1"
OUTCOMES: dict[Outcome, Text] = {
    Outcome.IMPROVED: Text("improved", "mejora"),
    Outcome.NO_DETECTABLE_CHANGE: Text("no detectable change", "sin cambio detectable"),
    Outcome.WORSENED: Text("worsened", "empeora"),
    Outcome.CHANGED: Text("changed to the other side", "cambia al otro lado"),
    Outcome.NOT_COMPARABLE: Text("not comparable", "no comparable"),
}
NO_OUTLINE = Refusal(
    "no_outline",
    Text("No outline was given, so nothing was measured.", "Sin contorno de la lesión no se ha medido nada."),
    Text("Draw it on the baseline.", "Dibújelo en la fotografía inicial."),
)


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One photograph with all that was read from it.

    Attributes:
        card: The card as it was read, or why none was.
        calibration: The way from its pixels to CIELAB, or why there is none.
        findings: What the quality gate and the readers found.
        foreign: What in it is not skin.
        skin_ita_deg: The measured tone of the skin beside the lesion, degrees under D65; None without colour.
    """

    photo: Photograph
    card: CardReading | Refusal
    calibration: Calibration | Refusal
    findings: tuple[Finding, ...]
    foreign: Foreign
    skin_ita_deg: float | None = None

    @property
    def mm_per_px(self) -> float | None:
        """The scale at the card's centre; None without a card whose size is known."""
        return None if isinstance(self.card, Refusal) or self.card.scale is None else self.card.scale.value

    def to_json(self) -> dict[str, Any]:
        """The photograph as the contract of ``compare --json`` has it."""
        card, colour = self.card, self.calibration
        return {
            "file": self.photo.name,
            "sha256": self.photo.sha256,
            "width": self.photo.width,
            "height": self.photo.height,
            "taken_at": self.photo.taken_at.isoformat() if self.photo.taken_at else None,
            "card": {"found": False, "reason": card.to_json()} if isinstance(card, Refusal) else card.to_json(),
            "colour": {"calibrated": False, "reason": colour.to_json()}
            if isinstance(colour, Refusal)
            else {"calibrated": True, **colour.to_json()},
            "scale_mm_per_px": self.mm_per_px,
            "skin_ita_deg": self.skin_ita_deg,
            "quality": [finding.to_json() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What changed in an area between a baseline and a follow-up.

    Attributes:
        outline: The lesion as drawn on the baseline; None if none was given, and then nothing is measured.
        transferred: The same outline in the follow-up, or why it could not be carried over; None without an outline.
        measures: Each with its change or the reason why there is none; the first is the contrast.
        refusal: Why nothing at all may be compared; None if something may.
        timings: Seconds by step, ``total`` among them.
    """

    before: Side
    after: Side
    outline: Outline | None
    transferred: Outline | Refusal | None
    registration: Registration
    measures: tuple[Measure, ...]
    refusal: Refusal | None
    timings: dict[str, float]

    @property
    def outcome(self) -> Outcome:
        """What the contrast to the adjacent skin says; the other measures stand beside it."""
        if self.refusal is not None:
            return Outcome.NOT_COMPARABLE
        return next((one.outcome for one in self.measures if one.kind.name == "contrast"), Outcome.NOT_COMPARABLE)

    @property
    def reason(self) -> Refusal | None:
        """Why the whole is not comparable: its own refusal, else that of the contrast; None if it is."""
        if self.outcome is not Outcome.NOT_COMPARABLE:
            return None
        contrast = self.measure("contrast")
        return self.refusal or (NO_OUTLINE if self.outline is None else contrast.refusal if contrast else None)

    def measure(self, name: str) -> Measure | None:
        """One measure by its name."""
        return next((one for one in self.measures if one.kind.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """The contract of ``compare --json``: plain values, figures unrounded, sentences in both languages."""
        return {
            "schema": SCHEMA,
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "registration": self.registration.to_json(),
            "measures": [one.to_json() for one in self.measures],
            "verdict": self.outcome.value,
            "reason": self.reason.to_json() if self.reason else None,
            "timings": self.timings,
        }
