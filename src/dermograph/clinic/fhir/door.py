"""The one address of the site under which the whole FHIR server lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from dermograph.clinic.fhir.answering import answer, refusal
from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.bodies import MOST_OF_FORM, body_of
from dermograph.clinic.fhir.bundles import take
from dermograph.clinic.fhir.formats import check_accepted, check_sent
from dermograph.clinic.fhir.kinds import KINDS, PUBLISHED
from dermograph.clinic.fhir.openapi import document
from dermograph.clinic.fhir.operations import apply_protocol, assess_response, whole_record
from dermograph.clinic.fhir.reading import read, read_version
from dermograph.clinic.fhir.refusals import LOG, FhirError, not_found, refusal_of, refuse
from dermograph.clinic.fhir.searching import search
from dermograph.clinic.fhir.statement import statement
from dermograph.clinic.fhir.writing import create, update
from dermograph.clinic.handover.shelf import Shelf
from dermograph.clinic.smart.bearer import caller_of

PREFIX: Final = "/fhir"
MOST_QUERY_BYTES: Final = 8_000
#: Without these more would be done than was asked for.
_CONDITIONS: Final = ("If-Match", "If-None-Exist")
Answer = Callable[[Asking], HttpResponse]


@csrf_exempt  # no cookie is looked at: only who shows a token is let in
def door(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Everything below ``/fhir``; every refusal is an OperationOutcome.

    Args:
        request: Of whoever.
        rest: What follows the prefix.
    """
    is_head = request.method == "HEAD"
    if is_head:
        request.method = "GET"
    try:
        with timezone.override(timezone.get_default_timezone()):
            response = _answered(request, rest.strip("/").split("/") if rest.strip("/") else [])
    except Exception as error:
        told = refusal_of(error)
        if told is None:
            if settings.DEBUG_PROPAGATE_EXCEPTIONS:
                raise
            LOG.exception("the FHIR server failed at %s %s", request.method, request.path)
            told = refuse(500, "exception", "The server failed. Nothing was saved.", "El servidor ha fallado.")
        response = refusal(told)
    if is_head:
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    response.setdefault("Cache-Control", "private, no-store")
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Authorization", "Accept"])
    return response


def _answered(request: HttpRequest, steps: list[str]) -> HttpResponse:
    _check_address(request)
    _check_headers(request)
    base = request.build_absolute_uri(PREFIX)
    open_to_all: Mapping[str, Callable[[], HttpResponse]] = {
        "metadata": lambda: answer(statement(base)),
        "openapi.json": lambda: HttpResponse(document(), content_type="application/json"),
    }
    if len(steps) == 1 and steps[0] in open_to_all:
        if request.method != "GET":
            raise _method_not_allowed({"GET": None})
        if steps[0] == "metadata":
            check_accepted(request)
        return open_to_all[steps[0]]()
    caller = caller_of(request)
    check_accepted(request)
    asking = Asking(request, caller, Shelf(caller.member.clinic), base)
    takes = _methods(steps)
    run = takes.get(str(request.method))
    if run is None:
        raise _method_not_allowed(takes)
    return run(asking)


def _methods(steps: list[str]) -> dict[str, Answer]:
    """What an address takes, by method.

    Raises:
        FhirError: 404 if there is no such address.
    """
    if not steps:
        return {"POST": take}
    kind, rest = steps[0], steps[1:]
    if kind not in KINDS and kind not in PUBLISHED:
        raise refuse(
            404,
            "not-supported",
            "Resources of this type are not served; see /fhir/metadata.",
            "No se sirven recursos de este tipo; consulte /fhir/metadata.",
        )
    found = _of_kind(kind, rest)
    if found is None:
        raise not_found()
    return found


def _of_kind(kind: str, rest: list[str]) -> dict[str, Answer] | None:
    """What an address below a type takes; None if there is none."""
    match rest:
        case []:
            return {
                "GET": lambda asking: search(asking, kind, asking.request.GET),
                "POST": lambda asking: create(asking, kind),
            }
        case ["_search"]:
            return {"POST": lambda asking: search(asking, kind, _form(asking))}
        case [logical] if not logical.startswith(("$", "_")):
            return {
                "GET": lambda asking: read(asking, kind, logical),
                "PUT": lambda asking: update(asking, kind, logical),
            }
        case [logical, "_history", version]:
            return {"GET": lambda asking: read_version(asking, kind, logical, version)}
    return _operation(kind, rest)


def _operation(kind: str, rest: list[str]) -> dict[str, Answer] | None:
    run: Answer
    match (kind, *rest):
        case ("Patient", logical, "$everything"):
            run = lambda asking: whole_record(asking, logical)  # noqa: E731 (one of several)
        case ("PlanDefinition", logical, "$apply"):
            run = lambda asking: apply_protocol(asking, logical)  # noqa: E731 (the same)
        case ("QuestionnaireResponse", logical, "$assess"):
            return {"GET": lambda asking: assess_response(asking, logical)}
        case ("QuestionnaireResponse", "$assess"):
            return {"POST": lambda asking: assess_response(asking, None)}
        case _:
            return None
    return {"GET": run, "POST": run}


def _form(asking: Asking) -> QueryDict:
    """The parameters of a search that are sent as a form, with those of the address (R4, http, 3.1.0.9.1)."""
    check_sent(asking.request, form=True)
    query = asking.request.GET.copy()
    try:
        query.update(QueryDict(body_of(asking.request, MOST_OF_FORM).decode("utf-8")))
    except UnicodeDecodeError:
        raise refuse(400, "structure", "The form is not UTF-8.", "El formulario no es UTF-8.") from None
    return query


def _method_not_allowed(takes: Mapping[str, object]) -> FhirError:
    """That an address does not take a method, and why nothing is ever deleted."""
    allowed = ", ".join(sorted({*takes, *(["HEAD"] if "GET" in takes else [])}))
    return refuse(
        405,
        "not-supported",
        f"It takes {allowed}. Records are kept: nothing is deleted, and what is corrected is sent as a whole.",
        f"Admite {allowed}. Las historias se conservan: no se borra nada, y lo corregido se envía entero.",
        Allow=allowed,
    )


def _check_address(request: HttpRequest) -> None:
    """Refuse an address that cannot be read.

    Raises:
        FhirError: 400 if it is too long, not UTF-8, or holds a NUL.
    """
    raw = request.META.get("QUERY_STRING", "")
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if len(raw) > MOST_QUERY_BYTES or "\0" in text or "\0" in request.path:
        raise refuse(
            400,
            "invalid",
            "The address is too long, or holds characters that are none.",
            "La dirección es demasiado larga o contiene caracteres que no lo son.",
        )


def _check_headers(request: HttpRequest) -> None:
    """Refuse a condition that cannot be read: without it a resource would be overwritten, or made again.

    Of a header that is not ASCII the web server leaves nothing but the name; of several, an empty item in their list.
    In a list of preferences an empty item is passed over (RFC 9110, 5.6.1).

    Raises:
        FhirError: 400.
    """
    for name in (*_CONDITIONS, "Prefer"):
        value = request.headers.get(name, "-")
        items = value.split(",") if name in _CONDITIONS else [value]
        if not (value.isascii() and all(map(str.strip, items))):
            raise refuse(
                400,
                "invalid",
                f"{name} is empty, or not written in ASCII. Write other characters as %C3%B1.",
                f"{name} está vacía o no está escrita en ASCII. Escriba otros caracteres como %C3%B1.",
            )
