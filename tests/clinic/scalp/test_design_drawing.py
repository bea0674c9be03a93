"""Drawing a design: on which photograph, what is sent, what is refused, and what stays on the page then."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.scalp.models import ScalpDesign
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import added, consent
from tests.clinic.scalp.drawn import (
    AREA,
    FRONT,
    HAIR,
    asked_for,
    done,
    scaled,
    sent,
    settings_in,
    text_of,
)
from tests.clinic.scalp.scalps import Photographed, course, photographed

__all__ = ["added", "consent", "course", "photographed"]


@pytest.fixture
def photograph(photographed: Photographed) -> Photograph:
    return scaled(photographed(-10))


@pytest.fixture
def design(photograph: Photograph, practitioner: Membership) -> ScalpDesign:
    return done(asked_for(photograph, practitioner))


def test_without_a_photograph_that_has_a_scale_the_page_says_what_is_missing(
    photographed: Photographed, course: Course, practitioner: Membership
) -> None:
    photographed(-10)
    page = text_of(practitioner, "scalp_design_new", course.pk)
    assert "the card gives the scale" in page
    assert reverse("camera", args=[course.pk]) in page
    assert "<textarea" not in page


def test_the_latest_photograph_that_can_be_measured_is_drawn_on_unless_another_is_asked_for(
    photograph: Photograph, photographed: Photographed, course: Course, practitioner: Membership
) -> None:
    later = scaled(photographed(-5))
    scaled(photographed(-2, usable=False))
    assert str(later.pk) in settings_in(text_of(practitioner, "scalp_design_new", course.pk))["image"]
    page = text_of(practitioner, "scalp_design_new", course.pk, photograph=str(photograph.pk))
    assert str(photograph.pk) in settings_in(page)["image"]
    assert settings_in(page)["plane"] is None or "to_mm" in settings_in(page)["plane"]
    address = reverse("scalp_design_new", args=[course.pk])
    for wrong in (str(uuid.uuid4()), "nonsense"):
        assert signed_in(practitioner).get(address, {"photograph": wrong}).status_code == 404


def test_a_design_is_asked_for_as_it_was_drawn_and_wished(
    photograph: Photograph, course: Course, practitioner: Membership
) -> None:
    answer = sent(signed_in(practitioner), course, photograph, hair=json.dumps(HAIR), tone="0.6")
    row = ScalpDesign.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("scalp_design", args=[row.pk])
    assert row.shapes == {"area": {"lesion": AREA}, "front": FRONT, "hair": {"lesion": HAIR}}
    assert (row.wish["per_cm2"], row.wish["sessions"], row.wish["tone"]) == (80, 2, 0.6)
    assert row.wish["diameter_mm"] is None
    assert (row.photograph, row.written_by, row.stage) == (photograph, practitioner.user, "waiting")
    assert AuditEntry.objects.filter(action="design.asked", about=row.pk).count() == 1


def test_a_form_that_is_sent_again_asks_once(photograph: Photograph, course: Course, practitioner: Membership) -> None:
    client, entry = signed_in(practitioner), str(uuid.uuid4())
    answers = [sent(client, course, photograph, entry=entry) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert ScalpDesign.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("per_cm2", "401", "from 1 to 400"),
        ("per_cm2", "nan", "Write a number"),
        ("per_cm2", "", "still missing"),
        ("soft_mm", "-1", "from 0 to 50"),
        ("ragged_mm", "1e99", "from 0 to 10"),
        ("sessions", "7", "from 1 to 6"),
        ("sessions", "1.5", "Write a number"),
        ("diameter_mm", "0", "from 0.2 to 0.8"),
        ("tone", "9", "from 0.15 to 1.2"),
        ("dots_a_minute", "0", "from 1 to 1000"),
        ("dots_a_needle", "x", "Write a number"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_beside_its_field_and_the_drawing_stays(
    photograph: Photograph, course: Course, practitioner: Membership, field: str, value: str, words: str
) -> None:
    answer = sent(signed_in(practitioner), course, photograph, **{field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    beside = page[page.index(f'id="id_{field}_error"') :][:400]
    assert words in beside
    assert f'<a href="#id_{field}">' in page[: page.index("data-layers")]
    settings = settings_in(page)
    assert settings["layers"][0]["parts"] == [AREA]
    assert settings["layers"][1] == {"name": "front", "parts": [], "open": FRONT, "isLine": True}
    assert settings["unsaved"]
    assert not ScalpDesign.objects.exists()


@pytest.mark.parametrize(
    ("field", "drawn"),
    [
        ("area", [[-900, 40], [200, 40], [200, 160]]),
        ("area", [[40, 40], [200, 160], [200, 40], [40, 160]]),
        ("front", [[10, 10], [5000, 10]]),
        ("front", [[10, 10]]),
        ("front", [[10, 10], [10, 10]]),
        ("hair", [[10, 10], [20, 20]]),
    ],
)
def test_what_is_drawn_outside_or_across_itself_is_refused_and_stays_on_the_page(
    photograph: Photograph, course: Course, practitioner: Membership, field: str, drawn: list[list[int]]
) -> None:
    answer = sent(signed_in(practitioner), course, photograph, **{field: json.dumps(drawn)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    layer = next(one for one in settings_in(page)["layers"] if one["name"] == field)
    assert drawn in (layer["open"], *layer["parts"])
    assert not ScalpDesign.objects.exists()


@pytest.mark.parametrize("field", ["area", "front", "hair"])
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "null",
        "7",
        '"a"',
        "[[NaN, 1], [2, 3], [4, 9]]",
        "[[1e999, 1], [2, 3], [4, 9]]",
        "[[1, 2, 3]]",
        '[[1, "2"], [3, 4], [5, 9]]',
        '[], "x": [',
        "[" * 3000,
        "[[]]",
        "x" * 400_000,
    ],
)
def test_whatever_is_written_as_coordinates_gives_a_message_and_stores_nothing(
    photograph: Photograph, course: Course, practitioner: Membership, field: str, text: str
) -> None:
    answer = sent(signed_in(practitioner), course, photograph, **{field: text})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not ScalpDesign.objects.exists()


def test_a_design_without_an_area_is_refused(photograph: Photograph, course: Course, practitioner: Membership) -> None:
    answer = sent(signed_in(practitioner), course, photograph, area="")
    assert answer.status_code == 422
    assert "Draw the area on the photograph." in answer.content.decode()


@pytest.mark.parametrize("wrong", [{"entry": ""}, {"entry": "x"}, {"photograph": ""}, {"photograph": "x"}])
def test_a_form_whose_ids_are_none_gives_a_message(
    photograph: Photograph, course: Course, practitioner: Membership, wrong: dict[str, str]
) -> None:
    answer = sent(signed_in(practitioner), course, photograph, **wrong)
    assert answer.status_code == 422
    assert not ScalpDesign.objects.exists()


def test_the_form_begins_with_the_clinics_own_figures(
    photograph: Photograph, course: Course, practitioner: Membership
) -> None:
    Clinic.objects.filter(pk=course.clinic_id).update(rules={"scalp": {"dots_a_minute": 45}})
    page = text_of(practitioner, "scalp_design_new", course.pk)
    assert re.search(r'name="dots_a_minute" value="45"', page)
    assert re.search(r'name="dots_a_needle" value="3000"', page)
    assert re.search(r'name="per_cm2" value="90"', page)


def test_a_design_that_is_changed_begins_with_what_the_former_has_and_takes_its_place(
    design: ScalpDesign, course: Course, practitioner: Membership
) -> None:
    page = text_of(practitioner, "scalp_design_new", course.pk, **{"from": str(design.pk)})
    layers = settings_in(page)["layers"]
    assert [layers[0]["parts"], layers[1]["open"]] == [[AREA], FRONT]
    assert re.search(r'name="sessions" value="2"', page)
    assert reverse("scalp_design", args=[design.pk]) in page
    answer = sent(signed_in(practitioner), course, design.photograph, supersedes=str(design.pk))
    new = ScalpDesign.objects.standing().get()
    assert answer["Location"] == reverse("scalp_design", args=[new.pk])
    assert new.supersedes == design
    assert "A later design stands in its place" in text_of(practitioner, "scalp_design", design.pk)


def test_two_who_change_one_design_are_told_and_the_drawing_of_the_later_stays(
    design: ScalpDesign, course: Course, practitioner: Membership, lead: Membership
) -> None:
    sent(signed_in(lead), course, design.photograph, supersedes=str(design.pk))
    answer = sent(signed_in(practitioner), course, design.photograph, supersedes=str(design.pk))
    assert answer.status_code == 422
    assert lead.user.name in answer.content.decode()
    assert settings_in(answer.content.decode())["layers"][0]["parts"] == [AREA]


def test_on_another_photograph_the_figures_stay_and_the_shapes_are_drawn_again(
    design: ScalpDesign, photographed: Photographed, course: Course, practitioner: Membership
) -> None:
    other = scaled(photographed(-3))
    page = text_of(practitioner, "scalp_design_new", course.pk, **{"from": str(design.pk), "photograph": str(other.pk)})
    assert settings_in(page)["layers"][0]["parts"] == []
    assert "drawn on another photograph" in page
    assert re.search(r'name="sessions" value="2"', page)
