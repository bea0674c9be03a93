"""What a page says of each measure: figures, verdict, charts, caveat; a question where it is not known."""

from __future__ import annotations

from dermograph.core.text import Language, Text
from dermograph.photo.colour.tone import visible_delta_e00
from dermograph.photo.comparison import OUTCOMES, Comparison
from dermograph.photo.measure.sizes import NOT_ELONGATED
from dermograph.photo.measure.values import Change, Measure, Outcome
from dermograph.photo.report import words
from dermograph.photo.report.charts import CHANGE, change_chart, change_sentence, levels_chart
from dermograph.photo.report.figures import bare, decimals, number, plus_minus, unit_after
from dermograph.photo.report.glyphs import icon, interval_glyph
from dermograph.photo.report.markup import Markup, tag
from dermograph.photo.report.notes import Notes
from dermograph.photo.report.side_words import reason

#: Which note explains which measure; the first name that the measure's own starts with counts.
_EXPLAINED_BY = (
    ("contrast", "contrast"),
    ("ita", "ita"),
    ("melanin", "index"),
    ("erythema", "index"),
    ("area", "size"),
    ("length", "size"),
    ("width", "size"),
    ("texture", "texture"),
    ("unevenness", "texture"),
)


def asked_of(comparison: Comparison) -> tuple[Measure, ...]:
    """The measures that this lesion has: the width of a round one is no open question."""
    return tuple(one for one in comparison.measures if one.refusal is None or one.refusal.code != NOT_ELONGATED.code)


def explained_by(measure: str) -> str:
    """The name of the note that explains a measure; empty if none does."""
    return next((note for start, note in _EXPLAINED_BY if measure.startswith(start)), "")


def verdict(outcome: Outcome, language: Language) -> Markup:
    """The mark of a verdict: icon, word and colour, always all three."""
    word = OUTCOMES[outcome].say(language)
    return tag("span", icon(outcome.value), tag("span", word), class_=f"verdict {outcome.value}")


def figures_of(measure: Measure, notes: Notes, language: Language) -> Markup:
    """Before, after and the change of a measure as figures with their interval glyph."""
    change = measure.change
    if change is None or measure.before is None or measure.after is None:
        return Markup()
    levels = tag(
        "span",
        tag("span", plus_minus(measure.before, language), class_="value"),
        " → ",
        tag("span", plus_minus(measure.after, language), class_="value"),
        class_="levels",
    )
    moved = tag(
        "span",
        tag("span", CHANGE.say(language), " ", class_="word"),
        tag("span", plus_minus(change.value, language, signed=True), class_="value"),
        interval_glyph(change),
        notes.mark("uncertainty"),
        class_="moved",
    )
    return tag("div", levels, moved, class_="measured")


def interval_line(change: Change, unit: str, notes: Notes, language: Language) -> Markup:
    """The 95 % interval and the detectable limit of a change."""
    u = change.value.u
    low, high = (bare(end, u, unit, language, signed=True) for end in change.ci95)
    says = Text(
        f"95 % interval from {low} to {high}; detectable from {bare(change.mdc95, u, unit, language)} on.",
        f"Intervalo del 95 % de {low} a {high}; detectable a partir de {bare(change.mdc95, u, unit, language)}.",
    )
    return tag("div", says.say(language), notes.mark("detectable"), class_="interval")


def visible_line(comparison: Comparison, measure: Measure, notes: Notes, language: Language) -> Markup:
    """Whether an observer would see the change, for the measures that a figure is published for."""
    change, ita = measure.change, comparison.before.skin_ita_deg
    if change is None or measure.kind.unit != "delta_e00" or ita is None:
        return Markup()
    seen = visible_delta_e00(ita)
    limit = f"ΔE {number(seen, 2, language)}"
    mark = notes.mark("visible")
    missed = words.MISSED.say(language).format(
        limit=limit, mdc=bare(change.mdc95, change.value.u, "delta_e00", language)
    )
    too_coarse = tag("div", missed) if change.mdc95 > seen else None
    if change.visible is None:
        return tag("div", tag("div", words.VISIBLE_UNKNOWN.say(language), mark, class_="unknown"), too_coarse)
    word = words.VISIBLE if change.visible else words.NOT_VISIBLE
    return tag("div", tag("div", word.say(language).format(limit=limit), mark), too_coarse, class_="visible")


def measure_section(comparison: Comparison, notes: Notes, language: Language) -> Markup:
    """Every measure of a comparison; nothing where the whole is refused."""
    if comparison.refusal is not None or not comparison.measures:
        return Markup()
    cards = [_card(comparison, one, notes, language) for one in asked_of(comparison)]
    return tag(
        "section",
        tag("h2", words.MEASURES.say(language)),
        tag("div", cards, class_="measures"),
        _tables(comparison, language),
    )


def _card(comparison: Comparison, measure: Measure, notes: Notes, language: Language) -> Markup:
    kind = measure.kind
    label = kind.label.say(language)
    name = explained_by(kind.name)
    caveat = kind.caveat.say(language)
    said = tag("div", caveat, class_="caveat") if caveat else None
    if measure.change is None:
        question = words.HOW_DID.say(language).format(label=label)
        why = reason(measure.refusal, language) if measure.refusal else None
        return tag("article", tag("h3", question, notes.mark(name)), why, said, class_="measure unknown")
    charts = tag("div", levels_chart(measure, language), change_chart(measure, language), class_="charts")
    return tag(
        "article",
        tag("div", tag("h3", label, notes.mark(name)), verdict(measure.outcome, language), class_="head"),
        figures_of(measure, notes, language),
        interval_line(measure.change, kind.unit, notes, language),
        visible_line(comparison, measure, notes, language) if kind.name != "contrast" else None,
        charts,
        said,
        class_="measure",
    )


def _tables(comparison: Comparison, language: Language) -> Markup:
    """The figures of the charts, and what the error is made of, one click away."""
    compared = [one for one in comparison.measures if one.change is not None]
    if not compared:
        return Markup()
    head = tag("tr", [tag("th", word.say(language), scope="col") for word in words.COLUMNS])
    body = [_row(one, one.change, language) for one in compared if one.change is not None]
    sources = list(dict.fromkeys(source for one in compared for source in one.components))
    errors_head = tag(
        "tr",
        tag("th", words.COLUMNS[0].say(language), scope="col"),
        [tag("th", _source(name, language), scope="col") for name in sources],
    )
    errors = [
        tag(
            "tr",
            tag("th", one.kind.label.say(language), scope="row"),
            [tag("td", _component(one, name, language)) for name in sources],
        )
        for one in compared
    ]
    tables = [(words.FIGURES, head, body), *([(words.COMPONENTS, errors_head, errors)] if sources else [])]
    return tag("div", [_fold(title, top, rows, language) for title, top, rows in tables], class_="tables")


def _fold(title: Text, head: Markup, rows: list[Markup], language: Language) -> Markup:
    table = tag("table", tag("thead", head), tag("tbody", rows))
    scroll = tag("div", table, class_="scroll", tabindex=0, role="group", aria_label=title.say(language))
    return tag("details", tag("summary", title.say(language)), scroll, class_="fold")


def _row(measure: Measure, change: Change, language: Language) -> Markup:
    u, unit = change.value.u, measure.kind.unit
    low, high = (bare(end, u, unit, language, signed=True) for end in change.ci95)
    cells = [
        *(plus_minus(one, language) if one else "?" for one in (measure.before, measure.after)),
        plus_minus(change.value, language, signed=True),
        Text(f"{low} to {high}", f"{low} a {high}").say(language),
        bare(change.mdc95, u, unit, language),
    ]
    return tag(
        "tr",
        tag("th", measure.kind.label.say(language), scope="row"),
        [tag("td", cell) for cell in cells],
        tag("td", verdict(measure.outcome, language)),
        title=change_sentence(measure, language),
    )


def _source(name: str, language: Language) -> str:
    known = words.SOURCES.get(name)
    return known.say(language) if known else name.replace("_", " ")


def _component(measure: Measure, name: str, language: Language) -> str:
    u = measure.components.get(name)
    return "–" if u is None else f"{number(u, decimals(u), language)}{unit_after(measure.kind.unit)}"
