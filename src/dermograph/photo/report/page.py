"""The report of a comparison: one HTML file for the screen and for paper."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from dermograph.core.text import Language, Text
from dermograph.photo.comparison import Comparison, Side
from dermograph.photo.finding import Refusal
from dermograph.photo.measure.values import Measure, Outcome
from dermograph.photo.report import words
from dermograph.photo.report.document import document
from dermograph.photo.report.figures import apart, day, number
from dermograph.photo.report.glyphs import icon
from dermograph.photo.report.markup import Markup, tag
from dermograph.photo.report.measure_notes import MEASURE_NOTES
from dermograph.photo.report.measure_section import (
    asked_of,
    figures_of,
    interval_line,
    measure_section,
    verdict,
    visible_line,
)
from dermograph.photo.report.method_notes import METHOD_NOTES
from dermograph.photo.report.notes import Notes
from dermograph.photo.report.pictures import is_synthetic
from dermograph.photo.report.side_words import findings_list, reason
from dermograph.photo.report.viewer import viewer

_METHODS = {
    "features": Text("features of the skin", "rasgos de la piel"),
    "landmarks": Text("clicked landmarks", "puntos marcados"),
    "flow": Text("smooth deformation", "deformación suave"),
}


def report_html(comparison: Comparison, language: Language) -> str:
    """The report as one self-contained HTML page."""
    notes = Notes(language, MEASURE_NOTES | METHOD_NOTES)
    refused = comparison.refusal is not None
    body = [
        _header(comparison, language),
        _verdict(comparison, notes, language),
        viewer(comparison, notes, language),
        measure_section(comparison, notes, language),
        _photographs(comparison, language),
        None if refused else _alignment(comparison, notes, language),
        decision_section(language),
        tag("section", tag("h2", words.METHODS.say(language)), notes.listed(), class_="methods"),
        _files(comparison, language),
    ]
    live = not refused and comparison.registration.comparable
    title = f"{words.TITLE.say(language)}: {comparison.before.photo.name}, {comparison.after.photo.name}"
    return document(title, tag("div", body, class_="page"), language, with_script=live)


def write_report(path: Path, comparison: Comparison, language: Language) -> None:
    """Write the report into a file."""
    path.write_text(report_html(comparison, language), encoding="utf-8")


def decision_section(language: Language) -> Markup:
    """The signature line: ruled, and provisional until a person fills it in."""
    lines = [tag("div", tag("span", word.say(language)), class_="ruled") for word in words.SIGN]
    says = tag("div", icon("person"), words.DECIDES.say(language), class_="decides")
    return tag("section", tag("h2", words.DECISION.say(language)), says, lines, class_="decision provisional")


def made_by(language: Language) -> Markup:
    """Which program made the page."""
    number = version("dermograph")
    says = Text(f"Made by Dermograph {number}.", f"Hecho por Dermograph {number}.").say(language)
    return tag("footer", says)


def synthetic_banner(language: Language) -> Markup:
    """What stands on top where a photograph shows no person."""
    return tag("div", icon("synthetic"), tag("strong", words.SYNTHETIC.say(language)), class_="banner")


def _header(comparison: Comparison, language: Language) -> Markup:
    one, other = comparison.before.photo, comparison.after.photo
    banner = synthetic_banner(language) if is_synthetic(one) or is_synthetic(other) else None
    if one.taken_at and other.taken_at:
        first, second = one.taken_at.date(), other.taken_at.date()
        days = Text(f"{day(first, 'en')} and {day(second, 'en')}", f"{day(first, 'es')} y {day(second, 'es')}")
        when = tag("div", f"{days.say(language)}, {apart(first, second).say(language)}", class_="when")
    else:
        when = tag("div", words.WHEN.say(language), class_="unknown when")
    return tag("header", banner, tag("h1", words.TITLE.say(language)), when)


def _verdict(comparison: Comparison, notes: Notes, language: Language) -> Markup:
    outcome = comparison.outcome
    mark = tag("div", verdict(outcome, language), notes.mark("verdict"), class_="verdict-line")
    contrast = comparison.measure("contrast")
    if comparison.refusal is not None:
        says = words.HEADLINES[Outcome.NOT_COMPARABLE].say(language)
        return _verdict_box(outcome, mark, says, reason(comparison.refusal, language))
    if contrast is None or contrast.change is None:
        why = reason(contrast.refusal, language) if contrast and contrast.refusal else None
        some = any(one.change is not None for one in comparison.measures)
        headline = words.COLOUR_NOT_COMPARABLE if some else words.HEADLINES[Outcome.NOT_COMPARABLE]
        return _verdict_box(outcome, mark, headline.say(language), why)
    return _verdict_box(
        outcome,
        mark,
        words.HEADLINES[outcome].say(language),
        tag("div", contrast.kind.label.say(language), notes.mark("contrast"), class_="of-what"),
        figures_of(contrast, notes, language),
        interval_line(contrast.change, contrast.kind.unit, notes, language),
        visible_line(comparison, contrast, notes, language),
        _others(asked_of(comparison), language),
    )


def _verdict_box(outcome: Outcome, mark: Markup, headline: str, *parts: Markup | None) -> Markup:
    unknown = " unknown" if outcome is Outcome.NOT_COMPARABLE else ""
    return tag(
        "section", mark, tag("div", headline, class_="headline"), parts, class_=f"answer {outcome.value}{unknown}"
    )


def _others(measures: tuple[Measure, ...], language: Language) -> Markup:
    """The verdicts of the other measures in one line."""
    others = [one for one in measures if one.kind.name != "contrast"]
    chips = [
        tag("li", tag("span", one.kind.label.say(language)), " ", verdict(one.outcome, language)) for one in others
    ]
    return tag("ul", chips, class_="others") if chips else Markup()


def _photographs(comparison: Comparison, language: Language) -> Markup:
    sides = ((words.BASELINE, comparison.before), (words.FOLLOW_UP, comparison.after))
    columns = [
        tag(
            "div",
            tag("h3", title.say(language)),
            _camera(side, language),
            _refusals(side, language),
            findings_list(side.findings, language),
        )
        for title, side in sides
    ]
    return tag("section", tag("h2", words.PHOTOGRAPHS.say(language)), tag("div", columns, class_="columns"))


def _camera(side: Side, language: Language) -> Markup:
    photo = side.photo
    size = f"{photo.width} × {photo.height} px"
    parts = [size, photo.camera] if photo.camera else [size]
    at = photo.taken_at
    if at is not None:
        clock = Text("by the camera's clock", "según el reloj de la cámara").say(language)
        parts.append(f"{day(at.date(), language)}, {at:%H:%M} {clock}")
    return tag("div", " · ".join(parts), class_="camera")


def _refusals(side: Side, language: Language) -> list[Markup]:
    """What could not be read of a photograph; the card's reason is not said twice as the colour's."""
    found = [one for one in (side.card, side.calibration) if isinstance(one, Refusal)]
    codes = dict.fromkeys(one.code for one in found)
    first = [next(one for one in found if one.code == code) for code in codes]
    return [tag("div", reason(one, language), class_="unknown") for one in first]


def _alignment(comparison: Comparison, notes: Notes, language: Language) -> Markup:
    found = comparison.registration
    method = " + ".join(_METHODS[part].say(language) if part in _METHODS else part for part in found.method.split("+"))
    facts = [method, _coverage(found.coverage, language)]
    if found.residual_px is not None:
        mm = "" if found.residual_mm is None else f" ({number(found.residual_mm, 2, language)} mm)"
        word = Text("cross-validated residual", "residuo de validación cruzada").say(language)
        facts.append(f"{word} {number(found.residual_px, 2, language)} px{mm}")
    return tag(
        "section",
        tag("h2", words.ALIGNED.say(language)),
        tag("div", "; ".join(facts), ".", notes.mark("alignment")),
    )


def _coverage(share: float, language: Language) -> str:
    percent = number(100 * share, 0, language)
    return Text(f"{percent} % of the area covered", f"{percent} % de la zona cubierta").say(language)


def _files(comparison: Comparison, language: Language) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", title.say(language), scope="row"),
            tag("td", side.photo.name, class_="file"),
            tag("td", side.photo.sha256 or "?", class_="hash"),
        )
        for title, side in ((words.BASELINE, comparison.before), (words.FOLLOW_UP, comparison.after))
    ]
    head = tag("tr", [tag("th", word, scope="col") for word in ("", words.FILES.say(language), "SHA-256")])
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="files")
    return tag("section", tag("h2", words.FILES.say(language)), table, made_by(language))
