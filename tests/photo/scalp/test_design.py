"""The design holds what was asked for, and its preview changes the photograph where dots are and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.spatial import cKDTree

from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.scalp import ScalpKind, scalp
from dermograph.photo.scalp.density import density_map
from dermograph.photo.scalp.design import DENSEST, Design, Wish, design
from dermograph.photo.scalp.dots import Dots, find_dots
from dermograph.photo.scalp.evenness import evenness
from dermograph.photo.scalp.fading import left_after
from dermograph.photo.scalp.head import Head
from dermograph.photo.scalp.lettering import band
from dermograph.photo.scalp.preview import page_previews, preview, scenes

PX, SHAPE = 20.0, (1200, 1600)
FLAT = Head((800, 600), PX, np.inf)
SQUARE = Outline((np.array([[200.0, 200], [1400, 200], [1400, 1000], [200, 1000]]),))
HARD = Wish(soft_mm=0, ragged_mm=0)


def test_the_count_is_what_the_density_asks_for_and_no_two_dots_are_too_near() -> None:
    made = design(SHAPE, FLAT, SQUARE, HARD)
    assert len(made) == pytest.approx(90 * 6 * 4, rel=0.06)  # the soft rim of half a millimetre takes some
    pairs = cKDTree(made.xy_px).query_pairs(float(made.apart_px.max()), output_type="ndarray")
    off = np.linalg.norm(made.xy_px[pairs[:, 0]] - made.xy_px[pairs[:, 1]], axis=1)
    assert (off >= made.apart_px[pairs].min(axis=1) - 1e-9).all()
    assert SQUARE.mask(0, 0, 1600, 1200)[tuple(np.rint(made.xy_px[:, ::-1]).astype(int).T)].mean() > 0.98


def test_the_front_edge_is_soft_and_ragged() -> None:
    front = np.array([[200.0, 200], [1400, 200]])
    made = design(SHAPE, FLAT, SQUARE, Wish(soft_mm=10, ragged_mm=3), front=front)
    depth = (made.xy_px[:, 1] - 200) / PX
    per_mm = np.histogram(depth, bins=np.arange(0, 20, 2))[0]
    assert per_mm[0] < 0.2 * per_mm[-1]
    assert (np.diff(per_mm[:5]) > 0).all()
    first = [made.xy_px[np.abs(made.xy_px[:, 0] - x) < 40][:, 1].min() for x in range(300, 1300, 80)]
    assert np.ptp(first) > 0.5 * PX


def test_each_session_sets_as_many_dots_and_lies_evenly_by_itself() -> None:
    made = design(SHAPE, FLAT, SQUARE, HARD)
    assert max(made.by_session) - min(made.by_session) <= 1
    told = made.to_json()["sessions"]
    assert [one["dots"] for one in told] == list(made.by_session)
    assert told[0]["minutes"] == pytest.approx(made.by_session[0] / 60)
    first = made.xy_px[made.session == 1]
    apart = cKDTree(first).query(first, k=2)[0][:, 1] / PX
    usual = np.sqrt(600 * 4 / len(first))
    assert apart.mean() > 0.6 * usual


def test_dots_follow_the_hair_that_is_there_and_look_like_it() -> None:
    kind = ScalpKind(dots_per_cm2=70, uneven=0.0, diameter_mm=(0.35, 0.05), absorbance=(0.7, 0.05))
    made = scalp(12_100, kind=kind, width=1600, height=1200)
    rgb = made.photograph.rgb.copy()
    rgb[:, 800:] = scalp(12_100, kind=ScalpKind(dots_per_cm2=0), width=1600, height=1200).photograph.rgb[:, 800:]
    found = find_dots(rgb, PX)
    assert isinstance(found, Dots)
    plan = design(SHAPE, FLAT, SQUARE, Wish(per_cm2=90, soft_mm=0, ragged_mm=0), hair=(found, density_map(found, FLAT)))
    left = (plan.xy_px[:, 0] < 700).sum() / 500
    right = (plan.xy_px[:, 0] > 900).sum() / 500
    assert left / right == pytest.approx(20 / 90, abs=0.08)
    assert plan.by_stubble
    assert np.median(plan.diameter_mm) == pytest.approx(0.35, rel=0.15)
    assert np.median(plan.tone) == pytest.approx(0.7, rel=0.25)


def test_on_a_round_head_the_density_is_that_of_the_skin() -> None:
    head = Head((800, 600), PX)
    made = design(SHAPE, head, SQUARE, HARD)
    assert made.area_cm2 > 24
    assert len(made) / made.area_cm2 == pytest.approx(90, rel=0.06)


@pytest.mark.parametrize(
    "wish",
    [
        {"per_cm2": 0},
        {"per_cm2": DENSEST + 1},
        {"per_cm2": float("nan")},
        {"sessions": 0},
        {"sessions": 7},
        {"soft_mm": -1},
        {"diameter_mm": 2.0},
        {"tone": 3.0},
        {"dots_a_minute": 0},
    ],
)
def test_absurd_wishes_are_refused(wish: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Wish(**wish)  # type: ignore[arg-type]  # (whole and broken numbers in one list)


def test_an_area_outside_the_photograph_or_too_steep_is_refused() -> None:
    with pytest.raises(InputError, match="outside"):
        design(SHAPE, FLAT, Outline((SQUARE.lesion[0] + 400,)), HARD)
    with pytest.raises(InputError, match="steep"):
        design(SHAPE, Head((800, 600), PX, 40.0), SQUARE, HARD)
    with pytest.raises(InputError, match="two points"):
        design(SHAPE, FLAT, SQUARE, HARD, front=np.array([[200.0, 200]]))


def test_an_area_may_end_where_the_photograph_does() -> None:
    across = SHAPE[1] - 0.5
    strip = np.array([[-0.5, -0.5], [across, -0.5], [across, 300.0], [-0.5, 300.0]])
    found = design(SHAPE, FLAT, Outline((strip,)), Wish(per_cm2=80), front=strip[:2])
    assert len(found) > 100
    with pytest.raises(InputError, match="outside"):
        design(SHAPE, FLAT, Outline((strip - 0.1,)), Wish(per_cm2=80))


def made_design() -> tuple[np.ndarray, Design]:
    bare = scalp(12_110, kind=ScalpKind(dots_per_cm2=0), width=1600, height=1200).photograph.rgb
    return bare, design(SHAPE, FLAT, SQUARE, Wish(per_cm2=80))


def test_the_dots_of_a_preview_are_found_again_as_designed() -> None:
    bare, plan = made_design()
    settled = scenes(plan, {})[-1]
    shown = preview(bare, plan, settled, language=None)
    found = find_dots(shown, PX)
    assert isinstance(found, Dots)
    assert len(found) == pytest.approx(len(plan), rel=0.04)
    off, _ = cKDTree(found.xy_px).query(plan.xy_px)
    assert np.median(off) < 1.0
    assert np.median(found.diameter_mm) == pytest.approx(np.median(plan.diameter_mm), rel=0.12)
    assert np.median(found.absorbance) == pytest.approx(np.median(plan.tone), rel=0.25)
    inside = find_dots(shown, PX, Outline((SQUARE.lesion[0] * 0.8 + (160, 120),)).mask(0, 0, 1600, 1200))
    assert isinstance(inside, Dots)
    even = evenness(inside, FLAT)
    assert even is not None
    assert even.clark_evans.value > 1.3


def test_a_preview_is_marked_and_changes_nothing_beside_the_dots() -> None:
    bare, plan = made_design()
    for scene in scenes(plan, {1: left_after([], 12.0)}):
        shown = preview(bare, plan, scene)
        assert shown.shape[0] > bare.shape[0], "the band that says what it is"
        assert (shown[: bare.shape[0], :60] == bare[:, :60]).all()
        assert scene.title.en.startswith("Simulation")
        assert scene.title.es.startswith("Simulación")


def test_it_is_darkest_when_fresh_and_pales_over_the_years() -> None:
    bare, plan = made_design()
    left = {years: left_after([], 12.0 * years) for years in (1, 3, 5)}
    told = scenes(plan, left)
    assert len(told) == 2 * 3 + 3
    mean = [float(preview(bare, plan, scene, language=None)[300:900, 300:1300].mean()) for scene in told]
    assert mean[0] < mean[1], "fresh is darker than settled"
    assert mean[1] > mean[3] > mean[5], "each session adds"
    assert mean[5] < mean[6] < mean[7] < mean[8] < bare[300:900, 300:1300].mean()


def test_another_photograph_is_refused() -> None:
    bare, plan = made_design()
    with pytest.raises(InputError, match="another photograph"):
        preview(bare[:-1], plan, scenes(plan, {})[0])


def test_previews_for_a_page_show_the_same_dots_with_words_in_each_language() -> None:
    bare = scalp(12_111, kind=ScalpKind(dots_per_cm2=0), width=2400, height=1800).photograph.rgb
    area = Outline((SQUARE.lesion[0] * 1.5,))
    plan = design((1800, 2400), Head((1200, 900), PX, np.inf), area, Wish(per_cm2=80))
    scene = scenes(plan, {})[-1]
    found = page_previews(bare, plan, scene)
    assert set(found) == set(LANGUAGES)
    whole = cv2.resize(preview(bare, plan, scene, language=None), (1600, 1200), interpolation=cv2.INTER_AREA)
    small = cv2.resize(bare, (1600, 1200), interpolation=cv2.INTER_AREA)
    for language, picture in found.items():
        under = band((1600, 1200), scene.title.say(language))
        assert picture.shape == (1200 + len(under), 1600, 3)
        assert np.array_equal(picture[1200:], under)
        assert scene.title.say(language).startswith(("Simulation", "Simulación"))
        # As dark as the whole preview made smaller, place by place and all together.
        drawn, true = small.astype(float) - picture[:1200], small.astype(float) - whole
        assert np.abs(drawn - true).mean() < 0.15 * np.abs(true).mean()
        assert drawn.sum() == pytest.approx(true.sum(), rel=0.05)
    assert np.array_equal(found["en"][:1200], found["es"][:1200])
    assert not np.array_equal(found["en"][1200:], found["es"][1200:])


def test_a_small_photograph_is_not_enlarged_for_a_page_and_another_is_refused() -> None:
    bare, plan = made_design()
    scene = scenes(plan, {})[0]
    assert (page_previews(bare, plan, scene)["en"][:1200] == preview(bare, plan, scene, language=None)).all()
    with pytest.raises(InputError, match="another photograph"):
        page_previews(bare[:-1], plan, scene)
