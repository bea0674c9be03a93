"""What prefetched resources name: each other, and the request of a course; and what was sent in error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dermograph.exchange.cds_hooks.coded import VERIFIED, status_codes
from dermograph.exchange.fhir.elements import Element

_ERROR: Final = "entered-in-error"
_HISTORY: Final = "/_history/"
_URN: Final = "urn:uuid:"
#: What a course of treatment is, and what else a resource may be based on.
_COURSE: Final = "ServiceRequest/"


def id_in(reference: object) -> str:
    """The id at the end of a reference; empty where it names none."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(text, str) or text.startswith("#"):
        return ""
    return text.partition(_HISTORY)[0].removeprefix(_URN).rpartition("/")[2]


def course_in(reference: object, server: str, within: str) -> str:
    """A reference as the name of a course, the same wherever the sender names the same; empty where it names none.

    Args:
        reference: To a request, by its address or its identifier.
        server: The sender's own address, in which relative references mean something.
        within: The id of the resource that holds it, in which what it contains means something.
    """
    if not isinstance(reference, dict):
        return ""
    text = reference.get("reference")
    if isinstance(text, str) and text.startswith("#"):
        return within + text
    if isinstance(text, str):
        own = server.rstrip("/") + "/"
        return text.partition(_HISTORY)[0].removeprefix(own if server else "")
    known = reference.get("identifier")
    named = [str(known.get(name, "")) for name in ("system", "value")] if isinstance(known, dict) else []
    return "|".join(named) if any(named) else str(reference.get("display", ""))


def courses_in(resource: Element, names: Sequence[str], server: str) -> dict[str, str]:
    """What a resource is about, each with the words that the sender has for it; requests of treatment first.

    Args:
        resource: Any.
        names: Its members that tell it, such as ``basedOn``.
        server: As ``course_in`` takes it.
    """
    found: dict[str, str] = {}
    for name in names:
        there = resource.get(name)
        for one in there if isinstance(there, list) else []:
            if course := course_in(one, server, str(resource.get("id", id(resource)))):
                found[course] = str(one.get("display", "")).strip()
    return dict(sorted(found.items(), key=lambda one: not is_request(one[0])))


def is_request(course: str) -> bool:
    """Whether a name of a course is that of a request of treatment."""
    return _COURSE in course


def standing(resources: Iterable[Element]) -> list[Element]:
    """Without those of which one with the same id says that it was entered in error."""
    every = list(resources)
    wrong = withdrawn(every)
    return [one for one in every if not _is_wrong(one) and one.get("id") not in wrong]


def withdrawn(resources: Iterable[Element]) -> set[str]:
    """The ids of those that were entered in error."""
    return {str(one["id"]) for one in resources if "id" in one and _is_wrong(one)}


def _is_wrong(resource: Element) -> bool:
    """Whether it says so, by its status or that of its verification."""
    if resource.get("status") == _ERROR:
        return True
    return _ERROR in status_codes(resource.get("verificationStatus", {}), VERIFIED)
