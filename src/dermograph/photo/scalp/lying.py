"""Cut hair that lies flat: short dark lines, each followed from end to end, so that crossing ones stay apart."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from dermograph.photo.scalp.ground import Light, darkness
from dermograph.photo.scalp.lines import LEVEL, strengths

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]
Mask = NDArray[np.bool_]

SHORTEST_MM, LONGEST_MM = 0.4, 3.6  # of what counts as cut hair: 0.5 to 3 mm, and what measuring a length is off by
_WORKED_PX_PER_MM = 16.0
_RIDGE_MM = 0.035  # of the blur at which lines are looked for, a standard deviation
_KERNEL_MM = 0.4  # along which a line is looked for at once, so that each of two crossing ones keeps its own direction
_ANGLES = 24
_SEEN, _FOLLOWED = 0.04, 0.02  # second derivative across, times that blur squared: to start on a line, to stay on it
_OVER_NOISE = 5.0
_MAD = 1.4826  # to a standard deviation
_SAMPLED = 7  # every so manieth pixel tells the noise well enough
_SEED_PX = 5  # one start in a square of so many px
_FOLLOW, _DRIFT = 0.15, 0.25  # how much of a turn, and how many px to the side, a walk takes over in a step
_GAP_MM = 0.2  # where another hair crosses, no line is seen
_END = 0.55  # of a line's usual strength: about half of the kernel lies beyond the end
_OWN = 0.35  # of a walk, on no better one: else it is the same line
_ROUNDS = 4
_FULL_MM = 1.0  # from this length on a line is no better for being longer
_DOWN, _ACROSS = (axis.ravel() for axis in np.mgrid[-1:2, -1:2])
_PROFILE_MM, _PROFILE_STEPS = 0.25, 17  # to each side, and samples across
_WIDEST_MM = 0.1  # a standard deviation of the profile: what is wider is no hair
_PALEST_MM = 0.012  # absorbance times width: what is paler is a furrow
_LENS_PX = 1.0  # what a sharp lens, pixels and a walk beside the middle add to a profile, a standard deviation
_WIDTHS = (0.03, 0.15)


@dataclass(frozen=True, slots=True, eq=False)
class LyingHairs:
    """Cut hairs that lie flat.

    Attributes:
        xy_px: ``(n, 2)`` half-way along each, px of the photograph.
        ends_px: ``(n, 2, 2)`` where each begins and ends.
        length_mm: ``(n,)``.
        width_mm: ``(n,)``.
        absorbance: ``(n,)`` against the skin beside it, base e.
    """

    xy_px: Floats
    ends_px: Floats
    length_mm: Floats
    width_mm: Floats
    absorbance: Floats

    def __len__(self) -> int:
        return len(self.xy_px)

    @property
    def shade_mm2(self) -> Floats:
        """``(n,)`` absorbance times area: how much light each takes."""
        return self.absorbance * self.width_mm * self.length_mm


def find_lying(
    rgb: NDArray[np.uint8], px_per_mm: float, usable: Mask | None = None, *, light: Light | None = None
) -> LyingHairs:
    """Find cut hair that lies flat.

    Args:
        rgb: ``(h, w, 3)`` uint8, upright.
        px_per_mm: Density on the skin.
        usable: ``(h, w)`` where to look, at any size with the same aspect; None for everywhere.
        light: The camera undone, as a card in view allows; None takes the curve of any phone.
    """
    dark, share = darkness(rgb, px_per_mm, _WORKED_PX_PER_MM, light)
    density = px_per_mm * share
    strength = strengths(dark, _RIDGE_MM * density, _KERNEL_MM * density, _ANGLES)
    paths = _best(*_walked(strength, density), density)
    if not paths:
        return LyingHairs(np.empty((0, 2)), np.empty((0, 2, 2)), np.empty(0), np.empty(0), np.empty(0))
    spread, amount = _profiles(dark, paths, density)
    wide = np.sqrt(np.maximum(12 * (spread**2 - (_LENS_PX * share / density) ** 2), 0)).clip(*_WIDTHS)
    middle = np.stack([path[len(path) // 2] for path in paths])
    kept = (spread < _WIDEST_MM) & (amount > _PALEST_MM)
    if usable is not None:
        size = dark.shape[::-1]
        place = cv2.resize(usable.view(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
        col, row = np.clip(np.rint(middle).astype(np.intp), 0, np.array(size) - 1).T
        kept &= place[row, col]
    length = np.array([len(path) for path in paths]) / density
    ends = np.stack([path[[0, -1]] for path in paths])
    return LyingHairs(
        xy_px=(middle[kept] + 0.5) / share - 0.5,
        ends_px=(ends[kept] + 0.5) / share - 0.5,
        length_mm=length[kept],
        width_mm=wide[kept],
        absorbance=(amount / wide)[kept],
    )


def _walked(strength: NDArray[np.uint8], density: float) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Lines from many starts: ``(steps, n, 2)`` places of each, ``(2, n)`` first and last step, ``(n,)`` strength."""
    noise = _MAD * LEVEL * float(np.median(strength[0].ravel()[::_SAMPLED]))
    seen, followed = (max(least, _OVER_NOISE * noise * least / _SEEN) / LEVEL for least in (_SEEN, _FOLLOWED))
    starts, headings = [], []
    square = np.ones((_SEED_PX, _SEED_PX), np.uint8)
    for number in range(_ANGLES):
        here = strength[number]
        top = (here >= cv2.dilate(here, square)) & (here > seen)
        top &= (here >= strength[number - 1]) & (here >= strength[(number + 1) % _ANGLES])
        row, col = np.nonzero(top)
        starts.append(np.stack([col, row], axis=-1))
        headings.append(np.full(len(row), number * np.pi / _ANGLES))
    start, heading = np.concatenate(starts).astype(np.float64), np.concatenate(headings)
    steps, gap = round(LONGEST_MM * density) + 2, max(round(_GAP_MM * density), 2)
    ahead, far, seen_ahead = _one_way(strength, start, heading, followed, (steps, gap))
    back, near, seen_back = _one_way(strength, start, heading + np.pi, followed, (steps, gap))
    places = np.concatenate([back[:0:-1], ahead])
    seen_at = np.concatenate([seen_back[:0:-1], seen_ahead])
    step = np.arange(len(places))[:, None]
    on = (step >= steps - near) & (step <= steps + far)
    usual = np.nanmedian(np.where(on, seen_at, np.nan), axis=0) if len(start) else np.empty(0)
    on &= seen_at >= _END * usual
    first, last = on.argmax(axis=0), len(places) - 1 - on[::-1].argmax(axis=0)
    return places, np.stack([first, last]), usual


def _one_way(
    strength: NDArray[np.uint8], start: Floats, heading: Floats, followed: float, most: tuple[int, int]
) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Follow lines step by step.

    Returns:
        ``(steps + 1, n, 2)`` places, ``(n,)`` the last step that was on the line, ``(steps + 1, n)`` its strength.
    """
    steps, gap = most
    rows, cols = strength.shape[1:]
    here, turned = start.copy(), heading.copy()
    places, found = np.empty((steps + 1, *start.shape)), np.zeros((steps + 1, len(start)))
    last, missed = np.zeros(len(start), np.intp), np.zeros(len(start), np.intp)

    def at(shift: float, turn: int) -> Floats:
        number = (np.rint(turned * (_ANGLES / np.pi)).astype(np.intp) + turn) % _ANGLES
        col = np.clip(np.rint(here[:, 0] + shift * side[:, 0]).astype(np.intp), 0, cols - 1)
        row = np.clip(np.rint(here[:, 1] + shift * side[:, 1]).astype(np.intp), 0, rows - 1)
        return strength[number, row, col].astype(np.float64)

    for step in range(steps + 1):
        forward = np.stack([np.cos(turned), np.sin(turned)], axis=-1)
        side = forward[:, ::-1] * (-1, 1)
        if step:
            here = here + forward
        middle = at(0, 0)
        off, turn = _summit(at(-1, 0), middle, at(1, 0)), _summit(at(0, -1), middle, at(0, 1))
        inside = ((here >= 0) & (here <= (cols - 1, rows - 1))).all(axis=1)
        on = inside & (middle >= followed) & (missed <= gap)
        missed = np.where(on, 0, missed + 1)
        last = np.where(on, step, last)
        places[step], found[step] = here, np.where(on, middle, 0)
        here = here + np.where(on, _DRIFT * off, 0)[:, None] * side
        nearest = np.rint(turned * (_ANGLES / np.pi)) * (np.pi / _ANGLES)
        turned = turned + np.where(on, _FOLLOW * (nearest + turn * np.pi / _ANGLES - turned), 0)
    return places, last, found


def _summit(before: Floats, here: Floats, after: Floats) -> Floats:
    """``(n,)`` where between its neighbours a value is greatest, -1 to 1."""
    bend = before - 2 * here + after
    return np.where(bend < 0, (before - after) / np.where(bend < 0, 2 * bend, 1), np.sign(after - before)).clip(-1, 1)


def _best(places: Floats, ends: NDArray[np.intp], usual: Floats, density: float) -> list[Floats]:
    """Of all walks along one line the best: ``(n, 2)`` each, one place a px, from end to end."""
    count = ends[1] - ends[0] + 1
    chosen = np.flatnonzero((count >= SHORTEST_MM * density) & (count <= LONGEST_MM * density))
    order = chosen[np.argsort(usual[chosen] * np.minimum(count[chosen], _FULL_MM * density))]  # the best last
    paths = [places[ends[0, one] : ends[1, one] + 1, one] for one in order]
    if not paths:
        return []
    lengths = np.array([len(path) for path in paths])
    number = np.repeat(np.arange(len(paths)), lengths)
    x, y = np.rint(np.concatenate(paths)).astype(np.intp).T + 1
    owner = np.full((y.max() + 2, x.max() + 2), -1, np.int32)
    open_, kept = np.ones(len(paths), np.bool_), np.zeros(len(paths), np.bool_)
    for _ in range(_ROUNDS):
        for which in (open_, kept):  # what is kept stays the owner of its places
            part = which[number]
            owner[y[part, None] + _DOWN, x[part, None] + _ACROSS] = number[part, None]  # of several the last
        own = np.bincount(number, owner[y, x] == number, len(paths)) / lengths
        better = np.bincount(number, kept[owner[y, x]] & (owner[y, x] != number), len(paths)) / lengths
        kept |= open_ & (own >= _OWN)
        open_ &= ~kept & (better < 1 - _OWN)
        owner[:] = -1
    return [path for path, one in zip(paths, kept, strict=True) if one]


def _profiles(dark: Picture, paths: list[Floats], density: float) -> tuple[Floats, Floats]:
    """``(n,)`` of each line: the standard deviation of its profile, mm, and absorbance times width, mm."""
    ways = np.concatenate([np.gradient(path, axis=0) for path in paths])
    ways /= np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-6)
    side = ways[:, ::-1] * (-1, 1)
    offsets = np.linspace(-_PROFILE_MM, _PROFILE_MM, _PROFILE_STEPS) * density
    at = np.concatenate(paths)[:, None] + offsets[:, None] * side[:, None]
    seen = map_coordinates(dark, (at[..., 1], at[..., 0]), order=1, mode="nearest")
    starts = np.concatenate([[0], np.cumsum([len(path) for path in paths])[:-1]])
    counts = np.array([len(path) for path in paths])
    mean = np.add.reduceat(np.asarray(seen, dtype=np.float64), starts, axis=0) / counts[:, None]
    # Skin beside it; of the two sides the one with less of another hair on it.
    ground = np.minimum(mean[:, :3].mean(axis=1), mean[:, -3:].mean(axis=1))
    above = np.maximum(mean - ground[:, None], 0)
    middle = slice(_PROFILE_STEPS // 4, _PROFILE_STEPS - _PROFILE_STEPS // 4)
    amount = above[:, middle].sum(axis=1) * (2 * _PROFILE_MM / (_PROFILE_STEPS - 1))
    peak = np.maximum(above[:, middle].max(axis=1), 1e-6)
    return amount / (peak * np.sqrt(2 * np.pi)), amount
