"""Photographs and their comparisons in words, for the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.shown import unit_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.chronicle_rows import Row, grouped, same
from dermograph.clinic.treatment.chronicle_words import FROM_HOME, STAGES
from dermograph.core.text import Text
from dermograph.photo.comparison import OUTCOMES
from dermograph.photo.measure.values import Outcome


def photograph_rows(course: Course) -> Iterator[Row]:
    """Photographs, and the comparisons that were made of them."""
    rows = (
        Photograph.objects.filter(course=course)
        .order_by("taken_on", "written_at", "pk", "comparisons__written_at")
        .values(
            "pk",
            "taken_on",
            "written_at",
            "usable",
            "note",
            "written_by__name",
            "withdrawn",
            "supersedes",
            "from_home",
            "superseded_by__pk",
            "correction_reason",
            "comparisons__pk",
            "comparisons__stage",
            "comparisons__done_at",
            "comparisons__result",
            "comparisons__superseded_by__pk",
        )
    )
    for group in grouped(rows):
        row = group[0]
        unusable = (Text("cannot be measured", "no se puede medir"),) if row["usable"] is False else ()
        taken_out = (Text("taken out of the course", "retirada del curso"),) if row["withdrawn"] else ()
        note = (same(row["note"]),) if row["note"] else ()
        told = (FROM_HOME,) if row["from_home"] else ()
        yield Row(
            pk=row["pk"],
            kind="photograph",
            on=row["taken_on"],
            at=row["written_at"],
            lines=(*told, *taken_out, *unusable, *note),
            title=Text("Photograph", "Fotografía"),
            who=row["written_by__name"] or "",
            superseded=row["superseded_by__pk"] is not None,
            correction=row["correction_reason"] if row["supersedes"] else "",
        )
        yield from (_comparison(one) for one in group if one["comparisons__pk"])


def _comparison(row: dict[str, Any]) -> Row:
    result = row["comparisons__result"] if row["comparisons__stage"] == "done" else None
    lines: tuple[Text, ...]
    measured: tuple[dict[str, Any], ...]
    if not isinstance(result, dict):
        word = STAGES.get(row["comparisons__stage"], same(row["comparisons__stage"]))
        lines, measured = (word,), ()
    else:
        verdict = result.get("verdict")
        known = verdict in {one.value for one in Outcome}
        lines = (OUTCOMES[Outcome(verdict)],) if known else ()
        measured = tuple(
            _measured(one) for one in result.get("measures", []) if one.get("change", {}).get("u") is not None
        )
    return Row(
        pk=row["comparisons__pk"],
        kind="comparison",
        on=row["taken_on"],
        at=row["comparisons__done_at"] or row["written_at"],
        lines=lines,
        measured=measured,
        title=Text("Compared with the baseline", "Comparada con la inicial"),
        superseded=row["comparisons__superseded_by__pk"] is not None,
    )


def _measured(measure: dict[str, Any]) -> dict[str, Any]:
    change = measure["change"]
    return {
        "label": measure.get("label") or {},
        "value": {"value": change["value"], "u": change["u"]},
        "limit": change.get("mdc95"),
        "unit": unit_of(measure) if measure.get("unit") else "",
    }
