"""Signing in: what the trail holds, what nobody learns, and where one cannot be sent."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.signals import request_finished
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from dermograph.clinic.accounts import later, trail
from dermograph.clinic.audit.actions import WORDS
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.overview.invitations import password_path
from dermograph.clinic.people.models import Clinic, Membership, Role, User
from tests.clinic.accounts.entering import LOGIN, actions, is_signed_in, with_app, with_password
from tests.clinic.conftest import PASSWORD, member

KEY = "/account/2fa/webauthn/login/"


def test_sign_ins_failures_and_the_lock_stand_in_the_trail_and_nothing_secret_with_them(
    practitioner: Membership,
) -> None:
    client, _ = with_password(practitioner.user)
    client.post("/account/logout/")
    for _ in range(6):
        with_password(practitioner.user, "a wrong password")
    found = actions(practitioner.clinic)
    assert found[:2] == ["account.signed_in", "account.signed_out"]
    assert found[2:6] == ["account.sign_in_failed"] * 4
    assert set(found[6:8]) == {"account.sign_in_failed", "account.locked"}, "at the fifth"
    assert found[8:] == ["account.sign_in_failed"]
    first = AuditEntry.objects.get(action="account.signed_in")
    assert first.details == {"by": ["password"], "device": "Firefox on a Windows computer"}
    assert (first.who_id, first.about) == (practitioner.user.pk, practitioner.user.pk)
    failed = AuditEntry.objects.filter(action="account.sign_in_failed").first()
    assert failed is not None
    assert failed.who_id is None, "it is not proven who it was"
    said = " ".join(str(entry.details) for entry in AuditEntry.objects.all())
    assert "wrong" not in said
    assert PASSWORD not in said
    assert set(actions(practitioner.clinic)) <= set(WORDS)


def test_who_works_in_two_clinics_is_in_the_trail_of_both(practitioner: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    third = Clinic.objects.create(name="Tercera", slug="tercera")
    Membership.objects.create(clinic=other, user=practitioner.user, role=Role.PRACTITIONER)
    Membership.objects.create(clinic=third, user=practitioner.user, role=Role.PRACTITIONER, active=False)
    with_password(practitioner.user)
    assert actions(practitioner.clinic) == actions(other) == ["account.signed_in"]
    assert actions(third) == []


def test_a_failed_sign_in_is_written_down_after_the_answer_so_that_its_time_tells_nothing(
    practitioner: Membership,
) -> None:
    written: list[int] = []
    with patch.object(trail, "record", side_effect=lambda *_, **__: written.append(1)):
        client = Client()
        with patch("django.http.HttpResponse.close"):
            client.post(LOGIN, {"login": practitioner.user.email, "password": "wrong"})
        assert written == []
        client.post(LOGIN, {"login": practitioner.user.email, "password": "wrong"})
        assert written == [1]


def test_what_fails_after_the_answer_is_said_in_the_log_and_the_next_work_is_done(
    practitioner: Membership, caplog: pytest.LogCaptureFixture
) -> None:
    request, done, response = HttpRequest(), [1], HttpResponse()
    later.begin(request)
    later.do_later(request, lambda: done.remove(2))
    later.do_later(request, lambda: done.append(3))
    later.hand_over(request, response)
    with patch.object(request_finished, "send"):  # it would close the connection of this test's transaction
        response.close()
    assert done == [1, 3]
    told = [one for one in caplog.records if one.message == "work after the answer failed"]
    assert told
    assert all(one.exc_info for one in told)
    with patch.object(trail, "record", side_effect=OperationalError("database is locked")):
        assert Client().post(LOGIN, {"login": practitioner.user.email, "password": "wrong"}).status_code == 200
    assert "database is locked" in caplog.text


def _answer_to(address: str) -> tuple[int, str, int]:
    """Status, page and number of hashings of a wrong password."""
    count = 0
    real = MD5PasswordHasher.encode

    def counted(*args: Any, **options: Any) -> str:  # noqa: ANN401 (handed on)
        nonlocal count
        count += 1
        return real(*args, **options)

    with patch.object(MD5PasswordHasher, "encode", counted):
        answer = Client().post(LOGIN, {"login": address, "password": "a wrong password"})
    page = re.sub(r'(csrfmiddlewaretoken" value|name="csrf" content)="[^"]+"', "", answer.content.decode())
    return answer.status_code, page.replace(address, ""), count


def test_a_known_an_unknown_a_closed_and_a_waiting_account_get_the_same_answer_for_the_same_work(
    practitioner: Membership,
) -> None:
    closed = User.objects.create_user("closed@aurora.example", PASSWORD, name="Closed", is_active=False)
    waiting = User.objects.create_user("waiting@aurora.example", None, name="Waiting")
    answers = [
        _answer_to(address)
        for address in (practitioner.user.email, closed.email, waiting.email, "nobody@aurora.example")
    ]
    assert answers[0][2] > 0
    assert {one[2] for one in answers} == {answers[0][2]}
    assert {one[:2] for one in answers} == {answers[0][:2]}


def test_an_unknown_account_is_locked_like_a_known_one(practitioner: Membership) -> None:
    for address in (practitioner.user.email, "nobody@aurora.example"):
        codes = [_answer_to(address)[0] for _ in range(6)]
        assert codes == [200, 200, 200, 200, 429, 429]


@pytest.mark.parametrize("known", [True, False])
def test_a_forgotten_password_gets_the_same_answer_whether_or_not_there_is_an_account(
    practitioner: Membership, *, known: bool
) -> None:
    address = practitioner.user.email if known else "nobody@aurora.example"
    answer = Client().post("/account/password/reset/", {"email": address})
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/done/")


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https://localhost@evil.example/",
        "\0/",
        "/" * 5000,
        " https://evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(practitioner: Membership, where: str) -> None:
    client, answer = with_password(practitioner.user, next=where)
    assert is_signed_in(client)
    assert "evil" not in answer["Location"]
    assert not answer["Location"].startswith(("//", "javascript", "http"))
    stale = client.session
    stale["sure_at"] = 0
    stale.save()
    answer = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": where})
    assert "evil" not in answer["Location"]


def test_a_page_of_ours_is_opened_after_the_sign_in(practitioner: Membership) -> None:
    assert with_password(practitioner.user, next="/patients/?q=a")[1]["Location"] == "/patients/?q=a"


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b", ""])
def test_another_host_name_is_refused_and_gets_into_no_link(practitioner: Membership, host: str) -> None:
    answer = Client(headers={"host": host}).post("/account/password/reset/", {"email": practitioner.user.email})
    if host:
        assert answer.status_code == 400
    answer = Client(headers={"x-forwarded-host": "evil.example"}).get(LOGIN)
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "null",
        "1",
        "[]",
        "{}",
        "not json",
        '{"id": 1}',
        '{"id":"x","rawId":"x","type":"public-key","response":{"clientDataJSON":"x"}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}',
        '{"response": []}',
        '{"response": {"userHandle": 5}}',
        "[" * 3000,
        "9" * 5000,
        '"' + "a" * 100_000 + '"',
        "\0",
    ],
)
def test_what_no_key_has_made_signs_nobody_in_and_breaks_nothing(practitioner: Membership, credential: str) -> None:
    client = Client()
    assert client.get(KEY, headers={"accept": "application/json"}).status_code == 200
    assert client.post(KEY, {"credential": credential}).status_code in (302, 200)
    assert not is_signed_in(client)
    with_app(practitioner.user)
    client, _ = with_password(practitioner.user)
    assert client.post("/account/2fa/authenticate/", {"credential": credential}).status_code == 200
    assert not is_signed_in(client)
    client.force_login(practitioner.user)
    client.get("/account/2fa/webauthn/add/")
    assert client.post("/account/2fa/webauthn/add/", {"credential": credential, "name": "\0x"}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()
    assert client.post("/account/2fa/webauthn/reauthenticate/", {"credential": credential}).status_code in (200, 302)


def test_the_question_for_a_passkey_names_no_account(practitioner: Membership) -> None:
    question = Client().get(KEY, headers={"accept": "application/json"}).json()["request_options"]["publicKey"]
    assert not question.get("allowCredentials")
    assert question["userVerification"] == "required"
    assert question["rpId"] == "testserver"


def test_an_invitation_sets_a_password_once_and_leads_to_the_second_factor(clinic: Clinic, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    place = member(clinic, Role.PRACTITIONER, "Berta Nueva")
    place.user.set_unusable_password()
    place.user.save()
    link, client = password_path(place.user), Client()
    form = client.get(link)["Location"]
    assert "At least 10 characters" in client.get(form).content.decode()
    answer = client.post(form, {"password1": "berta1234567", "password2": "berta1234567"})
    assert "your own name or address" in answer.content.decode()
    new = "quiet river stones"
    client.post(form, {"password1": new, "password2": new})
    assert "account.password_set_by_link" in actions(clinic)
    for again in (link, form):
        assert "used up" in Client().get(again, follow=True).content.decode()
    client, _ = with_password(place.user, new)
    assert client.get("/")["Location"] == "/account/2fa/"


@pytest.mark.parametrize(("days", "is_good"), [(2.99, True), (3.01, False)])
def test_an_invitation_expires_after_three_days(clinic: Clinic, days: float, *, is_good: bool) -> None:
    place = member(clinic, Role.PRACTITIONER, "Berta Nueva")
    place.user.set_unusable_password()
    place.user.save()
    link = password_path(place.user)
    after = timezone.now().replace(tzinfo=None) + dt.timedelta(days=days)
    with patch("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", return_value=_local(after)):
        assert Client().get(link).status_code == (302 if is_good else 200)


def _local(moment: dt.datetime) -> dt.datetime:
    """As Django counts the seconds of such links: by the machine's own clock."""
    offset = dt.datetime.now() - timezone.now().replace(tzinfo=None)  # noqa: DTZ005 (what Django does there)
    return moment + offset


def test_what_was_tried_stands_in_no_table(practitioner: Membership) -> None:
    with_app(practitioner.user)
    client, _ = with_password(practitioner.user)
    client.post("/account/2fa/authenticate/", {"code": "824613"})
    with_password(practitioner.user, "something secret")
    kept = " ".join(f"{one.post_data} {one.get_data}" for one in AccessAttempt.objects.all())
    assert "code" in kept
    assert "824613" not in kept
    assert "something secret" not in kept
