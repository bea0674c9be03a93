"""The report of a series: every measure over all visits of one area."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.core.text import Language, Text
from dermograph.photo.comparison import Comparison
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.measure.values import Kind
from dermograph.photo.report import words
from dermograph.photo.report.document import document
from dermograph.photo.report.drawing import Bar
from dermograph.photo.report.embed import bar_tag, picture_tag
from dermograph.photo.report.figures import day, plus_minus
from dermograph.photo.report.markup import Markup, tag
from dermograph.photo.report.measure_notes import MEASURE_NOTES
from dermograph.photo.report.measure_section import explained_by
from dermograph.photo.report.method_notes import METHOD_NOTES
from dermograph.photo.report.notes import Notes
from dermograph.photo.report.page import decision_section, made_by, synthetic_banner
from dermograph.photo.report.pictures import shown
from dermograph.photo.report.rendering import Rgb
from dermograph.photo.report.series_chart import SeriesPoint, series_chart, series_sentence
from dermograph.photo.report.side_words import findings_list, reason

_MOST_BYTES = 2_000_000  # of all pictures together
_TITLE = Text("Measured course", "Evolución medida")
_VISITS = Text("The visits", "Las visitas")
_COURSE = Text("Each measure over time", "Cada medida a lo largo del tiempo")
_WHISKERS = Text(
    "The whiskers hold 95 %. A dashed question mark stands for a visit that cannot be compared with the baseline. "
    "Whether two visits differ is said by their comparison, not by whether whiskers overlap.",
    "Los bigotes abarcan el 95 %. Un signo de interrogación discontinuo señala una visita que no puede compararse con "
    "la inicial. Si dos visitas difieren lo dice su comparación, no que los bigotes se solapen.",
)
_ALT = Text("Photograph of the visit {label}", "Fotografía de la visita {label}")
_COLUMNS = (Text("visit", "visita"), Text("day", "día"), Text("value", "valor"))


@dataclass(frozen=True, slots=True, eq=False)
class SeriesVisit:
    """One visit as a page shows it.

    Attributes:
        label: What it is called.
        on: The day of the photograph; None if it is not known.
        name: The file's name.
        sha256: Of the file; empty if it does not come from one.
        findings: Of its quality.
        refusal: Why it cannot be compared with the baseline; None if it can, and for the baseline itself.
        picture: ``(h, w, 3)`` sRGB over the same skin as the baseline, else the photograph as it is; None shows none.
        bar: The scale bar of ``picture``; None without a scale.
        is_synthetic: Whether the photograph was made by a computer.
    """

    label: str
    on: dt.date | None
    name: str
    sha256: str
    findings: tuple[Finding, ...]
    refusal: Refusal | None
    picture: Rgb | None
    bar: Bar | None = None
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SeriesReport:
    """What the page of a series shows.

    Attributes:
        title: Of the area, such as its name; empty takes none.
        visits: In their order, the baseline first.
        points: For each measure one point for each visit, in the same order.
    """

    title: str
    visits: tuple[SeriesVisit, ...]
    points: dict[Kind, list[SeriesPoint]]


def visit_pictures(comparison: Comparison) -> tuple[tuple[Rgb, Bar | None], tuple[Rgb, Bar | None]]:
    """The pictures of baseline and follow-up with their scale bars, as a series shows them."""
    drawn = shown(comparison)
    return (drawn.before, drawn.bar), (drawn.after, drawn.bar if drawn.is_aligned else None)


def series_html(series: SeriesReport, language: Language) -> str:
    """The report of a series as one self-contained HTML page."""
    notes = Notes(language, MEASURE_NOTES | METHOD_NOTES)
    banner = synthetic_banner(language) if any(visit.is_synthetic for visit in series.visits) else None
    title = _TITLE.say(language) + (f": {series.title}" if series.title else "")
    body = [
        tag("header", banner, tag("h1", title), _span(series, language)),
        _course(series, notes, language),
        _gallery(series, notes, language),
        decision_section(language),
        tag("section", tag("h2", words.METHODS.say(language)), notes.listed(), class_="methods"),
        _files(series, language),
    ]
    return document(title, tag("div", body, class_="page"), language, with_script=False)


def _span(series: SeriesReport, language: Language) -> Markup:
    days = [visit.on for visit in series.visits if visit.on]
    count = Text(f"{len(series.visits)} visits", f"{len(series.visits)} visitas").say(language)
    if len(days) < len(series.visits) or not days:
        return tag("div", count, ". ", words.WHEN.say(language), class_="unknown when")
    return tag("div", f"{count}, {day(min(days), language)} – {day(max(days), language)}", class_="when")


def _course(series: SeriesReport, notes: Notes, language: Language) -> Markup:
    says = tag("div", _WHISKERS.say(language), notes.mark("uncertainty"), notes.mark("detectable"), class_="remark")
    cards = []
    for kind, points in series.points.items():
        if all(point.quantity(kind.unit) is None for point in points):
            question = words.HOW_DID.say(language).format(label=kind.label.say(language))
            says = tag("div", series_sentence(kind, points, language))
            cards.append(tag("article", tag("h3", question), says, class_="measure unknown"))
            continue
        caveat = kind.caveat.say(language)
        cards.append(
            tag(
                "article",
                tag("h3", kind.label.say(language), notes.mark(explained_by(kind.name))),
                series_chart(kind, points, language),
                tag("div", caveat, class_="caveat") if caveat else None,
                _table(kind, points, language),
                class_="measure",
            )
        )
    return tag("section", tag("h2", _COURSE.say(language)), says, tag("div", cards, class_="series"))


def _table(kind: Kind, points: list[SeriesPoint], language: Language) -> Markup:
    rows = []
    for point in points:
        one = point.quantity(kind.unit)
        value = words.NOT_COMPARABLE.say(language) if one is None else plus_minus(one, language)
        cells = tag("td", day(point.on, language) or "?"), tag("td", value)
        rows.append(tag("tr", tag("th", point.label, scope="row"), cells))
    head = tag("tr", [tag("th", word.say(language), scope="col") for word in _COLUMNS])
    table = tag("table", tag("thead", head), tag("tbody", rows))
    return tag("details", tag("summary", words.FIGURES.say(language)), table, class_="fold")


def _gallery(series: SeriesReport, notes: Notes, language: Language) -> Markup:
    each = _MOST_BYTES // max(len(series.visits), 1)
    figures = [_visit(visit, each, language) for visit in series.visits]
    heading = tag("h2", _VISITS.say(language), notes.mark("pictures"))
    return tag("section", heading, tag("div", figures, class_="course"))


def _visit(visit: SeriesVisit, most_bytes: int, language: Language) -> Markup:
    frame = None
    if visit.picture is not None:
        alt = _ALT.say(language).format(label=visit.label)
        bar = bar_tag(visit.bar, visit.picture.shape[1], language)
        picture = picture_tag(visit.picture, alt, most_bytes=most_bytes)
        frame = tag("div", tag("div", picture, bar), class_="sheet")
    on = day(visit.on, language)
    caption = tag(
        "figcaption",
        tag("div", tag("strong", visit.label), " ", visit.name, class_="shot-name"),
        tag("div", on) if on else tag("div", words.WHEN.say(language), class_="unknown"),
        tag(
            "div",
            tag("strong", words.NOT_COMPARABLE.say(language), ". "),
            reason(visit.refusal, language),
            class_="unknown",
        )
        if visit.refusal
        else None,
        findings_list(visit.findings, language),
    )
    return tag("figure", frame, caption, class_="visit")


def _files(series: SeriesReport, language: Language) -> Markup:
    rows = [
        tag(
            "tr",
            tag("th", visit.label, scope="row"),
            tag("td", visit.name, class_="file"),
            tag("td", visit.sha256 or "?", class_="hash"),
        )
        for visit in series.visits
    ]
    head = tag("tr", [tag("th", word, scope="col") for word in ("", words.FILES.say(language), "SHA-256")])
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="files")
    return tag("section", tag("h2", words.FILES.say(language)), table, made_by(language))
