"""The design of a treatment: where dots shall lie, in which session, how large and how dark."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text, spanish
from dermograph.photo.outline.outline import Outline
from dermograph.photo.scalp.density import DensityMap
from dermograph.photo.scalp.dots import Dots
from dermograph.photo.scalp.head import Head
from dermograph.photo.scalp.placement import MOST, place

Floats = NDArray[np.float64]

CELL_MM = 0.5  # of the map that the dots are placed by
DENSEST = 400.0  # dots per cm²: nearer than 0.34 mm they would run into each other
SESSIONS = 3  # "about three sessions": S3, "Exactly how does the treatment work?"
MOST_SESSIONS = 6
DIAMETER_MM = 0.42  # where there is no stubble to go by: a usual follicle's shadow; an assumption
TONE = 0.5  # absorbance, base e; the same
_DIAMETERS, _TONES = (0.2, 0.8), (0.15, 1.2)
#: Assumptions that a clinic replaces by its own figures.
DOTS_A_MINUTE, DOTS_A_NEEDLE = 60.0, 3000.0
_TO_THE_EDGE = 0.5  # px, from the middle of a pixel
_FRONT_GRAIN_MM = 4.0  # from one bay of the front edge to the next
_SCATTER = 0.1  # of the ranks by which dots are given to sessions
_SIDE = Place(field="area")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        per_cm2: Dots and hairs together on a cm² of skin, above 0.
        soft_mm: Over how many mm the front edge grows to full density, 0 or more.
        ragged_mm: How far the front edge strays to and fro, 0 or more.
        sessions: In how many sessions, 1 to 6.
        diameter_mm: Of a dot; None takes the patient's own stubble, or the usual.
        tone: Absorbance of a settled dot; None takes the patient's own stubble, or the usual.
        dots_a_minute: How fast the practitioner works.
        dots_a_needle: After how many dots the needle is changed.
    """

    per_cm2: float = 90.0
    soft_mm: float = 8.0
    ragged_mm: float = 2.0
    sessions: int = SESSIONS
    diameter_mm: float | None = None
    tone: float | None = None
    dots_a_minute: float = DOTS_A_MINUTE
    dots_a_needle: float = DOTS_A_NEEDLE

    def __post_init__(self) -> None:
        for value, low, high, what in (
            (self.per_cm2, 1.0, DENSEST, Text("dots per cm²", "puntos por cm²")),
            (self.soft_mm, 0.0, 50.0, Text("mm of soft edge", "mm de borde suave")),
            (self.ragged_mm, 0.0, 10.0, Text("mm of ragged edge", "mm de borde irregular")),
            (self.sessions, 1, MOST_SESSIONS, Text("sessions", "sesiones")),
            (_or(self.diameter_mm, DIAMETER_MM), *_DIAMETERS, Text("mm across a dot", "mm de diámetro")),
            (_or(self.tone, TONE), *_TONES, Text("tone of a dot", "tono de un punto")),
            (self.dots_a_minute, 1.0, 1000.0, Text("dots a minute", "puntos por minuto")),
            (self.dots_a_needle, 1.0, 1e6, Text("dots a needle", "puntos por aguja")),
        ):
            if not (math.isfinite(value) and low <= value <= high):
                raise InputError(
                    Text(
                        f"{value:g}: {what.en} must be {low:g} to {high:g}.",
                        f"{value:g}: {what.es}, de {low:g} a {high:g}.",
                    )
                )


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Dots to be set.

    Attributes:
        xy_px: ``(n, 2)`` px of the photograph.
        diameter_mm: ``(n,)``.
        tone: ``(n,)`` absorbance in the middle once settled.
        session: ``(n,)`` from 1 on.
        apart_px: ``(n,)`` no other dot lies nearer than the smaller of both.
        area_cm2: Of skin that was drawn.
        px_per_mm: Density of the photograph on the skin.
        shape: Rows and columns of the photograph.
        by_stubble: Whether size and tone come from the patient's own stubble.
        wish: What was asked for.
    """

    xy_px: Floats
    diameter_mm: Floats
    tone: Floats
    session: NDArray[np.intp]
    apart_px: Floats
    area_cm2: float
    px_per_mm: float
    shape: tuple[int, int]
    by_stubble: bool
    wish: Wish

    def __len__(self) -> int:
        return len(self.xy_px)

    @property
    def by_session(self) -> tuple[int, ...]:
        """How many dots each session sets."""
        return tuple(np.bincount(self.session, minlength=self.wish.sessions + 1)[1:].tolist())

    def scaled(self, shape: tuple[int, int]) -> Design:
        """The same design on the same photograph at another size.

        Args:
            shape: Rows and columns of that.
        """
        across, down = shape[1] / self.shape[1], shape[0] / self.shape[0]
        return replace(
            self,
            xy_px=(self.xy_px + 0.5) * (across, down) - 0.5,
            apart_px=self.apart_px * min(across, down),
            px_per_mm=self.px_per_mm * across,
            shape=shape,
        )

    def to_json(self) -> dict[str, Any]:
        """What is to be done: counts, minutes and needles of each session; not the dots themselves."""
        return {
            "dots": len(self),
            "area_cm2": self.area_cm2,
            "diameter_mm": float(np.median(self.diameter_mm)),
            "tone": float(np.median(self.tone)),
            "by_stubble": self.by_stubble,
            "sessions": [
                {
                    "dots": dots,
                    "minutes": dots / self.wish.dots_a_minute,
                    "needles": math.ceil(dots / self.wish.dots_a_needle),
                }
                for dots in self.by_session
            ],
            "assumed": {"dots_a_minute": self.wish.dots_a_minute, "dots_a_needle": self.wish.dots_a_needle},
        }


def design(
    shape: tuple[int, int],
    head: Head,
    area: Outline,
    wish: Wish,
    *,
    front: ArrayLike | None = None,
    hair: tuple[Dots, DensityMap] | None = None,
    seed: int = 1,
) -> Design:
    """Place the dots of a treatment.

    Args:
        shape: Rows and columns of the photograph.
        head: How the scalp is curved, and the scale.
        area: Where dots may lie.
        wish: What is asked for.
        front: ``(n, 2)`` the front edge, px: there the density grows softly and the edge is ragged.
        hair: The patient's own stubble in the same photograph: dots follow what it leaves to be filled. Without it
            every edge is soft.
        seed: Settles where.

    Raises:
        InputError: If the area lies outside the photograph or on skin too steep to be seen, or nothing is to be filled.
    """
    line = None if front is None else np.asarray(front, dtype=np.float64).reshape(-1, 2)
    _check(shape, area, line)
    cell = CELL_MM * head.px_per_mm
    x0, y0, x1, y1 = area.bounds
    cols, rows = max(math.ceil((x1 - x0) / cell), 1), max(math.ceil((y1 - y0) / cell), 1)
    cells = np.stack(np.meshgrid(np.arange(cols), np.arange(rows)), axis=-1).reshape(-1, 2)
    at = np.asarray(cells * cell + (x0, y0), dtype=np.float64)
    inside = area.mask(x0, y0, cols, rows, scale=1 / cell)
    if not head.is_counted(at)[inside.ravel()].all():
        raise InputError(
            Text("Part of the area is too steep to be seen from here.", "Parte de la zona está demasiado inclinada."),
            place=_SIDE,
            todo=Text("Photograph it from straight above.", "Fotografíela desde encima."),
        )
    stretch = np.where(inside, head.stretch(at).reshape(rows, cols), 0.0)
    chance = np.random.default_rng([seed, 41])
    edges: list[Any] = [] if line is None else [_line(line, (rows, cols), (x0, y0), cell)]
    if hair is None:  # nothing that the dots could merge with: the other edges must not be hard either
        edges.append(cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1])
    wanted = wish.per_cm2 * _edge(edges, (rows, cols), wish, chance)
    if hair is not None:
        wanted = np.maximum(wanted - _at(hair[1], at).reshape(rows, cols), 0)
    cm2 = stretch * (CELL_MM / 10) ** 2
    count = round(float((wanted * cm2).sum()))
    if not 1 <= count <= MOST:
        raise InputError(
            Text(f"The area asks for {count} dots.", f"La zona pide {count} puntos."),
            place=_SIDE,
            todo=Text(
                f"Draw an area, and ask for a density, that need 1 to {MOST:,} dots.",
                f"Dibuje una zona y pida una densidad que necesiten de 1 a {spanish(MOST)} puntos.",
            ),
        )
    found = place(wanted * stretch, count, seed)
    across, dark = _like(wish, hair[0] if hair else None)
    size = np.clip(across * np.exp(0.06 * chance.standard_normal(count)), *_DIAMETERS)
    tone = np.clip(dark * np.exp(0.08 * chance.standard_normal(count)), *_TONES)
    return Design(
        xy_px=found.xy * cell + (x0, y0),
        diameter_mm=size,
        tone=tone,
        session=_sessions(found.rank, wish.sessions, chance),
        apart_px=found.apart * cell,
        area_cm2=float(cm2.sum()),
        px_per_mm=head.px_per_mm,
        shape=shape,
        by_stubble=hair is not None and len(hair[0]) > 0 and wish.diameter_mm is None and wish.tone is None,
        wish=wish,
    )


def _check(shape: tuple[int, int], area: Outline, front: Floats | None) -> None:
    height, width = shape
    edge = np.array([width, height]) - _TO_THE_EDGE  # of the last pixels, where an outline may end
    lines = area.lesion if front is None else (*area.lesion, front)
    if not all(((points >= -_TO_THE_EDGE) & (points <= edge)).all() for points in lines):  # so that NaN is outside too
        raise InputError(
            Text("The area or its front lies outside the photograph.", "La zona o su frente quedan fuera de la foto."),
            place=_SIDE,
            todo=Text("Draw it within the photograph.", "Dibújela dentro de la fotografía."),
        )
    if front is not None and len(front) < 2:
        raise InputError(Text("The front edge needs two points.", "La línea frontal necesita dos puntos."))


def _line(front: Floats, shape: tuple[int, int], corner: tuple[float, float], cell: float) -> Floats:
    """``(rows, cols)`` cells from the front edge."""
    line = np.ones(shape, np.uint8)
    points = np.rint((front - corner) / cell * 16).astype(np.int32)
    cv2.polylines(line, [points], isClosed=False, color=0, thickness=1, shift=4)
    return np.asarray(cv2.distanceTransform(line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), dtype=np.float64)


def _edge(edges: list[Any], shape: tuple[int, int], wish: Wish, chance: np.random.Generator) -> Floats:
    """``(rows, cols)`` how much of the full density each cell gets: less near the edges, which stray to and fro."""
    found = np.ones(shape)
    for away in edges:
        noise = chance.standard_normal(shape).astype(np.float32)
        bays = cv2.GaussianBlur(noise, (0, 0), _FRONT_GRAIN_MM / CELL_MM / 2)
        strays = wish.ragged_mm * (1 + np.clip(bays / max(float(bays.std()), 1e-6), -2, 2)) / 2
        share = np.clip((away * CELL_MM - strays) / max(wish.soft_mm, CELL_MM), 0, 1)
        found *= share * share * (3 - 2 * share)
    return found


def _at(hair: DensityMap, xy: Floats) -> Floats:
    """``(n,)`` density of hair at places of the photograph; where it is not known, none."""
    rows, cols = hair.per_cm2.shape
    cell = np.clip(((xy + 0.5) / hair.step_px).astype(np.intp), 0, (cols - 1, rows - 1))
    return np.nan_to_num(hair.per_cm2[cell[:, 1], cell[:, 0]])


def _sessions(rank: Floats, sessions: int, chance: np.random.Generator) -> NDArray[np.intp]:
    """``(n,)`` the session of each dot, as many in each and evenly spread, but for a scatter: else rows would show."""
    order = np.argsort(np.argsort(rank + _SCATTER * chance.standard_normal(len(rank))))
    return np.asarray(1 + order * sessions // len(rank), dtype=np.intp)


def _like(wish: Wish, stubble: Dots | None) -> tuple[float, float]:
    """Size and tone of the dots: as asked, or like the stubble, within what can be set; else the usual."""
    own = stubble is not None and len(stubble) > 0
    size = float(np.median(stubble.diameter_mm)) if stubble is not None and own else DIAMETER_MM
    tone = float(np.median(stubble.absorbance)) if stubble is not None and own else TONE
    return (
        _or(wish.diameter_mm, float(np.clip(size, *_DIAMETERS))),
        _or(wish.tone, float(np.clip(tone, *_TONES))),
    )


def _or(wished: float | None, usual: float) -> float:
    """What was asked for, be it 0; the usual where nothing was."""
    return usual if wished is None else wished
