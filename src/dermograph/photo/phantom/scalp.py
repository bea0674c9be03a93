"""Synthetic scalps with dots of pigment whose places, sizes and tones are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.image import Photograph
from dermograph.photo.phantom import conditions as tiers
from dermograph.photo.phantom.camera import exposed
from dermograph.photo.phantom.card import printed
from dermograph.photo.phantom.fields import smooth
from dermograph.photo.phantom.geometry import Geometry, Severity, view
from dermograph.photo.phantom.scalp_marks import LyingHairs, film, freckles, lying
from dermograph.photo.phantom.scene import CardName
from dermograph.photo.phantom.sheets import lay
from dermograph.photo.phantom.skin import bare_skin
from dermograph.photo.scalp.placement import place

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]
Difficulty = Literal["easy", "hard", "freckled", "shaved", "stubbled", "long_hair", "wet"]

#: Absorbance of black pigment under skin in red, green, blue, over that in green: it looks a little blue.
INK = (1.05, 1.0, 0.9)
HAIR = (0.85, 1.0, 1.1)  # of dark hair
MELANIN = (0.55, 1.0, 1.5)  # of a freckle
_CARD_EDGE_MM = 4.0  # of the frame left beside the card
_BLUR_MM = 0.045  # what light scattered in the skin does to the edge of a dot, standard deviation


@dataclass(frozen=True, slots=True)
class ScalpKind:
    """What a scalp is like.

    Attributes:
        dots_per_cm2: Of pigment; 0 for none.
        diameter_mm: Median diameter of a dot, and the spread of its logarithm.
        absorbance: Median absorbance (base e) in the middle of a dot in green, and the spread of its logarithm.
        uneven: How much the density varies from place to place, 0 for not at all.
        stubble_per_cm2: Cut hairs of 0.3 to 1.2 mm.
        hairs_per_cm2: Longer hairs.
        follicles_per_cm2: Openings of hair follicles without pigment, faint and small.
        hair_mm: Least and greatest length of the longer hairs.
        freckles_per_cm2: Larger, paler and irregular pigment, 0.8 to 3 mm: none of it is a dot.
        pores_per_cm2: Shallow shadows, wider and fainter than a follicle.
        ends_per_cm2: Cut hairs seen end-on, which look like dots of pigment.
        lying_per_cm2: Cut hairs of 0.5 to 3 mm that lie flat.
        wet: The share of the scalp under a film of water that mirrors the lamp, 0 to 1.
    """

    dots_per_cm2: float = 90.0
    diameter_mm: tuple[float, float] = (0.42, 0.12)
    absorbance: tuple[float, float] = (0.55, 0.2)
    uneven: float = 0.25
    stubble_per_cm2: float = 0.0
    hairs_per_cm2: float = 0.0
    follicles_per_cm2: float = 0.0
    hair_mm: tuple[float, float] = (4.0, 12.0)
    freckles_per_cm2: float = 0.0
    pores_per_cm2: float = 0.0
    ends_per_cm2: float = 0.0
    lying_per_cm2: float = 0.0
    wet: float = 0.0


KINDS: dict[Difficulty, ScalpKind] = {
    "easy": ScalpKind(),
    "hard": ScalpKind(
        absorbance=(0.38, 0.3),
        diameter_mm=(0.38, 0.18),
        uneven=0.5,
        stubble_per_cm2=12.0,
        hairs_per_cm2=0.6,
        follicles_per_cm2=20.0,
    ),
    "freckled": ScalpKind(dots_per_cm2=0.0, freckles_per_cm2=4.0, pores_per_cm2=60.0),
    "shaved": ScalpKind(dots_per_cm2=0.0, ends_per_cm2=80.0),
    "stubbled": ScalpKind(dots_per_cm2=0.0, lying_per_cm2=60.0),
    "long_hair": ScalpKind(hairs_per_cm2=15.0, hair_mm=(25.0, 70.0)),
    "wet": ScalpKind(wet=0.35),
}


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Dots of pigment, or what is left of them.

    Attributes:
        xy_mm: ``(n, 2)`` from the upper left corner of the scalp that is drawn.
        diameter_mm: ``(n,)`` where half of the tone is reached.
        absorbance: ``(n,)`` in the middle, green, base e.
    """

    xy_mm: Floats
    diameter_mm: Floats
    absorbance: Floats

    def faded(self, share: Floats) -> Dots:
        """The same with so much of their tone left, ``(n,)`` from 0 to 1; those with none left are gone."""
        left = share > 0
        return Dots(self.xy_mm[left], self.diameter_mm[left], (self.absorbance * share)[left])


@dataclass(frozen=True, slots=True, eq=False)
class PhantomScalp:
    """A synthetic photograph of a scalp and what is true of it.

    Attributes:
        dots: Those of pigment on the scalp that is drawn; some lie beyond the frame where a margin was asked for.
        px_per_mm: Density on the skin.
        stubble_px: ``(m, 2)`` the roots of cut hairs, px of the drawn scalp.
        geometry: How the photograph sees the drawn scalp.
        lying: Cut hairs that lie flat.
    """

    photograph: Photograph
    dots: Dots
    px_per_mm: float
    stubble_px: Floats
    geometry: Geometry
    lying: LyingHairs

    @property
    def xy_px(self) -> Floats:
        """``(n, 2)`` middles of the dots in the photograph, pixel centres at integers."""
        return self._seen(self.dots.xy_mm * self.px_per_mm - 0.5)

    @property
    def lying_px(self) -> Floats:
        """``(n, 2)`` middles of the hairs that lie flat, in the photograph."""
        return self._seen(self.lying.middle_px)

    def _seen(self, drawn: Floats) -> Floats:
        return self.geometry.photo_xy(drawn) if len(drawn) else drawn


def drawn_dots(seed: int, width_mm: float, height_mm: float, kind: ScalpKind) -> Dots:
    """Dots as a practitioner places them: apart from each other, denser here than there, no two alike."""
    rng = np.random.default_rng([seed, 31])
    count = round(kind.dots_per_cm2 * width_mm * height_mm / 100)
    if count == 0:
        return Dots(np.empty((0, 2)), np.empty(0), np.empty(0))
    cells = 2.0  # of the map in a mm
    rows, cols = max(round(height_mm * cells), 1), max(round(width_mm * cells), 1)
    density = np.exp(kind.uneven * smooth(rng, rows, cols, 12 * cells)).astype(np.float64)
    at = (place(density, count, seed).xy + 0.5) / cells
    at = at + rng.normal(0, 0.04, at.shape)  # a hand is no printer
    size = kind.diameter_mm[0] * np.exp(kind.diameter_mm[1] * rng.standard_normal(count))
    tone = kind.absorbance[0] * np.exp(kind.absorbance[1] * rng.standard_normal(count))
    return Dots(at, np.clip(size, 0.15, 1.0), np.clip(tone, 0.06, 1.4))


def scalp(  # noqa: PLR0913 -- each argument is one thing that differs between photographs
    seed: int,
    *,
    difficulty: Difficulty = "easy",
    kind: ScalpKind | None = None,
    dots: Dots | None = None,
    width: int = 4000,
    height: int = 3000,
    px_per_mm: float = 20.0,
    phototype: int = 2,
    visit: int = 0,
    blur_px: float | None = None,
    margin_px: int = 0,
    severity: Severity = "straight",
    round_mm: float = np.inf,
    card: CardName | None = None,
) -> PhantomScalp:
    """Photograph a scalp.

    Args:
        seed: Settles the person; from 10,000 on held out.
        difficulty: ``easy``: capture protocol, dark dots, no hair. ``hard``: moderate light and blur, pale uneven dots,
            stubble, hairs and follicles. The others show, under the capture protocol, what no dots may be counted in:
            see ``KINDS``.
        kind: What the scalp is like; None for what goes with the difficulty.
        dots: The dots to show; None to draw them.
        width: Of the photograph, px.
        height: Of the photograph, px.
        px_per_mm: Density.
        phototype: Fitzpatrick's, 1 to 6.
        visit: Settles light, noise and hair of one photograph.
        blur_px: Blur of the lens, a standard deviation; None for what goes with the difficulty.
        margin_px: Scalp that is drawn around what the photograph shows from straight above; the same for every
            photograph of one person, and enough for how far the view strays.
        severity: How far the view strays.
        round_mm: Radius of the head, a sphere whose top is in the middle; infinite for a flat scalp.
        card: The card in the lower left corner; None for none.
    """
    like = kind or KINDS[difficulty]
    person = np.random.default_rng([seed, 32])
    rng = np.random.default_rng([seed, visit, 33])
    across, down = width + 2 * margin_px, height + 2 * margin_px
    size_mm = across / px_per_mm, down / px_per_mm
    shown = drawn_dots(seed, *size_mm, like) if dots is None else dots
    light = bare_skin(person, down, across, px_per_mm, phototype).light
    ink = _stamped(shown, (down, across), px_per_mm)
    roots, hair = _hair(rng, (down, across), px_per_mm, like)
    dark = cv2.merge([ink * np.float32(one) + hair * np.float32(other) for one, other in zip(INK, HAIR, strict=True)])
    hairs = _add_marks(np.asarray(dark, dtype=np.float32), (seed, visit), px_per_mm, like)
    light = np.asarray(light * np.exp(-dark), dtype=np.float32)
    taken = tiers.draw(rng, "moderate" if difficulty == "hard" else "protocol", None)
    if blur_px is not None:
        taken = replace(taken, blur_px=blur_px)
    seen = replace(
        view(np.random.default_rng([seed, visit, 34]), severity, width, height, margin_px),
        axis_px=(across / 2 - 0.5, down / 2 - 0.5),
        radius_px=round_mm * px_per_mm,
        is_sphere=True,
    )
    if margin_px or severity != "straight" or np.isfinite(round_mm):
        light = np.asarray(cv2.remap(light, *seen.dense(), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT), np.float32)
        np.maximum(light, np.float32(1e-4), out=light)
        if (facing := seen.facing()) is not None:
            light *= facing[..., None]
    if like.wet:
        light += film(np.random.default_rng([seed, visit, 37]), (height, width), px_per_mm, like.wet)[..., None]
    if card is not None:
        _lay_card(light, card, px_per_mm, seen)
    rgb = exposed(rng, light, taken)
    name = f"synthetic-scalp-{seed}-{visit}-{difficulty}.jpg"
    return PhantomScalp(Photograph(rgb=rgb, name=name), shown, px_per_mm, roots, seen, hairs)


def _lay_card(light: Picture, card: CardName, px_per_mm: float, seen: Geometry) -> None:
    """The card in the lower left corner of the frame, flat in the plane that touches the top of the head."""
    sheet = printed(card, 7, px_per_mm, None).sheet
    left, low = seen.plane_xy(np.array([_CARD_EDGE_MM * px_per_mm, light.shape[0] - _CARD_EDGE_MM * px_per_mm]))
    place = np.array([[px_per_mm, 0, left], [0, px_per_mm, low - sheet.height_mm * px_per_mm], [0, 0, 1.0]])
    lay(light, sheet, np.linalg.inv(seen.homography) @ place)


def _stamped(dots: Dots, shape: tuple[int, int], px_per_mm: float) -> Picture:
    """``(h, w)`` absorbance in green of all dots, each a disc with the soft edge that skin gives it."""
    canvas = np.zeros(shape, np.float32)
    for (x, y), across, tone in zip(dots.xy_mm * px_per_mm - 0.5, dots.diameter_mm, dots.absorbance, strict=True):
        half = int(np.ceil((across / 2 + 3 * _BLUR_MM) * px_per_mm)) + 1
        left, top = round(x) - half, round(y) - half
        grid = np.arange(2 * half + 1)
        away = np.hypot(*(side - at for side, at in zip(np.meshgrid(grid + left, grid + top), (x, y), strict=True)))
        # A disc through a Gaussian is nearly this: half of the tone at the radius, the blur's slope there.
        soft = max(_BLUR_MM * px_per_mm, 0.5)
        stamp = tone / (1 + np.exp((away - across / 2 * px_per_mm) * 1.6 / soft))
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + len(grid), shape[1]), min(top + len(grid), shape[0])
        if x0 < x1 and y0 < y1:
            canvas[y0:y1, x0:x1] += stamp[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32)
    return canvas


def _hair(
    rng: np.random.Generator, shape: tuple[int, int], px_per_mm: float, kind: ScalpKind
) -> tuple[Floats, Picture]:
    """Roots of the stubble, and ``(h, w)`` absorbance of stubble, hairs and follicles."""
    height, width = shape
    cm2 = height * width / (100 * px_per_mm**2)
    canvas = np.zeros(shape, np.float32)
    lie = rng.uniform(0, 2 * np.pi)
    roots = rng.uniform(0, 1, (rng.poisson(kind.stubble_per_cm2 * cm2), 2)) * (width, height)
    for root in roots:
        length = float(rng.uniform(0.3, 1.2)) * px_per_mm
        _line(canvas, root, lie + rng.normal(0, 0.35), length, float(rng.uniform(0.05, 0.09)) * px_per_mm, 0.9)
    for root in rng.uniform(0, 1, (rng.poisson(kind.hairs_per_cm2 * cm2), 2)) * (width, height):
        length = float(rng.uniform(*kind.hair_mm)) * px_per_mm
        _line(canvas, root, lie + rng.normal(0, 0.6), length, float(rng.uniform(0.04, 0.08)) * px_per_mm, 0.8)
    count = rng.poisson(kind.follicles_per_cm2 * cm2)
    pits = Dots(
        rng.uniform(0, 1, (count, 2)) * (width / px_per_mm, height / px_per_mm),
        rng.uniform(0.08, 0.16, count),
        rng.uniform(0.05, 0.18, count),
    )
    soft = cv2.GaussianBlur(canvas, (0, 0), max(0.015 * px_per_mm, 0.3))
    return roots, np.asarray(soft + _stamped(pits, shape, px_per_mm), dtype=np.float32)


def _add_marks(dark: Picture, who: tuple[int, int], px_per_mm: float, kind: ScalpKind) -> LyingHairs:
    """Freckles, pores and cut hair on a scalp ``(h, w, 3)``, which is changed, from random numbers of their own.

    Args:
        dark: Absorbance in red, green, blue.
        who: Person and visit.
        px_per_mm: Density.
        kind: How many of each.
    """
    seed, visit = who
    shape = dark.shape[0], dark.shape[1]
    if kind.freckles_per_cm2:
        _tint(dark, freckles(np.random.default_rng([seed, 35]), shape, px_per_mm, kind.freckles_per_cm2), MELANIN)
    for number, per_cm2, size, tone, tint in (
        (1, kind.pores_per_cm2, (0.15, 0.3), (0.03, 0.1), MELANIN),
        (2, kind.ends_per_cm2, (0.25, 0.45), (0.35, 0.75), HAIR),
    ):
        if per_cm2:
            own = np.random.default_rng([seed, number, 38])
            count = own.poisson(per_cm2 * shape[0] * shape[1] / (100 * px_per_mm**2))
            at = own.uniform(0, 1, (count, 2)) * shape[::-1] / px_per_mm
            marks = Dots(at, own.uniform(*size, count), own.uniform(*tone, count))
            _tint(dark, _stamped(marks, shape, px_per_mm), tint)
    found, layer = lying(np.random.default_rng([seed, visit, 36]), shape, px_per_mm, kind.lying_per_cm2)
    if layer is not None:
        _tint(dark, layer, HAIR)
    return found


def _tint(dark: Picture, layer: Picture, tint: tuple[float, float, float]) -> None:
    """Add the absorbance of one layer, which is known in green, to that of all colours."""
    for channel, share in enumerate(tint):
        dark[..., channel] += layer * np.float32(share)


def _line(canvas: Picture, root: Floats, heading: float, length: float, thick: float, dark: float) -> None:
    """One hair, slightly bent, drawn to a sixteenth of a pixel; thinner than a pixel is paler."""
    steps = np.linspace(0, 1, 8)[:, None]
    bend = heading + 0.25 * steps[:, 0]
    path = root + length * steps * np.stack([np.cos(bend), np.sin(bend)], axis=-1)
    points = np.rint(path * 16).astype(np.int32)[None]
    width = max(round(thick), 1)
    cv2.polylines(canvas, [points], isClosed=False, color=dark * min(thick / width, 1.0), thickness=width, shift=4)
