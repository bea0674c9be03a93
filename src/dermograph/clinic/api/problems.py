"""What went wrong, as programs and people read it: ``application/problem+json`` (RFC 9457), in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language

from dermograph.clinic.agenda.limits import ClosedDayError
from dermograph.clinic.agenda.taken import TakenError
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.people.patient_services import OutdatedError
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.vault.seal import Erased
from dermograph.core.errors import NOTHING, InputError, NotYetError
from dermograph.core.text import Language, Text

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:dermograph:problem:"
TITLES: Mapping[int, Text] = {
    400: Text("The request cannot be read", "No se puede leer la petición"),
    401: Text("A valid token is needed", "Hace falta una clave válida"),
    403: Text("This is not allowed", "No está permitido"),
    404: Text("There is no such thing here", "Aquí no existe"),
    405: Text("This address does not take that method", "Esta dirección no admite ese método"),
    409: Text("Something else happened meanwhile", "Entretanto ha cambiado algo"),
    413: Text("It is too large", "Es demasiado grande"),
    415: Text("This kind of content is not taken", "No se admite este tipo de contenido"),
    422: Text("It cannot be used as it is", "No se puede usar así"),
    429: Text("Too many requests", "Demasiadas peticiones"),
    500: Text("The server failed", "El servidor ha fallado"),
    503: Text("The clinic's records are busy", "Los registros de la clínica están ocupados"),
}
_NOT_HERE = Text("There is no such thing in this clinic.", "No existe en esta clínica.")


class ProblemError(InputError):
    """A refusal with its own status.

    Attributes:
        status: Of the answer, a key of ``TITLES``.
        code: What kind it is, a word for programs.
        more: Further members of the answer.
        headers: Of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        what: Text,
        todo: Text = NOTHING,
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, todo=todo)
        self.status, self.code = status, code
        self.more, self.headers = dict(more or {}), dict(headers or {})


def language() -> Language:
    """The language of the answer."""
    return "es" if (get_language() or "").startswith("es") else "en"


def not_found() -> ProblemError:
    """What is not there, is another clinic's, or never was: all the same."""
    return ProblemError(404, "not-found", _NOT_HERE)


def answer(request: HttpRequest, error: InputError) -> HttpResponse:
    """The answer to a request that cannot be done.

    Args:
        request: Which.
        error: Why; one of ours that knows its status keeps it.
    """
    said = language()
    status, code, more = _known(error)
    what, todo = error.what.say(said), error.todo.say(said)
    body = {
        "type": TYPE + code,
        "title": TITLES[status].say(said),
        "status": status,
        "detail": " ".join(part for part in (what, todo) if part),
        "instance": request.path[:500],
        "what": what,
        "place": error.place.say(said),
        "todo": todo,
        **more,
    }
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    if isinstance(error, ProblemError):
        for name, value in error.headers.items():
            response[name] = value
    elif isinstance(error, NotYetError):
        response["Retry-After"] = str(error.seconds)
    return response


def _known(error: InputError) -> tuple[int, str, dict[str, Any]]:
    """Status, code and further members of an error of a service."""
    if isinstance(error, ProblemError):
        return error.status, error.code, error.more
    if isinstance(error, NotYetError):
        return 503, "not-yet", {}
    if isinstance(error, TakenError):
        free = [
            {
                "starts_at": slot.starts_at.isoformat(),
                "practitioner": str(slot.practitioner),
                "practitioner_name": slot.practitioner_name,
                "room": str(slot.room),
                "room_name": slot.room_name,
            }
            for slot in error.free
        ]
        return 409, "taken", {"free": free}
    if isinstance(error, ClosedDayError):
        return 422, "closed-day", {"reasons": [reason.to_json(language()) for reason in error.reasons]}
    if isinstance(error, ChangedMeanwhileError):
        return 409, "changed-meanwhile", {"stands": str(error.entry.pk)}
    if isinstance(error, OutdatedError):
        return 409, "changed-meanwhile", {"version": error.patient.version}
    if isinstance(error, Restricted):
        return 403, "restricted", {}
    if isinstance(error, Erased):
        return 404, "erased", {}
    if error.place.field == "sequence":
        return 409, "changed-meanwhile", {}
    return 422, "refused", {}
