"""Two photographs of the same skin, with the exact map between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.phantom.conditions import Tier
from dermograph.photo.phantom.geometry import homography_residual
from dermograph.photo.phantom.lesions import Kind
from dermograph.photo.phantom.scene import CardName, Scene, scene
from dermograph.photo.phantom.shots import PhantomPhoto, shoot

PairSeverity = Literal["mild", "moderate", "severe"]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A baseline and its follow-up.

    Attributes:
        before: The baseline.
        after: The follow-up.
        scene: The skin of both.
    """

    before: PhantomPhoto
    after: PhantomPhoto
    scene: Scene

    def after_xy(self, before_xy: ArrayLike) -> NDArray[np.float64]:
        """Where places of the baseline lie in the follow-up, ``(…, 2)`` px; also outside its frame."""
        return self.after.truth.photo_xy(self.before.truth.scene_xy(before_xy))

    def true_map(self, step: int) -> NDArray[np.float32]:
        """The exact map as a registration gives it.

        Args:
            step: Baseline pixels between two nodes.

        Returns:
            ``(rows, cols, 2)`` float32: follow-up x, y of the baseline pixel ``(col·step, row·step)``; NaN where the
            follow-up's frame does not hold it. The last nodes lie on or beyond the baseline's last pixels.
        """
        photo = self.before.photograph
        x, y = np.arange(0, photo.width - 1 + step, step), np.arange(0, photo.height - 1 + step, step)
        found = self.after_xy(np.stack(np.meshgrid(x, y), axis=-1))
        limit = np.array([self.after.photograph.width - 1, self.after.photograph.height - 1])
        found[np.any((found < 0) | (found > limit), axis=-1)] = np.nan
        return found.astype(np.float32)

    def homography_residual(self) -> float:
        """Mean distance, px of the follow-up, that the best homography leaves over the overlap."""
        step = max(self.before.photograph.width // 80, 1)
        found = self.true_map(step).astype(np.float64)
        rows, cols = found.shape[:2]
        source = np.stack(np.meshgrid(np.arange(cols), np.arange(rows)), axis=-1).astype(np.float64) * step
        known = ~np.isnan(found[..., 0])
        return homography_residual(source[known], found[known])


def pair(  # noqa: PLR0913 -- each argument is one thing that differs between two pairs
    seed: int,
    severity: PairSeverity,
    *,
    width: int = 4000,
    height: int = 3000,
    px_per_mm: float = 20.0,
    phototype: int | None = None,
    lesion: Kind = "scar",
    card: CardName | None = "small",
    conditions: Tier | None = None,
    faded: float = 0.0,
    area_share: float = 1.0,
    delta_e00: float | None = None,
    hair: float = 0.0,
    pen: bool = False,
    ruler: bool = False,
) -> Pair:
    """Photograph one scene twice.

    Args:
        seed: Settles everything that is not given; from 10,000 on held out.
        severity: How far the follow-up strays from the baseline: at 4,000 px width the best homography leaves about
            4.5, 14.6 or 36 px.
        width: Of both, px.
        height: Of both, px.
        px_per_mm: Density on the skin.
        phototype: 1 to 6; None to go through them by seed.
        lesion: What kind of lesion.
        card: The card in view; None for none.
        conditions: Light and camera of the follow-up; None for what goes with the severity.
        faded: Share of the lesion's contrast that has gone at the follow-up.
        area_share: Area of the lesion at the follow-up over that at the baseline.
        delta_e00: Contrast of the lesion at the baseline; None for what is usual.
        hair: 0 for none to 1 for much.
        pen: Whether a ring is drawn around the lesion, anew at the follow-up.
        ruler: Whether a ruler lies below the lesion.
    """
    skin = scene(
        seed,
        width=width,
        height=height,
        px_per_mm=px_per_mm,
        phototype=seed % 6 + 1 if phototype is None else phototype,
        lesion=lesion,
        delta_e00=delta_e00,
        card=card,
        hair=hair,
        pen=pen,
        ruler=ruler,
    )
    before = shoot(skin, seed=2 * seed, conditions="protocol", geometry="baseline")
    follow_up = conditions or severity
    after = shoot(skin, seed=2 * seed + 1, conditions=follow_up, geometry=severity, faded=faded, area_share=area_share)
    return Pair(before, after, skin)
