"""What the page of a comparison shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dermograph.clinic.gallery.models import Comparison, Stage
from dermograph.clinic.gallery.shown import OUTCOMES, unit_of, work_of
from dermograph.clinic.gallery.words import landmarks_would_help
from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text

Json = dict[str, Any]
METHODS = {
    "features": Text("features of the skin", "rasgos de la piel"),
    "landmarks": Text("clicked landmarks", "puntos marcados"),
    "flow": Text("smooth deformation", "deformación suave"),
}
_NO_REASON = Text("It could not be measured.", "No se pudo medir.")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure in the table.

    Attributes:
        change: With its ``mdc95``; None if the two cannot be compared.
        reason: Why not; None if they can.
    """

    name: str
    label: Json
    caveat: Json | None
    unit: str
    before: Json | None
    after: Json | None
    change: Json | None
    outcome: str
    word: Text
    glyph: str
    visible: bool | None
    reason: Json | None


@dataclass(frozen=True, slots=True)
class Side:
    """One photograph of the comparison, as it was when it was measured."""

    title: Text
    photograph: Any
    card: Json | None
    calibrated: bool
    why_not: Json | None
    tone: float | None
    failed: list[Json]
    unknown: list[Json]
    passed: list[Json]

    @property
    def state(self) -> Text:
        """Calibrated or not, in words."""
        if self.calibrated:
            return Text("colour calibrated", "color calibrado")
        return Text("colour not calibrated", "color sin calibrar")

    @property
    def quality(self) -> Text:
        """Quality in words."""
        if self.failed:
            n = len(self.failed)
            return Text(f"{n} to mend", f"{n} por corregir")
        n = len(self.passed)
        return Text(f"{n} checks passed", f"{n} comprobaciones superadas")


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """A comparison as a page shows it.

    Attributes:
        reason: Why the whole is not comparable; None if it is, or is not known yet.
        contrast: The first measure; None without one.
        pictures: ``shown`` of the result; None until done.
        mm_per_px: Of the pictures; None without a scale.
        methods: What carried the registration, in words.
    """

    is_done: bool
    outcome: str
    word: Text | None
    glyph: str
    reason: Json | None
    contrast: Row | None
    rows: list[Row]
    sides: tuple[Side, ...]
    registration: Json
    methods: list[Text]
    landmarks_help: bool
    pictures: Json | None
    mm_per_px: float | None
    step: Text | None
    percent: int

    @property
    def coverage_percent(self) -> int:
        """Share of the area in which the map is known, per cent."""
        return round(100 * (self.registration.get("coverage") or 0))

    @property
    def heat_steps(self) -> list[Json]:
        """The colour scale of the heat map, each colour with its place from the left."""
        colours = ((self.pictures or {}).get("heat") or {}).get("colours", [])
        return [{"x": str(60 + 21 * number), "colour": colour} for number, colour in enumerate(colours)]

    def captions(self, language: Language) -> list[Json]:
        """What stands under each photograph in the viewer."""
        return [
            {
                "title": side.title.say(language),
                "day": side.photograph.taken_on,
                "calibration": side.state.say(language),
                "quality": side.quality.say(language),
                "alt": f"{side.title.say(language)}, {day_in_words(side.photograph.taken_on, language)}",
            }
            for side in self.sides
        ]


def shown_comparison(comparison: Comparison) -> ShownComparison:
    """What a page shows of a comparison, whatever stage it is at."""
    step, percent = work_of(comparison)
    result: Json = comparison.result if comparison.stage == Stage.DONE and comparison.result else {}
    outcome = result.get("verdict", "")
    rows = [_row(one) for one in result.get("measures", [])]
    registration = result.get("registration") or {}
    pictures = result.get("shown")
    bar = (pictures or {}).get("bar")
    return ShownComparison(
        is_done=bool(result),
        outcome=outcome,
        word=OUTCOMES[outcome][0] if outcome else None,
        glyph=OUTCOMES[outcome][1] if outcome else "",
        reason=result.get("reason"),
        contrast=next((row for row in rows if row.name == "contrast"), None),
        rows=rows,
        sides=_sides(comparison, result) if result else (),
        registration=registration,
        methods=[METHODS[part] for part in (registration.get("method") or "").split("+") if part in METHODS],
        landmarks_help=landmarks_would_help(comparison),
        pictures=pictures,
        mm_per_px=bar["mm"] / bar["px"] if bar and bar["px"] else None,
        step=step,
        percent=percent,
    )


def _row(one: Json) -> Row:
    change = one["change"]
    known = change if change.get("value") is not None else None
    word, glyph = OUTCOMES[change["verdict"]]
    return Row(
        name=one["name"],
        label=one["label"],
        caveat=one["caveat"] if one["caveat"].get("en") else None,
        unit=unit_of(one),
        before=one["before"],
        after=one["after"],
        change=known,
        outcome=change["verdict"],
        word=word,
        glyph=glyph,
        visible=change.get("visible"),
        reason=None if known else one["reason"] or {"says": _NO_REASON.to_json(), "todo": {"en": "", "es": ""}},
    )


def _sides(comparison: Comparison, result: Json) -> tuple[Side, ...]:
    titles = (Text("Baseline", "Fotografía inicial"), Text("Follow-up", "Seguimiento"))
    rows = (comparison.before, comparison.after)
    return tuple(
        _side(title, row, result[key]) for title, row, key in zip(titles, rows, ("before", "after"), strict=True)
    )


def _side(title: Text, row: Any, said: Json) -> Side:  # noqa: ANN401 (a Photograph, or none in a part of a page)
    colour, quality = said["colour"], said["quality"]
    return Side(
        title=title,
        photograph=row,
        card=said["card"] if said["card"]["found"] else None,
        calibrated=colour["calibrated"],
        why_not=None if colour["calibrated"] else colour["reason"],
        tone=said.get("skin_ita_deg"),
        failed=sorted((one for one in quality if one["passed"] is False), key=lambda one: not one["blocks"]),
        unknown=[one for one in quality if one["passed"] is None],
        passed=[one for one in quality if one["passed"]],
    )
