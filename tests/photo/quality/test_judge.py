"""The quality gate on whole photographs."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from dermograph.core.text import Text
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.image import Photograph
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import PhantomPhoto, shoot
from dermograph.photo.quality import Baseline, judge
from dermograph.photo.quality.focus import blur_px
from tests.photo.foreign.skins import skin

NO_CARD = Refusal("no_card", Text("No card.", "Sin tarjeta."))


@pytest.fixture(scope="module", params=[2, 6])
def shot(request: pytest.FixtureRequest) -> PhantomPhoto:
    """A good synthetic photograph of light and of dark skin; seeds below 10,000."""
    made = scene(31, width=1600, height=1200, px_per_mm=8, phototype=request.param, lesion="scar", pen=True)
    return shoot(made, seed=3)


def _changed(shot: PhantomPhoto, rgb: np.ndarray) -> Photograph:
    return Photograph(rgb=np.asarray(np.clip(rgb, 0, 255), np.uint8), name=shot.photograph.name)


def _by_name(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.check: finding for finding in findings}


def _judged(photo: Photograph, area: Outline | None = None) -> dict[str, Finding]:
    return _by_name(judge(photo, read_card(photo), area=area))


def test_a_good_photograph_passes_every_check(shot: PhantomPhoto) -> None:
    card = read_card(shot.photograph)
    first = Baseline.of(shot.photograph, card, shot.truth.lesion)
    found = _by_name(judge(shot.photograph, card, baseline=first, area=shot.truth.lesion))
    assert set(found) == {
        "card",
        "colour",
        "focus",
        "exposure",
        "clipping",
        "glare",
        "tilt",
        "resolution",
        "in_frame",
        "distance",
        "framing",
    }
    assert [name for name, finding in found.items() if finding.passed is not True] == []


@pytest.mark.parametrize("sigma", [3.0, 6.0])
def test_a_blurred_photograph_is_out_of_focus(shot: PhantomPhoto, sigma: float) -> None:
    blurred = cv2.GaussianBlur(shot.photograph.rgb.astype(np.float32), (0, 0), sigma)
    noisy = blurred + np.random.default_rng(0).normal(0, 0.6, blurred.shape)
    assert _judged(_changed(shot, noisy), shot.truth.lesion)["focus"].passed is not True


def test_a_dark_photograph_is_too_dark(shot: PhantomPhoto) -> None:
    found = _judged(_changed(shot, shot.photograph.rgb * 0.3))
    assert found["exposure"].passed is False
    assert "dark" in found["exposure"].says.en


def test_a_burnt_out_photograph_is_too_bright(shot: PhantomPhoto) -> None:
    bright = _changed(shot, shot.photograph.rgb * 4.0)
    found = _by_name(judge(bright, read_card(bright)))
    assert found["exposure"].passed is False or found["clipping"].passed is False or found["card"].passed is False


def test_burnt_out_skin_is_clipped() -> None:
    drawn = skin("very light").astype(np.float32) * 1.35
    found = _by_name(judge(Photograph(np.clip(drawn, 0, 255).astype(np.uint8), "x"), NO_CARD))
    assert found["clipping"].passed is False
    assert found["clipping"].blocks


def test_shine_on_the_skin_is_glare() -> None:
    drawn = skin("tan").astype(np.float32)
    shine = np.zeros(drawn.shape[:2], np.float32)
    cv2.circle(shine, (500, 375), 120, 1.0, cv2.FILLED)
    drawn += 260 * cv2.GaussianBlur(shine, (0, 0), 8)[..., None]
    found = _by_name(judge(Photograph(np.clip(drawn, 0, 255).astype(np.uint8), "x"), NO_CARD))
    assert found["glare"].passed is False


def test_without_a_card_the_refusal_is_passed_on() -> None:
    found = _by_name(judge(Photograph(skin("tan"), "x"), NO_CARD))
    assert found["card"].passed is False
    assert found["card"].says == NO_CARD.says
    assert "tilt" not in found
    assert "resolution" not in found


def test_a_grey_photograph_has_no_colour() -> None:
    grey = np.repeat(skin("tan")[..., :1], 3, axis=2)
    found = _by_name(judge(Photograph(grey, "x", has_colour=False), NO_CARD))
    assert found["colour"].passed is False


def test_a_photograph_from_farther_away_is_told_to_move_closer(shot: PhantomPhoto) -> None:
    card = read_card(shot.photograph)
    assert isinstance(card, CardReading)
    assert card.scale is not None
    nearer = Baseline(card.scale.value * shot.photograph.width * 0.7)
    found = _by_name(judge(shot.photograph, card, baseline=nearer))
    assert found["distance"].passed is False
    assert found["distance"].todo.en == "Move closer."


@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
def test_blur_is_measured_whatever_the_contrast(sigma: float) -> None:
    rng = np.random.default_rng(0)
    edges = np.kron(rng.integers(0, 2, (20, 20)), np.ones((40, 40)))
    for contrast in (40, 150):
        soft = cv2.GaussianBlur(60 + contrast * edges, (0, 0), sigma) + rng.normal(0, 0.8, edges.shape)
        assert blur_px(soft.astype(np.uint8)) == pytest.approx(sigma, rel=0.2)


def test_a_plain_picture_has_no_blur_to_measure() -> None:
    noise = np.random.default_rng(0).normal(128, 3, (400, 400)).astype(np.uint8)
    assert blur_px(noise) is None


@pytest.mark.parametrize("shape", [(64, 64, 3), (64, 3000, 3)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_picture_is_judged_without_error(shape: tuple[int, int, int], value: int) -> None:
    assert judge(Photograph(np.full(shape, value, np.uint8), "x"), NO_CARD)


@pytest.mark.slow
def test_two_megapixels_are_judged_fast_enough_for_a_live_camera(shot: PhantomPhoto) -> None:
    card = read_card(shot.photograph)
    times = []
    for _ in range(4):
        started = time.process_time()
        judge(shot.photograph, card, area=shot.truth.lesion)
        times.append(time.process_time() - started)
    assert min(times) < 0.15
