"""Synthetic photographs: what they say about places is exact."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.phantom.geometry import Geometry, Severity, frame_grid, homography_residual, view
from dermograph.photo.phantom.pairs import Pair, pair
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import shoot

WIDTH, HEIGHT, MARGIN = 4000, 3000, 320
#: What the best homography leaves at 12 megapixels, px: the spike's "homography alone".
HOMOGRAPHY_ALONE: dict[Severity, float] = {"mild": 4.5, "moderate": 14.6, "severe": 36.0}


def seen(severity: Severity, seed: int) -> Geometry:
    return view(np.random.default_rng(seed), severity, WIDTH, HEIGHT, MARGIN)


@pytest.fixture(scope="module")
def small_pair() -> Pair:
    return pair(21, "mild", width=1200, height=900, px_per_mm=9, phototype=3)


@pytest.mark.parametrize("severity", ["straight", "baseline", "protocol", "mild", "moderate", "severe"])
def test_a_place_goes_to_the_skin_and_back(severity: Severity) -> None:
    geometry = seen(severity, 5)
    points = np.random.default_rng(1).uniform((0, 0), (WIDTH, HEIGHT), (2000, 2))
    assert np.abs(geometry.photo_xy(geometry.scene_xy(points)) - points).max() < 1e-6


def test_a_place_on_a_curved_limb_goes_to_the_skin_and_back() -> None:
    curved = Geometry(
        WIDTH,
        HEIGHT,
        seen("mild", 6).homography,
        seen("mild", 6).waves,
        axis_px=(2000.0, 1800.0),
        axis_rad=1.5,
        radius_px=1600.0,
    )
    points = np.random.default_rng(1).uniform((0, 800), (WIDTH, 2600), (2000, 2))
    assert np.abs(curved.photo_xy(curved.scene_xy(points)) - points).max() < 1e-6


@pytest.mark.parametrize("severity", ["baseline", "severe"])
def test_the_quick_map_that_pictures_are_made_with_is_the_exact_one(severity: Severity) -> None:
    geometry = seen(severity, 7)
    across, down = geometry.dense()
    rows, cols = np.arange(0, HEIGHT, 371), np.arange(0, WIDTH, 407)
    x, y = np.meshgrid(cols, rows)
    exact = geometry.scene_xy(np.stack([x, y], axis=-1))
    quick = np.stack([across[y, x], down[y, x]], axis=-1)
    assert np.abs(quick - exact).max() < 0.01


def test_a_straight_view_is_the_canvas_cut_at_its_margin() -> None:
    assert seen("straight", 1).scene_xy([10, 20]) == pytest.approx([10 + MARGIN, 20 + MARGIN])


@pytest.mark.parametrize("severity", ["mild", "moderate", "severe"])
def test_pairs_are_as_hard_as_those_of_the_spike(severity: Severity) -> None:
    grid = frame_grid(WIDTH, HEIGHT)
    left = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        before = view(rng, "baseline", WIDTH, HEIGHT, MARGIN)
        after = view(rng, severity, WIDTH, HEIGHT, MARGIN)
        target = after.photo_xy(before.scene_xy(grid))
        inside = np.all((target >= 0) & (target <= (WIDTH - 1, HEIGHT - 1)), axis=1)
        left.append(homography_residual(grid[inside], target[inside]))
    assert np.mean(left) == pytest.approx(HOMOGRAPHY_ALONE[severity], rel=0.06)


def test_a_pair_knows_its_own_residual(small_pair: Pair) -> None:
    assert 3.5 * 1200 / 4000 < small_pair.homography_residual() < 5.6 * 1200 / 4000


def test_the_true_map_has_the_form_of_a_registration(small_pair: Pair) -> None:
    found = small_pair.true_map(16)
    assert found.dtype == np.float32
    assert found.shape == (-(-899 // 16) + 1, -(-1199 // 16) + 1, 2)
    assert found[10, 20] == pytest.approx(small_pair.after_xy([320, 160]), abs=1e-3)
    known = found[~np.isnan(found[..., 0])]
    assert known.min() >= 0
    assert np.all(known <= (1199, 899))


def test_the_pictures_of_a_pair_lie_where_the_true_map_says(small_pair: Pair) -> None:
    zoom = np.array([[1 / 8, 0, 0], [0, 1 / 8, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    whole = cv2.warpAffine(small_pair.true_map(8), zoom, (1200, 900), flags=flags, borderValue=(np.nan, np.nan))
    before = grey(small_pair.before.photograph.rgb)
    after = cv2.remap(grey(small_pair.after.photograph.rgb), whole[..., 0], whole[..., 1], cv2.INTER_CUBIC)
    free = ~np.isnan(whole[..., 0]) & ~small_pair.before.truth.covered("card")
    shifts = []
    for y in range(0, 900 - 96, 96):
        for x in range(0, 500 - 96, 96):  # the left of the frame: the card moves, the skin does not
            window = np.s_[y : y + 96, x : x + 96]
            if free[window].all():
                (dx, dy), _ = cv2.phaseCorrelate(before[window], after[window], cv2.createHanningWindow((96, 96), 5))
                shifts.append((dx, dy))
    assert len(shifts) > 15
    assert np.abs(np.median(shifts, axis=0)).max() < 0.05


def test_the_card_lies_where_its_truth_says() -> None:
    shot = shoot(scene(3, width=1600, height=1200, px_per_mm=10), seed=3)
    assert shot.truth.card is not None
    layout = shot.truth.card.layout
    dictionary = cv2.aruco.getPredefinedDictionary(layout.dictionary)
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    found, ids, _ = cv2.aruco.ArucoDetector(dictionary, settings).detectMarkers(shot.photograph.rgb)
    assert len(ids) == 4
    for marker in layout.markers:
        corners = found[int(np.flatnonzero(ids.ravel() % 4 == marker.corner)[0])].reshape(4, 2)
        true = shot.truth.card_xy(marker.area.corners_mm)
        assert np.abs(corners - true).max() < 0.8  # the detector draws the corners of a black square inwards
        assert np.abs((corners - true).mean(axis=0)).max() < 0.1


def test_millimetres_per_pixel_are_those_of_the_card() -> None:
    truth = shoot(scene(3, width=1000, height=750, px_per_mm=8), seed=4, conditions="moderate").truth
    middle = truth.card_xy([37, 26])
    ten_mm = np.linalg.norm(truth.card_xy([42, 26]) - truth.card_xy([32, 26])) / 10
    down = np.linalg.norm(truth.card_xy([37, 31]) - truth.card_xy([37, 21])) / 10
    assert truth.mm_per_px_at(middle) == pytest.approx(1 / np.sqrt(ten_mm * down), rel=0.02)


def test_a_larger_picture_needs_more_than_the_frame_and_says_so() -> None:
    crowded = scene(1, width=400, height=300, px_per_mm=5, size_mm=20)
    with pytest.raises(ValueError, match="do not fit"):
        shoot(crowded, seed=1)


def grey(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    light = rgb.astype(np.float32)
    return np.asarray(cv2.cvtColor(light, cv2.COLOR_RGB2GRAY), dtype=np.float32)
