"""A patient's own scalp in Chromium: no violation, nothing too wide, a slider whose two pictures lie on one another."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.vault.store import put
from tests.browser.conftest import PageFor, browser, check_page, page_for  # noqa: F401 (fixtures)
from tests.clinic.portal.own_scalp_rows import changed, chosen, designed, read, scalp_course
from tests.clinic.portal.people import signed_in_patient
from tests.clinic.treatment.held import held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PageOf = Callable[..., Page]
_BAND = 40  # rows of words under a simulation
_MM_PER_PX = 0.1  # of the pictures as they are sent


@pytest.fixture
def scalp(patient: Patient, practitioner: Membership) -> Course:
    return scalp_course(patient, practitioner)


@pytest.fixture
def page_of(page_for: PageFor, scalp: Course) -> PageOf:
    """A page of the patient's own scalp."""

    def page_of(*, width: int, dark: bool, language: str, address: str) -> Page:
        page = page_for(signed_in_patient(scalp.patient), width=width, dark=dark, language=language)
        page.goto(address)
        return page

    return page_of


def pictured(design: ScalpDesign) -> None:
    """Give a design pictures that open: the photograph, and each scene with a line of words under it."""
    names = {}
    for name in design.pictures:
        rows = 300 if name == "before" else 300 + _BAND
        whole = Image.new("RGB", (400, rows), (24, 24, 24))
        whole.paste((196, 160, 140), (0, 0, 400, 300))
        data = io.BytesIO()
        whole.save(data, "JPEG")
        names[name] = put(design.course.patient, data.getvalue(), "jpg")
    result = {**(design.result or {}), "shown": {"width": 400, "height": 300}}
    ScalpDesign.objects.filter(pk=design.pk).update(pictures=names, result=result)
    findings = {"scale_mm_per_px": _MM_PER_PX * 400 / design.photograph.width}
    Photograph.objects.filter(pk=design.photograph_id).update(findings=findings)


@pytest.mark.parametrize(("width", "dark", "language"), [(390, False, "es"), (1280, True, "en")])
def test_the_scalp_and_its_timeline_are_read_by_everybody(
    page_of: PageOf,
    scalp: Course,
    width: int,
    dark: bool,  # noqa: FBT001 (a column of the table)
    language: str,
) -> None:
    held(scalp, -120)
    changed(read(scalp, -80), read(scalp, -40))
    held(scalp, -5)
    design = designed(scalp)
    pictured(design)
    chosen(design, scalp)
    address = reverse("me_scalp", args=[scalp.pk])
    page = page_of(width=width, dark=dark, language=language, address=address)
    page.locator(".viewer-range input").wait_for()
    check_page(page, f"scalp-{width}-{language}")
    page.locator("details.reason summary").first.click()
    check_page(page, f"scalp-open-{width}-{language}")
    page.goto(reverse("me_timeline"))
    check_page(page, f"timeline-{width}-{language}")


def test_the_simulation_lies_on_the_photograph_and_its_scale_is_that_of_the_photograph(
    page_of: PageOf, scalp: Course
) -> None:
    design = designed(scalp)
    pictured(design)
    chosen(design, scalp)
    page = page_of(width=1280, dark=False, language="en", address=reverse("me_scalp", args=[scalp.pk]))
    page.locator(".viewer-range input").wait_for()
    page.locator("[data-scale]:not([hidden])").wait_for()
    stage = page.locator("[data-stage]")
    stage.focus()
    before = page.locator(".viewer-range input").input_value()
    page.keyboard.press("ArrowRight")
    assert page.locator(".viewer-range input").input_value() != before
    sizes = page.locator(".pane img").evaluate_all("all => all.map(img => [img.clientWidth, img.clientHeight])")
    assert sizes[0] == sizes[1]
    length, says = page.locator("[data-scale]").evaluate("bar => [bar.clientWidth, bar.textContent]")
    assert length == pytest.approx(float(says.split()[0]) / _MM_PER_PX * sizes[0][0] / 400, rel=0.02)
