"""What is measured on plain skin, where everything is known, and what is refused."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.finding import Refusal
from dermograph.photo.foreign.foreign import KINDS, Foreign
from dermograph.photo.measure import Measure, Outcome, Shot, measure_one, measure_pair, skin_tone
from dermograph.photo.measure.kinds import COLOURS, SIZES
from dermograph.photo.measure.kinds import KINDS as ALL
from dermograph.photo.outline.check import LEAST_AREA_PX
from dermograph.photo.outline.outline import Outline, signed_area
from tests.photo.measure.plain import PX_PER_MM, SIZE, SKIN, bar, disc, same_place, shot, skin

RED = (-2.0, 5.0, 1.0)
RANDOM_SKIN = skin(disc(6), RED)


def named(measures: tuple[Measure, ...], name: str) -> Measure:
    return next(one for one in measures if one.kind.name == name)


def pair(before: tuple[float, float, float], after: tuple[float, float, float]) -> tuple[Measure, ...]:
    lesion = disc(7)
    first, second = skin(lesion, before, seed=1), skin(lesion, after, seed=2, slope=(0.1, -0.05))
    return measure_pair(shot(first), shot(second), lesion, same_place())


@pytest.fixture(scope="module")
def fading() -> tuple[Measure, ...]:
    return pair(RED, (-1.0, 2.5, 0.5))


@pytest.fixture(scope="module")
def unchanged() -> tuple[Measure, ...]:
    return pair(RED, RED)


def test_every_measure_is_there_with_words_in_both_languages(fading: tuple[Measure, ...]) -> None:
    assert tuple(one.kind for one in fading) == ALL
    assert fading[0].kind.name == "contrast"
    assert all(one.kind.label.en and one.kind.label.es for one in fading)
    assert all(bool(one.kind.caveat.en) == bool(one.kind.caveat.es) for one in fading)


def test_the_contrast_and_its_parts_are_those_of_the_skin(fading: tuple[Measure, ...]) -> None:
    for name, first, second in (("contrast_l", -2, -1), ("contrast_a", 5, 2.5), ("contrast_b", 1, 0.5)):
        one = named(fading, name)
        assert one.before is not None
        assert one.after is not None
        assert one.change is not None
        assert one.before.value == pytest.approx(first, abs=0.35)
        assert one.change.value.value == pytest.approx(second - first, abs=0.2)
        assert one.after.value - one.before.value == pytest.approx(one.change.value.value)
    contrast = named(fading, "contrast")
    true = float(delta_e00(np.add(SKIN, (-1, 2.5, 0.5)), SKIN) - delta_e00(np.add(SKIN, RED), SKIN))
    assert contrast.change is not None
    assert contrast.change.value.value == pytest.approx(true, abs=0.2)


def test_a_fading_lesion_has_improved_and_an_unchanged_one_has_not(
    fading: tuple[Measure, ...], unchanged: tuple[Measure, ...]
) -> None:
    assert named(fading, "contrast").outcome is Outcome.IMPROVED
    assert {one.outcome for one in unchanged if one.change} == {Outcome.NO_DETECTABLE_CHANGE}


def test_a_change_has_the_error_of_its_sources(fading: tuple[Measure, ...]) -> None:
    one = named(fading, "contrast_a")
    assert one.change is not None
    assert set(one.components) == {"spatial", "between_shot", "registration", "outline", "colour"}
    whole = float(np.sqrt(sum(value**2 for value in one.components.values())))
    assert one.change.value.u == pytest.approx(whole, rel=0.15)
    assert one.change.mdc95 == pytest.approx(1.96 * one.change.value.u, rel=1e-3)


def test_a_lesion_that_has_gone_has_no_contrast_left() -> None:
    one = named(pair(RED, (0.0, 0.0, 0.0)), "contrast")
    assert one.after is not None
    assert abs(one.after.value) <= 1.96 * one.after.u
    assert one.outcome is Outcome.IMPROVED


def test_a_lesion_that_turns_from_dark_to_light_has_changed() -> None:
    assert named(pair((-4.0, 0.0, 0.0), (4.0, 0.0, 0.0)), "contrast_l").outcome is Outcome.CHANGED


def test_uneven_light_alone_is_no_contrast() -> None:
    lesion = disc(7)
    rgb = skin(lesion, (0.0, 0.0, 0.0), slope=(0.3, 0.2), mottled=0.2)
    one = named(measure_one(shot(rgb), lesion), "contrast_l")
    assert one.before is not None
    assert abs(one.before.value) < 0.2


def test_the_tone_of_the_skin_is_measured_beside_the_lesion() -> None:
    lesion = disc(7)
    found = skin_tone(shot(skin(lesion, RED)), lesion)
    assert found == pytest.approx(float(np.degrees(np.arctan2(SKIN[0] - 50, SKIN[2]))), abs=1)
    assert skin_tone(shot(skin(lesion, RED), calibrated=False), lesion) is None


@pytest.mark.parametrize("radius_mm", [4.0, 7.0, 11.0])
@pytest.mark.parametrize("drawn_mm", [-0.6, 0.0, 0.8])
def test_the_area_is_that_within_the_visible_border_however_it_was_drawn(radius_mm: float, drawn_mm: float) -> None:
    rgb = skin(disc(radius_mm), RED)
    one = named(measure_one(shot(rgb), disc(radius_mm + drawn_mm)), "area")
    assert one.before is not None
    true = np.pi * radius_mm**2 / 100
    assert one.before.value == pytest.approx(true, rel=0.03)
    assert abs(one.before.value - true) < 2 * one.before.u


def test_a_band_has_a_length_and_a_width() -> None:
    found = measure_one(shot(skin(bar(36, 3), (4.0, 0.0, -2.0))), bar(35, 3.5))
    length, width = named(found, "length").before, named(found, "width").before
    assert length is not None
    assert width is not None
    assert length.value == pytest.approx(36, abs=1.5)
    assert width.value == pytest.approx(3, abs=0.3)


def test_a_disc_has_no_length() -> None:
    one = named(measure_one(shot(skin(disc(7), RED)), disc(7)), "length")
    assert one.refusal is not None
    assert one.refusal.code == "not_elongated"


def test_a_lesion_that_shrinks_under_one_outline_has_improved() -> None:
    first, second = skin(disc(8), RED, seed=1), skin(disc(6.5), RED, seed=2)
    one = named(measure_pair(shot(first), shot(second), disc(8), same_place()), "area")
    assert one.change is not None
    assert one.change.value.value == pytest.approx(np.pi * (6.5**2 - 8**2) / 100, rel=0.08)
    assert one.outcome is Outcome.IMPROVED


def test_the_size_of_a_lesion_without_a_distinct_border_is_refused_not_copied() -> None:
    first, second = skin(disc(8), RED, seed=1), skin(disc(8), (0.0, 0.2, 0.0), seed=2)
    one = named(measure_pair(shot(first), shot(second), disc(8), same_place()), "area")
    assert one.before is not None
    assert one.after is None
    assert one.change is None
    assert one.refusal is not None
    assert one.refusal.code == "border_not_distinct"


def test_a_speck_is_too_small_for_an_area() -> None:
    one = named(measure_one(shot(skin(disc(1.2), (-8.0, 4.0, 4.0))), disc(1.2)), "area")
    assert one.before is None
    assert one.refusal is not None


def codes(measures: tuple[Measure, ...]) -> dict[str, str]:
    return {one.kind.name: one.refusal.code for one in measures if one.refusal}


def test_without_calibration_there_are_no_colours_but_sizes() -> None:
    lesion = disc(7)
    found = measure_one(shot(skin(lesion, RED), calibrated=False), lesion)
    assert {codes(found)[kind.name] for kind in COLOURS} == {"no_colour"}
    assert named(found, "area").before is not None


def test_without_scale_there_are_no_sizes_but_colours() -> None:
    lesion = disc(7)
    found = measure_one(shot(skin(lesion, RED), scaled=False), lesion)
    assert {codes(found)[kind.name] for kind in SIZES} == {"no_scale"}
    one = named(found, "contrast_a").before
    assert one is not None
    assert one.value == pytest.approx(5, abs=0.5)


def test_a_follow_up_without_calibration_leaves_the_baseline_its_colours() -> None:
    lesion = disc(7)
    found = measure_pair(shot(skin(lesion, RED)), shot(skin(lesion, RED), calibrated=False), lesion, same_place())
    one = named(found, "contrast")
    assert one.before is not None
    assert one.change is None
    assert one.outcome is Outcome.NOT_COMPARABLE
    assert codes(found)["contrast"] == "no_colour"


def test_a_grey_photograph_has_no_colours() -> None:
    lesion = disc(7)
    found = measure_one(shot(skin(lesion, RED), colour=False), lesion)
    assert codes(found)["contrast"] == "grey_photograph"


def test_what_may_not_be_compared_keeps_the_baseline_and_the_reason() -> None:
    lesion = disc(7)
    first = shot(skin(lesion, RED))
    reason = Refusal("different_skin", ALL[0].label)
    for found in (
        measure_pair(first, first, lesion, dataclasses.replace(same_place(), refusal=reason)),
        measure_pair(first, first, lesion, same_place(), refusal=reason),
    ):
        assert all(one.change is None for one in found)
        assert named(found, "contrast").before is not None
        assert codes(found)["contrast"] == "different_skin"
        assert named(found, "contrast").to_json()["change"]["verdict"] == "not_comparable"


def covered(kind: str, mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Foreign:
    empty = np.zeros(SIZE[::-1], dtype=bool)
    return Foreign({name: mask if name == kind else empty for name in KINDS}, 1.0)


def test_glare_over_the_lesion_is_refused() -> None:
    lesion = disc(7)
    mask = disc(6).mask(0, 0, *SIZE)
    found = measure_one(dataclasses.replace(shot(skin(lesion, RED)), foreign=covered("glare", mask)), lesion)
    assert codes(found)["contrast"] == "lesion_hidden"


def test_too_little_skin_is_refused() -> None:
    lesion = disc(7)
    mask = ~disc(9).mask(0, 0, *SIZE)
    found = measure_one(dataclasses.replace(shot(skin(lesion, RED)), foreign=covered("outside", mask)), lesion)
    assert set(codes(found).values()) == {"too_little_skin"}


def with_a_second_lesion(rgb: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]) -> Shot:
    painted = rgb.copy()
    cv2.circle(painted, (300 + round(11 * PX_PER_MM), 240), round(2.5 * PX_PER_MM), (120, 60, 60), -1)
    return shot(painted)


def test_another_lesion_in_the_ring_is_left_out() -> None:
    lesion = disc(7)
    rgb = skin(lesion, RED)
    alone, together = (named(measure_one(one, lesion), "contrast_l") for one in (shot(rgb), with_a_second_lesion(rgb)))
    assert alone.before is not None
    assert together.before is not None
    assert together.before.value == pytest.approx(alone.before.value, abs=0.15)


def test_a_smooth_lesion_has_less_texture_than_rough_skin() -> None:
    lesion = disc(8)
    rng = np.random.default_rng(3)
    rough = cv2.GaussianBlur(rng.standard_normal(SIZE[::-1]).astype(np.float32), (0, 0), 2.0)
    rough *= 6 / rough.std() * np.where(disc(8).mask(0, 0, *SIZE), 0.5, 1.0)
    rgb = np.clip(skin(lesion, RED).astype(np.float32) + rough[..., None], 0, 255).astype(np.uint8)
    one = named(measure_one(shot(rgb), lesion), "texture").before
    assert one is not None
    assert one.value == pytest.approx(-45, abs=12)


@settings(max_examples=25)
@given(
    st.floats(0.15, 40),
    st.floats(-40, 640),
    st.floats(-40, 520),
    st.tuples(st.booleans(), st.booleans()),
    st.sampled_from([1, 3]),
)
def test_any_outline_within_the_photograph_is_measured_or_refused(
    radius_mm: float,
    x: float,
    y: float,
    known: tuple[bool, bool],
    parts: int,
) -> None:
    limits = np.array(SIZE) - 1.0
    places = [(x + 30 * number, y) for number in range(parts)]
    shapes = [np.clip(disc(radius_mm, place).lesion[0], 0, limits) for place in places]
    outline = Outline(tuple(shape for shape in shapes if abs(signed_area(shape)) >= LEAST_AREA_PX))
    if not outline.lesion:
        return
    one = shot(RANDOM_SKIN, scaled=known[0], calibrated=known[1])
    for found in (measure_one(one, outline), measure_pair(one, one, outline, same_place())):
        assert tuple(each.kind for each in found) == ALL
        assert all((each.before is None) <= (each.refusal is not None) for each in found)


def test_the_same_photographs_give_the_same_figures(unchanged: tuple[Measure, ...]) -> None:
    assert [one.to_json() for one in pair(RED, RED)] == [one.to_json() for one in unchanged]
