"""What pages show of a photograph and of a comparison, in words and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.selectors import Album, Visit, card_of, failed_checks
from dermograph.clinic.gallery.words import step_in_words
from dermograph.core.text import Text

Json = dict[str, Any]
OUTCOMES = {
    "improved": (Text("improved", "mejora"), "circle-check"),
    "no_detectable_change": (Text("no detectable change", "sin cambio detectable"), "minus"),
    "worsened": (Text("worsened", "empeora"), "triangle-alert"),
    "changed": (Text("changed to the other side", "cambia al otro lado"), "git-compare"),
    "not_comparable": (Text("not comparable", "no comparable"), "circle-question-mark"),
}
UNITS = {
    "delta_e00": "ΔE00",
    "lab": "",
    "deg": "°",
    "index": "",
    "cm2": "cm²",
    "mm": "mm",
    "percent": "%",
}


@dataclass(frozen=True, slots=True)
class ShownPhotograph:
    """A photograph of the gallery.

    Attributes:
        card: The card as it was read; None without one, or while it is not known.
        mm_per_px: With its error, ``{"value", "u"}``; None without a scale.
        failed: The checks that it did not pass, what blocks first.
        passed: How many it passed.
    """

    photograph: Photograph
    card: Json | None
    mm_per_px: Json | None
    calibrated: bool
    failed: list[Json]
    passed: int

    @property
    def is_judged(self) -> bool:
        """Whether the checks are known."""
        return bool(self.photograph.findings)


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """A visit of the gallery.

    Attributes:
        title: "Baseline" or "Visit 2".
        contrast: The measure of the comparison; None while there is none.
        reason: Why the whole is not comparable; None if it is, or not known.
        step: What is being done; None unless something is.
        percent: The share of it that is done.
    """

    visit: Visit | None
    title: Text
    shown: ShownPhotograph
    is_baseline: bool
    contrast: Json | None
    outcome: str
    reason: Json | None
    step: Text | None
    percent: int

    @property
    def comparison(self) -> Comparison | None:
        """Its comparison."""
        return self.visit.comparison if self.visit else None

    @property
    def word(self) -> Text | None:
        """The outcome in words."""
        return OUTCOMES[self.outcome][0] if self.outcome else None

    @property
    def glyph(self) -> str:
        """The icon that goes with it."""
        return OUTCOMES[self.outcome][1] if self.outcome else ""


def shown_photograph(photograph: Photograph) -> ShownPhotograph:
    """What a page shows of a photograph."""
    card = card_of(photograph)
    quality = photograph.findings.get("quality", [])
    return ShownPhotograph(
        photograph,
        card,
        card.get("mm_per_px") if card else None,
        bool((photograph.findings.get("colour") or {}).get("calibrated")),
        failed_checks(photograph),
        sum(one["passed"] is True for one in quality),
    )


def shown_visits(found: Album) -> list[ShownVisit]:
    """All photographs of a course as the gallery shows them, by their day."""
    visits = {visit.photograph.pk: visit for visit in found.visits}
    return [_visit(found, one, visits.get(one.pk)) for one in found.photographs]


def work_of(*rows: Photograph | Comparison | None) -> tuple[Text | None, int]:
    """What is being done for the first of some rows that is waiting or being worked at, and its share, per cent."""
    for row in rows:
        if row is not None and row.is_under_way:
            return step_in_words(row.step), round(100 * row.progress)
    return None, 0


def measure(result: Json | None, name: str) -> Json | None:
    """One measure of a result."""
    return next((one for one in (result or {}).get("measures", []) if one["name"] == name), None)


def unit_of(one: Json) -> str:
    """The unit of a measure as people read it."""
    unit: str = one["unit"]
    return UNITS.get(unit, unit)


def _visit(found: Album, photograph: Photograph, visit: Visit | None) -> ShownVisit:
    comparison = visit.comparison if visit else None
    result = comparison.result if comparison and comparison.stage == Stage.DONE else None
    is_baseline = found.baseline is not None and photograph.pk == found.baseline.pk
    step, percent = work_of(photograph, comparison)
    if is_baseline:
        title = Text("Baseline", "Fotografía inicial")
    elif visit is not None:
        title = Text(f"Visit {visit.number}", f"Visita {visit.number}")
    else:
        title = Text("Photograph", "Fotografía")
    return ShownVisit(
        visit,
        title,
        shown_photograph(photograph),
        is_baseline,
        measure(result, "contrast"),
        result["verdict"] if result else "",
        result["reason"] if result else None,
        step,
        percent,
    )
