"""Days in words, as the agenda's templates need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django import template
from django.template.context import Context
from django.utils import timezone

from dermograph.care import explain
from dermograph.clinic.agenda.timetable import WEEKDAYS
from dermograph.clinic.look.templatetags.look import language_of
from dermograph.core.dates import day_in_words, moment_in_words
from dermograph.core.text import Language, Text

register = template.Library()


@register.filter
def at(words: Mapping[str, Text], key: str) -> Text | None:
    """The words of a key: ``{% say purposes|at:appointment.purpose %}``."""
    return words.get(key)


@register.filter
def day_of(day: dt.date, language: Language) -> str:
    """A day in words, where it stands in the middle of a sentence."""
    return day_in_words(day, language)


@register.simple_tag(takes_context=True)
def weekday_of(context: Context, day: dt.date) -> str:
    """The name of its weekday, with a capital and a comma."""
    return f"{WEEKDAYS[day.weekday()].say(language_of(context)).capitalize()},"


@register.simple_tag(takes_context=True)
def run_of_days(context: Context, first: dt.date, last: dt.date | None) -> str:
    """A run of days."""
    return explain.run_of_days(first, last, language_of(context))


@register.filter
def moment_of(moment: dt.datetime, language: Language) -> str:
    """An instant in words, in the clinic's time zone, where it stands in the middle of a sentence."""
    return moment_in_words(timezone.localtime(moment).replace(tzinfo=None), language)


@register.filter
def kept_of(kept: Mapping[str, str], key: str) -> str:
    """What somebody had written in a field that was refused."""
    return kept.get(key, "")


@register.filter
def iso_day(day: str, language: Language) -> str:
    """A day that JSON holds, in words, where it stands in the middle of a sentence."""
    return day_in_words(dt.date.fromisoformat(day), language)
