"""In which characters a request is written: UTF-8, as everything here, or it is not read at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.api.problems import answer as problem
from dermograph.clinic.cds.door import spoken
from dermograph.clinic.cds.refusals import answer as cds_problem
from dermograph.clinic.fhir.answering import refusal
from dermograph.clinic.fhir.refusals import refuse
from dermograph.core.text import Text

#: As what is read here may be named; ASCII is a part of it.
UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_OTHER: Final = Text(
    "Content-Type names another charset than UTF-8. Send the request in UTF-8.",
    "Content-Type indica un juego de caracteres distinto de UTF-8. Envíe la petición en UTF-8.",
)
_PAGES_OF_SMART: Final = ("/smart/authorize",)


class OnlyUtf8:
    """Refuses a request in other characters before anything of it is read, in the form that who asks can read.

    ``Utf8Request`` reads everything in UTF-8; what says that it is written otherwise would be read wrongly.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what is UTF-8, or a part of it."""
        charset = (request.content_params or {}).get("charset", "utf-8").strip("\"' ").lower()
        return self.answer(request) if charset in UTF_8 else _refused(request)


def _refused(request: HttpRequest) -> HttpResponse:
    """That it is not read: 415, and of OAuth 400 (RFC 6749, 5.2)."""
    interface = request.path_info.lstrip("/").partition("/")[0]
    error = ProblemError(415, "charset", _OTHER)
    if interface == "fhir":
        response = refusal(refuse(415, "not-supported", _OTHER.en, _OTHER.es))
    elif interface == "api":
        with translation.override(spoken(request)):
            response = problem(request, error)
    elif interface == "cds-services":
        response = cds_problem(request, error, spoken(request))
    elif interface in ("smart", ".well-known") and request.path_info not in _PAGES_OF_SMART:
        response = JsonResponse({"error": "invalid_request", "error_description": _OTHER.en}, status=400)
    else:
        words = f"{_OTHER.en}\n{_OTHER.es}\n"
        response = HttpResponse(words, status=415, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
