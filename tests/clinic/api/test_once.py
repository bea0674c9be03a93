"""A write under an idempotency key: the same answer to the same, nothing to anything else, and one effect at once."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path

import pytest
from django.utils import timezone

from dermograph.clinic.api.models import KeptAnswer
from dermograph.clinic.api.once import KEPT
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Course, Membership, Patient
from tests.clinic.api.asking import asker, fresh_count, token_of
from tests.clinic.api.at_once import AT_ONCE, write_at_once
from tests.clinic.at_once import run_apart
from tests.clinic.gallery.photos import consent, picture

__all__ = ["consent", "fresh_count"]
EVA = {"given_names": "Eva", "family_names": "Luna"}


def test_the_same_write_again_gives_the_same_answer_and_does_nothing(lead: Membership) -> None:
    program = asker(lead)
    first = program.post("/patients", EVA, key="key-1234")
    entries = AuditEntry.objects.count()
    again = program.post("/patients", EVA, key="key-1234")
    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert again["Idempotent-Replayed"] == "true"
    assert (Patient.objects.count(), AuditEntry.objects.count()) == (1, entries)


@pytest.mark.parametrize("other", [{**EVA, "phone": "1"}, {"given_names": "Eva"}])
def test_the_same_key_with_another_body_is_refused_and_does_nothing(other: dict[str, str], lead: Membership) -> None:
    program = asker(lead)
    program.post("/patients", EVA, key="key-1234")
    refused = program.post("/patients", other, key="key-1234")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:dermograph:problem:key-used")
    assert Patient.objects.count() == 1


def test_the_same_key_at_another_address_is_refused(lead: Membership, patient: Patient) -> None:
    program = asker(lead)
    body = {"name": "arm", "view": "front"}
    assert program.post(f"/patients/{patient.pk}/areas", body, key="key-1234").status_code == 201
    assert program.post("/patients", EVA, key="key-1234").status_code == 422


def test_the_key_of_one_token_says_nothing_to_another(lead: Membership) -> None:
    assert asker(lead).post("/patients", EVA, key="key-1234").status_code == 201
    assert asker(lead).post("/patients", EVA, key="key-1234").status_code == 201
    assert Patient.objects.count() == 2


def test_what_was_refused_may_be_tried_again_under_its_key(lead: Membership) -> None:
    program = asker(lead)
    assert program.post("/patients", {"given_names": "1"}, key="key-1234").status_code == 422
    assert program.post("/patients", EVA, key="key-1234").status_code == 201


@pytest.mark.parametrize(("seconds", "rows"), [(-1, 1), (0, 2)])
def test_an_answer_is_kept_for_a_day_to_the_second(
    seconds: int, rows: int, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = asker(lead)
    program.post("/patients", EVA, key="key-1234")
    made = KeptAnswer.objects.get().made_at
    moment = made + KEPT + dt.timedelta(seconds=seconds)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert program.post("/patients", EVA, key="key-1234").status_code == 201
    assert (Patient.objects.count(), KeptAnswer.objects.count()) == (rows, 1)


@pytest.mark.parametrize("key", [None, "short", "k" * 129, "with space", "ñandúñandú"])
def test_a_write_without_a_good_key_is_refused(key: str | None, lead: Membership) -> None:
    refused = asker(lead).post("/patients", EVA, key=key)
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:dermograph:problem:idempotency-key")
    assert Patient.objects.count() == 0


@pytest.mark.parametrize("key", ["k" * 8, "k" * 128, "!~!~!~!~"])
def test_the_shortest_and_the_longest_key_are_taken(key: str, lead: Membership) -> None:
    assert asker(lead).post("/patients", EVA, key=key).status_code == 201


def test_what_is_kept_cannot_be_read_without_the_token(lead: Membership) -> None:
    _, secret = token_of(lead)
    assert asker(lead).post("/patients", EVA).status_code == 201
    kept = bytes(KeptAnswer.objects.get().body)
    assert b"Luna" not in kept
    assert secret.encode() not in kept


def test_a_photograph_that_is_sent_again_is_kept_once(course: Course, lead: Membership, consent: Consent) -> None:
    program = asker(lead)
    path = f"/courses/{course.pk}/photographs?taken_on=2026-03-02&name=skin.jpg"
    sent = [
        program.post(path, picture(), key="key-1234", content_type="image/jpeg"),
        program.post(path, picture(), key="key-1234", content_type="image/jpeg"),
        program.post(path, picture(), key="key-other", content_type="image/jpeg"),
    ]
    assert [one.status_code for one in sent] == [201, 201, 201]
    assert len({one.json()["id"] for one in sent}) == 1
    assert Photograph.objects.count() == 1
    # As if the server had stopped between keeping the photograph and keeping its answer.
    KeptAnswer.objects.all().delete()
    again = program.post(path, picture(), key="key-1234", content_type="image/jpeg")
    assert (again.status_code, again.json()["id"]) == (201, sent[0].json()["id"])
    other = program.post(path, picture(1), key="key-1234", content_type="image/jpeg")
    assert other.status_code == 422
    assert Photograph.objects.count() == 1


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="on PostgreSQL the next test does it")
def test_the_same_write_many_times_at_once_has_one_effect(tmp_path: Path) -> None:
    found = run_apart("tests.clinic.api.at_once", tmp_path)
    assert found == {"codes": [201] * AT_ONCE, "answers": 1, "patients": 1, "kept": 1, "broken_at": None}


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="on SQLite the test before does it")
@pytest.mark.django_db(transaction=True)
def test_the_same_write_many_times_at_once_has_one_effect_on_postgresql() -> None:
    assert write_at_once() == {"codes": [201] * AT_ONCE, "answers": 1, "patients": 1, "kept": 1, "broken_at": None}


def test_keys_of_different_writes_do_not_meet(lead: Membership) -> None:
    program = asker(lead)
    made = {program.post("/patients", EVA, key=uuid.uuid4().hex).json()["id"] for _ in range(3)}
    assert len(made) == 3
