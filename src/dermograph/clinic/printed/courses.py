"""Everything that stands of the courses of a patient, ready for a paper: one query a kind, however many courses."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from dermograph.care.explain import DECISIONS, VERDICTS
from dermograph.care.verdict import Verdict
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.gallery.shown_comparison import shown_comparison
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.intake.selectors import with_overrides
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.people.outcomes import outcome_words
from dermograph.clinic.printed.reasons import shown_reasons
from dermograph.clinic.scalp.models import ScalpReading
from dermograph.clinic.treatment.figures import minutes_between
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.clinic.treatment.words import ANAESTHESIA, FIGURES
from dermograph.core.text import Language, Text
from dermograph.protocols import load_library

Json = dict[str, Any]
_LOT: Final = ("lot_uses__lot__kind", "lot_uses__lot__name", "lot_uses__lot__number")


def courses_of(patient: Patient) -> list[Course]:
    """The courses of a patient, the latest first, each with clinic, patient and area; one query."""
    found = list(Course.objects.filter(patient=patient).select_related("area", "lead__user").order_by("-opened_at"))
    for one in found:
        one.patient, one.clinic = patient, patient.clinic
    return found


def parts_of(courses: Sequence[Course], language: Language) -> list[Json]:
    """Of each course what stands: assessments, sessions, signs, comparisons, readings, reviews; seven queries."""
    ids = [one.pk for one in courses]
    treatments = {one.pk: one.treatment for one in courses}
    kinds = {
        "assessments": _assessments(ids, treatments, language),
        "sessions": _sessions(ids),
        "symptoms": _symptoms(ids),
        "comparisons": _comparisons(ids),
        "readings": _readings(ids),
        "reviews": _reviews(ids, treatments, language),
    }
    return [
        {
            "course": one,
            "protocol": protocol_of(one),
            "outcome": outcome_words(one.outcome) if one.outcome else None,
            "caveats": _caveats(kinds["comparisons"].get(one.pk, [])),
            **{kind: rows.get(one.pk, []) for kind, rows in kinds.items()},
        }
        for one in courses
    ]


Grouped = dict[uuid.UUID, list[Json]]


def _assessments(ids: Sequence[uuid.UUID], treatments: dict[uuid.UUID, str], language: Language) -> Grouped:
    rows = Assessment.objects.standing().filter(course__in=ids).select_related("written_by").order_by("written_at")
    found: Grouped = defaultdict(list)
    for one in with_overrides(rows):
        said = one.result.get(language) or {}
        found[one.course_id].append(
            {
                "row": one,
                "verdict": VERDICTS[Verdict(one.verdict)],
                "reasons": shown_reasons(said.get("reasons"), treatments[one.course_id], language),
                "ask": [ask.get("question") or ask.get("fact") for ask in said.get("ask") or []],
                "overrides": [
                    {"row": over, "verdict": VERDICTS[Verdict(over.verdict)]} for over in one.overrides.all()
                ],
            }
        )
    return found


def _sessions(ids: Sequence[uuid.UUID]) -> Grouped:
    """Sessions with the lots that were used, joined."""
    columns = ("pk", "course_id", "started_at", "ended_at", "device", "anaesthesia", "anaesthesia_minutes", "zones")
    more = ("actives", "no_actives", "movements", "dots", "reaction", "notes", "performed_by__user__name")
    rows = Session.objects.standing().filter(course__in=ids).order_by("started_at", "pk", *_LOT)
    seen: dict[uuid.UUID, Json] = {}
    found: Grouped = defaultdict(list)
    for row in rows.values(*columns, *more, "clearance_reason", *_LOT):
        one = seen.get(row["pk"])
        if one is None:
            figures = [[zone.get("name") or "", *(zone.get(name) for name in FIGURES)] for zone in row["zones"] or []]
            one = seen[row["pk"]] = {
                **row,
                "number": len(found[row["course_id"]]) + 1,
                "minutes": minutes_between(row["started_at"], row["ended_at"]),
                "anaesthesia": ANAESTHESIA.get(row["anaesthesia"]),
                "figures": figures,
                "lots": [],
            }
            found[row["course_id"]].append(one)
        if row[_LOT[1]]:
            one["lots"].append(f"{row[_LOT[1]]} · {row[_LOT[2]]}")
    return found


def _symptoms(ids: Sequence[uuid.UUID]) -> Grouped:
    words = load_library().vocabulary.signs
    found: Grouped = defaultdict(list)
    for one in SymptomReport.objects.standing().filter(course__in=ids).order_by("reported_on", "written_at"):
        found[one.course_id].append({"row": one, "sign": words.get(one.sign, Text(one.sign, one.sign))})
    return found


def _comparisons(ids: Sequence[uuid.UUID]) -> Grouped:
    """Comparisons from the baseline; of one follow-up the latest."""
    rows = Comparison.objects.from_baseline().filter(course__in=ids).in_time().select_related("before", "after")
    rows = rows.defer("before__findings", "after__findings", "landmarks")
    last: dict[uuid.UUID, Comparison] = {one.after_id: one for one in rows}
    found: Grouped = defaultdict(list)
    for one in last.values():
        shown = shown_comparison(one) if _is_whole(one) else None
        found[one.course_id].append({"row": one, "shown": shown})
    return found


def _caveats(comparisons: Sequence[Json]) -> list[Json]:
    """What the measures of a course rest on, each once: ``{"label", "caveat"}``."""
    rows = [row for one in comparisons if one["shown"] for row in one["shown"].rows]
    return list({row.name: {"label": row.label, "caveat": row.caveat} for row in rows if row.caveat}.values())


def _is_whole(one: Comparison) -> bool:
    """Whether its result has what a page shows of it; one of an older method may not."""
    result: Json = (one.result if one.stage == "done" else None) or {}
    return all(key in result for key in ("before", "after", "measures", "verdict"))


def _readings(ids: Sequence[uuid.UUID]) -> Grouped:
    rows = ScalpReading.objects.standing().filter(course__in=ids, photograph__withdrawn=False)
    rows = rows.filter(photograph__superseded_by=None).order_by("photograph__taken_on", "pk")
    found: Grouped = defaultdict(list)
    for one in rows.values("course_id", "stage", "result", "method", "photograph__taken_on"):
        found[one["course_id"]].append({**one, "on": one["photograph__taken_on"]})
    return found


def _reviews(ids: Sequence[uuid.UUID], treatments: dict[uuid.UUID, str], language: Language) -> Grouped:
    found: Grouped = defaultdict(list)
    for one in Review.objects.standing().filter(course__in=ids).order_by("reviewed_on", "signed_at"):
        said = one.proposal.get(language) or {}
        found[one.course_id].append(
            {
                "row": one,
                "decision": _decision(one.decision),
                "proposed": _decision(one.proposed) if one.proposed != one.decision else None,
                "from": said.get("from") if one.proposed == one.decision else None,
                "reasons": shown_reasons(said.get("reasons"), treatments[one.course_id], language),
            }
        )
    return found


def _decision(word: str) -> Text:
    known = {one.value: said for one, said in DECISIONS.items()}
    return known.get(word) or Text(word, word)
