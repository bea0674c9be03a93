"""The heat map on a page."""

from __future__ import annotations

import numpy as np

from dermograph.core.text import Language, Text
from dermograph.photo.report import words
from dermograph.photo.report.embed import bar_tag, picture_tag
from dermograph.photo.report.figures import number
from dermograph.photo.report.heat import HeatMap, colours
from dermograph.photo.report.markup import Markup, tag
from dermograph.photo.report.notes import Notes
from dermograph.photo.report.pictures import Shown, heat_caption


def heat_figure(drawn: Shown, notes: Notes, language: Language) -> Markup:
    """The heat map with its colour scale and what it shows; empty if there is none."""
    heat, picture = drawn.heat_values, drawn.heat
    if heat is None or picture is None:
        return Markup()
    sentence = heat_sentence(heat, language)
    frame = tag("div", picture_tag(picture, sentence, "heat-picture"), bar_tag(drawn.bar, picture.shape[1], language))
    caption = tag(
        "figcaption",
        tag("div", tag("strong", words.HEAT_MAP.say(language)), notes.mark("heat")),
        tag("div", heat_caption(heat, language)),
        _key(heat, language),
        tag("div", sentence),
    )
    return tag("figure", tag("div", frame, class_="sheet"), caption, class_="heat")


def heat_sentence(heat: HeatMap, language: Language) -> str:
    """What the heat map shows, for those who do not see it."""
    known = int((heat.values >= 0).sum())
    share = round(100 * int(heat.above.sum()) / known) if known else 0
    return Text(
        f"{share} % of the blocks that are known changed by more than the limit.",
        f"El {share} % de los bloques conocidos cambió más que el límite.",
    ).say(language)


def _key(heat: HeatMap, language: Language) -> Markup:
    """The colour scale: hollow up to the limit, then its colours."""
    width, steps = 300, 40
    at_limit = round(width * heat.limit / heat.top, 1)
    step = (width - at_limit) / steps
    middles = at_limit + (np.arange(steps) + 0.5) * step
    bars = [
        tag("rect", x=round(middle - step / 2, 2), y=2, width=round(step + 0.5, 2), height=14, fill=_hex(colour))
        for middle, colour in zip(middles.tolist(), colours(middles / width).tolist(), strict=True)
    ]
    limit, top = number(heat.limit, 1, language), number(heat.top, 0, language)
    label = Text(
        f"Colour scale from ΔE {limit} to ΔE {top}; hollow below.",
        f"Escala de color de ΔE {limit} a ΔE {top}; hueca por debajo.",
    ).say(language)
    return tag(
        "svg",
        bars,
        tag("rect", x=0.5, y=2, width=width, height=14, class_="key-edge"),
        tag("line", x1=at_limit, x2=at_limit, y1=0, y2=20, class_="key-limit"),
        tag("text", "0", x=0, y=33),
        tag("text", limit, x=at_limit, y=33, text_anchor="middle"),
        tag("text", f"ΔE {top}", x=width, y=33, text_anchor="end"),
        class_="key",
        viewBox=f"0 0 {width + 1} 38",
        role="img",
        aria_label=label,
    )


def _hex(colour: list[int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in colour)
