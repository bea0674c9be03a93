"""What is not bare skin is found on every tone, and what is skin is left alone."""

from __future__ import annotations

import dataclasses
import time

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.core.quantity import Quantity
from dermograph.photo.foreign import KINDS, Foreign, foreign
from dermograph.photo.image import Photograph
from tests.photo.foreign.skins import HEIGHT, TONES, WIDTH, lesion, photo, skin, softened

Mask = NDArray[np.bool_]
ENDS = ("very light", "tan", "dark")  # where a check costs time, the ends and the middle stand for all tones


@dataclasses.dataclass(frozen=True)
class Laid:
    """A card at a known place."""

    corners_px: NDArray[np.float64]
    scale: Quantity | None = None


def _drawn(shape: tuple[int, int] = (HEIGHT, WIDTH)) -> NDArray[np.uint8]:
    return np.zeros(shape, np.uint8)


def _covered(found: Mask, wanted: NDArray[np.uint8]) -> float:
    return float(found[wanted > 0].mean())


@pytest.mark.parametrize("tone", TONES)
def test_bare_skin_of_any_tone_is_usable(tone: str) -> None:
    assert foreign(photo(skin(tone)), None).any.mean() < 0.005


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize(
    ("what", "delta"),
    [
        ("a white scar", (9.0, -5.0, -4.0)),
        ("a brown mole", (-14.0, 3.0, 4.0)),
        ("a red burn", (-6.0, 14.0, 3.0)),
        ("a patch without pigment", (10.0, -5.0, -8.0)),
    ],
)
def test_a_lesion_of_any_colour_is_skin(tone: str, what: str, delta: tuple[float, float, float]) -> None:
    drawn = skin(tone)
    inside = lesion(drawn, delta, tone)
    assert foreign(photo(drawn), None).any[inside].mean() < 0.02, what


@pytest.mark.parametrize("tone", TONES)
def test_a_long_pale_scar_is_no_ruler(tone: str) -> None:
    drawn = skin(tone)
    scar = _drawn()
    cv2.line(scar, (300, 350), (650, 400), 255, 46)
    ratio = 1 + np.array([0.16, 0.24, 0.30]) * cv2.GaussianBlur(scar.astype(np.float32) / 255, (0, 0), 3)[..., None]
    found = foreign(photo((drawn * ratio).clip(0, 244).astype(np.uint8)), None)
    assert found.any[scar > 0].mean() < 0.02


@pytest.mark.parametrize("tone", ENDS)
@pytest.mark.parametrize("ink", [(25, 22, 28), (45, 25, 60), (25, 35, 90)])
def test_a_ring_of_pen_is_found_and_the_mole_in_it_is_not(tone: str, ink: tuple[int, int, int]) -> None:
    if tone == "dark" and ink != (25, 22, 28):
        pytest.skip("violet and blue ink hardly shows on dark skin")
    drawn = skin(tone)
    inside = lesion(drawn, (-12.0, 3.0, 4.0), tone)
    ring = _drawn()
    cv2.ellipse(ring, (480, 370), (210, 180), 0, 0, 360, 255, 11)
    drawn[ring > 0] = ink
    found = foreign(photo(softened(drawn)), None)
    assert _covered(found.kinds["pen"], ring) > 0.9
    assert found.any[inside].mean() < 0.02
    assert found.kinds["pen"].mean() < 2.5 * (ring > 0).mean()


@pytest.mark.parametrize("tone", TONES)
def test_a_ruler_is_found_with_its_ticks(tone: str) -> None:
    drawn = skin(tone)
    ruler = _drawn()
    cv2.rectangle(ruler, (0, 620), (WIDTH, HEIGHT), 255, cv2.FILLED)
    drawn[ruler > 0] = (226, 228, 224)
    for x in range(10, WIDTH, 25):
        cv2.line(drawn, (x, 620), (x, 650 if x % 125 else 680), (25, 25, 25), 3)
    found = foreign(photo(softened(drawn)), None)
    assert _covered(found.any, ruler) > 0.97
    assert found.any[:600].mean() < 0.02


@pytest.mark.parametrize("tone", TONES)
def test_glare_is_found(tone: str) -> None:
    drawn = skin(tone).astype(np.float32)
    shine = _drawn()
    cv2.ellipse(shine, (300, 300), (40, 25), 30, 0, 360, 255, cv2.FILLED)
    weight = cv2.GaussianBlur(shine.astype(np.float32) / 255, (0, 0), 5)[..., None]
    drawn = (drawn + weight * 260).clip(0, 255)
    found = foreign(photo(drawn.astype(np.uint8)), None)
    core = cv2.erode(shine, np.ones((15, 15), np.uint8))
    assert _covered(found.kinds["glare"], np.asarray(core, np.uint8)) > 0.95
    assert found.kinds["glare"].mean() < 3 * (shine > 0).mean()


@pytest.mark.parametrize("tone", ["very light", "tan", "brown"])
def test_dark_hair_is_found(tone: str) -> None:
    drawn = skin(tone)
    hairs = _drawn()
    rng = np.random.default_rng(4)
    for _ in range(14):
        start = rng.uniform((100, 100), (WIDTH - 100, HEIGHT - 100))
        angle, bend = rng.uniform(0, 2 * np.pi), rng.uniform(-0.002, 0.002)
        steps = np.arange(120)
        way = np.stack([np.cos(angle + bend * steps), np.sin(angle + bend * steps)], axis=1).cumsum(axis=0) + start
        cv2.polylines(hairs, [np.rint(way).astype(np.int32)], isClosed=False, color=255, thickness=2)
    drawn[hairs > 0] = (40, 30, 25)
    found = foreign(photo(softened(drawn)), None)
    assert _covered(found.any, hairs) > 0.85
    assert found.any.mean() < 4 * (hairs > 0).mean()


@pytest.mark.parametrize("tone", TONES)
def test_stretch_marks_are_no_hair(tone: str) -> None:
    drawn = skin(tone)
    marks = _drawn()
    for x in (300, 420, 560):
        cv2.ellipse(marks, (x, 370), (180, 300), 8, 150, 210, 255, 9)
    pale = drawn * (1 + 0.10 * cv2.GaussianBlur(marks.astype(np.float32) / 255, (0, 0), 2)[..., None])
    found = foreign(photo(pale.clip(0, 255).astype(np.uint8)), None)
    assert found.any[marks > 0].mean() < 0.02


@pytest.mark.parametrize("tone", ENDS)
@pytest.mark.parametrize("ground", [(20, 60, 150), (40, 110, 60), (120, 122, 124), (5, 5, 6)])
def test_a_background_at_the_edge_is_outside(tone: str, ground: tuple[int, int, int]) -> None:
    drawn = skin(tone)
    drawn[:, 700:] = ground
    found = foreign(photo(softened(drawn)), None)
    assert found.any[:, 720:].mean() > 0.95
    assert found.any[:, :680].mean() < 0.02


def test_the_card_is_left_out_with_a_margin() -> None:
    corners = np.array([[300.0, 200], [600, 200], [600, 400], [300, 400]])
    found = foreign(photo(skin("light")), Laid(corners))
    assert found.kinds["card"][200:401, 300:601].all()
    assert found.kinds["card"][195, 450]
    assert not found.kinds["card"][170, 450]


def test_every_kind_is_answered_even_on_a_plain_grey_picture() -> None:
    found = foreign(photo(np.full((80, 90, 3), 128, np.uint8)), None)
    assert set(found.kinds) == set(KINDS)
    assert all(mask.shape == (80, 90) and mask.dtype == np.bool_ for mask in found.kinds.values())


@pytest.mark.parametrize("value", [0, 255])
def test_a_black_or_a_white_picture_gives_no_error(value: int) -> None:
    assert foreign(photo(np.full((100, 64, 3), value, np.uint8)), None).any.shape == (100, 64)


def _half(scale: float) -> Foreign:
    """A picture of 40 x 30 whose right half is foreign."""
    mask = np.zeros((round(30 * scale), round(40 * scale)), np.bool_)
    mask[:, mask.shape[1] // 2 :] = True
    return Foreign({"pen": mask, "hair": np.zeros_like(mask)}, scale)


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.25])
def test_the_usable_mask_keeps_its_place_at_any_size(scale: float) -> None:
    usable = _half(scale).usable(80, 60)
    assert usable[:, :40].all()
    assert not usable[:, 40:].any()


@pytest.mark.parametrize(("x0", "share"), [(0, 1.0), (10, 0.5), (20, 0.0)])
@pytest.mark.parametrize("scale", [1.0, 2.0, 0.5])
def test_a_window_shows_the_mask_where_it_lies(x0: int, share: float, scale: float) -> None:
    side = round(20 * scale)
    assert _half(0.5).window(x0, 0, side, side, scale).mean() == pytest.approx(share)


def test_beyond_the_photograph_nothing_is_usable() -> None:
    window = _half(1.0).window(-10, -10, 20, 20)
    assert not window[:10].any()
    assert window[10:, 10:].all()


@pytest.mark.slow
def test_a_photograph_of_12_megapixels_is_searched_quickly() -> None:
    large = Photograph(np.kron(skin("tan"), np.ones((4, 4, 1), np.uint8)), "large")
    foreign(large, None)
    times = []
    for _ in range(3):
        started = time.process_time()
        foreign(large, None)
        times.append(time.process_time() - started)
    assert min(times) < 0.6  # 0.12 s of processor time on an idle machine
