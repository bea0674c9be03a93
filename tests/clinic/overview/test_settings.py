"""The clinic's settings and its staff: what may be changed, by whom, and what is refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.overview.services import fingerprint, set_active
from dermograph.clinic.people.models import Clinic, Membership, Patient, User
from tests.clinic.conftest import PASSWORD, signed_in

STRANGE = ["", "x" * 5000, "a\x00b", "<script>", "'; DROP TABLE--", "😀", "../../etc", "-1", "9" * 400]


def settings_of(clinic: Clinic, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 (fields as a test gives them)
    whole = {
        "name": clinic.name,
        "address": "Calle 1",
        "phone": "1",
        "time_zone": "Europe/Madrid",
        "language": "es",
        "lot_warning_days": "45",
        "seen": fingerprint(clinic),
    }
    return {**whole, **changed}


def invitation(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 (fields as a test gives them)
    whole = {
        "action": "invite",
        "entry": str(uuid.uuid4()),
        "email": "new@aurora.example",
        "name": "New Person",
        "role": "practitioner",
        "treatments": ["scalp"],
        "language": "en",
    }
    return {**whole, **changed}


def test_settings_are_saved_and_audited(clinic: Clinic, admin: Membership) -> None:
    client = signed_in(admin)
    assert client.post("/settings/", settings_of(clinic, name="Aurora Norte")).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.name, clinic.address, clinic.rules["lot_warning_days"]) == ("Aurora Norte", "Calle 1", 45)
    entry = AuditEntry.objects.get(action="clinic.changed")
    assert set(entry.details["fields"]) == {"name", "address", "phone", "language", "lot_warning_days"}
    assert "Aurora Norte" in client.get("/settings/").content.decode()


def test_the_later_of_two_tabs_is_told_and_keeps_their_text(clinic: Clinic, admin: Membership) -> None:
    client, first = signed_in(admin), settings_of(clinic)
    client.post("/settings/", settings_of(clinic, address="Theirs"))
    page = client.post("/settings/", {**first, "address": "Mine"})
    assert page.status_code == 400
    text = page.content.decode()
    assert "changed these settings meanwhile" in text
    assert "Theirs" in text
    assert "Mine" in text
    clinic.refresh_from_db()
    assert clinic.address == "Theirs"


@pytest.mark.parametrize("field", ["name", "address", "phone", "time_zone", "language", "lot_warning_days", "seen"])
@pytest.mark.parametrize("value", STRANGE)
def test_nothing_that_is_posted_breaks_the_settings(clinic: Clinic, admin: Membership, field: str, value: str) -> None:
    page = signed_in(admin).post("/settings/", settings_of(clinic, **{field: value}))
    assert page.status_code in (302, 400)


def test_somebody_invited_gets_a_link_that_works_once(clinic: Clinic, admin: Membership) -> None:
    client, form = signed_in(admin), invitation()
    assert client.post("/settings/staff/", form).status_code == 302
    page = client.get("/settings/staff/")
    link = page.context["invitation"]["link"]
    assert "/account/password/reset/key/" in link
    assert client.get("/settings/staff/").context["invitation"] is None
    place = Membership.objects.get(user__email="new@aurora.example")
    assert (place.role, place.treatments, str(place.pk)) == ("practitioner", ["scalp"], form["entry"])
    visitor = Client()
    asked = visitor.get(link.removeprefix("http://testserver"), follow=True)
    assert asked.status_code == 200
    word = "a made-up sentence 7"
    done = visitor.post(asked.request["PATH_INFO"], {"password1": word, "password2": word})
    assert done.status_code == 302
    assert User.objects.get(email="new@aurora.example").check_password(word)
    again = Client().get(link.removeprefix("http://testserver"), follow=True)
    assert "password1" not in again.content.decode()


def test_a_patients_account_is_given_no_place_of_staff(clinic: Clinic, admin: Membership, patient: Patient) -> None:
    patient.user = User.objects.create_user(email="new@aurora.example", password=PASSWORD, name="Lucía")
    patient.save()
    answer = signed_in(admin).post("/settings/staff/", invitation())
    assert answer.status_code == 400
    assert "a patient&#x27;s account" in answer.content.decode()
    assert not Membership.objects.filter(user=patient.user).exists()


def test_a_replayed_invitation_makes_nobody_twice(clinic: Clinic, admin: Membership) -> None:
    client, form = signed_in(admin), invitation()
    for _ in range(2):
        assert client.post("/settings/staff/", form).status_code == 302
    assert Membership.objects.filter(user__email="new@aurora.example").count() == 1


def test_an_account_that_exists_gets_a_place_and_no_link(clinic: Clinic, admin: Membership) -> None:
    User.objects.create_user(email="new@aurora.example", password="their own word", name="Known")  # noqa: S106 (of a test)
    client = signed_in(admin)
    client.post("/settings/staff/", invitation())
    assert client.get("/settings/staff/").context["invitation"] is None
    assert User.objects.get(email="new@aurora.example").check_password("their own word")


def test_nobody_gets_a_link_for_an_account_that_has_a_password(
    clinic: Clinic, admin: Membership, lead: Membership
) -> None:
    client = signed_in(admin)
    page = client.post("/settings/staff/", {"action": "link", "place": str(lead.pk)})
    assert page.status_code == 400
    assert "has a password already" in page.content.decode()


def test_only_a_lead_makes_another_lead(clinic: Clinic, admin: Membership, lead: Membership) -> None:
    assert signed_in(admin).post("/settings/staff/", invitation(role="medical_lead")).status_code == 400
    assert signed_in(lead).post("/settings/staff/", invitation(role="medical_lead")).status_code == 302


def test_the_first_lead_is_made_by_the_administrator(clinic: Clinic, admin: Membership) -> None:
    assert signed_in(admin).post("/settings/staff/", invitation(role="medical_lead")).status_code == 302


def test_role_and_training_are_changed(clinic: Clinic, admin: Membership, practitioner: Membership) -> None:
    prefix = f"p{practitioner.pk.hex}"
    form = {
        "action": "change",
        "place": str(practitioner.pk),
        f"{prefix}-role": "front_desk",
        f"{prefix}-treatments": [],
    }
    assert signed_in(admin).post("/settings/staff/", form).status_code == 302
    practitioner.refresh_from_db()
    assert (practitioner.role, practitioner.treatments) == ("front_desk", [])
    assert AuditEntry.objects.filter(action="staff.changed").count() == 1


def test_nobody_changes_their_own_role_or_closes_their_own_access(clinic: Clinic, admin: Membership) -> None:
    prefix, client = f"p{admin.pk.hex}", signed_in(admin)
    own = {"action": "change", "place": str(admin.pk), f"{prefix}-role": "medical_lead"}
    assert client.post("/settings/staff/", own).status_code == 400
    assert client.post("/settings/staff/", {"action": "deactivate", "place": str(admin.pk)}).status_code == 400
    admin.refresh_from_db()
    assert (admin.role, admin.active) == ("admin", True)


def test_closed_access_is_closed_at_once_and_can_be_opened(
    clinic: Clinic, admin: Membership, practitioner: Membership
) -> None:
    theirs, client = signed_in(practitioner), signed_in(admin)
    client.post("/settings/staff/", {"action": "deactivate", "place": str(practitioner.pk)})
    assert theirs.get("/").status_code == 403
    client.post("/settings/staff/", {"action": "activate", "place": str(practitioner.pk)})
    assert theirs.get("/").status_code == 200


def test_another_clinics_staff_cannot_be_touched(clinic: Clinic, admin: Membership) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    user = User.objects.create_user(email="x@other.example", name="X")
    place = Membership.objects.create(clinic=other, user=user, role="practitioner")
    for action in ("deactivate", "change", "link"):
        page = signed_in(admin).post("/settings/staff/", {"action": action, "place": str(place.pk)})
        assert page.status_code == 404
    place.refresh_from_db()
    assert place.active


@pytest.mark.parametrize("field", ["action", "entry", "email", "name", "role", "treatments", "language"])
@pytest.mark.parametrize("value", STRANGE)
def test_nothing_that_is_posted_breaks_the_staff(clinic: Clinic, admin: Membership, field: str, value: str) -> None:
    page = signed_in(admin).post("/settings/staff/", invitation(**{field: value}))
    assert page.status_code in (302, 400, 404)


@pytest.mark.parametrize("path", ["/settings/", "/settings/staff/"])
@pytest.mark.parametrize("role", ["practitioner", "front_desk"])
def test_only_who_runs_the_clinic_sees_its_settings(
    path: str, role: str, clinic: Clinic, request: pytest.FixtureRequest
) -> None:
    assert signed_in(request.getfixturevalue(role)).get(path).status_code == 403


def test_the_clinic_is_locked_after_the_place_and_before_who_is_left_is_counted(
    admin: Membership, lead: Membership
) -> None:
    """Two who close each other's access would otherwise both find the other still there."""
    with CaptureQueriesContext(connection) as queries:
        set_active(who=lead, place=admin, active=False)
    read = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    [place] = [index for index, sql in enumerate(read) if 'WHERE "people_membership"."id"' in sql]
    [left] = [index for index, sql in enumerate(read) if 'WHERE ("people_membership"."active"' in sql]
    clinic = next(index for index, sql in enumerate(read) if 'FROM "people_clinic"' in sql)
    assert place < clinic < left
