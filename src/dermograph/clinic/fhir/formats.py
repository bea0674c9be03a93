"""In which form is asked and answered: FHIR JSON of R4, and nothing else (R4, http, 3.1.0.1.8)."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from dermograph.clinic.fhir.refusals import FhirError, refuse
from dermograph.core.errors import shown
from dermograph.exchange.fhir.read.editions import version_issue

MEDIA_TYPE: Final = "application/fhir+json"
CONTENT_TYPE: Final = f"{MEDIA_TYPE}; charset=utf-8"
FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = (MEDIA_TYPE, "application/json", "json", "text/json", "application/json+fhir")
_ANY: Final = ("*/*", "application/*", "")


def check_accepted(request: HttpRequest) -> None:
    """Refuse who wants the answer in another form.

    Raises:
        FhirError: 406.
    """
    wanted = request.GET.get("_format")
    asked = [wanted] if wanted else request.headers.get("Accept", "").split(",")
    for one in asked:
        kind = one.partition(";")[0].strip().lower().replace(" ", "+")  # "+" in an address means a space
        if kind in _JSON or (kind in _ANY and not wanted):
            if issue := version_issue(one):
                raise FhirError(406, issue)
            return
    raise refuse(
        406,
        "not-supported",
        f"Answers are {MEDIA_TYPE}; {shown(','.join(asked))} is not written here.",
        f"Las respuestas son {MEDIA_TYPE}; {shown(','.join(asked))} no se escribe aquí.",
    )


def check_sent(request: HttpRequest, *, form: bool = False) -> None:
    """Refuse a body of another form.

    Args:
        request: With the header that says what its body is.
        form: Whether the body is a form, as a search sends it.

    Raises:
        FhirError: 415.
    """
    kind = request.content_type or ""
    right = (FORM,) if form else _JSON
    if kind.lower() not in right:
        wanted = f"{right[0]}; charset=utf-8"
        raise refuse(
            415,
            "not-supported",
            f"The body has to be {wanted}, not {shown(kind)}.",
            f"El cuerpo ha de ser {wanted}, no {shown(kind)}.",
        )
    if issue := version_issue(request.headers.get("Content-Type", "")):
        raise FhirError(415, issue)


def prefers(request: HttpRequest, name: str) -> str:
    """What ``Prefer`` says of something, such as ``handling``; empty where nothing."""
    for one in request.headers.get("Prefer", "").replace(",", ";").split(";"):
        key, _, value = one.strip().partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"')
    return ""
