"""Bundles: several resources at once, all or nothing of a transaction (R4, http, batch and transaction)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse

from dermograph.clinic.fhir.answering import answer
from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.bodies import MOST_OF_BUNDLE, json_body
from dermograph.clinic.fhir.formats import check_sent
from dermograph.clinic.fhir.kinds import KINDS
from dermograph.clinic.fhir.reached import check_reached
from dermograph.clinic.fhir.refusals import not_allowed, refuse, status_of
from dermograph.clinic.fhir.writing import check_may_write, source_of
from dermograph.clinic.handover import received
from dermograph.clinic.handover.stored import Asked
from dermograph.clinic.handover.writing import Terms
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.read.json_text import json_of
from dermograph.exchange.fhir.read.structure import structure

_ACTIONS: Final = {"POST": "c", "PUT": "u"}
#: So many entries one request brings; who has more sends several, or the files by the command.
MOST_ENTRIES: Final = 10_000


def take(asking: Asking) -> HttpResponse:
    """Take a Bundle over, and say of each entry what became of it.

    Whether everything in it is let through is asked before anything is written.

    Raises:
        FhirError: 403 if an entry is not let through, 413, 415, 400 if it is no Bundle that can be taken over.
    """
    if not any(asking.may(kind, "c", asking.caller.patient) for kind in KINDS):
        raise not_allowed("Bundle")
    check_sent(asking.request)
    bundle = json_of(json_body(asking.request, MOST_OF_BUNDLE), most_bytes=MOST_OF_BUNDLE)
    _check_size(bundle)
    meta = bundle if isinstance(bundle, dict) and isinstance(bundle.get("meta", {}), dict) else {}
    source = source_of(asking, meta)
    kinds = _check_entries(asking, bundle, Keys(source, asking.clinic.pk))
    check_reached(asking, bundle, kinds, source)
    terms = Terms(asking.caller.through)
    done = received.take_over_bundle(asking.clinic, asking.caller.member, bundle, source=source, terms=terms)
    if done.kind != "transaction" or done.applies:
        return answer(_told(done))
    return answer(done.response(), status_of(next(one for one in done.results if one.done == "refused").issues))


def _told(done: Incoming) -> Element:
    """The Bundle that is answered; what others changed meanwhile is a conflict, not something wrong with the entry."""
    told = done.response()
    for entry, one in zip(told.get("entry", ()), done.results, strict=False):
        if one.done == "refused" and status_of(one.issues) == HTTPStatus.CONFLICT:
            entry["response"]["status"] = f"{HTTPStatus.CONFLICT.value} {HTTPStatus.CONFLICT.phrase}"
    return told


def _check_size(bundle: Any) -> None:  # noqa: ANN401 (any JSON)
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    if isinstance(entries, list) and len(entries) > MOST_ENTRIES:
        raise refuse(
            413,
            "too-long",
            f"A Bundle holds at most {MOST_ENTRIES} entries here. Send several.",
            f"Un Bundle contiene aquí como máximo {MOST_ENTRIES} entradas. Envíe varios.",
            "Bundle.entry",
        )


def _check_entries(asking: Asking, bundle: Any, keys: Keys) -> set[str]:  # noqa: ANN401 (any JSON)
    """Refuse a Bundle with an entry that is not let through.

    What is no entry or no resource is not looked at: taking it over says what is wrong with it.

    Returns:
        The types in it.

    Raises:
        FhirError: 403; 422 for a type that nobody sends.
    """
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    asked: set[tuple[str, str]] = set()
    kinds: set[str] = set()
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        kind = resource.get("resourceType")
        if not isinstance(kind, str) or kind not in structure().resources:
            continue
        kinds.add(kind)
        request = entry.get("request")
        method = request.get("method") if isinstance(request, dict) else "POST"
        action = _ACTIONS.get(str(method))
        if action is None or (kind, action) in asked:
            continue
        if kind not in KINDS or not KINDS[kind].writes:
            raise refuse(
                422,
                "not-supported",
                f"{kind} is never sent here.",
                f"{kind} nunca se envía aquí.",
                f"Bundle.entry[{number}]",
            )
        check_may_write(asking, resource, kind, action)
        if asking.may_of_all(kind, action):  # type: ignore[arg-type]  # c or u
            asked.add((kind, action))
        else:
            _check_stands(asking, kind, resource, entry.get("fullUrl"), keys)
    return kinds


def _check_stands(asking: Asking, kind: str, resource: Element, url: object, keys: Keys) -> None:
    """Refuse who reaches one patient, and names in an entry of theirs the id of something of another's.

    Raises:
        FhirError: 403.
    """
    ids = {keys.of_resource(resource)} if isinstance(resource.get("id"), str) else set()
    ids |= {keys.of_reference(url)} if isinstance(url, str) else set()
    for stands in asking.shelf.search(Asked(kind, ids=tuple(ids))).stored if ids else ():
        asking.check(kind, "u", stands.patient)
