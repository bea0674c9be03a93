"""A design as a practitioner makes it: drawn on a scalp, worked out, looked at, printed, chosen; mouse, keys, touch."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.scalp.models import DesignChoice, ScalpDesign
from tests.browser.conftest import PageFor, violations
from tests.browser.drawing_browser import Hand, overflows, press_three_corners
from tests.clinic.gallery.photos import Added, added, consent, measuring
from tests.clinic.scalp.drawn import asked_for, bald, done, scaled
from tests.clinic.scalp.scalps import Photographed, course, photographed

__all__ = ["added", "consent", "course", "measuring", "photographed"]
#: Of the synthetic scalp, px: above the card, which lies in the lower left corner.
AREA = [(300.0, 110.0), (1400.0, 110.0), (1400.0, 430.0), (300.0, 430.0)]
FRONT = [(310.0, 420.0), (850.0, 400.0), (1390.0, 420.0)]
HAIR = [(100.0, 60.0), (250.0, 60.0), (250.0, 300.0)]


@pytest.fixture
def photograph(added: Added) -> Photograph:
    """A bald synthetic scalp with the card beside it, judged."""
    found = added(bald(), dt.date(2026, 3, 2), name="scalp.jpg")
    while work_once():
        pass
    found.refresh_from_db()
    assert found.usable
    return found


@pytest.fixture
def plain(photographed: Photographed) -> Photograph:
    """A photograph that is enough to draw on."""
    return scaled(photographed(-10))


def text(page: Page, name: str) -> Any:  # noqa: ANN401 (JSON)
    """What would be sent of a layer; the page keeps up at the next frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    value = page.locator(f"[name={name}]").input_value()
    return json.loads(value) if value else None


def turn_to(page: Page, layer: str) -> None:
    page.locator(f"button[data-layer={layer}]").click()
    expect(page.locator(f"button[data-layer={layer}]")).to_have_attribute("aria-pressed", "true")


def near(found: list[list[float]], meant: list[tuple[float, float]], within: float = 2.5) -> bool:
    return len(found) == len(meant) and all(
        abs(one[0] - other[0]) <= within and abs(one[1] - other[1]) <= within
        for one, other in zip(found, meant, strict=True)
    )


def draw(hand: Hand) -> None:
    """The area closed, and the front edge left open."""
    for place in [*AREA, AREA[0]]:
        hand.click(*place)
    turn_to(hand.page, "front")
    for place in FRONT:
        hand.click(*place)


@pytest.mark.slow
@pytest.mark.usefixtures("measuring", "photograph")
def test_a_design_is_drawn_worked_out_looked_at_printed_and_chosen(
    page_for: PageFor, course: Course, practitioner: Membership, tmp_path: Path
) -> None:
    page = page_for(practitioner)
    page.goto(reverse("scalp_design_new", args=[course.pk]))
    draw(Hand(page))
    assert near(text(page, "area"), AREA)
    assert near(text(page, "front"), FRONT)
    expect(page.locator('[data-of="area"]')).to_contain_text("cm² on the plane")
    page.get_by_label("Density").fill("60")
    page.get_by_label("Sessions").fill("2")
    page.get_by_role("button", name="Work out the design").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    while work_once():
        pass
    expect(page.locator("[data-viewer]")).to_be_visible()
    row = ScalpDesign.objects.get()
    assert row.result is not None
    assert row.result["dots"] > 300
    expect(page.locator(".scalp-mark:visible")).to_have_count(1)
    expect(page.locator(".viewer-tag.after")).to_have_text("Simulation")
    after = page.locator(".pane.after")
    page.get_by_label("Edge between before and after").fill("20")
    expect(after).to_have_css("clip-path", "inset(0px 0px 0px 20%)")
    page.get_by_role("link", name="After 3 years").click()
    expect(after.locator("img")).to_have_attribute("src", picture_at("after_3_years_en", row))
    expect(page.locator("[data-words]:visible")).to_contain_text("3 years after the last session")
    expect(after).to_have_css("clip-path", "inset(0px 0px 0px 20%)")
    with page.expect_download() as sheet:
        page.get_by_role("link", name="Sheet 1:1, Spanish").click()
    sheet.value.save_as(tmp_path / "sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="design.exported").count() == 1
    page.get_by_label("Show it to the patient").check()
    page.get_by_role("button", name="Choose this design").click()
    expect(page.get_by_text("The patient sees its simulations in their own pages.")).to_be_visible()
    choice = DesignChoice.objects.get()
    assert (choice.design, choice.shown_to_patient) == (row, True)
    page.get_by_role("button", name="Take the choice back").click()
    expect(page.get_by_role("button", name="Choose this design")).to_be_visible()
    page.get_by_role("link", name="Change it").click()
    assert near(text(page, "front"), FRONT)
    assert violations(page) == []


def picture_at(kind: str, row: ScalpDesign) -> str:
    return reverse("scalp_picture", args=["design", row.pk, kind])


@pytest.mark.usefixtures("plain")
def test_layers_are_drawn_corrected_and_undone_one_beside_the_other(
    page_for: PageFor, course: Course, practitioner: Membership
) -> None:
    page = page_for(practitioner, width=1280)
    hand = Hand(page)
    corners = [(40.0, 30.0), (200.0, 30.0), (200.0, 120.0), (40.0, 120.0)]
    page.goto(reverse("scalp_design_new", args=[course.pk]))
    for place in corners:
        hand.click(*place)
    turn_to(page, "front")  # what is still open is closed first
    expect(page.locator('[data-of="area"]')).to_contain_text("closed, 4 points")
    page.get_by_role("button", name="Freehand").click()
    hand.drag((45, 118), (195, 118))
    line = text(page, "front")
    assert len(line) == 2
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_disabled()
    hand.drag((120, 118), (120, 100))  # an edge: a point is inserted
    assert len(text(page, "front")) == 3
    expect(page.locator(".draw-other.draw-area")).to_have_count(1)
    turn_to(page, "hair")
    expect(page.locator(".draw-other.draw-front")).to_have_count(1)
    for place in [(220, 30), (280, 30), (280, 90), (220, 30)]:
        hand.click(*place)
    assert len(text(page, "hair")) == 3
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    assert text(page, "hair") is None
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("button[data-layer=front]")).to_have_attribute("aria-pressed", "true")
    assert len(text(page, "front")) == 2
    assert near(text(page, "area"), corners, within=1.5)
    page.get_by_role("button", name="Redo").click()
    assert len(text(page, "front")) == 3


@pytest.mark.usefixtures("plain")
def test_a_design_is_drawn_with_the_keyboard_alone(page_for: PageFor, course: Course, practitioner: Membership) -> None:
    page = page_for(practitioner, width=1280)
    page.goto(reverse("scalp_design_new", args=[course.pk]))
    press_three_corners(page)
    page.keyboard.press("c")
    assert len(text(page, "area")) == 3
    page.locator("button[data-layer=front]").press("Enter")
    page.locator(".draw-svg").focus()
    for key in ["ArrowRight", "Enter", "Shift+ArrowLeft", "Enter", "c"]:
        page.keyboard.press(key)
    before = text(page, "front")
    assert len(before) == 2
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    x, y = before[0]
    assert text(page, "front")[0] == pytest.approx([x, y - 1], abs=0.011)
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Work out the design").press("Enter")
    expect(page.locator("[data-problem]")).to_have_text("The front edge needs two points.")
    expect(page.locator(".draw-svg")).to_be_focused()
    assert not ScalpDesign.objects.exists()
    page.get_by_role("button", name="Delete part").press("Enter")
    page.get_by_role("button", name="Work out the design").press("Enter")
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    assert "front" not in ScalpDesign.objects.get().shapes


@pytest.mark.usefixtures("plain")
def test_a_finger_draws_a_front_edge_on_a_phone_and_a_refused_figure_keeps_it(
    page_for: PageFor, course: Course, practitioner: Membership
) -> None:
    page = page_for(practitioner, width=390, has_touch=True, is_mobile=True, device_scale_factor=2)
    hand = Hand(page)
    page.goto(reverse("scalp_design_new", args=[course.pk]))
    for place in [(40, 30), (200, 30), (200, 120), (40, 120), (40, 30)]:
        page.touchscreen.tap(*hand.place(*place))
    page.locator("button[data-layer=front]").tap()
    for place in [(45, 118), (120, 110), (195, 118)]:
        page.touchscreen.tap(*hand.place(*place))
    drawn = text(page, "front")
    assert len(drawn) == 3
    page.get_by_label("Density").fill("4000")
    page.evaluate("document.querySelector('form[data-save]').noValidate = true")
    page.get_by_role("button", name="Work out the design").tap()
    expect(page.locator("#id_per_cm2_error")).to_contain_text("from 1 to 400")
    assert text(page, "front") == drawn
    assert not overflows(page)


@pytest.mark.usefixtures("plain")
def test_without_a_script_coordinates_and_scenes_are_a_last_resort(
    page_for: PageFor, course: Course, practitioner: Membership
) -> None:
    page = page_for(practitioner, java_script_enabled=False)
    page.goto(reverse("scalp_design_new", args=[course.pk]))
    page.get_by_label("Area").fill("[[10, 10], [200, 20], [200, 100]]")
    page.get_by_role("button", name="Work out the design").click()
    row = done(ScalpDesign.objects.get())
    assert row.shapes == {"area": {"lesion": [[10, 10], [200, 20], [200, 100]]}}
    page.goto(reverse("scalp_design", args=[row.pk]))
    page.get_by_role("link", name="After 5 years").click()
    assert "after_5_years_en" in str(page.locator(".pane.after img").get_attribute("src"))


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark")])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_pages_of_designs(
    page_for: PageFor,
    plain: Photograph,
    course: Course,
    patient: Patient,
    practitioner: Membership,
    language: str,
    scheme: str,
    width: int,
) -> None:
    Patient.objects.filter(pk=patient.pk).update(
        family_names="Fernández-Villaverde de los Ríos y Etxeberria-Goikoetxea"
    )
    finished, refused = (done(asked_for(plain, practitioner)) for _ in range(2))
    refusal = {
        "code": "x",
        "says": {"en": "No card.", "es": "Sin tarjeta."},
        "todo": {"en": "Add it.", "es": "Póngala."},
    }
    ScalpDesign.objects.filter(pk=refused.pk).update(result={"refusal": refusal})
    waiting = asked_for(plain, practitioner)
    page = page_for(practitioner, width=width, dark=scheme == "dark", language=language)
    new = reverse("scalp_design_new", args=[course.pk])
    designs = [reverse("scalp_design", args=[one.pk]) for one in (finished, refused, waiting)]
    for address in (new, f"{new}?from={finished.pk}", *designs):
        page.goto(address)
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert violations(page) == []
        assert not overflows(page)
