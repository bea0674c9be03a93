"""Pieces of this app that other pages show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context

from dermograph.clinic.people.body_figures import FIGURES
from dermograph.clinic.people.models import Area
from dermograph.clinic.people.outcomes import outcome_words
from dermograph.clinic.people.recent import is_sure as is_sure_of
from dermograph.core.text import Text

register = template.Library()


@register.inclusion_tag("people/parts/body_map.html", takes_context=True)
def body_map(context: Context, areas: Iterable[Area]) -> dict[str, Any]:
    """The figures on which a patient has areas, each area as a numbered mark; nothing where none is placed.

    Args:
        context: Of the page.
        areas: In the order of their numbers.
    """
    marks: dict[str, list[dict[str, Any]]] = {}
    for number, area in enumerate(areas, start=1):
        if area.x is not None and area.y is not None and area.view in FIGURES:
            figure = FIGURES[area.view]
            place = {"x": round(area.x * figure.width, 1), "y": round(area.y * figure.height, 1)}
            marks.setdefault(area.view, []).append({**place, "number": number, "name": area.name})
    figures = [{"figure": figure, "marks": marks[view]} for view, figure in FIGURES.items() if view in marks]
    return {"figures": figures, "language": context.get("language", "en")}


@register.filter
def outcome_text(outcome: str) -> Text:
    """How a course ended, in words."""
    return outcome_words(outcome)


@register.simple_tag(takes_context=True)
def is_sure(context: Context) -> bool:
    """Whether the person has shown a moment ago that it is them; otherwise a form that is signed asks the password."""
    request = context.get("request")
    return request is not None and is_sure_of(request)
