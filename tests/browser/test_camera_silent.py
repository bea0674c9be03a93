"""A camera that does not answer is given up after 20 s, with what to do, and never comes on afterwards."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dermograph.clinic.people.models import Course, Membership
from tests.browser.conftest import PageFor, violations

LONGEST_S = 20
NEVER = "navigator.mediaDevices.getUserMedia = () => new Promise((give) => { window.answers = give; });"
PICTURE = "document.createElement('canvas').captureStream(1)"
AT_ONCE = f"navigator.mediaDevices.getUserMedia = async () => (window.stream = {PICTURE});"
NO_PICTURE = "HTMLMediaElement.prototype.play = () => new Promise(() => {});"
STATE = "window.stream.getTracks()[0].readyState"


@pytest.fixture
def page(page_for: PageFor, practitioner: Membership) -> Page:
    page = page_for(practitioner)
    page.clock.install()
    return page


def started(page: Page, course: Course, *scripts: str, button: str = "Start the camera") -> None:
    """The camera's page, on which the camera is started."""
    for script in scripts:
        page.add_init_script(script)
    page.goto(reverse("camera", args=[course.pk]))
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize(
    ("language", "button", "words"),
    [
        ("en", "Start the camera", "close other programs that use the camera, then press “Start the camera” again"),
        ("es", "Encender la cámara", "cierre otros programas que usen la cámara y pulse de nuevo «Encender la cámara»"),
    ],
)
def test_a_camera_that_never_answers_is_given_up_with_what_to_do(
    page_for: PageFor, practitioner: Membership, course: Course, language: str, button: str, words: str
) -> None:
    page = page_for(practitioner, language=language)
    page.clock.install()
    started(page, course, NEVER, button=button)
    start = page.get_by_role("button", name=button)
    expect(start).to_be_disabled()
    page.clock.run_for((LONGEST_S - 2) * 1000)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    page.clock.run_for(3000)
    expect(page.locator("[data-trouble]")).to_contain_text(words)
    expect(start).to_be_enabled()
    expect(start).to_be_focused()
    assert violations(page) == []


def test_a_camera_that_answers_too_late_is_switched_off_at_once(page: Page, course: Course) -> None:
    started(page, course, NEVER)
    page.clock.run_for((LONGEST_S + 1) * 1000)
    expect(page.locator("[data-trouble]")).to_be_visible()
    page.evaluate(f"window.answers(window.stream = {PICTURE})")
    page.wait_for_function(f"{STATE} === 'ended'")
    expect(page.locator("[data-video]")).to_be_hidden()
    expect(page.get_by_role("button", name="Start the camera")).to_be_enabled()


def test_a_camera_that_gives_no_picture_is_switched_off(page: Page, course: Course) -> None:
    started(page, course, AT_ONCE, NO_PICTURE)
    page.wait_for_function("document.querySelector('[data-video]').srcObject !== null")
    page.clock.run_for((LONGEST_S + 1) * 1000)
    expect(page.locator("[data-trouble]")).to_contain_text("does not answer")
    assert page.evaluate(STATE) == "ended"
    assert page.evaluate("document.querySelector('[data-video]').srcObject") is None


def test_who_leaves_while_the_camera_is_waited_for_leaves_it_off(page: Page, course: Course) -> None:
    started(page, course, NEVER)
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    page.evaluate(f"window.answers(window.stream = {PICTURE})")
    page.wait_for_function(f"{STATE} === 'ended'")
    page.clock.run_for((LONGEST_S + 1) * 1000)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    expect(page.get_by_role("button", name="Start the camera")).to_be_enabled()


def test_a_camera_is_waited_for_anew_when_it_is_started_again(page: Page, course: Course) -> None:
    started(page, course, NEVER)
    page.clock.run_for((LONGEST_S + 1) * 1000)
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("[data-trouble]")).to_be_hidden()
    page.evaluate("window.answers(window.stream = new MediaStream())")
    page.clock.run_for((LONGEST_S + 1) * 1000)
    expect(page.locator("[data-trouble]")).to_contain_text("does not answer")
