"""Independent evidence on a map: patches searched for around the place where the map puts them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.area import Interest
from dermograph.photo.register.flow import laid_over
from dermograph.photo.register.normalise import MIDDLE, Grey, Mask, View
from dermograph.photo.register.warp import Positions, Warp

PATCH_PX = 33  # of the view
REACH_PX = 10  # how far around its place a patch is searched for
MOST = 500  # patches; more only take time
CLEAR = 0.8  # share of a patch that must be usable in both
EVEN = 12.0  # grey levels; a patch that varies less shows nothing but noise (42 are one local deviation)
AGREES_PX = 2.0  # a patch found this near to its place agrees with the map
CHANCE = 0.95  # quantile of the likeness of unrelated places that a patch must pass to count as found


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """What a search for patches found.

    Attributes:
        xy: ``(n, 2)`` their centres, px of the baseline.
        off: ``(n, 2)`` how far from the map's place each is most alike, px of the baseline.
        likeness: ``(n,)`` correlation there, −1 to 1.
        chance: ``(n,)`` the same in a search around a wrong place.
        agrees: ``(n,)`` whether it is more alike than chance and near its place.
        side: Of a patch, px of the baseline.
    """

    xy: Positions
    off: Positions
    likeness: NDArray[np.float64]
    chance: NDArray[np.float64]
    agrees: Mask
    side: float

    def apart(self, where: Mask) -> int:
        """About how many patches agree that share no pixel."""
        cells = np.floor(self.xy[self.agrees & where] / self.side).astype(np.intp)
        return len(np.unique(cells, axis=0))

    def share(self, where: Mask | None = None) -> float:
        """The share of patches that agree; 0 if there are none."""
        agrees = self.agrees if where is None else self.agrees[where]
        return float(agrees.mean()) if len(agrees) else 0.0


def searched(warp: Warp, views: tuple[View, View], interest: Interest) -> Patches:
    """Search for patches of the baseline in the warped follow-up, half of them at most outside the area of interest.

    Args:
        warp: The map.
        views: Baseline and follow-up at one size.
        interest: The area of interest; without a drawn lesion it is the whole baseline.
    """
    before, after = views
    template, target, usable = laid_over(warp, before, after)
    at = _places(before, template, usable, interest)
    if not len(at):
        nothing = np.empty(0)
        return Patches(np.empty((0, 2)), np.empty((0, 2)), nothing, nothing, np.empty(0, dtype=np.bool_), 1.0)
    wrong = np.roll(at, len(at) // 2 + 1, axis=0)
    off, likeness = _search(template, target, at, at)
    _, chance = _search(template, target, at, wrong)
    far = np.linalg.norm(at - wrong, axis=1) > 2 * REACH_PX
    limit = float(np.quantile(chance[far], CHANCE)) if far.any() else 1.0
    agrees = (likeness > limit) & (np.linalg.norm(off, axis=1) <= AGREES_PX)
    side = PATCH_PX / before.scale[0]
    return Patches(before.to_photograph(at.astype(np.float64)), off / before.scale, likeness, chance, agrees, side)


def _places(view: View, image: Grey, usable: Mask, interest: Interest) -> NDArray[np.intp]:
    """``(n, 2)`` centres of patches in the view: those in the area of interest first, then others."""
    height, width = usable.shape
    share = _textured(image, usable)
    edge = PATCH_PX // 2 + REACH_PX + 1
    if width <= 2 * edge or height <= 2 * edge:
        return np.empty((0, 2), dtype=np.intp)
    found = []
    inside = interest.holds(view.to_photograph(_lattice(width, height, edge, 4).astype(np.float64)))
    for wanted in (True, False):
        area = float(np.count_nonzero(inside == wanted)) * 16
        step = max(int(np.sqrt(area / (MOST / 2))), PATCH_PX // 4)
        at = _lattice(width, height, edge, step)
        good = interest.holds(view.to_photograph(at.astype(np.float64))) == wanted
        found.append(at[good & (share[at[:, 1], at[:, 0]] >= CLEAR)])
    return np.concatenate(found)


def _textured(image: Grey, usable: Mask) -> NDArray[np.float32]:
    """The usable share of the patch around each pixel; 0 where the patch is nearly even and says nothing."""
    window = (PATCH_PX, PATCH_PX)
    share = cv2.blur(usable.astype(np.float32), window, borderType=cv2.BORDER_CONSTANT)
    values = image.astype(np.float32) - np.float32(MIDDLE)
    spread = cv2.blur(values * values, window) - cv2.blur(values, window) ** 2
    return np.asarray(np.where(spread >= EVEN**2, share, 0), dtype=np.float32)


def _lattice(width: int, height: int, edge: int, step: int) -> NDArray[np.intp]:
    x, y = np.meshgrid(np.arange(edge, width - edge, step), np.arange(edge, height - edge, step))
    return np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.intp)


def _search(
    one: Grey, other: Grey, at: NDArray[np.intp], around: NDArray[np.intp]
) -> tuple[Positions, NDArray[np.float64]]:
    """Where each patch of one image is most alike around a place of the other, finer than a pixel, and how alike."""
    half = PATCH_PX // 2
    off, likeness = np.zeros((len(at), 2)), np.zeros(len(at))
    for index, ((x, y), (u, v)) in enumerate(zip(at, around, strict=True)):
        patch = one[y - half : y + half + 1, x - half : x + half + 1]
        reach = half + REACH_PX
        scores = cv2.matchTemplate(
            other[v - reach : v + reach + 1, u - reach : u + reach + 1], patch, cv2.TM_CCOEFF_NORMED
        )
        _, best, _, (col, row) = cv2.minMaxLoc(scores)
        likeness[index] = best if np.isfinite(best) else -1.0
        off[index] = _summit(scores[row], col) - REACH_PX, _summit(scores[:, col], row) - REACH_PX
    return off, likeness


def _summit(line: NDArray[np.generic], peak: int) -> float:
    """The top of the parabola through a peak and its neighbours."""
    if not 0 < peak < len(line) - 1:
        return float(peak)
    left, top, right = (float(value) for value in line[peak - 1 : peak + 2])
    bend = left - 2 * top + right
    return peak + (left - right) / (2 * bend) if bend < 0 else float(peak)
