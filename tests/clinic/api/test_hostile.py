"""Hostile requests: refused in words, with the status that the document names, and nothing written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from dermograph.clinic.api.reading import DEEPEST, MOST_JSON_BYTES
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, Role
from tests.clinic.api.asking import asker, fresh_count, token_of
from tests.clinic.conftest import member
from tests.clinic.gallery.photos import picture

__all__ = ["fresh_count"]
DEEP = b"[" * 100_000
UNREADABLE = {
    "blanks": b"  ",
    "no json": b"given_names=Eva",
    "half": b'{"given_names": "Eva"',
    "invalid utf-8": b'{"given_names": "\xff\xfe"}',
    "utf-16": '{"given_names": "Eva"}'.encode("utf-16"),
    "deep": DEEP,
    "deep and closed": b"[" * 5000 + b"]" * 5000,
    "deep in a field": b'{"given_names": ' + b'{"a":' * 500 + b"1" + b"}" * 501,
    "one too deep": b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    "twice": b'{"given_names": "Eva", "given_names": "Ana"}',
    "nan": b'{"given_names": NaN}',
    "infinite": b'{"given_names": 1e999}',
    "long number": b'{"given_names": ' + b"9" * 5000 + b"}",
    "nul": b'{"given_names": "Eva\\u0000"}',
    "half a pair": b'{"given_names": "\\ud800"}',
    "nul in a name": b'{"given_names\\u0000": "Eva"}',
}
UNUSABLE: dict[str, Any] = {
    "list": [],
    "text": "Eva",
    "null": None,
    "true": True,
    "just deep enough": json.loads("[" * DEEPEST + "]" * DEEPEST),
    "another kind": {"given_names": 1},
    "too long": {"given_names": "x" * 121},
    "no name": {"given_names": "…"},
    "line break": {"given_names": "Eva\x1b[31m"},
    "day as number": {"given_names": "Eva", "birth_date": 0},
    "day as instant": {"given_names": "Eva", "birth_date": "1990-01-01T00:00:00Z"},
    "impossible day": {"given_names": "Eva", "birth_date": "1990-02-30"},
    "future": {"given_names": "Eva", "birth_date": "2199-01-01"},
    "own clinic": {"given_names": "Eva", "clinic": "x"},
    "own number": {"given_names": "Eva", "number": 7},
    "synthetic": {"given_names": "Eva", "synthetic": True},
    "user": {"given_names": "Eva", "user": "x"},
    "prototype": {"given_names": "Eva", "__proto__": {}},
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused_before_anything_is_done(name: str, lead: Membership) -> None:
    answer = asker(lead).post("/patients", UNREADABLE[name])
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:dermograph:problem:unreadable")
    assert (Patient.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_can_be_read_and_not_used_is_refused_with_its_place(name: str, lead: Membership) -> None:
    answer = asker(lead).post("/patients", json.dumps(UNUSABLE[name]).encode())
    assert answer.status_code == 422
    assert answer.json()["what"]
    assert (Patient.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_unknown_fields_are_named_in_the_language_that_is_asked_for(lead: Membership) -> None:
    body = {"given_names": "Eva", "number": 7, "birth_date": "no"}
    answer = asker(lead).post("/patients", body, **{"accept-language": "es"}).json()
    assert answer["errors"] == [
        {"place": "birth_date", "what": "Un día se escribe 2026-11-21."},
        {"place": "number", "what": "Aquí nada se llama así."},
    ]


@pytest.mark.parametrize(("size", "status"), [(MOST_JSON_BYTES, 422), (MOST_JSON_BYTES + 1, 413)])
def test_a_body_has_so_many_bytes_and_not_one_more(size: int, status: int, lead: Membership) -> None:
    frame = json.dumps({"given_names": ""}).encode()
    body = frame[:-2] + b"x" * (size - len(frame)) + frame[-2:]
    assert len(body) == size
    assert asker(lead).post("/patients", body).status_code == status


def test_a_body_that_is_said_to_be_huge_is_refused_unread(lead: Membership) -> None:
    _, secret = token_of(lead)
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "k" * 8}
    for length in ("99999999999", "1000001"):
        answer = Client().generic(
            "POST", "/api/v1/patients", b"{}", "application/json", headers=headers, CONTENT_LENGTH=length
        )
        assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "", "1e3"])
def test_a_length_that_is_none_reads_nothing(length: str, lead: Membership) -> None:
    _, secret = token_of(lead)
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "k" * 8}
    body = b'{"given_names": "Eva"}'
    answer = Client().generic(
        "POST", "/api/v1/patients", body, "application/json", headers=headers, CONTENT_LENGTH=length
    )
    assert answer.status_code == 400
    assert Patient.objects.count() == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""])
def test_another_kind_of_content_is_refused(kind: str, lead: Membership) -> None:
    assert asker(lead).post("/patients", b'{"given_names": "Eva"}', content_type=kind).status_code == 415


def test_another_charset_is_refused(lead: Membership) -> None:
    body = '{"given_names": "Eva"}'.encode("latin-1")
    kind = "application/json; charset=latin-1"
    assert asker(lead).post("/patients", body, content_type=kind).status_code == 415
    assert asker(lead).post("/patients", body, content_type="application/json; charset=UTF-8").status_code == 201


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=101", 422),
        ("limit=1", 200),
        ("limit=100", 200),
        ("limit=99999999999999999999999999", 422),
        ("limit=-1", 422),
        ("limit=1&limit=2", 422),
        ("patiant=1", 422),
        ("number=0", 422),
        ("number=2147483647", 200),
        ("number=2147483648", 422),
        ("after=%ff", 400),
        ("after=%00", 400),
        ("after=x", 422),
        ("after=W10", 422),
        ("after=WzEsMV0", 422),
        ("after=W1s5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTksICIwIl1d", 422),
        ("after=" + "x" * 201, 422),
        ("after=" + "x" * 5000, 400),
        ("%ff=1", 400),
        ("", 200),
    ],
)
def test_the_part_after_the_question_mark_is_held_to_what_it_may_be(query: str, status: int, lead: Membership) -> None:
    assert asker(lead).get(f"/patients?{query}").status_code == status


@pytest.mark.parametrize("path", ["/patients/x", "/patients/%00", "/patients/../me", "/courses/-1", "/treatments/%ff"])
def test_an_address_that_leads_nowhere_is_not_found(path: str, lead: Membership) -> None:
    assert asker(lead).get(path).status_code in (404, 400)


def test_what_belongs_to_another_clinic_cannot_be_named_in_a_body(course: Course, lead: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = member(other, Role.PRACTITIONER, "Otra Persona", ("paramedical",))
    area = Area.objects.create(patient=course.patient, name="arm", view="front")
    answer = asker(lead).post(f"/areas/{area.pk}/courses", {"treatment": "paramedical", "lead": str(stranger.pk)})
    assert answer.status_code == 404
    assert Course.objects.count() == 1


def test_a_photograph_has_so_many_bytes_and_is_one(course: Course, lead: Membership, settings: Settings) -> None:
    settings.LARGEST_PHOTOGRAPH_MB = 0
    path = f"/courses/{course.pk}/photographs?taken_on=2026-03-02"
    assert asker(lead).post(path, picture(), content_type="image/jpeg").status_code == 413
    settings.LARGEST_PHOTOGRAPH_MB = 1
    refused = asker(lead).post(path, picture(), content_type="image/jpeg")
    assert (refused.status_code, "consent" in refused.json()["what"].lower()) == (422, True)
    assert asker(lead).post(path, picture(), content_type="text/html").status_code == 415


def test_a_header_cannot_smuggle_a_line(lead: Membership) -> None:
    program = asker(lead)
    for name in ("idempotency-key", "accept-language", "if-none-match"):
        answer = program.get("/me", **{name: "x\r\nSet-Cookie: a=b"})
        assert answer.status_code == 200
        assert "a=b" not in str(answer.headers)


def test_what_fails_unforeseen_is_a_problem_too_and_says_nothing_of_why(
    lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("dermograph.clinic.api.operations.patients.register_patient", broken)
    answer = asker(lead).post("/patients", {"given_names": "Eva"})
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert b"secret" not in answer.content
