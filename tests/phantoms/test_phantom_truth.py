"""Synthetic photographs: what they say about colour and size is what a perfect measurement finds in them."""

from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import rgb_to_lab
from dermograph.photo.colour.tone import ita_deg
from dermograph.photo.phantom.camera import lit
from dermograph.photo.phantom.card import patch_lab_d65
from dermograph.photo.phantom.conditions import TIERS, Conditions, Tier, draw
from dermograph.photo.phantom.lesions import KINDS, Kind, polygon_area, presence
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import developed, shoot
from dermograph.photo.phantom.skin import TONES
from dermograph.photo.phantom.truth import RING_MM, Truth

PERFECT = Conditions(
    slope=np.zeros((3, 2)),
    bend=np.zeros(3),
    matrix=np.eye(3),
    flare=np.zeros(3),
    gamma=2.2,
    s_curve=0.0,
    blur_px=0.3,
    motion_px=0.0,
    motion_rad=0.0,
    shot_noise=2e-5,  # enough to average the rounding to 8 bits out
    read_noise=2e-3,
    quality=100,
    light_rad=0.0,
    raking=0.0,
    gloss=0.0,
)


small = cache(partial(scene, 3, width=1000, height=750, px_per_mm=8))


def perfect_lab(truth: Truth) -> NDArray[np.float64]:
    """The same view through a perfect camera."""
    rgb = developed(np.random.default_rng(0), replace(truth, conditions=PERFECT))
    return rgb_to_lab(rgb / 255)


@pytest.mark.parametrize("phototype", [2, 6])
@pytest.mark.parametrize("kind", ["scar", "hyperpigmentation"])
def test_a_perfect_camera_sees_the_true_colours(phototype: int, kind: Kind) -> None:
    truth = shoot(small(phototype=phototype, lesion=kind), seed=1).truth
    inside = truth.lesion.mask(0, 0, 1000, 750)
    seen = perfect_lab(truth)[inside].mean(axis=0)
    assert float(delta_e00(seen, truth.lab_lesion)) < 0.25


def test_a_perfect_camera_sees_the_true_colour_of_every_place() -> None:
    truth = shoot(small(card=None), seed=1).truth
    seen, true = perfect_lab(truth), truth.lab_window(0, 0, 1000, 750)
    blocks = [lab[:744, :1000].reshape(93, 8, 125, 8, 3).mean(axis=(1, 3)) for lab in (seen, true)]
    assert float(delta_e00(*blocks).mean()) < 0.35
    # Rounding in the JPEG file turns all colours by about 0.2.
    assert float(np.linalg.norm((seen - true).mean(axis=(0, 1)))) < 0.3


def test_a_perfect_camera_sees_the_printed_patches() -> None:
    truth = shoot(small(), seed=1, print_seed=4).truth
    assert truth.card is not None
    lab = perfect_lab(truth)
    for patch in truth.card.layout.patches:
        x, y = np.rint(truth.card_xy(patch.area.centre_mm)).astype(int)
        seen = lab[y - 10 : y + 11, x - 10 : x + 11].mean(axis=(0, 1))
        assert float(delta_e00(seen, patch_lab_d65(truth.card.patches_lab_d50[patch.id]))) < 0.8, patch.id


def test_a_print_misses_its_nominal_colours_a_little() -> None:
    truth = shoot(small(), seed=1, print_seed=4).truth
    assert truth.card is not None
    off = [float(delta_e00(truth.card.patches_lab_d50[patch.id], patch.lab_d50)) for patch in truth.card.layout.patches]
    assert 0.3 < float(np.mean(off)) < 4
    perfect = shoot(small(), seed=1).truth.card
    assert perfect is not None
    assert all(perfect.patches_lab_d50[patch.id] == patch.lab_d50 for patch in perfect.layout.patches)


def test_the_true_ring_is_free_of_the_lesion() -> None:
    truth = shoot(small(contrast=(-20, 0, 0)), seed=1).truth
    faded = shoot(small(contrast=(-20, 0, 0)), seed=1, faded=1).truth
    assert RING_MM[0] > 1
    assert float(delta_e00(truth.lab_skin, faded.lab_skin)) < 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_half_of_the_contrast_is_reached_at_the_outline(kind: Kind) -> None:
    drawn = small(lesion=kind).lesion
    x0, y0, x1, y1 = drawn.box
    box = x0 - 20, y0 - 20, x1 + 20, y1 + 20
    share = presence(drawn, box, 8)
    area = sum(polygon_area(part) for part in drawn.parts)
    assert float((share > 0.5).sum()) == pytest.approx(area, rel=0.05 if kind == "acne" else 0.015)
    assert float(share.sum()) == pytest.approx(area, rel=0.01)


def test_the_area_is_that_of_the_outline_by_the_scale_of_the_card() -> None:
    truth = shoot(small(), seed=2, conditions="moderate").truth
    x, y = np.meshgrid(np.arange(1000), np.arange(750))
    scale_mm = truth.mm_per_px_at(np.stack([x, y], axis=-1))
    inside = truth.lesion.mask(0, 0, 1000, 750)
    assert float((scale_mm[inside] ** 2).sum()) / 100 == pytest.approx(truth.area_cm2, rel=0.01)


def test_a_lesion_that_shrank_has_the_smaller_area() -> None:
    first, later = (
        shoot(small(), seed=1, geometry="straight"),
        shoot(small(), seed=1, geometry="straight", area_share=0.6),
    )
    assert later.truth.area_skin_cm2 / first.truth.area_skin_cm2 == pytest.approx(0.6)
    assert later.truth.area_cm2 == pytest.approx(later.truth.area_skin_cm2)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_lesion_that_fades_loses_that_share_of_its_contrast(share: float) -> None:
    whole = shoot(small(lesion="hyperpigmentation"), seed=1).truth
    faded = shoot(small(lesion="hyperpigmentation"), seed=1, faded=share).truth
    gone = shoot(small(lesion="hyperpigmentation"), seed=1, faded=1).truth
    left = (faded.lab_lesion - gone.lab_lesion) / (whole.lab_lesion - gone.lab_lesion)
    assert left == pytest.approx(np.full(3, 1 - share), abs=0.02)


@pytest.mark.parametrize("wanted", [1.0, 3.0, 8.0])
def test_a_wanted_contrast_is_nearly_what_comes_out(wanted: float) -> None:
    truth = shoot(small(lesion="hyperpigmentation", delta_e00=wanted), seed=1).truth
    gone = shoot(small(lesion="hyperpigmentation", delta_e00=wanted), seed=1, faded=1).truth
    assert float(delta_e00(truth.lab_lesion, gone.lab_lesion)) == pytest.approx(wanted, rel=0.12)


def test_a_stria_is_long_and_narrow() -> None:
    truth = shoot(scene(5, width=1400, height=1000, px_per_mm=8, lesion="stria", size_mm=40), seed=1).truth
    assert truth.length_mm is not None
    assert truth.width_mm is not None
    assert 25 < truth.length_mm < 46
    assert 1.2 < truth.width_mm < 6
    longest = max(polygon_area(part) for part in truth.visit.lesion.parts) / 64
    assert longest >= truth.length_mm * truth.width_mm - 1e-6


def test_only_striae_have_a_length() -> None:
    assert shoot(small(lesion="scar"), seed=1).truth.length_mm is None


def test_the_phototypes_go_from_very_light_to_dark() -> None:
    angles = [float(ita_deg(TONES[phototype])) for phototype in range(1, 7)]
    assert angles == sorted(angles, reverse=True)
    assert angles[0] > 55
    assert angles[-1] < -30
    found = shoot(small(phototype=6), seed=1).truth.lab_skin
    assert float(delta_e00(found, TONES[6])) < 4


def test_a_seventh_phototype_is_no_phototype() -> None:
    with pytest.raises(ValueError, match="phototype is 7"):
        small(phototype=7)


@pytest.mark.parametrize("tier", TIERS)
def test_the_light_changes_across_the_frame_as_the_tier_says(tier: Tier) -> None:
    low, high = TIERS[tier].gradient
    for seed in range(20):
        taken = draw(np.random.default_rng(seed), tier, None)
        for field in lit(replace(taken, bend=np.zeros(3)), 30, 40):
            assert float(field.mean()) == pytest.approx(1, abs=0.01)
            assert np.ptp(field) < 2 * high + 0.01
        strength = 2 * np.linalg.norm(taken.slope.mean(axis=0))
        assert 0.7 * low - 1e-9 < strength < 1.3 * high


def test_curved_skin_is_larger_than_it_looks() -> None:
    truth = shoot(small(size_mm=20.0), seed=1, geometry="straight", curvature_radius_mm=30).truth
    assert truth.area_skin_cm2 > 1.005 * truth.area_cm2


def test_the_true_outline_stays_on_the_lesion_of_the_picture() -> None:
    truth = shoot(small(contrast=(-25, 0, 0)), seed=6, conditions="moderate").truth
    seen = perfect_lab(truth)[..., 0]
    inside = truth.lesion.mask(0, 0, 1000, 750)
    x0, y0, x1, y1 = (int(v) for v in truth.lesion.bounds)
    window = np.s_[max(y0 - 6, 0) : y1 + 7, max(x0 - 6, 0) : x1 + 7]
    middle = (seen[window][inside[window]].mean() + seen[window][~inside[window]].mean()) / 2
    assert ((seen[window] < middle) == inside[window]).mean() > 0.97


def test_a_phone_may_see_skin_otherwise_than_a_print() -> None:
    plain = shoot(small(), seed=1).photograph.rgb.astype(float)
    shot = shoot(small(), seed=1, metamerism=0.03)
    changed = np.abs(shot.photograph.rgb - plain).mean(axis=-1)
    card = shot.truth.covered("card")
    assert changed[card].mean() < 0.35 * changed[~card].mean()
    assert shot.truth.lab_skin == pytest.approx(shoot(small(), seed=1).truth.lab_skin)
