"""A record as a Bundle, and the parts of a record that a Bundle holds (R4, Bundle)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.codecs import written_instant
from dermograph.exchange.fhir.map.tables import TABLES, field_of, to_resource
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.record.part import Part
from dermograph.exchange.record.people import Clinic, Patient
from dermograph.exchange.record.whole import Record

Kind = Literal["collection", "searchset", "transaction"]
_URN: Final = "urn:uuid:"


def record_bundle(
    record: Record, kind: Kind = "collection", *, base: str = "", at: dt.datetime | None = None
) -> Element:
    """A whole record as a Bundle. Every reference within it can be resolved in it.

    Args:
        record: One patient's.
        kind: What the Bundle is for; a transaction puts every resource under its id.
        base: The address of the server, such as ``https://clinic.example/fhir``; empty where there is none, then
            resources refer to each other by ``urn:uuid:…``.
        at: When it was made, aware; None leaves it out.
    """
    return bundle_of([to_resource(part) for part in record.parts()], kind, base=base, at=at)


def bundle_of(
    resources: Sequence[Element],
    kind: Kind,
    *,
    base: str = "",
    at: dt.datetime | None = None,
    included: Sequence[Element] = (),
    total: int | None = None,
    links: Mapping[str, str] | None = None,
) -> Element:
    """Resources as a Bundle.

    Args:
        resources: Each with an id.
        kind: What the Bundle is for.
        base: As in ``record_bundle``.
        at: When it was made, aware; None leaves it out.
        included: Of a searchset, what was not searched for but belongs to it.
        total: Of a searchset, how many there are on all pages; None where it is not known.
        links: Addresses by relation, such as ``self`` and ``next``.
    """
    every = [*resources, *included]
    targets = {} if base else {f"{one['resourceType']}/{one['id']}": one["id"] for one in every}
    made: Element = {"resourceType": "Bundle", "type": kind}
    if at is not None:
        made["timestamp"] = written_instant(at)
    if total is not None:
        made["total"] = total
    if links:
        made["link"] = [{"relation": name, "url": url} for name, url in links.items()]
    entries = []
    for number, one in enumerate(every):
        address = f"{one['resourceType']}/{one['id']}"
        entry: Element = {"fullUrl": f"{base}/{address}" if base else f"{_URN}{one['id']}"}
        entry["resource"] = one if base else _by_urn(one, targets)
        if kind == "searchset":
            entry["search"] = {"mode": "match" if number < len(resources) else "include"}
        elif kind == "transaction":
            entry["request"] = {"method": "PUT", "url": address}
        entries.append(entry)
    if entries:
        made["entry"] = entries
    return made


def _by_urn(node: Any, targets: Mapping[str, str]) -> Any:  # noqa: ANN401 (any JSON)
    """The same with references to what is in the Bundle by its urn, their type beside it."""
    if isinstance(node, dict):
        written = node.get("reference")
        made = {name: _by_urn(value, targets) for name, value in node.items()}
        if isinstance(written, str) and written in targets:
            made["reference"] = f"{_URN}{targets[written]}"
            made["type"] = written.partition("/")[0]
        return made
    if isinstance(node, list):
        return [_by_urn(item, targets) for item in node]
    return node


def record_of(parts: Iterable[Part]) -> Record:
    """The record that parts make up, each kind in the order in which they come.

    Args:
        parts: Of one clinic and one patient.

    Raises:
        RefusedError: If there is not exactly one clinic and one patient.
    """
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(field_of(part), []).append(part)
    patients, clinics = found.pop("patient", []), found.pop("clinic", [])
    patient, clinic = _only(patients, "Patient"), _only(clinics, "Organization")
    if not isinstance(patient, Patient) or not isinstance(clinic, Clinic):
        msg = "a table reads another class than it says"
        raise TypeError(msg)
    others: dict[str, Any] = {name: tuple(found[name]) for name in TABLES if name in found}
    return Record(clinic=clinic, patient=patient, **others)


def _only(parts: list[Part], kind: str) -> Part:
    if len(parts) == 1:
        return parts[0]
    number = len(parts)
    raise RefusedError(
        Issue(
            "business-rule",
            Text(
                f"A record has exactly one {kind}; here are {number}.",
                f"Una historia tiene exactamente un {kind}; aquí hay {number}.",
            ),
            "Bundle.entry",
        )
    )
