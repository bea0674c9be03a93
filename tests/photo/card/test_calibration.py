"""Colours come out right on light and on dark skin, within the error that is stated, or not at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.card.calibration import Calibration, calibrate
from dermograph.photo.card.layout import A6, COLORCHECKER, SMALL
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.card.references import References
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph
from tests.photo.card.staged import Light, light_of, pixels, staged, view

VIEW = view(SMALL, px_per_mm=11.0)


def exact(card: CardReading) -> CardReading:
    """The card as if its colours had been measured on the print."""
    nominal = References.nominal(card.layout)
    measured = References(nominal.layouts, nominal.values, dict.fromkeys(nominal.u, 0.5), measured=True)
    return dataclasses.replace(card, references=measured)


def read(photo: Photograph) -> CardReading:
    card = read_card(photo)
    assert isinstance(card, CardReading), card.code
    return exact(card)


def calibrated(photo: Photograph) -> Calibration:
    calibration = calibrate(photo, read(photo))
    assert isinstance(calibration, Calibration), calibration.code
    return calibration


def graded(photo: Photograph, matrix: NDArray[np.float64], power: float = 1.0) -> Photograph:
    """The same photograph by another camera: its encoded channels mixed and bent."""
    share = np.clip(photo.rgb / 255 @ np.asarray(matrix).T, 0, 1) ** power
    return Photograph(rgb=np.rint(share * 255).astype(np.uint8), name=photo.name)


def test_colours_of_a_plain_photograph_come_out_right() -> None:
    calibration = calibrated(staged(SMALL, VIEW))
    assert calibration.delta_e("held_out").max() < 0.6
    assert calibration.delta_e().mean() < 0.3


def test_white_balance_exposure_and_tone_curve_are_undone() -> None:
    photo = graded(staged(SMALL, VIEW), np.diag([1.02, 0.93, 0.82]), power=1.15)
    calibration = calibrated(photo)
    assert calibration.delta_e("held_out").mean() < 0.5
    assert calibration.delta_e("held_out").max() < 1.0


def test_stray_light_is_undone_on_dark_skin_though_the_light_patches_hardly_show_it() -> None:
    def stray(card: Light) -> None:
        card += 0.03

    calibration = calibrated(staged(SMALL, VIEW, change=stray, exposure=0.8))
    dark = [one.patch.role == "held_out" and one.lab_d50[0] < 45 for one in calibration.samples]
    known = np.array([one.lab_d50 for one in calibration.samples])[dark]
    assert delta_e00(known, known + calibration.fit.residuals[dark]).max() < 0.7
    assert np.abs(calibration.camera.curve.offset - 0.024).max() < 0.008


def test_the_whites_differ_only_by_adaptation() -> None:
    calibration = calibrated(staged(SMALL, VIEW))
    grey = SMALL.of_role("grey")[3]
    one = next(sample for sample in calibration.samples if sample.patch == grey)
    for white in ("D50", "D65"):
        lab = calibration.lab(one.rgb, one.xy_px, white)
        assert lab[0] == pytest.approx(grey.lab_d50[0], abs=0.5)
        assert np.abs(lab[1:]).max() < 0.5


@pytest.mark.parametrize("mixing", ["3x3", "root-polynomial-2"])
@pytest.mark.parametrize("white", ["D50", "D65"])
def test_the_fast_way_agrees_with_the_plain_one_on_every_pixel(mixing: str, white: str) -> None:
    calibration = calibrated(staged(SMALL, VIEW))
    camera = calibration.camera
    slopes = dataclasses.replace(camera.field, slopes=np.array([[0.1, -0.05], [0.08, -0.04], [0.12, -0.06]]))
    matrix = camera.matrix if mixing == "3x3" else np.hstack([camera.matrix, np.full((3, 3), 0.03)])
    camera = dataclasses.replace(camera, mixing=mixing, field=slopes, matrix=matrix)  # type: ignore[arg-type]  # a wider array than the stubs allow
    calibration = dataclasses.replace(calibration, camera=camera)
    window = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    rows, columns = np.mgrid[:60, :80]
    places = np.stack([columns + 300, rows + 200], axis=-1)
    plain = calibration.lab(window, places, white)  # type: ignore[arg-type]  # a wider array than the stubs allow
    fast = calibration.lab_window(window, 300, 200, white)  # type: ignore[arg-type]  # a wider array than the stubs allow
    seen = plain[..., 0] > 0
    assert fast.dtype == np.float32
    assert delta_e00(fast, plain)[seen].max() < 0.02


def test_the_light_that_falls_off_across_the_photograph_is_evened_out() -> None:
    photo = staged(SMALL, VIEW)
    row = np.linspace(1.0, 0.86, photo.width)[None, :, None] ** (1 / 2.2)
    calibration = calibrated(Photograph(rgb=np.rint(photo.rgb * row).astype(np.uint8), name=photo.name))
    left, right = (
        calibration.lab_window(photo_window(photo, row, 20), 20, 400),
        calibration.lab_window(photo_window(photo, row, 1120), 1120, 400),
    )
    assert abs(float(left[..., 0].mean() - right[..., 0].mean())) < 0.5


def photo_window(photo: Photograph, row: NDArray[np.float64], x: int) -> NDArray[np.uint8]:
    return np.rint(photo.rgb * row).astype(np.uint8)[400:460, x : x + 60]


def test_the_error_grows_away_from_the_card_beyond_the_known_tones_and_with_nominal_colours() -> None:
    photo = staged(SMALL, VIEW)
    card = read(photo)
    calibration = calibrated(photo)
    lab = [50.0, 12.0, 15.0]
    near = calibration.u_lab(lab, card.corners_px.mean(0))
    assert (calibration.u_lab(lab, (0.0, 0.0)) > near).all()
    assert (
        calibration.u_lab([5.0, 1.0, 1.0], with_references=False) > calibration.u_lab(lab, with_references=False)
    ).any()
    assert (calibration.u_lab(lab) > calibration.u_lab(lab, with_references=False)).all()
    nominal = calibrate(photo, dataclasses.replace(card, references=References.nominal(SMALL)))
    assert isinstance(nominal, Calibration)
    assert (nominal.u_lab(lab) > calibration.u_lab(lab)).all()
    assert nominal.u_gain == pytest.approx(calibration.u_gain)


def recoloured(roles: set[str], shift: float) -> Callable[[Light], None]:
    def change(card: Light) -> None:
        for index, patch in enumerate(one for one in SMALL.patches if one.role in roles):
            lightness, a, b = patch.lab_d50
            turn = shift * (1 if index % 2 else -1)
            card[pixels(patch.area)] = light_of((lightness + turn / 3, a + turn, b - turn))

    return change


REFUSED: dict[str, tuple[str, Callable[[], Photograph]]] = {
    "held-out patches of other colours": (
        "held_out_disagree",
        lambda: staged(SMALL, VIEW, change=recoloured({"held_out"}, 14.0)),
    ),
    "a card whose colours have gone": (
        "fit_residual",
        lambda: staged(SMALL, VIEW, change=recoloured({"skin", "colour"}, 16.0)),
    ),
    "channels swapped by a program": (
        "fit_residual",
        lambda: graded(staged(SMALL, VIEW), np.array([[0, 0, 1], [0.5, 0.5, 0], [0.5, 0.5, 0]])),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_calibration_that_would_be_wrong_is_refused(case: str) -> None:
    code, photograph = REFUSED[case]
    photo = photograph()
    refused = calibrate(photo, read(photo))
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_a_grey_photograph_is_not_calibrated() -> None:
    photo = staged(SMALL, VIEW)
    refused = calibrate(dataclasses.replace(photo, has_colour=False), read(photo))
    assert isinstance(refused, Refusal)
    assert refused.code == "no_colour"


def test_a_few_wrong_patches_do_not_spoil_the_others() -> None:
    def stained(card: Light) -> None:
        for name in ("C6", "B3"):
            card[pixels(SMALL.patch(name).area)] = light_of((40, -20, -20))

    calibration = calibrated(staged(SMALL, VIEW, change=stained))
    assert calibration.delta_e("held_out").mean() < 0.6


def test_a_calibration_says_as_json_how_good_it_is() -> None:
    said = calibrated(staged(A6, view(A6, px_per_mm=7.0))).to_json()
    assert (said["model"], said["white"], said["references"]) == ("3x3", "D65", "measured")
    assert 0 < said["held_out_delta_e00"] < 1
    assert len(said["u_lab_by_tone"]["35"]) == 3


def test_a_chart_without_held_out_patches_has_no_figure_for_them() -> None:
    assert not COLORCHECKER.of_role("held_out")
    photo = staged(SMALL, VIEW)
    card = read(photo)
    card = dataclasses.replace(card, samples=tuple(one for one in card.samples if one.patch.role != "held_out"))
    calibration = calibrate(photo, card)
    assert isinstance(calibration, Calibration)
    assert calibration.to_json()["held_out_delta_e00"] is None
