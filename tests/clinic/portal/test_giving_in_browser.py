"""What a patient gives, in Chromium at 390 px and wider: no violation, no scrolling sideways, by keyboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.services import install_texts
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.treatment.models import SymptomReport
from tests.browser.conftest import PageFor, browser, check_page, page_for, patient_context  # noqa: F401 (fixtures)
from tests.browser.test_camera import FAKE, started
from tests.clinic.conftest import PASSWORD
from tests.clinic.gallery_draw.photographs import agreed, stored
from tests.clinic.portal.people import signed_in_patient
from tests.clinic.treatment.held import held, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HomeFor = Callable[..., Page]


@pytest.fixture
def home_for(page_for: PageFor, patient: Patient, course: Course, practitioner: Membership) -> HomeFor:
    """A page of the patient, three days after a session."""
    Clinic.objects.filter(pk=course.clinic_id).update(phone="+34 600 00 00 00")
    install_texts(course.clinic)
    held(course, -3, practitioner)

    def home_for(*, width: int = 390, dark: bool = False, language: str = "en") -> Page:
        return page_for(signed_in_patient(patient), width=width, dark=dark, language=language)

    return home_for


@pytest.mark.parametrize(("width", "dark", "language"), [(390, False, "en"), (1280, True, "es")])
def test_every_page_fits_and_has_no_violation(
    home_for: HomeFor,
    course: Course,
    practitioner: Membership,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    stored(course, practitioner)
    page = home_for(width=width, dark=dark, language=language)
    mark = f"{width}-{'dark' if dark else 'light'}-{language}"
    page.goto(reverse("me_forms"))
    check_page(page, f"forms-{mark}")
    page.goto(reverse("me_form", args=[course.pk]))
    check_page(page, f"form-{mark}")
    page.goto(reverse("me_consent", args=[course.pk]))
    check_page(page, f"consent-{mark}")
    page.goto(reverse("me_camera", args=[course.pk]))
    check_page(page, f"camera-refused-{mark}")
    agreed(course, practitioner)
    page.goto(reverse("me_camera", args=[course.pk]))
    expect(page.locator("[data-start]")).to_be_visible()
    check_page(page, f"camera-{mark}")
    page.goto(reverse("me_symptom", args=[course.pk]))
    check_page(page, f"symptom-{mark}")
    page.get_by_role("checkbox").first.check()
    page.locator("#own-words").fill("Since this morning, on the left side.")
    page.locator("form .button.primary").click()
    page.wait_for_url("**?sent=*")
    check_page(page, f"sent-{mark}")
    page.locator("details.reason summary").first.click()
    check_page(page, f"sent-source-{mark}")


def test_a_question_is_answered_with_the_keyboard(home_for: HomeFor, course: Course) -> None:
    page = home_for()
    page.goto(reverse("me_form", args=[course.pk]))
    first = page.locator("#q").inner_text()
    page.get_by_role("button", name="I do not know").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#question")
    expect(page.locator("#q")).not_to_have_text(first)
    expect(page.locator("#own-h")).to_be_visible()
    check_page(page, "form-answered")
    page.locator(".giving-told a").first.click()
    expect(page.locator("#q")).to_have_text(first)
    check_page(page, "form-change")


def test_a_consent_is_signed_with_a_finger_and_taken_back(home_for: HomeFor, course: Course) -> None:
    page = home_for()
    page.goto(reverse("me_consent", args=[course.pk]))
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("#name").fill("Lucía Ferrer Campos")
    pad = page.locator(".intake-pad canvas")
    pad.scroll_into_view_if_needed()
    where = pad.bounding_box()
    assert where is not None
    page.mouse.move(where["x"] + 20, where["y"] + 40)
    page.mouse.down()
    for step in range(1, 24):
        page.mouse.move(where["x"] + 20 + 10 * step, where["y"] + 40 + (30 if step % 2 else -20))
    page.mouse.up()
    if page.locator("#password").count():
        page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/signed/**")
    check_page(page, "consent-signed")
    row = Consent.objects.get()
    assert row.witness is None
    assert isinstance(row.strokes, list)
    page.locator("#w-all").check()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back on")).to_be_visible()
    check_page(page, "consent-taken-back")


def test_a_symptom_is_reported_without_javascript(home_for: HomeFor, course: Course) -> None:
    page = home_for()
    page.context.add_init_script("window.fetch = undefined")
    page.route("**/*.js", lambda route: route.abort())
    page.goto(reverse("me_symptom", args=[course.pk]))
    page.get_by_label("Signs of infection").check()
    page.get_by_role("button", name="Tell the clinic").click()
    expect(page.get_by_role("heading", name="Call the clinic now.")).to_be_visible()
    assert SymptomReport.objects.get().sign == "infection"


def test_a_photograph_is_taken_with_the_camera_and_sent(
    browser: Browser,
    live_server: LiveServer,
    patient: Patient,
    course: Course,
    practitioner: Membership,
) -> None:
    agreed(course, practitioner)
    stored(course, practitioner)
    session = signed_in_patient(patient).cookies["sessionid"].value
    filming = started(browser, *FAKE)
    context = patient_context(
        filming, base_url=live_server.url, viewport={"width": 390, "height": 844}, permissions=["camera"]
    )
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    # The clock of the device is wrong by weeks, and goes back a day between the opening of the page and the shot.
    page.add_init_script("const now = Date.now; window.wrong = -4e9; Date.now = () => now() + window.wrong")
    try:
        page.goto(reverse("me_camera", args=[course.pk]))
        page.evaluate("window.wrong -= 86_400_000")
        page.get_by_role("button", name="Start the camera").click()
        expect(page.locator("[data-checks] li").first).to_be_visible()
        assert page.locator("[data-ghost]").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        check_page(page, "camera-live")
        page.get_by_role("button", name="Take the photograph").click()
        page.locator("[data-keep]").click()
        page.wait_for_url("**?sent=*")
        check_page(page, "camera-sent")
    finally:
        filming.close()
    row = Photograph.objects.get(written_by=None)
    assert (row.course, row.correction_reason) == (course, "from home")
    assert row.taken_on == today(course.clinic) - dt.timedelta(days=1), "the day of the shot, by the clinic's clock"
