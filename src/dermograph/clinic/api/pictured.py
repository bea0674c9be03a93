"""Photographs, comparisons and measures as the API shows them: each figure with its unit, error and name."""

from __future__ import annotations

from typing import Any

from dermograph.clinic.api.problems import language
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.gallery.models import Stage
from dermograph.core.text import Text

_SCALE = Text("size of a pixel on the skin, by the card", "tamaño de un píxel en la piel, según la tarjeta")
_CHANGE = Text("change of: {label}", "cambio de: {label}")
_NOT_COMPARABLE = "not_comparable"
_SAME = (
    "taken_on",
    "camera_day",
    "note",
    "name",
    "kind",
    "sha256",
    "bytes",
    "width",
    "height",
    "usable",
    "findings",
    "withdrawn",
    "stands",
    "written_at",
)


def shown_photograph(row: Any) -> Json:  # noqa: ANN401 (a Photograph; its reverse relation is unknown to the types)
    """What is shown of a photograph."""
    card = row.findings.get("card") or {}
    scale = card.get("scale_mm_per_px") or {}
    plain = scale if isinstance(scale, dict) else {}
    colour = row.findings.get("colour") or {}
    return {
        "id": row.pk,
        "course": row.course_id,
        "session": row.session_id,
        **{name: getattr(row, name) for name in _SAME},
        "work": work(row),
        "scale": {
            "what": _SCALE.say(language()),
            "value": plain.get("value", row.findings.get("scale_mm_per_px")),
            "u": plain.get("u"),
            "unit": "mm/px",
        },
        "colour_calibrated": colour.get("calibrated"),
        "supersedes": row.supersedes_id,
    }


def work(row: Any) -> Json:  # noqa: ANN401 (a Photograph or a Comparison)
    """How far something is."""
    return {
        "stage": row.stage,
        "step": row.step,
        "progress": 1.0 if row.stage == Stage.DONE else row.progress,
        "failure": (row.failure or {}).get(language(), ""),
    }


def shown_comparison(row: Any) -> Json:  # noqa: ANN401 (the same)
    """What is shown of a comparison."""
    result: Json = row.result if row.stage == Stage.DONE and row.result else {}
    return {
        "id": row.pk,
        "course": row.course_id,
        "before": row.before_id,
        "after": row.after_id,
        "outline": row.outline_id,
        "work": work(row),
        "verdict": result.get("verdict", ""),
        "reason": why(result.get("reason")),
        "measures": [_measure(one) for one in result.get("measures", [])],
        "method": row.method,
        "stands": row.stands,
        "written_at": row.written_at,
        "done_at": row.done_at,
    }


def shown_series(one: Json) -> Json:
    """A measure over time, of ``gallery.selectors.measures_of``."""
    label, unit = _said(one.get("label")) or one["name"], one.get("unit") or ""
    return {
        "name": one["name"],
        "label": label,
        "unit": unit,
        "caveat": _said(one.get("caveat")),
        "points": [
            {
                "on": point["on"],
                "comparison": point["visit"].comparison.pk if point["visit"] else None,
                "figure": figure(label, unit, point),
                "change": change(label, unit, point["change"]) if point["change"] else None,
                "reason": why(point["reason"]),
            }
            for point in one["points"]
        ],
    }


def figure(label: str, unit: str, value: Json | None) -> Json:
    """A measured value; null where it was not measured."""
    value = value or {}
    return {"what": label, "value": value.get("value"), "u": value.get("u"), "unit": unit}


def change(label: str, unit: str, value: Json | None) -> Json:
    """A measured change, with what could be told from its error."""
    value = value or {}
    low, high = value.get("ci95") or (None, None)
    said = _CHANGE.format(label=label).say(language())
    return {
        **figure(said, unit, value),
        "low": low,
        "high": high,
        "smallest_detectable": value.get("mdc95"),
        "verdict": value.get("verdict") or _NOT_COMPARABLE,
    }


def why(reason: Json | None) -> Json | None:
    """Why something was not measured."""
    if not reason:
        return None
    return {"code": str(reason.get("code", "")), "says": _said(reason.get("says")), "todo": _said(reason.get("todo"))}


def _measure(one: Json) -> Json:
    label, unit = _said(one.get("label")) or one["name"], one.get("unit") or ""
    return {
        "name": one["name"],
        "before": figure(label, unit, one.get("before")),
        "after": figure(label, unit, one.get("after")),
        "change": change(label, unit, one.get("change")),
        "caveat": _said(one.get("caveat")),
        "reason": why(one.get("reason")),
    }


def _said(words: Json | None) -> str:
    return str((words or {}).get(language()) or "")
