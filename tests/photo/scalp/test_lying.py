"""Cut hair that lies flat is found as short lines, and a design follows it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from dermograph.photo.compare import look
from dermograph.photo.finding import Refusal
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.scalp import PhantomScalp, ScalpKind, scalp
from dermograph.photo.scalp.design import Wish, design
from dermograph.photo.scalp.dots import Dots, find_dots
from dermograph.photo.scalp.head import Head
from dermograph.photo.scalp.lying import LyingHairs, find_lying
from dermograph.photo.scalp.stubble import with_lying
from dermograph.photo.scalp.survey import own_stubble

PX, WIDTH, HEIGHT = 20.0, 1600, 1200
NEAR_MM, BORDER_MM = 0.5, 2.0


def found_in(made: PhantomScalp) -> tuple[LyingHairs, float, float]:
    """The hairs, and precision and recall, one for one, away from the border."""
    found = find_lying(made.photograph.rgb, made.px_per_mm)
    size, edge = np.array(made.photograph.rgb.shape[1::-1]), BORDER_MM * made.px_per_mm

    def whole(xy: np.ndarray) -> np.ndarray:
        return np.asarray(((xy > edge) & (xy < size - edge)).all(axis=1))

    true = made.lying_px
    off, which = cKDTree(true).query(found.xy_px, distance_upper_bound=NEAR_MM * made.px_per_mm)
    order = np.argsort(off)
    order = order[np.isfinite(off[order])]
    _, first = np.unique(which[order], return_index=True)
    right, seen = np.zeros(len(found), np.bool_), np.zeros(len(true), np.bool_)
    right[order[first]] = True
    seen[which[right]] = True
    return found, float(right[whole(found.xy_px)].mean()), float(seen[whole(true)].mean())


@pytest.mark.parametrize(("seed", "phototype"), [(12_801, 1), (12_802, 3), (12_803, 5)])
def test_hair_that_lies_flat_is_found_hair_by_hair(seed: int, phototype: int) -> None:
    made = scalp(seed, difficulty="stubbled", phototype=phototype, width=WIDTH, height=HEIGHT)
    found, precision, recall = found_in(made)
    assert precision >= 0.85
    assert recall >= 0.85
    assert float(np.median(found.length_mm)) == pytest.approx(float(np.median(made.lying.length_mm)), rel=0.15)
    true = made.lying.width_mm * made.lying.absorbance
    assert float(np.median(found.width_mm * found.absorbance)) == pytest.approx(float(np.median(true)), rel=0.3)


@pytest.mark.parametrize(("phototype", "dots_per_cm2", "most"), [(1, 0, 0.5), (6, 0, 0.5), (1, 90, 3), (6, 90, 3)])
def test_skin_freckles_and_dots_have_hardly_any_lines(phototype: int, dots_per_cm2: float, most: float) -> None:
    kind = ScalpKind(dots_per_cm2=dots_per_cm2, freckles_per_cm2=4, pores_per_cm2=60)
    made = scalp(12_810 + phototype, kind=kind, phototype=phototype, width=WIDTH, height=HEIGHT)
    assert len(find_lying(made.photograph.rgb, PX)) / (WIDTH * HEIGHT / 100 / PX**2) < most


def test_lines_are_looked_for_only_where_asked() -> None:
    made = scalp(12_820, difficulty="stubbled", width=WIDTH, height=HEIGHT)
    usable = np.zeros((HEIGHT // 4, WIDTH // 4), np.bool_)
    usable[:, : WIDTH // 8] = True
    found = find_lying(made.photograph.rgb, PX, usable)
    assert len(found) > 100
    assert found.xy_px[:, 0].max() < WIDTH / 2 + 4


def test_dots_stay_what_they_are_where_hardly_any_hair_lies() -> None:
    made = scalp(12_821, width=WIDTH, height=HEIGHT)
    dots = find_dots(made.photograph.rgb, PX)
    assert isinstance(dots, Dots)
    assert with_lying(dots, made.photograph.rgb) is dots


def test_a_design_follows_hair_that_lies_flat_in_density_and_shade() -> None:
    kind = ScalpKind(dots_per_cm2=0, lying_per_cm2=50)
    made = scalp(12_830, kind=kind, width=2400, height=1800, card="small", visit=1)
    bald = scalp(12_830, kind=ScalpKind(dots_per_cm2=0), width=2400, height=1800, card="small", visit=1)
    rgb = made.photograph.rgb.copy()
    rgb[:, 1600:] = bald.photograph.rgb[:, 1600:]
    side = look(type(made.photograph)(rgb=rgb, name="half.jpg"))
    stubble = Outline((np.array([[900.0, 100], [1500, 100], [1500, 600], [900, 600]]),))
    hair = own_stubble(side, stubble, radius_mm=np.inf)
    assert not isinstance(hair, Refusal)
    area = Outline((np.array([[900.0, 100], [2300, 100], [2300, 600], [900, 600]]),))
    plan = design(
        (1800, 2400), Head((1600, 500), PX, np.inf), area, Wish(per_cm2=90, soft_mm=0, ragged_mm=0), hair=hair
    )
    left = (plan.xy_px[:, 0] < 1450).sum() / (550 * 500 / 100 / PX**2)
    right = (plan.xy_px[:, 0] > 1750).sum() / (550 * 500 / 100 / PX**2)
    there = ((made.lying_px > (900, 100)) & (made.lying_px < (1450, 600))).all(axis=1).sum() / (550 * 500 / 100 / PX**2)
    assert left == pytest.approx(90 - there, abs=8)
    assert right == pytest.approx(90, abs=8)
    shade = made.lying.absorbance * made.lying.width_mm * made.lying.length_mm
    own = np.median(plan.tone) * np.pi / 4 * np.median(plan.diameter_mm) ** 2
    assert own == pytest.approx(np.median(shade), rel=0.35)
    assert plan.by_stubble
