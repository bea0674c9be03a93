"""Drawing an outline and setting landmarks as a person does: mouse, keyboard, touch, and without a script."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.people.models import Course, Membership
from tests.browser.conftest import PageFor, violations
from tests.browser.drawing_browser import Hand, overflows, press_three_corners
from tests.clinic.gallery_draw.photographs import outlined, phantoms, stored, unregistered


@pytest.fixture
def photograph(course: Course, practitioner: Membership) -> Photograph:
    return stored(course, practitioner)


@pytest.fixture
def page(page_for: PageFor, practitioner: Membership) -> Page:
    return page_for(practitioner, width=1280)


@pytest.fixture
def hand(page: Page) -> Hand:
    return Hand(page)


# The page keeps up with the drawing at the next frame.
_TEXT = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done(document.querySelector("[name=shape]").value))))"""


def parts(page: Page) -> Any:  # noqa: ANN401 (JSON)
    """What would be saved now."""
    text = page.evaluate(_TEXT)
    lesion = json.loads(text)["lesion"] if text else []
    return [lesion] if lesion and not isinstance(lesion[0][0], list) else lesion


def draw(hand: Hand, places: list[tuple[float, float]]) -> None:
    """Click places, then the first again."""
    for place in [*places, places[0]]:
        hand.click(*place)
    expect(hand.page.locator("[data-state]")).to_contain_text("Closed outline")


def near(one: list[float], other: tuple[float, float], within: float = 2.0) -> bool:
    return abs(one[0] - other[0]) <= within and abs(one[1] - other[1]) <= within


def test_an_outline_is_drawn_corrected_and_saved_with_the_mouse(page: Page, hand: Hand, photograph: Photograph) -> None:
    corners = [(300.0, 300.0), (700.0, 300.0), (700.0, 700.0), (300.0, 700.0)]
    page.goto(reverse("outline", args=[photograph.pk]))
    draw(hand, corners)
    assert all(near(found, meant) for found, meant in zip(parts(page)[0], corners, strict=True))
    expect(page.locator("[data-area]")).to_contain_text("cm²")
    hand.drag(corners[1], (760.0, 250.0))
    assert near(parts(page)[0][1], (760.0, 250.0))
    hand.drag((500.0, 700.0), (500.0, 780.0))  # an edge: a point is inserted
    assert len(parts(page)[0]) == 5
    assert near(parts(page)[0][3], (500.0, 780.0))
    page.keyboard.press("Delete")
    assert len(parts(page)[0]) == 4
    page.keyboard.press("Control+z")
    assert len(parts(page)[0]) == 5
    page.keyboard.press("Shift+Control+z")
    assert len(parts(page)[0]) == 4
    page.get_by_role("button", name="Save the outline").click()
    page.wait_for_url(lambda url: "outline" not in url)
    found = Outline.objects.get()
    assert near(found.shape["lesion"][1], (760.0, 250.0))


def test_an_outline_is_drawn_corrected_and_saved_with_the_keyboard_alone(page: Page, photograph: Photograph) -> None:
    page.goto(reverse("outline", args=[photograph.pk]))
    page.get_by_role("button", name="Points").focus()
    press_three_corners(page)
    expect(page.locator("[data-state]")).to_contain_text("Points: 3")
    page.keyboard.press("c")
    expect(page.locator("[data-state]")).to_contain_text("Closed outline")
    page.keyboard.press("Tab")
    expect(page.locator(".draw-point").first).to_be_focused()
    before = parts(page)[0]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    x, y = before[0]
    assert parts(page)[0][0] == pytest.approx([x - 1, y - 10], abs=0.011)
    page.keyboard.press("Tab")
    page.keyboard.press("i")
    assert len(parts(page)[0]) == 4
    expect(page.locator(".draw-point").nth(2)).to_be_focused()
    page.keyboard.press("Delete")
    assert len(parts(page)[0]) == 3
    page.keyboard.press("Escape")
    expect(page.locator(".draw-svg")).to_be_focused()
    page.keyboard.press("Control+z")
    assert len(parts(page)[0]) == 4
    page.get_by_role("button", name="Save the outline").press("Enter")
    page.wait_for_url(lambda url: "outline" not in url)
    assert len(Outline.objects.get().shape["lesion"]) == 4


def test_a_crossing_is_told_at_once_and_is_not_saved(page: Page, hand: Hand, photograph: Photograph) -> None:
    page.goto(reverse("outline", args=[photograph.pk]))
    draw(hand, [(300, 300), (700, 300), (700, 700), (300, 700)])
    hand.drag((300, 300), (900, 500))
    expect(page.locator("[data-problem]")).to_contain_text("crosses or touches itself")
    assert page.locator(".draw-bad").get_attribute("d")
    page.get_by_role("button", name="Save the outline").click()
    expect(page.locator(".draw-svg")).to_be_focused()
    assert not Outline.objects.exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-problem]")).to_be_hidden()


def test_an_outline_is_drawn_freehand_and_several_parts_are_kept(
    page: Page, hand: Hand, photograph: Photograph
) -> None:
    page.goto(reverse("outline", args=[photograph.pk]))
    for middle in (400, 900):
        page.get_by_role("button", name="Freehand").click()
        page.mouse.move(*hand.place(middle, 400))
        page.mouse.down()
        for x, y in [(150, 30), (200, 150), (120, 260), (-60, 250), (-120, 120), (-20, 10)]:
            page.mouse.move(*hand.place(middle + x, 400 + y), steps=5)
        page.mouse.up()
    assert len(parts(page)) == 2
    expect(page.locator("[data-state]")).to_contain_text("2 closed parts")
    page.get_by_role("button", name="Delete part").click()
    assert len(parts(page)) == 1


def test_the_wheel_and_the_keys_zoom_and_the_pixels_stay_where_they_are(
    page: Page, hand: Hand, photograph: Photograph
) -> None:
    page.goto(reverse("outline", args=[photograph.pk]))
    draw(hand, [(300, 300), (700, 300), (700, 700)])
    before, width = parts(page), hand.width()
    page.mouse.move(*hand.place(700, 300))
    for _ in range(4):
        page.mouse.wheel(0, -120)
    zoomed = hand.width()
    assert zoomed > 1.5 * width
    page.locator(".draw-svg").press("+")
    assert hand.width() > zoomed
    assert parts(page) == before
    page.locator(".draw-svg").press("0")
    assert hand.width() == pytest.approx(width, rel=0.01)


def test_refinement_is_offered_beside_the_drawn_outline_and_can_be_undone(
    page: Page, hand: Hand, photograph: Photograph
) -> None:
    true = phantoms().before.truth.lesion.lesion[0]
    middle = true.mean(axis=0)
    rough = [(float(x), float(y)) for x, y in (middle + (true - middle) * 1.12)[:: len(true) // 14]]
    page.goto(reverse("outline", args=[photograph.pk]))
    draw(hand, rough)
    drawn = parts(page)
    page.get_by_role("button", name="Refine").click()
    take = page.get_by_role("button", name="Take the dashed outline")
    expect(take).to_be_focused()
    assert parts(page) == drawn
    expect(page.locator(".draw-refined")).to_have_count(1)
    expect(page.locator("[data-offer-words]")).to_contain_text("%")
    take.click()
    assert len(parts(page)[0]) > len(drawn[0])
    page.get_by_role("button", name="Undo").click()
    assert parts(page) == drawn


def test_the_ring_of_adjacent_skin_and_older_versions_can_be_shown(
    page: Page, photograph: Photograph, practitioner: Membership
) -> None:
    outlined(photograph, practitioner)
    page.goto(reverse("outline", args=[photograph.pk]))
    expect(page.locator(".draw-ring")).to_have_attribute("visibility", "hidden")
    page.get_by_label("Show the adjacent skin").check()
    expect(page.locator(".draw-ring")).to_have_attribute("visibility", "visible")
    page.locator("[data-version]").check()
    expect(page.locator(".draw-version")).to_have_count(1)


def test_a_finger_draws_moves_with_a_loupe_and_pinches_on_a_phone(
    page_for: PageFor, photograph: Photograph, practitioner: Membership
) -> None:
    page = page_for(practitioner, width=390, has_touch=True, is_mobile=True, device_scale_factor=2)
    hand = Hand(page)
    page.goto(reverse("outline", args=[photograph.pk]))
    corners = [(400, 300), (1100, 300), (1100, 800), (400, 800)]
    for place in [*corners, corners[0]]:
        page.touchscreen.tap(*hand.place(*place))
    expect(page.locator("[data-state]")).to_contain_text("Closed outline, 4 points")
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *fingers: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = hand.place(*corners[2])
    send("touchStart", (x, y))
    send("touchMove", (x - 20, y - 10))
    expect(page.locator(".draw-loupe")).to_have_attribute("visibility", "visible")
    send("touchMove", (x - 30, y - 15))
    send("touchEnd")
    expect(page.locator(".draw-loupe")).to_have_attribute("visibility", "hidden")
    assert parts(page)[0][2][0] < 1050
    width = hand.width()
    x, y = hand.place(750, 550)
    send("touchStart", (x - 30, y), (x + 30, y))
    for step in range(1, 6):
        send("touchMove", (x - 30 - 12 * step, y), (x + 30 + 12 * step, y))
    send("touchEnd")
    assert hand.width() > 2 * width
    assert len(parts(page)[0]) == 4
    assert not overflows(page)


def test_without_a_script_coordinates_are_a_last_resort(
    page_for: PageFor, photograph: Photograph, practitioner: Membership
) -> None:
    page = page_for(practitioner, java_script_enabled=False)
    page.goto(reverse("outline", args=[photograph.pk]))
    page.get_by_label("Positions [x, y]").fill('{"lesion": [[10, 10], [300, 20], [200, 300]]}')
    page.get_by_role("button", name="Save the outline").click()
    page.wait_for_url(lambda url: "outline" not in url)
    assert Outline.objects.get().shape["lesion"] == [[10, 10], [300, 20], [200, 300]]


def test_four_landmarks_in_both_photographs_ask_for_a_new_comparison(
    page: Page, hand: Hand, course: Course, practitioner: Membership
) -> None:
    asked = unregistered(course, practitioner)
    places = [(250, 200), (1300, 260), (1250, 980), (260, 1000)]
    after = [(float(x), float(y)) for x, y in phantoms().after_xy(places)]
    panes = ('[data-pane="before"]', '[data-pane="after"]')
    page.goto(reverse("landmarks", args=[asked.pk]))
    page.get_by_label("Zoom both together").uncheck()
    for one, other in zip(places[:3], after[:3], strict=True):
        hand.click(*one, panes[0])
        hand.click(*other, panes[1])
    expect(page.locator("[data-state]")).to_contain_text("Pairs: 3; at least 4")
    page.get_by_role("button", name="Measure with these landmarks").click()
    expect(page.locator("[data-hint]")).to_contain_text("at least 4")
    hand.click(*places[3], panes[0])
    expect(page.locator("[data-state]")).to_contain_text("landmark 4 in the follow-up")
    hand.click(after[3][0] + 300, after[3][1] - 200, panes[1])
    expect(page.locator("[data-hint]")).to_contain_text("from where the others put it")
    hand.drag((after[3][0] + 300, after[3][1] - 200), after[3], panes[1])
    expect(page.locator("[data-hint]")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-rows] tr")).to_have_count(4)
    page.get_by_role("button", name="Measure with these landmarks").click()
    page.wait_for_url(lambda url: "landmarks" not in url)
    found = Comparison.objects.exclude(pk=asked.pk).get()
    assert all(near(one, place, 4) for one, place in zip(found.landmarks["before"], places, strict=True))
    assert all(near(one, place, 5) for one, place in zip(found.landmarks["after"], after, strict=True))


def test_landmarks_can_be_set_with_the_keyboard_and_the_zoom_is_linked(
    page: Page, hand: Hand, course: Course, practitioner: Membership
) -> None:
    asked = unregistered(course, practitioner)
    page.goto(reverse("landmarks", args=[asked.pk]))
    for name in ("before", "after"):
        page.locator(f'[data-pane="{name}"] svg').focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Pairs: 1")
    names = [f'[data-pane="{name}"]' for name in ("before", "after")]
    widths = [hand.width(name) for name in names]
    page.locator('[data-closer="before"]').click()
    wider = [hand.width(name) for name in names]
    assert all(now == pytest.approx(1.5 * was, rel=0.02) for now, was in zip(wider, widths, strict=True))
    page.get_by_role("button", name="Delete pair 1").click()
    expect(page.locator("[data-rows] tr")).to_have_count(0)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark")])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_pages_of_drawing(
    page_for: PageFor,
    course: Course,
    practitioner: Membership,
    language: str,
    scheme: str,
    width: int,
) -> None:
    asked = unregistered(course, practitioner)
    page = page_for(practitioner, width=width, dark=scheme == "dark", language=language)
    for address in (reverse("outline", args=[asked.before.pk]), reverse("landmarks", args=[asked.pk])):
        page.goto(address)
        page.wait_for_selector(".draw-svg")
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert violations(page) == []
        assert not overflows(page)
