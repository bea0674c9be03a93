"""A card is read where it can be trusted: any way up, tilted, blurred, small, on light and on dark skin."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dermograph.photo.card.layout import A6, SMALL, Layout
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.card.references import References
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import rgb_to_lab
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import shoot
from tests.photo.card.staged import SERIAL, staged, view


def reading_of(photo: Photograph) -> CardReading:
    card = read_card(photo)
    assert isinstance(card, CardReading), card.code
    return card


def fitting(layout: Layout, **how: float) -> np.ndarray:
    return view(layout, **{"px_per_mm": 8.0 if layout is SMALL else 6.0, **how})  # type: ignore[arg-type]  # fields as a test gives them


@pytest.mark.parametrize("layout", [A6, SMALL], ids=lambda layout: layout.name)
@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270, 37])
def test_a_card_is_read_whichever_way_up_it_lies(layout: Layout, turn_deg: float) -> None:
    homography = view(layout, px_per_mm=5.5, turn_deg=turn_deg)
    card = reading_of(staged(layout, homography))
    corners_mm = np.array([[[0, 0], [layout.width_mm, 0], [layout.width_mm, layout.height_mm], [0, layout.height_mm]]])
    true = cv2.perspectiveTransform(corners_mm.astype(np.float64), homography)[0]
    assert (card.layout, card.serial) == (layout, SERIAL)
    assert np.linalg.norm(card.corners_px - true, axis=1).max() < 0.3


def test_every_patch_of_a_plain_photograph_is_sampled_in_its_own_colour() -> None:
    card = reading_of(staged(A6, fitting(A6), exposure=0.99, noise=0.0))
    lab = rgb_to_lab(np.array([one.rgb for one in card.samples]) / 255, "D50")
    bright = np.array([one.lab_d50[0] for one in card.samples]) / lab[:, 0]
    assert len(card.samples) >= len(A6.patches) - 1
    assert delta_e00(lab * np.median(bright), [one.lab_d50 for one in card.samples]).max() < 1.5


@pytest.mark.parametrize("lean", [0.0, 0.08, 0.15])
def test_the_scale_is_right_at_the_centre_and_across_a_tilted_card(lean: float) -> None:
    homography = fitting(SMALL, lean=lean, turn_deg=12)
    card = reading_of(staged(SMALL, homography))
    for x_mm, y_mm in ((37, 26), (5, 5), (70, 47)):
        near = cv2.perspectiveTransform(
            np.array([[[x_mm, y_mm], [x_mm + 0.01, y_mm], [x_mm, y_mm + 0.01]]]), homography
        )
        across, down = near[0, 1] - near[0, 0], near[0, 2] - near[0, 0]
        true = 0.01 / np.sqrt(abs(across[0] * down[1] - across[1] * down[0]))
        assert float(card.mm_per_px_at(near[0, 0])) == pytest.approx(true, rel=2e-3)
    assert card.scale is not None
    assert card.scale.u / card.scale.value == pytest.approx(card.u_scale)
    assert 0.002 < card.u_scale < 0.01


def test_a_point_beyond_the_horizon_of_the_cards_plane_has_no_scale() -> None:
    card = reading_of(staged(SMALL, fitting(SMALL, lean=0.15)))
    assert np.isinf(card.mm_per_px_at([1e6, 1e6])) or np.isinf(card.mm_per_px_at([-1e6, -1e6]))


def test_the_tilt_is_about_right_and_says_that_the_focal_length_is_not_known() -> None:
    flat = reading_of(staged(SMALL, fitting(SMALL)))
    leaning = reading_of(staged(SMALL, fitting(SMALL, lean=0.12)))
    assert flat.tilt_deg < 2
    assert leaning.tilt_deg > 10
    assert leaning.u_tilt_deg > flat.u_tilt_deg


@pytest.mark.parametrize("blur_px", [0.5, 2.5, 4.0])
def test_a_blurred_card_is_found_and_its_blur_is_known(blur_px: float) -> None:
    card = reading_of(staged(SMALL, fitting(SMALL, px_per_mm=14.0), blur_px=blur_px))
    assert card.blur_px == pytest.approx(max(blur_px, 0.6), abs=0.25 * max(blur_px, 1.0))


@pytest.mark.parametrize("exposure", [0.25, 0.6, 1.0])
def test_a_card_is_read_in_a_dark_and_in_a_bright_photograph(exposure: float) -> None:
    assert reading_of(staged(SMALL, fitting(SMALL), exposure=exposure)).layout is SMALL


def test_a_small_card_in_a_large_photograph_is_found() -> None:
    small = staged(SMALL, fitting(SMALL, px_per_mm=6.0))
    rgb = np.full((3000, 4000, 3), small.rgb[5, 5], np.uint8)
    rgb[1000:1900, 1500:2700] = small.rgb
    card = reading_of(Photograph(rgb=rgb, name="synthetic-large.png"))
    middle = card.corners_px.mean(0) - (1500, 1000)
    assert np.linalg.norm(middle - (600, 450)) < 0.5


@pytest.mark.parametrize("phototype", [1, 6])
@pytest.mark.parametrize("conditions", ["protocol", "moderate", "severe"])
def test_a_card_on_phantom_skin_is_located_to_a_fraction_of_a_pixel(phototype: int, conditions: str) -> None:
    one = scene(phototype, width=1600, height=1200, px_per_mm=9, card="small", phototype=phototype)
    shot = shoot(one, seed=phototype, conditions=conditions)  # type: ignore[arg-type]  # fields as a test gives them
    card = reading_of(shot.photograph)
    true = shot.truth.card_corners_px
    assert true is not None
    assert np.linalg.norm(card.corners_px - true, axis=1).max() < 0.6
    centre = card.corners_px.mean(0)
    assert float(card.mm_per_px_at(centre)) == pytest.approx(float(shot.truth.mm_per_px_at(centre)), rel=0.002)


def test_measured_colours_of_another_card_are_not_used() -> None:
    own = References.nominal(SMALL)
    other = References(own.layouts, own.values, own.u, measured=True, serial=SERIAL + 1)
    refused = read_card(staged(SMALL, fitting(SMALL)), other)
    assert isinstance(refused, Refusal)
    assert refused.code == "other_card"


def test_a_reading_says_as_json_what_it_found() -> None:
    found = reading_of(staged(SMALL, fitting(SMALL))).to_json()
    assert found["found"] is True
    assert (found["layout"], found["serial"], found["references"]) == ("small", SERIAL, "nominal")
    assert found["mm_per_px"]["value"] == pytest.approx(1 / 8, rel=2e-3)
