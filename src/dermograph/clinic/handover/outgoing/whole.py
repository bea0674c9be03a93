"""Whole records: every part of some patients, in few queries however much there is of each.

Each asks of no more ids than any database takes at once.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from dermograph.clinic.handover.kept import in_parts
from dermograph.clinic.handover.outgoing.reading import Reading
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.handover.outgoing.sources import CLINIC, LOTS, OF_PATIENTS, ROOMS, STAFF
from dermograph.clinic.handover.outgoing.trail import followed
from dermograph.clinic.people.models import Clinic
from dermograph.exchange.fhir.bundle import record_of
from dermograph.exchange.record.papers import Consent
from dermograph.exchange.record.part import Part
from dermograph.exchange.record.sessions import Session
from dermograph.exchange.record.whole import Record

AT_ONCE: Final = 100
"""So many patients are read together at most."""
_NAMING: Final = (
    *("written_by", "performed_by", "cleared_by", "lead", "practitioner", "seen_by", "witness", "who", "owner"),
    *("recorded_by", "room", "device", "schedule", "author"),
)


def records_of(
    clinic: Clinic,
    patients: Sequence[uuid.UUID],
    *,
    since: dt.datetime | None = None,
    received: Mapping[uuid.UUID, Sequence[Part]] | None = None,
) -> Iterator[Record]:
    """The records of some patients of a clinic; blocked ones, and those of other clinics, are not among them.

    Args:
        clinic: Whose.
        patients: Their ids, at most ``AT_ONCE``.
        since: Only what changed after that; the clinic, the patient, and who and what they name come in any case.
        received: Parts that other systems sent about them, by the patient.
    """
    reading = Reading(clinic)
    parts: dict[uuid.UUID, list[Part]] = {}
    for source in OF_PATIENTS:
        for whose, part in _parts(source, reading, patients, since):
            parts.setdefault(whose, []).append(part)
    for whose, some in (received or {}).items():
        if whose in parts:
            parts[whose].extend(some)
    named = _Named(reading, [part for some in parts.values() for part in some])
    for pk in patients:
        if pk in parts:
            yield record_of([*named.of(parts[pk]), *parts[pk]])


def _parts(
    source: Source, reading: Reading, patients: Sequence[uuid.UUID], since: dt.datetime | None
) -> Iterator[tuple[uuid.UUID, Part]]:
    rows = source.read(source.rows(reading.clinic).filter(**{f"{source.patient}__in": list(patients)}), reading)
    if since is not None and source.patient != "pk":
        later = followed(source, reading.clinic, rows)
        rows = [row for row in rows if max(source.changed_at(row, since), later.get(row.pk, since)) > since]
    for made, wanted in _wanted(source, rows):
        for row in rows:
            whose = source.patient_of(row)
            if whose is not None and row.pk in wanted:
                yield from ((whose, part) for part in made.parts(row, reading))


def _wanted(source: Source, rows: Sequence[Any]) -> Iterator[tuple[Made, set[Any]]]:
    """What is made of some rows, each with the ids of those that it is made of."""
    for made in source.made:
        yield made, {row.pk for row in rows} if made.only is None else _which(source, made, rows)


def _which(source: Source, made: Made, rows: Sequence[Any]) -> set[Any]:
    """Of which of some rows something is made."""
    if made.only is None or not rows:
        return set()
    only, every = made.only(), source.model._base_manager  # noqa: SLF001 (the manager that hides no row)
    ids = (row.pk for row in rows)
    return {pk for some in in_parts(ids) for pk in every.filter(only, pk__in=some).values_list("pk", flat=True)}


class _Named:
    """The clinic, and who and what of it parts name."""

    def __init__(self, reading: Reading, parts: Sequence[Part]) -> None:
        self._clinic = CLINIC.made[0].part(reading.clinic, reading)
        ids = {pk for part in parts for pk in _names(part)}
        self._held = {part.id: part for source in (STAFF, ROOMS, LOTS) for part in _made_of(source, reading, ids)}

    def of(self, parts: Sequence[Part]) -> Iterator[Part]:
        """What some parts name, each once."""
        yield self._clinic
        ids = {pk for part in parts for pk in _names(part)}
        yield from (part for pk, part in self._held.items() if pk in ids)


def _made_of(source: Source, reading: Reading, ids: set[uuid.UUID]) -> Iterator[Part]:
    """What is made of the rows of the clinic with some ids."""
    for some in in_parts(sorted(ids)):
        rows = source.read(source.rows(reading.clinic).filter(pk__in=some), reading)
        for made, wanted in _wanted(source, rows):
            yield from (part for row in rows if row.pk in wanted for part in made.parts(row, reading))


def _names(part: Part) -> Iterator[uuid.UUID]:
    """The ids of whom and what of the clinic a part names."""
    for name in _NAMING:
        pk = getattr(part, name, None)
        if isinstance(pk, uuid.UUID):  # the device of a session is a word
            yield pk
    if isinstance(part, Session):
        for used in part.lots:
            yield used.lot
            if used.late_by is not None:
                yield used.late_by
    elif isinstance(part, Consent):
        yield from (one.by for one in part.withdrawals if one.by is not None)
