"""The clinic, who works there, its rooms and the patient: Organization, Practitioner, Location, Patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dermograph.exchange.fhir.elements import Element, naming, structure
from dermograph.exchange.fhir.map.codecs import DAY, GIVEN, INSTANT, KEY, NUMBER_TEXT, PLAIN, Codec, to
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.places import At, Known, Several
from dermograph.exchange.fhir.map.steps import FIRST, InUse, Where, clear, ended_last, extended, found
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.people import Clinic, Patient, Practitioner, Room

#: Security label for health data of a person who does not exist (v3-ActReason, HTEST).
_MADE_UP: Final = "HTEST"
_ACT_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


class _MadeUp:
    """Whether the security label for test data stands there."""

    def read(self, resource: Element, _keys: object) -> bool:
        labels = resource.get("meta", {}).get("security", ())
        return any(one.get("code") == _MADE_UP and one.get("system") == _ACT_REASON for one in labels)

    def write(self, resource: Element, value: object) -> None:
        meta = resource.get("meta", {})
        others = [one for one in meta.get("security", ()) if one.get("code") != _MADE_UP]
        if value:
            others.append({"system": _ACT_REASON, "code": _MADE_UP, "display": "test health data"})
        meta.pop("security", None)
        if others:
            meta["security"] = others
        if meta:
            resource["meta"] = meta


_IN_USE: Final = ("name", InUse())


class _Name:
    """A part of the name in use; where every name has ended, of the last that did: nobody is without a name.

    One that has ended stays as it is: what changes is written into another one, which begins as a copy.
    """

    def __init__(self, key: str, codec: Codec) -> None:
        self._key, self._codec = key, codec

    def read(self, resource: Element, keys: Keys) -> str:
        name = found(resource, _IN_USE) or _ended(resource)
        return str(self._codec.read(name[self._key], keys)) if name and self._key in name else ""

    def write(self, resource: Element, value: str) -> None:
        ended = _ended(resource)
        if ended is not None:
            resource["name"].append({key: one for key, one in ended.items() if key not in ("id", "period")})
        At((*_IN_USE, self._key), self._codec).write(resource, value)


class _NamePart(_Name):
    """The same, with which the name in one text changes."""

    def write(self, resource: Element, value: str) -> None:
        if _is_whole(_ended(resource), value):
            return
        super().write(resource, value)
        name = found(resource, _IN_USE)
        if name and "text" in name:
            parts = [one for one in (*name.get("given", ()), name.get("family")) if one]
            name["text"] = " ".join(parts)
            if not parts:
                clear(resource, (*_IN_USE, "text"))


def _ended(resource: Element) -> Mapping[str, Any] | None:
    """The name that ended last, where none is in use."""
    return ended_last(resource.get("name", ())) if found(resource, _IN_USE) is None else None


def _is_whole(name: Mapping[str, Any] | None, value: str) -> bool:
    """Whether a name came in one piece, and is this one."""
    if name is None or "given" in name or "family" in name:
        return False
    return " ".join(name.get("text", "").split()) == value


def _name(given: str, family: str) -> Element:
    text = f"{given} {family}".strip()
    return {"name": [{"text": text}]} if text else {}


CLINIC: Final = Table(
    "Organization",
    Clinic,
    {
        "name": At(("name",), PLAIN),
        "slug": At(("identifier", Where("system", naming("clinic")), "value"), PLAIN),
        "time_zone": At(extended("time-zone", "valueCode"), PLAIN),
        "language": At(extended("language", "valueCode"), PLAIN),
        "address": At(("address", FIRST, "text"), PLAIN),
        "phone": At(("telecom", InUse("phone"), "value"), PLAIN),
    },
    lambda _: {"active": True},
)

PRACTITIONER: Final = Table(
    "Practitioner",
    Practitioner,
    {
        "clinic": At(extended("clinic", "valueReference"), to("Organization"), None),
        "user": At(("identifier", Where("system", naming("user")), "value"), KEY, None),
        "given_names": _Name("given", GIVEN),
        "family_names": _Name("family", PLAIN),
        "name": _Name("text", PLAIN),
        "role": At(extended("role", "valueCode"), PLAIN),
        "treatments": Several("extension", Where("url", structure("trained-for")), ("valueCode",), PLAIN),
        "active": Known(("active",), PLAIN),
    },
    lambda _: {},
)

ROOM: Final = Table(
    "Location",
    Room,
    {
        "clinic": At(("managingOrganization",), to("Organization"), None),
        "name": At(("name",), PLAIN),
        "state": At(("status",), PLAIN),
    },
    lambda _: {"mode": "instance"},
)

PATIENT: Final = Table(
    "Patient",
    Patient,
    {
        "clinic": At(("managingOrganization",), to("Organization"), None),
        "number": At(("identifier", Where("system", naming("record-number")), "value"), NUMBER_TEXT, None),
        "given_names": _NamePart("given", GIVEN),
        "family_names": _NamePart("family", PLAIN),
        "birth_date": Known(("birthDate",), DAY),
        "phone": At(("telecom", InUse("phone"), "value"), PLAIN),
        "email": At(("telecom", InUse("email"), "value"), PLAIN),
        "language": At(
            ("communication", FIRST, "language", "coding", Where("system", "urn:ietf:bcp:47"), "code"), PLAIN
        ),
        "synthetic": _MadeUp(),
        "since": Known(extended("since", "valueInstant"), INSTANT),
        "version": At(("meta", "versionId"), NUMBER_TEXT, None),
        "restricted_at": At(extended("restricted-since", "valueInstant"), INSTANT, None),
    },
    lambda patient: _name(patient.given_names, patient.family_names),
)
