"""The dashboard, outcomes and settings in a browser: no violation of axe, nothing wider than the screen."""

from __future__ import annotations

import pytest

from dermograph.clinic.people.models import Clinic, Course, Membership
from tests.browser.conftest import PageFor, browser, page_for, violations  # noqa: F401 (fixtures)
from tests.clinic.overview.rows import another_course, booked, compared, day, held, lot, noon, reported

WAYS = {"en": [(390, False), (1440, True)], "es": [(390, True), (820, False)]}
WIDER = "document.documentElement.scrollWidth > window.innerWidth"
OPENED = "document.querySelectorAll('main details').forEach(one => { one.open = true })"


@pytest.fixture
def busy(course: Course, practitioner: Membership) -> Course:
    """Something in every part of the dashboard, with a long name and one in other letters."""
    course.patient.given_names, course.patient.family_names = "Maximiliana", "Fernández de Córdoba-Echeverría y Arcaute"
    course.patient.save()
    booked(course, practitioner, noon(day(0)))
    held(course, day(-30))
    compared(course, day(-2), -3.0)
    reported(course, "infection", day(-1), words="Me duele.")
    other = another_course(course, 2)
    other.patient.family_names = "架空"
    other.patient.save()
    held(other, day(-40))
    compared(other, day(-3), None)
    another_course(course, 3)
    lot(course, "L-7", day(5))
    return course


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_has_a_violation_or_is_wider_than_the_screen(
    page_for: PageFor, busy: Course, lead: Membership, language: str
) -> None:
    wrong = []
    for width, dark in WAYS[language]:
        page = page_for(lead, width=width, dark=dark, language=language)
        for address in ("/", "/reviews/", "/outcomes/", "/settings/", "/settings/staff/"):
            page.goto(address)
            page.evaluate(OPENED)
            wrong += [(address, width, dark, one) for one in violations(page)]
            wrong += [(address, width, dark, "wider than the screen")] if page.evaluate(WIDER) else []
    assert wrong == []


CUT = """[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth
  || [...box.querySelectorAll('.tag, .hint, .lot-number')].some(one => one.getClientRects().length > 1))
  .map(box => box.innerText)"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_on_a_telephone_states_warnings_and_lots_are_seen_whole(
    page_for: PageFor, busy: Course, lead: Membership, language: str
) -> None:
    lot(busy, "N-2201-LONG", day(-9))
    page = page_for(lead, width=390, language=language)
    for address, tags in (("/?all=1", 1), ("/stock/", 2)):
        page.goto(address)
        assert page.locator(".scroll .tag:visible").count() >= tags
        assert page.evaluate(CUT) == [], address
    page.goto("/")
    group = page.get_by_role("group", name="Appointments" if language == "en" else "Citas")
    assert group.get_attribute("tabindex") == "0"


def test_an_empty_clinic_has_no_violation_either(page_for: PageFor, clinic: Clinic, admin: Membership) -> None:
    page = page_for(admin, width=390)
    found = []
    for address in ("/", "/outcomes/"):
        page.goto(address)
        found += violations(page)
    assert found == []
