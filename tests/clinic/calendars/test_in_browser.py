"""The pages of calendars in Chromium: no violation, nothing too wide, usable without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dermograph.clinic.agenda.models import Absence
from dermograph.clinic.people.models import Course, Membership, Patient
from tests.browser.conftest import PageFor, browser, check_page, page_for  # noqa: F401 (fixtures)
from tests.clinic.calendars.reading import away, on
from tests.clinic.portal.people import signed_in_patient
from tests.exchange.ical.written import calendar, event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [(390, False, "en"), (390, True, "es"), (1280, False, "es"), (1280, True, "en")]
TWO_LOOKS = [(390, True, "es"), (1280, False, "en")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A calendar with something of each kind."""
    hours = f"DTSTART;TZID=Europe/Madrid:{on(12):%Y%m%d}T090000", f"DTEND;TZID=Europe/Madrid:{on(12):%Y%m%d}T113000"
    lines = (
        *away(20, 30, "1"),
        *(line.replace("Away", "Congress of dermatology in Valencia, " * 3) for line in away(50, 52, "2")),
        *away(60, 60, "3", "STATUS:TENTATIVE"),
        *away(70, 77, "4", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"),
        *event(*hours, uid="5"),
        *away(80, 80, "6", "TRANSP:TRANSPARENT"),
        *away(90, 90, "7", "RRULE:FREQ=YEARLY;BYWEEKNO=20"),
    )
    path = tmp_path / "theirs.ics"
    path.write_bytes(calendar(*lines))
    return path


@pytest.fixture
def patients_page(page_for: PageFor, patient: Patient, course: Course) -> Callable[..., Page]:
    def patients_page(*, width: int, dark: bool, language: str) -> Page:
        return page_for(signed_in_patient(patient), width=width, dark=dark, language=language)

    return patients_page


@pytest.mark.parametrize(("width", "dark", "language"), LOOKS)
def test_the_absences_are_read_looked_at_and_taken_over(
    page_for: PageFor,
    lead: Membership,
    practitioner: Membership,
    file: Path,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    page = page_for(lead, width=width, dark=dark, language=language)
    name = f"{width}-{'dark' if dark else 'light'}-{language}"
    page.goto(reverse("absence_calendar"))
    check_page(page, f"absence-empty-{name}")
    page.locator("#person").select_option(str(practitioner.pk))
    page.locator("#file").set_input_files(file)
    page.locator("main .button.primary").click()
    expect(page.locator("#found-h")).to_be_visible()
    check_page(page, f"absence-found-{name}")
    page.locator("main .button.primary").click()
    expect(page.locator("#before-h")).to_be_visible()
    check_page(page, f"absence-taken-{name}")
    assert Absence.objects.count() == 3
    page.locator(".calendar-before button").click()
    expect(page.locator(".calendar-before .tag")).to_be_visible()
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("width", "dark", "language"), TWO_LOOKS)
def test_a_patient_says_when_they_are_away(
    patients_page: Callable[..., Page],
    file: Path,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    page = patients_page(width=width, dark=dark, language=language)
    name = f"{width}-{'dark' if dark else 'light'}-{language}"
    page.goto(reverse("me_away"))
    check_page(page, f"away-empty-{name}")
    page.locator("#file").set_input_files(file)
    page.locator("main .button.primary").click()
    expect(page.locator("#found-h")).to_be_visible()
    check_page(page, f"away-found-{name}")
    page.locator("main .button.primary").click()
    expect(page.locator("#before-h")).to_be_visible()
    check_page(page, f"away-taken-{name}")


@pytest.mark.parametrize(("width", "dark", "language"), TWO_LOOKS)
def test_the_working_day_is_switched_on_and_off(
    page_for: PageFor,
    practitioner: Membership,
    width: int,
    dark: bool,  # noqa: FBT001 (of the parameters)
    language: str,
) -> None:
    page = page_for(practitioner, width=width, dark=dark, language=language)
    name = f"{width}-{'dark' if dark else 'light'}-{language}"
    page.goto(reverse("work_calendar"))
    check_page(page, f"work-off-{name}")
    page.locator("main .button.primary").click()
    expect(page.locator("#address")).to_be_visible()
    check_page(page, f"work-made-{name}")
    page.locator("main .button.quiet").click()
    expect(page.locator("#off-h")).to_be_visible()
