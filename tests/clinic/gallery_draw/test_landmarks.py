"""Landmarks: what the page stores, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dermograph.clinic.gallery.models import Comparison, Outline
from dermograph.clinic.gallery.selectors import album
from dermograph.clinic.people.models import Clinic, Course, Membership, Role
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery_draw.photographs import fresh, phantoms, unregistered

NEWER = "The outline was drawn anew since this comparison."
BEFORE = [[200, 200], [1300, 260], [1250, 980], [260, 1000], [700, 180]]


@pytest.fixture
def asked(course: Course, practitioner: Membership) -> Comparison:
    return unregistered(course, practitioner)


def pairs(count: int = 5) -> dict[str, list[list[float]]]:
    return {"before": BEFORE[:count], "after": phantoms().after_xy(BEFORE[:count]).round(1).tolist()}


def post(browser: Client, asked: Comparison, landmarks: object, **fields: str) -> Any:  # noqa: ANN401 (of the test client)
    text = landmarks if isinstance(landmarks, str) else json.dumps(landmarks)
    return browser.post(reverse("landmarks", args=[asked.pk]), {"entry": fresh(), "landmarks": text, **fields})


def test_pairs_ask_for_a_new_comparison(asked: Comparison, practitioner: Membership) -> None:
    clicked = pairs()
    answer = post(signed_in(practitioner), asked, clicked)
    assert answer.status_code == 302
    found = Comparison.objects.exclude(pk=asked.pk).get()
    assert answer.headers["Location"] == reverse("comparison", args=[found.pk])
    assert (found.before, found.after, found.outline) == (asked.before, asked.after, asked.outline)
    assert found.landmarks == clicked
    assert found.stage == "waiting"


def test_landmarks_are_measured_with_the_outline_as_it_stands(
    asked: Comparison, course: Course, practitioner: Membership
) -> None:
    browser = signed_in(practitioner)
    assert NEWER not in browser.get(reverse("landmarks", args=[asked.pk])).content.decode()
    drawn = asked.outline
    for side in (900, 950):
        shape = {"lesion": [[500, 500], [side, 500], [side, 900]]}
        drawn = Outline.objects.create(
            clinic=course.clinic, photograph=asked.before, shape=shape, written_by=practitioner.user, supersedes=drawn
        )
    assert NEWER in browser.get(reverse("landmarks", args=[asked.pk])).content.decode()
    assert post(browser, asked, pairs()).status_code == 302
    assert Comparison.objects.exclude(pk=asked.pk).get().outline == drawn
    [visit] = album(course).visits
    assert not visit.is_outdated


def test_a_replayed_form_asks_once(asked: Comparison, practitioner: Membership) -> None:
    browser, entry = signed_in(practitioner), fresh()
    for _ in range(2):
        assert post(browser, asked, pairs(), entry=entry).status_code == 302
    assert Comparison.objects.count() == 2


@pytest.mark.parametrize(
    ("landmarks", "words"),
    [
        ("", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("7", "cannot be read"),
        (pairs(3), "at least 4"),
        ({"before": BEFORE, "after": BEFORE[:4]}, "landmarks before"),
        ({"before": [[x, 100] for x in (10, 200, 400, 600)], "after": [[x, 100] for x in (10, 200, 400, 600)]}, "line"),
        ({"before": BEFORE, "after": [[9000, 1], *BEFORE[1:]]}, "outside"),
        ({"before": [BEFORE[0], *BEFORE[:3]], "after": BEFORE[:4]}, "twice"),
        ({"before": [["a", 1]] * 4, "after": BEFORE[:4]}, ""),
        ({"before": [[float("nan"), 1]] * 4, "after": BEFORE[:4]}, ""),
        ({"before": BEFORE}, ""),
        ('{"before": [[1,2]], "after": {}}', ""),
    ],
)
def test_what_leaves_no_map_is_refused_in_words(
    asked: Comparison, practitioner: Membership, landmarks: object, words: str
) -> None:
    answer = post(signed_in(practitioner), asked, landmarks)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'id="landmarks-error"' in answer.content.decode()
    assert Comparison.objects.count() == 1


def test_the_page_says_why_and_shows_the_residual_that_was_measured(
    asked: Comparison, practitioner: Membership
) -> None:
    browser = signed_in(practitioner)
    text = browser.get(reverse("landmarks", args=[asked.pk])).content.decode()
    assert "Too little is found again." in text
    assert "known after measuring" in text
    result = {**(asked.result or {}), "registration": {"comparable": True, "residual_px": 3.25, "residual_mm": 0.4}}
    Comparison.objects.filter(pk=asked.pk).update(landmarks=pairs(), result=result)
    text = browser.get(reverse("landmarks", args=[asked.pk])).content.decode()
    assert "3.2 px" in text
    assert "0.40 mm" in text
    assert " style=" not in text


def test_another_clinics_comparison_does_not_exist(asked: Comparison) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    stranger = signed_in(member(other, Role.PRACTITIONER, "Olga Ramos"))
    assert stranger.get(reverse("landmarks", args=[asked.pk])).status_code == 404
    assert stranger.post(reverse("landmarks", args=[asked.pk])).status_code == 404
