"""What was told about a patient, in words: answers, dated events, consents."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from typing import Any

from dermograph.clinic.entries import Answered, Entries
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Patient
from dermograph.clinic.rights.purposes import SHORT
from dermograph.core.dates import day_text
from dermograph.core.text import Text
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import MISSING, Fact

Json = dict[str, Any]
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YES, _NO = Text("yes", "sí"), Text("no", "no")
_NOT_KNOWN = Text("not known", "no se sabe")


def answers_of(entries: Sequence[Entries]) -> list[Json]:
    """The answers that stand, each once: ``{"label", "value", "on", "known"}``; the latest of each fact and course."""
    facts = load_library().vocabulary.facts
    found: dict[uuid.UUID, Answered] = {}
    for course in entries:
        latest: dict[str, Answered] = {one.fact: one for one in course.answers}
        found |= {one.pk: one for one in latest.values()}
    rows = sorted(found.values(), key=lambda one: (one.fact, one.written_at))
    return [
        {
            "label": facts[one.fact].label if one.fact in facts else Text(one.fact, one.fact),
            "value": _value(one, facts.get(one.fact)),
            "on": one.answered_on,
            "known": not one.missing,
        }
        for one in rows
    ]


def events_of(entries: Sequence[Entries]) -> list[Json]:
    """Dated events, each once: ``{"what", "first", "last"}``."""
    kinds = load_library().vocabulary.events
    every = {(one.first, one.last, one.what) for course in entries for one in course.events}
    return [{"what": kinds[what].label, "first": first, "last": last} for first, last, what in sorted(every)]


def consents_of(patient: Patient) -> list[Json]:
    """Every consent that stands with what was agreed to, refused and taken back; one query."""
    rows = (
        Consent.objects.standing()
        .filter(patient=patient)
        .order_by("-signed_at", "pk", "withdrawals__written_at")
        .values(
            *("pk", "signed_at", "signed_name", "purposes", "refused", "text_sha256", "text__title", "text__version"),
            *("course__area__name", "withdrawals__purpose", "withdrawals__written_at"),
        )
    )
    found: dict[Any, Json] = {}
    for row in rows:
        one = found.setdefault(
            row["pk"],
            {
                **row,
                "agreed": [SHORT.get(p, _same(p)) for p in row["purposes"]],
                "not": [SHORT.get(p, _same(p)) for p in row["refused"]],
                "back": [],
            },
        )
        if row["withdrawals__written_at"]:
            purpose = row["withdrawals__purpose"]
            what = SHORT.get(purpose, _same(purpose)) if purpose else Text("everything", "todo")
            one["back"].append({"what": what, "at": row["withdrawals__written_at"]})
    return list(found.values())


def _same(word: str) -> Text:
    return {"treatment": Text("treatment", "tratamiento")}.get(word, Text(word, word))


def _value(one: Answered, fact: Fact | None) -> Text:
    if one.missing:
        return MISSING.get(one.missing, _NOT_KNOWN)
    if isinstance(one.value, bool):
        return _YES if one.value else _NO
    if isinstance(one.value, str) and _DAY.fullmatch(one.value):
        return day_text(dt.date.fromisoformat(one.value))
    if fact is not None and isinstance(one.value, str):
        return {**fact.values, **fact.words}.get(one.value, Text(one.value, one.value))
    return Text(str(one.value), str(one.value))
