"""Rows of a course in words, one query a kind: what belongs to a row is joined to it, not fetched after it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dermograph.care.explain import VERDICTS
from dermograph.care.verdict import Verdict
from dermograph.clinic.intake.models import Assessment, Consent
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import day_text
from dermograph.core.text import Text

_NEVER = dt.datetime(1, 1, 2, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row in words; ``at`` for an instant, ``on`` for a day."""

    pk: uuid.UUID
    title: Text
    lines: tuple[Text, ...] = ()
    at: dt.datetime = _NEVER
    on: dt.date = dt.date.min
    kind: str = ""
    who: str = ""
    superseded: bool = False
    correction: str = ""
    measured: tuple[dict[str, Any], ...] = ()


def same(words: str) -> Text:
    """Words of a person, which are in one language."""
    return Text(words, words)


def grouped(rows: Any, key: str = "pk") -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 (a query of values)
    """Rows of a joined query by what they belong to, in the order of the query."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    yield from groups.values()


def assessment_rows(course: Course) -> Iterator[Row]:
    """Signed assessments with what the medical lead decided against them."""
    rows = (
        Assessment.objects.filter(course=course)
        .order_by("written_at", "overrides__written_at")
        .values(
            "pk",
            "written_at",
            "verdict",
            "written_by__name",
            "superseded_by__pk",
            "correction_reason",
            "overrides__verdict",
            "overrides__reason",
            "overrides__written_by__name",
        )
    )
    for group in grouped(rows):
        row, word = group[0], VERDICTS[Verdict(group[0]["verdict"])]
        lines = tuple(_overridden(one) for one in group if one["overrides__verdict"])
        yield Row(
            pk=row["pk"],
            at=row["written_at"],
            lines=lines,
            who=row["written_by__name"] or "",
            title=Text(f"Assessment signed: {word.en}", f"Valoración firmada: {word.es}"),
            superseded=row["superseded_by__pk"] is not None,
            correction=row["correction_reason"],
        )


def _overridden(row: dict[str, Any]) -> Text:
    word, by, why = (
        VERDICTS[Verdict(row["overrides__verdict"])],
        row["overrides__written_by__name"],
        row["overrides__reason"],
    )
    return Text(f"Decided otherwise by {by}: {word.en}. {why}", f"{by} decidió otra cosa: {word.es}. {why}")


def consent_rows(course: Course) -> Iterator[Row]:
    """Consents for the course or for all of them, with what was taken back."""
    rows = (
        Consent.objects.filter(Q(course=None) | Q(course=course), patient=course.patient_id)
        .order_by("signed_at", "withdrawals__written_at")
        .values(
            "pk",
            "signed_at",
            "signed_name",
            "text__title",
            "superseded_by__pk",
            "correction_reason",
            "withdrawals__pk",
            "withdrawals__purpose",
            "withdrawals__written_at",
        )
    )
    for group in grouped(rows):
        row = group[0]
        lines = [same(row["text__title"])]
        for one in group:
            if one["withdrawals__pk"]:
                day = day_text(one["withdrawals__written_at"].astimezone(course.clinic.zone).date())
                what = one["withdrawals__purpose"]
                lines.append(
                    Text(f"Taken back on {day.en}", f"Retirado el {day.es}")
                    if not what
                    else Text(f"Taken back on {day.en}: {what}", f"Retirado el {day.es}: {what}")
                )
        yield Row(
            pk=row["pk"],
            at=row["signed_at"],
            lines=tuple(lines),
            who=row["signed_name"],
            title=Text("Consent signed", "Consentimiento firmado"),
            superseded=row["superseded_by__pk"] is not None,
            correction=row["correction_reason"],
        )


def session_rows(course: Course) -> Iterator[Row]:
    """Sessions with the lots that were used."""
    rows = (
        Session.objects.filter(course=course)
        .order_by("started_at", "written_at", "lot_uses__lot__kind")
        .values(
            "pk",
            "started_at",
            "device",
            "dots",
            "performed_by__user__name",
            "superseded_by__pk",
            "correction_reason",
            "reaction",
            "clearance_reason",
            "lot_uses__lot__name",
            "lot_uses__lot__number",
        )
    )
    for group in grouped(rows):
        row = group[0]
        lots = [
            f"{one['lot_uses__lot__name']} · {one['lot_uses__lot__number']}"
            for one in group
            if one["lot_uses__lot__name"]
        ]
        lines = [same(row["device"])] if row["device"] else []
        if row["dots"] is not None:
            lines.append(Text(f"Dots set: {row['dots']}", f"Puntos hechos: {row['dots']}"))
        if lots:
            lines.append(Text(f"Lots: {', '.join(lots)}", f"Lotes: {', '.join(lots)}"))
        if row["reaction"]:
            lines.append(Text(f"Reaction: {row['reaction']}", f"Reacción: {row['reaction']}"))
        if row["clearance_reason"]:
            why = row["clearance_reason"]
            lines.append(
                Text(f"Held by the medical lead's decision: {why}", f"Por decisión del responsable médico: {why}")
            )
        yield Row(
            pk=row["pk"],
            at=row["started_at"],
            lines=tuple(lines),
            who=row["performed_by__user__name"],
            title=Text("Session", "Sesión"),
            superseded=row["superseded_by__pk"] is not None,
            correction=row["correction_reason"],
        )
