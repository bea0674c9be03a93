"""Sessions: how long they last, where one is signed in, and how they end."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from dermograph.clinic.accounts.devices import device_words
from dermograph.clinic.accounts.models import SignedIn
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Membership
from tests.clinic.accounts.entering import (
    CODE,
    FIREFOX,
    Clock,
    actions,
    code_now,
    is_signed_in,
    with_app,
    with_password,
)
from tests.clinic.conftest import PASSWORD, signed_in

PAGE = "/account/sessions/"
NEW = "another horse battery"


def test_a_session_ends_after_an_hour_without_a_page(practitioner: Membership, later: Clock) -> None:
    client, _ = with_password(practitioner.user)
    later(3590)
    assert client.get("/patients/").status_code == 200
    later(3590)
    assert client.get("/patients/").status_code == 200, "it was used in between"
    later(3601)
    answer = client.get("/patients/?q=a")
    assert answer["Location"] == "/account/login/?next=/patients/%3Fq%3Da"
    assert not is_signed_in(client)
    assert "no page was opened for a while" in client.get(answer["Location"]).content.decode()
    assert not SignedIn.objects.exists()
    entry = AuditEntry.objects.get(action="account.signed_out")
    assert entry.details == {"why": "idle"}


def test_a_session_ends_after_twelve_hours_however_busy(practitioner: Membership, later: Clock) -> None:
    client, _ = with_password(practitioner.user, remember="on")
    for _ in range(23):
        later(1800)
        assert client.get("/patients/").status_code == 200
    later(1801)
    assert client.get("/patients/")["Location"].startswith("/account/login/")
    assert not is_signed_in(client)


def test_a_clock_that_was_a_year_ahead_makes_no_endless_session(practitioner: Membership, later: Clock) -> None:
    later(365 * 86_400)
    client, _ = with_password(practitioner.user)
    assert client.get("/patients/").status_code == 200
    later(-365 * 86_400)
    assert client.get("/patients/").status_code == 302


def test_a_session_that_is_over_still_opens_what_is_open_to_anyone(practitioner: Membership, later: Clock) -> None:
    client, _ = with_password(practitioner.user)
    later(3601)
    assert client.get("/healthy").status_code == 200
    assert not is_signed_in(client)
    assert client.post("/patients/new", {"given_names": "A"})["Location"] == "/account/login/?next=/patients/new"


def test_pages_within_two_minutes_write_nothing_down(practitioner: Membership, later: Clock) -> None:
    client, _ = with_password(practitioner.user)
    client.get("/components")
    with CaptureQueriesContext(connection) as soon:
        client.get("/components")
    assert not [one for one in soon if "accounts_signedin" in one["sql"]]
    later(121)
    with CaptureQueriesContext(connection) as after:
        client.get("/components")
    assert len([one for one in after if "accounts_signedin" in one["sql"]]) == 1


@pytest.mark.parametrize("minutes", [1, 2, 5])
def test_who_opens_pages_is_not_signed_out_where_sessions_end_after_a_few_minutes(
    practitioner: Membership, later: Clock, settings: Settings, minutes: int
) -> None:
    settings.SESSION_IDLE_SECONDS = 60 * minutes
    client, _ = with_password(practitioner.user)
    for _ in range(12):
        later(15 * minutes - 1)
        assert client.get("/components").status_code == 200
    later(60 * minutes)
    assert client.get("/components").status_code == 302


def test_the_page_names_each_device_in_words_and_marks_the_present_one(practitioner: Membership) -> None:
    here, _ = with_password(practitioner.user)
    with_password(
        practitioner.user,
        client=Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"}),
    )
    page = here.get(PAGE).content.decode()
    assert page.index("Firefox on a Windows computer") < page.index("this one") < page.index("Safari on an iPhone")
    assert page.count("this one") == 1


def test_the_table_holds_no_key_with_which_a_session_could_be_taken_over(practitioner: Membership) -> None:
    client, _ = with_password(practitioner.user)
    key = client.cookies["sessionid"].value
    row = SignedIn.objects.get()
    assert key not in " ".join(str(value) for value in vars(row).values())


def test_one_session_is_ended_and_the_other_goes_on(practitioner: Membership) -> None:
    here, _ = with_password(practitioner.user)
    there, _ = with_password(practitioner.user)
    third, _ = with_password(practitioner.user)
    own = here.session["signed_in"]
    ended = there.session["signed_in"]
    assert here.post(PAGE, {"session": ended}).status_code == 302
    assert there.get("/patients/").status_code == 302
    assert {str(row.pk) for row in SignedIn.objects.all()} == {own, third.session["signed_in"]}
    assert here.get("/patients/").status_code == 200
    assert third.get("/patients/").status_code == 200
    assert here.post(PAGE, {"session": own}).status_code == 404, "one signs out of the present one"


def test_all_others_are_ended_at_once_and_those_of_other_people_are_not(
    practitioner: Membership, lead: Membership
) -> None:
    here, _ = with_password(practitioner.user)
    others = [with_password(practitioner.user)[0] for _ in range(3)]
    stranger, _ = with_password(lead.user)
    here.post(PAGE, {"session": "others"})
    assert [one.get("/patients/").status_code for one in others] == [302, 302, 302]
    assert here.get("/patients/").status_code == 200
    assert stranger.get("/patients/").status_code == 200
    entry = AuditEntry.objects.get(action="session.ended")
    assert entry.details == {"sessions": 3, "why": "asked"}


@pytest.mark.parametrize("chosen", ["", "x", "\0", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "9" * 5000])
def test_what_is_no_session_of_ones_own_is_not_found(practitioner: Membership, lead: Membership, chosen: str) -> None:
    here, _ = with_password(practitioner.user)
    stranger, _ = with_password(lead.user)
    assert here.post(PAGE, {"session": chosen}).status_code == 404
    assert here.post(PAGE, {"session": stranger.session["signed_in"]}).status_code == 404
    assert stranger.get("/patients/").status_code == 200


def test_a_changed_password_ends_all_other_sessions_and_this_one_goes_on(practitioner: Membership) -> None:
    here, _ = with_password(practitioner.user)
    there, _ = with_password(practitioner.user)
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert here.get("/patients/").status_code == 200
    assert there.get("/patients/").status_code == 302
    assert SignedIn.objects.count() == 1
    assert not Session.objects.filter(session_key=there.cookies["sessionid"].value).exists()
    again, _ = with_password(practitioner.user, NEW)
    here.post(PAGE, {"session": "others"})
    assert again.get("/patients/").status_code == 302
    assert here.get("/patients/").status_code == 200, "the row has followed the session's new key"
    assert "account.password_changed" in actions(practitioner.clinic)


def test_a_removed_factor_ends_all_other_sessions(practitioner: Membership, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    secret = with_app(practitioner.user)
    here, _ = with_password(practitioner.user)
    here.post(CODE, {"code": code_now(secret)})
    there, _ = with_password(practitioner.user)
    there.post(CODE, {"code": code_now(secret, 1)})
    assert is_signed_in(there)
    here.post("/account/2fa/totp/deactivate/")
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_signing_out_takes_the_row_away(practitioner: Membership) -> None:
    client, _ = with_password(practitioner.user)
    client.post("/account/logout/")
    assert not SignedIn.objects.exists()
    assert actions(practitioner.clinic) == ["account.signed_in", "account.signed_out"]


def test_a_session_whose_row_is_gone_is_over_at_the_next_look(practitioner: Membership, later: Clock) -> None:
    client = signed_in(practitioner)
    SignedIn.objects.all().delete()
    later(121)
    answer = client.get("/patients/")
    assert "ended from another device" in client.get(answer["Location"]).content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on a Windows computer"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36", "Chrome on a Linux computer"),
        ("Mozilla/5.0 (Macintosh) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on a Mac"),
        ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/27.0 Chrome/130", "Samsung Internet on an Android device"),
        ("Mozilla/5.0 (iPad) CriOS/140.0 Safari/604.1", "Chrome on an iPad"),
        ("curl/8", "An unknown device"),
        ("", "An unknown device"),
        ("<script>alert(1)</script>" * 40, "An unknown device"),
        ("Linux", "A Linux computer"),
    ],
)
def test_a_device_is_named_in_words_whatever_it_says(agent: str, words: str) -> None:
    assert device_words(agent).en == words
    assert device_words(agent).es
