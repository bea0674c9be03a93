"""Create and update: what another system sends, checked whole before anything is written (R4, http, create, update)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, QueryDict

from dermograph.clinic.fhir.answering import (
    answer,
    expected_version,
    stated,
    stored_headers,
)
from dermograph.clinic.fhir.asking import Asking, key_of
from dermograph.clinic.fhir.bodies import MOST_OF_RESOURCE, json_body
from dermograph.clinic.fhir.formats import CONTENT_TYPE, check_sent, prefers
from dermograph.clinic.fhir.kinds import KINDS
from dermograph.clinic.fhir.parameters import read_search
from dermograph.clinic.fhir.reached import check_one
from dermograph.clinic.fhir.refusals import FhirError, not_allowed, refuse
from dermograph.clinic.fhir.searching import narrowed
from dermograph.clinic.handover import received
from dermograph.clinic.handover.importing import LONGEST_SOURCE
from dermograph.clinic.handover.shelf import ORIGIN
from dermograph.clinic.handover.stored import Found, Stored
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue, outcome
from dermograph.exchange.fhir.read.reading import read_resource

#: Where whom it is about stands.
_SUBJECTS: Final = ("subject", "patient", "for")
_MOST_CONDITION: Final = 2000
_ENTRY: Final = "Bundle.entry[0].resource"


def create(asking: Asking, kind: str) -> HttpResponse:
    """Take a new resource; 200 with the present one where ``If-None-Exist`` finds exactly one.

    Raises:
        FhirError: 403 if it is not let through, 412 if ``If-None-Exist`` finds several, 413, 415, or 400 and 422 for
            what is wrong with the resource.
    """
    _check_writes(kind)
    _check_reaches(asking, kind, "c")
    check_sent(asking.request)
    resource = read_resource(json_body(asking.request, MOST_OF_RESOURCE), kind)
    _check_about(asking, resource, "c")
    there = _existing(asking, kind)
    if there is not None:
        return _done(asking, there, 200, Text("It is here already.", "Ya está aquí."))
    source = source_of(asking, resource)
    check_one(asking, {**resource, "id": str(uuid.uuid4())}, source)
    sending = _sending(asking)
    stored = received.create(asking.clinic, asking.caller.member, resource, source=source, sending=sending)
    return _done(asking, _as_read(asking, stored), 201, Text("It was taken over.", "Se ha incorporado."))


def update(asking: Asking, kind: str, logical: str) -> HttpResponse:
    """Take another version of a resource that is here.

    Raises:
        FhirError: As ``create``; 404 if it is not here, 412 if another version than ``If-Match`` names stands.
    """
    _check_writes(kind)
    _check_reaches(asking, kind, "u")
    check_sent(asking.request)
    resource = read_resource(json_body(asking.request, MOST_OF_RESOURCE), kind)
    if resource.get("id") != logical:
        raise refuse(
            400,
            "invalid",
            "The id of the resource is not that of the address.",
            "El id del recurso no es el de la dirección.",
            f"{kind}.id",
        )
    version, named = expected_version(asking.request), key_of(logical)
    # Before what stands is read: whoever writes from here on, to our row or to what was received, is found.
    original = received.version_received(asking.clinic, kind, named) if version and named else None
    stands = asking.one(kind, logical, "u")
    _check_about(asking, resource, "u")
    if version is not None and version != stands.version:
        raise refuse(
            412,
            "conflict",
            f"Version {stands.version} stands, not {version[:64]}. Read it again.",
            f"Está vigente la versión {stands.version}, no {version[:64]}. Vuelva a leerlo.",
        )
    check_one(asking, resource, str(stands.resource.get("meta", {}).get("source", "")))
    stored = received.update(
        asking.clinic,
        asking.caller.member,
        kind,
        uuid.UUID(logical),
        resource,
        version=version and version.partition(ORIGIN)[0],  # the rest of it stands for what ``original`` counts
        sending=_sending(asking, original),
    )
    return _done(asking, _as_read(asking, stored), 200, Text("It was changed.", "Se ha modificado."))


def source_of(asking: Asking, resource: Element) -> str:
    """The URI of the system that sends a resource: what it says of itself, else in whose name it is sent."""
    said = resource.get("meta", {}).get("source")
    return str(said)[:LONGEST_SOURCE] if said else _named(asking)


def tells_others(asking: Asking) -> bool:
    """Whether who sends something is told of other patients who may be the same: only who may read everybody."""
    return asking.may_of_all("Patient", "r")


def _sending(asking: Asking, original: int | None = None) -> received.Sending:
    return received.Sending(asking.caller.through, _named(asking), original, tells_others(asking))


def _named(asking: Asking) -> str:
    """The URI of a system that says none of its own."""
    return f"urn:dermograph:sender:{asking.caller.member.pk}"


def patient_of(resource: Element) -> str:
    """The reference to whom a resource is about; empty where it names nobody, or is no resource: it was not checked."""
    if resource.get("resourceType") == "Patient":
        return f"Patient/{resource.get('id', '')}"
    for name in _SUBJECTS:
        if said := _reference(resource.get(name)):
            return said
    taking_part = resource.get("participant")
    for one in taking_part if isinstance(taking_part, list) else ():
        said = _reference(one.get("actor")) if isinstance(one, dict) else ""
        if said.startswith("Patient/"):
            return said
    return ""


def _reference(said: object) -> str:
    """The words of a reference; empty for what is none."""
    written = said.get("reference") if isinstance(said, dict) else None
    return written if isinstance(written, str) else ""


def check_may_write(asking: Asking, resource: Element, kind: str, action: Any) -> None:  # noqa: ANN401 (c or u)
    """Refuse who may not write about this patient.

    Raises:
        FhirError: 403.
    """
    if asking.may_of_all(kind, action):
        return
    if kind == "Patient" and action == "c":
        raise not_allowed(kind)  # nobody who reaches one patient registers another
    written = patient_of(resource).removeprefix(f"{asking.base}/")
    key = key_of(written.removeprefix("Patient/"))
    if key is not None or not asking.may(kind, action, None):  # what is nobody's says nothing of whom it is about
        asking.check(kind, action, key)


def _check_about(asking: Asking, resource: Element, action: Any) -> None:  # noqa: ANN401 (c or u)
    check_may_write(asking, resource, str(resource["resourceType"]), action)


def _check_reaches(asking: Asking, kind: str, action: Any) -> None:  # noqa: ANN401 (c or u)
    """Refuse, before anything is read, who may write nothing of a kind at all."""
    if not asking.may(kind, action, None):
        asking.check(kind, action, asking.caller.patient)


def _check_writes(kind: str) -> None:
    """Refuse what nobody sends here.

    Raises:
        FhirError: 405.
    """
    if kind in KINDS and KINDS[kind].writes:
        return
    raise refuse(
        405,
        "not-supported",
        f"{kind} is read here and never sent: it follows from the protocols or from what was done.",
        f"{kind} se lee aquí y nunca se envía: se deduce de los protocolos o de lo que se hizo.",
        Allow="GET, HEAD",
    )


def _existing(asking: Asking, kind: str) -> Stored | None:
    """What ``If-None-Exist`` finds; None where it is not sent or finds nothing.

    Raises:
        FhirError: 412 if it finds several; 400 if it is not understood, since it would make a second one then.
    """
    condition = asking.request.headers.get("If-None-Exist", "").partition("?")
    query = condition[2] or condition[0]
    if not query:
        return None
    if len(query) > _MOST_CONDITION:
        raise refuse(400, "too-long", "If-None-Exist is too long.", "If-None-Exist es demasiado largo.")
    asked, page = read_search(QueryDict(query), KINDS[kind], asking.base)
    finds = {"_id": "identifier", **KINDS[kind].finds}
    uses = {finds.get(name.partition(":")[0], "") for name, _ in page.used}
    if page.issues or "identifier" not in uses or uses - {"identifier", "patient"}:
        raise FhirError(
            400,
            *page.issues,
            Issue(
                "invalid",
                Text(
                    "If-None-Exist names an identifier or _id, and the patient if you like: other things are sealed.",
                    "If-None-Exist indica un identifier o _id y, si se quiere, el paciente: lo demás está cifrado.",
                ),
            ),
        )
    asked = narrowed(asking, KINDS[kind], asked)
    found = asking.shelf.search(asked) if asked else Found((), 0)
    if found.total > 1:
        raise refuse(412, "conflict", f"{found.total} fit If-None-Exist.", f"{found.total} encajan con If-None-Exist.")
    return found.stored[0] if found.stored else None


def _as_read(asking: Asking, stored: Stored) -> Stored:
    """A patient as they are read from now on, with the version that the next ``If-Match`` has to name."""
    if stored.resource["resourceType"] != "Patient":
        return stored
    read = asking.shelf.read("Patient", uuid.UUID(stored.resource["id"]))
    return replace(read, issues=stored.issues) if read is not None else stored


def _done(asking: Asking, stored: Stored, status: int, words: Text) -> HttpResponse:
    """What was done, in the form that ``Prefer`` asks for."""
    kind, logical = str(stored.resource["resourceType"]), str(stored.resource["id"])
    told = [replace(one, expression=_without_entry(one.expression, kind)) for one in stored.issues]
    stored = asking.shelf.read(kind, uuid.UUID(logical)) or stored  # as it is read from now on
    headers = stored_headers(stored)
    if status == 201:
        headers["Location"] = f"{asking.base}/{kind}/{logical}/_history/{stored.version}"
    wanted = prefers(asking.request, "return")
    if wanted == "minimal" or not asking.may(kind, "r", stored.patient):  # who may only write reads nothing so
        return HttpResponse(status=status, content_type=CONTENT_TYPE, headers=headers)
    if wanted == "OperationOutcome":
        return answer(outcome([Issue("informational", words, severity="information"), *told]), status, headers)
    if status != 201:  # what they just sent tells them nothing
        asking.opened([stored.patient])
    return answer(stated(stored), status, headers)


def _without_entry(place: str, kind: str) -> str:
    """A place in the resource that was sent: it came by itself, and not as the entry of a Bundle."""
    return f"{kind}{place.removeprefix(_ENTRY)}" if place.startswith(_ENTRY) else place
