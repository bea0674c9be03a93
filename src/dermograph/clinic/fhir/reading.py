"""Read: one resource as it stands, by its id, or by its id and its present version (R4, http, read and vread)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dermograph.clinic.fhir.answering import answer, is_known, stated, stored_headers, tag_of, versions
from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.kinds import PUBLISHED
from dermograph.clinic.fhir.published import everything
from dermograph.clinic.fhir.refusals import not_found, refuse


def read(asking: Asking, kind: str, logical: str) -> HttpResponse:
    """One resource; 304 to who has it already.

    Raises:
        FhirError: 403 if it is not let through, 404 if it is not there.
    """
    if kind in PUBLISHED:
        return _read_published(asking, kind, logical)
    stored = asking.one(kind, logical)
    asking.opened([stored.patient])
    if is_known(asking.request, stored):
        return HttpResponse(status=304, headers=stored_headers(stored))
    return answer(stated(stored), headers=stored_headers(stored))


def read_version(asking: Asking, kind: str, logical: str, version: str) -> HttpResponse:
    """One version of a resource: the present one.

    Raises:
        FhirError: 403 or 404 as ``read``; 404 for another version as well: what was corrected is another resource
            here, which the present one names.
    """
    if kind in PUBLISHED:
        if everything().versions.get((kind, logical)) != version:
            asking.check(kind, "r", None)
            raise not_found()
        return _read_published(asking, kind, logical)
    stored = asking.one(kind, logical)
    if stored.version != version:
        raise refuse(
            404,
            "not-found",
            "Only the present version is given out. What was corrected is a resource of its own.",
            "Solo se entrega la versión actual. Lo corregido es un recurso propio.",
        )
    asking.opened([stored.patient])
    return answer(stated(stored), headers=stored_headers(stored))


def _read_published(asking: Asking, kind: str, logical: str) -> HttpResponse:
    asking.check(kind, "r", None)
    all_of_it = everything()
    resource = all_of_it.resources.get((kind, logical))
    if resource is None:
        raise not_found()
    version = all_of_it.versions[(kind, logical)]
    headers = {"ETag": tag_of(version)}
    if _has(asking.request, version):
        return HttpResponse(status=304, headers=headers)
    return answer(resource, headers=headers)


def _has(request: HttpRequest, version: str) -> bool:
    return bool({version, "*"} & versions(request.headers.get("If-None-Match", "")))
