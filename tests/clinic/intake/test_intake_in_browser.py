"""The assessment and the consent in a real browser: answering, going on, signing by hand and by keyboard, axe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from dermograph.clinic.facts import today
from dermograph.clinic.intake.models import Answer, Consent
from dermograph.clinic.intake.selectors import current_text
from dermograph.clinic.intake.services import add_happening, answer_fact, install_texts, sign_assessment, sign_consent
from dermograph.clinic.people.models import Course, Membership
from tests.browser.conftest import PageFor, browser, page_for, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["browser", "page_for"]
WAVE = [[[0.1 + 0.02 * step, 0.2 + 0.6 * (step % 2)] for step in range(30)]]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def prepare(course: Course, who: Membership) -> dict[str, str]:
    """A course with something of everything, and the addresses of its pages."""
    install_texts(course.clinic)
    for fact, value in (("lesion", "stria"), ("phototype", 3), ("phototype", 5), ("breastfeeding", False)):
        answer_fact(course=course, who=who.user, fact=fact, value=value)
    answer_fact(course=course, who=who.user, fact="pregnant", missing="refused")
    add_happening(course=course, who=who.user, what="travel", first=today(course), everywhere=True)
    signed = sign_assessment(course=course, who=who.user)
    answer_fact(course=course, who=who.user, fact="anticoagulants", value=True)
    text = current_text(course.clinic, course.treatment, "es", today(course))
    assert text is not None
    consent = sign_consent(
        course=course, who=who.user, text=text, purposes=["treatment", "record"], signed_name="Lucía", strokes=WAVE
    )
    assessment = reverse("assessment", args=[course.pk])
    return {
        "assessment": assessment,
        "change": f"{assessment}?change=phototype",
        "signed": reverse("assessment_signed", args=[signed.pk]),
        "override": reverse("assessment_override", args=[signed.pk]),
        "happening": reverse("happening_new", args=[course.pk]),
        "consents": reverse("consents", args=[course.pk]),
        "sign": reverse("consent_sign", args=[course.pk]),
        "consent": reverse("consent_signed", args=[consent.pk]),
        "withdraw": reverse("consent_withdraw", args=[consent.pk]),
    }


@pytest.mark.parametrize(("width", "dark", "language"), [(1440, False, "en"), (390, True, "es")])
def test_axe_finds_nothing_and_nothing_overflows(
    page_for: PageFor,
    course: Course,
    lead: Membership,
    width: int,
    dark: bool,  # noqa: FBT001 (a parameter of the test)
    language: str,
) -> None:
    addresses = prepare(course, lead)
    page = page_for(lead, width=width, dark=dark, language=language)
    for name, address in addresses.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name


def test_answers_are_saved_as_one_goes_and_the_verdict_follows(
    page_for: PageFor,
    course: Course,
    practitioner: Membership,
) -> None:
    page = page_for(practitioner)
    page.goto(reverse("assessment", args=[course.pk]))
    assert "incomplete" in page.locator("#verdict-mark").inner_text().lower()
    page.locator("#q-lesion").get_by_role("button", name="stretch mark").click()
    page.locator("#q-stage").get_by_role("button", name="white").wait_for()
    page.locator("#q-keloid_tendency").get_by_role("button", name="Yes", exact=True).click()
    page.locator("#verdict-mark > .verdict.excluded").wait_for()
    assert "not for this area" in page.locator("#live").inner_text()
    page.locator("#q-keloid_tendency").get_by_role("link", name="Change").click()
    page.locator("#q-keloid_tendency").get_by_role("button", name="Not known yet").click()
    page.locator("#verdict-mark > .verdict.incomplete").wait_for()
    assert "still not known" in page.locator("#questions").inner_text()
    assert Answer.objects.filter(fact="keloid_tendency").count() == 2


def test_the_keyboard_alone_answers_and_the_focus_goes_on(
    page_for: PageFor,
    course: Course,
    practitioner: Membership,
) -> None:
    page = page_for(practitioner)
    page.goto(reverse("assessment", args=[course.pk]))
    first = page.locator(".intake-question").first
    fact = first.get_attribute("id")
    first.get_by_role("button", name="No", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator(f"#{fact}.intake-row").wait_for()
    page.locator(".intake-question:focus").wait_for()
    assert page.evaluate("document.activeElement.id") == page.locator(".intake-question").first.get_attribute("id")
    assert Answer.objects.count() == 1


def test_on_a_phone_the_verdict_is_a_bar_that_opens(
    page_for: PageFor,
    course: Course,
    practitioner: Membership,
) -> None:
    page = page_for(practitioner, width=390)
    page.goto(reverse("assessment", args=[course.pk]))
    page.locator("#verdict:not([open])").wait_for()
    page.mouse.wheel(0, 3000)
    page.wait_for_function("() => scrollY > 300")  # a busy machine scrolls late
    page.wait_for_function("() => document.querySelector('#verdict').getBoundingClientRect().top < 200")
    box = page.locator("#verdict").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200
    page.locator("#verdict summary").click()
    assert page.locator("#verdict-body").is_visible()


def test_a_signature_is_drawn_and_kept(
    page_for: PageFor,
    course: Course,
    practitioner: Membership,
) -> None:
    page = page_for(practitioner)
    page.goto(reverse("consent_sign", args=[course.pk]))
    fill(page)
    page.locator("#consent-form button.primary").click()
    page.locator("#error").wait_for()
    assert Consent.objects.count() == 0
    assert page.locator("#name").input_value() == "Lucía Ferrer Campos"
    assert page.locator("#p-treatment").is_checked()
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 30 + 60 * (step % 2), steps=3)
    page.mouse.up()
    page.locator("#consent-form button.primary").click()
    page.locator(".intake-signed svg path").wait_for()
    assert len(Consent.objects.get().strokes[0]) > 10


def test_a_consent_is_signed_with_the_keyboard(
    page_for: PageFor,
    course: Course,
    practitioner: Membership,
) -> None:
    page = page_for(practitioner, java_script_enabled=False)
    page.goto(reverse("consent_sign", args=[course.pk]))
    fill(page)
    page.locator(".intake-typed summary").press("Enter")
    page.locator("#typed").fill("Lucía Ferrer Campos")
    page.locator("#typed").press("Enter")
    page.locator(".intake-signed .intake-hand").wait_for()
    assert Consent.objects.get().strokes == {"typed": "Lucía Ferrer Campos"}


def fill(page: Page) -> None:
    """Agree to what is needed and write the name."""
    page.locator("#p-treatment").check()
    page.locator("#p-record").check()
    page.locator("#name").fill("Lucía Ferrer Campos")
