"""The records of one clinic as FHIR resources: read by id, searched, and whole.

Own rows are translated when they are asked for, and nothing of that is kept; what was received comes as it was sent,
with the ids of this clinic. Own rows come first in what is found, table by table, each in the order of its ids: a page
stays what it was while others write.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover.finding import Fitting, asks_sealed, fitting, fitting_received
from dermograph.clinic.handover.kept import in_parts
from dermograph.clinic.handover.outgoing.reading import Reading
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.handover.outgoing.sources import BY_KIND
from dermograph.clinic.handover.outgoing.trail import followed
from dermograph.clinic.handover.outgoing.whole import records_of
from dermograph.clinic.handover.paging import page_of, page_of_several
from dermograph.clinic.handover.received import NATIVE, patient_origins, received_resources
from dermograph.clinic.handover.said import fits_said, has_code
from dermograph.clinic.handover.stored import MOST, Asked, Found, Stored
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.people.within import Restricted, within
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.tables import from_resource, to_resource
from dermograph.exchange.record.part import Origin, Part
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.people import Clinic as ClinicPart
from dermograph.exchange.record.people import Patient as PatientPart
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown
from dermograph.exchange.record.whole import Record

__all__ = ["Asked", "Found", "Shelf", "Stored"]
_FIRST: Final = "1"
#: In the version of a patient who came from elsewhere, between the row's and what stands for the original.
ORIGIN: Final = "-"
_VERSION_LETTERS: Final = 16
_BEGINNING: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class BlockedError(Restricted):
    """The record that something belongs to is blocked.

    Attributes:
        patient: Whose.
    """

    def __init__(self, patient: uuid.UUID, since: dt.datetime, clinic: Clinic) -> None:
        self.patient = patient
        super().__init__(since, clinic)


class Shelf:
    """The records of a clinic.

    Attributes:
        clinic: Whose.
    """

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    def read(self, kind: str, key: uuid.UUID) -> Stored | None:
        """The resource of a type with an id; None if this clinic has none.

        Raises:
            BlockedError: If the record that it belongs to is blocked.
        """
        reading = Reading(self.clinic)
        for one in fitting(self.clinic, Asked(kind, ids=(key,))):
            for stored in self._stored(one, one.rows, reading, {key}):
                return stored
        for stored in received_resources(self.clinic, kind=kind, keys=[key]):
            return stored
        self._refuse_blocked(kind, key)
        return None

    def search(self, asked: Asked) -> Found:
        """What fits. Blocked records are not among it.

        What was received is sealed: by a code or a day it is found where a patient is asked for, of whom it is opened
        and looked at; elsewhere it is not, and the answer says that it is not whole.
        """
        skip, wanted, total = max(asked.offset, 0), min(max(asked.count, 0), MOST), 0
        stored: list[Stored] = []
        reading = Reading(self.clinic)
        for one in fitting(self.clinic, asked):
            if "|" in asked.code and not self._is_of_system(one, asked.code, reading):
                continue
            some, count = self._page_of(one, asked, reading, skip - total, wanted - len(stored))
            stored += some
            total += count
        received = fitting_received(self.clinic, asked)
        is_whole = True
        if received is not None and asks_sealed(asked):
            if asked.patient is None:
                is_whole = not received.exists()
            else:
                fit = self._saying(asked, list(received.values_list("key", flat=True)))
                first = max(skip - total, 0)
                stored += fit[first : first + max(wanted - len(stored), 0)]
                total += len(fit)
        elif received is not None:
            keys, count = page_of(received.values_list("key", flat=True), skip - total, wanted - len(stored))
            stored += self._received(asked.kind, keys) if keys else ()
            total += count
        return Found(tuple(stored), total, is_whole)

    def _page_of(
        self, one: Fitting, asked: Asked, reading: Reading, skip: int, wanted: int
    ) -> tuple[list[Stored], int]:
        """So many of a table's parts that fit after so many, and how many there are."""
        if one.made.several is not None:
            return self._page_of_several(one, one.made.several(), asked, reading, (max(skip, 0), max(wanted, 0)))
        ids, count = page_of(one.rows.order_by("pk").values_list("pk", flat=True), skip, wanted)
        return self._stored(one, _among(one, ids), reading) if ids else [], count

    def _page_of_several(
        self, one: Fitting, number: Combinable, asked: Asked, reading: Reading, page: tuple[int, int]
    ) -> tuple[list[Stored], int]:
        """The same where a row has any number of parts, which is counted where it is stored."""
        first, wanted = page
        if asked.ids:  # of those rows only some parts
            found = self._stored(one, one.rows, reading, frozenset(asked.ids))
            return found[first : first + wanted], len(found)
        ids, passed, total = page_of_several(one.rows, number, first, wanted)
        found = self._stored(one, _among(one, ids), reading) if ids else []
        return found[first - passed : first - passed + wanted], total

    def _saying(self, asked: Asked, keys: Sequence[uuid.UUID]) -> list[Stored]:
        """What of a patient was received and says what is asked for."""
        found = [one for some in in_parts(keys) for one in self._received(asked.kind, some)]
        return [one for one in found if fits_said(one.resource, asked, self.clinic.zone)]

    def _is_of_system(self, one: Fitting, wanted: str, reading: Reading) -> bool:
        """Whether a table's rows name the system of a code, which all of one code do alike."""
        first = one.rows.order_by("pk").values_list("pk", flat=True)[:1]
        rows = _among(one, list(first))
        return any(has_code(stored.resource, wanted) for stored in self._stored(one, rows, reading))

    def _received(self, kind: str, keys: Sequence[uuid.UUID]) -> list[Stored]:
        in_order = {str(key): number for number, key in enumerate(keys)}
        found = received_resources(self.clinic, kind=kind, keys=keys)
        return sorted(found, key=lambda one: in_order.get(one.resource.get("id", ""), len(in_order)))

    def everything(self, patient: uuid.UUID, since: dt.datetime | None = None) -> Record:
        """A patient's whole record, corrected entries included, with what was received about them.

        Args:
            patient: Of this clinic.
            since: Only what changed after that; the clinic, the patient, and who and what of the clinic is named come
                in any case.

        Raises:
            Http404: If this clinic has no such patient.
            Restricted: If the record is blocked.
        """
        within(self.clinic, Patient, patient)
        return next(iter(self.records([patient], since)))

    def records(self, patients: Sequence[uuid.UUID], since: dt.datetime | None = None) -> Iterator[Record]:
        """The same of several patients at once; those who are not there, or are blocked, are left out.

        Args:
            patients: At most ``whole.AT_ONCE``.
            since: As in ``everything``.
        """
        received: dict[uuid.UUID, list[Part]] = {}
        for one in received_resources(self.clinic, patients=patients):
            part = _part_of(one)
            if one.patient and part and (since is None or one.changed_at > since):
                received.setdefault(one.patient, []).append(part)
        origins = patient_origins(self.clinic, patients)
        for record in records_of(self.clinic, patients, since=since, received=received):
            yield replace(record, patient=_with_origin(record.patient, origins.get(record.patient.id)))

    def beside(self, patient: uuid.UUID, since: dt.datetime | None = None) -> list[Stored]:
        """What was received about a patient and is no part of a record, since nothing of its type is modelled.

        Args:
            patient: Of this clinic; of a blocked record nothing comes.
            since: Only what was received after that.
        """
        found = received_resources(self.clinic, patients=[patient])
        return [one for one in found if self.is_beside(one) and (since is None or one.changed_at > since)]

    @staticmethod
    def is_beside(one: Stored) -> bool:
        """Whether something that was received is no part of a record."""
        return _part_of(one) is None

    def _stored(
        self, one: Fitting, wanted: QuerySet[Any], reading: Reading, ids: Container[uuid.UUID] | None = None
    ) -> list[Stored]:
        """What is made of some rows; of one of several parts only those with some ids, or all."""
        source, made = one.source, one.made
        rows = source.read(wanted, reading)
        later, floor = followed(source, self.clinic, rows), None if source.changed else self._began
        patients = [row.pk for row in rows] if source.patient == "pk" else []
        origins = patient_origins(self.clinic, patients) if patients else {}
        found = []
        made_of_rows = [(row, part) for row in rows for part in made.parts(row, reading)]
        if made.several is not None and ids is not None:
            made_of_rows = [(row, part) for row, part in made_of_rows if part.id in ids]
        for row, part in made_of_rows:
            with_origin = _with_origin(part, origins.get(part.id)) if isinstance(part, PatientPart) else part
            resource = to_resource(with_origin)
            changed = source.changed_at(row, floor or _BEGINNING)
            found.append(
                Stored(
                    resource,
                    _FIRST if made.is_final else _version(with_origin, resource),
                    max(changed, later.get(row.pk, changed)),
                    None if source.says_nobody else source.patient_of(row),
                )
            )
        return found

    @cached_property
    def _began(self) -> dt.datetime:
        """When the trail of the clinic begins: what has no day of its own was there no later than now, nor before."""
        first = AuditEntry.objects.filter(clinic=self.clinic, number=1).values_list("at", flat=True).first()
        return first or _BEGINNING

    def _refuse_blocked(self, kind: str, key: uuid.UUID) -> None:
        """Say that a record is blocked where that is why nothing was found."""
        for source, made in BY_KIND.get(kind, ()):
            if (blocked := _blocked(source, made, self.clinic, key)) is not None:
                raise BlockedError(*blocked, self.clinic)


def _among(one: Fitting, ids: Sequence[Any]) -> QuerySet[Any]:
    """The rows of a table with some ids."""
    model: Any = one.source.model
    rows: QuerySet[Any] = model._base_manager.filter(pk__in=ids)  # noqa: SLF001 (the manager that hides no row)
    return rows


def _blocked(source: Source, made: Made, clinic: Clinic, key: uuid.UUID) -> tuple[uuid.UUID, dt.datetime] | None:
    """Whose blocked record an id belongs to, and since when it is; None if none."""
    way = "restricted_at" if source.patient == "pk" else f"{source.to_patient}__restricted_at"
    if not source.patient or source.has_number:
        return None
    rows = source.model._base_manager.filter(**{source.clinic: clinic.pk}, pk__in=made.rows_of([key]))  # noqa: SLF001 (the manager that hides no row)
    return rows.exclude(**{way: None}).values_list(source.patient, way).first()


def _part_of(one: Stored) -> Part | None:
    """What was received as a part of a record; None where that has none of its kind, or exactly one, of ours."""
    part = from_resource(one.resource, one.resource.get("meta", {}).get("source", ""))
    return None if isinstance(part, ClinicPart | PatientPart) else part


def _with_origin(part: PatientPart, origin: Origin | None) -> PatientPart:
    """The part with what it came from; of a birth that was told without its day the row itself holds nothing."""
    if origin is None:
        return part
    told = from_resource(dict(origin.original), origin.source)
    birth = told.birth_date if isinstance(told, PatientPart) else UNWRITTEN
    if isinstance(part.birth_date, Unknown) and isinstance(birth, PartialDate) and birth.precision != "day":
        part = replace(part, birth_date=birth)
    return replace(part, origin=origin)


def _version(part: Part, resource: Element) -> str:
    if isinstance(part, PatientPart) and part.origin is None:
        return str(part.version)
    told = part.origin.original if isinstance(part, PatientPart) and part.origin else resource
    text = json.dumps(told, sort_keys=True, ensure_ascii=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_VERSION_LETTERS]
    return f"{part.version}{ORIGIN}{digest}" if isinstance(part, PatientPart) else digest


def read_own(clinic: Clinic, kind: str, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Stored]:
    """What own rows would be sent as, by their ids; nothing for what is not own. For who judges what comes in."""
    shelf, reading, wanted = Shelf(clinic), Reading(clinic), frozenset(keys)
    return {
        uuid.UUID(stored.resource["id"]): stored
        for one in fitting(clinic, Asked(kind, ids=tuple(keys)))
        for stored in shelf._stored(one, one.rows, reading, wanted)  # noqa: SLF001 (of this module)
    }


def read_sent_on(clinic: Clinic, kind: str, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Stored]:
    """What was received as it is sent on, by its id here. For who judges what comes in, too."""
    if kind in NATIVE:
        return read_own(clinic, kind, keys)
    return {uuid.UUID(one.resource["id"]): one for one in received_resources(clinic, kind=kind, keys=keys)}
