"""What an entry of a Bundle asks for and the address that it gives itself (R4, Bundle, bdl-7; http, 3.1.0.11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.read.structure import structure

_WRITES: Final = ("POST", "PUT")
#: Conditions that an entry may set; what is taken over here is known by its id, and nothing is done on a condition.
_CONDITIONS: Final = ("ifMatch", "ifModifiedSince", "ifNoneExist", "ifNoneMatch")
_TYPE_AND_ID: Final = 2


def wrong_request(request: Mapping[str, Any], resource: Mapping[str, Any]) -> Issue | None:
    """Why what an entry asks for is not done; None if it is, or if it asks for nothing.

    Args:
        request: Of the entry, checked; empty if it has none.
        resource: Of the entry, checked; empty if it has none.
    """
    if not request:
        return None
    for name in ("method", "url"):  # FHIR lets an extension stand in place of either
        if name not in request:
            return _issue("required", f"The request has no {name}.", f"La petición no tiene {name}.", f"request.{name}")
    method, url = request["method"], request["url"]
    if method not in _WRITES:
        return _issue("not-supported", f"{method} is not done here.", f"Aquí no se hace {method}.", "request")
    for name in _CONDITIONS:
        if name in request:
            return _issue(
                "not-supported",
                f"Nothing is done here on the condition {name}. Send the entry without it.",
                f"Aquí nada se hace con la condición {name}. Envíe la entrada sin ella.",
                f"request.{name}",
            )
    if not resource:
        return None
    kind = resource["resourceType"]
    expected = kind if method == "POST" else f"{kind}/{resource.get('id', '')}"
    if url == expected and not url.endswith("/"):
        return None
    return _issue(
        "invalid",
        f"{method} {shown(url)} is not the address of this resource.",
        f"{method} {shown(url)} no es la dirección de este recurso.",
        "request.url",
    )


def wrong_address(full_url: str, resource: Mapping[str, Any]) -> Issue | None:
    """Why an entry cannot have this ``fullUrl``; None if it can, or has none.

    One that looks like the address of another resource would turn references to that one into references to this.

    Args:
        full_url: Empty for none.
        resource: Of the entry, checked; empty if it has none.
    """
    if not full_url or not resource or full_url.startswith("urn:"):
        return None
    scheme, found, path = full_url.partition("://")
    if not found or not scheme.isalnum() or not path:
        return _issue(
            "invalid",
            f"The fullUrl {shown(full_url)} is neither absolute nor an urn.",
            f"La fullUrl {shown(full_url)} no es absoluta ni una urn.",
            "fullUrl",
        )
    named = path.partition("/_history/")[0].split("/")[-_TYPE_AND_ID:]
    kind, logical = resource["resourceType"], resource.get("id", named[-1])
    if len(named) < _TYPE_AND_ID or named[0] not in structure().resources or named == [kind, logical]:
        return None
    return _issue(
        "invalid",
        f"The fullUrl {shown(full_url)} is that of another resource.",
        f"La fullUrl {shown(full_url)} es la de otro recurso.",
        "fullUrl",
    )


def _issue(code: str, en: str, es: str, at: str) -> Issue:
    return Issue(code, Text(en, es), f"Bundle.{at}")
