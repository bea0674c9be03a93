"""The gate of every operation: who asks, whether they may, what they sent; and a write is done once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.operation import Operation

from dermograph.clinic.api import limit, once
from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.api.reading import check_query, most_bytes_of_photograph, read_bytes, read_json
from dermograph.clinic.api.registry import Rule
from dermograph.clinic.api.tokens import found_token, note_use
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Membership, User
from dermograph.clinic.permissions import may
from dermograph.clinic.rights.slow import address_of
from dermograph.core.text import Text

SCHEME = "Bearer"
PHOTOGRAPHS = ("image/jpeg", "image/png", "image/tiff", "image/webp", "image/heic", "application/octet-stream")
_WHO = Text("A token is needed that is taken here now.", "Hace falta una clave que aquí se admita ahora.")
_WHERE = Text(
    "Send it as Authorization: Bearer …; it is made in the settings.",
    "Envíela como Authorization: Bearer …; se crea en los ajustes.",
)


class ApiRequest(HttpRequest):
    """What the gate adds to a request; a class of types only.

    Attributes:
        entry: The id of the row that this write makes.
        row: The id of what was made; empty if nothing was.
        location: The path under which that is read; empty as well.
        sent: The body, of what takes a photograph.
    """

    token: ApiToken
    clinic: Clinic
    member: Membership
    role: str
    person: User
    entry: uuid.UUID
    row: str
    location: str
    sent: bytes


def gated(rule: Rule) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """What stands before an operation's own reading of its values.

    Every refusal raises; the site turns it into an answer.
    """

    def guard(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        operation: Operation = run.__self__  # type: ignore[attr-defined]  # a bound method, see ninja's decorate_view
        known = _query_names(operation)

        def passed(request: ApiRequest, **values: Any) -> HttpResponse:  # noqa: ANN401 (of the address)
            secret = _admitted(request)
            limit.take_one(request.token)
            note_use(request.token)
            _refuse_who_may_not(request, rule)
            check_query(request, known)
            body = _body(request, rule)
            if not rule.writes:
                return _marked(request, run(request, **values))
            key = once.key_of(request)
            asked = once.fingerprint(request, body)
            request.entry = uuid.uuid4() if rule.together else once.entry_of(request.token, key, asked)

            def do() -> HttpResponse:
                response = run(request, **values)
                _tell(request, rule, response)
                return response

            return once.done_once(
                token=request.token, secret=secret, key=key, asked=asked, together=rule.together, do=do
            )

        return passed

    return guard


def _admitted(request: ApiRequest) -> str:
    """Put on the request who asks; cookies are not looked at.

    Returns:
        The token.

    Raises:
        ProblemError: 401 with the same words whatever is wrong with it; 429 after too many wrong ones.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    token = found_token(secret) if scheme.lower() == SCHEME.lower() and secret else None
    if token is None:
        if secret:
            limit.wrong_token(address_of(request))
        raise ProblemError(401, "token", _WHO, _WHERE, headers={"WWW-Authenticate": f'{SCHEME} realm="clinic"'})
    member = token.member
    request.token, request.clinic, request.member = token, token.clinic, member
    request.role, request.person = member.role, member.user
    request.location = request.row = ""
    timezone.activate(token.clinic.zone)
    return secret


def _refuse_who_may_not(request: ApiRequest, rule: Rule) -> None:
    if rule.scope and rule.scope not in request.token.scopes:
        raise ProblemError(
            403,
            "scope",
            Text(f"This token is not for {rule.scope}.", f"Esta clave no sirve para {rule.scope}."),
            Text("Make one with that scope.", "Cree una con ese permiso."),
            more={"scope": rule.scope},
        )
    if rule.like and not may(request.role, rule.like):
        raise not_this_person()


def not_this_person() -> ProblemError:
    """That the role of the person in whose name a token acts does not reach so far."""
    return ProblemError(
        403,
        "role",
        Text(
            "The person in whose name this token acts may not do this.",
            "La persona en cuyo nombre actúa esta clave no puede hacerlo.",
        ),
    )


def _body(request: ApiRequest, rule: Rule) -> bytes:
    """The body as it was sent, after its kind and size were looked at; ``site`` hands over what was parsed."""
    if rule.takes == "json":
        vars(request)["api_json"], data = read_json(request)
        vars(request)["_body"] = data  # where Django keeps it: ninja looks whether there is any
        return data
    if rule.takes == "photograph":
        if request.content_type not in PHOTOGRAPHS:
            kinds = ", ".join(PHOTOGRAPHS)
            says = Text(f"The body is the file itself, as {kinds}.", f"El cuerpo es el propio archivo, como {kinds}.")
            raise ProblemError(415, "not-a-photograph", says)
        request.sent = read_bytes(request, most_bytes_of_photograph())
        return request.sent
    return b""


def _tell(request: ApiRequest, rule: Rule, response: HttpResponse) -> None:
    """Tell the trail that it was this token; what was done, the service has told."""
    if request.location:
        response["Location"] = request.location
    record(
        "api.written",
        clinic=request.clinic,
        who=request.person,
        about=request.token,
        details={"token": request.token.prefix, "operation": rule.name, "row": request.row},
    )


def _marked(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a read with its entity tag; 304 to who has it already."""
    if response.status_code != 200 or response.streaming:
        return response
    tag = '"' + hashlib.sha256(response.content).hexdigest()[:32] + '"'
    seen = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if tag in seen:
        response = HttpResponse(status=304)
    response["ETag"] = tag
    return response


def _query_names(operation: Operation) -> frozenset[str]:
    names: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            names |= set(getattr(model, "__ninja_flatten_map__", None) or model.model_fields)
    return frozenset(names)
