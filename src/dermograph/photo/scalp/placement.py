"""Where dots go: at random, as dense as a map says, and never nearer to each other than that density allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.photo.scalp.blue_noise import APART, DOTS, tile

Floats = NDArray[np.float64]

SPARSEST = 1 / 256  # of the densest place: what is sparser is taken to be empty
MOST = 2_000_000  # dots of one design
_HALF = 0.5  # of a cell
_SPARE = 1.06  # the dots of the tile over those that the densest place needs, so that chance never runs out of them


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Dots that were placed.

    Attributes:
        xy: ``(n, 2)`` cells of the map, cell centres at integers.
        apart: ``(n,)`` the distance that each keeps, cells: no other dot lies nearer than the smaller of both.
        rank: ``(n,)`` from 0 to 1: the dots of the ranks up to q are the share q of all, and lie as evenly as they do.
    """

    xy: Floats
    apart: Floats
    rank: Floats


def place(density: NDArray[np.floating], count: int, seed: int) -> Placement:
    """Place dots.

    An endless field of dots, each with a rank, is laid over the map; where the map asks for d dots, those of the first
    d ranks stay. The first ranks keep a distance that belongs to d, so that no two dots can ever come too near.

    Args:
        density: ``(rows, cols)`` relative density, finite and at least 0; only its shape counts, not its size.
        count: How many dots, at least 1.
        seed: Settles where.

    Returns:
        Exactly ``count`` dots.

    Raises:
        InputError: If the map is empty or not a density, or the count is no number of dots.
    """
    _check(density, count)
    rng = np.random.default_rng(seed)
    wanted = np.where(density >= SPARSEST * density.max(), density, 0.0).astype(np.float64)
    wanted *= count / wanted.sum()
    spare = _SPARE + 8 / np.sqrt(count)
    side = float(np.sqrt(DOTS / (wanted.max() * spare)))
    xy, rank = (np.concatenate(part) for part in zip(*_laid(rng, wanted, side, spare), strict=True))
    here = wanted[tuple(np.rint(xy[:, ::-1]).astype(np.intp).T)]
    # How much denser than asked the whole would have to be before this dot belongs to it.
    needed = rank / (here * side**2)
    chosen = np.argpartition(needed, count - 1)[:count] if len(needed) > count else np.arange(len(needed))
    scale = float(needed[chosen].max(initial=0.0))
    if len(chosen) < count or scale * wanted.max() * side**2 > DOTS:
        raise InputError(
            Text(f"{count} dots find no room in this area.", f"{count} puntos no caben en esta zona."),
            todo=Text("Draw a larger area.", "Dibuje una zona mayor."),
        )
    chosen = np.sort(chosen)
    apart = APART / np.sqrt(np.maximum(scale, 1.0) * here[chosen])
    return Placement(xy[chosen], apart, needed[chosen] / scale)


def _check(density: NDArray[np.floating], count: int) -> None:
    if not 1 <= count <= MOST:
        raise InputError(
            Text(f"{count} is no number of dots; 1 to {MOST} are.", f"{count} no es un número de puntos (1 a {MOST}).")
        )
    if density.ndim != 2 or not np.isfinite(density).all() or (density < 0).any() or not (density > 0).any():
        raise InputError(Text("The map of the density is empty or wrong.", "El mapa de densidad está vacío o mal."))


def _laid(rng: np.random.Generator, wanted: Floats, side: float, spare: float) -> Iterator[tuple[Floats, Floats]]:
    """The tile again and again over the map, turned at random: places within it, and the ranks of their dots.

    Of each copy only as many dots are looked at as its densest place may need.
    """
    rows, cols = wanted.shape
    turn, shift = rng.uniform(0, 2 * np.pi), rng.uniform(0, side, 2)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])  # of the field, cells of the map
    corners = (np.array([(-0.5, -0.5), (cols, -0.5), (-0.5, rows), (cols, rows)]) @ axes.T - shift) / side
    low, high = np.floor(corners.min(axis=0)).astype(int), np.floor(corners.max(axis=0)).astype(int)
    dots, ranks = tile(), np.arange(DOTS) + 0.5
    square = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    for v in range(low[1], high[1] + 1):
        for u in range(low[0], high[0] + 1):
            copy = np.array([u, v])
            box = ((square + copy) * side + shift) @ axes
            x0, y0 = np.maximum(np.floor(box.min(axis=0)).astype(int), 0)
            x1, y1 = np.ceil(box.max(axis=0)).astype(int) + 1
            under = wanted[y0 : max(y1, 0), x0 : max(x1, 0)]
            most = float(under.max(initial=0.0)) * side**2
            if most == 0:
                continue
            # More than it asks for, as the whole may have to be a little denser to reach the count.
            many = min(int(np.ceil(spare * most)) + 1, DOTS)
            xy = ((dots[:many] + copy) * side + shift) @ axes
            inside = (xy >= -_HALF).all(axis=1) & (xy < np.array([cols, rows]) - _HALF).all(axis=1)
            xy, rank = xy[inside], ranks[:many][inside]
            kept = wanted[tuple(np.rint(xy[:, ::-1]).astype(np.intp).T)] > 0
            yield xy[kept], rank[kept]
