"""CIEDE2000 of two 12 MP pictures: ours against scikit-image and colour-science, and against the published table."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bench.measuring import Rounds, Row, Target, in_turn, ratios, seconds
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.picture_difference import delta_e00_picture

Difference = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
SECTION = "CIEDE2000 of two pictures, 12 MP"
EQUAL, PEER_PIXELS = Target(2e-5), 1_000_000


def rows(rounds: Rounds, *, megapixels: int = 12, seed: int = 10_001) -> list[Row]:
    """Seconds, and how far each peer's figures lie from ours; a peer that is not installed is left out.

    The peers run on 1 MP and are scaled up, since colour-science needs more than 3 GB for 12; all are linear in pixels.
    """
    random = np.random.default_rng(seed)
    one, other = (_skin(random, megapixels * 1_000_000) for _ in range(2))
    small, twin = (picture.reshape(-1, 3)[:PEER_PIXELS].astype(np.float64) for picture in (one, other))
    ours = delta_e00(small, twin)
    jobs = {"ours": lambda: seconds(lambda: delta_e00_picture(one, other))}
    apart = {"ours": float(np.abs(delta_e00_picture(one, other).ravel()[:PEER_PIXELS] - ours).max())}
    for name, work in _peers().items():
        jobs[name] = partial(_scaled, work, small, twin, megapixels)
        apart[name] = float(np.abs(np.asarray(work(small, twin)) - ours).max())
    found = in_turn(jobs, Rounds(min(rounds.least, 5), min(rounds.most, 7)))
    return [*_times(found), *_differences(apart)]


def _times(found: dict[str, list[float]]) -> list[Row]:
    shown = [Row(SECTION, "delta_e00_picture", "s", found["ours"])]
    for name, took in found.items():
        if name != "ours":
            shown.append(Row(SECTION, f"{name}, scaled from 1 MP", "s", took))
            shown.append(Row(SECTION, f"{name} over ours", "×", ratios(took, found["ours"])))
    return shown


def _differences(apart: dict[str, float]) -> list[Row]:
    named = {"ours": "delta_e00_picture"}
    return [
        Row(SECTION, f"{named.get(name, name)}: largest difference from the equations", "ΔE00", [value], EQUAL)
        for name, value in apart.items()
    ]


def _skin(random: np.random.Generator, pixels: int) -> NDArray[np.float32]:
    low, high = np.array([15, 0, 5]), np.array([85, 30, 35])
    rows = pixels // 4000
    found: NDArray[np.float32] = (low + (high - low) * random.random((rows, 4000, 3))).astype(np.float32)
    return found


def _peers() -> dict[str, Difference]:
    found: dict[str, Difference] = {}
    for name, module, function in (
        ("scikit-image", "skimage.color", "deltaE_ciede2000"),
        ("colour-science", "colour.difference", "delta_E_CIE2000"),
    ):
        try:
            found[name] = getattr(importlib.import_module(module), function)
        except ImportError:
            print(f"{name} is not installed (bench/peers.txt): its rows are left out", flush=True)
    return found


def _scaled(work: Difference, one: NDArray[np.float64], other: NDArray[np.float64], megapixels: int) -> float:
    return seconds(lambda: work(one, other)) * megapixels * 1_000_000 / len(one)


def table_error(pairs: Sequence[Sequence[float]]) -> float:
    """The largest difference from a published table of rows L1, a1, b1, L2, a2, b2, ΔE00."""
    values = np.array(pairs)
    return float(np.abs(delta_e00(values[:, :3], values[:, 3:6]) - values[:, 6]).max())
