"""Synthetic photographs: the same every time, never taken for real ones, and broken on request."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.card.layout import SMALL
from dermograph.photo.phantom.broken import Fault, broken
from dermograph.photo.phantom.conditions import TIERS, Tier
from dermograph.photo.phantom.label import labelled
from dermograph.photo.phantom.lesions import KINDS, Kind
from dermograph.photo.phantom.pairs import pair
from dermograph.photo.phantom.scene import Scene, scene
from dermograph.photo.phantom.shots import shoot
from dermograph.photo.phantom.truth import Covering


@pytest.fixture(scope="module")
def subject() -> Scene:
    return scene(4, width=1000, height=750, px_per_mm=7, phototype=3)


def markers(rgb: NDArray[np.uint8]) -> int:
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(SMALL.dictionary))
    found, _, _ = detector.detectMarkers(rgb)
    return len(found)


@pytest.mark.parametrize("conditions", TIERS)
def test_the_same_seeds_give_the_same_bytes(conditions: Tier) -> None:
    first, again = (
        shoot(scene(8, width=700, height=525, px_per_mm=5, hair=0.3, pen=True), seed=8, conditions=conditions)
        for _ in range(2)
    )
    assert np.array_equal(first.photograph.rgb, again.photograph.rgb)
    assert np.array_equal(first.truth.lab_skin, again.truth.lab_skin)


def test_other_seeds_give_other_pictures(subject: Scene) -> None:
    assert not np.array_equal(shoot(subject, seed=1).photograph.rgb, shoot(subject, seed=2).photograph.rgb)


def test_nothing_outside_is_drawn_from(subject: Scene) -> None:
    np.random.seed(1)  # noqa: NPY002 -- that the global generator is left alone is the point
    first = shoot(subject, seed=1).photograph.rgb
    np.random.seed(2)  # noqa: NPY002 -- the same
    assert np.array_equal(first, shoot(subject, seed=1).photograph.rgb)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_lesion_can_be_photographed(kind: Kind) -> None:
    shot = shoot(scene(9, width=1000, height=750, px_per_mm=7, lesion=kind), seed=1)
    assert shot.truth.contrast_delta_e00 > 1
    assert shot.photograph.rgb.shape == (750, 1000, 3)


def test_every_photograph_is_named_synthetic(subject: Scene) -> None:
    found = pair(2, "mild", width=700, height=525, px_per_mm=5)
    for shot in (found.before, found.after, shoot(subject, seed=1)):
        assert shot.photograph.name.startswith("synthetic")


def test_a_picture_for_people_says_that_it_is_synthetic(subject: Scene) -> None:
    rgb = shoot(subject, seed=1).photograph.rgb
    kept = rgb.copy()
    shown = labelled(rgb)
    assert np.array_equal(rgb, kept)
    changed = np.argwhere((shown != rgb).any(axis=-1))
    assert changed[:, 0].min() > 650
    assert (shown[-20:, :100] == 0).any()


def test_what_lies_over_the_skin_is_known() -> None:
    shot = shoot(scene(6, width=1000, height=750, px_per_mm=7, hair=0.8, pen=True, ruler=True), seed=1)
    kinds: tuple[Covering, ...] = ("hair", "pen", "ruler", "card")
    masks = {kind: shot.truth.covered(kind) for kind in kinds}
    seen = cv2.cvtColor(shot.photograph.rgb, cv2.COLOR_RGB2LAB)[..., 0].astype(float)
    free = ~np.logical_or.reduce(list(masks.values()))
    usual = np.median(seen[free])
    for kind, covered in masks.items():
        assert covered.shape == (750, 1000)
        assert 0.002 < covered.mean() < 0.5, kind
        assert np.abs(seen[covered] - usual).mean() > 2 * np.abs(seen[free] - usual).mean(), kind


def test_glare_is_known_and_clips(subject: Scene) -> None:
    shot = shoot(subject, seed=1, glare="skin")
    covered = shot.truth.covered("glare")
    assert 0.0005 < covered.mean() < 0.1
    assert shot.photograph.rgb[covered].max() == 255
    assert not shoot(subject, seed=1).truth.covered("glare").any()


def test_glare_needs_a_card_to_lie_on() -> None:
    bare = scene(1, width=400, height=300, px_per_mm=5, card=None)
    with pytest.raises(ValueError, match="no card"):
        shoot(bare, seed=1, glare="card")


@pytest.mark.parametrize(
    ("fault", "seen"),
    [("no_card", 0), ("mirrored", 0), ("card_cut_off", 2), ("grey", 4), ("different_person", 4)],
)
def test_a_broken_capture_shows_the_markers_that_it_should(subject: Scene, fault: Fault, seen: int) -> None:
    shot = broken(fault, subject, seed=3)
    assert shot.photograph.name.startswith("synthetic")
    assert markers(shot.photograph.rgb) == seen


def test_a_second_card_shows_more_markers_than_one(subject: Scene) -> None:
    assert markers(broken("two_cards", subject, seed=3).photograph.rgb) > 4


def test_a_grey_capture_has_no_colour(subject: Scene) -> None:
    shot = broken("grey", subject, seed=3)
    assert not shot.photograph.has_colour
    assert np.ptp(shot.photograph.rgb, axis=-1).max() == 0


def test_a_capture_out_of_focus_is_softer(subject: Scene) -> None:
    sharp, soft = shoot(subject, seed=3).photograph.rgb, broken("out_of_focus", subject, seed=3).photograph.rgb
    energy = [cv2.Laplacian(picture[..., 1], cv2.CV_32F).var() for picture in (sharp, soft)]
    assert energy[1] < 0.2 * energy[0]


def test_a_different_person_has_other_skin(subject: Scene) -> None:
    other = broken("different_person", subject, seed=3)
    assert other.truth.visit.scene.seed != subject.seed
    assert not np.array_equal(other.truth.visit.scene.skin.relief, subject.skin.relief)


def test_the_large_card_and_no_card_both_fit() -> None:
    large = shoot(scene(1, width=1200, height=900, px_per_mm=5, card="a6"), seed=1)
    assert large.truth.card is not None
    assert large.truth.card.layout.name == "a6"
    bare = shoot(scene(1, width=600, height=450, px_per_mm=5, card=None), seed=1)
    assert bare.truth.card_corners_px is None
    with pytest.raises(ValueError, match="no card"):
        bare.truth.card_xy([0, 0])
