"""The rules of a password, and asking for it again."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.models import Assessment, Override
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Course, Membership, User
from tests.clinic.accounts.entering import Clock, code_now, is_signed_in, with_app, with_password
from tests.clinic.conftest import PASSWORD, signed_in

PERSON = User(name="Núria Vidal-Soler", email="nvs.clinic@aurora.example")


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("quiet rive", True),
        ("quiet riv", False),
        ("password123", False),
        ("1234567890", False),
        ("nuriavidal", False),
        ("NÚRIA-vidal-2026", False),
        ("nvs.clinic.1", False),
        ("nvs.clinic@aurora.example", False),
        ("aurora.example.7", False),
        ("nuria by the quiet river", True),
        ("!!!!!!!!!!!!", True),
        ("ñandúñandú", True),
        ("密码密码密码密码密码", True),
        ("a" * 100_000, True),
    ],
)
def test_a_password_is_long_not_common_and_more_than_ones_own_name(password: str, *, is_good: bool) -> None:
    try:
        validate_password(password, PERSON)
    except ValidationError:
        assert not is_good
    else:
        assert is_good


def test_each_refusal_is_said_in_the_language_of_the_page() -> None:
    for password in ("short", "password123", "nuriavidal"):
        said = {}
        for language in ("en", "es"):
            with translation.override(language), pytest.raises(ValidationError) as refused:
                validate_password(password, PERSON)
            said[language] = " ".join(refused.value.messages)
        assert said["en"] != said["es"]


@pytest.mark.parametrize(("language", "rule"), [("en", "None of the common passwords."), ("es", "su nombre")])
def test_the_rules_stand_on_the_page_before_one_writes(practitioner: Membership, language: str, rule: str) -> None:
    practitioner.user.language = language
    practitioner.user.save()
    assert rule in signed_in(practitioner).get("/account/password/change/").content.decode()


@pytest.fixture
def lot(lead: Membership) -> Lot:
    return Lot.objects.create(
        clinic=lead.clinic, kind="needle", name="7RL", number="A1", expires_on=dt.date(2030, 1, 1)
    )


@pytest.mark.parametrize(("seconds", "asks"), [(0, False), (298, False), (301, True), (-10, True)])
def test_an_export_asks_who_it_is_after_five_minutes(
    lead: Membership, lot: Lot, later: Clock, seconds: int, *, asks: bool
) -> None:
    client, _ = with_password(lead.user)
    later(seconds)
    for path in ("/outcomes.csv", f"/lots/{lot.pk}/recall.csv"):
        answer = client.get(path)
        assert (answer.status_code == 302) is asks, path
        if asks:
            assert answer["Location"].startswith("/account/reauthenticate/?next=%2F")
    assert AuditEntry.objects.filter(action="outcomes.exported").exists() is not asks


def test_after_the_password_the_export_comes_and_a_wrong_one_brings_nothing(lead: Membership, later: Clock) -> None:
    client, _ = with_password(lead.user)
    later(301)
    ask = client.get("/outcomes.csv")["Location"]
    assert client.post(ask, {"password": "wrong", "next": "/outcomes.csv"}).status_code == 200
    assert client.get("/outcomes.csv").status_code == 302
    answer = client.post(ask, {"password": PASSWORD, "next": "/outcomes.csv"})
    assert answer["Location"] == "/outcomes.csv"
    assert client.get("/outcomes.csv")["Content-Type"].startswith("text/csv")
    assert AuditEntry.objects.filter(action="account.confirmed").count() == 1


def test_a_code_confirms_as_well_as_the_password(lead: Membership, later: Clock) -> None:
    secret = with_app(lead.user)
    client, _ = with_password(lead.user)
    client.post("/account/2fa/authenticate/", {"code": code_now(secret, -1)})
    assert is_signed_in(client)
    later(301)
    assert client.get("/outcomes.csv").status_code == 302
    assert "with a code" in client.get("/account/reauthenticate/?next=/outcomes.csv").content.decode()
    client.post("/account/2fa/reauthenticate/", {"code": code_now(secret)})
    assert client.get("/outcomes.csv").status_code == 200


def test_wrong_passwords_where_it_is_asked_again_lock_the_account_too(lead: Membership, later: Clock) -> None:
    client, _ = with_password(lead.user)
    later(301)
    codes = [client.post("/account/reauthenticate/", {"password": f"wrong {n}"}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 429
    assert client.get("/outcomes.csv").status_code == 302


def test_changing_factors_asks_again_after_five_minutes(lead: Membership, later: Clock) -> None:
    with_app(lead.user)
    client = signed_in(lead)
    later(301)
    for path in ("totp/deactivate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = client.get(f"/account/2fa/{path}")
        assert answer["Location"].startswith("/account/reauthenticate/"), path


def signing(client: Client, course: Course, **more: str) -> int:
    page = client.get(f"/courses/{course.pk}/assessment/").content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    entry = str(uuid.uuid4())
    answer = client.post(f"/courses/{course.pk}/assessment/sign", {"entry": entry, "seen": seen[1], **more})
    return answer.status_code


def test_signing_asks_for_the_password_on_the_form_after_five_minutes(
    practitioner: Membership, course: Course, later: Clock
) -> None:
    client, _ = with_password(practitioner.user)
    later(298)
    assert 'name="password"' not in client.get(f"/courses/{course.pk}/assessment/").content.decode()
    assert signing(client, course) == 302
    later(3)
    assert 'name="password"' in client.get(f"/courses/{course.pk}/assessment/").content.decode()
    assert signing(client, course) == 422
    assert signing(client, course, password=PASSWORD[:-1]) == 422
    assert Assessment.objects.count() == 1
    assert signing(client, course, password=PASSWORD) == 302
    assert Assessment.objects.count() == 2


def test_the_original_of_a_photograph_is_asked_for_in_the_same_way(practitioner: Membership, later: Clock) -> None:
    client, _ = with_password(practitioner.user)
    path = f"/photographs/{uuid.uuid4()}/original"
    assert client.get(path).status_code == 404, "who has just signed in only learns that there is none"
    later(301)
    assert client.get(path)["Location"].startswith("/account/reauthenticate/?next=%2Fphotographs%2F")


def test_overriding_asks_for_the_password_and_keeps_what_was_written(
    lead: Membership, course: Course, later: Clock
) -> None:
    client, _ = with_password(lead.user)
    assert signing(client, course) == 302
    path = f"/assessments/{Assessment.objects.get().pk}/override"
    later(301)
    reason = "Written at length, and not to be lost."
    form = {"entry": str(uuid.uuid4()), "verdict": "excluded", "reason": reason}
    answer = client.post(path, form)
    assert answer.status_code == 422
    assert "Not signed yet." in answer.content.decode()
    assert reason in answer.content.decode()
    assert not Override.objects.exists()
    assert client.post(path, {**form, "password": PASSWORD}).status_code == 302
    assert Override.objects.get().reason == reason
