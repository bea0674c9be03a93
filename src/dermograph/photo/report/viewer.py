"""The before/after viewer of a page: slider, side by side, overlay and heat map; without script, side by side."""

from __future__ import annotations

from dermograph.core.text import Language, Text
from dermograph.photo.comparison import Comparison, Side
from dermograph.photo.report import words
from dermograph.photo.report.drawing import Bar
from dermograph.photo.report.embed import bar_tag, picture_tag
from dermograph.photo.report.glyphs import icon
from dermograph.photo.report.heat_figure import heat_figure
from dermograph.photo.report.markup import Markup, tag
from dermograph.photo.report.notes import Notes
from dermograph.photo.report.pictures import Shown, is_synthetic, shown
from dermograph.photo.report.rendering import Rgb
from dermograph.photo.report.side_words import state_lines

_ALT = Text("{which} photograph {name}, the lesion outlined", "Fotografía {which} {name}, con la lesión perfilada")
_ALT_BARE = Text("{which} photograph {name}", "Fotografía {which} {name}")
_WHICH = (Text("Baseline", "inicial"), Text("Follow-up", "de seguimiento"))


def viewer(comparison: Comparison, notes: Notes, language: Language) -> Markup:
    """Both photographs and the heat map, as a comparison allows them to be shown."""
    drawn = shown(comparison)
    titles = (words.BASELINE, words.FOLLOW_UP)
    sides = (comparison.before, comparison.after)
    frames = [
        _frame(picture, alt, bar, title.say(language), over=drawn.is_aligned and index == 1, language=language)
        for index, (picture, alt, bar, title) in enumerate(
            zip((drawn.before, drawn.after), _alts(comparison, drawn, language), _bars(drawn), titles, strict=True)
        )
    ]
    said = [
        _caption(side, title, notes, language, compared=drawn.is_aligned)
        for side, title in zip(sides, titles, strict=True)
    ]
    stage, captions = tag("div", frames, class_="stage"), tag("div", said, class_="captions")
    remark = _remark(drawn, comparison, notes, language)
    if not drawn.is_aligned:
        return tag("section", stage, captions, remark, class_="pictures")
    live = tag("div", stage, _tools(language, has_heat=drawn.heat is not None), captions, class_="viewer")
    heat = heat_figure(drawn, notes, language) or _unknown(words.NO_HEAT.say(language))
    return tag("section", live, remark, heat, class_="pictures")


def _frame(picture: Rgb, alt: str, bar: Bar | None, title: str, *, over: bool, language: Language) -> Markup:
    inside = tag("div", picture_tag(picture, alt, "over" if over else ""), bar_tag(bar, picture.shape[1], language))
    chip = tag("span", title, class_="chip", aria_hidden="true")
    sheet = tag("div", tag("div", inside, class_="sheet"), class_="pan")
    return tag("div", sheet, chip, class_="frame second" if over else "frame")


def _caption(side: Side, title: Text, notes: Notes, language: Language, *, compared: bool) -> Markup:
    heading = tag("strong", title.say(language))
    synthetic = tag("span", icon("synthetic"), words.SYNTHETIC.say(language), class_="synthetic")
    return tag(
        "div",
        tag("div", heading, " ", side.photo.name, class_="shot-name"),
        synthetic if is_synthetic(side.photo) else None,
        state_lines(side, notes, language, with_tone=compared),
    )


def _tools(language: Language, *, has_heat: bool) -> Markup:
    views = [view for view in words.VIEWS if has_heat or view[0] != "heat"]
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="view", value=name, checked=name == "slide"),
            tag("span", word.say(language)),
        )
        for name, word in views
    ]
    says = words.CUT_SAYS.say(language)
    label = words.CUT.say(language)
    zooms = [tag("option", f"{factor} ×", value=factor) for factor in (1, 2, 4)]
    return tag(
        "div",
        tag(
            "label",
            tag("span", label, " ", tag("span", words.KEYS.say(language), class_="hint")),
            tag(
                "input",
                type="range",
                min=0,
                max=100,
                step=1,
                value=50,
                data_says=says,
                aria_valuetext=says.replace("{share}", "50"),
            ),
            class_="slide",
        ),
        tag("fieldset", tag("legend", words.VIEW.say(language)), choices, class_="views"),
        tag("label", words.ZOOM.say(language), " ", tag("select", zooms), class_="zoom"),
        class_="tools",
    )


def _remark(drawn: Shown, comparison: Comparison, notes: Notes, language: Language) -> Markup:
    if not drawn.is_aligned:
        lines = [words.UNALIGNED, *([words.LINES_OF_LESION] if comparison.outline else [])]
    else:
        lines = [words.SAME_COLOURS if drawn.is_calibrated else words.OWN_COLOURS]
        lines += [words.LINES] if comparison.outline else []
    mark = notes.mark("pictures") if drawn.is_aligned else None
    says = tag("div", " ".join(line.say(language) for line in lines), mark, class_="remark")
    return tag("div", says, _unknown(words.NO_SCALE.say(language)) if drawn.bar is None else None)


def _alts(comparison: Comparison, drawn: Shown, language: Language) -> list[str]:
    lines = (comparison.outline is not None, comparison.outline is not None and drawn.is_aligned)
    sides = (comparison.before, comparison.after)
    return [
        (_ALT if lined else _ALT_BARE).say(language).format(which=which.say(language), name=side.photo.name)
        for lined, side, which in zip(lines, sides, _WHICH, strict=True)
    ]


def _bars(drawn: Shown) -> tuple[Bar | None, Bar | None]:
    return drawn.bar, drawn.bar if drawn.is_aligned else None


def _unknown(question: str) -> Markup:
    return tag("div", question, class_="unknown")
