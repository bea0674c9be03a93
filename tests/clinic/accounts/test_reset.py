"""Who runs the clinic sees who has a second factor, can take it away, and can never set one up."""

from __future__ import annotations

import time
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
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
)
from tests.clinic.conftest import member, signed_in
from tests.clinic.portal.people import patient_account

STAFF = "/settings/staff/"


def reset_path(place: Membership) -> str:
    return f"/settings/staff/{place.pk}/factors/reset"


def test_the_page_of_staff_names_the_factors_in_one_query_more(admin: Membership, practitioner: Membership) -> None:
    client = signed_in(admin)
    assert client.get(STAFF).content.decode().count("no second factor") == 2
    with CaptureQueriesContext(connection) as few:
        client.get(STAFF)
    with_app(practitioner.user)
    for n in range(5):
        with_app(member(admin.clinic, Role.FRONT_DESK, f"Person{n} Uno").user)
    with CaptureQueriesContext(connection) as many:
        page = client.get(STAFF).content.decode()
    assert page.count("codes of an app") == 6
    assert page.count("no second factor") == 1
    assert len(few) == len(many)


def test_a_reset_takes_all_away_ends_the_sessions_tells_the_person_and_is_in_the_trail(
    admin: Membership, practitioner: Membership, settings: Settings
) -> None:
    secret = with_app(practitioner.user)
    codes_of(practitioner.user)
    theirs, _ = with_password(practitioner.user)
    theirs.post(CODE, {"code": code_now(secret)})
    assert is_signed_in(theirs)
    answer = signed_in(admin).post(reset_path(practitioner))
    assert answer["Location"] == STAFF
    assert factors(practitioner.user) == set()
    assert not is_signed_in(theirs)
    entry = AuditEntry.objects.get(action="factor.reset")
    assert (entry.who_id, entry.about) == (admin.user.pk, practitioner.user.pk)
    assert entry.details == {"kinds": ["recovery_codes", "totp"]}
    [message] = mail.outbox
    assert message.to == [practitioner.user.email]
    assert "removed by Ines Soler" in message.body
    settings.STAFF_SECOND_FACTOR = True
    again, _ = with_password(practitioner.user)
    assert again.get("/patients/")["Location"] == INDEX


def test_without_mail_the_reset_works_and_nothing_is_sent(
    admin: Membership, practitioner: Membership, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "dermograph.clinic.overview.no_mail.NoMail"
    with_app(practitioner.user)
    signed_in(admin).post(reset_path(practitioner))
    assert factors(practitioner.user) == set()
    assert mail.outbox == []


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER])
def test_only_who_runs_the_clinic_resets(practitioner: Membership, role: str) -> None:
    with_app(practitioner.user)
    other = member(practitioner.clinic, role, "Otra Persona")
    assert signed_in(other).post(reset_path(practitioner)).status_code == 403
    assert factors(practitioner.user) == {"totp"}


def test_nobody_of_another_clinic_and_not_oneself_is_reset(admin: Membership, practitioner: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = member(other, Role.ADMIN, "Eva Lejos")
    with_app(practitioner.user)
    with_app(admin.user)
    assert signed_in(stranger).post(reset_path(practitioner)).status_code == 404
    assert signed_in(admin).post(f"/settings/staff/{uuid.uuid4()}/factors/reset").status_code == 404
    signed_in(admin).post(reset_path(admin))
    assert factors(practitioner.user) == factors(admin.user) == {"totp"}
    assert signed_in(admin).get(reset_path(practitioner)).status_code == 405
    assert "factor.reset" not in actions(admin.clinic)


def test_a_reset_asks_who_it_is_after_five_minutes(
    admin: Membership, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_app(practitioner.user)
    client, real = signed_in(admin), time.time
    monkeypatch.setattr(time, "time", lambda: real() + 301)
    answer = client.post(reset_path(practitioner), headers={"referer": f"http://testserver{STAFF}"})
    assert answer["Location"] == "/account/reauthenticate/?next=%2Fsettings%2Fstaff%2F"
    answer = client.post(reset_path(practitioner), headers={"referer": "https://evil.example/x"})
    assert answer["Location"] == "/account/reauthenticate/?next=%2F"
    assert factors(practitioner.user) == {"totp"}


def test_who_administrates_sets_up_nobody_elses_factor(admin: Membership, practitioner: Membership) -> None:
    client = signed_in(admin)
    client.get(SET_UP)
    secret = client.session["mfa.totp.secret"]
    client.post(SET_UP, {"code": code_now(secret), "user": str(practitioner.user.pk), "user_id": practitioner.user.pk})
    assert factors(practitioner.user) == set()
    assert "totp" in factors(admin.user)


def test_somebody_elses_passkey_is_neither_renamed_nor_removed(admin: Membership, practitioner: Membership) -> None:
    key = Authenticator.objects.create(user=practitioner.user, type="webauthn", data={"name": "x", "credential": {}})
    for what in ("edit", "remove"):
        for method in ("get", "post"):
            answer = getattr(signed_in(admin), method)(f"/account/2fa/webauthn/keys/{key.pk}/{what}/", {"name": "y"})
            assert answer.status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "x"


def test_a_patient_needs_no_second_factor(patient: Patient, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    client, _ = with_password(patient_account(patient))
    assert client.get(INDEX).status_code == 200
    assert "before you go on" not in client.get(INDEX).content.decode()


@pytest.mark.parametrize(("chosen", "warned"), [("required", False), ("optional", True), ("demonstration", False)])
def test_the_check_warns_where_it_is_optional(settings: Settings, chosen: str, *, warned: bool) -> None:
    settings.SECOND_FACTOR = chosen
    found = {one.id for one in run_checks(include_deployment_checks=True)}
    assert ("dermograph.W001" in found) is warned
