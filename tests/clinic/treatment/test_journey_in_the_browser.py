"""The session form in a browser: the estimate moves as one types, zones are added in place, "now" is the clinic's."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.models import Session
from tests.browser.conftest import browser, patient_context  # noqa: F401 (a fixture)
from tests.clinic.conftest import signed_in
from tests.clinic.treatment.held import kit, ready

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Any, live_server: Any, practitioner: Membership) -> Iterator[Any]:  # noqa: ANN401 (a server, a page)
    """A page in which the practitioner is signed in, on a device whose clock is set to another zone."""
    cookie = signed_in(practitioner).cookies[settings.SESSION_COOKIE_NAME].value
    context = patient_context(browser, base_url=live_server.url, timezone_id="America/Lima")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_a_session_is_written_down_in_the_browser(page: Any, course: Course, practitioner: Membership) -> None:  # noqa: ANN401 (fields as a test gives them)
    ready(course, practitioner)
    lots = kit(course.clinic)
    page.goto(reverse("session_new", args=[course.pk]))
    for name, value in {"needles": "5", "speed_hz": "100", "seconds": "300", "cm2": "50"}.items():
        page.fill(f"#id_zones-0-{name}", value)
    assert re.sub(r"\D", "", page.locator("[data-punctures]").first.inner_text()) == "3000"
    page.fill("#id_zones-0-cm2", "")
    assert page.locator("[data-punctures]").first.inner_text() == "–"  # unknown, not zero
    page.fill("#id_zones-0-cm2", "60")
    page.click("[data-add-zone]")
    page.fill("#id_zones-1-name", "right")
    page.click("[data-now=id_ended_at]")
    written = dt.datetime.fromisoformat(page.input_value("#id_ended_at"))
    now = dt.datetime.now(zoneinfo.ZoneInfo("Europe/Madrid")).replace(tzinfo=None)
    assert abs(now - written) < dt.timedelta(minutes=3)
    began = written - dt.timedelta(minutes=70)
    page.fill("#id_started_at", f"{began:%Y-%m-%dT%H:%M}")
    page.fill("#id_device", "Dermograph D3")
    page.check("input[name=anaesthesia][value=cream]")
    for lot in lots:
        page.check(f"input[name={lot.kind}][value='{lot.pk}']")
    page.click("form[data-time-zone] button.primary")
    page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}/$"))
    session = Session.objects.get()
    assert [zone["name"] for zone in session.zones] == [course.area.name, "right"]
    assert session.lot_uses.count() == 2
