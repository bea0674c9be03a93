"""Appointments, messages and the calendar in Chromium: no violation, nothing too wide, by keyboard, without scripts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from dermograph.clinic.agenda.models import Absence, Appointment, State
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal.messaging import write
from dermograph.clinic.portal.models import Change, Message, PortalLimits
from tests.browser.conftest import PageFor, browser, check_page, page_for  # noqa: F401 (fixtures)
from tests.clinic.overview.rows import booked
from tests.clinic.portal.people import patient_account, signed_in_patient
from tests.clinic.portal.visits import allowed, free_day, ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HomeFor = Callable[..., Page]
LOOKS = [(390, False, "en"), (390, True, "es"), (1280, False, "es"), (1280, True, "en")]


@pytest.fixture
def home_for(page_for: PageFor, patient: Patient, course: Course, practitioner: Membership) -> HomeFor:
    """A page of the patient of a clinic that is open."""
    Clinic.objects.filter(pk=course.clinic_id).update(phone="+34 600 00 00 00", address="Calle Mayor 1, Madrid")
    ready(course, practitioner)
    allowed(course.clinic)

    def home_for(*, width: int = 390, dark: bool = False, language: str = "en") -> Page:
        return page_for(signed_in_patient(patient), width=width, dark=dark, language=language)

    return home_for


def noon(days: int) -> dt.datetime:
    return timezone.now().replace(hour=11, minute=0, second=0, microsecond=0) + dt.timedelta(days=days)


def filled(course: Course, who: Membership) -> Appointment:
    """Appointments of every state, messages of both, a day on which the clinic is closed; the one to come."""
    closed = free_day() + dt.timedelta(days=1)
    Absence.objects.create(clinic=course.clinic, first=closed, last=closed, reason="for colleagues")
    booked(course, who, noon(-60), state=State.DONE, purpose="assessment")
    booked(course, who, noon(4), "review", state=State.HELD, held_until=noon(1))
    gone = booked(course, who, noon(40), state=State.CANCELLED, reason="a reason")
    Change.objects.create(
        clinic=course.clinic, patient=course.patient, appointment=gone, done="cancelled", was="booked"
    )
    patient_account(course.patient)
    write(patient=course.patient, words="May I go swimming tomorrow?\nAnd in the sea?", who=None, entry=uuid.uuid4())
    write(patient=course.patient, words="Not before 2 December.", who=who.user, entry=uuid.uuid4())
    write(patient=course.patient, words="Thank you. " * 30, who=None, entry=uuid.uuid4())
    return booked(course, who, noon(6))


@pytest.mark.parametrize(("width", "dark", "language"), LOOKS)
def test_the_patients_pages_fit_and_have_no_violation(
    home_for: HomeFor,
    course: Course,
    practitioner: Membership,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    page, mark = (
        home_for(width=width, dark=dark, language=language),
        f"{width}-{'dark' if dark else 'light'}-{language}",
    )
    page.goto(reverse("me_appointment_new", args=[course.pk]) + f"?day={free_day()}")
    check_page(page, f"new-{mark}")
    page.goto(reverse("me_messages"))
    check_page(page, f"messages-empty-{mark}")
    page.goto(reverse("me_appointments"))
    check_page(page, f"appointments-empty-{mark}")
    row = filled(course, practitioner)
    page.goto(reverse("me_appointments"))
    check_page(page, f"appointments-{mark}")
    page.goto(reverse("me_appointment_new", args=[course.pk]))
    check_page(page, f"new-there-is-one-{mark}")
    page.goto(reverse("me_appointment_move", args=[row.pk]) + f"?day={free_day()}")
    check_page(page, f"move-{mark}")
    page.goto(reverse("me_appointment_cancel", args=[row.pk]))
    check_page(page, f"cancel-{mark}")
    page.goto(reverse("me_messages"))
    check_page(page, f"messages-{mark}")
    page.goto(reverse("me_calendar"))
    check_page(page, f"calendar-off-{mark}")
    page.locator("main .button.primary").click()
    expect(page.locator("#address")).to_be_visible()
    check_page(page, f"calendar-on-{mark}")
    PortalLimits.objects.update(change_hours=336, cancel_hours=336)
    page.goto(reverse("me_appointment_move", args=[row.pk]))
    check_page(page, f"move-late-{mark}")
    PortalLimits.objects.update(open=False)
    page.goto(reverse("me_messages"))
    check_page(page, f"messages-shut-{mark}")


@pytest.mark.parametrize(("width", "dark", "language"), LOOKS[1:3])
def test_the_clinics_pages_fit_and_have_no_violation(
    page_for: PageFor,
    lead: Membership,
    course: Course,
    practitioner: Membership,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    ready(course, practitioner)
    row = filled(course, practitioner)
    for done in ("booked", "moved"):
        Change.objects.create(
            clinic=course.clinic, patient=course.patient, appointment=row, done=done, was="booked", was_at=noon(3)
        )
    lead.user.language = language
    lead.user.save()
    page, mark = (
        page_for(lead, width=width, dark=dark, language=language),
        f"{width}-{'dark' if dark else 'light'}-{language}",
    )
    for name, address in (
        ("staff-thread", reverse("patient_messages", args=[course.patient_id])),
        ("staff-settings", reverse("portal_settings")),
        ("staff-today", reverse("today")),
        ("staff-patient", reverse("patient", args=[course.patient_id])),
        ("staff-appointment", reverse("appointment", args=[row.pk])),
        ("staff-agenda", reverse("agenda")),
    ):
        page.goto(address)
        check_page(page, f"{name}-{mark}")


def test_a_patient_books_moves_and_cancels_with_the_keyboard_alone(home_for: HomeFor, course: Course) -> None:
    page = home_for()
    page.goto(reverse("me_appointments"))
    page.locator("main .button.primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    page.locator(".month a[data-day]").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/new?*")
    page.locator('.time input[type="radio"]').first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/appointments/")
    expect(page.get_by_text("Your appointment is booked.")).to_be_visible()
    row = Appointment.objects.get()
    assert row.state == State.BOOKED
    page.get_by_role("link", name="Cancel").focus()
    page.keyboard.press("Enter")
    page.locator("#words").fill("I am away.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/appointments/")
    page.get_by_role("button", name="Take the cancellation back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your appointment stands again.")).to_be_visible()
    row.refresh_from_db()
    assert row.state == State.BOOKED


def test_without_scripts_a_patient_books_and_writes(
    browser: Browser,
    live_server: LiveServer,
    home_for: HomeFor,
    course: Course,
    patient: Patient,
) -> None:
    home_for()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en")
    session = signed_in_patient(patient).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(reverse("me_appointment_new", args=[course.pk]))
    page.locator(".month a[data-day]").last.click()
    page.locator(".time").first.click()
    page.locator("main .button.primary").click()
    expect(page.get_by_text("Your appointment is booked.")).to_be_visible()
    page.goto(reverse("me_messages"))
    page.locator("#words").fill("Is parking near?")
    page.locator("main .button.primary").click()
    expect(page.get_by_text("Your message is sent.")).to_be_visible()
    assert Message.objects.get().from_patient
    context.close()
