"""The live quality gate: what one frame of the camera is answered, and that nothing of it stays."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from dermograph.clinic.gallery.framing import jpeg_size
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Clinic, Course, Membership, Role
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery_draw.photographs import files, outlined, stored


@functools.cache
def bare() -> bytes:
    """A grey frame without a card."""
    rows = np.linspace(90, 150, 600, dtype=np.uint8)[:, None, None]
    return cv2.imencode(".jpg", np.broadcast_to(rows, (600, 800, 3)).copy())[1].tobytes()


def picture() -> Any:  # noqa: ANN401 (OpenCV's type allows for none)
    """The first photograph's pixels."""
    return cv2.imdecode(np.frombuffer(files()[0], np.uint8), cv2.IMREAD_COLOR)


def check(browser: Client, course: Course, frame: bytes, still: str = "4000", kind: str = "image/jpeg") -> Any:  # noqa: ANN401 (of the test client)
    return browser.post(f"{reverse('camera_check', args=[course.pk])}?still={still}", frame, content_type=kind)


def test_a_frame_with_a_card_is_answered_with_its_corners(course: Course, practitioner: Membership) -> None:
    found = check(signed_in(practitioner), course, files()[0]).json()
    assert found["card_found"] is True
    assert len(found["corners"]) == 4
    assert all(0 <= share <= 1 for corner in found["corners"] for share in corner)
    assert {one["check"] for one in found["findings"]} >= {"card", "focus", "exposure", "glare", "tilt", "resolution"}
    assert all(one["what"] for one in found["findings"])


def test_one_sentence_says_what_to_do_first(course: Course, practitioner: Membership) -> None:
    found = check(signed_in(practitioner), course, bare()).json()
    assert found["card_found"] is False
    assert found["ready"] is False
    assert found["say"].startswith("Lay the card flat")
    assert found["corners"] == []


def test_the_answer_is_in_the_persons_language(course: Course, practitioner: Membership) -> None:
    practitioner.user.language = "es"
    practitioner.user.save()
    assert check(signed_in(practitioner), course, bare()).json()["say"].startswith("Coloque la tarjeta")


def test_the_detail_is_judged_for_the_photograph_and_not_for_the_small_frame(
    course: Course, practitioner: Membership
) -> None:
    small = cv2.resize(picture(), (900, 675))
    frame, browser = cv2.imencode(".jpg", small)[1].tobytes(), signed_in(practitioner)
    passed = {
        still: next(
            one["passed"]
            for one in check(browser, course, frame, still).json()["findings"]
            if one["check"] == "resolution"
        )
        for still in ("900", "4000")
    }
    assert passed == {"900": False, "4000": True}


def test_the_distance_is_held_against_the_first_photograph(course: Course, practitioner: Membership) -> None:
    outlined(stored(course, practitioner), practitioner)
    browser = signed_in(practitioner)

    def distance(frame: bytes) -> Any:  # noqa: ANN401 (JSON)
        return next(
            one["passed"] for one in check(browser, course, frame).json()["findings"] if one["check"] == "distance"
        )

    assert distance(files()[0]) is True
    whole = picture()
    far = np.full((1200, 1600, 3), whole.mean(axis=(0, 1)), np.uint8)
    far[200:950, 300:1300] = cv2.resize(whole, (1000, 750), interpolation=cv2.INTER_AREA)
    assert distance(cv2.imencode(".jpg", far)[1].tobytes()) is False


def test_nothing_of_a_frame_is_stored(course: Course, practitioner: Membership) -> None:
    folder = Path(settings.DATA.path)
    before = sorted(str(path) for path in folder.rglob("*") if path.is_file() and "sqlite" not in path.name)
    assert check(signed_in(practitioner), course, files()[0]).status_code == 200
    after = sorted(str(path) for path in folder.rglob("*") if path.is_file() and "sqlite" not in path.name)
    assert after == before
    assert not Photograph.objects.exists()


@pytest.mark.parametrize(
    ("frame", "kind", "status"),
    [
        (b"", "image/jpeg", 415),  # a client sends no type with nothing
        (b"\xff\xd8", "image/jpeg", 422),
        (b"\xff\xd8\xff\xe0\x00\x00\xff\xff", "image/jpeg", 422),
        (b"\xff\xd8" + b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff" + bytes(40), "image/jpeg", 422),
        (b"<svg/>", "image/svg+xml", 415),
        (b"\x89PNG\r\n\x1a\n", "image/jpeg", 422),
        (b"\xff\xd8" + bytes(2_100_000), "image/jpeg", 422),
        (b"\xff\xd8" + bytes(3_000_000), "image/jpeg", 413),
    ],
)
def test_what_is_no_frame_is_refused(
    course: Course, practitioner: Membership, frame: bytes, kind: str, status: int
) -> None:
    assert check(signed_in(practitioner), course, frame, kind=kind).status_code == status


@pytest.mark.parametrize("still", ["", "-1", "x", "9" * 400, "²"])
def test_a_spoiled_size_of_the_still_is_no_error(course: Course, practitioner: Membership, still: str) -> None:
    assert check(signed_in(practitioner), course, bare(), still).status_code == 200


def test_a_cut_frame_is_refused(course: Course, practitioner: Membership) -> None:
    whole = files()[0]
    assert check(signed_in(practitioner), course, whole[: len(whole) // 2]).status_code == 422


def test_the_size_of_a_jpeg_is_read_before_it_is_decoded() -> None:
    assert jpeg_size(bare()) == (800, 600)
    assert jpeg_size(files()[0]) == (1600, 1200)
    assert jpeg_size(b"GIF89a") is None


def test_another_clinics_course_does_not_exist(course: Course) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    stranger = signed_in(member(other, Role.PRACTITIONER, "Olga Ramos"))
    assert check(stranger, course, bare()).status_code == 404
    assert stranger.get(reverse("camera", args=[course.pk])).status_code == 404


def test_the_cameras_page_offers_the_upload_without_a_script(course: Course, practitioner: Membership) -> None:
    stored(course, practitioner)
    text = signed_in(practitioner).get(reverse("camera", args=[course.pk])).content.decode()
    assert f'action="{reverse("photograph_upload", args=[course.pk])}"' in text
    assert 'capture="environment"' in text
    assert "data-ghost" in text
    assert " style=" not in text


def test_few_queries_draw_the_page(
    course: Course, practitioner: Membership, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    stored(course, practitioner)
    browser = signed_in(practitioner)
    with django_assert_max_num_queries(12):
        browser.get(reverse("camera", args=[course.pk]))
