"""The page on which tokens are made, shown once and revoked."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.api.registry import RULES, pages_reached
from dermograph.clinic.api.scopes import may_act_for
from dermograph.clinic.api.tokens import LONGEST_DAYS, MOST, hash_of, make_token
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership, Role
from dermograph.core.errors import InputError
from tests.clinic.api.asking import Asker, fresh_count, token_of
from tests.clinic.conftest import PASSWORD, member, signed_in

__all__ = ["fresh_count"]
PAGE = "/settings/tokens/"


def today(clinic: Clinic) -> dt.date:
    return timezone.now().astimezone(clinic.zone).date()


def form(who: Membership, **given: Any) -> dict[str, Any]:  # noqa: ANN401 (fields)
    day = today(who.clinic) + dt.timedelta(days=30)
    values = {
        "entry": uuid.uuid4(),
        "name": "accounting",
        "member": who.pk,
        "scopes": ["patients:read"],
        "password": PASSWORD,
    }
    return {**values, "last_day": day.isoformat(), **given}


def test_a_token_is_shown_once_and_only_its_hash_is_kept(lead: Membership) -> None:
    browser = signed_in(lead)
    answer = browser.post(PAGE, form(lead))
    assert answer.status_code == 200
    token = ApiToken.objects.get()
    secret = answer.context["secret"]
    assert (token.sha256, token.prefix) == (hash_of(secret), secret[:10])
    assert secret in answer.content.decode()
    assert secret not in browser.get(PAGE).content.decode()
    assert answer["Cache-Control"] == "no-store, private"
    assert Asker(secret).get("/patients").status_code == 200
    assert Asker(secret).get("/lots").status_code == 403
    entry = AuditEntry.objects.get(action="token.made")
    assert secret not in str(entry.details)
    assert entry.details["token"] == token.prefix


def test_whoever_it_acts_for_is_offered_with_their_role(lead: Membership) -> None:
    browser = signed_in(lead)
    for page in (PAGE, "/settings/programs/"):
        assert f">{lead.user.name} (medical lead)</option>" in browser.get(page).content.decode(), page
    lead.user.language = "es"
    lead.user.save()
    assert f">{lead.user.name} (dirección médica)</option>" in signed_in(lead).get(PAGE).content.decode()


def test_a_form_that_is_sent_again_makes_no_second_token(lead: Membership) -> None:
    browser, values = signed_in(lead), form(lead)
    assert browser.post(PAGE, values).status_code == 200
    again = browser.post(PAGE, values)
    assert (again.status_code, again.context["secret"]) == (400, "")
    assert ApiToken.objects.count() == 1


def test_a_token_needs_the_password_of_who_makes_it(lead: Membership) -> None:
    answer = signed_in(lead).post(PAGE, form(lead, password="wrong"))  # noqa: S106 (of a test)
    assert answer.status_code == 400
    assert ApiToken.objects.count() == 0


def test_a_revoked_token_is_refused_at_once(lead: Membership, admin: Membership) -> None:
    token, secret = token_of(lead)
    assert Asker(secret).get("/me").status_code == 200
    assert signed_in(admin).post(PAGE, {"action": "revoke", "token": str(token.pk)}).status_code == 302
    assert Asker(secret).get("/me").status_code == 401
    token.refresh_from_db()
    assert token.revoked_by == admin.user
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1
    signed_in(admin).post(PAGE, {"action": "revoke", "token": str(token.pk)})
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1


def test_another_clinic_s_token_cannot_be_revoked_or_seen(lead: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = signed_in(member(other, Role.ADMIN, "Otra Persona"))
    token, _ = token_of(lead)
    assert stranger.post(PAGE, {"action": "revoke", "token": str(token.pk)}).status_code == 404
    assert token.prefix not in stranger.get(PAGE).content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize("pk", ["", "x", "\x00", "00000000-0000-4000-8000-000000000000", "1" * 5000])
def test_a_token_that_is_none_is_not_found(pk: str, lead: Membership) -> None:
    assert signed_in(lead).post(PAGE, {"action": "revoke", "token": pk}).status_code == 404


def test_nobody_gives_a_program_more_than_they_have(
    lead: Membership, admin: Membership, practitioner: Membership, front_desk: Membership
) -> None:
    refused = signed_in(admin).post(PAGE, form(admin, member=lead.pk))
    assert refused.status_code == 400
    with pytest.raises(InputError, match="no further than who makes it"):
        make_token(who=admin, member=lead, name="a", scopes=["clinical:read"], last_day=today(lead.clinic))
    assert ApiToken.objects.count() == 0
    for person in (lead, practitioner, front_desk):
        make_token(who=lead, member=person, name="a", scopes=["patients:read"], last_day=today(lead.clinic))
    assert ApiToken.objects.count() == 3
    reached = pages_reached()
    assert reached == {rule.like for rule in RULES.values()} - {""}
    assert not may_act_for(Role.ADMIN, Role.PRACTITIONER, reached)
    assert not may_act_for(Role.PRACTITIONER, Role.MEDICAL_LEAD, reached)


@pytest.mark.parametrize(("days", "made"), [(-1, 0), (0, 1), (LONGEST_DAYS, 1), (LONGEST_DAYS + 1, 0)])
def test_a_token_ends_between_today_and_a_year_from_today(days: int, made: int, lead: Membership) -> None:
    day = today(lead.clinic) + dt.timedelta(days=days)
    answer = signed_in(lead).post(PAGE, form(lead, last_day=day.isoformat()))
    assert (answer.status_code, ApiToken.objects.count()) == (200 if made else 400, made)
    if made:
        ends = ApiToken.objects.get().expires_at.astimezone(lead.clinic.zone)
        assert (ends.date(), ends.hour) == (day + dt.timedelta(days=1), 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "\x00"},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"member": "x"},
        {"member": "00000000-0000-4000-8000-000000000000"},
        {"last_day": "x"},
        {"last_day": "99999-01-01"},
        {"password": ""},
        {"password": "x" * 5000},
    ],
)
def test_nothing_that_is_posted_breaks_the_page(wrong: dict[str, Any], lead: Membership) -> None:
    answer = signed_in(lead).post(PAGE, form(lead, **wrong))
    assert answer.status_code == 400
    assert ApiToken.objects.count() == 0


def test_a_clinic_has_so_many_tokens_in_use_and_not_one_more(lead: Membership) -> None:
    for _ in range(MOST):
        token_of(lead)
    assert signed_in(lead).post(PAGE, form(lead)).status_code == 400
    ApiToken.objects.filter(pk=ApiToken.objects.all()[0].pk).update(revoked_at=timezone.now())
    assert signed_in(lead).post(PAGE, form(lead)).status_code == 200


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER])
def test_who_does_not_run_the_clinic_makes_no_token(role: str, clinic: Clinic) -> None:
    person = member(clinic, role, "Ana Gil")
    assert signed_in(person).get(PAGE).status_code == 403
    assert signed_in(person).post(PAGE, form(person)).status_code == 403
    assert ApiToken.objects.count() == 0
