"""A browser for every test that needs one: Debian's Chromium, signed-in pages, axe.

Tests in other folders import the fixtures by name: ``from tests.browser.conftest import browser, page_for``.
"""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import SESSION_KEY, get_user_model
from django.test import Client

from tests.clinic.conftest import (  # noqa: F401 (fixtures of the browser's tests)
    admin,
    clinic,
    course,
    front_desk,
    lead,
    patient,
    practitioner,
    signed_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

    from dermograph.clinic.people.models import Membership

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHOTS = os.environ.get("SHOTS", "")  # a folder: the pages that are looked at, as pictures
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONGEST_PAGE, ROOM_FOR_BARS = 12_000, 200  # px
# Waiting ends when what is waited for is there: long limits cost time only where something is wrong.
EXPECTED_MS, PAGE_MS = 60_000, 120_000
PageFor = Callable[..., "Page"]


def _absent(what: str) -> NoReturn:
    """Skip with the reason; under CI a browser that is missing is a failure."""
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"tests in the browser need {what}")
    pytest.skip(f"tests in the browser need {what}")


@cache
def _chromium() -> Browser:
    """Chromium, started once in a process and ended with it: modules that import the fixture share it."""
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        _absent("playwright, of the extra `dev`")
    chromium = shutil.which("chromium")
    if chromium is None:
        _absent("chromium, of the system's packages")
    # The synchronous driver runs an event loop in this thread, in which Django would refuse to use its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=EXPECTED_MS)
    driver = sync_playwright().start()
    started = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
    atexit.register(driver.stop)
    return started


def patient_context(browser: Browser, **options: object) -> BrowserContext:
    """A context of a browser whose pages wait as long as a crowded machine needs."""
    context = browser.new_context(**options)  # type: ignore[arg-type]  # Playwright's options, as given
    context.set_default_timeout(PAGE_MS)
    return context


@pytest.fixture(scope="session")
def browser() -> Browser:
    """Chromium."""
    return _chromium()


@pytest.fixture
def page_for(browser: Browser, live_server: LiveServer) -> Iterator[PageFor]:
    """A page in which somebody is signed in: ``page_for(practitioner, width=390, dark=True, language="es")``.

    ``page_for(None)`` is nobody, ``page_for(signed_in_patient(patient))`` whoever a client is signed in as.
    Addresses may be relative: ``page.goto("/patients/")``. A page on which a script
    failed, or that its content security policy had to stop, fails the test.
    """
    contexts: list[Any] = []
    problems: list[str] = []

    def page_for(
        person: Membership | Client | None,
        *,
        width: int = 1440,
        dark: bool = False,
        language: str = "en",
        **options: object,
    ) -> Page:
        context = patient_context(
            browser,
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="es-ES" if language == "es" else "en-GB",
            **options,
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        if person is not None:
            client = person if isinstance(person, Client) else signed_in(person)
            get_user_model().objects.filter(pk=client.session[SESSION_KEY]).update(language=language)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _listen(problems, page.url, message.text))
        return page

    yield page_for
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


def _listen(problems: list[str], url: str, text: str) -> None:
    if "Content Security Policy" in text or "Refused to" in text:
        problems.append(f"{url}: {text}")


def violations(page: Page, within: str = "") -> list[str]:
    """What axe finds wrong on a page: one line a rule, with where.

    The whole page is on the screen while axe looks, so that no bar that stays in place covers half a button.

    Args:
        page: As it stands.
        within: Only what a selector finds, such as a menu that is open over half a button; empty for all.
    """
    page.wait_for_load_state()  # a click may have begun to open another page
    size = page.viewport_size or {"width": 1440, "height": 900}
    height = min(LONGEST_PAGE, page.evaluate("document.documentElement.scrollHeight") + ROOM_FOR_BARS)
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([within, values]) =>"
        " axe.run(within || document, {runOnly: {type: 'tag', values}, resultTypes: ['violations']})",
        [within, AXE_TAGS],
    )
    page.set_viewport_size(size)
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + "; ".join(f"{node['target']} {node['html'][:120]}" for node in rule["nodes"][:5])
        for rule in found["violations"]
    ]


def check_page(page: Page, name: str = "", within: str = "") -> None:
    """No violation, nothing wider than the screen; and a picture where ``SHOTS`` names a folder.

    Args:
        page: As it stands, or as it is being opened.
        name: Of the picture, and in what is said of a page that is not as it should be; empty for its address.
        within: As for ``violations``.
    """
    page.wait_for_load_state()  # a click may have begun to open another page
    name = name or urlsplit(page.url).path.strip("/").replace("/", "-")
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px"
    assert violations(page, within) == [], name
