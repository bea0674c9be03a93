"""A base address that ends in a slash: a program is told so in the form that it reads, and sent nowhere."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
FORMS = {"fhir": "application/fhir+json", "api": "application/problem+json", "cds-services": "application/problem+json"}


@pytest.mark.parametrize("slashes", ["//", "///"], ids=["two", "three"])
@pytest.mark.parametrize("rest", ["", "/", "/metadata", "/v1/me?x=1", "//evil.example/"])
@pytest.mark.parametrize("interface", FORMS)
def test_a_program_is_told_that_its_address_begins_with_two_slashes(interface: str, rest: str, slashes: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for ask in (client.get, client.post, client.head):
        answer = ask("/", PATH_INFO=f"{slashes}{interface}{rest.partition('?')[0]}")
        assert answer.status_code == 404
        assert answer["Content-Type"].startswith(FORMS[interface])
        assert "Location" not in answer
    told = client.get("/", PATH_INFO=f"{slashes}{interface}{rest.partition('?')[0]}").content.decode()
    assert "two slashes" in told


@pytest.mark.parametrize("path", ["//patients/", "//evil.example/fhir", "//fhirs", "//apiary/x"])
def test_any_other_address_with_two_slashes_is_a_page_that_is_not_there(path: str) -> None:
    answer = Client().get("/", PATH_INFO=path)
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
