"""The first visit of the journey: stock, patient, area, course, assessment, consent, appointment, baseline."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from playwright.sync_api import FilePayload, expect

from dermograph.clinic.gallery.runner import work_once
from dermograph.photo.phantom.files import jpeg
from dermograph.photo.phantom.pairs import Pair, pair
from tests.browser.drawing_browser import Hand
from tests.browser.walk import Walk

FIRST, HELD, SEEN = dt.date(2026, 3, 2), dt.date(2026, 3, 9), dt.date(2026, 4, 8)
NAME = "Lucía Ferrer Campos"
CONTRAST, FADED = 10.0, 0.5
LOTS = {"needle": ("Needle 3RL", "N-2201"), "anaesthetic": ("Cream", "A-1180")}
#: What is not "No" or "none".
ANSWERS = {
    "isotretinoin": "never taken",
    "lesion": "scar (surgery or injury)",
    "phototype": "2",
    "scar_type": "normotrophic (flat)",
}
HAPPENED = dt.date(2019, 5, 20)


@cache
def scar() -> Pair:
    """A scar that loses half of its contrast, with a card beside it."""
    return pair(
        47,
        "mild",
        conditions="protocol",
        lesion="scar",
        width=1200,
        height=900,
        px_per_mm=6.0,
        phototype=2,
        delta_e00=CONTRAST,
        faded=FADED,
    )


def lots_are_put_into_stock(walk: Walk) -> None:
    walk.follow("Stock", within="nav")
    for kind, (product, number) in LOTS.items():
        walk.page.get_by_role("link", name=re.compile("^(New lot|Put the first lot into stock)$")).first.click()
        walk.page.locator(f"[name=kind][value={kind}]").check()
        walk.fill(name=product, number=number, expires_on="2027-03-31")
        walk.press("Put into stock")
        expect(walk.heading(f"{product} {number}")).to_be_visible()
        walk.follow("Stock")
    walk.sees("Stock")
    walk.reads("N-2201", "A-1180", "31 March 2027")


def patient_is_registered(walk: Walk) -> None:
    walk.follow("Patients", within="nav")
    walk.follow("New patient")
    walk.sees("New patient")
    walk.fill(given_names="Lucía", family_names="Ferrer Campos", birth_date="1988-04-09", phone="600 000 001")
    walk.press("Register")
    walk.sees(NAME)
    walk.reads("No. 1", "37 years", "Nothing is planned yet")


def area_is_placed_and_course_opened(walk: Walk) -> None:
    walk.follow("New area")
    walk.sees("Where is the skin that is to be treated?")
    box = walk.page.locator("[data-view=front] svg").bounding_box()
    assert box is not None
    walk.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.4)
    expect(walk.page.locator("[data-where]")).to_have_text("lower abdomen")
    walk.press("Add the area")
    walk.sees("Which treatment?")
    walk.page.locator("[name=treatment][value=paramedical]").check()
    walk.press("Open the course")
    walk.sees(NAME)
    walk.course = walk.page.url
    walk.reads("lower abdomen", "Paramedical micropigmentation", "Nothing is planned or done before an assessment")


def assessment_is_answered_and_signed(walk: Walk) -> None:
    page = walk.page
    walk.goes_on("Assessment", "Assess")
    walk.sees("Questions")
    walk.reads("incomplete", "excluded", within="#verdict-mark")
    asked = page.locator(".intake-question")
    while asked.count():
        question = asked.first
        fact = str(question.get_attribute("id")).removeprefix("q-")
        if fact == "onset":
            question.locator("input[type=date]").fill(f"{HAPPENED}")
            question.get_by_role("button", name="Save the day").click()
        else:
            answer = ANSWERS.get(fact) or ("No" if question.get_by_role("button", name="Yes").count() else "none")
            question.get_by_role("button", name=answer, exact=True).click()
        page.locator(f"#q-{fact}.intake-row").wait_for()
    expect(page.locator("#verdict-mark")).to_have_text("suitable")
    walk.reads("No further answer changes this verdict.")
    walk.press("Sign as Nuria Vidal")
    walk.sees("Assessment of lower abdomen")
    walk.reads("The assessment is signed.", "suitable", "20 May 2019", "Signed 2 March 2026")


def consent_is_signed(walk: Walk) -> None:
    walk.goes_on("Consent", "Sign the consent")
    walk.reads("Nothing is signed for this course")
    walk.follow("Read and sign")
    walk.page.locator("#p-treatment").check()
    walk.page.locator("#p-record").check()
    walk.page.locator("#name").fill(NAME)
    pad = walk.page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    walk.page.mouse.move(box["x"] + 30, box["y"] + 30)
    walk.page.mouse.down()
    for step in range(10):
        walk.page.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 30 + 60 * (step % 2), steps=3)
    walk.page.mouse.up()
    walk.press("Sign")
    expect(walk.page.get_by_role("img", name=f"Signature of {NAME}")).to_be_visible()
    walk.sees("What was answered")
    walk.reads("agreed", "Signed 2 March 2026", "Nuria Vidal")


def session_is_booked(walk: Walk) -> None:
    walk.page.goto(walk.course)
    walk.follow("Session 1")
    walk.sees("Plan and booking")
    walk.reads("Next session: from 2 March 2026.", "Provisional")
    walk.page.locator(f"a.day[data-day='{HELD}']").click()
    walk.page.locator("#slots label.slot", has_text="10:00").first.click()
    walk.press("Book this time")
    walk.sees("Monday 9 March 2026, 10:00–12:00")
    walk.reads("booked", NAME, "Nuria Vidal", "Room 1")


def photograph_is_sent(walk: Walk, name: str, data: bytes, day: dt.date, so_many: int) -> None:
    walk.sees("Photographs")
    file = FilePayload(name=name, mimeType="image/jpeg", buffer=data)
    walk.page.get_by_label("Photographs", exact=True).set_input_files(file)
    walk.fill(taken_on=f"{day}")
    walk.press("Store the photographs")
    expect(walk.page.locator(".visit")).to_have_count(so_many)
    # The runner shares the tests' only connection to the database with the server: no page may ask meanwhile.
    walk.page.goto("about:blank")
    while work_once():
        pass


def baseline_is_taken_and_outlined(walk: Walk) -> None:
    page = walk.page
    walk.goes_on("Baseline", "Take the baseline photograph")
    walk.reads("Begin with the baseline")
    photograph_is_sent(walk, "synthetic-baseline.jpg", jpeg(scar().before), FIRST, 1)
    page.goto(walk.course)
    walk.follow("Baseline")
    walk.reads("The lesion is not outlined on the baseline yet", "card found", "checks passed")
    walk.follow("Draw the outline")
    walk.sees("Outline of the lesion")
    edge = scar().before.truth.lesion.lesion[0]
    hand = Hand(page)
    page.mouse.move(*hand.place(*edge.mean(axis=0)))
    for _ in range(3):
        page.mouse.wheel(0, -120)
    hand.width()  # drawn larger by now
    for x, y in [*edge[:: len(edge) // 14], edge[0]]:
        hand.click(float(x), float(y))
    walk.reads("Closed outline", within="[data-state]")
    walk.reads("cm²", within="[data-area]")
    walk.press("Save the outline")
    walk.sees("Baseline of 2 March 2026")
    walk.reads("The outline is saved.", "1200 × 900 px")
