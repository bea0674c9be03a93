"""Areas on the body map, courses opened, closed and opened again."""

from __future__ import annotations

import math
import uuid
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dermograph.clinic.people.body_figures import FIGURES
from dermograph.clinic.people.body_regions import REGIONS, region_at
from dermograph.clinic.people.models import Area, Course, Ending, Membership, Patient
from dermograph.clinic.people.services import add_area, close_course, open_course, reopen_course
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.people.test_patient_pages import HOSTILE


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.id)
def test_the_middle_of_a_region_lies_in_it_and_in_no_other(region: Any) -> None:  # noqa: ANN401 (of a table)
    found = region_at(region.view, *region.centre)
    assert found is not None
    assert found.id == region.id
    assert region.label.en
    assert region.label.es
    assert all(side in region.label.en for side in [region.side] if side != "middle")


def test_left_is_the_patients_own_left() -> None:
    assert REGIONS["face-cheek-left"].centre[0] > 0.5
    assert REGIONS["back-calf-left"].centre[0] < 0.5
    assert {label.en for label in (FIGURES["front"].seen_left, FIGURES["face"].seen_left)} == {"right"}


@given(x=st.floats(-1, 2), y=st.floats(-1, 2), view=st.sampled_from([*FIGURES, "moon"]))
def test_any_place_is_in_one_region_at_most(x: float, y: float, view: str) -> None:
    holding = [one for one in REGIONS.values() if one.view == view and one.holds(x, y)]
    assert len(holding) <= 1 or region_at(view, x, y) == holding[0]


def area(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever is posted)
    return {"entry": str(uuid.uuid4()), "view": "front", "x": "", "y": "", "region": "", "name": "", **fields}


def test_without_a_script_a_region_is_enough(patient: Patient, practitioner: Membership) -> None:
    address = reverse("area_new", args=[patient.pk])
    answer = signed_in(practitioner).post(address, area(region="face-cheek-left"))
    made = Area.objects.get()
    assert answer["Location"] == reverse("course_new", args=[made.pk])
    assert (made.name, made.view, made.side) == ("left cheek", "face", "left")
    assert region_at("face", made.x or 0, made.y or 0) == REGIONS["face-cheek-left"]


def test_the_place_that_was_pointed_at_is_kept(patient: Patient, practitioner: Membership) -> None:
    address = reverse("area_new", args=[patient.pk])
    form = area(region="front-abdomen", x="0.52", y="0.35", name="scar above the navel")
    signed_in(practitioner).post(address, form)
    made = Area.objects.get()
    assert (made.name, made.x, made.y, made.side) == ("scar above the navel", 0.52, 0.35, "middle")


def test_a_place_outside_the_chosen_region_is_not_believed(patient: Patient, practitioner: Membership) -> None:
    address = reverse("area_new", args=[patient.pk])
    signed_in(practitioner).post(address, area(view="front", region="scalp-crown", x="0.01", y="0.01"))
    made = Area.objects.get()
    assert (made.view, (made.x, made.y)) == ("scalp", REGIONS["scalp-crown"].centre)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["view", "x", "y", "region", "name", "entry"])
def test_whatever_is_posted_for_an_area_gives_a_page(
    patient: Patient, practitioner: Membership, field: str, value: str
) -> None:
    address = reverse("area_new", args=[patient.pk])
    answer = signed_in(practitioner).post(address, area(**{"region": "front-abdomen", field: value}))
    assert answer.status_code in (302, 422)
    for made in Area.objects.all():
        assert made.x is not None
        assert math.isfinite(made.x)


def test_one_area_of_a_name_whatever_its_accents(patient: Patient) -> None:
    add_area(patient=patient, who=None, name="Mentón", view="face")
    with pytest.raises(InputError, match="already an area"):
        add_area(patient=patient, who=None, name="menton", view="face")


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"view": "side"}, "no view"),
        ({"side": "up"}, "no side"),
        ({"x": 0.5}, "body map"),
        ({"x": 1.5, "y": 0.5}, "body map"),
        ({"x": math.nan, "y": 0.5}, "body map"),
        ({"name": " "}, "missing"),
    ],
)
def test_an_area_that_cannot_be_is_refused(patient: Patient, fields: dict[str, Any], match: str) -> None:
    with pytest.raises(InputError, match=match):
        add_area(**{"patient": patient, "who": None, "name": "arm", "view": "front", **fields})
    assert not Area.objects.exists()


def test_only_who_is_trained_leads_a_course(patient: Patient, practitioner: Membership, lead: Membership) -> None:
    found = add_area(patient=patient, who=None, name="abdomen", view="front")
    practitioner.treatments = ["scalp"]
    practitioner.save()
    address = reverse("course_new", args=[found.pk])
    form = {"entry": str(uuid.uuid4()), "treatment": "paramedical", "lead": str(practitioner.pk), "goal": ""}
    refused = signed_in(lead).post(address, form)
    assert refused.status_code == 422
    assert "not trained" in refused.content.decode()
    assert signed_in(lead).post(address, {**form, "lead": str(lead.pk), "goal": "2,5"}).status_code == 302
    made = Course.objects.get()
    assert (made.lead, made.goal_delta_e00) == (lead, 2.5)


def test_a_front_desk_leads_no_course(patient: Patient, front_desk: Membership) -> None:
    front_desk.treatments = ["paramedical"]
    front_desk.save()
    found = add_area(patient=patient, who=None, name="abdomen", view="front")
    with pytest.raises(InputError, match="does not treat"):
        open_course(area=found, treatment="paramedical", who=None, lead=front_desk)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["treatment", "lead", "goal", "entry"])
def test_whatever_is_posted_for_a_course_gives_a_page(
    patient: Patient, practitioner: Membership, field: str, value: str
) -> None:
    found = add_area(patient=patient, who=None, name="abdomen", view="front")
    form = {"entry": str(uuid.uuid4()), "treatment": "scalp", "lead": "", "goal": "", field: value}
    assert signed_in(practitioner).post(reverse("course_new", args=[found.pk]), form).status_code in (302, 422)


def test_an_area_has_one_open_course_of_a_treatment(course: Course) -> None:
    with pytest.raises(InputError, match="open course"):
        open_course(area=course.area, treatment="paramedical", who=None)
    open_course(area=course.area, treatment="microneedling", who=None)
    close_course(course=course, outcome="abandoned", reason="moved away", who=None)
    again = open_course(area=course.area, treatment="paramedical", who=None)
    with pytest.raises(InputError, match="open course"):
        reopen_course(course=course, reason="came back", who=None)
    close_course(course=again, outcome="refer", reason="see a doctor", who=None)
    reopen_course(course=course, reason="came back", who=None)
    assert Course.objects.get(pk=course.pk).closed_at is None
    assert [(one.outcome, one.reason) for one in course.endings.all()] == [
        ("abandoned", "moved away"),
        ("", "came back"),
    ]


def test_closing_needs_an_outcome_and_a_reason_and_is_done_once(course: Course, practitioner: Membership) -> None:
    address, browser = reverse("course_close", args=[course.pk]), signed_in(practitioner)
    for form in (
        {},
        {"outcome": "refer"},
        {"reason": "x"},
        {"outcome": "moon", "reason": "x"},
        {"outcome": "refer", "reason": " . "},
    ):
        answer = browser.post(address, form)
        assert answer.status_code == 422, form
        assert "Close the course" in answer.content.decode()
    for _ in range(2):
        assert browser.post(address, {"outcome": "refer", "reason": "see a doctor"}).status_code == 302
    assert Ending.objects.count() == 1
    assert Course.objects.get().outcome == "refer"
    reopen = reverse("course_reopen", args=[course.pk])
    assert browser.post(reopen, {"reason": ""}).status_code == 422
    assert browser.post(reopen, {"reason": "cleared"}).status_code == 302
    assert Course.objects.get().outcome == ""
