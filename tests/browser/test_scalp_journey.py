"""A scalp from its design to its maintenance: three sessions, the settled look, a year, measured by the real runner."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.intake.services import install_texts
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.scalp.services import ask_for_design, choose_design
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services import record_session
from dermograph.photo.phantom.files import jpeg
from dermograph.photo.phantom.scalp import ScalpKind, scalp
from tests.browser.conftest import PageFor, violations
from tests.browser.first_visit import photograph_is_sent
from tests.browser.walk import TickingClock, Walk
from tests.clinic.agenda.opened import open_up
from tests.clinic.gallery.photos import measuring
from tests.clinic.scalp.scalps import HEIGHT, MARGIN, PX, SEED, WIDTH, course, file_of
from tests.clinic.treatment.held import consented, lot
from tests.clinic.treatment.held import ready as ready_for_a_session

__all__ = ["course", "measuring"]
BEFORE, FIRST, SECOND, THIRD = dt.date(2026, 3, 2), dt.date(2026, 3, 9), dt.date(2026, 3, 23), dt.date(2026, 4, 6)
SETTLED, YEAR, LATER = dt.date(2026, 5, 8), dt.date(2027, 5, 10), dt.date(2027, 7, 15)
LEFT, SURVIVED = 0.72, 0.95  # of the pigment in each dot, and of the dots, after that year
AREA = {"lesion": [[500, 120], [1500, 120], [1500, 700], [500, 700]]}
KINDS = ("needle", "anaesthetic", "pigment")
FIGURE = re.compile(r"(−?[\d.,]+) ± ([\d.,]+)")


@pytest.fixture
def walk(page_for: PageFor, clinic: Clinic, course: Course, lead: Membership) -> Iterator[Walk]:
    """The medical lead of a clinic that is open, with a patient who is cleared for a scalp; nobody is signed in."""
    clock = TickingClock(dt.datetime.combine(BEFORE, dt.time(9), clinic.zone))
    with clock.running():
        open_up(clinic)
        install_texts(clinic)
        ready_for_a_session(course, lead)
        consented(course, ("treatment", "record"))
        for kind in KINDS:
            lot(clinic, kind, f"{kind[0].upper()}-1", days=900)
        yield Walk(page_for(None), lead, clock)


@pytest.mark.slow
@pytest.mark.usefixtures("measuring")
def test_a_scalp_is_designed_treated_followed_and_listed_for_maintenance(walk: Walk, course: Course) -> None:
    walk.comes(BEFORE, 9)
    bare_scalp_is_photographed(walk, course)
    design = design_is_chosen(walk, course)
    three_sessions_are_held(walk, course, design)
    walk.comes(SETTLED, 10)
    settled_look_is_counted(walk)
    walk.comes(YEAR, 10)
    what_is_left_is_measured(walk, course)
    walk.comes(LATER, 10)
    maintenance_is_listed(walk, course)
    it_all_reads_in_spanish(walk)
    assert walk.complaints == []


def bare_scalp() -> bytes:
    """The scalp before the first dot, with the card."""
    like = {"width": WIDTH, "height": HEIGHT, "px_per_mm": PX, "margin_px": MARGIN, "phototype": 3}
    made = scalp(SEED, kind=ScalpKind(dots_per_cm2=0), visit=3, severity="mild", card="small", **like)  # type: ignore[arg-type]  # figures, as given
    return jpeg(made)  # type: ignore[arg-type]  # it has a photograph as well


def bare_scalp_is_photographed(walk: Walk, course: Course) -> None:
    walk.course = walk.page.url + f"courses/{course.pk}/"
    walk.page.goto(walk.course)
    walk.follow("Scalp: dots, fading, designs")
    walk.sees("Scalp")
    walk.reads("the card lying flat beside the area", "A cut hair seen end-on")
    walk.follow("All photographs")
    photograph_is_sent(walk, "synthetic-before.jpg", bare_scalp(), BEFORE, 1)
    walk.page.goto(walk.course)
    walk.follow("Scalp: dots, fading, designs")
    walk.sees("Scalp")
    walk.reads("before the first session", "Before the first session there is nothing to fade")
    (reading,) = ScalpReading.objects.filter(course=course)
    assert reading.stage == "done", reading.failure


def design_is_chosen(walk: Walk, course: Course) -> ScalpDesign:
    walk.page.goto("about:blank")  # the runner shares the tests' only connection to the database with the server
    photograph = Photograph.objects.select_related("course__clinic", "course__patient").get(course=course)
    who = walk.person.user
    wish = {"per_cm2": 60, "sessions": 3}
    design = ask_for_design(photograph=photograph, shapes={"area": AREA}, wish=wish, who=who, entry=uuid.uuid4())
    while work_once():
        pass
    design.refresh_from_db()
    assert design.stage == "done", design.failure
    assert design.result is not None
    assert "refusal" not in design.result, design.result
    choose_design(course=course, design=design, shown_to_patient=False, who=who, entry=uuid.uuid4())
    walk.page.goto(walk.course + "scalp/")
    walk.sees("Scalp")
    walk.reads(f"{design.result['dots']} dots on", "sessions follow it")
    return design


def three_sessions_are_held(walk: Walk, course: Course, design: ScalpDesign) -> None:
    planned = [one["dots"] for one in (design.result or {})["sessions"]]
    for number, day in enumerate((FIRST, SECOND, THIRD), start=1):
        walk.comes(day, 12)
        if number == 1:
            session_is_written_down(walk, day, planned[0])
        else:
            record_session(**held_at(walk, course, day, planned[number - 1]))
    assert list(Session.objects.order_by("started_at").values_list("dots", flat=True)) == [planned[0] - 5, *planned[1:]]
    walk.page.goto(walk.course + "scalp/")
    walk.sees("Scalp")
    walk.reads("No verdict on the pigment before 6 May 2026", "Look at the result", "16 April 2026")


def session_is_written_down(walk: Walk, day: dt.date, planned: int) -> None:
    page = walk.page
    page.goto(walk.course + "sessions/new")
    walk.sees("Session record")
    walk.reads(f"The chosen design sets {planned} in its session 1.")
    expect(page.locator("#id_dots")).to_have_value("")
    walk.fill(started_at=f"{day}T10:05", ended_at=f"{day}T11:20", device="Dermograph D3", dots=str(planned - 5))
    walk.fill(label_handed_at=f"{day}T09:50")
    page.locator("input[name=anaesthesia][value=injection]").check()
    for kind in KINDS:
        page.get_by_label(re.compile(f"{kind[0].upper()}-1")).check()
    walk.press("Save the session")
    walk.sees("Session 1 9 March 2026, 10:05")
    walk.reads(
        "Dots set", str(planned - 5), f"the design chosen then sets {planned} in its session 1", "When to look again"
    )


def held_at(walk: Walk, course: Course, day: dt.date, dots: int) -> dict[str, Any]:
    """What the service takes of a session on a day, at ten."""
    began = dt.datetime.combine(day, dt.time(10), walk.person.clinic.zone)
    return {
        "course": course,
        "who": walk.person,
        "performed_by": walk.person,
        "started_at": began,
        "ended_at": began + dt.timedelta(minutes=70),
        "device": "Dermograph D3",
        "zones": [{"name": "crown"}],
        "lots": list(Lot.objects.filter(clinic=course.clinic)),
        "anaesthesia": "injection",
        "label_handed_at": began - dt.timedelta(minutes=10),
        "dots": dots,
    }


def settled_look_is_counted(walk: Walk) -> None:
    walk.page.goto(walk.course)
    walk.follow("Baseline")
    photograph_is_sent(walk, "synthetic-settled.jpg", file_of(1), SETTLED, 2)
    walk.page.goto(walk.course + "scalp/")
    walk.sees("Scalp")
    walk.reads("settled look", "The settled look stands. A later photograph shows what of it is left.", "8 May 2027")
    shown = FIGURE.search(walk.page.locator(".scalp-count").inner_text())
    assert shown is not None
    assert float(shown[1]) == pytest.approx(90, abs=15)


def what_is_left_is_measured(walk: Walk, course: Course) -> None:
    walk.page.goto(walk.course)
    walk.follow("Baseline")
    photograph_is_sent(walk, "synthetic-year.jpg", file_of(2, LEFT, SURVIVED), YEAR, 3)
    page = walk.page
    page.goto(walk.course + "scalp/")
    walk.sees("Scalp")
    (change,) = ScalpChange.objects.filter(course=course, superseded_by=None)
    assert change.result is not None
    assert not change.result.get("refusal"), change.result["refusal"]
    walk.reads("12 months after the settled look", "Less than 60 % will be left some time from")
    rows = page.locator("#visits-title").locator("xpath=ancestor::section").get_by_role("row", name="10 May 2027")
    survived, each = (figure_of(rows.locator("td").nth(place).inner_text()) for place in (1, 2))
    assert survived == pytest.approx(100 * SURVIVED, abs=5)
    assert each == pytest.approx(100 * LEFT, abs=8)
    for label, kind in (("Each dot", "marks"), ("What changed", "change"), ("Density", "map")):
        page.get_by_text(label, exact=True).click()
        picture = page.locator(f"[data-kind={kind}] img")
        expect(picture).to_be_visible()
        assert page.request.get(str(picture.get_attribute("src"))).headers["content-type"] == "image/jpeg"


def figure_of(text: str) -> float:
    """The value of what stands as value ± error."""
    found = FIGURE.search(text)
    assert found is not None, text
    return float(found[1].replace(",", "."))


def maintenance_is_listed(walk: Walk, course: Course) -> None:
    page = walk.page
    page.goto("/")
    walk.follow("Scalps to maintain")
    walk.sees("Scalps to maintain")
    walk.reads(str(course.patient), "fading", "Less than 60 % left some time from")
    page.get_by_role("link", name=re.compile("^Book a review")).click()
    walk.sees("Plan and booking")
    walk.reads("When to look again", "Check after the last session")


def it_all_reads_in_spanish(walk: Walk) -> None:
    page = walk.page
    page.context.add_cookies([{"name": "django_language", "value": "es", "url": page.url}])
    walk.person.user.language = "es"
    walk.person.user.save(update_fields=["language"])
    page.goto(walk.course + "scalp/")
    walk.sees("Cuero cabelludo")
    walk.reads("aspecto asentado", "Puntos que siguen", "Próximo control anual", "Quedará menos del 60 %")
    page.goto("/maintenance/")
    walk.sees("Mantenimiento capilar")
    walk.reads("Quedará menos del 60 % en algún momento")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(walk.course + "scalp/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
