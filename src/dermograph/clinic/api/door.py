"""The one address of the site under which the whole API lies."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError

from dermograph.clinic.api.document import document_text
from dermograph.clinic.api.gate import not_this_person
from dermograph.clinic.api.once import busy
from dermograph.clinic.api.operations import register
from dermograph.clinic.api.problems import ProblemError, answer, not_found
from dermograph.clinic.api.refusals import invalid
from dermograph.clinic.api.site import api
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES, Text

LOG = logging.getLogger("dermograph.clinic")
DOCUMENT = "openapi.json"
# While this module is imported, which one thread does: two first requests at once would register everything twice.
register()
ADDRESSES = URLResolver(RegexPattern(r"^"), api._get_urls())  # noqa: SLF001 (its public twin asks for a namespace)


@csrf_exempt  # no cookie is looked at: only who shows a token is let in
def door(request: HttpRequest, rest: str) -> HttpResponse:
    """Everything below ``/api/v1/``: finds the operation, speaks the caller's language, and never answers in HTML.

    Args:
        request: Of whoever.
        rest: What follows the prefix.
    """
    said = _language(request)
    # Whoever is signed in by a cookie is nobody here.
    with translation.override(said), timezone.override(timezone.get_default_timezone()):
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = _answered(request, rest)
        if is_head and not response.streaming:
            response["Content-Length"] = str(len(response.content))
            response.content = b""
    response.setdefault("Cache-Control", "private, no-store")
    response.setdefault("Content-Language", said)
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Authorization", "Accept-Language"])
    return response


def _answered(request: HttpRequest, rest: str) -> HttpResponse:
    try:
        if rest == DOCUMENT:
            return _document(request)
        found = ADDRESSES.resolve(rest)
        if found.url_name == "api-root":
            return answer(request, not_found())
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    except Resolver404:
        return answer(request, not_found())
    except (ValidationError, InputError, Http404, PermissionDenied, SuspiciousOperation, OperationalError) as error:
        return answer(request, _refusal(error))
    except Exception:
        if settings.DEBUG_PROPAGATE_EXCEPTIONS:
            raise
        LOG.exception("the API failed at %s %s", request.method, request.path)
        return answer(request, ProblemError(500, "failed", Text("Nothing was saved.", "No se ha guardado nada.")))
    if response.status_code == 405:
        return answer(request, _no_such_method(response["Allow"]))
    return response


def _document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, which everybody may read: it says nothing of any clinic."""
    if request.method != "GET":
        raise _no_such_method("GET")
    return HttpResponse(document_text(), content_type="application/json")


def _no_such_method(allowed: str) -> ProblemError:
    methods = set(allowed.split(", "))
    allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    says = Text(f"It takes {allowed}.", f"Admite {allowed}.")
    return ProblemError(405, "method", says, headers={"Allow": allowed})


def _refusal(error: Exception) -> InputError:
    if isinstance(error, InputError):
        return error
    if isinstance(error, ValidationError):
        return invalid(error.errors)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, PermissionDenied):
        return not_this_person()
    if isinstance(error, OperationalError):
        LOG.warning("the database was busy: %s", error)
        return busy()
    return ProblemError(400, "unreadable", Text("It cannot be read.", "No se puede leer."))


def _language(request: HttpRequest) -> str:
    """The first language of Accept-Language that the system speaks; English if none is."""
    for asked, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if asked.partition("-")[0] in LANGUAGES:
            return asked.partition("-")[0]
    return "en"
