"""What a scalp is refused for, each at its limit and beyond it, and what the answer says that it cannot tell."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from dermograph.core.errors import InputError
from dermograph.photo.compare import look
from dermograph.photo.comparison import Side
from dermograph.photo.finding import Refusal
from dermograph.photo.foreign import Foreign
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.scalp import Difficulty, PhantomScalp, ScalpKind, scalp
from dermograph.photo.quality.focus import BLUR_LEAST_PX, BLUR_SHARE, focus_finding
from dermograph.photo.scalp.design import DENSEST, Wish, design
from dermograph.photo.scalp.dot_model import USUAL_MM
from dermograph.photo.scalp.dots import LEAST_PX, Dots, find_dots
from dermograph.photo.scalp.head import STEEPEST_DEG, Head
from dermograph.photo.scalp.survey import LEAST_BARE, MOST_HAIR, MOST_SHINE, Scalp, compare_scalps, survey, surveyed

PX, WIDTH, HEIGHT = 20.0, 2400, 1800
SHAPE, FLAT = (1200, 1600), Head((800, 600), PX, np.inf)
SQUARE = Outline((np.array([[200.0, 200], [1400, 200], [1400, 1000], [200, 1000]]),))


def photographed(seed: int, difficulty: Difficulty = "easy", **more: Any) -> PhantomScalp:  # noqa: ANN401 (as scalp has)
    given: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "px_per_mm": PX, "card": "small", "phototype": 3, **more}
    return scalp(seed, difficulty=difficulty, **given)


@pytest.fixture(scope="module")
def treated() -> Side:
    """A treated scalp, dry, sharp and bare."""
    return look(photographed(12_700).photograph)


def hidden(side: Side, kind: str, share: float) -> Side:
    """The same photograph with a share of it covered by one kind of what is no skin, and nothing else."""
    kinds = {name: np.zeros_like(mask) for name, mask in side.foreign.kinds.items()}
    kinds[kind][: round(share * len(kinds[kind]))] = True
    return dataclasses.replace(side, foreign=Foreign(kinds, side.foreign.scale))


def code_of(found: Scalp | Refusal) -> str:
    return found.code if isinstance(found, Refusal) else ""


@pytest.mark.parametrize(
    ("kind", "limit", "code"),
    [("glare", MOST_SHINE, "wet"), ("hair", MOST_HAIR, "long_hair"), ("pen", 1 - LEAST_BARE, "covered")],
)
def test_what_covers_the_scalp_is_borne_up_to_its_limit(treated: Side, kind: str, limit: float, code: str) -> None:
    assert isinstance(surveyed(hidden(treated, kind, limit - 0.01)), Scalp)
    assert code_of(surveyed(hidden(treated, kind, limit + 0.01))) == code


@pytest.mark.parametrize(
    ("difficulty", "code", "todo"), [("wet", "wet", "Dab it dry"), ("long_hair", "long_hair", "Clip or part")]
)
@pytest.mark.parametrize("phototype", [2, 5])
def test_a_wet_scalp_and_long_hair_are_refused_with_what_to_do(
    difficulty: Difficulty, code: str, todo: str, phototype: int
) -> None:
    found = survey(photographed(12_701, difficulty, phototype=phototype).photograph)
    assert isinstance(found, Refusal)
    assert (found.code, todo in found.todo.en) == (code, True)
    assert found.todo.es


def test_without_a_card_there_is_no_scale_and_no_count() -> None:
    found = survey(photographed(12_702, card=None).photograph)
    assert isinstance(found, Refusal)
    assert found.todo.en


def test_a_blurred_photograph_is_refused_from_the_limit_of_the_focus_on(treated: Side) -> None:
    limit = max(BLUR_LEAST_PX, BLUR_SHARE * WIDTH)
    sharp = dataclasses.replace(treated, findings=(focus_finding(limit, WIDTH),))
    soft = dataclasses.replace(treated, findings=(focus_finding(limit + 0.01, WIDTH),))
    assert isinstance(surveyed(sharp), Scalp)
    assert code_of(surveyed(soft)) == "focus"
    assert code_of(survey(photographed(12_703, blur_px=6.0).photograph)) in ("focus", "no_card")


@pytest.mark.parametrize(("over", "refused"), [(0.96, True), (1.04, False)])
def test_too_far_away_is_refused_and_says_from_how_near_it_would_do(over: float, *, refused: bool) -> None:
    density = over * LEAST_PX / USUAL_MM
    found = survey(photographed(12_704, px_per_mm=density, width=1600, height=1200).photograph)
    assert (code_of(found) == "too_far") is refused
    if isinstance(found, Refusal):
        assert "96 % of this distance" in found.todo.en.replace("\N{NO-BREAK SPACE}", " ")
        assert "px wide" in found.says.en


@pytest.mark.parametrize("phototype", [2, 5])
def test_shaved_hair_without_any_pigment_is_counted_only_with_the_word_that_it_may_be_hair(phototype: int) -> None:
    found = survey(photographed(12_705, "shaved", phototype=phototype).photograph)
    assert isinstance(found, Scalp)
    assert len(found.dots) > 0
    caveat = found.to_json()["dots"]["caveat"]
    assert "cannot be told from pigment" in caveat["en"]
    assert "no se distinguen del pigmento" in caveat["es"]


def test_somebody_elses_scalp_is_no_change_but_a_refusal(treated: Side) -> None:
    mine, other = surveyed(treated), survey(photographed(12_706).photograph)
    assert isinstance(mine, Scalp)
    assert isinstance(other, Scalp)
    found = compare_scalps(mine, other)
    assert found.refusal is not None
    assert (found.dots, found.uniformity, found.to_json()["dots"]) == (None, None, None)


@pytest.mark.parametrize("corner", [float("nan"), float("inf"), -40.0, 5000.0])
def test_an_area_that_is_no_place_in_the_photograph_is_refused(treated: Side, corner: float) -> None:
    wrong = Outline((np.array([[900.0, 200], [corner, 200], [2000, 900]]),))
    with pytest.raises(InputError):
        surveyed(treated, area=wrong)
    with pytest.raises(InputError):
        surveyed(treated, hair=wrong)
    with pytest.raises(InputError, match="outside"):
        design(SHAPE, FLAT, wrong, Wish(), front=np.array([[900.0, 200], [1000, 200]]))
    with pytest.raises(InputError, match="outside"):
        design(SHAPE, FLAT, Outline((SQUARE.lesion[0], wrong.lesion[0])), Wish())


@pytest.mark.parametrize("x", [float("nan"), -1.0, 1600.0])
def test_a_front_edge_outside_the_photograph_is_refused(x: float) -> None:
    with pytest.raises(InputError, match="outside"):
        design(SHAPE, FLAT, SQUARE, Wish(), front=np.array([[200.0, 200], [x, 200]]))


def test_an_area_may_reach_the_border_and_no_farther() -> None:
    whole = np.array([[0.0, 0], [1599, 0], [1599, 1199], [0, 1199]])
    assert len(design(SHAPE, FLAT, Outline((whole,)), Wish())) > 1000
    with pytest.raises(InputError, match="outside"):
        design(SHAPE, FLAT, Outline((whole + np.array([0.6, 0.0]),)), Wish())


@pytest.mark.parametrize(
    ("name", "least", "most"), [("per_cm2", 1.0, DENSEST), ("diameter_mm", 0.2, 0.8), ("tone", 0.15, 1.2)]
)
def test_what_is_wished_for_has_a_least_and_a_most(name: str, least: float, most: float) -> None:
    for value in (least, most):
        assert getattr(Wish(**{name: value}), name) == value  # type: ignore[arg-type]  # (one of several fields)
    for value in (0.0, 0.99 * least, 1.01 * most, -most, float("nan"), float("inf")):
        with pytest.raises(InputError):
            Wish(**{name: value})  # type: ignore[arg-type]  # (the same)


@pytest.mark.parametrize(("over", "refused"), [(1.01, False), (0.99, True)])
def test_an_area_is_refused_from_where_the_skin_is_too_steep(over: float, *, refused: bool) -> None:
    farthest = np.hypot(600, 400) / PX
    head = Head((800, 600), PX, over * farthest / np.sin(np.radians(STEEPEST_DEG)))
    if refused:
        with pytest.raises(InputError, match="steep"):
            design(SHAPE, head, SQUARE, Wish())
    else:
        assert len(design(SHAPE, head, SQUARE, Wish())) > 0


def test_two_patches_at_the_sides_of_the_head_are_too_steep_to_be_counted(treated: Side) -> None:
    left, right = (np.array([[x, 100.0], [x + 160, 100], [x + 160, 600], [x, 600]]) for x in (20.0, 2200.0))
    patches = Outline((left, right))
    assert code_of(surveyed(treated, area=patches, radius_mm=60.0)) == "steep"
    assert isinstance(surveyed(treated, area=patches, radius_mm=150.0), Scalp)


def test_a_small_area_is_measured_where_it_is_bare(treated: Side) -> None:
    small = Outline((np.array([[1700.0, 150], [2100, 150], [2100, 550], [1700, 550]]),))
    found, whole = surveyed(treated, area=small), surveyed(treated)
    assert isinstance(found, Scalp)
    assert isinstance(whole, Scalp)
    assert found.dots.usable_cm2 == pytest.approx(4.0, rel=0.02)
    assert found.per_cm2.value == pytest.approx(whole.per_cm2.value, rel=0.35)


@pytest.mark.parametrize("phototype", [1, 2, 3, 4])
def test_freckles_and_pores_are_hardly_ever_taken_for_dots(phototype: int) -> None:
    made = scalp(12_710 + phototype, difficulty="freckled", phototype=phototype, width=1_600, height=1_200)
    found = find_dots(made.photograph.rgb, PX)
    assert isinstance(found, Dots)
    assert len(found) / found.usable_cm2 < 0.5


def test_what_is_added_to_a_scalp_moves_nothing_that_was_there() -> None:
    plain = ScalpKind(stubble_per_cm2=5.0, hairs_per_cm2=1.0)
    more = dataclasses.replace(plain, freckles_per_cm2=3, pores_per_cm2=20, ends_per_cm2=5, lying_per_cm2=9, wet=0.1)
    one, other = (scalp(12_720, kind=kind, width=600, height=400) for kind in (plain, more))
    assert np.array_equal(one.xy_px, other.xy_px)
    assert np.array_equal(one.stubble_px, other.stubble_px)
    assert (len(one.lying_px), one.photograph.rgb.shape) == (0, other.photograph.rgb.shape)
    assert len(other.lying_px) > 0
    assert not np.array_equal(one.photograph.rgb, other.photograph.rgb)
