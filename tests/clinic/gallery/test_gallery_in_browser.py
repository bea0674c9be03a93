"""The gallery in a browser: axe finds nothing, photographs are sent with progress, results come by themselves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Course, Membership
from tests.browser.conftest import PageFor, browser, page_for, violations
from tests.clinic.gallery.photos import (
    DAY,
    Added,
    added,
    consent,
    files_of_pair,
    judged,
    measuring,
    outlined,
    picture,
    shape_of_pair,
)

__all__ = ["added", "browser", "consent", "measuring", "page_for"]
WAYS = [(390, True, "es"), (1440, False, "en")]
WIDER = "document.documentElement.scrollWidth > window.innerWidth"


@pytest.mark.slow
def test_no_page_has_a_violation_or_is_wider_than_the_screen(
    page_for: PageFor, added: Added, course: Course, practitioner: Membership, measuring: None
) -> None:
    before, after = files_of_pair()
    first = added(before, name="synthetic-1.jpg")
    added(after, DAY + dt.timedelta(days=45), name="synthetic-" + "2" * 120 + ".jpg", note="a note " * 30)
    added(files_of_pair(10_422)[1], DAY + dt.timedelta(days=90), name="synthetic-other.jpg")
    while work_once():
        pass
    first.refresh_from_db()
    outlined(first, practitioner, shape_of_pair())
    while work_once():
        pass
    waiting = added(picture(1), DAY + dt.timedelta(days=99))
    addresses = [
        reverse("gallery", args=[course.pk]),
        reverse("measures", args=[course.pk]),
        reverse("card"),
        reverse("photograph", args=[first.pk]),
        reverse("photograph", args=[waiting.pk]),
        reverse("photograph_correct", args=[first.pk]),
        *(reverse("comparison", args=[one.pk]) for one in Comparison.objects.all()),
    ]
    wrong = []
    for width, dark, language in WAYS:
        page = page_for(practitioner, width=width, dark=dark, language=language)
        for address in addresses:
            page.goto(address)
            wrong += [(address, width, dark, one) for one in violations(page)]
            wrong += [(address, width, dark, "wider than the screen")] if page.evaluate(WIDER) else []
    assert wrong == []


def test_photographs_are_sent_one_after_the_other_and_what_is_refused_is_said(
    page_for: PageFor, course: Course, practitioner: Membership, consent: Consent, tmp_path: Path
) -> None:
    names = ["one.jpg", "bad.jpg", "two.jpg"]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(b"<svg/>" if name == "bad.jpg" else picture(number))
    page = page_for(practitioner)
    page.goto(reverse("gallery", args=[course.pk]))
    page.get_by_label("Photographs", exact=True).set_input_files([tmp_path / name for name in names])
    page.get_by_label("Day on which they were taken").fill("2026-03-02")
    page.get_by_role("button", name="Store the photographs").click()
    rows = page.locator(".sending li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("stored, taken on 2 March 2026")
    expect(rows.nth(1)).to_contain_text("SVG")
    expect(rows.nth(2)).to_contain_text("stored")
    assert sorted(Photograph.objects.values_list("name", flat=True)) == ["one.jpg", "two.jpg"]
    page.get_by_label("Photographs", exact=True).set_input_files([tmp_path / "two.jpg"])
    page.get_by_role("button", name="Store the photographs").click()
    expect(page.locator(".visit")).to_have_count(2)


def test_what_is_measured_comes_onto_the_page_by_itself(
    page_for: PageFor, added: Added, course: Course, practitioner: Membership
) -> None:
    before = judged(added(picture(1)))
    judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    page = page_for(practitioner)
    page.goto(reverse("gallery", args=[course.pk]))
    expect(page.locator("progress")).to_have_count(1)
    Comparison.objects.update(stage="running", step="flow", progress=0.5)
    expect(page.get_by_text("Aligning them")).to_be_visible()
    Comparison.objects.update(stage="failed", failure={"en": "It broke.", "es": "Se rompió."})
    expect(page.get_by_text("It broke.")).to_be_visible()
    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator("#gallery-poll[hx-get]")).to_have_count(0)


def test_the_page_of_a_comparison_loads_its_result(page_for: PageFor, added: Added, practitioner: Membership) -> None:
    before = judged(added(picture(1)))
    judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    page = page_for(practitioner)
    page.goto(reverse("comparison", args=[Comparison.objects.get().pk]))
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    Comparison.objects.update(stage="failed", failure={"en": "It broke.", "es": "Se rompió."})
    expect(page.get_by_text("It broke.")).to_be_visible()
    expect(page.get_by_role("button", name="Measure again")).to_be_visible()
