"""Registration of made-up photographs: what it finds, what it says of itself, what it refuses."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dermograph.photo.register.register import register
from tests.photo.register.scenes import Area, bent, coloured, ellipse, nodes_of, photograph, texture

LESION = (ellipse(400, 300, 60, 45),)


def test_a_turned_and_swayed_follow_up_is_found_to_half_a_pixel() -> None:
    before, after, truth = bent()
    found = register(before, after)
    off = np.linalg.norm(found.after_xy(nodes_of(truth)) - truth, axis=-1)
    assert found.comparable
    assert found.method == "features+flow"
    assert np.nanmean(off) < 0.5
    assert np.nanmax(off) < 4
    assert np.isfinite(off).sum() > 0.8 * np.isfinite(truth[..., 0]).sum()


def test_the_stated_error_is_near_the_true_one() -> None:
    ratios = []
    for seed in range(5):
        before, after, truth = bent(seed=10 * seed + 1, sway_px=3 + seed)
        found = register(before, after, outline=Area(LESION))
        nodes = nodes_of(truth)
        near = np.linalg.norm(nodes - (400, 300), axis=-1) < 90
        off = np.linalg.norm(found.after_xy(nodes[near]) - truth[near], axis=-1)
        assert found.residual_px is not None
        ratios.append(float(np.sqrt(np.nanmean(off**2))) / found.residual_px)
    assert max(ratios) < 2
    assert np.median(ratios) > 0.15


def test_a_scale_gives_the_error_in_millimetres_of_the_baseline() -> None:
    before, after, _ = bent(zoom=1.2)
    found = register(before, after, mm_per_px=0.1)
    assert found.residual_mm is not None
    assert found.residual_px is not None
    assert found.residual_mm == pytest.approx(found.residual_px * 0.1 / 1.2, rel=0.05)


def test_photographs_of_different_size_and_distance_are_matched() -> None:
    before, after, truth = bent()
    larger = cv2.resize(after.rgb, None, fx=1.7, fy=1.7, interpolation=cv2.INTER_CUBIC)
    found = register(before, photograph(np.asarray(larger, dtype=np.uint8)))
    off = np.linalg.norm(found.after_xy(nodes_of(truth)) - ((truth + 0.5) * 1.7 - 0.5), axis=-1)
    assert found.comparable
    assert np.nanmean(off) < 1


def test_the_map_covers_the_whole_baseline() -> None:
    before, after, _ = bent()
    found = register(before, after)
    rows, cols = found.map.shape[:2]
    assert (cols - 1) * found.step >= before.width - 1
    assert (rows - 1) * found.step >= before.height - 1
    assert found.map.dtype == np.float32


def test_the_same_arguments_give_the_same_map() -> None:
    before, after, _ = bent()
    one, other = register(before, after), register(before, after)
    assert np.array_equal(one.map, other.map, equal_nan=True)
    assert one.to_json() == other.to_json()


def test_other_skin_is_refused() -> None:
    found = register(photograph(coloured(texture(1), 5)), photograph(coloured(texture(2), 6)))
    assert found.refusal is not None
    assert found.refusal.code in {"too_few_matches", "different_skin"}
    assert not np.isfinite(found.map).any() or found.coverage < 0.2
    assert "four landmarks" in found.refusal.todo.en


def test_a_mirrored_follow_up_is_named() -> None:
    before, after, _ = bent()
    found = register(before, photograph(np.ascontiguousarray(after.rgb[:, ::-1])))
    assert found.refusal is not None
    assert found.refusal.code == "mirrored"


def test_the_same_picture_twice_is_not_a_follow_up() -> None:
    before, _, _ = bent()
    found = register(before, photograph(before.rgb.copy()))
    assert found.refusal is not None
    assert found.refusal.code == "identical_photographs"
    assert np.allclose(found.after_xy([[100.0, 200.0]]), [[100, 200]])


def test_the_same_file_under_another_name_is_not_a_follow_up() -> None:
    before, after, _ = bent()
    found = register(photograph(before.rgb, "ab" * 32), photograph(after.rgb, "ab" * 32))
    assert found.refusal is not None
    assert found.refusal.code == "identical_photographs"


def test_a_lesion_outside_the_follow_up_is_refused() -> None:
    before, after, _ = bent()
    cropped = photograph(np.ascontiguousarray(after.rgb[:, :420]))
    found = register(before, cropped, outline=Area((ellipse(600, 300, 60, 45),)))
    assert found.refusal is not None
    assert found.refusal.code == "not_enough_overlap"
    assert register(before, cropped, outline=Area((ellipse(180, 300, 60, 45),))).comparable


def test_skin_that_changed_beyond_recognition_in_the_area_is_refused_there() -> None:
    before, after, _ = bent()
    changed = after.rgb.copy()
    changed[150:450, 230:590] = coloured(texture(99), 98)[150:450, 230:590]
    found = register(before, photograph(changed), outline=Area(LESION))
    assert found.refusal is not None
    assert found.refusal.code in {"unreliable_here", "not_enough_overlap", "fold"}


def test_a_card_that_moved_does_not_pull_the_map_along() -> None:
    before, after, truth = bent()
    card = coloured(8 * texture(7, 260, 180), 8, noise=0)
    rgb_before, rgb_after = before.rgb.copy(), after.rgb.copy()
    rgb_before[60:240, 60:320], rgb_after[90:270, 100:360] = card, card
    usable = np.ones((2, 600, 800), dtype=np.bool_)
    usable[0, 55:245, 55:325], usable[1, 85:275, 95:365] = False, False
    found = register(
        photograph(rgb_before),
        photograph(rgb_after),
        before_usable=np.ascontiguousarray(usable[0]),
        after_usable=np.ascontiguousarray(usable[1, ::2, ::2]),
    )
    off = np.linalg.norm(found.after_xy(nodes_of(truth)) - truth, axis=-1)
    assert found.comparable
    assert np.nanmean(off) < 0.6
    assert np.isnan(off[12, 15])


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (16, 16), (40, 30)])
def test_a_photograph_too_small_for_anything_is_refused(size: tuple[int, int]) -> None:
    tiny = photograph(np.full((*size, 3), 128, np.uint8))
    other = photograph(np.full((*size, 3), 130, np.uint8))
    found = register(tiny, other, outline=Area((np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 2.0]]),)))
    assert found.refusal is not None
    assert found.residual_px is None


def test_a_photograph_with_nothing_usable_is_refused() -> None:
    before, after, _ = bent()
    found = register(before, after, before_usable=np.zeros((600, 800), dtype=np.bool_), outline=Area(LESION))
    assert found.refusal is not None


def test_progress_tells_each_stage() -> None:
    before, after, _ = bent()
    told: list[tuple[str, float]] = []
    register(before, after, progress=lambda stage, share: told.append((stage, share)))
    assert {stage for stage, _ in told} == {"features", "flow", "verdict"}
    assert all(0 <= share <= 1 for _, share in told)
    assert told[-1] == ("verdict", 1.0)
