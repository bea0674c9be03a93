"""The pieces that measures are made of."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from dermograph.core.quantity import Quantity
from dermograph.photo.card.calibration import Calibration
from dermograph.photo.finding import Refusal
from dermograph.photo.measure.cells import Blocks, core
from dermograph.photo.measure.compression import rounding_errors
from dermograph.photo.measure.indices import distance, erythema_index, melanin_index
from dermograph.photo.measure.nulls import nulls
from dermograph.photo.measure.values import Outcome
from dermograph.photo.measure.verdicts import is_visible, outcome
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.refine import Refined, refine
from dermograph.photo.outline.ring import Reach, ring
from tests.photo.measure.plain import PX_PER_MM, SIZE, Perfect, disc, shot, skin


def change(value: float, u: float = 0.5) -> Quantity:
    return Quantity(value, u, "delta_e00")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (5.0, 3.0, Outcome.IMPROVED),
        (3.0, 5.0, Outcome.WORSENED),
        (-5.0, -3.0, Outcome.IMPROVED),
        (5.0, 4.1, Outcome.NO_DETECTABLE_CHANGE),
        (5.0, -0.1, Outcome.IMPROVED),
        (0.1, -5.0, Outcome.WORSENED),
        (5.0, -4.8, Outcome.CHANGED),
        (-4.0, 4.0, Outcome.CHANGED),
    ],
)
def test_nearer_to_zero_is_improved_and_the_other_side_has_changed(
    before: float, after: float, expected: Outcome
) -> None:
    assert outcome(change(before), change(after), change(after - before)) is expected


def test_a_change_at_its_limit_is_not_yet_detectable() -> None:
    limit = change(1.0).detectable
    assert outcome(change(5), change(5 - limit), change(-limit)) is Outcome.NO_DETECTABLE_CHANGE
    assert outcome(change(5), change(4 - limit), change(-limit - 1e-9)) is Outcome.IMPROVED


@pytest.mark.parametrize(
    ("value", "u", "ita", "expected"),
    [
        (-2.0, 0.2, 50, True),
        (-0.1, 0.1, 50, False),
        (-0.6, 0.2, 50, None),
        (-2.0, 0.1, -40, True),
        (-1.0, 0.1, -40, False),
    ],
)
def test_a_change_is_visible_beyond_its_error_or_not_or_open(
    value: float, u: float, ita: float, *, expected: bool | None
) -> None:
    assert is_visible(change(value, u), ita) is expected


def test_more_melanin_and_more_blood_raise_their_index() -> None:
    lab = np.array([60.0, 11, 16])
    assert melanin_index(np.add(lab, (-8, 1, 2))) > melanin_index(lab) + 5
    assert erythema_index(np.add(lab, (-2, 5, 0))) > erythema_index(lab) + 5
    assert melanin_index(np.array([100.0, 0, 0])) == pytest.approx(0, abs=0.1)
    assert erythema_index(np.array([50.0, 0, 0])) == pytest.approx(0, abs=0.1)


def test_the_distance_of_nothing_is_zero() -> None:
    assert float(distance(np.array([60.0, 10, 15]), np.zeros(3))) == 0


def test_blocks_give_the_lesion_against_the_plane_through_its_ring() -> None:
    y, x = np.mgrid[:80, :90]
    lesion = disc_mask(12)
    ring_mask = disc_mask(28) & ~disc_mask(18)
    values = np.stack([0.3 * x - 0.2 * y, x * 0 + 7.0], axis=-1).astype(np.float32)
    values[lesion] += (3, -1)
    mean, beside = Blocks.of(values, lesion, ring_mask, 10).whole()
    assert mean - beside == pytest.approx([3, -1], abs=1e-3)


def disc_mask(radius: float) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    y, x = np.mgrid[:80, :90]
    return np.asarray(np.hypot(x - 45, y - 40) <= radius)


def test_the_bootstrap_of_noise_is_as_wide_as_the_error_of_a_mean() -> None:
    rng = np.random.default_rng(4)
    values = rng.standard_normal((80, 90, 1)).astype(np.float32)
    lesion, around = disc_mask(14), disc_mask(34) & ~disc_mask(18)
    drawn, beside = Blocks.of(values, lesion, around, 6).resampled(rng, 2000)
    expected = np.sqrt(1 / lesion.sum() + 1 / around.sum())
    assert float((drawn - beside).std()) == pytest.approx(expected, rel=0.35)


def test_the_core_leaves_out_the_border_but_keeps_a_narrow_band() -> None:
    band = np.zeros((40, 80), dtype=bool)
    band[18:23, 5:75] = True
    assert core(disc_mask(20), 5.0).sum() == pytest.approx(np.pi * 17.5**2, rel=0.05)
    assert core(band, 5.0).sum() > 0.4 * band.sum()
    assert (
        core(disc_mask(20), 5.0, moved=-2).sum()
        < core(disc_mask(20), 5.0).sum()
        < core(disc_mask(20), 5.0, moved=2).sum()
    )


def test_the_contrast_of_nothing_is_the_error_of_healthy_skin() -> None:
    rng = np.random.default_rng(5)
    lab = np.repeat(np.array([[60.0, 10, 15]], np.float32), 200 * 260, axis=0).reshape(200, 260, 3)
    lab += rng.normal(0, 0.5, lab.shape).astype(np.float32)
    lesion = np.zeros(lab.shape[:2], dtype=bool)
    lesion[90:110, 120:140] = True
    found = nulls(lab, np.ones_like(lesion), lesion, Reach(4, 10), np.eye(3) * 1e-6)
    assert found.places >= 20
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(0.5 / np.sqrt(lesion.sum()), rel=0.5)


def test_where_there_is_no_healthy_skin_the_prior_stands() -> None:
    lab = np.zeros((40, 40, 3), np.float32)
    lesion = np.zeros((40, 40), dtype=bool)
    lesion[15:25, 15:25] = True
    found = nulls(lab, np.ones_like(lesion), lesion, Reach(4, 20), np.eye(3) * 0.04)
    assert found.places == 0
    assert np.allclose(found.covariance, np.eye(3) * 0.04)


def test_colour_of_one_value_may_be_rounded_as_a_whole_and_uneven_colour_is_not() -> None:
    rng = np.random.default_rng(6)
    area = np.ones((60, 60), dtype=bool)
    even = np.full((60, 60, 3), 150, np.float32)
    uneven = even + rng.normal(0, 2, even.shape).astype(np.float32)
    found = [
        np.linalg.norm(rounding_errors(one, area, 0.5, cast("Calibration", Perfect()), np.zeros(2)))
        for one in (even, uneven)
    ]
    assert found[0] > 0.2
    assert found[1] < 0.5 * found[0]


def lab_of(contrast: float) -> np.ndarray[tuple[int, int, int], np.dtype[np.float32]]:
    lab = np.full((80, 90, 3), 20, np.float32)
    lab += np.random.default_rng(7).normal(0, 0.3, lab.shape).astype(np.float32)
    lab[disc_mask(12)] += contrast
    return lab


def test_a_ring_begins_after_its_gap_and_is_refused_on_one_side_only() -> None:
    lesion = disc_mask(12)
    reach = Reach.of(float(lesion.sum()), 2.0)
    found = ring(lesion, np.ones_like(lesion), lab_of(5), reach, 2.0)
    assert not isinstance(found, Refusal)
    assert reach.gap == 4
    assert not (found.mask & disc_mask(15.5)).any()
    assert found.share > 0.9
    half = np.ones_like(lesion)
    half[:, 50:] = False
    half[48:] = False
    assert isinstance(ring(lesion, half, lab_of(5), reach, 2.0), Refusal)


def test_a_rough_outline_is_drawn_to_the_visible_border() -> None:
    photo = shot(skin(disc(8), (-3.0, 5.0, 0.0))).photo
    rough = disc(9, centre=(304.0, 237.0))
    found = refine(photo, rough, mm_per_px=1 / PX_PER_MM)
    assert isinstance(found, Refined)
    assert found.drawn is rough
    assert found.confidence > 0.9
    true, refined = disc(8).mask(0, 0, *SIZE), found.outline.mask(0, 0, *SIZE)
    assert (true & refined).sum() / (true | refined).sum() > 0.96


def test_refining_works_without_a_scale_and_is_refused_without_a_border() -> None:
    distinct, none = (shot(skin(disc(8), contrast)).photo for contrast in ((-3.0, 5.0, 0.0), (0.0, 0.0, 0.0)))
    assert isinstance(refine(distinct, disc(8)), Refined)
    refusal = refine(none, disc(8), mm_per_px=1 / PX_PER_MM)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "border_not_distinct"


def test_a_refined_outline_keeps_its_landmarks() -> None:
    clicked = np.array([[1.0, 2], [3, 4]])
    rough = Outline(disc(8).lesion, clicked, clicked + 1)
    found = refine(shot(skin(disc(8), (-3.0, 5.0, 0.0))).photo, rough)
    assert isinstance(found, Refined)
    assert found.outline.before is clicked
