"""Answers: resources and Bundles as they are sent, with what a client needs to ask less the next time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_http_date_safe

from dermograph.clinic.fhir.formats import CONTENT_TYPE
from dermograph.clinic.fhir.refusals import FhirError, refuse
from dermograph.clinic.handover.stored import Stored
from dermograph.exchange.fhir.elements import Element


def answer(resource: Element, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A resource as it is sent."""
    text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return HttpResponse(text.encode(), status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def refusal(error: FhirError) -> HttpResponse:
    """A refusal as an OperationOutcome."""
    return answer(error.outcome(), error.status, error.headers)


def tag_of(version: str) -> str:
    """The entity tag of a version (R4, http, 3.1.0.1.3)."""
    return f'W/"{version}"'


def versions(header: str) -> frozenset[str]:
    """The versions that a header such as ``If-Match`` names; ``*`` stands for any."""
    return frozenset(one.strip().removeprefix("W/").strip('"') for one in header.split(",") if one.strip())


def stored_headers(stored: Stored) -> dict[str, str]:
    """The version and the time of a resource, as headers."""
    return {"ETag": tag_of(stored.version), "Last-Modified": http_date(stored.changed_at.timestamp())}


def stated(stored: Stored) -> Element:
    """The resource of a row, with its version and time in ``meta`` as the standard has them."""
    meta = {"versionId": stored.version, "lastUpdated": instant(stored.changed_at)}
    return {**stored.resource, "meta": {**stored.resource.get("meta", {}), **meta}}


def instant(at: dt.datetime) -> str:
    """A FHIR instant, in UTC to the millisecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_known(request: HttpRequest, stored: Stored) -> bool:
    """Whether who asks has this version already: by its tag, else by its time (RFC 9110, 13.2.2)."""
    seen = request.headers.get("If-None-Match", "")
    if seen:
        return bool({stored.version, "*"} & versions(seen))
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and int(stored.changed_at.timestamp()) <= since


def expected_version(request: HttpRequest) -> str | None:
    """The version that ``If-Match`` wants to be the present one; None where it does not say.

    Raises:
        FhirError: 400 if it names several.
    """
    named = versions(request.headers.get("If-Match", ""))
    if len(named) > 1:
        raise refuse(400, "invalid", "If-Match names one version.", "If-Match nombra una sola versión.")
    return next(iter(named - {"*"}), None)
