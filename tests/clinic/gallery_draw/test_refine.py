"""Refinement of a rough outline on a synthetic scar whose outline is known."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from dermograph.clinic.gallery.models import Outline, Photograph
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.gallery_draw.photographs import BOWTIE, phantoms, stored


@pytest.fixture
def photograph(course: Course, practitioner: Membership) -> Photograph:
    return stored(course, practitioner)


def rough() -> list[list[float]]:
    """The true outline, drawn out by 12 px: 1.5 mm."""
    part = phantoms().before.truth.lesion.lesion[0]
    middle = part.mean(axis=0)
    away = part - middle
    length = (away**2).sum(axis=1, keepdims=True) ** 0.5
    found: list[list[float]] = (middle + away * (1 + 12 / length))[:: max(len(part) // 40, 1)].round(1).tolist()
    return found


def area(points: list[list[float]]) -> float:
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def test_a_rough_outline_is_drawn_to_the_visible_border(photograph: Photograph, practitioner: Membership) -> None:
    drawn = rough()
    answer = signed_in(practitioner).post(
        reverse("outline_refine", args=[photograph.pk]), json.dumps({"lesion": drawn}), content_type="application/json"
    )
    assert answer.status_code == 200
    found = answer.json()
    true = phantoms().before.truth.lesion.area_px
    refined = found["shape"]["lesion"]
    assert abs(area(refined) / true - 1) < 0.06 < abs(area(drawn) / true - 1)
    assert len(refined) < 250
    assert 0.8 <= found["confidence"] <= 1
    assert "visible border" in found["says"]
    assert not Outline.objects.exists()


def test_bare_skin_has_no_border_and_the_answer_says_so(photograph: Photograph, practitioner: Membership) -> None:
    answer = signed_in(practitioner).post(
        reverse("outline_refine", args=[photograph.pk]),
        json.dumps({"lesion": [[40, 40], [160, 40], [160, 160], [40, 160]]}),
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert set(answer.json()) == {"says"}
    assert len(answer.json()["says"]) > 20


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", json.dumps({"lesion": BOWTIE}).encode(), b"[" * 90_000])
def test_what_is_no_outline_is_refused_in_words(photograph: Photograph, practitioner: Membership, body: bytes) -> None:
    answer = signed_in(practitioner).post(
        reverse("outline_refine", args=[photograph.pk]), body, content_type="application/json"
    )
    assert answer.status_code == 422
    assert answer.json()["says"]


def test_a_form_instead_of_json_is_refused_in_words(photograph: Photograph, practitioner: Membership) -> None:
    address = reverse("outline_refine", args=[photograph.pk])
    browser = signed_in(practitioner)
    for answer in (
        browser.post(address, {"shape": "{}"}),
        browser.post(address, "shape=1", content_type="application/x-www-form-urlencoded"),
    ):
        assert answer.status_code == 415
        assert "JSON" in answer.json()["says"]
