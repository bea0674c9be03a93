"""What other systems send: taken over, created, changed, and read again as parts of a record.

It stays theirs. A patient is registered here and answers to a protocol's questions are written into their course, by
the same writers that our own pages call; everything else is kept as it was received, version after version.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover.conflicts import VersionConflictError
from dermograph.clinic.handover.holdings import owners
from dermograph.clinic.handover.importing import LONGEST_SOURCE
from dermograph.clinic.handover.kept import in_parts, latest, opened
from dermograph.clinic.handover.localize import localized
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.stored import Stored
from dermograph.clinic.handover.subjects import references_of
from dermograph.clinic.handover.taking import program_of, take_over_bundle
from dermograph.clinic.handover.writing import Terms
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Incoming, Result
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.tables import from_resource
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.fhir.read.json_text import json_of
from dermograph.exchange.record.part import Origin, Part

#: What other apps call of this module.
__all__ = [
    "Sending",
    "VersionConflictError",
    "create",
    "patient_origins",
    "received_parts",
    "received_resources",
    "take_over",
    "take_over_bundle",
    "update",
    "version_received",
]
#: Types whose rows are the clinic's own once they are taken over.
NATIVE: Final = frozenset({"Patient"})


@dataclass(frozen=True, slots=True)
class Sending:
    """By whom another version is sent.

    Attributes:
        through: The program, as the trail names it; empty for a person's own command.
        named: The URI of who sends it, where that does not say one of its own.
        original: Where a version is given: ``version_received`` as it was when that one was found to stand; None for
            now.
        tells_others: Whether they are told of other patients who may be the same.
    """

    through: str = ""
    named: str = ""
    original: int | None = None
    tells_others: bool = True


BY_A_PERSON: Final = Sending()


def take_over(clinic: Clinic, member: Membership, data: bytes, *, source: str) -> Incoming:
    """Take a Bundle over. The same Bundle again changes nothing.

    Args:
        clinic: Into whose records.
        member: Who answers for it.
        data: The Bundle as it was sent, at most ``json_text.MOST_BYTES``.
        source: The URI of the system that sends it; empty for this one.

    Returns:
        What became of each entry. Of a transaction all was taken over or nothing.

    Raises:
        RefusedError: If it is no Bundle that can be taken over at all.
        InputError: If it could not be written.
    """
    return take_over_bundle(clinic, member, json_of(data), source=source)


def create(
    clinic: Clinic, member: Membership, resource: Element, *, source: str, sending: Sending = BY_A_PERSON
) -> Stored:
    """Keep a new resource; it gets an id of ours, whatever id it came with (R4, http, 3.1.0.8 create).

    Args:
        clinic: Into whose records.
        member: Who answers for it.
        resource: Any JSON object.
        source: The URI of the system that sends it; empty for this one.
        sending: By which program.

    Raises:
        RefusedError: If it is not taken over, with the reasons.
        InputError: If it could not be written.
    """
    return _one(clinic, member, {**resource, "id": str(uuid.uuid4())}, source, _terms(sending))


def update(
    clinic: Clinic,
    member: Membership,
    kind: str,
    key: uuid.UUID,
    resource: Element,
    *,
    version: str | None,
    source: str | None = None,
    sending: Sending = BY_A_PERSON,
) -> Stored:
    """Keep another version of a resource; one that is not there yet is kept under its id.

    Args:
        clinic: Whose.
        member: Who answers for it.
        kind: The type that the address names.
        key: The id that the address names.
        resource: With that type and id, as this clinic sends it.
        version: The one that the sender saw; None if they do not say. Of a patient it is that of our own row.
        source: The URI of the system that sends it: what another one sent is refused. None for whoever sent it first,
            and of a patient who was registered here for whoever sends it now.
        sending: By which program.

    Raises:
        VersionConflictError: If another version stands.
        RefusedError: If it is not taken over, such as an entry that was written in this clinic.
        InputError: If it could not be written.
    """
    if resource.get("resourceType") != kind or str(resource.get("id", "")).lower() != str(key):
        raise RefusedError(_OTHER_ADDRESS)
    row = latest(clinic).filter(kind=kind, key=key).first()
    standing = _standing(clinic, kind, key, row)
    received = row.version if row else 0
    seen = received if sending.original is None else sending.original
    if version is not None and ((standing and version != standing) or received != seen):
        raise VersionConflictError(standing)
    if source is None:
        source = _source(clinic, resource, row, sending.named, program_of(member, sending.through))
    at, says = (kind, key), version is not None
    originals = {at: seen} if says else {}
    terms = replace(_terms(sending), versions={at: version or ""} if says else {}, originals=originals, clears=True)
    return _one(clinic, member, _as_sent(resource, row, source), source, terms)


def version_received(clinic: Clinic, kind: str, key: uuid.UUID) -> int:
    """The number of the version of something that was received last; 0 for none."""
    return latest(clinic).filter(kind=kind, key=key).values_list("version", flat=True).first() or 0


def received_parts(clinic: Clinic, patients: Sequence[uuid.UUID]) -> list[Part]:
    """What was received about some patients, as parts of a record; what is not modelled is left out.

    Args:
        clinic: Whose.
        patients: About whom.
    """
    return [
        part
        for one in received_resources(clinic, patients=patients)
        if (part := from_resource(one.resource, one.resource.get("meta", {}).get("source", ""))) is not None
    ]


def received_resources(
    clinic: Clinic,
    *,
    kind: str = "",
    keys: Iterable[uuid.UUID] | None = None,
    patients: Iterable[uuid.UUID] | None = None,
) -> list[Stored]:
    """What was received and is no row of our own, with the ids of this clinic, the last received first.

    Args:
        clinic: Whose.
        kind: Of one type; empty for all.
        keys: Of these ids; None for any.
        patients: About these patients; None for anybody, and what is about nobody.
    """
    rows = latest(clinic).exclude(kind__in=NATIVE)
    rows = rows.filter(patient__restricted_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    if patients is not None:
        rows = rows.filter(patient__in=list(patients))
    found = list(rows.order_by("-taken_at", "pk"))
    return [
        Stored(resource, str(row.version), row.taken_at, row.patient_id)
        for row, resource in zip(found, _ours(clinic, found), strict=True)
    ]


def patient_origins(clinic: Clinic, patients: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Origin]:
    """Where patients came from, with everything that our columns do not hold; without those who were registered here.

    Args:
        clinic: Whose.
        patients: Their ids.
    """
    rows = list(latest(clinic).filter(kind="Patient", key__in=list(patients), patient__restricted_at=None))
    return {row.key: Origin(row.source, one, row.taken_at) for row, one in zip(rows, _ours(clinic, rows), strict=True)}


def _ours(clinic: Clinic, rows: Sequence[Received]) -> list[Element]:
    """The resources of rows with the ids of this clinic."""
    resources = opened(rows)
    mentioned = {
        Keys(row.source, clinic.pk).of_reference(one["reference"])
        for row, resource in zip(rows, resources, strict=True)
        for one in references_of(resource)
    }
    here: set[uuid.UUID] = {row.patient_id for row in rows if row.patient_id is not None}
    for some in in_parts(mentioned - here):
        here |= set(latest(clinic).filter(key__in=some).values_list("key", flat=True))
        here |= {pk for _, pk, owner in owners(some) if owner == clinic.pk}
    return [
        localized(resource, Keys(row.source, clinic.pk), here) for row, resource in zip(rows, resources, strict=True)
    ]


def _standing(clinic: Clinic, kind: str, key: uuid.UUID, row: Received | None) -> str:
    """The version that stands; empty for what is not there, and for entries of our own, which nobody may change."""
    if kind in NATIVE:
        patient = Patient.objects.filter(clinic=clinic, pk=key).first()
        return str(patient.version) if patient else ""
    return str(row.version) if row else ""


def _terms(sending: Sending) -> Terms:
    return Terms(sending.through, tells_others=sending.tells_others)


def _one(clinic: Clinic, member: Membership, resource: Element, source: str, terms: Terms) -> Stored:
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": resource}]}
    result = take_over_bundle(clinic, member, bundle, source=source, terms=terms).results[0]
    if result.done == "refused" or result.key is None:
        raise RefusedError(*result.issues)
    return replace(_stored(clinic, result, result.key), issues=result.issues)


def _stored(clinic: Clinic, result: Result, key: uuid.UUID) -> Stored:
    row = latest(clinic).filter(kind=result.kind, key=key).first()
    if row is None or result.resource is None:  # our own, and it says the same
        own = Patient.objects.filter(clinic=clinic, pk=key).first()
        if result.kind not in NATIVE or own is None or result.resource is None:
            raise RefusedError(_OURS)
        return Stored(result.resource, str(own.version), own.since, own.pk)
    version = row.patient.version if row.kind in NATIVE and row.patient else row.version
    return Stored(_ours(clinic, [row])[0], str(version), row.taken_at, row.patient_id)


def _source(clinic: Clinic, resource: Element, row: Received | None, named: str, program: str) -> str:
    """Under which URI another version is kept, where the caller names none."""
    stands, kind = row.source if row else "", resource["resourceType"]
    registered = AuditEntry.objects.filter(clinic=clinic, action="patient.registered", patient=resource["id"])
    if kind not in NATIVE or registered.filter(details__source__isnull=False).exists():
        return stands  # theirs, and only they change it
    said = str(resource.get("meta", {}).get("source", ""))[:LONGEST_SOURCE]
    if row is not None and row.program == program:
        return said or stands
    # Who reads a version and sends it back says the source of that version, not one of their own.
    return said if said and said != stands else named


def _as_sent(resource: Element, row: Received | None, source: str) -> Element:
    """A resource that was read here, with what we added to it taken away, so that the same again is unchanged."""
    if not source or (row is None and resource["resourceType"] not in NATIVE):
        return resource
    meta = {name: value for name, value in resource.get("meta", {}).items() if name != "source"}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return {**rest, "meta": meta} if meta else rest


_OURS: Final = Issue(
    "business-rule",
    Text(
        "It was written in this clinic, and is corrected here by an entry of its own.",
        "Se escribió en esta clínica y se corrige aquí con una anotación propia.",
    ),
)
_OTHER_ADDRESS: Final = Issue(
    "invalid",
    Text(
        "The type and the id of the resource have to be those of the address.",
        "El tipo y el id del recurso deben ser los de la dirección.",
    ),
    "id",
)
