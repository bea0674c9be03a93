"""Codes of an app and recovery codes: set up, asked, guessed, used twice, lost."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from dermograph.clinic.accounts import secrets
from dermograph.clinic.overview.invitations import password_path
from dermograph.clinic.people.models import Membership
from tests.clinic.accounts.entering import (
    CODE,
    INDEX,
    SET_UP,
    actions,
    code_now,
    codes_of,
    factors,
    is_signed_in,
    with_app,
    with_password,
    wrong_code,
)
from tests.clinic.conftest import signed_in


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    cache.clear()


def secret_on(client: Client) -> str:
    found = re.search(r'class="secret">([A-Z2-7]+)<', client.get(SET_UP).content.decode())
    assert found
    return found[1]


def test_staff_without_a_factor_opens_only_the_pages_that_set_one_up(practitioner: Membership) -> None:
    client, answer = with_password(practitioner.user)
    assert is_signed_in(client)
    for path in ("/", "/patients/", "/agenda/", "/patients/new", "/components"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, INDEX), path
    assert client.post("/patients/new", {"given_names": "A"})["Location"] == INDEX
    assert client.get("/", headers={"hx-request": "true"})["Location"] == INDEX
    page = client.get(INDEX)
    assert page.status_code == 200
    assert "Set up one of the two before you go on." in page.content.decode()
    for path in (SET_UP, "/account/2fa/webauthn/add/", "/account/sessions/", "/account/password/change/", "/healthy"):
        assert client.get(path).status_code == 200, path
    client.post("/account/logout/")
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)  # allauth tells of it when it is committed
def test_a_factor_that_is_set_up_opens_the_clinic_at_once_and_shows_recovery_codes(practitioner: Membership) -> None:
    client, _ = with_password(practitioner.user)
    secret = secret_on(client)
    answer = client.post(SET_UP, {"code": wrong_code(secret)})
    assert "That is not right" in answer.content.decode()
    assert factors(practitioner.user) == set()
    answer = client.post(SET_UP, {"code": code_now(secret)})
    assert answer["Location"] == "/account/2fa/recovery-codes/"
    assert len(re.findall(r"<code>\d{8}</code>", client.get(answer["Location"]).content.decode())) == 10
    assert factors(practitioner.user) == {"totp", "recovery_codes"}
    assert client.get("/").status_code == 200
    assert client.get("/patients/").status_code == 200


@pytest.mark.django_db(transaction=True)  # allauth tells of it when it is committed
def test_who_comes_by_the_link_of_an_invitation_sets_a_password_then_an_app_and_is_in(practitioner: Membership) -> None:
    practitioner.user.set_unusable_password()
    practitioner.user.save()
    guest = Client()
    asked = guest.get(password_path(practitioner.user))["Location"]
    new = "lanterns over a quiet bay"
    assert guest.post(asked, {"password1": new, "password2": new}).status_code == 302
    client, _ = with_password(practitioner.user, new)
    assert client.get("/")["Location"] == INDEX
    assert client.post(SET_UP, {"code": code_now(secret_on(client))})["Location"] == "/account/2fa/recovery-codes/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("ahead", [-1, 0, 1])
@pytest.mark.django_db(transaction=True)  # allauth tells of it when it is committed
def test_the_code_that_set_the_app_up_signs_nobody_in_also_if_the_telephone_is_ahead(
    practitioner: Membership, ahead: int
) -> None:
    client, _ = with_password(practitioner.user)
    code = code_now(secret_on(client), ahead)
    client.post(SET_UP, {"code": code})
    assert "totp" in factors(practitioner.user)
    other, _ = with_password(practitioner.user)
    other.post(CODE, {"code": code})
    assert not is_signed_in(other)


def test_the_secret_is_stored_sealed_and_opens_only_with_the_same_master_key(
    practitioner: Membership, settings: Settings
) -> None:
    secret = with_app(practitioner.user)
    kept = Authenticator.objects.get(user=practitioner.user).data["secret"]
    assert secret not in json.dumps(Authenticator.objects.get(user=practitioner.user).data)
    assert secrets.opened(kept) == secret
    assert secrets.sealed(secret) != kept
    settings.MASTER_KEY = b"\1" * 32
    for wrong in (kept, kept[:-4] + "AAAA", "1.", "nothing", ""):
        with pytest.raises(secrets.UnreadableSecretError):
            secrets.opened(wrong)
    client, _ = with_password(practitioner.user)
    answer = client.post(CODE, {"code": "123456"})
    assert answer.status_code == 400
    assert "another master key" in answer.content.decode()


def test_password_and_code_sign_in_and_the_password_alone_does_not(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    client, answer = with_password(practitioner.user)
    assert answer["Location"] == CODE
    assert not is_signed_in(client)
    assert client.get("/patients/")["Location"].startswith("/account/login/")
    assert client.post(CODE, {"code": wrong_code(secret)}).status_code == 200
    assert not is_signed_in(client)
    assert client.post(CODE, {"code": code_now(secret)})["Location"] == "/"
    assert is_signed_in(client)
    assert client.get("/patients/").status_code == 200
    assert actions(practitioner.clinic) == ["factor.failed", "factor.used", "account.signed_in"]


@pytest.mark.parametrize(("later", "is_good"), [(-3, False), (-1, True), (0, True), (1, True), (3, False)])
def test_a_telephone_may_be_half_a_minute_wrong_and_not_much_more(
    practitioner: Membership, later: int, *, is_good: bool
) -> None:
    secret = with_app(practitioner.user)
    client, _ = with_password(practitioner.user)
    client.post(CODE, {"code": code_now(secret, later)})
    assert is_signed_in(client) is is_good


def test_a_code_is_taken_once_also_by_another_process(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    code = code_now(secret)
    first, _ = with_password(practitioner.user)
    first.post(CODE, {"code": code})
    assert is_signed_in(first)
    cache.clear()  # what allauth remembers of used codes lives in one process; another one has none of it
    second, _ = with_password(practitioner.user)
    second.post(CODE, {"code": code})
    assert not is_signed_in(second)
    second.post(CODE, {"code": code_now(secret, -1)})
    assert not is_signed_in(second), "an older code is used up with a newer one"
    new = code_now(secret, 1)
    second.post(CODE, {"code": f"{new[:3]} {new[3:]}"})
    assert is_signed_in(second), "the next one is good, also with a blank in it"


def test_a_recovery_code_signs_in_once(practitioner: Membership) -> None:
    with_app(practitioner.user)
    codes = codes_of(practitioner.user)
    first, _ = with_password(practitioner.user)
    first.post(CODE, {"code": codes[3]})
    assert is_signed_in(first)
    second, _ = with_password(practitioner.user)
    second.post(CODE, {"code": codes[3]})
    assert not is_signed_in(second)
    second.post(CODE, {"code": codes[4]})
    assert is_signed_in(second)
    listed = first.get("/account/2fa/recovery-codes/").content.decode()
    assert codes[3] not in listed
    assert codes[5] in listed
    assert codes[5] in first.get("/account/2fa/recovery-codes/download/").content.decode()


def test_five_wrong_codes_lock_the_account_and_no_right_one_opens_it_then(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    codes = codes_of(practitioner.user)
    client, _ = with_password(practitioner.user)
    for _ in range(4):
        assert client.post(CODE, {"code": wrong_code(secret)}).status_code == 200
    answer = client.post(CODE, {"code": "00000000"})
    assert answer.status_code == 429
    assert "Locked for now" in answer.content.decode()
    for code in (code_now(secret), codes[0]):
        assert client.post(CODE, {"code": code}).status_code == 429
        assert not is_signed_in(client)
    another, answer = with_password(practitioner.user)
    assert answer.status_code == 429
    assert not is_signed_in(another)
    assert actions(practitioner.clinic).count("account.locked") == 1
    assert actions(practitioner.clinic).count("factor.failed") == 5


def test_wrong_passwords_and_wrong_codes_are_counted_together(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    for _ in range(3):
        with_password(practitioner.user, "not the password")
    client, _ = with_password(practitioner.user)
    assert client.post(CODE, {"code": wrong_code(secret)}).status_code == 200
    assert client.post(CODE, {"code": wrong_code(secret)}).status_code == 429


def test_a_sign_in_starts_the_count_again(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    codes = codes_of(practitioner.user)
    for n in range(3):
        client, _ = with_password(practitioner.user)
        for _ in range(3):
            assert client.post(CODE, {"code": wrong_code(secret)}).status_code == 200
        client.post(CODE, {"code": codes[n]})
        assert is_signed_in(client)


@pytest.mark.parametrize("code", ["", " ", "\0", "1" * 21, "1" * 100_000, "é" * 6, "-1", "１２３４５６", "a\nb"])
def test_what_is_no_code_is_refused_and_breaks_nothing(practitioner: Membership, code: str) -> None:
    with_app(practitioner.user)
    client, _ = with_password(practitioner.user)
    assert client.post(CODE, {"code": code}).status_code == 200
    assert not is_signed_in(client)
    client = signed_in(practitioner)
    assert client.post(SET_UP, {"code": code}).status_code in (200, 302)
    assert client.post("/account/2fa/reauthenticate/", {"code": code}).status_code == 200


def test_a_session_that_has_not_used_the_factor_is_asked_for_it(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    client = signed_in(practitioner)
    assert client.get("/patients/")["Location"] == "/account/2fa/reauthenticate/?next=%2Fpatients%2F"
    client.post("/account/2fa/reauthenticate/", {"code": wrong_code(secret)})
    assert client.get("/patients/").status_code == 302
    answer = client.post("/account/2fa/reauthenticate/?next=%2Fpatients%2F", {"code": code_now(secret)})
    assert answer["Location"] == "/patients/"
    assert client.get("/patients/").status_code == 200


def test_the_last_factor_that_is_removed_leads_back_to_set_up(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    client, _ = with_password(practitioner.user)
    client.post(CODE, {"code": code_now(secret)})
    assert client.get("/account/2fa/totp/deactivate/").status_code == 200
    client.post("/account/2fa/totp/deactivate/")
    assert factors(practitioner.user) == set()
    assert client.get("/")["Location"] == INDEX
    assert "factor.removed" in actions(practitioner.clinic)


@pytest.mark.django_db(transaction=True)  # allauth tells of it when it is committed
def test_new_recovery_codes_replace_the_old_ones(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    old = codes_of(practitioner.user)
    client, _ = with_password(practitioner.user)
    client.post(CODE, {"code": code_now(secret)})
    assert client.get("/account/2fa/recovery-codes/generate/").status_code == 200
    client.post("/account/2fa/recovery-codes/generate/")
    assert not set(old) & set(re.findall(r"\d{8}", client.get("/account/2fa/recovery-codes/").content.decode()))
    other, _ = with_password(practitioner.user)
    other.post(CODE, {"code": old[0]})
    assert not is_signed_in(other)
    assert "factor.codes_made" in actions(practitioner.clinic)


def test_the_requirement_costs_no_query(practitioner: Membership, settings: Settings) -> None:
    secret = with_app(practitioner.user)
    client, _ = with_password(practitioner.user)
    client.post(CODE, {"code": code_now(secret)})
    client.get("/components")
    with CaptureQueriesContext(connection) as required:
        assert client.get("/components").status_code == 200
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SafeSessions" not in one]
    bare = Client()
    bare.cookies = client.cookies
    with CaptureQueriesContext(connection) as without:
        assert bare.get("/components").status_code == 200
    assert len(required) == len(without)


def test_where_it_is_optional_staff_work_without_and_who_runs_the_clinic_is_warned(
    admin: Membership, practitioner: Membership, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client, _ = with_password(practitioner.user)
    assert client.get("/patients/").status_code == 200
    warning = "lets staff work without a second factor"
    assert warning not in client.get(INDEX).content.decode()
    runs, _ = with_password(admin.user)
    assert warning in runs.get("/settings/staff/").content.decode()
    assert warning in runs.get(INDEX).content.decode()
