"""Booking in a real browser: by mouse, by keyboard alone, without JavaScript; axe on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.agenda.services import book, hold
from dermograph.clinic.people.models import Course, Membership
from tests.browser.conftest import PageFor, browser, page_for, violations
from tests.clinic.agenda.opened import another_course, at, cleared, monday, rooms

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["browser", "page_for", "rooms"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def overflows(page: Page) -> bool:
    found: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return found


@pytest.mark.parametrize(("width", "dark", "language"), [(1440, False, "en"), (820, True, "en"), (390, True, "es")])
def test_axe_finds_nothing_and_nothing_overflows(
    page_for: PageFor,
    course: Course,
    lead: Membership,
    rooms: list[Room],
    width: int,
    dark: bool,  # noqa: FBT001 (a parameter of the test)
    language: str,
) -> None:
    cleared(course, lead)
    one = book(
        course=course,
        purpose="session",
        practitioner=lead,
        room=rooms[0],
        who=lead.user,
        starts_at=at(course.clinic, monday(), 10),
    )
    other = another_course(course.clinic, 2, lead)
    hold(
        course=other,
        purpose="session",
        practitioner=lead,
        room=rooms[1],
        who=lead.user,
        starts_at=at(course.clinic, monday(), 12),
    )
    page = page_for(lead, width=width, dark=dark, language=language)
    for address in (
        f"{reverse('agenda')}?day={monday()}",
        f"{reverse('agenda')}?day={monday()}&view=week",
        f"{reverse('booking', args=[course.pk])}?day={monday(7)}",
        f"{reverse('booking', args=[other.pk])}?day={monday(7)}",
        reverse("appointment", args=[one.pk]),
        f"{reverse('appointment_move', args=[one.pk])}?day={monday(3)}",
        reverse("agenda_settings"),
    ):
        page.goto(address)
        assert violations(page) == [], address
        assert not overflows(page), address


def test_a_session_is_booked_by_keyboard_alone(
    page_for: PageFor, course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    page = page_for(practitioner)
    page.goto(f"{reverse('booking', args=[course.pk])}?month={monday(6):%Y-%m}")
    page.locator(f"a.day[data-day='{monday(6)}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#slots input[type=radio]")
    assert page.evaluate("document.activeElement.id") == "slots-title"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/appointments/**")
    made = Appointment.objects.get()
    assert (made.state, made.purpose) == ("booked", "session")
    assert made.starts_at == at(course.clinic, monday(6), 9)


def test_the_fields_change_the_month_by_themselves(
    page_for: PageFor, course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    page = page_for(practitioner)
    page.goto(f"{reverse('booking', args=[course.pk])}?day={monday(6)}")
    assert page.locator("#slots label.slot").count() == 33
    page.select_option("#purpose", "review")
    page.get_by_text("30 minutes.").wait_for()
    assert page.locator("#slots label.slot").count() == 39
    page.fill("#minutes", "480")
    page.locator("#minutes").blur()
    page.get_by_text("480 minutes.").wait_for()
    assert page.locator("#slots label.slot").count() == 9


def test_without_javascript_a_time_is_chosen_booked_and_cancelled(
    page_for: PageFor, course: Course, front_desk: Membership, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    page = page_for(front_desk, java_script_enabled=False)
    page.goto(f"{reverse('booking', args=[course.pk])}?month={monday(6):%Y-%m}")
    page.click(f"a.day[data-day='{monday(6)}']")
    page.locator("#slots label.slot", has_text="11:15").first.click()
    page.get_by_role("button", name="Book this time").click()
    page.get_by_role("heading", name="11:15–13:15").wait_for()
    page.get_by_label("Reason for cancelling").fill("changed her mind")
    page.get_by_role("button", name="Cancel the appointment").click()
    page.get_by_role("button", name="Undo the cancellation").click()
    assert Appointment.objects.get().state == "booked"
