"""Photographing a scene."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.image import Photograph
from dermograph.photo.phantom import conditions as tiers
from dermograph.photo.phantom.camera import exposed
from dermograph.photo.phantom.card import printed
from dermograph.photo.phantom.conditions import Conditions, Tier
from dermograph.photo.phantom.fields import plus, times
from dermograph.photo.phantom.geometry import Severity
from dermograph.photo.phantom.glare import GlareOn, drawn_glare
from dermograph.photo.phantom.lesions import Contrast
from dermograph.photo.phantom.scene import Scene
from dermograph.photo.phantom.sheets import Sheet, lay, ruler
from dermograph.photo.phantom.staging import staged
from dermograph.photo.phantom.truth import Truth
from dermograph.photo.phantom.visit import Visit

_BESIDE, _BACKGROUND = 0.2, 0.05  # a dark cloth shows where the body part ends


@dataclass(frozen=True, slots=True, eq=False)
class PhantomPhoto:
    """A synthetic photograph and what is true of it."""

    photograph: Photograph
    truth: Truth


def shoot(  # noqa: PLR0913 -- each argument is one thing that differs between two photographs
    scene: Scene,
    *,
    seed: int,
    conditions: Tier = "protocol",
    geometry: Severity | None = None,
    faded: float = 0.0,
    area_share: float = 1.0,
    contrast: Contrast | None = None,
    smoothed: float | None = None,
    curvature_radius_mm: float | None = None,
    glare: GlareOn | None = None,
    blur_px: float | None = None,
    phone: int | None = None,
    serial: int = 7,
    print_seed: int | None = None,
    metamerism: float = 0.0,
) -> PhantomPhoto:
    """Photograph a scene.

    Args:
        scene: What is photographed.
        seed: Settles everything that is not given; from 10,000 on held out.
        conditions: How careful the photographer is.
        geometry: How far the view strays; None for what goes with the conditions, ``straight`` for none at all.
        faded: Share of the lesion's contrast that has gone, up to 1; negative for a lesion that became stronger.
        area_share: Area of the lesion over that at the first visit.
        contrast: ΔL*, Δa*, Δb* of the lesion that day, before ``faded``; None for the scene's.
        smoothed: Share of the furrows that the lesion has lost that day; None for what is usual for its kind.
        curvature_radius_mm: Of the body part, a cylinder whose crest is near the lesion; None for flat skin.
        glare: What a bright reflection lies on; None for none.
        blur_px: Blur of the lens, a standard deviation; None for what goes with the conditions.
        phone: Number of the phone; None to draw one.
        serial: Of the card.
        print_seed: Settles the errors of the card's print; None for a perfect print.

        metamerism: How differently the phone sees skin and a print of the same colour, a share of each channel; 0 for
            not at all, which no real phone reaches.

    Raises:
        ValueError: The card does not fit into the frame beside the lesion.
    """
    rng = np.random.default_rng([seed, scene.seed, 2])
    lesion = scene.lesion if area_share == 1 else scene.lesion.resized(area_share)
    lesion = replace(
        lesion,
        contrast=lesion.contrast if contrast is None else contrast,
        smoothed=lesion.smoothed if smoothed is None else smoothed,
    )
    card = None if scene.card is None else printed(scene.card, serial, scene.px_per_mm, print_seed)
    setup = staged(rng, scene, geometry or conditions, card, curvature_radius_mm)
    taken = tiers.draw(rng, conditions, phone, metamerism)
    if blur_px is not None:
        taken = replace(taken, blur_px=blur_px)
    shine = None if glare is None else drawn_glare(rng, glare, scene, setup)
    truth = Truth(Visit(scene, seed, lesion, 1 - faded), setup.geometry, taken, card, setup, shine)
    rgb = developed(rng, truth)
    return PhantomPhoto(Photograph(rgb=rgb, name=f"synthetic-{scene.seed}-{seed}-{conditions}.jpg"), truth)


def developed(
    rng: np.random.Generator, truth: Truth, further: tuple[tuple[Sheet, NDArray[np.float64]], ...] = ()
) -> NDArray[np.uint8]:
    """The picture of what is true.

    Args:
        rng: Where the noise comes from.
        truth: The skin, how it is seen, and what lies on it.
        further: More sheets that lie on it, each with ``(3, 3)`` its mm to px of the plane.
    """
    taken, setup = truth.conditions, truth.staging
    light = _lens(truth.visit, truth, taken)
    sheets = list(further)
    if setup.ruler_to_plane is not None:
        sheets.append((ruler(truth.visit.scene.px_per_mm), setup.ruler_to_plane))
    if truth.card is not None and setup.card_to_plane is not None:
        sheets.append((truth.card.sheet, setup.card_to_plane))
    for sheet, place in sheets:
        lay(light, sheet, setup.mm_to_photo(place))
    if truth.glare is not None:
        truth.glare.shine(light)
    return exposed(rng, light, taken)


def _lens(visit: Visit, truth: Truth, taken: Conditions) -> NDArray[np.float32]:
    """The skin as the lens projects it: linear sRGB, ``(height, width, 3)``."""
    canvas = visit.light(taken.light_rad, taken.raking, taken.gloss)
    across, down = truth.geometry.dense()
    found = np.asarray(
        cv2.remap(canvas, across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101), dtype=np.float32
    )
    if taken.skin_gain != (1.0, 1.0, 1.0):
        found *= np.array(taken.skin_gain, np.float32)
    facing = truth.geometry.facing()
    if facing is not None:
        times(found, facing)
        plus(found, (facing < _BESIDE).astype(np.float32) * np.float32(_BACKGROUND))
    return found
