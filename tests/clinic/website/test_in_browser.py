"""The public site in Chromium: accessible, clean under the content security policy, and the whole visitor's way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.website import forms
from dermograph.clinic.website.models import AppointmentRequest
from tests.browser.conftest import PageFor, browser, page_for, violations
from tests.clinic.website.visit import at, furnish

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["browser", "page_for"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _open(clinic: Clinic, practitioner: Membership) -> None:
    furnish(clinic)
    assert practitioner.treatments


def answer_all(page: Page) -> None:
    """Answer as somebody with white stretch marks and nothing else to tell."""
    for _ in range(40):
        if "/result/" in page.url:
            return
        if page.locator("h2#q").inner_text() == "What is your date of birth?":
            page.locator("#day").fill("1990-06-15")
            page.get_by_role("button", name="Go on").click()
            continue
        for value in ("stria", "white", "never", "3", "none", "false"):
            button = page.locator(f'.site-buttons button[name="value"][value="{value}"]')
            if button.count():
                button.click()
                break
        else:
            page.get_by_role("button", name="I do not know").click()
    msg = "the check does not end"
    raise AssertionError(msg)


def test_a_visitor_finds_a_treatment_checks_it_and_asks_and_the_front_desk_registers_them(
    page_for: PageFor, clinic: Clinic, front_desk: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LEAST_SECONDS", 0)  # a script types quicker than a person
    page = page_for(None)
    page.goto("/account/login/")
    page.get_by_role("link", name="Clínica Aurora").click()
    page.locator("main").get_by_role("link", name="Paramedical micropigmentation", exact=True).click()
    assert page.locator("h1").inner_text() == "Paramedical micropigmentation"
    page.get_by_role("link", name="Check whether you can book").click()
    answer_all(page)
    assert page.locator("[data-ending]").get_attribute("data-ending") == "book"
    assert violations(page) == []
    page.get_by_role("link", name="Ask for an appointment").click()
    page.get_by_label("Name", exact=True).fill("Marta")
    page.get_by_label("Family names").fill("Quiroga Sanz")
    page.get_by_label("E-mail").fill("marta@mail.example")
    page.get_by_label("Thursday").check()
    page.get_by_label("Hand over my answers").check()
    page.get_by_label("I agree that Clínica Aurora").check()
    page.get_by_role("button", name="Send").click()
    assert page.locator("h1").inner_text() == "Your request was sent"
    assert violations(page) == []
    desk = page_for(front_desk)
    desk.goto("/")
    desk.get_by_role("link", name="Marta Quiroga Sanz").click()
    assert violations(desk) == []
    desk.get_by_role("link", name="Register as a patient").click()
    birth = desk.get_by_label("Date of birth")
    assert birth.input_value() == ""  # an answer, which is for practitioners; the front desk asks
    birth.fill("1990-06-15")
    desk.get_by_role("button", name="Register").click()
    assert desk.locator("h1").inner_text().startswith("Marta Quiroga Sanz")
    assert Patient.objects.get().email == "marta@mail.example"
    assert AppointmentRequest.objects.get().state == "registered"


def test_the_check_works_without_scripts_and_with_the_keyboard(page_for: PageFor, clinic: Clinic) -> None:
    page = page_for(None, width=390, java_script_enabled=False)
    page.goto(at(clinic, "scalp", "check"))
    button = page.get_by_role("button", name="Hair loss")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your answers").wait_for()
    assert page.locator("h1").count() == 1
    page.goto(at(clinic, "scalp", "check/result"))
    assert page.locator("[data-ending]").get_attribute("data-ending") == "ask"
    assert not page.get_by_role("button", name="Print").is_visible()


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "es")])
def test_axe_finds_nothing_on_the_public_pages(page_for: PageFor, clinic: Clinic, width: int, language: str) -> None:
    page = page_for(None, width=width, dark=width < 1000, language=language)
    for treatment, name in (("", ""), ("paramedical", ""), ("paramedical", "check"), ("paramedical", "request")):
        page.goto(at(clinic, treatment, name, language))
        assert violations(page) == [], (treatment, name)
        scrolled = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert scrolled, f"{treatment} {name} is wider than the screen"


def test_the_data_for_machines_stands_under_the_policy_and_runs_nothing(page_for: PageFor, clinic: Clinic) -> None:
    page = page_for(None)  # the fixture fails where the policy had to stop something
    answer = page.goto(at(clinic, "microneedling"))
    assert answer is not None
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    told = page.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(told or "")["@type"] == "MedicalProcedure"
    page.locator("details.disagree summary").first.click()
    assert page.locator("details.disagree[open] .side").count() >= 2
