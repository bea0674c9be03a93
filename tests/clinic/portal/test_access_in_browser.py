"""The clinic's page of an access, the list of what waits, and the menus of both in Chromium: nothing that axe finds."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Course, Membership, Patient, User
from dermograph.clinic.portal.messaging import write
from dermograph.clinic.portal.models import Notice, PortalLimits
from tests.browser.conftest import PageFor, browser, check_page, page_for, patient_context  # noqa: F401 (fixtures)
from tests.clinic.overview.rows import booked
from tests.clinic.portal.people import another_patient, patient_account
from tests.clinic.portal.test_contact_in_browser import LOOKS, HomeFor, home_for, noon  # noqa: F401 (fixtures)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark", "language"), LOOKS)
def test_the_clinics_pages_of_access_and_of_what_waits_fit(
    page_for: PageFor,
    lead: Membership,
    course: Course,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    patient, mark = course.patient, f"{width}-{'dark' if dark else 'light'}-{language}"
    User.objects.filter(pk=lead.user_id).update(language=language)
    Patient.objects.filter(pk=patient.pk).update(email="lucia.ferrer.campos.de.la.torre@home.example", synthetic=False)
    patient.refresh_from_db()
    for number in range(12):
        write(patient=another_patient(course.clinic, number + 2), words="A question", who=None, entry=uuid.uuid4())
    row = booked(course, lead, noon(9))
    for number, kind in enumerate(("confirmed", "moved")):
        Notice.objects.create(
            clinic=course.clinic, patient=patient, kind=kind, appointment=row, sequence=number, starts_at=row.starts_at
        )
    page = page_for(lead, width=width, dark=dark, language=language)
    access = reverse("portal_access", args=[patient.pk])
    page.goto(access)
    check_page(page, f"access-none-{mark}")
    page.goto(reverse("from_patients"))
    check_page(page, f"waiting-{mark}")
    page.goto(reverse("from_patients") + "?what=changes")
    check_page(page, f"waiting-none-{mark}")
    page.goto(reverse("today"))
    check_page(page, f"today-{mark}")
    page.locator("header details.menu > summary").click()
    expect(page.locator("header .menu-body")).to_be_visible()
    check_page(page, f"staff-menu-{mark}")
    user = patient_account(patient)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    page.goto(access)
    check_page(page, f"access-active-{mark}")
    page.locator(".button.danger").click()
    Patient.objects.filter(pk=patient.pk).update(email="another.address.of.the.patient@home.example")
    page.goto(access)
    assert page.locator("main form").count() == 2, "a link to its own address, and moving it"
    check_page(page, f"access-closed-{mark}")
    assert not User.objects.get(pk=user.pk).is_active
    page.goto(reverse("patient_messages", args=[patient.pk]))
    check_page(page, f"staff-told-{mark}")


@pytest.mark.parametrize(("width", "dark", "language"), LOOKS)
def test_the_patients_data_and_menu_fit_also_while_no_messages_are_taken(
    home_for: HomeFor,
    course: Course,
    lead: Membership,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    mark = f"{width}-{'dark' if dark else 'light'}-{language}"
    for action, details in (("portal.invited", {"by": "paper"}), ("portal.access_removed", {"factors": True})):
        record(action, clinic=course.clinic, who=lead.user, patient=course.patient_id, details=details)
    page = home_for(width=width, dark=dark, language=language)
    page.goto(reverse("me_data"))
    page.locator("main details.more > summary").click()
    check_page(page, f"data-{mark}")
    page.locator("header details.menu > summary").click()
    expect(page.locator("header .menu-body")).to_be_visible()
    check_page(page, f"menu-{mark}", within="header")
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now() - dt.timedelta(days=1))
    PortalLimits.objects.update(open=False)
    for name in ("me_data", "me_appointments", "me"):
        page.goto(reverse(name))
        check_page(page, f"{name}-shut-{mark}")
