"""The lock: whom it stops, whom a stranger cannot stop with it, and how long it lasts."""

from __future__ import annotations

import datetime as dt
import runpy
from collections.abc import Callable
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from axes.models import AccessAttempt
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

import dermograph.clinic.settings as site
from dermograph.clinic.people.models import Course, Membership, User
from dermograph.clinic.people.sign_in import who_tries
from tests.clinic.accounts.entering import CODE, LOGIN, Clock, actions, code_now, is_signed_in, with_app, with_password
from tests.clinic.accounts.test_passwords import signing
from tests.clinic.conftest import PASSWORD

CHANGE, SURE = "/account/password/change/", "/account/reauthenticate/"
NEW = "another horse battery"


def lock_from_outside(user: User) -> None:
    """A stranger who knows the address."""
    codes = [Client().post(LOGIN, {"login": user.email, "password": "wrong"}).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]


def test_a_strangers_wrong_passwords_stop_nobody_from_signing_and_confirming(
    practitioner: Membership, course: Course, later: Clock
) -> None:
    client, _ = with_password(practitioner.user)
    lock_from_outside(practitioner.user)
    later(301)
    assert signing(client, course, password=PASSWORD[:-1]) == 422
    assert signing(client, course, password=PASSWORD) == 302
    later(301)
    assert client.post(SURE, {"password": PASSWORD}).status_code == 302
    _, answer = with_password(practitioner.user)
    assert answer.status_code == 429, "the sign-in stays locked"


def test_a_strangers_wrong_passwords_stop_no_code_of_who_is_signed_in(practitioner: Membership, later: Clock) -> None:
    secret = with_app(practitioner.user)
    client, _ = with_password(practitioner.user)
    client.post(CODE, {"code": code_now(secret, -1)})
    lock_from_outside(practitioner.user)
    later(301)
    assert client.post("/account/2fa/reauthenticate/", {"code": code_now(secret)}).status_code in (200, 302)
    assert "account.locked" in actions(practitioner.clinic)


def test_nobody_counts_for_another_by_sending_the_name_that_tries_are_counted_under(
    practitioner: Membership, later: Clock
) -> None:
    client, _ = with_password(practitioner.user)
    for _ in range(6):
        Client().post(LOGIN, {"login": f"sure:{practitioner.user.pk}", "password": "wrong"})
        Client().post(LOGIN, {"counted": f"sure:{practitioner.user.pk}", "login": "a@b.example", "password": "wrong"})
    later(301)
    assert client.post(SURE, {"password": PASSWORD}).status_code == 302


def test_wrong_passwords_of_who_is_signed_in_are_counted_told_and_locked(
    practitioner: Membership, later: Clock
) -> None:
    client, _ = with_password(practitioner.user)
    later(301)
    codes = [client.post(SURE, {"password": "wrong"}).status_code for _ in range(6)]
    assert codes == [200, 200, 200, 200, 429, 429]
    assert actions(practitioner.clinic).count("account.sign_in_failed") == 6
    assert actions(practitioner.clinic).count("account.locked") == 1
    assert is_signed_in(with_password(practitioner.user)[0]), "the sign-in is counted apart"


def test_wrong_old_passwords_of_a_change_are_counted_told_and_locked(practitioner: Membership) -> None:
    client, _ = with_password(practitioner.user)
    form = {"password1": NEW, "password2": NEW}
    codes = [client.post(CHANGE, {**form, "oldpassword": f"wrong {n}"}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    cache.clear()  # allauth's own limit of changes a minute, of one process
    assert "Locked for now" in client.post(CHANGE, {**form, "oldpassword": PASSWORD}).content.decode()
    practitioner.user.refresh_from_db()
    assert practitioner.user.check_password(PASSWORD)
    assert actions(practitioner.clinic).count("account.sign_in_failed") == 6
    assert actions(practitioner.clinic).count("account.locked") == 1


def test_the_right_old_password_changes_it_and_starts_the_count_again(practitioner: Membership) -> None:
    client, _ = with_password(practitioner.user)
    old = PASSWORD
    for new in (NEW, PASSWORD, NEW):
        cache.clear()  # the same
        form = {"password1": new, "password2": new}
        for _ in range(3):
            assert client.post(CHANGE, {**form, "oldpassword": "wrong"}).status_code == 200
        assert client.post(CHANGE, {**form, "oldpassword": old}).status_code == 302
        old = new
    practitioner.user.refresh_from_db()
    assert practitioner.user.check_password(NEW)


def test_tries_while_it_is_locked_do_not_make_the_lock_last_longer(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    half, _ = with_password(practitioner.user)
    lock_from_outside(practitioner.user)
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=14))
    assert with_password(practitioner.user, "wrong")[1].status_code == 429
    assert half.post(CODE, {"code": code_now(secret)}).status_code == 429
    assert half.post(CODE, {"credential": '{"id": "x"}'}).status_code == 429
    assert AccessAttempt.objects.get().failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=16))
    half.post(CODE, {"code": code_now(secret)})
    assert is_signed_in(half)


def test_a_passkey_is_looked_at_although_the_account_is_locked(practitioner: Membership) -> None:
    key = Authenticator.objects.create(user=practitioner.user, type="webauthn", data={"name": "x", "credential": {}})
    half, _ = with_password(practitioner.user)
    lock_from_outside(practitioner.user)
    with (
        patch.object(auth, "parse_authentication_response"),
        patch.object(auth, "complete_authentication", return_value=key),
    ):
        half.post(CODE, {"credential": '{"id": "x"}'})
    assert is_signed_in(half)


@pytest.mark.parametrize("letter", ["ſ", "ı", "S"])
def test_letters_that_only_look_like_those_of_an_address_are_not_it(practitioner: Membership, letter: str) -> None:
    user = practitioner.user
    User.objects.filter(pk=user.pk).update(email="sussi.sanz@aurora.example")
    other = "sussi.sanz@aurora.example".replace("s" if letter != "ı" else "i", letter, 1)
    request = HttpRequest()
    if letter == "S":
        assert User.objects.get_by_natural_key(f" {other} ") == user
        assert who_tries(request, {"email": other}) == "sussi.sanz@aurora.example"
        return
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(other)
    client = Client()
    client.post(LOGIN, {"login": other, "password": PASSWORD})
    assert not is_signed_in(client)


def test_no_question_for_an_account_leaves_it_to_the_database_which_letters_are_the_same(
    practitioner: Membership,
) -> None:
    with connection.execute_wrapper(_no_likeness):
        client, _ = with_password(practitioner.user)
        with_password(practitioner.user, "wrong")
    assert is_signed_in(client)


def _no_likeness(execute: Callable[..., object], sql: str, params: object, many: object, context: object) -> object:
    assert not ("people_user" in sql and ("LIKE" in sql or "UPPER(" in sql)), sql
    return execute(sql, params, many, context)


@pytest.mark.parametrize(("tls", "count"), [("1", 1), ("", 0)])
def test_behind_a_proxy_sign_ins_are_counted_by_the_address_that_it_tells(
    monkeypatch: pytest.MonkeyPatch, tls: str, count: int
) -> None:
    monkeypatch.setenv("DERMOGRAPH_TLS", tls)
    assert runpy.run_path(site.__file__)["ALLAUTH_TRUSTED_PROXY_COUNT"] == count


def test_a_flood_from_one_address_leaves_the_others_behind_the_proxy_alone(
    practitioner: Membership, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [{"x-forwarded-for": f"198.51.100.{n}, 203.0.113.9"} for n in range(31)]
    codes = [Client(headers=one).post(LOGIN, {"login": "a@x.example", "password": ""}).status_code for one in forged]
    assert (codes[0], codes[-1]) == (200, 429), "what the visitor writes before the proxy's own word does not count"
    client = Client(headers={"x-forwarded-for": "198.51.100.7"})
    client.post(LOGIN, {"login": practitioner.user.email, "password": PASSWORD})
    assert is_signed_in(client)
