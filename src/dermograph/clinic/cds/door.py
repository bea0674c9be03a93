"""What stands before every address of CDS Hooks: language, method, and errors that are never HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from dermograph.clinic.api.reading import read_bytes
from dermograph.clinic.cds.refusals import LOG, RefusedHereError, answer
from dermograph.core.text import LANGUAGES, Language, Text
from dermograph.exchange.fhir.read.json_text import json_of
from dermograph.exchange.fhir.read.reading import MOST_RESOURCE_BYTES

Run = Callable[..., HttpResponse]
MOST_BYTES: Final = MOST_RESOURCE_BYTES


def spoken(request: HttpRequest) -> Language:
    """The first language of Accept-Language that the system speaks; English if none is."""
    for asked, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        for language in LANGUAGES:
            if asked.partition("-")[0] == language:
                return language
    return "en"


def door(method: str) -> Callable[[Run], Run]:
    """Let one method through, in the caller's language; no cookie is looked at, so that none has to be defended.

    Args:
        method: ``GET``, with which ``HEAD`` goes, or ``POST``.
    """
    allowed = ("GET", "HEAD") if method == "GET" else (method,)

    def guard(run: Run) -> Run:
        @csrf_exempt
        def passed(request: HttpRequest, **values: Any) -> HttpResponse:  # noqa: ANN401 (of the address)
            said = spoken(request)
            with translation.override(said), timezone.override(timezone.get_default_timezone()):
                response = _answered(request, run, allowed, said, values)
            response.setdefault("Cache-Control", "private, no-store")
            response.setdefault("Content-Language", said)
            response["X-Content-Type-Options"] = "nosniff"
            patch_vary_headers(response, ["Authorization", "Accept-Language"])
            return response

        return passed

    return guard


def body_of(request: HttpRequest) -> Any:  # noqa: ANN401 (JSON)
    """The JSON that was sent.

    Raises:
        RefusedHereError: 415 if it is not said to be JSON in UTF-8.
        ProblemError: 413 if it is too large, 400 if it breaks off.
        RefusedError: If it is no JSON.
    """
    if request.content_type != "application/json":
        raise RefusedHereError(
            415,
            Text("The body has to be application/json in UTF-8.", "El cuerpo ha de ser application/json en UTF-8."),
            {"Accept": "application/json"},
        )
    return json_of(read_bytes(request, MOST_BYTES), most_bytes=MOST_BYTES)


def _answered(
    request: HttpRequest, run: Run, allowed: tuple[str, ...], said: Language, values: dict[str, Any]
) -> HttpResponse:
    try:
        if request.method not in allowed:
            few = ", ".join(allowed)
            return answer(
                request, RefusedHereError(405, Text(f"It takes {few}.", f"Admite {few}."), {"Allow": few}), said
            )
        return run(request, said, **values)
    except Exception as error:
        refused = answer(request, error, said)
        if refused.status_code == 500:
            if settings.DEBUG_PROPAGATE_EXCEPTIONS:
                raise
            LOG.exception("CDS Hooks failed at %s %s", request.method, request.path)
        return refused
