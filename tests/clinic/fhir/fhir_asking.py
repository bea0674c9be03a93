"""A program that asks the FHIR server, as tests need it; everything that is answered is remembered for the judges."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from dermograph.clinic.people.models import Membership
from tests.clinic.api.asking import ALL, token_of

BASE = "/fhir"
HOST = "http://testserver/fhir"
MEDIA_TYPE = "application/fhir+json"
NOBODY = "00000000-0000-4000-8000-000000000000"


class Program:
    """Sends requests with one token.

    Attributes:
        secret: The token; empty sends none.
    """

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = Client()

    def ask(self, method: str, path: str, body: object = None, *, kind: str = MEDIA_TYPE, **headers: str) -> Any:  # noqa: ANN401 (the test client's answer)
        """One request."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            sent.setdefault("authorization", f"Bearer {self.secret}")
        data = body if isinstance(body, bytes | str) else json.dumps(body) if body is not None else ""
        return self.client.generic(method, BASE + path, data, content_type=kind if data else "", headers=sent)

    def get(self, path: str, **headers: str) -> Any:  # noqa: ANN401 (the same)
        """Read or search."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> Any:  # noqa: ANN401 (the same)
        """Create, or run an operation."""
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: object, **headers: str) -> Any:  # noqa: ANN401 (the same)
        """Update."""
        return self.ask("PUT", path, body, **headers)


def program(member: Membership, scopes: tuple[str, ...] = ALL) -> Program:
    """A program with a token of the API."""
    return Program(token_of(member, scopes)[1])


def says(answer: Any) -> tuple[int, str]:  # noqa: ANN401 (the test client's answer)
    """What a refusal says: its status and the code of its first issue. It is an OperationOutcome, or the test fails."""
    told = answer.json()
    assert (answer["Content-Type"], told["resourceType"]) == (f"{MEDIA_TYPE}; charset=utf-8", "OperationOutcome"), told
    issue = told["issue"][0]
    assert issue["diagnostics"]
    assert issue["_diagnostics"]["extension"][0]["extension"][1]["valueString"]
    return answer.status_code, issue["code"]


def found(bundle: Any) -> list[Any]:  # noqa: ANN401 (JSON)
    """The resources that a searchset found."""
    return [one["resource"] for one in bundle.get("entry", ()) if one["search"]["mode"] == "match"]
