"""A reading that would be wrong is refused, each time with its own reason and with what to do."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from dermograph.photo.card import refusals
from dermograph.photo.card.layout import A6, SMALL, Area
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph
from tests.photo.card.staged import CARD_PX_PER_MM, Light, blank, laid, light_of, pixels, staged, taken, view

BIG = view(SMALL, px_per_mm=11.0)


def code_of(photo: Photograph) -> str:
    card = read_card(photo)
    return card.code if isinstance(card, Refusal) else "read"


def without_card() -> Photograph:
    return taken(blank())


def mirrored() -> Photograph:
    return Photograph(rgb=np.ascontiguousarray(staged(SMALL, BIG).rgb[:, ::-1]), name="synthetic-mirrored.png")


def with_two_cards(serials: tuple[int, int]) -> Photograph:
    light = blank()
    for serial, x in zip(serials, (310.0, 900.0), strict=True):
        laid(light, SMALL, view(SMALL, px_per_mm=7.0, centre=(x, 450.0)), serial=serial)
    return taken(light)


def cut_off() -> Photograph:
    return staged(SMALL, view(SMALL, px_per_mm=11.0, centre=(250.0, 450.0)))


def marker_covered() -> Photograph:
    def finger(card: Light) -> None:
        card[: round(14 * CARD_PX_PER_MM), : round(14 * CARD_PX_PER_MM)] = light_of((60, 14, 18))

    return staged(SMALL, BIG, change=finger)


def greys_swapped() -> Photograph:
    def swapped(card: Light) -> None:
        ramp = SMALL.of_role("grey")
        one, other = pixels(ramp[1].area), pixels(ramp[5].area)
        kept = card[one].copy()
        card[one] = card[other].mean((0, 1))
        card[other] = kept.mean((0, 1))

    return staged(SMALL, BIG, change=swapped)


def overexposed() -> Photograph:
    return staged(A6, view(A6, px_per_mm=7.0), exposure=2.6)


def with_glare() -> Photograph:
    def glare(card: Light) -> None:
        rows, columns = np.mgrid[: card.shape[0], : card.shape[1]] / CARD_PX_PER_MM
        for y, x in ((20, 20), (26, 34), (30, 50), (22, 62)):
            card += (0.5 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 18))[..., None].astype(np.float32)

    return staged(SMALL, BIG, change=glare, exposure=0.55)


def with_finger() -> Photograph:
    def finger(card: Light) -> None:
        for left in (6.0, 18.0, 30.0, 42.0, 54.0):
            card[pixels(Area(left, 15.0, 2.8, 22.0))] = light_of((25, 10, 8))

    return staged(SMALL, BIG, change=finger)


def bent() -> Photograph:
    rgb = staged(A6, view(A6, px_per_mm=7.0)).rgb
    y, x = np.mgrid[: rgb.shape[0], : rgb.shape[1]].astype(np.float32)
    wave = (40 * np.sin(x / 170)).astype(np.float32)
    return Photograph(rgb=np.asarray(cv2.remap(rgb, x, y + wave, cv2.INTER_LINEAR)), name="synthetic-bent.png")


def too_small() -> Photograph:
    return staged(SMALL, view(SMALL, px_per_mm=1.6), blur_px=0.5)


def of_another_program() -> Photograph:
    def other_marker(card: Light) -> None:
        marker = SMALL.markers[3].area
        rows, columns = pixels(marker)
        known = cv2.aruco.getPredefinedDictionary(SMALL.dictionary)
        bits = cv2.aruco.generateImageMarker(known, 3, rows.stop - rows.start) > 0
        card[rows, columns] = np.where(bits[..., None], light_of((95, 0, 0)), light_of((15, 0, 0)))

    return staged(SMALL, BIG, change=other_marker)


CASES: dict[str, tuple[str, Callable[[], Photograph]]] = {
    "no card at all": ("no_card", without_card),
    "a mirrored photograph": ("mirrored", mirrored),
    "two cards": ("two_cards", lambda: with_two_cards((7, 8))),
    "the same card twice": ("two_cards", lambda: with_two_cards((7, 7))),
    "a card cut off by the frame": ("card_cut_off", cut_off),
    "a finger on a corner mark": ("card_cut_off", marker_covered),
    "a marker that does not belong": ("card_unknown", of_another_program),
    "a bent card": ("card_bent", bent),
    "greys out of order": ("wrong_order", greys_swapped),
    "an overexposed card": ("card_clipped", overexposed),
    "glare on many patches": ("card_glare", with_glare),
    "fingers over many patches": ("card_covered", with_finger),
    "a card too small to sample": ("card_too_small", too_small),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_reading_is_refused_for_its_own_reason(case: str) -> None:
    code, photograph = CASES[case]
    assert code_of(photograph()) == code


def test_every_refusal_says_what_is_wrong_and_what_to_do_in_both_languages() -> None:
    every = [value for value in vars(refusals).values() if isinstance(value, Refusal)]
    assert len({one.code for one in every}) == len(every) >= 14
    for one in every:
        assert all((one.says.en, one.says.es, one.todo.en, one.todo.es))


def test_a_single_patch_with_glare_is_left_out_and_said() -> None:
    def spot(card: Light) -> None:
        rows, columns = pixels(SMALL.patch("B3").area)
        card[rows.start : rows.start + 22, columns.start : columns.start + 22] += 0.3

    card = read_card(staged(SMALL, BIG, change=spot, exposure=0.6))
    assert isinstance(card, CardReading)
    assert "B3" not in [one.patch.id for one in card.samples]
    assert [finding.check for finding in card.findings] == ["card_glare"]
    assert "B3" in card.findings[0].says.en


def test_a_single_covered_patch_is_left_out_and_said() -> None:
    def hair(card: Light) -> None:
        rows, columns = pixels(SMALL.patch("C4").area)
        card[rows, columns.start + 10 : columns.start + 20] = 0.01

    card = read_card(staged(SMALL, BIG, change=hair))
    assert isinstance(card, CardReading)
    assert "C4" not in [one.patch.id for one in card.samples]
    assert [finding.check for finding in card.findings] == ["card_covered"]


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (40, 40)])
def test_a_tiny_photograph_has_no_card(size: tuple[int, int]) -> None:
    assert code_of(Photograph(rgb=np.full((*size, 3), 128, np.uint8), name="synthetic-tiny.png")) == "no_card"


def test_noise_has_no_card() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (700, 900, 3), dtype=np.uint8)
    assert code_of(Photograph(rgb=rgb, name="synthetic-noise.png")) == "no_card"
