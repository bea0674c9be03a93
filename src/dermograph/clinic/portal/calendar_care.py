"""The aftercare of a patient's sessions in their calendar: each advice where it shall be named, else a run of days."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Final

from dermograph.care.aftercare import Care, Moment, timeline
from dermograph.clinic.agenda.calendar_entry import BACK
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Patient
from dermograph.clinic.treatment.models import Session
from dermograph.core.text import Text
from dermograph.exchange.ical.values import CareStep

_ONE_DAY: Final = dt.timedelta(days=1)
_UNNAMED: Final = Text("", "")


def aftercare_entries(patient: Patient, now: dt.datetime, *, detailed: bool) -> Iterator[CareStep]:
    """The aftercare of each session that stands.

    A correction keeps the name of the session that was written down first, and its number rises by one. The days
    follow from the protocol as it is loaded now; a new version of one may move them.

    Args:
        patient: With their clinic.
        now: What was held more than a year before it is left out.
        detailed: Whether each piece of advice stands for itself. Else there is one entry a session, from its day to the
            last day that the protocol gives a figure for: several that are all called the same would help nobody.
    """
    rows = Session.objects.filter(course__patient=patient).select_related("course__clinic")
    # Those that nothing corrects are walked back to their first entry, in memory: a patient has few.
    every = {row.pk: row for row in rows.order_by("started_at", "pk")}
    corrected = {row.supersedes_id for row in every.values()}
    for row in every.values():
        if row.pk in corrected or row.started_at <= now - BACK:
            continue
        root, number = _first_of(row, every)
        began = row.started_at.astimezone(patient.clinic.zone)
        steps = _named(began, row) if detailed else _unnamed(began, row)
        for name, starts, until, says in steps:
            yield CareStep(f"{root}.{name}@dermograph", row.written_at, starts, until, says, sequence=number)


def _first_of(row: Session, every: dict[uuid.UUID, Session]) -> tuple[uuid.UUID, int]:
    """The id of the entry that was written first, and how often it was corrected."""
    root, number = row.pk, 0
    while row.supersedes_id is not None:
        root, number = row.supersedes_id, number + 1
        row = every[row.supersedes_id]
    return root, number


def _named(began: dt.datetime, row: Session) -> Iterator[tuple[str, Moment, Moment | None, Text]]:
    for care in timeline(began, protocol_of(row.course)):
        starts: Moment = began if isinstance(care.until, dt.datetime) else began.date()
        yield care.statement.id, starts, _after(care), care.statement.says


def _unnamed(began: dt.datetime, row: Session) -> Iterator[tuple[str, Moment, Moment | None, Text]]:
    ends = [after for care in timeline(began, protocol_of(row.course)) if (after := _after(care)) is not None]
    days = [after.date() + _ONE_DAY if isinstance(after, dt.datetime) else after for after in ends]
    if days:
        yield "aftercare", began.date(), max(days), _UNNAMED


def _after(care: Care) -> Moment | None:
    """The first moment at which it no longer holds: the last day of a care still counts."""
    if care.until is None or isinstance(care.until, dt.datetime):
        return care.until
    return care.until + _ONE_DAY
