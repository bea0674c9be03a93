"""Two real photographs of one mole, years apart and without a card: what may be said of them, and what may not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dermograph.clinic.facts import today
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.people.models import Course, Membership
from tests.browser.conftest import PageFor, violations
from tests.browser.drawing_browser import Hand
from tests.clinic.conftest import PASSWORD
from tests.clinic.gallery.photos import measuring
from tests.clinic.gallery_draw.photographs import agreed
from tests.clinic.treatment.held import held
from tests.photo.register.clicks import MOLES, landmarks

pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.usefixtures("measuring")]
__all__ = ["measuring"]
BEFORE, AFTER = "N1A", "N1B"
RESIDUAL_PX = 5.0  # the clicks are good to about 2 px, the mole is 90 px long


def works(page: Page) -> None:
    """Let the runner do what waits; no page asks meanwhile, since both share one connection to the database."""
    page.goto("about:blank")
    while work_once():
        pass


def sends(page: Page, course: Course, file: Path, day: dt.date, so_many: int) -> None:
    page.goto(reverse("gallery", args=[course.pk]))
    page.get_by_label("Photographs", exact=True).set_input_files(file)
    page.locator("#id_taken_on").fill(f"{day}")
    page.get_by_role("button", name="Store the photographs").click()
    expect(page.locator(".visit")).to_have_count(so_many)
    works(page)


def outlines(page: Page, course: Course) -> None:
    page.goto(reverse("gallery", args=[course.pk]))
    page.get_by_role("link", name="Draw the outline").click()
    expect(page.get_by_role("heading", name="Outline of the lesion")).to_be_visible()
    hand, edge = Hand(page), MOLES[BEFORE].outline[::2]
    for x, y in [*edge, edge[0]]:
        hand.click(float(x), float(y))
    expect(page.locator("[data-state]")).to_contain_text("Closed outline, 12 points")
    page.get_by_role("button", name="Save the outline").click()
    expect(page.get_by_text("The outline is saved.")).to_be_visible()
    works(page)


def clicks_landmarks(page: Page) -> None:
    hand = Hand(page)
    page.get_by_label("Zoom both together").uncheck()
    for one, other in zip(landmarks(BEFORE), landmarks(AFTER), strict=True):
        hand.click(float(one[0]), float(one[1]), '[data-pane="before"]')
        hand.click(float(other[0]), float(other[1]), '[data-pane="after"]')
    expect(page.locator("[data-rows] tr")).to_have_count(4)
    assert violations(page) == []
    page.get_by_role("button", name="Measure with these landmarks").click()
    page.wait_for_url(lambda url: "landmarks" not in url)
    works(page)


def test_moles_without_a_card_are_aligned_by_hand_and_no_colour_is_claimed(
    page_for: PageFor, course: Course, practitioner: Membership, shared: Path
) -> None:
    agreed(course, practitioner)
    held(course, -60)
    series = shared / "data" / "mole-series" / BEFORE[:-1]
    page, now = page_for(practitioner), today(course)
    sends(page, course, series / f"{BEFORE}.jpg", now - dt.timedelta(days=70), 1)
    sends(page, course, series / f"{AFTER}.jpg", now - dt.timedelta(days=2), 2)
    page.goto(reverse("gallery", args=[course.pk]))
    expect(page.get_by_text("no card: colour and size are not measured")).to_have_count(2)
    outlines(page, course)
    alone = Comparison.objects.get()
    page.goto(reverse("comparison", args=[alone.pk]))
    expect(page.locator("#answer-title")).to_have_text("not comparable")
    page.get_by_role("link", name="Click landmarks in both photographs").click()
    clicks_landmarks(page)
    it_says_what_may_be_said(page, Comparison.objects.exclude(pk=alone.pk).get())
    it_is_reviewed(page, course)


def it_says_what_may_be_said(page: Page, found: Comparison) -> None:
    page.goto(reverse("comparison", args=[found.pk]))
    assert violations(page) == []
    expect(page.locator("#answer-title")).to_have_text("not comparable")
    main = page.locator("main")
    expect(main).to_contain_text("No calibration card is seen in the photograph.")
    expect(main).to_contain_text("4 clicked landmarks were used.")
    expect(main).to_contain_text("they cannot be compared by eye")
    registration = (found.result or {})["registration"]
    assert registration["method"].startswith("landmarks")
    assert 0 < registration["residual_px"] < RESIDUAL_PX
    aligned = page.get_by_role("region", name="How they were aligned")
    expect(aligned).to_contain_text(f"clicked landmarks; cross-validated error {registration['residual_px']:.2f} px")
    assert "mm" not in aligned.inner_text()
    words = page.locator("table .outcome").all_inner_texts()
    assert {one.strip() for one in words} == {"not comparable"}
    assert page.locator("table .measured").count() == 0


def it_is_reviewed(page: Page, course: Course) -> None:
    page.goto(reverse("review", args=[course.pk]))
    assert violations(page) == []
    expect(page.locator(".proposal .decision")).to_have_text("not comparable, take the photograph again")
    expect(page.get_by_role("table").first).to_contain_text("not comparable")
    page.locator("#id_signed_name").fill("Nuria Vidal")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the review").click()
    expect(page.get_by_role("heading", name="Signed review")).to_be_visible()
    expect(page.locator("#decided")).to_have_text("not comparable, take the photograph again")
