"""What went wrong, as ``application/problem+json`` (RFC 9457) like the API's: CDS Hooks fixes statuses and no body."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from dermograph.clinic.api.problems import MEDIA_TYPE, TITLES, TYPE, ProblemError
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.smart.bearer import NotLetInError
from dermograph.clinic.vault.seal import Erased
from dermograph.core.errors import NOTHING, InputError, printable
from dermograph.core.text import Language, Text
from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.fhir.outcome import Issue, RefusedError

LOG: Final = logging.getLogger("dermograph.clinic")
_TITLES: Final[Mapping[int, Text]] = {
    **TITLES,
    412: Text("Data is missing without which nothing can be said", "Faltan datos sin los que no puede decirse nada"),
}
_CODES: Final[Mapping[int, str]] = {
    400: "invalid",
    401: "token",
    403: "role",
    404: "not-found",
    405: "method",
    412: "missing-data",
    413: "too-large",
    415: "not-json",
    429: "too-many",
}
_BUSY: Final = Text(
    "The clinic's records are busy. Try again.", "Los registros de la clínica están ocupados. Inténtelo de nuevo."
)
_NO_REACH: Final = Text("This token does not reach so far.", "Esta clave no llega hasta ahí.")
_NOT_HERE: Final = Text("There is no such thing here.", "Aquí no existe.")


class RefusedHereError(InputError):
    """A refusal with its own status and headers."""

    def __init__(
        self, status: int, what: Text, headers: Mapping[str, str] | None = None, *, todo: Text = NOTHING
    ) -> None:
        super().__init__(what, todo=todo)
        self.status, self.headers = status, dict(headers or {})


def not_found() -> RefusedHereError:
    """There is no such service, or none that this caller could know of."""
    return RefusedHereError(404, _NOT_HERE)


def no_scope(scopes: Sequence[str]) -> RefusedHereError:
    """A token of the API lacks scopes that the role of its person would reach.

    Args:
        scopes: All that it has to have.
    """
    few = ", ".join(scopes)
    return RefusedHereError(
        403, _NO_REACH, todo=Text(f"Make one with the scope {few}.", f"Cree una con el permiso {few}.")
    )


def answer(request: HttpRequest, error: Exception, said: Language) -> HttpResponse:
    """The answer to what cannot be done.

    Args:
        request: Which.
        error: Why.
        said: The language.
    """
    status, code, headers = _status(error)
    known: InputError = error if isinstance(error, InputError) else InputError(_words(error))
    issues = error.issues if isinstance(error, RefusedError) else (Issue(code, known.what, known.place.say("en")),)
    body: dict[str, Any] = {
        "type": TYPE + code,
        "title": _TITLES[status].say(said),
        "status": status,
        "detail": " ".join(part for part in (known.what.say(said), known.todo.say(said)) if part),
        "instance": printable(request.path, limit=500),
        "issues": [_issue(one, said) for one in issues],
    }
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    for name, value in headers.items():
        response[name] = value
    return response


def _issue(one: Issue, said: Language) -> dict[str, str]:
    told = {"code": one.code, "says": one.words.say(said)}
    return told | {"at": one.expression} if one.expression else told


def _words(error: Exception) -> Text:
    if isinstance(error, OperationalError):
        return _BUSY
    if isinstance(error, Http404):
        return _NOT_HERE
    if isinstance(error, PermissionDenied):
        return _NO_REACH
    if isinstance(error, SuspiciousOperation):
        return Text("It cannot be read.", "No se puede leer.")
    return Text("The server failed. Nothing was kept.", "El servidor ha fallado. No se ha guardado nada.")


def _status(error: Exception) -> tuple[int, str, Mapping[str, str]]:
    """The status, the code of the problem, and the headers of the answer."""
    if isinstance(error, RefusedHereError | NotLetInError | HookError | ProblemError):
        code = error.code if isinstance(error, ProblemError) else _CODES[error.status]
        return error.status, code, getattr(error, "headers", {})
    if isinstance(error, RefusedError):
        status = 413 if error.issues[0].code == "too-long" else 400
        return status, _CODES[status], {}
    if isinstance(error, Restricted | PermissionDenied):
        return 403, "restricted" if isinstance(error, Restricted) else "role", {}
    if isinstance(error, Erased | Http404):
        return 404, "not-found", {}
    if isinstance(error, SuspiciousOperation):
        return 400, "invalid", {}
    if isinstance(error, OperationalError):
        LOG.warning("the database was busy: %s", error)
        return 503, "busy", {"Retry-After": "2"}
    return (422, "refused", {}) if isinstance(error, InputError) else (500, "failed", {})
