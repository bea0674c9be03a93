"""What a program asks of a person: the request of section 2.0.4 of SMART App Launch, read and checked."""

from __future__ import annotations

import hmac
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, QueryDict

from dermograph.clinic.people.models import Clinic
from dermograph.clinic.smart.errors import SendBackError, StopHereError
from dermograph.clinic.smart.models import App, AppKind
from dermograph.clinic.smart.scopes import Scope, fewest, narrowed, of_role, read_scope
from dermograph.core.text import Text

FHIR = "/fhir"
LAUNCH_PATIENT, OFFLINE, ONLINE = "launch/patient", "offline_access", "online_access"
LONGEST_STATE, LONGEST_SCOPE, MOST_SCOPES = 1000, 4000, 100
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # of a SHA-256 without padding
_STATE = re.compile(rf"[\x20-\x7e]{{1,{LONGEST_STATE}}}")  # RFC 6749, appendix A.5
_ONCE = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "aud",
    "code_challenge",
    "code_challenge_method",
    "launch",
)
_UNKNOWN = Text("This clinic does not know the program that asks.", "Esta clínica no conoce el programa que pregunta.")
_ADDRESS = Text(
    "The program wants you to be sent to an address that the clinic did not register.",
    "El programa quiere enviarle a una dirección que la clínica no ha registrado.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be put before a person.

    Attributes:
        redirect: Where they are sent back, one of the app's addresses.
        state: What the program wants to hear again.
        challenge: SHA-256 of the program's verifier (RFC 7636, S256).
        words: The scopes that can be granted, as they will be told to the program.
    """

    app: App
    redirect: str
    state: str
    challenge: str
    words: tuple[str, ...]

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Those for resources."""
        return tuple(one for one in map(read_scope, self.words) if one is not None)

    @property
    def needs_patient(self) -> bool:
        """Whether one patient has to be chosen."""
        return LAUNCH_PATIENT in self.words or any(one.level == "patient" for one in self.scopes)


def base_of(request: HttpRequest) -> str:
    """The base address of FHIR, as programs name it in ``aud``."""
    return request.build_absolute_uri(FHIR)


def read_request(request: HttpRequest, clinic: Clinic, role: str) -> Asked:
    """The request of a program to the person who has opened the page.

    Args:
        request: With the parameters in its query.
        clinic: Of the person; a program of another clinic is unknown.
        role: Of the person: what it cannot use is not granted.

    Raises:
        StopHereError: If the program or the address is not one of the clinic: nobody is sent anywhere then.
        SendBackError: For whatever else is wrong.
    """
    given = request.GET
    app = _app(given, clinic)
    redirect = _one(given, "redirect_uri")
    if not any(hmac.compare_digest(one.encode(), redirect.encode()) for one in app.redirects):
        raise StopHereError(_ADDRESS)
    state = _one(given, "state")
    known_state = state if _STATE.fullmatch(state) else ""

    def back(code: str, says: str) -> SendBackError:
        return SendBackError(code, says, redirect, known_state)

    if twice := [name for name in _ONCE if len(given.getlist(name)) > 1]:
        raise back("invalid_request", f"{twice[0]} stands twice")
    if not known_state:
        raise back("invalid_request", f"state is needed, 1 to {LONGEST_STATE} printable characters")
    if _one(given, "response_type") != "code":
        raise back("unsupported_response_type", "only code is offered")
    if _one(given, "launch"):
        raise back("invalid_request", "a launch from within the clinic's pages is not offered")
    if _one(given, "aud").removesuffix("/") != base_of(request):
        raise back("invalid_request", f"aud has to be {base_of(request)}")
    challenge = _one(given, "code_challenge")
    if _one(given, "code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise back("invalid_request", "code_challenge is needed, with code_challenge_method=S256")
    written = _one(given, "scope")
    if len(written) > LONGEST_SCOPE or len(written.split()) > MOST_SCOPES:
        raise back("invalid_scope", "there are too many scopes")
    words = grantable(written.split(), app.scopes, role)
    if not any(read_scope(one) for one in words):
        raise back("invalid_scope", "nothing of this can be granted")
    return Asked(app, redirect, state, challenge, words)


def grantable(asked: Iterable[str], allowed: Iterable[str], role: str) -> tuple[str, ...]:
    """What of the scopes that were asked for can be granted: within those of the registration and within the role.

    Scopes come back as they were written where nothing of them is lost, in the words of version 2 otherwise.
    """
    asked, allowed = list(dict.fromkeys(asked)), list(allowed)
    limits = [one for one in map(read_scope, allowed) if one is not None]
    found: list[Scope] = []
    for scope in (one for one in map(read_scope, asked) if one is not None):
        both = (narrowed(scope, limit) for limit in limits)
        found += [one for one in (of_role(part, role) for part in both if part) if one is not None]
    left = fewest(found)
    as_written = {read_scope(word): word for word in asked}
    words = [as_written.get(one, str(one)) for one in left]
    others = [one for one in (LAUNCH_PATIENT, OFFLINE, ONLINE) if one in asked and one in allowed]
    if OFFLINE in others and ONLINE in others:
        others.remove(ONLINE)
    if LAUNCH_PATIENT in asked and LAUNCH_PATIENT not in others and any(one.level == "patient" for one in left):
        others.insert(0, LAUNCH_PATIENT)
    return (*words, *others)


def address_back(redirect: str, **told: str) -> str:
    """The address of a program with what it is told; what stood in its query stays."""
    parts = urlsplit(redirect)
    query = "&".join(
        one for one in (parts.query, urlencode({key: value for key, value in told.items() if value})) if one
    )
    return urlunsplit(parts._replace(query=query))


def _app(given: QueryDict, clinic: Clinic) -> App:
    try:
        pk = uuid.UUID(_one(given, "client_id"))
    except ValueError:
        raise StopHereError(_UNKNOWN) from None
    rows = App.objects.filter(pk=pk, clinic=clinic, ended_at=None).exclude(kind=AppKind.SERVICE)
    app = rows.select_related("clinic").first()
    if app is None or len(given.getlist("client_id")) > 1 or len(given.getlist("redirect_uri")) > 1:
        raise StopHereError(_UNKNOWN if app is None else _ADDRESS)
    return app


def _one(given: QueryDict, name: str) -> str:
    return given.get(name, "") or ""
