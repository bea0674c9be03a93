"""The seven marks and the other components as tags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dermograph.clinic.look.charts import chart_parts
from dermograph.clinic.look.drawn import chart_svg, measured_svg
from dermograph.clinic.look.fields import field_parts
from dermograph.clinic.look.glyphs import measured_parts
from dermograph.clinic.look.months import month_parts
from dermograph.clinic.look.tags.words import icon, language_of
from dermograph.core.text import Text

register = template.Library()

VERDICT_ICONS: Mapping[str, str] = {
    "suitable": "circle-check",
    "conditional": "circle-alert",
    "deferred": "clock",
    "referred": "circle-arrow-right",
    "excluded": "circle-x",
    "incomplete": "circle-question-mark",
}
NOT_ASSESSED = Text("not assessed yet", "sin valorar")
NOT_MEASURED = Text("not measured", "no medido")
UNTIL, TO = Text("until", "hasta el"), Text("to", "a")


def _part(context: Context, parts: dict[str, Any]) -> dict[str, Any]:
    """What a part's template is given besides its own: the language, and the request for its address."""
    return {**parts, "language": language_of(context), "request": context.get("request")}


@register.inclusion_tag("look/parts/verdict.html", takes_context=True)
def verdict(
    context: Context,
    value: str,
    until: dt.date | str | None = None,
    small: bool = False,  # noqa: FBT001, FBT002 (a template's argument)
    to: str = "",
) -> dict[str, Any]:
    """Icon, word and colour of a verdict: ``{% verdict area.verdict area.not_before %}``.

    Args:
        context: Of the page.
        value: A value of ``Verdict``; empty where nobody assessed yet, which is shown as unknown.
        until: The first day on which a deferral is over; None if none can be given. No other verdict ends on a day.
        small: In a row of a table or beside a name.
        to: Whom a referral goes to, in words.
    """
    from dermograph.care.explain import VERDICTS  # noqa: PLC0415 (the engine is not needed by every page)
    from dermograph.care.verdict import Verdict  # noqa: PLC0415 (the same)

    language = language_of(context)
    known = value in VERDICT_ICONS
    parts = {
        "value": value if known else "",
        "word": (VERDICTS[Verdict(value)] if known else NOT_ASSESSED).say(language),
        "glyph": VERDICT_ICONS.get(value, ""),
        "until": until if value == Verdict.DEFERRED.value else None,
        "until_word": UNTIL.say(language),
        "small": small,
        "to": to,
        "to_word": TO.say(language),
    }
    return _part(context, parts)


@register.inclusion_tag("look/parts/reason.html", takes_context=True)
def reason(
    context: Context,
    value: Mapping[str, Any],
    number: int | None = None,
    mark: bool = False,  # noqa: FBT001, FBT002 (a template's argument)
) -> dict[str, Any]:
    """The reason mark: what a rule says, opening to the rule, its place in the source, and the other side.

    It is a block of its own: it cannot stand inside a paragraph.

    Args:
        context: Of the page.
        value: ``Reason.to_json`` in the language of the page.
        number: Of the mark; None for a book in its place.
        mark: Only the mark, where the page says the words itself; they are then repeated inside.
    """
    from dermograph.clinic.look.reasons import reason_parts  # noqa: PLC0415 (the engine is not needed by every page)

    return _part(context, {**reason_parts(value, language_of(context)), "number": number, "mark": mark})


@register.simple_tag(takes_context=True)
def measured(
    context: Context,
    value: Mapping[str, Any] | None,
    unit: str = "",
    limit: float | None = None,
    digits: int | None = None,
) -> SafeString:
    """The measured value with its error: ``{"value", "u"}``, its interval and the detectable limit as a glyph.

    Args:
        context: Of the page.
        value: ``{"value", "u"}``; with ``"mdc95"`` it is a change. None is "not measured".
        unit: Such as ``ΔE``, ``mm``, ``cm²``.
        limit: The detectable limit where the value is a change; a change within it is hollow and says so.
        digits: After the point; None for as many as the uncertainty carries.
    """
    language = language_of(context)
    parts = measured_parts(value, unit, limit, digits, language)
    if parts["value"]:
        return measured_svg(parts, language)
    return format_html(
        '<span class="unknown">{}<span>{}</span></span>', icon("circle-question-mark"), NOT_MEASURED.say(language)
    )


@register.inclusion_tag("look/parts/signature.html", takes_context=True)
def signature(context: Context, name: str = "", at: dt.datetime | None = None, why: str = "") -> dict[str, Any]:
    """The signature line; a proposal where nobody has signed."""
    return _part(context, {"name": name, "at": at, "why": why})


@register.inclusion_tag("look/parts/unknown.html", takes_context=True)
def unknown(context: Context, question: str) -> dict[str, Any]:
    """What is not known: a dashed outline and the question."""
    return _part(context, {"question": question})


@register.inclusion_tag("look/parts/field.html", takes_context=True)
def field(context: Context, bound: BoundField, unit: str = "") -> dict[str, Any]:
    """One row of a form: the question, its control, its help and its errors."""
    return _part(context, field_parts(bound, unit, language_of(context)))


@register.inclusion_tag("look/parts/month.html", takes_context=True)
def month(context: Context, weeks: Iterable[Sequence[Mapping[str, Any]]], title: str = "") -> dict[str, Any]:
    """A month with its open and closed days: see ``months.month_parts`` for what a day holds.

    Args:
        context: Of the page.
        weeks: Weeks from Monday to Sunday.
        title: In place of the month's name.
    """
    parts = month_parts(weeks, language_of(context))
    return _part(context, {**parts, "title": title or parts["title"]})


@register.inclusion_tag("look/parts/chart.html", takes_context=True)
def chart_measure(context: Context, series: Mapping[str, Any]) -> dict[str, Any]:
    """One measure over time with its errors: see ``charts.chart_parts`` for what a series holds."""
    parts = chart_parts(series, language_of(context))
    return _part(context, parts if parts["empty"] else {**parts, "picture": chart_svg(parts)})
