"""Captures that must be refused or warned of: no card, two cards, a card cut off, mirrored, grey and so on."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from dermograph.photo.image import Photograph
from dermograph.photo.phantom.card import printed
from dermograph.photo.phantom.scene import Scene, scene
from dermograph.photo.phantom.shots import PhantomPhoto, developed, shoot
from dermograph.photo.phantom.truth import Truth

Fault = Literal[
    "no_card",
    "two_cards",
    "card_cut_off",
    "mirrored",
    "grey",
    "card_glare",
    "out_of_focus",
    "different_person",
]
_OUT_OF_FOCUS_MM = 0.45
_OTHER = 5000  # another person's seed is so far away


def broken(fault: Fault, subject: Scene, *, seed: int) -> PhantomPhoto:
    """Photograph a scene with one fault, otherwise under the capture protocol.

    Args:
        fault: What goes wrong.
        subject: What is photographed; must hold a card, and for ``two_cards`` leave room above or below it.
        seed: Settles everything else; from 10,000 on held out.

    Returns:
        The photograph; its truth is that before the fault where a picture was mirrored or made grey.
    """
    if fault == "no_card":
        return shoot(replace(subject, card=None), seed=seed)
    if fault == "card_glare":
        return shoot(subject, seed=seed, glare="card")
    if fault == "out_of_focus":
        return shoot(subject, seed=seed, blur_px=_OUT_OF_FOCUS_MM * subject.px_per_mm)
    if fault == "different_person":
        return shoot(_someone_else(subject), seed=seed)
    good = shoot(subject, seed=seed)
    if fault in {"two_cards", "card_cut_off"}:
        return _card_moved(good, seed, second=fault == "two_cards")
    rgb = good.photograph.rgb
    if fault == "mirrored":
        rgb = np.ascontiguousarray(rgb[:, ::-1])
    else:
        grey = np.rint(rgb @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
        rgb = np.repeat(grey[..., None], 3, axis=2)
    photograph = Photograph(rgb=rgb, name=f"synthetic-{fault}.jpg", has_colour=fault != "grey")
    return PhantomPhoto(photograph, good.truth)


def _someone_else(subject: Scene) -> Scene:
    """Skin of the same phototype with a lesion of the same kind, of another person."""
    return scene(
        subject.seed + _OTHER,
        width=subject.width,
        height=subject.height,
        px_per_mm=subject.px_per_mm,
        phototype=subject.phototype,
        lesion=subject.lesion.kind,
        card=subject.card,
        hair=subject.hair,
        pen=subject.pen,
        ruler=subject.ruler,
    )


def _card_moved(good: PhantomPhoto, seed: int, *, second: bool) -> PhantomPhoto:
    """The card pushed half out of the frame to the right, or a second one above or below it.

    Raises:
        ValueError: There is no card.
    """
    truth = good.truth
    place = truth.staging.card_to_plane
    if truth.card is None or place is None:
        raise ValueError("there is no card in this scene")
    rng = np.random.default_rng([seed, 3])
    moved = place.copy()
    layout = truth.card.layout
    if second:
        half_mm = truth.visit.scene.height / truth.visit.scene.px_per_mm / 2
        above = truth.card_xy([layout.width_mm / 2, layout.height_mm / 2])[1] > truth.visit.scene.height / 2
        shift_mm = (layout.height_mm + 3) * (-1 if above else 1)
        moved[:2, 2] += moved[:2, :2] @ np.array([-min(8.0, half_mm / 10), shift_mm])
        other = printed(layout.name, 8, truth.card.sheet.px_per_mm, None)
        rgb = developed(rng, truth, ((other.sheet, moved),))
        return PhantomPhoto(Photograph(rgb=rgb, name="synthetic-two_cards.jpg"), truth)
    right = truth.geometry.plane_xy([truth.visit.scene.width, truth.visit.scene.height / 2])
    moved[0, 2] += right[0] - (moved[:2, :2] @ np.array([0.55 * layout.width_mm, 0]) + moved[:2, 2])[0]
    cut = Truth(
        truth.visit, truth.geometry, truth.conditions, truth.card, replace(truth.staging, card_to_plane=moved), None
    )
    return PhantomPhoto(Photograph(rgb=developed(rng, cut), name="synthetic-card_cut_off.jpg"), cut)
