"""How far calibrated colours are from the truth on light and on dark skin, against the plain recipe; why that fails.

Run ``python bench/colour_calibration.py`` for the ablation (seeds below 10,000, which the calibration was tuned on) and
the verdict (seeds from 10,000 on, which it was not). Everything is a synthetic photograph of a synthetic card.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Literal
from unittest import mock

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from dermograph.photo.card.calibration import Calibration, calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import lab_to_xyz, linear, xyz_to_lab
from dermograph.photo.finding import Refusal
from dermograph.photo.phantom.conditions import Conditions, Tier, draw
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import PhantomPhoto, shoot

Floats = NDArray[np.float64]
Card = Literal["small", "a6"]
Change = Callable[[Conditions], Conditions]

HELD_OUT_SEEDS = 10_000
TIERS: tuple[Tier, ...] = ("protocol", "mild", "moderate", "severe")
DARK_SKIN = 45.0  # L* of the swatch: below is dark
SHORT_CARD = 38.0  # L* where a card without dark patches ends


def photographs(first: int, many: int, tier: Tier, card: Card, change: Change | None = None) -> Iterator[PhantomPhoto]:
    """Photographs of phototypes I to VI in turn, with the card, all conditions drawn and then changed."""

    def changed(*drawn: object) -> Conditions:
        taken = draw(*drawn)  # type: ignore[arg-type]  # handed through as they come
        return taken if change is None else change(taken)

    size = (1600, 1200) if card == "small" else (2600, 1950)
    with mock.patch("dermograph.photo.phantom.conditions.draw", changed):
        for seed in range(first, first + many):
            one = scene(seed, width=size[0], height=size[1], px_per_mm=10, card=card, phototype=1 + seed % 6)
            yield shoot(one, seed=seed, conditions=tier)


def without_dark_patches(card: CardReading) -> CardReading:
    """The same card as if its darkest grey, skin and colours were not on it."""
    return dataclasses.replace(card, samples=tuple(s for s in card.samples if s.lab_d50[0] >= SHORT_CARD))


def plain(card: CardReading, seen: CardReading, *, weighted: bool = False) -> Floats:
    """ΔE00 of all patches of ``seen`` after the plain recipe on ``card``.

    Each channel's curve is drawn through the grey ramp and through zero, the light is a polynomial on the white border,
    and a 3x3 matrix is fitted in linear light; ``weighted`` counts relative errors instead.
    """
    known = lab_to_xyz([one.lab_d50 for one in card.samples], "D50")
    rgb, places = _rgb(card), np.array([one.xy_px for one in card.samples])
    fit = np.array([one.patch.role != "held_out" for one in card.samples])
    grey = np.array([one.patch.role == "grey" for one in card.samples])
    even = np.isfinite(card.paper.rgb).all(axis=1)
    paper, paper_places = card.paper.rgb[even] / 255, card.paper.xy_px[even]
    middle = card.corners_px.mean(0)
    light, curves = np.ones_like(rgb), [PchipInterpolator([0, 1], [0, 1])] * 3
    factors: Floats = np.zeros((6, 3))
    for _ in range(3):
        curves = [_curve(rgb[grey, c], known[grey, 1] * light[grey, c]) for c in range(3)]
        solved = np.linalg.lstsq(_basis(paper_places - middle), _straight(curves, paper), rcond=None)[0]
        factors = np.asarray(solved / solved[0], dtype=np.float64)
        light = np.asarray(_basis(places - middle) @ factors)
    straight = _straight(curves, rgb) / light
    weight = 1 / (known[fit, 1:2] + 0.02) if weighted else np.ones((int(fit.sum()), 1))
    matrix = np.linalg.lstsq(straight[fit] * weight, known[fit] * weight, rcond=None)[0]
    all_light = _basis(np.array([one.xy_px for one in seen.samples]) - middle) @ factors
    lab = xyz_to_lab(_straight(curves, _rgb(seen)) / all_light @ matrix, "D50")
    return delta_e00(lab, [one.lab_d50 for one in seen.samples])


def _rgb(card: CardReading) -> Floats:
    return np.array([one.rgb for one in card.samples]) / 255


def _curve(share: Floats, light: Floats) -> PchipInterpolator:
    order = np.argsort(share)
    return PchipInterpolator(np.append(0, linear(share[order])), np.append(0, light[order]), extrapolate=True)


def _straight(curves: list[PchipInterpolator], share: Floats) -> Floats:
    return np.stack([curve(linear(share[:, c])) for c, curve in enumerate(curves)], axis=1)


def _basis(away: Floats) -> Floats:
    x, y = away.T / 1000
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)


def ours(calibration: Calibration, seen: CardReading) -> Floats:
    """ΔE00 of all patches of ``seen``."""
    lab = calibration.lab(_rgb(seen) * 255, np.array([one.xy_px for one in seen.samples]), "D50")
    return delta_e00(lab, [one.lab_d50 for one in seen.samples])


def swatches(card: CardReading) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which patches are held-out skin, light and dark."""
    lightness = np.array([one.lab_d50[0] for one in card.samples])
    skin = np.array([one.patch.role == "held_out" and one.patch.id[0] == "B" for one in card.samples])
    return skin & (lightness >= DARK_SKIN), skin & (lightness < DARK_SKIN)


def row(name: str, errors: list[list[float]]) -> str:
    """One line of a table: mean, 95th percentile and worst for light and for dark swatches."""
    cells = [f"{np.mean(e):.2f} | {np.percentile(e, 95):.2f} | {max(e):.2f}" for e in errors]
    return f"| {name} | " + " | ".join(cells) + " |"


def methods(card: CardReading, photo: PhantomPhoto) -> dict[str, Floats]:
    """ΔE00 of all patches by method."""
    short = without_dark_patches(card)
    found = {
        "plain recipe": plain(card, card),
        "plain recipe, relative errors": plain(card, card, weighted=True),
        "plain recipe, card without dark patches": plain(short, card),
        "the same, relative errors": plain(short, card, weighted=True),
    }
    for name, used in (("ours", card), ("ours, card without dark patches", short)):
        calibrated = calibrate(photo.photograph, used)
        if isinstance(calibrated, Calibration):
            found[name] = ours(calibrated, card)
    return found


def table(photos: Iterator[PhantomPhoto]) -> None:
    """Print the errors of every method on some photographs."""
    errors: dict[str, list[list[float]]] = defaultdict(lambda: [[], []])
    refused: list[str] = []
    for photo in photos:
        reading = read_card(photo.photograph)
        if isinstance(reading, Refusal):
            refused.append(reading.code)
            continue
        for name, found in methods(reading, photo).items():
            for column, chosen in zip(errors[name], swatches(reading), strict=True):
                column.extend(found[chosen].tolist())
    print("\n| | light mean | 95 % | worst | dark mean | 95 % | worst |\n|---|---|---|---|---|---|---|")
    print("\n".join(row(name, columns) for name, columns in errors.items()))
    if refused:
        print(f"\nRefused: {', '.join(refused)}")


CHANGES: dict[str, Change | None] = {
    "as drawn": None,
    "without stray light": lambda c: dataclasses.replace(c, flare=c.flare * 0),
    "without noise and with the best JPEG": lambda c: dataclasses.replace(c, shot_noise=0, read_noise=0, quality=100),
    "under even light": lambda c: dataclasses.replace(c, slope=c.slope * 0, bend=c.bend * 0),
}


def main() -> None:
    """Print the ablation and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=24, help="photographs for each table")
    parser.add_argument("--only", choices=("ablation", "verdict"))
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    if asked.only != "verdict":
        for name, change in CHANGES.items():
            print(f"\n### Ablation: moderate, small card, {name} (seeds 0 to {asked.many - 1})")
            table(photographs(0, asked.many, "moderate", "small", change))
    if asked.only != "ablation":
        cards: tuple[Card, ...] = ("small", "a6")
        for card in cards:
            for tier in TIERS:
                print(f"\n### Verdict: {tier}, {card} card (held-out seeds {HELD_OUT_SEEDS} on)")
                table(photographs(HELD_OUT_SEEDS, asked.many, tier, card))


if __name__ == "__main__":
    main()
