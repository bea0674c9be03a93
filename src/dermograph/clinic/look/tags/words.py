"""Tags of words, days, figures and names."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any, cast

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags.static import static
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
    return conditional_escape(words_of(text, language_of(context)))


class FixedWords(template.Node):
    """``t`` with two literals, which most of them are: nothing is looked up but the language of the page."""

    def __init__(self, en: str, es: str) -> None:
        self.en, self.es = conditional_escape(en), conditional_escape(es)

    def render(self, context: Context) -> SafeString:
        """The words in the language of the page."""
        return self.es if language_of(context) == "es" else self.en


class FixedIcon(template.Node):
    """``icon`` of a literal name."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def render(self, context: Context) -> SafeString:  # noqa: ARG002 (what a node is given)
        """The icon."""
        return icon(*self.words)


def fixed(name: str, node: type[FixedWords | FixedIcon], most: int) -> None:
    """Let a tag be resolved while its template is read wherever all that it is given are literals."""
    as_ever = register.tags[name]

    def compiled(parser: Parser, token: Token) -> template.Node:
        found: Any = as_ever(parser, token)
        literal = [one.var for one in found.args if not one.is_var and not one.filters]
        if found.kwargs or found.target_var is not None or not len(literal) == len(found.args) <= most:
            return cast("template.Node", found)
        return node(*literal)

    register.tag(name, compiled)


def words_of(text: Text | dict[str, str] | str | None, language: Language) -> str:
    """Words in one language, from any of the ways in which they come; empty for None."""
    if text is None or isinstance(text, str):
        return text or ""
    return text.say(language) if isinstance(text, Text) else str(text.get(language, ""))


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
def age(context: Context, born: dt.date) -> str:
    """How many whole years somebody is old today, in the clinic's time zone."""
    today = timezone.localdate()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return Text(f"{years} years", f"{years} años").say(language_of(context))


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
@functools.cache  # its few names stand in templates
def icon(name: str, title: str = "") -> SafeString:
    """A lucide icon of the sprite; decoration unless it has a title."""
    hidden = format_html('role="img" aria-label="{}"', title) if title else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', hidden, static("look/icons.svg"), name)


fixed("t", FixedWords, 2)
fixed("icon", FixedIcon, 2)


@register.simple_tag
def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = name.split()
    return conditional_escape("".join(word[0] for word in (words[:1] + words[1:][-1:])).upper())


@register.simple_tag
def opens_again(after: dt.timedelta | None) -> int:
    """Whole minutes, rounded up, after which a locked account opens."""
    return -(-int(after.total_seconds()) // 60) if after else 0


@register.simple_tag(takes_context=True)
def place(context: Context, error: object) -> str:
    """Where in the input an error of ours lies; empty where nothing is known of it."""
    where = getattr(error, "place", None)
    return conditional_escape(where.say(language_of(context))) if where is not None else ""


@register.simple_tag(takes_context=True)
def role_word(context: Context, role: str) -> str:
    """What a role is called."""
    from dermograph.clinic.look.frame import ROLES  # noqa: PLC0415 (models are loaded after the tags)

    return ROLES[role].say(language_of(context)) if role in ROLES else ""


@register.simple_tag(takes_context=True)
def treatment(context: Context, name: str) -> str:
    """What a treatment is called, by the id of its protocol; the id itself where there is no such protocol."""
    from dermograph.protocols import load_library  # noqa: PLC0415 (the engine is not needed by every page)

    protocol = load_library().protocols.get(name)
    return conditional_escape(protocol.title.say(language_of(context)) if protocol else name)
