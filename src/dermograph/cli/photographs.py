"""What the commands on photographs share: their arguments, their progress, and how they say what they found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dermograph.cli.inputs import add_json
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.card.references import References
    from dermograph.photo.comparison import Side
    from dermograph.photo.finding import Finding, Refusal
    from dermograph.photo.measure.values import Measure
    from dermograph.photo.outline.outline import Outline
    from dermograph.photo.quality import Baseline

STEPS = {
    "read": Text("reading the photographs", "leyendo las fotografías"),
    "register": Text("registering", "alineando"),
    "measure": Text("measuring", "midiendo"),
    "write": Text("writing", "escribiendo"),
}
_CLEAR = "\r\x1b[2K"


def add_outline(command: argparse.ArgumentParser, language: Language, *, required: bool) -> None:
    """The argument for the lesion's outline."""
    command.add_argument(
        "--outline",
        type=Path,
        required=required,
        metavar="FILE",
        help=Text(
            "the lesion on the first photograph: JSON, LabelMe JSON, or a mask as PNG",
            "la lesión en la primera fotografía: JSON, JSON de LabelMe o máscara PNG",
        ).say(language),
    )


def add_references(command: argparse.ArgumentParser, language: Language) -> None:
    """The arguments that every measuring command takes."""
    command.add_argument(
        "--references",
        type=Path,
        metavar="FILE",
        help=Text(
            "measured colours of the printed card (JSON or CSV) instead of the nominal ones",
            "colores medidos de la tarjeta impresa (JSON o CSV) en lugar de los nominales",
        ).say(language),
    )
    add_json(command, language)


def references_from(path: Path | None) -> References | None:
    """The measured colours that were given, if any."""
    if path is None:
        return None
    from dermograph.photo.card.references import read_references

    return read_references(path)


def outline_from(path: Path | None, side_width: int, side_height: int) -> Outline | None:
    """The outline that was given, if any."""
    if path is None:
        return None
    from dermograph.photo.outline.read import read_outline

    return read_outline(path, side_width, side_height)


def baseline_from(path: Path | None, outline: Path | None, references: References | None) -> Baseline | None:
    """How the first photograph of the area was taken, if it was given."""
    if path is None:
        return None
    from dermograph.photo.card.reading import read_card
    from dermograph.photo.image import read_photograph
    from dermograph.photo.quality import Baseline

    first = read_photograph(path)
    return Baseline.of(first, read_card(first, references), outline_from(outline, first.width, first.height))


def progress(language: Language, *, prefix: str = "") -> Callable[[str, float], None]:
    """Say how far the work is, where a person watches."""

    def say(step: str, share: float) -> None:
        if not sys.stderr.isatty():
            return
        words = STEPS.get(step.partition(":")[0])
        text = "" if share >= 1 or words is None else f"{prefix}{words.say(language)} {share:.0%}"
        print(f"{_CLEAR}{text}", end="", file=sys.stderr, flush=True)

    return say


def figure(value: float, u: float, unit: str = "") -> str:
    """A value with its standard uncertainty, both rounded to what the uncertainty carries."""
    digits = 1 if u >= 0.1 else 2 if u >= 0.01 else 3  # noqa: PLR2004 (places of a decimal)
    words = f"{value:.{digits}f} ± {u:.{digits}f}".replace("-", "−")
    return f"{words} {UNITS.get(unit, unit)}".strip()


UNITS = {"delta_e00": "ΔE", "cm2": "cm²", "deg": "°", "mm": "mm", "percent": "%", "lab": "", "index": ""}


def print_side(sheet: Sheet, side: Side) -> None:
    """One photograph: its card, its scale, its colour, and what the photographer can do better."""
    from dermograph.photo.finding import Refusal

    photo = side.photo
    taken = f", {photo.taken_at:%Y-%m-%d %H:%M}" if photo.taken_at else ""
    sheet.line(f"{photo.name} ({photo.width} × {photo.height}{taken})", style="bold")
    if isinstance(side.card, Refusal):
        print_refusal(sheet, side.card, indent=2)
    else:
        scale = f"{side.mm_per_px:.4f} mm/px" if side.mm_per_px else "– mm/px"
        words = Text("card", "tarjeta").say(sheet.language)
        tilt = Text("tilt", "inclinación").say(sheet.language)
        sheet.line(f"{words} {side.card.layout.name}, {scale}, {tilt} {side.card.tilt_deg:.0f}°", indent=2)
        if isinstance(side.calibration, Refusal):
            print_refusal(sheet, side.calibration, indent=2)
    print_findings(sheet, side.findings)


def print_findings(sheet: Sheet, findings: Iterable[Finding]) -> None:
    """What did not pass, or could not be judged."""
    for finding in findings:
        if finding.passed is True:
            continue
        mark = "✗" if finding.passed is False and finding.blocks else "!" if finding.passed is False else "?"
        _told(sheet, finding.says, finding.todo, indent=2, mark=mark)


def print_refusal(sheet: Sheet, refusal: Refusal, *, indent: int = 0) -> None:
    """Why something is not known, and what would make it known."""
    _told(sheet, refusal.says, refusal.todo, indent=indent, mark="?")


def _told(sheet: Sheet, says: Text, todo: Text, *, indent: int, mark: str) -> None:
    sheet.line(f"{says.say(sheet.language)} {todo.say(sheet.language)}".strip(), indent=indent, mark=mark)


def print_measures(sheet: Sheet, measures: Iterable[Measure], *, changes: bool) -> None:
    """The measures, one a line; with ``changes`` what each became and whether that is more than its error."""
    from dermograph.photo.comparison import OUTCOMES

    told: set[str] = set()
    for one in measures:
        name, unit = one.kind.label.say(sheet.language), one.kind.unit
        before = figure(one.before.value, one.before.u, unit) if one.before else "–"
        if not changes:
            sheet.line(f"{name}: {before}", indent=2)
        elif one.change is None:
            known = "" if one.before is None else f"{before} → "
            sheet.line(f"{name}: {known}{OUTCOMES[one.outcome].say(sheet.language)}", indent=2)
        else:
            after = figure(one.after.value, one.after.u, unit) if one.after else "–"
            change = one.change
            low, high = change.ci95
            limit = Text("smallest detectable", "mínimo detectable").say(sheet.language)
            sheet.line(f"{name}: {before} → {after}", indent=2)
            sheet.line(
                f"{OUTCOMES[one.outcome].say(sheet.language)}: {change.value.value:+.2f} "
                f"[{low:+.2f}, {high:+.2f}], {limit} {change.mdc95:.2f}".replace("-", "−"),
                indent=4,
                style="dim",
            )
        if one.refusal is not None and one.refusal.code not in told:
            told.add(one.refusal.code)
            print_refusal(sheet, one.refusal, indent=4)
