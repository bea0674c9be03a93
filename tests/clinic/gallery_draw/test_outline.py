"""The outline's page and what it stores, without a browser."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Outline, Photograph
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, Role
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery_draw.photographs import BOWTIE, SQUARE, fresh, outlined, stored


@pytest.fixture
def photograph(course: Course, practitioner: Membership) -> Photograph:
    return stored(course, practitioner)


def post(browser: Client, photograph: Photograph, **fields: object) -> Any:  # noqa: ANN401 (of the test client)
    return browser.post(reverse("outline", args=[photograph.pk]), {"entry": fresh(), "supersedes": "", **fields})


def test_a_drawn_outline_is_stored_in_pixels_of_the_original(photograph: Photograph, practitioner: Membership) -> None:
    answer = post(signed_in(practitioner), photograph, shape=json.dumps({"lesion": SQUARE}))
    assert answer.status_code == 302
    found = Outline.objects.get()
    assert found.shape == {"lesion": SQUARE}
    assert found.written_by == practitioner.user
    assert AuditEntry.objects.filter(action="outline.drawn").count() == 1


def test_several_parts_are_stored_as_several(photograph: Photograph, practitioner: Membership) -> None:
    parts = [SQUARE, [[900, 300], [1000, 300], [950, 400]]]
    post(signed_in(practitioner), photograph, shape=json.dumps({"lesion": parts}))
    assert Outline.objects.get().shape == {"lesion": parts}


def test_a_replayed_form_writes_nothing_twice(photograph: Photograph, practitioner: Membership) -> None:
    browser, entry = signed_in(practitioner), fresh()
    for _ in range(2):
        answer = post(browser, photograph, entry=entry, shape=json.dumps({"lesion": SQUARE}))
        assert answer.status_code == 302
    assert [str(one.pk) for one in Outline.objects.all()] == [entry]


def test_a_later_outline_supersedes_and_keeps_the_former(photograph: Photograph, practitioner: Membership) -> None:
    first = outlined(photograph, practitioner)
    moved = [[x + 5, y] for x, y in SQUARE]
    post(signed_in(practitioner), photograph, shape=json.dumps({"lesion": moved}), supersedes=str(first.pk))
    standing = Outline.objects.standing().get()
    assert standing.supersedes == first
    assert standing.shape["lesion"] == moved


def test_who_saves_later_is_told_and_keeps_the_drawing(
    photograph: Photograph, practitioner: Membership, lead: Membership
) -> None:
    theirs = outlined(photograph, lead)
    mine = [[x + 7, y] for x, y in SQUARE]
    answer = post(signed_in(practitioner), photograph, shape=json.dumps({"lesion": mine}))
    assert answer.status_code == 409
    assert lead.user.name in answer.content.decode()
    assert "407" in answer.content.decode()
    assert Outline.objects.get() == theirs
    again = post(signed_in(practitioner), photograph, shape=json.dumps({"lesion": mine}), supersedes=str(theirs.pk))
    assert again.status_code == 302
    assert Outline.objects.standing().get().shape["lesion"] == mine


@pytest.mark.parametrize(
    "shape",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '{"lesion": []}',
        '{"lesion": 5}',
        '{"lesion": [[1, 2], [3, 4]]}',
        json.dumps({"lesion": BOWTIE}),
        json.dumps({"lesion": [[-90, 0], [50, 0], [50, 50]]}),
        json.dumps({"lesion": [SQUARE, [[500, 400], [600, 400], [600, 500]]]}),
        json.dumps({"lesion": [[x, x * x % 997] for x in range(6000)]}),
        '{"lesion": [[NaN, 1], [2, 3], [4, 9]]}',
        '{"lesion": [[1e999, 1], [2, 3], [4, 9]]}',
        '{"lesion": [["a", 1], [2, 3], [4, 9]]}',
        '{"lesion": [[[1, 2]], [3, 4]]}',
        "[" * 100_000,
        "\0",
        "😀" * 50,
        '{"lesion": [[1, 2], [3, 4], [9, 5]], "landmarks": 3}',
        '{"other": 1}',
        '{"lesion": [[]]}',
        '{"lesion": [[], [[1, 2], [3, 4], [9, 5]]]}',
        '{"lesion": [[' + "9" * 5000 + ", 1], [2, 3], [4, 9]]}",
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_kept_in_the_form(
    photograph: Photograph, practitioner: Membership, shape: str
) -> None:
    answer = post(signed_in(practitioner), photograph, shape=shape)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Outline.objects.exists()


@pytest.mark.parametrize("entry", ["", "x", "\0", "1" * 4000])
def test_a_spoiled_entry_id_is_no_error(photograph: Photograph, practitioner: Membership, entry: str) -> None:
    answer = post(signed_in(practitioner), photograph, entry=entry, shape=json.dumps({"lesion": SQUARE}))
    assert answer.status_code == 302
    assert Outline.objects.count() == 1


def test_another_clinics_photograph_does_not_exist(photograph: Photograph, practitioner: Membership) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    stranger = signed_in(member(other, Role.PRACTITIONER, "Olga Ramos"))
    for name in ("outline", "outline_refine"):
        assert stranger.post(reverse(name, args=[photograph.pk])).status_code == 404
    assert stranger.get(reverse("outline", args=[photograph.pk])).status_code == 404
    assert stranger.get(reverse("outline", args=[uuid.uuid4()])).status_code == 404


def test_the_front_desk_may_not_draw(photograph: Photograph, front_desk: Membership) -> None:
    assert signed_in(front_desk).get(reverse("outline", args=[photograph.pk])).status_code == 403


def test_the_page_works_without_a_script_and_names_the_scale(photograph: Photograph, practitioner: Membership) -> None:
    first = outlined(photograph, practitioner)
    text = signed_in(practitioner).get(reverse("outline", args=[photograph.pk])).content.decode()
    assert '<textarea class="draw-text"' in text
    assert "&quot;lesion&quot;: [[400, 300]" in text
    assert f'value="{first.pk}"' in text
    settings = json.loads(text.split('<script id="outline-settings" type="application/json">')[1].split("</script>")[0])
    assert settings["parts"] == [SQUARE]
    assert len(settings["plane"]["to_mm"]) == 3
    assert settings["ring"]["gap_mm"] == 2.0
    assert 0.1 < settings["ring"]["mm_per_px"] < 0.15
    assert " style=" not in text


def test_the_page_speaks_spanish(photograph: Photograph, practitioner: Membership) -> None:
    practitioner.user.language = "es"
    practitioner.user.save()
    text = signed_in(practitioner).get(reverse("outline", args=[photograph.pk])).content.decode()
    assert "Contorno de la lesión" in text
    assert "Guardar el contorno" in text
    assert "Save the outline" not in text


def test_a_photograph_without_a_card_has_no_scale(course: Course, practitioner: Membership) -> None:
    photograph = stored(course, practitioner)
    Photograph.objects.filter(pk=photograph.pk).update(findings={"card": {"found": False, "reason": {}}})
    text = signed_in(practitioner).get(reverse("outline", args=[photograph.pk])).content.decode()
    assert '"plane": null' in text


def test_few_queries_draw_the_page(
    photograph: Photograph, practitioner: Membership, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    outlined(photograph, practitioner)
    browser = signed_in(practitioner)
    with django_assert_max_num_queries(12):
        browser.get(reverse("outline", args=[photograph.pk]))


def test_courses_of_one_patient_do_not_share_outlines(
    photograph: Photograph, practitioner: Membership, patient: Patient
) -> None:
    outlined(photograph, practitioner)
    area = Area.objects.create(patient=patient, name="thigh", view="front")
    other = Course.objects.create(clinic=patient.clinic, patient=patient, area=area, treatment="paramedical")
    twin = stored(other, practitioner)
    text = signed_in(practitioner).get(reverse("outline", args=[twin.pk])).content.decode()
    assert '"parts": []' in text


def test_the_picture_that_is_drawn_on_is_served(photograph: Photograph, practitioner: Membership) -> None:
    answer = signed_in(practitioner).get(reverse("photograph_image", args=[photograph.pk, "preview"]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_another_photograph_than_the_baseline_says_where_the_outline_counts(
    photograph: Photograph, practitioner: Membership
) -> None:
    later = stored(photograph.course, practitioner, 1, dt.date(2026, 10, 1))
    browser = signed_in(practitioner)
    link = reverse("outline", args=[photograph.pk])
    assert f'href="{link}"' in browser.get(reverse("outline", args=[later.pk])).content.decode()
    assert f'href="{link}"' not in browser.get(link).content.decode()
