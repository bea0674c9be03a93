"""Bundles: several resources at once, all or nothing of a transaction (R4, http, batch and transaction)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse

from dermograph.clinic.fhir.answering import answer
from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.bodies import MOST_OF_BUNDLE, json_body
from dermograph.clinic.fhir.formats import check_sent
from dermograph.clinic.fhir.kinds import KINDS
from dermograph.clinic.fhir.reached import out_of_reach
from dermograph.clinic.fhir.refusals import FhirError, not_allowed, refuse, status_of
from dermograph.clinic.fhir.writing import check_may_write, source_of, tells_others
from dermograph.clinic.handover import received
from dermograph.clinic.handover.stored import Asked
from dermograph.clinic.handover.subjects import NO_RECORD
from dermograph.clinic.handover.writing import Terms
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Incoming, Result
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.read.json_text import json_of
from dermograph.exchange.fhir.read.structure import structure

_ACTIONS: Final = {"POST": "c", "PUT": "u"}
#: So many entries one request brings; who has more sends several, or the files by the command.
MOST_ENTRIES: Final = 10_000
#: So many times it is looked what is left of a Bundle would be filed with, once what is not let through is out of it.
_MOST_LOOKS: Final = 5
#: Stands in the place of an entry that is not let through: no resource, so it is refused and nothing can name it.
_NOTHING: Final[Element] = {"fullUrl": f"urn:uuid:{uuid.UUID(int=0)}"}


def take(asking: Asking) -> HttpResponse:
    """Take a Bundle over, and say of each entry what became of it.

    Whether everything in it is let through is asked before anything is written: of a transaction nothing is done where
    anything is not, of any other Bundle that entry alone is refused, as if it were not there.

    Raises:
        FhirError: 403 or 422 if an entry of a transaction is not let through, 413, 415, 400 if it is no Bundle that can
            be taken over.
    """
    if not any(asking.may(kind, "c", asking.caller.patient) for kind in KINDS):
        raise not_allowed("Bundle")
    check_sent(asking.request)
    bundle = json_of(json_body(asking.request, MOST_OF_BUNDLE), most_bytes=MOST_OF_BUNDLE)
    _check_size(bundle)
    meta = bundle if isinstance(bundle, dict) and isinstance(bundle.get("meta", {}), dict) else {}
    source = source_of(asking, meta)
    barred = _barred(asking, bundle, source)
    terms = Terms(asking.caller.through, tells_others=tells_others(asking))
    done = received.take_over_bundle(
        asking.clinic, asking.caller.member, _without(bundle, barred), source=source, terms=terms
    )
    if done.kind != "transaction" or done.applies:
        return answer(_told(done, barred))
    return answer(done.response(), status_of(next(one for one in done.results if one.done == "refused").issues))


def _barred(asking: Asking, bundle: Any, source: str) -> Mapping[int, FhirError]:  # noqa: ANN401 (any JSON)
    """The entries that are not let through, by their number.

    Raises:
        FhirError: The first of a transaction; also if there are ever more of them, the fewer are left.
        RefusedError: If it is no Bundle that can be taken over at all.
    """
    kinds, barred = _check_entries(asking, bundle, Keys(source, asking.clinic.pk))
    is_whole = not isinstance(bundle, dict) or bundle.get("type") == "transaction"
    for _ in range(_MOST_LOOKS):
        if barred and is_whole:
            break
        found = out_of_reach(asking, _without(bundle, barred), kinds, source)
        if not found:
            return barred
        barred |= found  # without these, others may be about somebody else
    raise barred[min(barred)]


def _without(bundle: Any, barred: Mapping[int, FhirError]) -> Any:  # noqa: ANN401 (any JSON)
    """A Bundle with nothing in the place of some entries, so that the others keep their numbers."""
    if not barred:
        return bundle
    entries = [_NOTHING if number in barred else one for number, one in enumerate(bundle["entry"])]
    return {**bundle, "entry": entries}


def _told(done: Incoming, barred: Mapping[int, FhirError]) -> Element:
    """The Bundle that is answered; what others changed meanwhile is a conflict, not something wrong with the entry."""
    refused = {number: Result(number, "", None, "refused", issues=error.issues) for number, error in barred.items()}
    told = replace(done, results=tuple(refused.get(one.number, one) for one in done.results)).response()
    for entry, one in zip(told.get("entry", ()), done.results, strict=False):
        status = barred[one.number].status if one.number in barred else status_of(one.issues)
        if one.number in barred or (one.done == "refused" and status == HTTPStatus.CONFLICT):
            entry["response"]["status"] = f"{status} {HTTPStatus(status).phrase}"
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


def _check_entries(asking: Asking, bundle: Any, keys: Keys) -> tuple[set[str], dict[int, FhirError]]:  # noqa: ANN401 (any JSON)
    """The entries that are not let through, whomever they are about.

    What is no entry or no resource is not looked at: taking it over says what is wrong with it.

    Returns:
        The types of the others, and those entries by their number, each with 403, or 422 for a type that no program
        sends.
    """
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    asked: set[tuple[str, str]] = set()
    kinds: set[str] = set()
    barred: dict[int, FhirError] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        kind = resource.get("resourceType")
        if not isinstance(kind, str) or kind not in structure().resources:
            continue
        request = entry.get("request")
        method = request.get("method") if isinstance(request, dict) else "POST"
        action = _ACTIONS.get(str(method))
        try:
            if action is not None and (kind, action) not in asked:
                _check_sent(kind, number)
                check_may_write(asking, resource, kind, action)
                if asking.may_of_all(kind, action):  # type: ignore[arg-type]  # c or u
                    asked.add((kind, action))
                else:
                    _check_stands(asking, kind, resource, entry.get("fullUrl"), keys)
        except FhirError as error:
            barred[number] = error
        else:
            kinds.add(kind)
    return kinds, barred


def _check_sent(kind: str, number: int) -> None:
    """Refuse a type that no program sends.

    Raises:
        FhirError: 422.
    """
    if kind in KINDS and KINDS[kind].writes:
        return
    place = f"Bundle.entry[{number}]"
    if kind in NO_RECORD:
        raise refuse(422, "not-supported", f"{kind} is never sent here.", f"{kind} nunca se envía aquí.", place)
    raise refuse(
        422,
        "not-supported",
        f"No program sends {kind} here. Whoever runs the clinic takes it over with “dermograph import fhir”.",
        f"Ningún programa envía {kind} aquí. Quien gestiona la clínica lo incorpora con «dermograph import fhir».",
        place,
    )


def _check_stands(asking: Asking, kind: str, resource: Element, url: object, keys: Keys) -> None:
    """Refuse who reaches one patient, and names in an entry of theirs the id of something of another's.

    Raises:
        FhirError: 403.
    """
    ids = {keys.of_resource(resource)} if isinstance(resource.get("id"), str) else set()
    ids |= {keys.of_reference(url)} if isinstance(url, str) else set()
    for stands in asking.shelf.search(Asked(kind, ids=tuple(ids))).stored if ids else ():
        asking.check(kind, "u", stands.patient)
