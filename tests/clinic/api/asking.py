"""A program that asks the API, as tests need it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dermograph.clinic.api import limit
from dermograph.clinic.api.document import document
from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.api.scopes import SCOPES
from dermograph.clinic.api.tokens import SHOWN, hash_of
from dermograph.clinic.people.models import Membership

BASE = "/api/v1"
ALL = tuple(SCOPES)


class Asker:
    """Sends requests with one token.

    Attributes:
        secret: The token; empty sends none.
    """

    def __init__(self, secret: str, **headers: str) -> None:
        self.secret = secret
        self.headers = headers
        self.client = Client()

    def ask(self, method: str, path: str, body: object = None, *, key: str | None = "", **headers: str) -> Any:  # noqa: ANN401 (the test client's answer)
        """One request; ``key`` None sends no idempotency key, an empty one a new one."""
        sent = {**self.headers, **headers}
        if self.secret:
            sent.setdefault("authorization", f"Bearer {self.secret}")
        if method != "GET" and key is not None:
            sent["idempotency-key"] = key or uuid.uuid4().hex
        data = body if isinstance(body, bytes | str) else json.dumps(body) if body is not None else ""
        kind = sent.pop("content_type", "application/json")
        return self.client.generic(method, BASE + path, data, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:  # noqa: ANN401 (the same)
        """Read."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object, *, key: str | None = "", **headers: str) -> Any:  # noqa: ANN401 (the same)
        """Write."""
        return self.ask("POST", path, body, key=key, **headers)

    def patch(self, path: str, body: object, *, key: str | None = "", **headers: str) -> Any:  # noqa: ANN401 (the same)
        """Change."""
        return self.ask("PATCH", path, body, key=key, **headers)


def token_of(member: Membership, scopes: tuple[str, ...] = ALL, **given: Any) -> tuple[ApiToken, str]:  # noqa: ANN401 (columns)
    """A token as a row, and what is shown of it once."""
    secret = f"dmg_{uuid.uuid4().hex}"
    values: dict[str, Any] = {
        "clinic": member.clinic,
        "member": member,
        "name": "program",
        "prefix": secret[:SHOWN],
        "sha256": hash_of(secret),
        "scopes": list(scopes),
        "made_by": member.user,
        "expires_at": timezone.now() + dt.timedelta(days=30),
        **given,
    }
    return ApiToken.objects.create(**values), secret


def asker(member: Membership, scopes: tuple[str, ...] = ALL, **given: Any) -> Asker:  # noqa: ANN401 (columns)
    """A program with a token."""
    return Asker(token_of(member, scopes, **given)[1])


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Every operation of the document: its id, method, path below the prefix, and what is said of it."""
    for path, methods in document()["paths"].items():
        for method, said in methods.items():
            yield said["operationId"], method.upper(), path.removeprefix(BASE), said


def filled(path: str, records: dict[str, Any]) -> str:
    """A path with the ids of records."""
    for name in ("patient", "area", "course", "assessment", "consent", "appointment", "session", "photograph"):
        path = path.replace("{" + name + "}", str(records[name].pk))
    for name in ("comparison", "review", "lot"):
        path = path.replace("{" + name + "}", str(records[name].pk))
    return path.replace("{treatment}", "paramedical")


@pytest.fixture(autouse=True)
def fresh_count() -> Iterator[None]:
    """No test is held up by what another asked for."""
    limit.forget()
    yield
    limit.forget()
