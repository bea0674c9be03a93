"""What an older session, begun with the password alone, and another clinic may do to an account: nothing."""

from __future__ import annotations

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.overview.services import invite
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from tests.clinic.accounts.entering import (
    CODE,
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
from tests.clinic.conftest import PASSWORD, member, signed_in

REAUTHENTICATE = "/account/2fa/reauthenticate/"


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    cache.clear()


def set_up_app(client: Client) -> str:
    client.get(SET_UP)
    secret: str = client.session["mfa.totp.secret"]
    client.post(SET_UP, {"code": code_now(secret)})
    return secret


@pytest.mark.django_db(transaction=True)  # allauth tells of it when it is committed
def test_a_factor_that_is_set_up_ends_the_sessions_begun_without_it(practitioner: Membership) -> None:
    older, _ = with_password(practitioner.user)
    owner, _ = with_password(practitioner.user)
    set_up_app(owner)
    assert factors(practitioner.user) == {"totp", "recovery_codes"}
    assert not is_signed_in(older)
    assert owner.get("/patients/").status_code == 200
    assert AuditEntry.objects.get(action="session.ended").details == {"sessions": 1, "why": "factor"}


@pytest.mark.parametrize(
    "path",
    [
        "/account/2fa/",
        SET_UP,
        "/account/2fa/webauthn/add/",
        "/account/2fa/recovery-codes/",
        "/account/2fa/recovery-codes/download/",
        "/account/2fa/recovery-codes/generate/",
        "/account/2fa/totp/deactivate/",
        "/account/password/change/",
    ],
)
def test_a_session_without_the_factor_of_the_account_opens_no_page_that_changes_it(
    practitioner: Membership, path: str
) -> None:
    with_app(practitioner.user)
    codes = codes_of(practitioner.user)
    older = signed_in(practitioner)
    for answer in (older.get(path), older.post(path, {"code": "1", "oldpassword": PASSWORD})):
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{REAUTHENTICATE}?next=")
        assert codes[0] not in answer.content.decode()
    assert factors(practitioner.user) == {"totp", "recovery_codes"}


def test_a_session_without_the_factor_still_ends_sessions_changes_the_clinic_and_signs_out(
    practitioner: Membership,
) -> None:
    with_app(practitioner.user)
    older = signed_in(practitioner)
    for path in (REAUTHENTICATE, "/account/reauthenticate/", "/account/sessions/"):
        assert older.get(path).status_code == 200, path
    older.post("/account/logout/")
    assert not is_signed_in(older)


def test_the_password_gives_a_session_without_the_factor_no_more_guesses_at_codes(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    older = signed_in(practitioner)
    for _ in range(4):
        assert older.post(REAUTHENTICATE, {"code": wrong_code(secret)}).status_code == 200
    assert older.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert older.post(REAUTHENTICATE, {"code": wrong_code(secret)}).status_code == 429
    assert older.post(REAUTHENTICATE, {"code": code_now(secret)}).status_code == 429
    assert older.get("/patients/").status_code == 302


def test_the_factor_starts_the_count_again(practitioner: Membership) -> None:
    secret = with_app(practitioner.user)
    codes = codes_of(practitioner.user)
    client = signed_in(practitioner)
    for n in range(2):  # allauth has a limit of its own, of ten a minute
        for _ in range(3):
            assert client.post(REAUTHENTICATE, {"code": wrong_code(secret)}).status_code == 200
        assert client.post(REAUTHENTICATE, {"code": codes[n]}).status_code == 302


@pytest.fixture
def elsewhere(practitioner: Membership) -> tuple[Membership, Membership]:
    """Who administrates another clinic, whose name comes first, and the place that they gave the practitioner."""
    other = Clinic.objects.create(name="AAA", slug="aaa", time_zone="Europe/Madrid", language="en")
    runs = member(other, Role.ADMIN, "Eva Lejos")
    place, link = invite(
        clinic=other,
        who=runs,
        entry=uuid.uuid4(),
        email=practitioner.user.email,
        name="x",
        role=Role.FRONT_DESK,
        treatments=(),
        language="en",
    )
    assert link is None
    return runs, place


@pytest.mark.parametrize("open_there", [True, False])
def test_who_gave_somebody_a_place_cannot_remove_the_factors_that_guard_another_clinic(
    practitioner: Membership, elsewhere: tuple[Membership, Membership], settings: Settings, *, open_there: bool
) -> None:
    runs, place = elsewhere
    Membership.objects.filter(pk=place.pk).update(active=open_there)
    settings.STAFF_SECOND_FACTOR = False
    secret = with_app(practitioner.user)
    theirs, _ = with_password(practitioner.user)
    theirs.post(CODE, {"code": code_now(secret)})
    client = signed_in(runs)
    answer = client.post(f"/settings/staff/{place.pk}/factors/reset", follow=True)
    assert "Only its operator can arrange" in answer.content.decode()
    assert factors(practitioner.user) == {"totp"}
    assert is_signed_in(theirs)
    assert "factor.reset" not in actions(practitioner.clinic)


def test_who_is_a_patient_of_another_clinic_is_reset_by_nobody_either(
    admin: Membership, practitioner: Membership, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    other = Clinic.objects.create(name="Otra", slug="otra")
    Patient.objects.create(
        clinic=other, number=1, given_names="A", family_names="B", birth_date="1990-01-01", user=practitioner.user
    )
    with_app(practitioner.user)
    signed_in(admin).post(f"/settings/staff/{practitioner.pk}/factors/reset")
    assert factors(practitioner.user) == {"totp"}


def test_once_the_other_clinic_has_closed_its_access_the_own_one_resets(
    admin: Membership, practitioner: Membership, elsewhere: tuple[Membership, Membership], settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    with_app(practitioner.user)
    path = f"/settings/staff/{practitioner.pk}/factors/reset"
    signed_in(admin).post(path)
    assert factors(practitioner.user) == {"totp"}
    Membership.objects.filter(pk=elsewhere[1].pk).update(active=False)
    signed_in(admin).post(path)
    assert factors(practitioner.user) == set()


def test_a_running_session_stays_in_its_clinic_when_another_gives_the_person_a_place(
    practitioner: Membership, settings: Settings, request: pytest.FixtureRequest
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client, _ = with_password(practitioner.user)
    request.getfixturevalue("elsewhere")
    assert vars(client.get("/").wsgi_request)["clinic"] == practitioner.clinic
    other = Clinic.objects.get(slug="aaa")
    client.post(f"/clinics/{other.pk}/switch")
    assert vars(client.get("/").wsgi_request)["clinic"] == other, "who wants to goes there"
