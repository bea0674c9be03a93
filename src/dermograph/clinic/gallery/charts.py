"""Each measure over time as ``look`` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dermograph.clinic.gallery.selectors import Album, measures_of
from dermograph.clinic.gallery.shown import OUTCOMES, unit_of
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.people.models import Course
from dermograph.core.text import Language, Text

Json = dict[str, Any]
_BASELINE = Text("baseline", "inicial")
_VISIT = Text("visit {n}", "visita {n}")


def charts_of(course: Course, found: Album) -> list[Json]:
    """For each measure ``{"id", "label", "caveat", "series", "points"}``; empty while nothing is measured."""
    language, zone = language_of_page(), course.clinic.zone
    held = course.sessions.filter(superseded_by__isnull=True).order_by("started_at")
    sessions = [one.astimezone(zone).date() for one in held.values_list("started_at", flat=True)]
    return [_chart(one, sessions, language) for one in measures_of(found.measured)]


def _chart(one: Json, sessions: Sequence[Any], language: Language) -> Json:
    points = [_point(point, language) for point in one["points"]]
    series = {
        "name": one["label"],
        "unit": unit_of(one),
        "points": points,
        "sessions": sessions,
        "limit": _limit(one["points"]),
    }
    said = [_said(point) for point in one["points"] if point["visit"] is not None]
    return {"id": one["name"], "label": one["label"], "caveat": one["caveat"], "series": series, "points": said}


def _point(point: Json, language: Language) -> Json:
    """A visit that cannot be compared is drawn as not known, also where a figure was read from it."""
    visit = point["visit"]
    label = _BASELINE if visit is None else _VISIT.format(n=visit.number)
    drawn: Json = {"day": point["on"], "value": point["value"], "u": point["u"], "label": label.say(language)}
    if visit is not None and point["change"] is None:
        drawn |= {"value": None, "u": None}
    elif visit is not None:
        drawn["detectable"] = point["change"]["verdict"] != "no_detectable_change"
    if drawn["value"] is None:
        says = (point["reason"] or {}).get("says") or {}
        drawn["why"] = says.get(language, "")
    return drawn


def _limit(points: Sequence[Json]) -> float | None:
    """The detectable limit, where one figure tells all visits apart as their own comparisons do; else None."""
    changes = [point["change"] for point in points if point["change"]]
    limits = [change["mdc95"] for change in changes if change.get("mdc95") is not None]
    if not limits or len(limits) < len(changes):
        return None
    most = max(limits)
    agree = all((abs(one["value"]) <= most) == (one["verdict"] == "no_detectable_change") for one in changes)
    return most if agree else None


def _said(point: Json) -> Json:
    outcome = (point["change"] or {}).get("verdict") or "not_comparable"
    word, glyph = OUTCOMES[outcome]
    return {
        "on": point["on"],
        "comparison": point["visit"].comparison.pk,
        "outcome": outcome,
        "word": word,
        "glyph": glyph,
    }
