"""Search: what is found as a Bundle, with what belongs to it, page after page (R4, search; Bundle, searchset)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, QueryDict

from dermograph.clinic.fhir.answering import answer, stated
from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.formats import prefers
from dermograph.clinic.fhir.kinds import KINDS, PUBLISHED, Kind
from dermograph.clinic.fhir.parameters import Page, read_page, read_search
from dermograph.clinic.fhir.published import everything, found
from dermograph.clinic.fhir.refusals import FhirError
from dermograph.clinic.handover.stored import Asked, Found, Stored
from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle import bundle_of
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue, outcome

_RELATIVE: Final = re.compile(r"([A-Za-z]{1,64})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/_history/.*)?")
_SEALED: Final = Text(
    "What others sent is sealed and was not looked at: name a patient to search it as well. There may be more.",
    "Lo que otros enviaron está cifrado y no se ha mirado: indique un paciente para buscarlo. Puede haber más.",
)
#: So many resources are added to a page at most.
MOST_INCLUDED: Final = 1000


def search(asking: Asking, kind: str, query: QueryDict) -> HttpResponse:
    """What a search of a type finds.

    Args:
        asking: Who asks.
        kind: A type that is served.
        query: Its parameters, of the address or of the body.

    Raises:
        FhirError: 400 for what is not understood, 403 for what is not let through.
    """
    if kind in PUBLISHED:
        return _search_published(asking, kind, query)
    asked, page = read_search(query, KINDS[kind], asking.base)
    _check_understood(asking, page)
    asked = narrowed(asking, KINDS[kind], asked)
    result = asking.shelf.search(asked) if asked else Found((), 0)
    shown = () if page.count == 0 else result.stored
    asking.opened(one.patient for one in shown)
    also = _included(asking, KINDS[kind], shown, page.include)
    if not result.is_whole:
        page = replace(page, issues=(*page.issues, Issue("incomplete", _SEALED, severity="warning")))
    return _paged(asking, kind, page, [stated(one) for one in shown], result, also)


def narrowed(asking: Asking, kind: Kind, asked: Asked | None) -> Asked | None:
    """A search as far as it is let through; None where nothing that may be shown can fit.

    Raises:
        FhirError: 403 if no such resource may be searched for.
    """
    wanted = asked.patient if asked else None
    if wanted is None and asking.may(kind.name, "s", None) and not asking.may_of_all(kind.name, "s"):
        reached = asking.caller.patient
        if reached is not None and not asking.may(kind.name, "s", reached):
            reached = None
        return replace(asked, beyond=False, reached=reached) if asked else None
    if asking.may(kind.name, "s", wanted):
        return asked
    own = asking.caller.patient
    if own is None or not asking.may(kind.name, "s", own):
        raise asking.not_allowed(kind.name, "s")
    if asked is None or wanted not in (None, own):
        return None
    if kind.name != "Patient":
        return replace(asked, patient=own)
    return replace(asked, ids=(own,)) if not asked.ids or own in asked.ids else None


def _search_published(asking: Asking, kind: str, query: QueryDict) -> HttpResponse:
    asking.check(kind, "s", None)
    page = read_page(query, {*PUBLISHED[kind], "_id"})
    _check_understood(asking, page)
    named = {name: value for name, value in page.used if name in PUBLISHED[kind] or name == "_id"}
    every = found(everything().of(kind), named)
    return _paged(asking, kind, page, every[page.offset : page.offset + page.count], Found((), len(every)), [])


def _check_understood(asking: Asking, page: Page) -> None:
    if page.issues and prefers(asking.request, "handling") == "strict":
        raise FhirError(400, *(replace(one, severity="error") for one in page.issues))


def _paged(
    asking: Asking, kind: str, page: Page, shown: Sequence[Element], result: Found, also: Sequence[Element]
) -> HttpResponse:
    address = f"{asking.base}/{kind}"
    links = {"self": page.address(address, page.offset)}
    if page.count and page.offset + page.count < result.total:
        links["next"] = page.address(address, page.offset + page.count)
    if page.count and page.offset:
        links["previous"] = page.address(address, max(0, page.offset - page.count))
    total = result.total if result.is_whole else None  # how many there are is not known then
    bundle = bundle_of(shown, "searchset", base=asking.base, included=also, total=total, links=links)
    return answer(with_outcome(bundle, page.issues))


def with_outcome(bundle: Element, issues: Sequence[Issue]) -> Element:
    """A searchset that tells as well what was passed over (R4, search, 3.1.1.9)."""
    if not issues:
        return bundle
    told: Element = {"resource": outcome(issues), "search": {"mode": "outcome"}}
    return {**bundle, "entry": [*bundle.get("entry", ()), told]}


def _included(asking: Asking, kind: Kind, shown: Iterable[Stored], include: Iterable[tuple[str, str]]) -> list[Element]:
    """What the resources of a page refer to, as far as it may be read, and is not on the page itself."""
    shown = tuple(shown)
    elements = {kind.includes[name] for of, name in include if of in (kind.name, "*")}
    wanted: dict[str, dict[uuid.UUID, None]] = {}
    there = {(one.resource["resourceType"], one.resource["id"]) for one in shown}
    for one in shown:
        for element in elements:
            for of, logical in references(one.resource.get(element)):
                if (of, logical) not in there and of in KINDS:
                    wanted.setdefault(of, {})[uuid.UUID(logical)] = None
    found_too: list[Element] = []
    for of, keys in wanted.items():
        ids = tuple(keys)[:MOST_INCLUDED]
        rows = asking.shelf.search(Asked(of, ids=ids, count=len(ids))).stored
        allowed = [one for one in rows if asking.may(of, "r", one.patient)]
        asking.opened(one.patient for one in allowed)
        found_too += [stated(one) for one in allowed]
    return found_too


def references(node: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 (any JSON)
    """Every relative reference below an element: type and id."""
    if isinstance(node, list):
        for one in node:
            yield from references(one)
    elif isinstance(node, dict):
        written = node.get("reference")
        if isinstance(written, str) and (hit := _RELATIVE.fullmatch(written)):
            yield hit[1], hit[2]
        for value in node.values():
            if isinstance(value, dict | list):
                yield from references(value)
