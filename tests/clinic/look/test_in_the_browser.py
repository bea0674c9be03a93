"""What look does in a browser: no violation of axe anywhere, nothing wider than the screen, keys, failures in words."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dermograph.clinic.people.models import Membership
from tests.browser.conftest import PageFor, browser, page_for, violations  # noqa: F401 (fixtures)

WAYS = [(width, dark) for width in (390, 1440) for dark in (False, True)]
WIDER = "document.documentElement.scrollWidth > window.innerWidth"
OPEN_ALL = "document.querySelectorAll('main details').forEach(one => { one.open = true; })"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_components_have_no_violation(page_for: PageFor, practitioner: Membership, language: str) -> None:
    for width, dark in WAYS:
        page = page_for(practitioner, width=width, dark=dark, language=language)
        page.goto("/components")
        page.evaluate(OPEN_ALL)
        assert violations(page) == [], (width, dark)
        assert not page.evaluate(WIDER), (width, dark)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_signing_in_and_what_goes_wrong_have_no_violation(
    page_for: PageFor, practitioner: Membership, language: str
) -> None:
    pages = (
        (None, (reverse("account_login"), reverse("account_reset_password"), "/no/such/page")),
        (practitioner, ("/no/such/page", reverse("account_email"), reverse("account_change_password"))),
    )
    for width, dark in WAYS:
        for person, addresses in pages:
            page = page_for(person, width=width, dark=dark, language=language)
            for address in addresses:
                page.goto(address)
                assert violations(page) == [], (address, width, dark)
                assert not page.evaluate(WIDER), (address, width, dark)


def test_a_wrong_password_is_told_and_the_address_stays(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(None)
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail address").fill(practitioner.user.email)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(practitioner.user.email)
    assert violations(page) == []


def test_the_search_field_is_a_slash_away(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert page.get_by_role("searchbox").input_value() == ""


def test_dark_is_there_at_once_and_after_the_next_load(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    page.locator(".bar .menu summary").click()
    with page.expect_response("**/theme/dark"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_menu_closes_with_escape_and_gives_the_focus_back(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner, width=390)
    page.goto("/components")
    page.locator(".bar .menu summary").click()
    page.keyboard.press("Escape")
    expect(page.locator(".bar .menu summary")).to_be_focused()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_a_row_is_a_link_and_the_arrow_keys_go_through_the_rows(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    page.get_by_role("link", name="Lucía Ferrer Campos").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name=re.compile("^María de los Ángeles"))).to_be_focused()
    page.get_by_role("cell", name="scalp").click()
    assert page.url.endswith("#three")


def test_a_closed_day_says_why_when_it_is_reached_with_the_keyboard(
    page_for: PageFor, practitioner: Membership
) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    page.locator("[data-day='2026-12-09']").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-day='2026-12-08']")).to_be_focused()
    expect(page.locator(".month-says")).to_contain_text("sun on the area until 30 November")


def test_the_viewer_goes_by_keys_and_shows_a_scale(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    viewer = page.locator("[data-viewer]")
    edge = viewer.get_by_role("slider")
    edge.focus()
    page.keyboard.press("ArrowRight")
    assert viewer.locator(".pane.after").evaluate("one => one.style.clipPath") == "inset(0px 0px 0px 51%)"
    scale = viewer.locator("[data-scale]")
    expect(scale).to_contain_text("10 mm")
    # 0.12 mm a pixel of the picture as it was sent: the bar is as long as it says.
    expected = "one => 10 / 0.12 * one.clientWidth / one.naturalWidth"
    length = viewer.locator(".pane.after img").evaluate(expected)
    assert scale.evaluate("one => parseFloat(one.style.width)") == pytest.approx(length, rel=0.01)
    for name, mode in (("Overlay", "overlay"), ("Change map", "heat"), ("Side by side", "side"), ("Slider", "slider")):
        viewer.get_by_role("button", name=name).click()
        expect(viewer.locator("[data-stage]")).to_have_attribute("data-mode", mode)
        assert violations(page) == []


def test_both_photographs_zoom_together(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    viewer = page.locator("[data-viewer]")
    viewer.get_by_role("button", name="Side by side").click()
    viewer.get_by_role("button", name="Zoom in").click()
    viewer.locator("[data-stage]").focus()
    page.keyboard.press("ArrowRight")
    moved = viewer.locator(".pane img").evaluate_all("all => all.map(one => one.style.transform)")
    assert len(set(moved)) == 1
    assert "scale(1.5)" in moved[0]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "not open to you"),
        (404, "Load the page again"),
        (413, "larger than the clinic accepts"),
        (500, "The server failed"),
        (0, "No connection to the server"),
    ],
)
def test_a_request_that_fails_is_told_in_words(
    page_for: PageFor, practitioner: Membership, status: int, words: str
) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    if status:
        page.route("**/broken", lambda route: route.fulfill(status=status, body="<p>internal</p>"))
    else:
        page.route("**/broken", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/broken', '#live').catch(() => {})")
    alert = page.locator("#messages [role=alert]")
    expect(alert).to_contain_text(words)
    expect(alert).not_to_contain_text("internal")


def test_words_of_our_own_errors_are_told_as_they_are(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    body = "<html><body><h1>x</h1><div data-error><p>The lot is expired.</p></div></body></html>"
    page.route("**/broken", lambda route: route.fulfill(status=400, body=body))
    page.evaluate("htmx.ajax('POST', '/broken', '#live').catch(() => {})")
    expect(page.locator("#messages [role=alert]")).to_contain_text("The lot is expired.")


def test_who_was_signed_out_meanwhile_keeps_the_page(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto("/components")
    page.context.clear_cookies(name="sessionid")
    page.evaluate("htmx.ajax('GET', '/patients/', '#live').catch(() => {})")
    expect(page.locator("#messages [role=alert]")).to_contain_text("You are signed out")
    expect(page.get_by_role("heading", name="Components", exact=True)).to_be_visible()


def test_a_form_that_is_not_saved_says_so(page_for: PageFor, practitioner: Membership) -> None:
    page = page_for(practitioner)
    page.goto(reverse("account_change_password"))
    page.get_by_label("Your present password").fill("x")
    expect(page.locator(".not-saved")).to_have_text("Not saved yet")
