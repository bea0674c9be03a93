"""Why something is not done, as a status and an OperationOutcome (R4, http, 3.1.0.1.9 and outcome)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404

from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.handover.received import VersionConflictError
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.smart.bearer import NotLetInError
from dermograph.clinic.vault.seal import Erased
from dermograph.core.errors import NOTHING, InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue, RefusedError, issue_of

LOG: Final = logging.getLogger("dermograph.clinic")
#: The status of what is wrong with a body: 400 for what is no FHIR R4, 422 for what is but cannot be used.
_STATUS: Final[Mapping[str, int]] = {
    "structure": 400,
    "invalid": 400,
    "required": 400,
    "value": 400,
    "code-invalid": 400,
    "too-costly": 400,
    "too-long": 413,
    "conflict": 409,
}
#: The code of issue-type that says a status.
_CODES: Final[Mapping[int, str]] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    429: "throttled",
    503: "transient",
}


class FhirError(RefusedError):
    """A refusal with its own status.

    Attributes:
        status: Of the answer.
        headers: Of the answer.
    """

    def __init__(self, status: int, *issues: Issue, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(*issues)
        self.status, self.headers = status, dict(headers or {})


def refuse(status: int, code: str, en: str, es: str, at: str = "", **headers: str) -> FhirError:
    """A refusal in words.

    Args:
        status: Of the answer.
        code: Of issue-type.
        en: Why, and what to do, in English.
        es: The same in Spanish.
        at: The element or parameter that it is about.
        headers: Of the answer, with ``_`` for ``-``.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FhirError(status, Issue(code, Text(en, es), at), headers=named)


def not_found() -> FhirError:
    """What is not there, is another clinic's, or never was: all the same."""
    return refuse(404, "not-found", "There is no such thing in this clinic.", "No existe en esta clínica.")


def not_allowed(kind: str, todo: Text = NOTHING) -> FhirError:
    """That role or scopes do not reach so far.

    Args:
        kind: Of resource.
        todo: What would help, or that nothing does.
    """
    return refuse(
        403,
        "forbidden",
        f"Role and scopes of this token do not reach so far: {kind}. {todo.en}".rstrip(),
        f"El rol y los permisos de esta clave no llegan hasta ahí: {kind}. {todo.es}".rstrip(),
    )


def refusal_of(error: Exception) -> FhirError | None:
    """An error as it is answered; None for one that nobody foresaw."""
    if isinstance(error, FhirError):
        return error
    if isinstance(error, NotLetInError):
        return FhirError(error.status, Issue(_CODES[error.status], error.says), headers=error.headers)
    if isinstance(error, Http404 | Erased):
        return not_found()
    if isinstance(error, PermissionDenied):
        return refuse(
            403,
            "forbidden",
            "The person in whose name this token acts may not do this.",
            "La persona en cuyo nombre actúa esta clave no puede hacerlo.",
        )
    if isinstance(error, SuspiciousOperation):
        return refuse(400, "invalid", "The request cannot be read.", "No se puede leer la petición.")
    if isinstance(error, OperationalError):
        LOG.warning("the database was busy: %s", error)
        return refuse(
            503,
            "transient",
            "The clinic's records are busy. Try again.",
            "Los registros de la clínica están ocupados. Inténtelo de nuevo.",
            Retry_After="2",
        )
    return _of_input(error) if isinstance(error, InputError) else None


def status_of(issues: Sequence[Issue]) -> int:
    """The status that says the first of some issues of what was sent."""
    return next((_STATUS.get(one.code, 422) for one in issues if one.severity in ("fatal", "error")), 422)


def _of_input(error: InputError) -> FhirError:
    if isinstance(error, RefusedError):
        return FhirError(status_of(error.issues), *error.issues)
    if isinstance(error, VersionConflictError):
        return FhirError(412, issue_of(error, "conflict"))
    if isinstance(error, Restricted):
        return FhirError(403, issue_of(error, "forbidden"))
    if isinstance(error, ProblemError):
        return FhirError(error.status, issue_of(error, _CODES.get(error.status, "processing")), headers=error.headers)
    return FhirError(422, issue_of(error, "business-rule"))
