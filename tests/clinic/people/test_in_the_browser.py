"""Patients in a browser: no violation of axe, typing finds, arrows lead through lists and over the body map."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.clinic.people.services import register_patient
from tests.browser.conftest import PageFor, browser, page_for, violations  # noqa: F401 (fixtures)
from tests.clinic.people.test_course_line import answer, held, ready

WAYS = {"en": [(390, False), (1440, True)], "es": [(390, True), (820, False)]}
WIDER = "document.documentElement.scrollWidth > window.innerWidth"


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_has_a_violation_or_is_wider_than_the_screen(
    page_for: PageFor, course: Course, practitioner: Membership, language: str
) -> None:
    course.patient.given_names = "Maximiliana Francisca"
    course.patient.family_names = "Fernández de Córdoba-Echeverría y Ruiz de Arcaute"
    course.patient.save()
    ready(course, practitioner)
    held(course, practitioner, 60)
    answer(course, "allergy_metal", None, course.patient.answers.get(fact="allergy_metal"))
    addresses = (
        reverse("patients"),
        reverse("patients") + "?q=zzz",
        reverse("patient_new"),
        reverse("patient", args=[course.patient_id]),
        reverse("patient_edit", args=[course.patient_id]),
        reverse("area_new", args=[course.patient_id]),
        reverse("course_new", args=[course.area_id]),
        reverse("course", args=[course.pk]),
    )
    wrong = []
    for width, dark in WAYS[language]:
        page = page_for(practitioner, width=width, dark=dark, language=language)
        for address in addresses:
            page.goto(address)
            wrong += [(address, width, dark, one) for one in violations(page)]
            wrong += [(address, width, dark, "wider than the screen")] if page.evaluate(WIDER) else []
    assert wrong == []


def test_typing_finds_and_the_arrows_lead_into_the_list(page_for: PageFor, front_desk: Membership) -> None:
    for names in (("Ana", "Muñoz"), ("Marta", "Zamora"), ("María", "López")):
        register_patient(clinic=front_desk.clinic, who=None, given_names=names[0], family_names=names[1])
    page = page_for(front_desk)
    page.goto(reverse("patients"))
    page.locator("#find").press_sequentially("mar")
    expect(page.locator("#patients-found tbody tr")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="López, María")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Zamora, Marta")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#find")).to_be_focused()
    assert page.url.endswith("?q=mar")


def test_the_search_field_of_the_bar_finds_in_three_letters(
    page_for: PageFor, patient: Patient, front_desk: Membership
) -> None:
    patient.save()
    page = page_for(front_desk)
    page.goto(reverse("patient_new"))
    page.keyboard.press("Escape")
    page.locator("#search").press_sequentially("luc")
    expect(page.locator(".found a")).to_have_count(1)
    page.locator(".found a").click()
    page.wait_for_url("**" + reverse("patient", args=[patient.pk]))


def test_a_click_places_the_mark_and_the_arrows_move_it(
    page_for: PageFor, patient: Patient, practitioner: Membership
) -> None:
    page = page_for(practitioner)
    page.goto(reverse("area_new", args=[patient.pk]))
    page.get_by_role("radio", name="Face").check()
    figure = page.locator("[data-view=face] svg")
    box = figure.bounding_box()
    assert box is not None
    scale = min(box["width"] / 200, box["height"] / 250)
    page.mouse.click(box["x"] + box["width"] / 2 + 40 * scale, box["y"] + box["height"] / 2 + 10 * scale)
    expect(page.locator("[data-where]")).to_have_text("left cheek")
    expect(page.get_by_label("What you call it")).to_have_value("left cheek")
    figure.focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-where]")).to_have_text("right cheek")
    page.get_by_role("button", name="Add the area").click()
    page.wait_for_url("**/courses/new")
    made = Area.objects.get()
    assert (made.name, made.side, made.view) == ("right cheek", "right", "face")


def test_choosing_a_region_moves_the_mark_and_a_written_name_stays(
    page_for: PageFor, patient: Patient, practitioner: Membership
) -> None:
    page = page_for(practitioner)
    page.goto(reverse("area_new", args=[patient.pk]))
    page.get_by_label("What you call it").fill("old scar")
    page.get_by_label("Region").select_option("scalp-crown")
    expect(page.get_by_role("radio", name="Scalp")).to_be_checked()
    expect(page.locator("[data-view=scalp] .here")).to_be_visible()
    expect(page.locator("[data-where]")).to_have_text("crown")
    expect(page.get_by_label("What you call it")).to_have_value("old scar")
