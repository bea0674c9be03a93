"""Requests in other characters than UTF-8: none is read, whoever asks, and each is told so in its own form."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.signals import request_started
from django.test import RequestFactory

from dermograph.clinic.people.models import Membership
from dermograph.clinic.wsgi import application
from tests.clinic.fhir.fhir_asking import program

#: An address of each kind, and what a refusal of it is.
ADDRESSES = {
    "/": (415, "text/plain"),
    "/accounts/login/": (415, "text/plain"),
    "/account/login/": (415, "text/plain"),
    "/nothing": (415, "text/plain"),
    "/healthy": (415, "text/plain"),
    "/smart/authorize": (415, "text/plain"),
    "/fhir": (415, "application/fhir+json"),
    "/fhir/": (415, "application/fhir+json"),
    "/fhir/metadata": (415, "application/fhir+json"),
    "/fhir/Patient": (415, "application/fhir+json"),
    "//fhir/Patient": (415, "application/fhir+json"),
    "/api/v1/patients": (415, "application/problem+json"),
    "/cds-services": (415, "application/problem+json"),
    "/cds-services/nothing": (415, "application/problem+json"),
    "/smart/token": (400, "application/json"),
    "/smart/revoke": (400, "application/json"),
    "/.well-known/smart-configuration": (400, "application/json"),
}
OTHERS = ("rot13", "zlib", "hex", "base64", "idna", "punycode", "undefined", "utf-16", "utf-16-le", "utf-7", "x", "")


Answered = tuple[int, str, str]


def ask(path: str, charset: str, query: str = "a=%41", *, method: str = "GET", **more: str) -> Answered:
    """One request in a charset, through all that a web server calls: status, type and text of the answer."""
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    body = b"a=1" if method == "POST" else b""
    environ = RequestFactory().generic(method, path, body).environ
    environ |= {"PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": kind, **more}
    said: list[Any] = []

    def begin(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], object]:
        said.extend((status, dict(headers)))
        return lambda _: None

    with patch.object(request_started, "send"):  # it would close the connection of this test's transaction
        answer = application(environ, begin)
    text = b"".join(answer).decode()
    return int(said[0][:3]), said[1]["Content-Type"].partition(";")[0], text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ADDRESSES)
def test_what_is_not_utf_8_is_refused_in_the_form_of_its_address(path: str) -> None:
    for charset in OTHERS:
        for method in ("GET", "POST"):
            status, kind, text = ask(path, charset, method=method)
            assert (status, kind) == ADDRESSES[path], (charset, method)
            assert "UTF-8" in text


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    "said", ["charset*=nonsense'en'x", "x*=a%00b'en'x", f"charset*{'9' * 5000}*=x"], ids=["unknown", "nul", "long"]
)
def test_what_cannot_be_read_of_a_type_is_refused_as_well(path: str, said: str) -> None:
    status, kind, text = ask(path, f"utf-8; {said}")
    assert (status, kind) == ADDRESSES[path]
    assert "UTF-8" in text


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"', "us-ascii", "US-ASCII"])
def test_what_is_utf_8_or_a_part_of_it_is_read_as_such(charset: str, lead: Membership) -> None:
    who = program(lead)
    made = who.post("/Patient", {"resourceType": "Patient", "name": [{"family": "Ñandú"}]})
    assert made.status_code == 201
    for name, total in (("%C3%91and%C3%BA", 1), ("%C3%91x", 0)):
        status, _, text = ask("/fhir/Patient", charset, f"name={name}", HTTP_AUTHORIZATION=f"Bearer {who.secret}")
        assert (status, json.loads(text)["total"]) == (200, total)


@pytest.mark.django_db
def test_a_refusal_speaks_the_language_of_who_asks() -> None:
    for path in ("/api/v1/patients", "/cds-services"):
        _, _, text = ask(path, "utf-16", HTTP_ACCEPT_LANGUAGE="es")
        assert json.loads(text)["detail"].startswith("Content-Type indica")
