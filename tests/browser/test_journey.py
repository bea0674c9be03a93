"""The whole journey of a patient as a practitioner goes it: through the pages alone, measured by the real runner."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from dermograph.clinic.intake.services import install_texts
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.photo.phantom.files import jpeg
from tests.browser.conftest import PageFor
from tests.browser.first_visit import (
    CONTRAST,
    FADED,
    FIRST,
    HELD,
    LOTS,
    NAME,
    SEEN,
    area_is_placed_and_course_opened,
    assessment_is_answered_and_signed,
    baseline_is_taken_and_outlined,
    consent_is_signed,
    lots_are_put_into_stock,
    patient_is_registered,
    photograph_is_sent,
    scar,
    session_is_booked,
)
from tests.browser.walk import TickingClock, Walk
from tests.clinic.agenda.opened import open_up
from tests.clinic.conftest import PASSWORD
from tests.clinic.gallery.photos import measuring

__all__ = ["measuring"]
STEPS = [
    "Assessment signed: suitable",
    "Consent signed",
    "Photograph",
    "Appointment for a session",
    "Session 1",
    "Aftercare begins",
    "Photograph",
    "Compared with the baseline",
    "Review signed: another session",
]
FIGURE = re.compile(r"(−?[\d.]+) ± ([\d.]+)")


@pytest.fixture
def walk(page_for: PageFor, clinic: Clinic, practitioner: Membership) -> Iterator[Walk]:
    """The practitioner of a clinic that has rooms, hours and texts, on the first day; nobody is signed in."""
    clock = TickingClock(dt.datetime.combine(FIRST, dt.time(9), clinic.zone))
    with clock.running():
        open_up(clinic)
        install_texts(clinic)
        yield Walk(page_for(None), practitioner, clock)


@pytest.mark.slow
@pytest.mark.usefixtures("measuring")
def test_a_patient_is_treated_measured_and_reviewed_through_the_pages_alone(walk: Walk) -> None:
    walk.comes(FIRST, 9)
    lots_are_put_into_stock(walk)
    patient_is_registered(walk)
    area_is_placed_and_course_opened(walk)
    assessment_is_answered_and_signed(walk)
    consent_is_signed(walk)
    session_is_booked(walk)
    baseline_is_taken_and_outlined(walk)
    walk.comes(HELD, 9, 55)
    session_is_held(walk)
    walk.comes(SEEN, 10)
    follow_up_is_measured(walk)
    figures = comparison_is_read(walk)
    review_is_signed(walk, figures)
    timeline_tells_everything(walk, figures)
    today_has_nothing_left(walk)
    assert walk.complaints == []


def session_is_held(walk: Walk) -> None:
    page = walk.page
    walk.reads("1 expected, 0 here", NAME)
    walk.follow(NAME)
    walk.press("Patient has arrived")
    walk.goes_on("Session 1", "Record session 1")
    walk.sees("Session record")
    walk.reads("The verdict today is: suitable.", "The plan allows 9 March 2026.", "Consent signed on 2 March 2026.")
    walk.at(HELD, 11, 30)
    walk.fill(started_at=f"{HELD}T10:05", ended_at=f"{HELD}T11:20", device="Dermograph D3", anaesthesia_minutes="40")
    page.locator("input[name=anaesthesia][value=cream]").check()
    for _, number in LOTS.values():
        page.get_by_label(re.compile(number)).check()
    zone = {"needle_setting_mm": "0.5", "needles": "3", "speed_hz": "90", "passes": "2", "seconds": "1500", "cm2": "18"}
    walk.fill(**{f"zones-0-{name}": value for name, value in zone.items()}, cents="120")
    walk.reads("≈ 22,500", within="[data-punctures]")
    walk.press("Save the session")
    walk.sees("Session 1 9 March 2026, 10:05")
    walk.reads("10:05 – 11:20 (75 min)", "Needle 3RL N-2201", "Cream A-1180", "≈ 22,500", "€120.00")
    page.goto("/")
    walk.reads("0 expected, 0 here", "done")
    page.goto(walk.course)
    walk.stands_at("Session 1", "done", "9 March 2026")
    walk.reads("Photographs can be measured from 30 March 2026.", within="#present")


def follow_up_is_measured(walk: Walk) -> None:
    walk.reads("Reviews due", "to photograph")
    walk.goes_on("Review 1", "Take the follow-up photograph")
    photograph_is_sent(walk, "synthetic-follow-up.jpg", jpeg(scar().after), SEEN, 2)


def comparison_is_read(walk: Walk) -> dict[str, str]:
    """Read the figures, and hold them against what was drawn."""
    walk.page.goto(walk.course)
    walk.stands_at("Review 1", "now", "measured, to be signed")
    walk.follow("Baseline")
    walk.sees("Photographs")
    walk.reads("The latest photograph is measured.", "improved")
    walk.follow("Open the comparison")
    walk.sees("improved")
    walk.reads("Contrast to the skin beside it", "colour calibrated", "cross-validated error", "100 % of the area")
    figures = {}
    for name, true in (("Before", CONTRAST), ("After", CONTRAST * (1 - FADED)), ("Change", -CONTRAST * FADED)):
        shown = walk.page.locator(".compared dl div", has_text=name).locator("dd").inner_text()
        found = FIGURE.search(shown)
        assert found is not None, shown
        assert float(found[1].replace("−", "-")) == pytest.approx(true, abs=1.0)
        assert 0 < float(found[2]) < 1
        figures[name] = found[0]
    for name in ("before", "after", "heat"):
        address = walk.page.locator(f"img[src$='/pictures/{name}']").first.get_attribute("src")
        assert walk.page.request.get(str(address)).headers["content-type"] == "image/jpeg"
    return figures


def review_is_signed(walk: Walk, figures: dict[str, str]) -> None:
    walk.goes_on("Review 1", "Review session 1")
    walk.sees("Review 8 April 2026")
    walk.reads("Nothing is decided.", "another session", "From 8 April 2026 to 20 April 2026", "Not signed yet")
    walk.reads(f"ΔE {figures['Before']} before the first session, ΔE {figures['After']} after 1 session", "improved")
    walk.reads("None was reported, which does not mean that there was none.", "It is a forecast, not a promise")
    walk.page.get_by_role("radio", name="another session").check()
    walk.fill(signed_name="Nuria Vidal", password="not this one")  # noqa: S106 (of tests)
    walk.press("Sign the review")
    walk.sees("Decide and sign")
    walk.reads("That is not your password.", "Not signed yet")
    assert all("422" in one for one in walk.complaints)
    walk.complaints.clear()
    walk.fill(password=PASSWORD)
    walk.press("Sign the review")
    walk.sees("Signed review 8 April 2026")
    walk.reads("Decided", "another session", "Nuria Vidal", "Signed 8 April 2026", figures["Before"], figures["After"])


def timeline_tells_everything(walk: Walk, figures: dict[str, str]) -> None:
    walk.page.goto(walk.course)
    walk.stands_at("Review 1", "done", "8 April 2026")
    walk.follow("The whole course on one page")
    walk.sees("Timeline")
    walk.follow("Oldest first")
    expect(walk.page.get_by_role("link", name="Newest first")).to_be_visible()
    told = [" ".join(one.split()) for one in walk.page.locator(".timeline .what").all_inner_texts()]
    assert told == STEPS
    walk.reads("Lots: Cream · A-1180, Needle 3RL · N-2201", figures["Change"])


def today_has_nothing_left(walk: Walk) -> None:
    walk.follow("Today", within="nav")
    walk.sees("Today, 8 April 2026")
    walk.reads("Nothing is booked for today.")
    expect(walk.heading("Reviews due")).to_have_count(0)
