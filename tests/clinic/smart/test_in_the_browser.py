"""The pages in a browser: no violation of axe, nothing wider than the screen, and the way back to the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer

from dermograph.clinic.people.models import Membership, Patient
from tests.browser.conftest import PageFor, browser, page_for, violations  # noqa: F401 (fixtures)
from tests.clinic.portal.people import another_patient
from tests.clinic.smart.programs import app_of, challenge, private_key

if TYPE_CHECKING:
    from playwright.sync_api import Page

WAYS = {"en": [(390, False), (1440, True)], "es": [(390, True), (1440, False)]}
WIDER = "document.documentElement.scrollWidth > window.innerWidth"
SHOTS = os.environ.get("SMART_SHOTS", "")  # a folder: the pages as pictures
SCOPES = (
    "launch/patient patient/Patient.rs patient/Observation.rs patient/ServiceRequest.rs patient/Procedure.rs "
    "user/Appointment.crus offline_access"
)


@pytest.mark.xdist_group("smart")
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_have_no_violation_and_lead_back_to_the_program(
    page_for: PageFor,
    live_server: LiveServer,
    lead: Membership,
    patient: Patient,
    language: str,
) -> None:
    another_patient(lead.clinic)
    site = urlsplit(live_server.url)
    back = f"http://127.0.0.1:{site.port}/healthy"  # another origin than the page's own
    app, _ = app_of(lead, redirects=back, scopes=SCOPES)
    app_of(lead, "service", name="Registry of scars", scopes="system/Observation.rs")
    private_key()
    asked = {
        "response_type": "code",
        "client_id": str(app.pk),
        "redirect_uri": back,
        "scope": SCOPES,
        "state": "s-1",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }
    wrong: list[object] = []
    for width, dark in WAYS[language]:
        page = page_for(lead, width=width, dark=dark, language=language)

        def look(name: str, page: Page = page, width: int = width, dark: bool = dark) -> None:  # noqa: FBT001 (bound to this round)
            wrong.extend((width, name, one) for one in violations(page))
            wrong.extend([(width, name, "wider")] if page.evaluate(WIDER) else [])
            if SHOTS:
                shade = "dark" if dark else "light"
                page.screenshot(path=str(Path(SHOTS) / f"{name}-{language}-{width}-{shade}.png"), full_page=True)

        page.goto("/healthy")
        base = f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/fhir"
        page.goto("/smart/authorize?" + urlencode({**asked, "aud": base}))
        look("picker")
        page.fill("#find", "luc")
        page.press("#find", "Enter")
        page.click("a.pick")
        look("consent")
        answers = page.locator(".answers-of-consent .button")
        sizes = [(round(box["width"]), round(box["height"])) for one in answers.all() if (box := one.bounding_box())]
        assert len(sizes) == 2
        assert sizes[0] == sizes[1]
        page.click("button[value=allow]")
        page.wait_for_url(f"{back}?code=*")
        assert "state=s-1" in page.url
        page.goto("/settings/programs/")
        look("programs")
        page.goto("/account/programs/")
        look("mine")
    assert wrong == []
