"""The operator's way back in: what it removes, what it leaves, and that it stands in the trail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from dermograph.clinic.people.models import Membership
from dermograph.clinic.upkeep.recovering import recover
from dermograph.core.errors import InputError
from tests.clinic.accounts.entering import LOGIN, actions, factors, is_signed_in, with_app, with_password
from tests.clinic.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


def test_factors_lock_and_sessions_are_gone_and_the_link_sets_a_password(admin: Membership) -> None:
    cache.clear()
    user = admin.user
    inside = signed_in(admin)
    inside.get("/settings/")
    with_app(user)
    for _ in range(6):
        Client().post(LOGIN, {"login": user.email, "password": "wrong"})
    assert AccessAttempt.objects.filter(username=user.email).exists()
    done = recover(f"  {user.email.upper()} ")
    assert done.name == user.name
    assert "totp" in done.kinds
    assert factors(user) == set()
    assert not AccessAttempt.objects.filter(username=user.email).exists()
    assert inside.get("/settings/").status_code == 302
    assert actions(admin.clinic)[-2:] == ["account.recovered", "session.ended"]
    client, _ = with_password(user)
    assert is_signed_in(client)


def test_the_link_works_once(admin: Membership) -> None:
    path = recover(admin.user.email).path
    phrase = "another good phrase"
    for works in (True, False):
        client = Client()
        form = client.get(path)
        if works:
            client.post(form["Location"], {"password1": phrase, "password2": phrase})
        else:
            assert form.status_code == 200
    admin.user.refresh_from_db()
    assert admin.user.check_password(phrase)
    assert not admin.user.check_password(PASSWORD)


@pytest.mark.parametrize("address", ["nobody@aurora.example", "", "\0", "a" * 5000])
def test_an_account_that_is_not_there_is_told(admin: Membership, address: str) -> None:
    with pytest.raises(InputError, match="no account"):
        recover(address)


def test_a_closed_account_stays_closed(admin: Membership) -> None:
    admin.user.is_active = False
    admin.user.save()
    with pytest.raises(InputError, match="closed"):
        recover(admin.user.email)


def test_the_command_says_what_it_did(
    admin: Membership, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dermograph.cli import main

    monkeypatch.setattr("dermograph.clinic.upkeep.folders.open_folder", lambda _folder: None)
    assert main(["account", "recover", admin.user.email, "--data", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["path"].startswith("/account/password/reset/key/")
    assert main(["account", "recover", admin.user.email, "--data", str(tmp_path), "--lang", "es"]) == 0
    assert "segundos factores" in capsys.readouterr().out
    assert main(["account", "recover", "nobody@aurora.example", "--data", str(tmp_path)]) == 2
