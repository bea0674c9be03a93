"""Dots of two photographs: kept, lost, new, and how much pigment is left, held against what is true."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from dermograph.photo.finding import Refusal
from dermograph.photo.phantom.geometry import Severity
from dermograph.photo.phantom.scalp import KINDS, Difficulty, Dots, PhantomScalp, drawn_dots, scalp
from dermograph.photo.scalp.change import TOO_DENSE, DotChange, changed
from dermograph.photo.scalp.dots import Dots as Found
from dermograph.photo.scalp.dots import find_dots

PX, WIDTH, HEIGHT, MARGIN, EDGE = 20.0, 1600, 1200, 240, 12.0


class Twice:
    """One scalp photographed twice, with what became of its dots."""

    def __init__(
        self,
        seed: int,
        difficulty: Difficulty,
        *,
        stay: float = 1.0,
        tone: float = 1.0,
        later: float = 0.0,
        severity: Severity = "mild",
    ) -> None:
        size = (WIDTH + 2 * MARGIN) / PX, (HEIGHT + 2 * MARGIN) / PX
        every, rng = drawn_dots(seed, *size, KINDS[difficulty]), np.random.default_rng([seed, 77])
        count = len(every.xy_mm)
        self.new, stays = rng.random(count) < later, rng.random(count) < stay
        left = tone * np.exp(0.1 * rng.standard_normal(count))
        common: dict[str, Any] = {
            "difficulty": difficulty,
            "width": WIDTH,
            "height": HEIGHT,
            "px_per_mm": PX,
            "phototype": 1 + seed % 5,
            "margin_px": MARGIN,
        }
        there = stays | self.new
        shown = np.where(self.new, 1.0, left)
        self.before = scalp(seed, dots=_some(every, ~self.new), visit=1, severity="baseline", **common)
        self.after = scalp(seed, dots=_some(every, there, shown), visit=2, severity=severity, **common)
        both = self.inside(every, self.before) & self.inside(every, self.after)
        self.lost, self.fresh = int((both & ~self.new & ~stays).sum()), int((both & self.new).sum())
        self.seen = int((both & ~self.new).sum())

    @staticmethod
    def inside(dots: Dots, made: PhantomScalp) -> np.ndarray:
        xy = made.geometry.photo_xy(dots.xy_mm * PX - 0.5)
        return np.asarray(((xy > EDGE) & (xy < np.array([WIDTH, HEIGHT]) - 1 - EDGE)).all(axis=1))

    def carry(self, xy: np.ndarray) -> np.ndarray:
        """The true map, and what a registration misses of it."""
        return np.asarray(self.after.geometry.photo_xy(self.before.geometry.scene_xy(xy)) + np.array([1.0, -0.7]))

    def found(self) -> tuple[Found, Found]:
        sides = [find_dots(one.photograph.rgb, PX) for one in (self.before, self.after)]
        first, second = sides
        assert isinstance(first, Found)
        assert isinstance(second, Found)
        return first, second

    def changed(self) -> DotChange:
        what = changed(*self.found(), self.carry)
        assert isinstance(what, DotChange)
        return what


def _some(dots: Dots, which: np.ndarray, share: np.ndarray | None = None) -> Dots:
    tone = dots.absorbance if share is None else dots.absorbance * share
    return Dots(dots.xy_mm[which], dots.diameter_mm[which], tone[which])


@pytest.mark.parametrize(
    ("difficulty", "stay", "tone", "later"),
    [("easy", 1.0, 1.0, 0.0), ("easy", 0.85, 0.7, 0.0), ("easy", 0.9, 0.9, 0.3), ("hard", 0.9, 0.8, 0.0)],
)
def test_what_became_of_the_dots_is_told_within_two_percent(
    difficulty: Difficulty, stay: float, tone: float, later: float
) -> None:
    made = Twice(12_001, difficulty, stay=stay, tone=tone, later=later)
    found = made.changed()
    assert len(found.before) == pytest.approx(made.seen, rel=0.05)
    assert abs(found.net.value - (made.fresh - made.lost)) < 0.02 * made.seen
    assert found.lost.value == pytest.approx(made.lost, abs=0.02 * made.seen)
    assert found.new.value == pytest.approx(made.fresh, abs=0.02 * made.seen)
    assert found.pigment_left is not None
    assert found.pigment_left.value == pytest.approx(tone, rel=0.12)


def test_subtracting_counts_errs_far_more_where_dots_have_faded() -> None:
    made = Twice(12_002, "hard", stay=0.9, tone=0.6)
    first, second = made.found()
    found = changed(first, second, made.carry)
    assert isinstance(found, DotChange)
    true = made.fresh - made.lost
    assert abs(found.net.value - true) < abs(len(second) - len(first) - true) / 3


def test_another_scalp_is_no_change_but_a_refusal() -> None:
    made, other = Twice(12_003, "easy"), Twice(12_004, "easy")
    found = changed(made.found()[0], other.found()[1], made.carry)
    assert isinstance(found, Refusal)
    assert found.code == "not_the_same_dots"


def test_nothing_in_common_is_too_few_dots() -> None:
    first, second = Twice(12_003, "easy").found()
    found = changed(first, second, lambda xy: np.full_like(xy, np.nan))
    assert isinstance(found, Refusal)
    assert found.code == "too_few_dots"


def test_the_same_photograph_twice_has_lost_and_won_nothing() -> None:
    first = Twice(12_005, "easy").found()[0]
    found = changed(first, first, lambda xy: xy.copy())
    assert isinstance(found, DotChange)
    assert found.net.value == pytest.approx(0, abs=0.5)
    assert found.survived.value == pytest.approx(1, abs=0.001)
    assert found.pigment_left is not None
    assert found.pigment_left.value == pytest.approx(1, abs=0.001)
    assert found.faded == 0
    assert found.to_json()["lost"]["value"] < 1


def test_without_bare_skin_between_the_dots_nothing_is_called_kept() -> None:
    first, second = Twice(12_006, "easy").found()
    crowd = np.stack(np.meshgrid(np.arange(0, WIDTH, 8.0), np.arange(0, HEIGHT, 8.0)), axis=-1).reshape(-1, 2)
    every = np.concatenate([second.xy_px, crowd])

    def with_crowd(values: np.ndarray, value: float) -> np.ndarray:
        return np.concatenate([values, np.full(len(crowd), value)])

    full = dataclasses.replace(
        second,
        xy_px=every,
        diameter_mm=with_crowd(second.diameter_mm, 0.4),
        absorbance=with_crowd(second.absorbance, 0.5),
        chance=with_crowd(second.chance, 0.5),
    )
    found = changed(first, full, Twice(12_006, "easy").carry)
    assert isinstance(found, Refusal)
    assert found.code in ("too_dense", "not_the_same_dots")
    assert changed(full, full, lambda xy: xy.copy()) is TOO_DENSE
