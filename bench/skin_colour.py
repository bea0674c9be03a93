"""The colour of held-out swatches and of skin beside the card, as rows: ours against the plain recipe."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from bench.colour_calibration import HELD_OUT_SEEDS, TIERS, methods, swatches
from bench.measuring import Row, Target
from dermograph.photo.card.calibration import calibrate
from dermograph.photo.card.reading import read_card
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.finding import Refusal
from dermograph.photo.phantom.conditions import Tier
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import shoot

SECTION = "Colour, ΔE00 of held-out swatches and skin"
LIMITS: dict[Tier, Target | None] = {
    "protocol": Target(0.5),
    "mild": Target(0.5),
    "moderate": Target(1.0),
    "severe": None,
}
SHOWN = {"plain recipe, card without dark patches": "plain recipe, no dark patches", "ours": "ours"}
METAMERISM = 0.015  # the phone sees skin and print of one colour this much differently, share of a channel
BLOCK = 60  # px


def rows(*, quick: bool = False) -> list[Row]:
    """Swatches in each condition; then skin, also with a phone that sees skin and ink differently."""
    many = 2 if quick else 12
    found = [row for tier in TIERS for row in _swatches(tier, many)]
    for name, metamerism in (("", 0.0), (", skin and ink seen differently", METAMERISM)):
        for tier in ("protocol", "moderate"):
            errors = [
                _skin(seed, tier, metamerism) for seed in range(HELD_OUT_SEEDS + 500, HELD_OUT_SEEDS + 500 + many)
            ]
            for tone, limit in (("light", 0), ("dark", 1)):
                values = [value for dark, value in errors if dark == bool(limit)]
                if values:
                    aim = None if metamerism else LIMITS[tier]
                    found.append(Row(SECTION, f"{tier}, {tone} skin beside the card{name}", "ΔE00", _mean(values), aim))
    return found


def _swatches(tier: Tier, many: int) -> list[Row]:
    errors: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    refused = 0
    for seed in range(HELD_OUT_SEEDS, HELD_OUT_SEEDS + many):
        skin = scene(seed, width=1600, height=1200, px_per_mm=10.0, phototype=seed % 6 + 1, card="small")
        photo = shoot(skin, seed=seed, conditions=tier)
        card = read_card(photo.photograph)
        if isinstance(card, Refusal):
            refused += 1
            continue
        for name, values in methods(card, photo).items():
            for column, chosen in zip(errors[name], swatches(card), strict=True):
                column.extend(values[chosen].tolist())
    found = [
        Row(SECTION, f"{tier}, {tone} swatches, {shown}", "ΔE00", _mean(errors[name][column]), aim)
        for column, tone in enumerate(("light", "dark"))
        for name, shown in SHOWN.items()
        for aim in [LIMITS[tier] if name == "ours" else None]
    ]
    return [*found, Row(SECTION, f"{tier}, cards refused of {many}", "", [refused])]


def _skin(seed: int, tier: Tier, metamerism: float) -> tuple[bool, float]:
    """Whether the skin is dark, and the mean ΔE00 of its blocks against the truth."""
    skin = scene(seed, width=1600, height=1200, px_per_mm=10.0, phototype=seed % 6 + 1, card="small")
    photo = shoot(skin, seed=seed, conditions=tier, metamerism=metamerism)
    card = read_card(photo.photograph)
    calibration = card if isinstance(card, Refusal) else calibrate(photo.photograph, card)
    if isinstance(calibration, Refusal):
        return seed % 6 > 2, float("nan")
    x0, y0, x1, y1 = (round(value) for value in photo.truth.lesion.bounds)
    x0, y0 = max(0, (x0 + x1) // 2 - 2 * BLOCK), max(0, (y0 + y1) // 2 - 2 * BLOCK)
    size = 4 * BLOCK
    window = photo.photograph.rgb[y0 : y0 + size, x0 : x0 + size]
    seen = calibration.lab_window(window, x0, y0, "D65")
    true = photo.truth.lab_window(x0, y0, window.shape[1], window.shape[0])
    blocks = [
        (part[:BLOCK, :BLOCK].mean(axis=(0, 1)), other[:BLOCK, :BLOCK].mean(axis=(0, 1)))
        for row in range(0, window.shape[0] - BLOCK + 1, BLOCK)
        for col in range(0, window.shape[1] - BLOCK + 1, BLOCK)
        for part, other in [(seen[row:, col:], true[row:, col:])]
    ]
    return seed % 6 > 2, float(np.mean([delta_e00(one, other) for one, other in blocks]))


def _mean(values: list[float]) -> list[float]:
    return [float(np.nanmean(values))]
