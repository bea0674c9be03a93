"""Registration of phantoms that nothing was tuned on (seeds from 10,000 on), small so that they are quick to make."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dermograph.photo.phantom.pairs import Pair, PairSeverity, pair
from dermograph.photo.phantom.shots import PhantomPhoto
from dermograph.photo.register.register import register
from dermograph.photo.register.registration import Registration

STEP = 25
SEEDS = range(10_400, 10_404)


def bare(shot: PhantomPhoto) -> NDArray[np.bool_]:
    """All but the card, whose place is known here."""
    usable = np.ones((shot.photograph.height, shot.photograph.width), np.uint8)
    corners = shot.truth.card_corners_px
    if corners is not None:
        middle = corners.mean(axis=0)
        cv2.fillConvexPoly(usable, np.rint(middle + 1.06 * (corners - middle)).astype(np.int32), 0)
    return usable.astype(np.bool_)


def registered(made: Pair) -> tuple[Registration, NDArray[np.float64], NDArray[np.bool_]]:
    """The registration, its error at each known node outside the card, and which nodes lie near the lesion."""
    before, after = made.before, made.after
    lesion = before.truth.lesion
    found = register(
        before.photograph, after.photograph, before_usable=bare(before), after_usable=bare(after), outline=lesion
    )
    truth = made.true_map(STEP)
    nodes = np.stack(np.meshgrid(*(np.arange(side) * float(STEP) for side in truth.shape[1::-1])), axis=-1)
    off = np.linalg.norm(found.after_xy(nodes) - truth, axis=-1)
    x0, y0, x1, y1 = lesion.bounds
    x, y = nodes[..., 0], nodes[..., 1]
    near = np.asarray((x > x0) & (x < x1) & (y > y0) & (y < y1))
    known = np.isfinite(off)
    return found, off[known], near[known]


@pytest.mark.slow
@pytest.mark.parametrize(("severity", "limit_px"), [("mild", 0.6), ("moderate", 0.9), ("severe", 3.0)])
def test_held_out_pairs_are_within_the_targets_and_their_stated_error(severity: PairSeverity, limit_px: float) -> None:
    means, ratios = [], []
    for seed in SEEDS:
        found, off, near = registered(pair(seed, severity, width=2000, height=1500, px_per_mm=10))
        if found.comparable:
            means.append(float(off.mean()))
            assert found.residual_px is not None
            ratios.append(float(np.sqrt((off[near] ** 2).mean())) / found.residual_px if near.any() else 1.0)
            assert np.quantile(off, 0.999) < 10
    assert len(means) >= 3
    assert np.mean(means) <= limit_px
    assert max(ratios) < 3


def test_two_scenes_are_never_the_same_skin() -> None:
    one, other = (pair(seed, "mild", card=None, width=1200, height=900, px_per_mm=8) for seed in (10_500, 10_501))
    assert not register(one.before.photograph, other.before.photograph).comparable
