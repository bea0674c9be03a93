"""Marks that pages hold by the hundred, written directly: templates take ten times as long for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dermograph.core.text import Language, Text

_INSIDE = Text("no detectable change", "sin cambio detectable")


def measured_svg(parts: Mapping[str, Any], language: Language) -> SafeString:
    """A value that was measured, with its error and its glyph.

    Args:
        parts: As of ``glyphs.measured_parts``, with a value. Words in it are escaped here.
        language: Of the page.
    """
    unit = f" {escape(parts['unit'])}" if parts["unit"] else ""
    zero = f'<path class="axis" d="M{parts["zero"]} 4V16"/>' if parts["zero"] else ""
    ticks = "".join(f'<path class="limit" d="M{tick} 2V18"/>' for tick in parts["ticks"])
    low, high = parts["low"], parts["high"]
    says = f'<span class="says">{_INSIDE.say(language)}</span>' if parts["hollow"] else ""
    return mark_safe(  # noqa: S308 (every word is escaped; the rest are our own figures)
        f'<span class="measured{" hollow" if parts["hollow"] else ""}"><span class="value">{escape(parts["value"])} '
        f'<span class="pm">± {escape(parts["u"])}{unit}</span></span><svg class="glyph" viewBox="0 0 96 20" role="img" '
        f'aria-label="{escape(parts["sentence"])}"><path class="axis" d="M0 10H96"/>{zero}{ticks}<path class="whisker" '
        f'd="M{low} 10H{high}M{low} 6.5V13.5M{high} 6.5V13.5" stroke-width="1.5"/>'
        f'<circle class="dot" cx="{parts["at"]}" cy="10" r="3.5" stroke-width="1.5"/></svg>{says}</span>'
    )


def chart_svg(parts: Mapping[str, Any]) -> SafeString:
    """The picture.

    Args:
        parts: As of ``charts.chart_parts``, of a measure that was measured. Words in it are escaped here.
    """
    return mark_safe("".join(_marks(parts)))  # noqa: S308 (every word is escaped below; the rest are our own figures)


def _marks(parts: Mapping[str, Any]) -> Iterator[str]:
    right, bottom = parts["right"], parts["bottom"]
    yield f'<svg viewBox="0 0 720 300" role="img" aria-label="{escape(parts["finding"])}">'
    for tick in parts["ticks"]:
        yield f'<path class="grid" d="M52 {tick["y"]}H{right}"/>'
        yield f'<text class="tick" x="44" y="{tick["y"]}" dy="4" text-anchor="end">{escape(tick["label"])}</text>'
        if tick["top"] and parts["unit"]:
            yield f'<text class="tick" x="44" y="20" text-anchor="end">{escape(parts["unit"])}</text>'
    if band := parts["band"]:
        yield f'<rect class="band" x="52" y="{band["y"]}" width="550" height="{band["height"]}"/>'
        yield f'<text class="band-label" x="610" y="{band["middle"]}">{escape(band["label"])}</text>'
    for one in parts["sessions"]:
        yield f'<path class="session" d="M{one["x"]} 30V{bottom}"/>'
        yield f'<text class="session-label" x="{one["label_x"]}" y="20" text-anchor="middle">'
        yield f"{escape(one['label'])}</text>"
    if goal := parts["goal"]:
        yield f'<path class="goal" d="M52 {goal["y"]}H{right}"/>'
        yield f'<text class="goal-label" x="610" y="{goal["y"]}" dy="4">{escape(goal["label"])}</text>'
    for day in parts["days"]:
        yield f'<text class="tick" x="{day["x"]}" y="290" text-anchor="middle">{escape(day["label"])}</text>'
        yield f'<path class="grid" d="M{day["x"]} {bottom}v5"/>'
    for gap in parts["gaps"]:
        yield f'<text class="gap" x="{gap["x"]}" y="{bottom}" dy="-8" text-anchor="middle">?</text>'
    yield f'<polyline class="curve" points="{parts["line"]}"/>'
    for point in parts["points"]:
        yield from _point(point)
    yield f'<path class="axis" d="M52 {bottom}H{right}"/></svg>'


def _point(point: Mapping[str, Any]) -> Iterator[str]:
    x, low, high, left, right = (point[name] for name in ("x", "low", "high", "left", "right"))
    yield f'<path class="bar" d="M{x} {low}V{high}M{left} {low}H{right}M{left} {high}H{right}"/>'
    yield f'<circle class="dot{" hollow" if point.get("hollow") else ""}" cx="{x}" cy="{point["y"]}" r="4"/>'
    under = 17 if point.get("below") else -7
    yield f'<text class="value" x="{x}" y="{point["y"]}" dx="9" dy="{under}">{escape(point["figure"])}</text>'
