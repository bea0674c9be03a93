"""Who shows a token: one of the API, or one that SMART gave out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.conf import settings
from django.http import HttpRequest

from dermograph.clinic.api import limit
from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.api.tokens import MARK, found_token, note_use
from dermograph.clinic.rights.slow import address_of
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.smart.kinds import KINDS
from dermograph.clinic.smart.limit import wait_of
from dermograph.clinic.smart.models import Grant, SmartToken, TokenKind
from dermograph.clinic.smart.tokens import ACCESS, known, member_of, stands
from dermograph.clinic.smart.tokens import note_use as seen
from dermograph.core.errors import InputError
from dermograph.core.text import Text

SCHEME = "Bearer"
_MANY = Text("There were too many requests in this minute.", "Ha habido demasiadas peticiones en este minuto.")
_WHO = Text("A token is needed that is taken here now.", "Hace falta una clave que aquí se admita ahora.")


class NotLetInError(InputError):
    """Who asks is not let in.

    Attributes:
        status: 401 without a token that is taken; 429 after too many requests.
        says: Why.
        headers: Of the answer, such as ``WWW-Authenticate``.
    """

    def __init__(self, status: int, says: Text, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(says)
        self.status, self.says, self.headers = status, says, dict(headers or {})


def caller_of(request: HttpRequest) -> Caller:
    """Who asks; cookies are not looked at.

    Raises:
        NotLetInError: 401 with the same words whatever is wrong with the token; 429 after too many requests.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip() if scheme.lower() == SCHEME.lower() else ""
    try:
        if secret.startswith(MARK) and (token := found_token(secret)) is not None:
            return _of_api(token)
        if secret.startswith(ACCESS) and (shown := known(secret, TokenKind.ACCESS)) is not None and stands(shown):
            return _of_smart(shown)
        if secret:
            limit.wrong_token(address_of(request))
    except ProblemError as error:
        raise NotLetInError(error.status, error.what, error.headers) from None
    wrong = ', error="invalid_token"' if secret else ""  # RFC 6750, 3.1: no word of errors to who showed nothing
    raise NotLetInError(401, _WHO, {"WWW-Authenticate": f'{SCHEME} realm="clinic"{wrong}'})


def scopes_of_api(scopes: Collection[str]) -> frozenset[str]:
    """The scopes of a token of the API as SMART says them; a kind for which one is missing is not in them."""
    held, said = set(scopes), set()
    for name, kind in KINDS.items():
        reads = "rs" if set(kind.needs) <= held else ""
        writes = kind.needs_to_write and set(kind.needs_to_write) <= held
        letters = ("c" if writes else "") + reads[:1] + ("u" if writes else "") + reads[1:]
        if letters:
            said.add(f"user/{name}.{letters}")
    return frozenset(said)


def _of_api(token: ApiToken) -> Caller:
    limit.take_one(token)
    note_use(token)
    return Caller(token.member, scopes_of_api(token.scopes), None, token.prefix)


def _of_smart(token: SmartToken) -> Caller:
    grant = token.grant
    _take_one(grant)
    seen(token)
    # Not by the token, which is taken away a day after its end: the trail is read for years.
    through = f"app:{grant.app_id}/grant:{grant.pk}"
    return Caller(member_of(grant), frozenset(token.scopes), grant.patient_id, through)


def _take_one(grant: Grant) -> None:
    """Take one request from the minute of what a program was let do: a fresh token brings no fresh minute.

    Raises:
        NotLetInError: 429 if nothing is left.
    """
    if wait := wait_of(f"grant:{grant.pk.hex}", settings.API_REQUESTS_A_MINUTE):
        raise NotLetInError(429, _MANY, {"Retry-After": str(wait)})
