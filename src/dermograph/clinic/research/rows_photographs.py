"""Rows of what was measured in photographs: comparisons, readings of a scalp, and what became of its dots."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.research.caveats import caveat
from dermograph.clinic.research.columns import Row, Value
from dermograph.clinic.research.followed import Followed
from dermograph.clinic.research.pseudonyms import Pseudonyms
from dermograph.clinic.research.said import Json, code, codes, number, pair, part, undone, yes_no
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.scalp.selectors import changes
from dermograph.core.quantity import COVERAGE_95
from dermograph.core.text import Language

_SIDES: Final = ("before", "after")
_FIGURES: Final = 9  # from ``before`` to ``mdc95``


def measures(courses: Mapping[uuid.UUID, Followed], names: Pseudonyms, language: Language) -> Iterator[Row]:
    """One row a measure of each comparison from the baseline that stands; one query.

    Args:
        courses: By their ids.
        names: The pseudonyms.
        language: Of the words of caveats.
    """
    rows = Comparison.objects.from_baseline().filter(course__in=list(courses)).in_time()
    wanted = ("pk", "course_id", "stage", "result", "method", "after__taken_on", "after__from_home")
    for one in rows.values(*wanted).iterator(chunk_size=200):
        course, on = courses[one["course_id"]], one["after__taken_on"]
        result: Json = one["result"] if one["stage"] == "done" and isinstance(one["result"], dict) else {}
        about = (names.of("comparison", one["pk"]), course.days(on), course.sessions_before(on))
        shot = _conditions(result)
        for measured in _measured(one["stage"], result, language):
            head, method = measured[:-1], (measured[-1], code(one["method"]))
            yield course.row(*about, one["after__from_home"], *head, *method, *shot)


def _measured(stage: str, result: Json, language: Language) -> Iterator[tuple[Value, ...]]:
    """From ``measure`` to ``caveat_words``, for each measure; where there is none at all one row that says why."""
    whole = code(part(result, "reason").get("code"))
    found = [one for one in result.get("measures") or [] if isinstance(one, dict)]
    for one in found:
        name = code(one.get("name"))
        change = part(one, "change")
        value, u = pair(change)
        low, high = (None, None) if value is None or u is None else (value - COVERAGE_95 * u, value + COVERAGE_95 * u)
        why = None if value is not None else code(part(one, "reason").get("code")) or whole or "not_said"
        figures = (*pair(one.get("before")), *pair(one.get("after")), value, u, low, high, number(change.get("mdc95")))
        verdict, visible = code(change.get("verdict")), yes_no(change.get("visible"))
        yield (name, code(one.get("unit")), *figures, verdict, visible, why, *caveat(part(one, "caveat"), language))
    if not found:
        why = undone(stage) or whole or "not_said"
        verdict = code(result.get("verdict")) if result else None
        yield (None, None, *(None,) * _FIGURES, verdict, None, why, None, None)


def _conditions(result: Json) -> tuple[Value, ...]:
    """From ``registration_method`` on."""
    registration = part(result, "registration")
    found: list[Value] = [code(registration.get("method")), number(registration.get("coverage"))]
    for which in _SIDES:
        one = part(result, which)
        colour, card = part(one, "colour"), part(one, "card")
        scale = number(one.get("scale_mm_per_px"))
        checks: list[Any] = [check for check in one.get("quality") or [] if isinstance(check, dict)]
        found += [
            yes_no(colour.get("calibrated")),
            code(part(colour, "reason").get("code")),
            scale,
            None if scale is not None else code(part(card, "reason").get("code")) or "no_scale",
            number(one.get("skin_ita_deg")),
            codes([check.get("check") for check in checks if check.get("passed") is False]),
            codes([check.get("check") for check in checks if check.get("passed") is None]),
        ]
    return tuple(found)


def scalp_readings(courses: Mapping[uuid.UUID, Followed], names: Pseudonyms) -> Iterator[Row]:
    """One row a standing reading of a photograph that stands; one query."""
    rows = ScalpReading.objects.standing().filter(course__in=list(courses), photograph__withdrawn=False)
    rows = rows.filter(photograph__superseded_by=None).order_by("photograph__taken_on", "pk")
    wanted = ("pk", "course_id", "stage", "result", "method", "photograph__taken_on")
    for one in rows.values(*wanted).iterator(chunk_size=200):
        course, on = courses[one["course_id"]], one["photograph__taken_on"]
        result: Json = one["result"] if one["stage"] == "done" and isinstance(one["result"], dict) else {}
        dots, even = part(result, "dots"), part(result, "evenness")
        counted = pair(dots.get("count"))
        why = _why(one["stage"], result, missing=counted[0] is None)
        yield course.row(
            names.of("reading", one["pk"]),
            course.days(on),
            course.sessions_before(on),
            *counted,
            *pair(result.get("per_cm2")),
            *(number(dots.get(name)) for name in ("usable_cm2", "diameter_mm", "absorbance")),
            *(value for name in ("nearest_mm", "clark_evans", "cv") for value in pair(even.get(name))),
            why,
            None if even else why or "too_few_dots",
            code(one["method"]),
        )


def scalp_changes(clinic: Clinic, courses: Mapping[uuid.UUID, Followed], names: Pseudonyms) -> Iterator[Row]:
    """One row a change that the clinic itself shows: from the settled look of a series to a later photograph of it.

    What was matched with a photograph that was corrected or taken out since, or with what a later session or an older
    photograph made another series, says nothing any more. Two queries, and three for each course with changes.
    """
    matched = ScalpChange.objects.standing().filter(course__in=list(courses)).order_by().values("course")
    for row in Course.objects.filter(pk__in=matched).order_by("pk"):
        row.clinic = clinic
        for one in changes(row):
            course, on = courses[row.pk], one.after.photograph.taken_on
            result: Json = one.result if one.stage == "done" and isinstance(one.result, dict) else {}
            dots = part(result, "dots")
            faded = number(dots.get("faded"))
            yield course.row(
                names.of("reading", one.before_id),
                names.of("reading", one.after_id),
                course.days(on),
                (on - one.before.photograph.taken_on).days,
                *(value for name in ("lost", "new", "survived", "pigment_left") for value in pair(dots.get(name))),
                None if faded is None else round(faded),
                _why(one.stage, result, missing=not dots),
                code(one.method),
            )


def _why(stage: str, result: Json, *, missing: bool) -> str | None:
    """Why there is nothing; None where there is something."""
    if not missing:
        return None
    return undone(stage) or code(part(result, "refusal").get("code")) or "not_said"
