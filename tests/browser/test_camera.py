"""Taking a photograph in the browser, with a film of a synthetic scar and a card in place of the camera."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import cv2
import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Course, Membership
from dermograph.photo.image import read_photograph_bytes
from tests.browser.conftest import FLAGS, patient_context, violations
from tests.browser.drawing_browser import overflows
from tests.clinic.conftest import signed_in
from tests.clinic.gallery_draw.photographs import HEIGHT, WIDTH, agreed, files, stored

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
FRAMES_A_SECOND = 3  # a slow film leaves the processor to the check
LATE_MS = 120_000
PageOf = Callable[..., Page]


def started(browser: Browser, *flags: str) -> Browser:
    """Another Chromium, with other flags."""
    return browser.browser_type.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *flags])


@pytest.fixture(scope="module")
def filming(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    film = tmp_path_factory.mktemp("film") / "skin.y4m"
    picture = read_photograph_bytes(files()[1], "synthetic.jpg").rgb
    frame = b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes()
    film.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_A_SECOND}:1 Ip A1:1 C420\n".encode() + 2 * frame)
    found = started(browser, *FAKE, f"--use-file-for-fake-video-capture={film}")
    yield found
    found.close()


@pytest.fixture
def page_of(live_server: LiveServer, practitioner: Membership) -> Iterator[PageOf]:
    """A page of some browser in which the practitioner is signed in; what its console complains of fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def page_of(browser: Browser, *, language: str = "en", dark: bool = False, width: int = 1280) -> Page:
        practitioner.user.language = language
        practitioner.user.save(update_fields=["language"])
        context = patient_context(
            browser,
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        session = signed_in(practitioner).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert [one for one in complaints if "status of 422" not in one] == []


@pytest.fixture
def page(filming: Browser, page_of: PageOf) -> Page:
    return page_of(filming)


def test_the_card_is_found_while_framing_and_the_photograph_is_kept(
    page: Page, course: Course, practitioner: Membership
) -> None:
    agreed(course, practitioner)
    first = stored(course, practitioner)
    page.goto(reverse("camera", args=[course.pk]))
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("[data-camera]")).to_have_attribute("data-card", "true", timeout=LATE_MS)
    expect(page.locator("[data-corners]")).to_have_attribute("d", re.compile(r"^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){3}Z$"))
    expect(page.locator(".camera-checks li").first).to_contain_text("The card was found")
    expect(page.locator("[data-say]")).not_to_be_empty()
    expect(page.locator("[data-ghost]")).to_be_visible()
    page.locator("[data-opacity]").fill("60")
    assert page.locator("[data-ghost]").evaluate("(image) => image.style.opacity") == "0.6"
    page.get_by_role("button", name="Take the photograph").click()
    expect(page.locator("[data-still]")).to_be_visible(timeout=LATE_MS)
    page.get_by_role("button", name="Take it again").click()
    expect(page.locator("[data-video]")).to_be_visible(timeout=LATE_MS)
    page.get_by_role("button", name="Take the photograph").click()
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(lambda url: "camera" not in url, timeout=LATE_MS)
    kept = Photograph.objects.exclude(pk=first.pk).get()
    assert kept.course == course
    assert (kept.width, kept.height) == (1600, 1200)
    assert kept.written_by == practitioner.user


def test_without_consent_the_reason_is_said_and_the_picture_stays(page: Page, course: Course) -> None:
    page.goto(reverse("camera", args=[course.pk]))
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_role("button", name="Take the photograph").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("[data-trouble]")).to_contain_text("consent", timeout=LATE_MS)
    expect(page.locator("[data-still]")).to_be_visible(timeout=LATE_MS)
    assert not Photograph.objects.exists()


def test_the_checks_are_not_sent_faster_than_they_are_answered(page: Page, course: Course) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("still=1600") else None)
    page.goto(reverse("camera", args=[course.pk]))
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("[data-camera]")).to_have_attribute("data-card", "true", timeout=LATE_MS)
    so_far = len(sent)
    page.wait_for_timeout(1600)
    assert 1 <= len(sent) - so_far <= 3
    assert all(len(one.post_data_buffer or b"") < 2_000_000 for one in sent)
    page.get_by_role("button", name="Stop the camera").click()
    page.wait_for_timeout(1500)  # what was on its way on a slow machine
    so_far = len(sent)
    page.wait_for_timeout(900)
    assert len(sent) == so_far


def test_leaving_switches_the_camera_off(page: Page, course: Course) -> None:
    page.goto(reverse("camera", args=[course.pk]))
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("[data-video]")).to_be_visible(timeout=LATE_MS)
    state = page.evaluate(
        """() => {
            const track = document.querySelector("[data-video]").srcObject.getVideoTracks()[0];
            window.dispatchEvent(new PageTransitionEvent("pagehide"));
            return track.readyState;
        }"""
    )
    assert state == "ended"
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


def test_a_refused_permission_is_explained_with_the_upload_beside_it(
    browser: Browser, page_of: PageOf, course: Course
) -> None:
    other = started(browser, "--use-fake-device-for-media-stream", "--deny-permission-prompts")
    page = page_of(other)
    page.goto(reverse("camera", args=[course.pk]))
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("[data-trouble]")).to_contain_text("may not use the camera", timeout=LATE_MS)
    expect(page.get_by_role("button", name="Upload")).to_be_visible()
    assert violations(page) == []
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {get: () => false})")
    page.reload()
    expect(page.locator("[data-trouble]")).to_contain_text("https", timeout=LATE_MS)
    expect(page.get_by_role("button", name="Start the camera")).to_be_disabled()
    other.close()


def test_a_device_without_a_camera_is_told_so(browser: Browser, page_of: PageOf, course: Course) -> None:
    other = started(browser, "--use-fake-ui-for-media-stream")
    page = page_of(other)
    page.goto(reverse("camera", args=[course.pk]))
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("[data-trouble]")).to_contain_text("has no camera", timeout=LATE_MS)
    other.close()


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("es", "light")])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_cameras_page(
    filming: Browser, page_of: PageOf, course: Course, practitioner: Membership, language: str, scheme: str, width: int
) -> None:
    stored(course, practitioner)
    page = page_of(filming, language=language, dark=scheme == "dark", width=width)
    page.goto(reverse("camera", args=[course.pk]))
    assert violations(page) == []
    page.locator("[data-start]").click()
    expect(page.locator("[data-camera]")).to_have_attribute("data-card", "true", timeout=LATE_MS)
    assert violations(page) == []
    assert not overflows(page)
    page.locator("[data-take]").click()
    expect(page.locator("[data-still]")).to_be_visible(timeout=LATE_MS)
    assert violations(page) == []
