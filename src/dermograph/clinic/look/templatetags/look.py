"""Template tags that every page has without loading them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from dermograph.core.dates import day_in_words, moment_in_words
from dermograph.core.text import Language, Text

register = template.Library()


def language_of(context: Context) -> Language:
    """The language of the page."""
    return "es" if context.get("language") == "es" else "en"


@register.simple_tag(takes_context=True)
def t(context: Context, en: str, es: str, **values: object) -> str:
    """The words in the language of the page: ``{% t "Book {n}" "Reservar {n}" n=number %}``."""
    words = es if language_of(context) == "es" else en
    if not values:
        return conditional_escape(words)
    escaped = {
        name: conditional_escape(str(value)) if not hasattr(value, "__html__") else value
        for name, value in values.items()
    }
    return mark_safe(conditional_escape(words).format(**escaped))  # noqa: S308 (every part is escaped)


@register.simple_tag(takes_context=True)
def say(context: Context, text: Text | dict[str, str] | None) -> str:
    """A ``Text``, or ``{"en", "es"}``, in the language of the page."""
    if text is None:
        return ""
    language = language_of(context)
    return conditional_escape(text.say(language) if isinstance(text, Text) else text.get(language, ""))


@register.simple_tag(takes_context=True)
def day(context: Context, value: dt.date | dt.datetime | str | None) -> str:
    """A day in words, in the clinic's time zone; a dash where there is none."""
    if not value:
        return "–"
    if isinstance(value, str):
        value = dt.date.fromisoformat(value[:10])
    if isinstance(value, dt.datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return day_in_words(value, language_of(context))


@register.simple_tag(takes_context=True)
def moment(context: Context, value: dt.datetime | None) -> str:
    """A day and a time in words, in the clinic's time zone; a dash where there is none."""
    if value is None:
        return "–"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return moment_in_words(local.replace(tzinfo=None), language_of(context))


@register.simple_tag(takes_context=True)
def euros(context: Context, cents: int | None) -> str:
    """€120.00, or 120,00 € in Spanish; a dash where there is no amount."""
    if cents is None:
        return "–"
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    if language_of(context) == "es":
        return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d}\u00a0€"
    return f"{sign}€{whole:,}.{rest:02d}"


@register.simple_tag(takes_context=True)
def figure(context: Context, value: float | None, digits: int = 1) -> str:
    """A number with so many digits, a comma in Spanish; a dash where there is none."""
    if value is None:
        return "–"
    words = f"{value:.{digits}f}"
    return Text(words, words).typeset().say(language_of(context))


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """A lucide icon of the sprite; decoration unless it has a title."""
    from django.templatetags.static import static  # noqa: PLC0415 (needs the settings)

    hidden = format_html('role="img" aria-label="{}"', title) if title else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', hidden, static("look/icons.svg"), name)


@register.inclusion_tag("look/parts/verdict.html", takes_context=True)
def verdict(context: Context, value: str, until: dt.date | str | None = None, small: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 (a template's argument)
    """Icon, word and colour of a verdict."""
    from dermograph.care.explain import VERDICTS  # noqa: PLC0415 (the engine is not needed by every page)
    from dermograph.care.verdict import Verdict  # noqa: PLC0415

    language = language_of(context)
    word = VERDICTS[Verdict(value)].say(language)
    return {"value": value, "word": word, "until": until, "small": small, "language": language}


@register.inclusion_tag("look/parts/reason.html", takes_context=True)
def reason(context: Context, value: dict[str, Any], number: int | None = None) -> dict[str, Any]:
    """The reason mark: what a rule says, opening to the rule, its place in the source, and the other side.

    Args:
        context: Of the page.
        value: ``Reason.to_json`` in the language of the page.
        number: Of the mark; None for none.
    """
    return {"reason": value, "number": number, "language": language_of(context)}


@register.inclusion_tag("look/parts/measured.html", takes_context=True)
def measured(
    context: Context, value: dict[str, Any] | None, unit: str = "", limit: float | None = None
) -> dict[str, Any]:
    """The measured value with its error: ``{"value", "u"}``, its interval and the detectable limit as a glyph."""
    return {"measured": value, "unit": unit, "limit": limit, "language": language_of(context)}


@register.inclusion_tag("look/parts/signature.html", takes_context=True)
def signature(context: Context, name: str = "", at: dt.datetime | None = None, why: str = "") -> dict[str, Any]:
    """The signature line; a proposal where nobody has signed."""
    return {"name": name, "at": at, "why": why, "language": language_of(context)}


@register.inclusion_tag("look/parts/unknown.html", takes_context=True)
def unknown(context: Context, question: str) -> dict[str, Any]:
    """What is not known: a dashed outline and the question."""
    return {"question": question, "language": language_of(context)}


@register.inclusion_tag("look/parts/field.html", takes_context=True)
def field(context: Context, bound: Any, unit: str = "") -> dict[str, Any]:  # noqa: ANN401 (a bound field of Django)
    """One row of a form: the question, its control, its help and its errors."""
    return {"field": bound, "unit": unit, "language": language_of(context)}
