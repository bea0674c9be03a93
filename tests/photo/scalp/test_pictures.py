"""The pictures of a scalp: what is marked lies where it was found, is told apart, and says what it cannot tell."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from dermograph.core.text import LANGUAGES, Language
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.scalp import KINDS, Dots, drawn_dots, scalp
from dermograph.photo.scalp.lettering import band, length_of, letters_for, line_height
from dermograph.photo.scalp.marking import ON_DARK, ON_LIGHT, Marks, Role, Shape, colours_on, legend, marked
from dermograph.photo.scalp.pictures import (
    change_picture,
    change_words,
    density_picture,
    fitted,
    marks_picture,
    marks_words,
)
from dermograph.photo.scalp.survey import Scalp, ScalpChange, compare_scalps, survey

PX, WIDTH, HEIGHT, MARGIN, SEED = 20.0, 2400, 1800, 400, 12_901
AREA = Outline((np.array([[1200.0, 300], [2000, 300], [2000, 900], [1200, 900]]),))


@pytest.fixture(scope="module")
def change() -> ScalpChange:
    """A scalp at two visits: some dots gone, some new."""
    every = drawn_dots(SEED, (WIDTH + 2 * MARGIN) / PX, (HEIGHT + 2 * MARGIN) / PX, KINDS["easy"])
    draw = np.random.default_rng(SEED).random(len(every.xy_mm))
    first, second = (_some(every, which) for which in (draw > 0.06, draw < 0.92))
    common: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "margin_px": MARGIN, "card": "small", "phototype": 2}
    sides = []
    for visit, dots in ((1, first), (2, second)):
        made = scalp(SEED, dots=dots, visit=visit, severity="baseline" if visit == 1 else "mild", **common)
        side = survey(made.photograph, radius_mm=np.inf)
        assert isinstance(side, Scalp)
        sides.append(side)
    return compare_scalps(sides[0], sides[1])


def _some(dots: Dots, which: np.ndarray) -> Dots:
    return Dots(dots.xy_mm[which], dots.diameter_mm[which], dots.absorbance[which])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_counted_dot_has_a_ring_and_the_words_say_what_cannot_be_told(
    change: ScalpChange, language: Language
) -> None:
    found = marks_picture(change.before, language)
    scale = 1600 / WIDTH
    height = round(HEIGHT * scale)
    assert found.shape[1] == 1600
    words = marks_words(change.before)
    assert "cannot be told" in words.en
    assert "no se distinguen" in words.es
    under = band((1600, height), words.say(language))
    assert np.array_equal(found[-len(under) :], under)
    assert height < len(found) - len(under), "a row that says what the rings mean, and the scale"
    plain = photograph_of(change.before)
    changed = (found[:height] != plain).any(axis=2)
    at = np.rint((change.before.dots.xy_px + 0.5) * scale - 0.5).astype(int)
    reach = np.arange(-8, 9)
    inside = ((at > 8) & (at < np.array([1600, height]) - 9)).all(axis=1)
    around = [changed[np.ix_(y + reach, x + reach)].sum() for x, y in at[inside]]
    assert min(around) >= 8


def photograph_of(side: Scalp) -> np.ndarray:
    return fitted(side.side.photo.rgb)[0]


def test_of_an_area_only_that_part_of_the_photograph_is_shown(change: ScalpChange) -> None:
    found = survey(change.before.side.photo, area=AREA)
    assert isinstance(found, Scalp)
    picture = marks_picture(found, "en")
    assert picture.shape[1] == pytest.approx(800 + 2 * 3 * PX, abs=8)


def test_less_sure_dots_are_marked_otherwise(change: ScalpChange) -> None:
    side = change.before
    sure = dataclasses.replace(side, dots=dataclasses.replace(side.dots, chance=np.ones(len(side.dots))))
    unsure = dataclasses.replace(side, dots=dataclasses.replace(side.dots, chance=np.full(len(side.dots), 0.5)))
    plain = photograph_of(side)
    inks = [
        float(np.abs(marks_picture(one, "en")[: len(plain)].astype(float) - plain).mean()) for one in (sure, unsure)
    ]
    assert 0.5 * inks[0] < inks[1] < 0.9 * inks[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_kept_lost_and_new_each_have_a_colour_and_a_shape(change: ScalpChange, language: Language) -> None:
    assert change.dots is not None
    found = change_picture(change, language)
    assert found is not None
    assert found.shape[1] == 1600
    height = round(HEIGHT * 1600 / WIDTH)
    under = band((1600, height), change_words(change).say(language))
    assert np.array_equal(found[-len(under) :], under)
    assert "cannot be told" in change_words(change).en
    rows = found[height : -len(under)]
    palette = colours_on(found[:height])
    roles: tuple[Role, ...] = ("usual", "loss", "gain")
    for role in roles:
        near = np.abs(rows.astype(int) - palette[role]).sum(axis=2) < 60
        assert near.any(), f"{role} is explained"
    scale = 1600 / WIDTH
    new = change.after.dots.xy_px[change.dots.after[change.dots.fresh > 0.5]]
    gone = change.registration.after_xy(change.before.dots.xy_px[change.dots.before[change.dots.gone > 0.5]])
    assert min(len(new), len(gone)) > 50
    for colour, places in ((palette["gain"], new), (palette["loss"], gone)):
        shown = [_has(found, (xy + 0.5) * scale - 0.5, colour) for xy in places if np.isfinite(xy).all()]
        assert np.mean(shown) > 0.97


def _has(picture: np.ndarray, xy: np.ndarray, colour: tuple[int, int, int]) -> bool:
    x, y = np.rint(xy).astype(int)
    part = picture[max(y - 8, 0) : y + 9, max(x - 8, 0) : x + 9].astype(int)
    return bool((np.abs(part - colour).sum(axis=2) < 150).any())


def test_what_may_not_be_compared_has_no_picture(change: ScalpChange) -> None:
    assert change_picture(dataclasses.replace(change, dots=None), "en") is None


def test_the_density_picture_says_that_hair_looks_the_same(change: ScalpChange) -> None:
    found = density_picture(change.before, "en")
    assert found.shape[1] == 1600


@pytest.mark.parametrize(("grey", "palette"), [(200, ON_LIGHT), (60, ON_DARK)])
def test_marks_hold_on_light_and_on_dark_skin(grey: int, palette: dict[Role, tuple[int, int, int]]) -> None:
    skin = np.full((200, 300, 3), grey, np.uint8)
    kinds: tuple[tuple[Shape, Role], ...] = (("ring", "usual"), ("cross", "loss"), ("triangle", "gain"))
    assert colours_on(skin) == palette
    marks = [
        Marks(shape, role, np.array([[60.0 + 80 * number, 100.0]]), np.array([9.0]), "some")
        for number, (shape, role) in enumerate(kinds)
    ]
    found = marked(skin, marks)
    for number, (_, role) in enumerate(kinds):
        part = found[80:120, 40 + 80 * number : 80 + 80 * number].astype(float)
        strongest = np.abs(part - grey).sum(axis=2).max()
        assert strongest > 120
        assert np.abs(part - np.array(palette[role])).sum(axis=2).min() < 60
    middle = found[100, [60, 220]]
    assert (middle == grey).all(), "what is marked stays to be seen"
    assert legend(skin, marks, 10.0).shape[1] == 300
    assert (skin == grey).all()


def test_the_colours_stay_apart_for_people_who_do_not_see_red() -> None:
    # Linear light to what is seen without red cones (F. Viénot, H. Brettel, J. Mollon, Color Res Appl 24 (1999)).
    blind = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
    for palette in (ON_LIGHT, ON_DARK):
        seen = [np.clip(blind @ (np.array(one) / 255) ** 2.2, 0, 1) ** (1 / 2.2) for one in palette.values()]
        apart = [np.linalg.norm(one - other) for number, one in enumerate(seen) for other in seen[number + 1 :]]
        assert min(apart) > 0.15


def test_long_words_go_on_in_another_line_and_are_never_tiny() -> None:
    short, long = band((800, 600), "Short."), band((800, 600), "word " * 60)
    rows = line_height((800, 600))
    assert len(short) == rows
    assert len(long) > rows
    assert len(long) % rows == 0
    assert (long[-rows:] > 200).any()
    assert length_of("Short.", letters_for(rows)) < 800


def test_every_letter_of_spanish_is_drawn_as_itself() -> None:
    letters = "áéíóúüñÁÉÍÓÚÑ¿¡±²°%µ"
    drawn = {band((400, 400), one).tobytes() for one in letters}
    assert len(drawn) == len(letters), "a letter that the font does not have is a box, like any other"
    assert band((400, 400), "\ue000").tobytes() not in drawn
