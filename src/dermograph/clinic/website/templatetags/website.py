"""Tags of the public site, and of what lower apps show of it by name only."""

from __future__ import annotations

import math
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context

from dermograph.clinic.look.fields import field_parts
from dermograph.clinic.look.tags.words import language_of
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.permissions import may
from dermograph.clinic.website.desk import waiting
from dermograph.clinic.website.models import AppointmentRequest
from dermograph.core.text import Text

register = template.Library()
SHOWN_TODAY = 5
MOST_CLINICS = 12
LONGEST_BAR = 100
_OPTIONAL = Text("optional", "opcional")


@register.simple_tag(takes_context=True)
def requests_waiting(context: Context) -> list[AppointmentRequest]:
    """The requests that nobody has settled, for who may see them; an empty list else."""
    clinic = context.get("clinic")
    return waiting(clinic, SHOWN_TODAY) if clinic is not None and may(context.get("role"), "requests") else []


@register.simple_tag
def public_clinics() -> list[Clinic]:
    """The clinics that have a public site, by name."""
    return list(Clinic.objects.order_by("name")[:MOST_CLINICS])


@register.inclusion_tag("look/parts/field.html", takes_context=True)
def ask(context: Context, bound: BoundField) -> dict[str, Any]:
    """One row of a form for visitors: a field that may stay empty is "optional", not "if known"."""
    language = language_of(context)
    parts = field_parts(bound, "", language)
    if parts["optional"]:
        parts["optional"] = _OPTIONAL.say(language)
    return {**parts, "language": language, "request": context.get("request")}


@register.simple_tag
def bar(hours: int | None, longest: int) -> int:
    """How long the bar of a period is, 2 to 100, by the square root: hours and months stand on one page."""
    if not hours or not longest:
        return 0
    return max(2, round(LONGEST_BAR * math.sqrt(hours / longest)))
