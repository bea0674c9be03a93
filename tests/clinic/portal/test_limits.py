"""What a clinic lets its patients do: set by who runs it, in the audit trail, and nothing else accepted."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.portal.limits import limits_of
from dermograph.clinic.portal.models import PortalLimits
from tests.clinic.conftest import signed_in

PAGE = "/settings/portal/"
FIELDS = {
    "open": "yes",
    "books": "yes",
    "book_hours": "12",
    "change_hours": "48",
    "cancel_hours": "24",
    "days_ahead": "60",
    "version": "0",
}


@pytest.fixture
def browser(lead: Membership) -> Client:
    return signed_in(lead)


def test_who_runs_the_clinic_sets_the_limits_and_the_trail_says_so(
    browser: Client, clinic: Clinic, lead: Membership
) -> None:
    assert browser.get(PAGE).status_code == 200
    assert browser.post(PAGE, FIELDS).status_code == 302
    row = limits_of(Clinic.objects.get(pk=clinic.pk))
    assert (row.open, row.books, row.book_hours, row.change_hours, row.days_ahead) == (True, True, 12, 48, 60)
    entry = AuditEntry.objects.get(action="portal.limits_changed")
    assert entry.who == lead.user
    assert entry.details == {"books": True, "book_hours": 12, "change_hours": 48, "days_ahead": 60}
    assert browser.post(PAGE, {**FIELDS, "version": "1"}).status_code == 302
    assert AuditEntry.objects.filter(action="portal.limits_changed").count() == 1, "the same again changes nothing"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("open", "maybe"),
        ("books", ""),
        ("book_hours", "-1"),
        ("book_hours", "1.5"),
        ("book_hours", "9" * 99),
        ("change_hours", "٤"),
        ("cancel_hours", "337"),
        ("days_ahead", "0"),
        ("days_ahead", "\x00"),
        ("version", "7"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(browser: Client, field: str, value: str) -> None:
    answer = browser.post(PAGE, {**FIELDS, field: value})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="refused"' in page
    assert not PortalLimits.objects.exists()


def test_of_two_people_who_set_them_at_once_the_later_one_is_told(browser: Client, admin: Membership) -> None:
    assert browser.post(PAGE, FIELDS).status_code == 302
    late = signed_in(admin).post(PAGE, {**FIELDS, "days_ahead": "30"})
    assert late.status_code == 422
    assert "Somebody else changed this meanwhile" in late.content.decode()
    assert PortalLimits.objects.get().days_ahead == 60


def test_practitioners_and_the_front_desk_do_not_set_them(practitioner: Membership, front_desk: Membership) -> None:
    for who in (practitioner, front_desk):
        assert signed_in(who).get(PAGE).status_code == 403
        assert signed_in(who).post(PAGE, FIELDS).status_code == 403
    assert not PortalLimits.objects.exists()


def test_the_settings_lead_to_them(browser: Client) -> None:
    assert PAGE in browser.get(reverse("clinic_settings")).content.decode()
