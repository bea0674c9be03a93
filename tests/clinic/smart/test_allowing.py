"""A person lets a program in: what they see, what the program gets, and that refusing is as easy."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from dermograph.clinic.api import limit
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.smart.bearer import NotLetInError, caller_of
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.smart.models import Grant, SmartToken
from tests.clinic.conftest import member, signed_in
from tests.clinic.portal.people import another_patient, signed_in_patient
from tests.clinic.smart.programs import app_of, code_of, exchanged, question, tokens_of, told


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    limit.forget()


def caller(secret: str) -> Caller:
    return caller_of(RequestFactory().get("/fhir/Patient", headers={"authorization": f"Bearer {secret}"}))


def test_staff_choose_a_patient_see_what_is_asked_and_allow_it(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    browser = signed_in(lead)
    picker = browser.get(question(app))
    assert f"chosen={patient.pk}" in picker.content.decode()
    page = browser.get(question(app) + f"&chosen={patient.pk}").content.decode()
    assert [word for word in ("Skin diary", "app.example", str(patient), "Read") if word not in page] == []
    answer = tokens_of(browser, app, chosen=patient.pk)
    assert (answer["patient"], answer["token_type"]) == (str(patient.pk), "Bearer")
    assert 0 < answer["expires_in"] <= 3600
    assert "refresh_token" not in answer
    who = caller(answer["access_token"])
    assert (who.member, who.patient) == (lead, patient.pk)
    assert who.may("Observation", "r", patient.pk)
    assert not who.may("Observation", "r", another_patient(lead.clinic).pk)
    assert not who.may("Observation", "c", patient.pk)
    actions = list(AuditEntry.objects.filter(action__startswith="smart.").values_list("action", flat=True))
    assert actions == ["smart.registered", "smart.allowed"]


def test_a_patient_lets_a_program_into_their_own_record_and_no_other(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    stranger = another_patient(lead.clinic)
    browser = signed_in_patient(patient)
    assert "your own record" in browser.get(question(app)).content.decode()
    answer = tokens_of(browser, app, chosen=stranger.pk, scope="launch/patient patient/*.rs user/*.cruds")
    assert answer["patient"] == str(patient.pk)
    assert answer["scope"] == "patient/*.rs user/*.rs launch/patient"
    who = caller(answer["access_token"])
    assert (who.member.role, who.member.user, who.patient) == (Role.PATIENT, patient.user, patient.pk)
    assert who.may("Observation", "r", patient.pk)
    assert not any(who.may(kind, "s", None) for kind in ("Observation", "Patient", "Appointment"))
    assert not any(who.may("Patient", action, stranger.pk) for action in ("c", "r", "u", "d", "s"))
    assert not who.may("AuditEvent", "r", patient.pk)


def test_to_refuse_is_one_button_and_tells_the_program(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    for browser in (signed_in(lead), signed_in_patient(patient)):
        answer = told(browser.post(question(app), {"decision": "refuse"}))
        assert (answer["error"], answer["state"]) == ("access_denied", "s-1")
    assert Grant.objects.count() == 0
    assert AuditEntry.objects.filter(action="smart.refused").count() == 2


def test_only_a_second_factor_opens_the_page_for_staff(lead: Membership, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    app, _ = app_of(lead)
    answer = signed_in(lead).post(question(app), {"decision": "allow"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/")
    assert Grant.objects.count() == 0


def test_who_is_not_signed_in_signs_in_first_and_comes_back(lead: Membership) -> None:
    app, _ = app_of(lead)
    answer = Client().get(question(app))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=/smart/authorize%3F")


def test_a_blocked_record_can_neither_be_chosen_nor_read_on(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    secret = tokens_of(signed_in(lead), app, chosen=patient.pk)["access_token"]
    Patient.objects.filter(pk=patient.pk).update(restricted_at=timezone.now())
    with pytest.raises(NotLetInError) as refused:
        caller(secret)
    assert refused.value.status == 401
    page = signed_in(lead).post(question(app) + f"&chosen={patient.pk}", {"decision": "allow"})
    assert (page.status_code, Grant.objects.count()) == (200, 1)


def test_a_patient_of_another_clinic_cannot_be_chosen(lead: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = another_patient(other)
    app, _ = app_of(lead)
    page = signed_in(lead).post(question(app) + f"&chosen={stranger.pk}", {"decision": "allow"})
    assert (page.status_code, Grant.objects.count()) == (200, 0)
    assert "Olmo" not in page.content.decode()


def test_who_may_open_no_patient_cannot_choose_one(lead: Membership, admin: Membership) -> None:
    app, _ = app_of(lead)
    answer = told(signed_in(admin).get(question(app)))
    assert answer["error"] in ("access_denied", "invalid_scope")


@pytest.mark.parametrize("change", ["left", "inactive", "app", "grant"])
def test_a_token_ends_with_what_it_rests_on(change: str, lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    person = member(lead.clinic, Role.PRACTITIONER, "Ana Gil")
    secret = tokens_of(signed_in(person), app, chosen=patient.pk)["access_token"]
    assert caller(secret).member == person
    if change == "left":
        Membership.objects.filter(pk=person.pk).update(active=False)
    elif change == "inactive":
        type(person.user).objects.filter(pk=person.user.pk).update(is_active=False)
    else:
        boss = signed_in(lead)
        action, row = ("end", app.pk) if change == "app" else ("end_grant", Grant.objects.get().pk)
        assert boss.post("/settings/programs/", {"action": action, "row": str(row)}).status_code == 302
    with pytest.raises(NotLetInError):
        caller(secret)


def test_the_role_decides_anew_at_every_request(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    person = member(lead.clinic, Role.PRACTITIONER, "Ana Gil")
    secret = tokens_of(signed_in(person), app, chosen=patient.pk)["access_token"]
    assert caller(secret).may("Observation", "r", patient.pk)
    Membership.objects.filter(pk=person.pk).update(role=Role.FRONT_DESK)
    assert not caller(secret).may("Observation", "r", patient.pk)
    assert caller(secret).may("Patient", "r", patient.pk)


def test_a_person_sees_whom_they_let_in_and_ends_it(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    browser = signed_in_patient(patient)
    assert "let no program in" in browser.get("/account/programs/").content.decode()
    secret = tokens_of(browser, app)["access_token"]
    assert "Skin diary" in browser.get("/account/programs/").content.decode()
    grant = Grant.objects.get()
    assert signed_in(lead).post("/account/programs/", {"grant": str(grant.pk)}).status_code == 404
    assert browser.post("/account/programs/", {"grant": str(grant.pk)}).status_code == 302
    with pytest.raises(NotLetInError):
        caller(secret)
    assert AuditEntry.objects.get(action="smart.grant_ended").details["why"] == "asked"


def test_no_secret_is_kept(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    code = code_of(signed_in(lead), app, chosen=patient.pk, scope="patient/*.rs offline_access")
    answer = exchanged(app, code).json()
    rows = str([*Grant.objects.values(), *SmartToken.objects.values(), *AuditEntry.objects.values()])
    assert not any(one in rows for one in (code, answer["access_token"], answer["refresh_token"]))
