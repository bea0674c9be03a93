"""Learn what tells a dot from everything else that is dark: writes ``src/dermograph/photo/scalp/dot_model.npz``.

python tools/learn_dots.py: some ten minutes. Learned from seeds 201 to 400, watched on 401 to 440; every seed from
10,000 on is left for the judgement. The same seeds give the same scalps; the figures of the network may differ in their
last digits between machines.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dermograph.photo.phantom.scalp import ScalpKind, scalp
from dermograph.photo.scalp.dot_model import FARTHEST, USUAL_MM, WEIGHTS
from dermograph.photo.scalp.ground import LOOKS, REACH, ground

Picture = NDArray[np.float32]
MODEL = Path(__file__).resolve().parent.parent / "src" / "dermograph" / "photo" / "scalp" / WEIGHTS
LEARNED, WATCHED = range(201, 401), range(401, 441)
BARE, HARD = 0.08, 0.6  # shares of the scalps: without any dot, photographed with less care
HIDDEN = (32, 16)
TURNS, BATCH, STEP, DECAY = 10, 512, 2e-3, 1e-4
SIZE, NEAR_MM, BORDER_MM = (1500, 1150), 0.2, 0.7
_PLACE = (2 * REACH + 1) ** 2


def drawn_kind(rng: np.random.Generator) -> ScalpKind:
    """A scalp of any kind that comes to a clinic, and some that do not."""
    return ScalpKind(
        dots_per_cm2=0.0 if rng.random() < BARE else float(np.exp(rng.uniform(np.log(25), np.log(200)))),
        diameter_mm=(float(rng.uniform(0.28, 0.6)), float(rng.uniform(0.08, 0.2))),
        absorbance=(float(rng.uniform(0.25, 0.8)), float(rng.uniform(0.15, 0.35))),
        uneven=float(rng.uniform(0, 0.6)),
        stubble_per_cm2=float(rng.choice([0, rng.uniform(2, 40)])),
        hairs_per_cm2=float(rng.choice([0, rng.uniform(0.1, 2)])),
        follicles_per_cm2=float(rng.uniform(0, 40)),
    )


def samples(seeds: Iterable[int]) -> tuple[Picture, Picture]:
    """``(n, LOOKS)`` dark places, and ``(n, 3)`` of each: 1 for a dot, log of size and tone as learned."""
    looks, truth = [], []
    for seed in seeds:
        rng = np.random.default_rng([seed, 99])
        is_hard = rng.random() < HARD
        kind, density = drawn_kind(rng), float(np.exp(rng.uniform(np.log(14), np.log(36))))
        width, height = SIZE
        made = scalp(
            seed,
            difficulty="hard" if is_hard else "easy",
            kind=kind,
            px_per_mm=density,
            width=width,
            height=height,
            phototype=1 + seed % 6,
        )
        seen = ground(made.photograph.rgb, density)
        row, col = seen.peaks(None)
        xy, place = seen.xy(row, col), seen.looks(row, col)
        told = np.zeros((len(xy), 3), np.float32)
        if len(made.xy_px):
            off, which = cKDTree(made.xy_px).query(xy, distance_upper_bound=NEAR_MM * density)
            taken: set[int] = set()
            for number in np.argsort(off):
                dot = int(which[number])
                if not np.isfinite(off[number]) or dot in taken:
                    continue  # of two places near one dot the nearer is the dot
                taken.add(dot)
                size, tone = made.dots.diameter_mm[dot], made.dots.absorbance[dot]
                told[number] = 1, np.log(size / USUAL_MM), np.log(tone) - place[number, -2]
        border = BORDER_MM * density
        inner = ((xy > border) & (xy < np.array([width, height]) - border)).all(axis=1)
        looks.append(place[inner])
        truth.append(told[inner])
    return np.concatenate(looks), np.concatenate(truth)


def turned() -> NDArray[np.intp]:
    """``(8, places)`` the eight ways to turn and mirror a place."""
    square = np.arange(_PLACE).reshape(2 * REACH + 1, -1)
    sides = (square, square[:, ::-1])
    return np.stack([np.rot90(side, quarter).ravel() for side in sides for quarter in range(4)])


def forward(layers: list[Picture], batch: Picture) -> tuple[Picture, Picture, Picture]:
    """Both hidden layers and the answer."""
    first = np.maximum(batch @ layers[0] + layers[1], 0)
    second = np.maximum(first @ layers[2] + layers[3], 0)
    return first, second, second @ layers[4] + layers[5]


def backward(layers: list[Picture], batch: Picture, truth: Picture) -> list[Picture]:
    """How the loss rises with each weight: log odds of being a dot; size and tone of dots, robust."""
    first, second, answer = forward(layers, batch)
    wrong = np.zeros_like(answer)
    wrong[:, 0] = 1 / (1 + np.exp(-answer[:, 0])) - truth[:, 0]
    wrong[:, 1:] = 4 * np.clip(answer[:, 1:] - truth[:, 1:], -0.5, 0.5) * truth[:, :1]
    wrong /= len(batch)
    of_second = wrong @ layers[4].T * (second > 0)
    of_first = of_second @ layers[2].T * (first > 0)
    return [batch.T @ of_first, of_first.sum(0), first.T @ of_second, of_second.sum(0), second.T @ wrong, wrong.sum(0)]


def learned(looks: Picture, truth: Picture, watch: Callable[[int, list[Picture]], None]) -> list[Picture]:
    """The weights, by Adam (Kingma and Ba 2015, arXiv 1412.6980) with a step that falls to nothing."""
    rng = np.random.default_rng(1)
    sizes = (LOOKS, *HIDDEN, 3)
    layers: list[Picture] = []
    for into, out in itertools.pairwise(sizes):
        layers += [rng.normal(0, np.sqrt(2 / into), (into, out)).astype(np.float32), np.zeros(out, np.float32)]
    mean, square = [np.zeros_like(one) for one in layers], [np.zeros_like(one) for one in layers]
    ways, done, whole = turned(), 0, TURNS * (len(looks) // BATCH)
    for turn in range(TURNS):
        order = rng.permutation(len(looks))
        for at in range(0, len(looks) - BATCH + 1, BATCH):
            chosen = order[at : at + BATCH]
            batch = looks[chosen].copy()
            batch[:, :_PLACE] = batch[:, ways[rng.integers(8)]]
            done += 1
            step = STEP * 0.5 * (1 + np.cos(np.pi * done / whole))
            for number, slope in enumerate(backward(layers, batch, truth[chosen])):
                mean[number] = 0.9 * mean[number] + 0.1 * slope
                square[number] = 0.999 * square[number] + 0.001 * slope**2
                move = mean[number] / (1 - 0.9**done) / (np.sqrt(square[number] / (1 - 0.999**done)) + 1e-8)
                shrink = DECAY * layers[number] if layers[number].ndim > 1 else 0
                layers[number] -= (step * (move + shrink)).astype(np.float32)
        watch(turn, layers)
    return layers


def main() -> None:
    """Draw, learn, say how it goes, write."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    looks, truth = samples(LEARNED)
    other, told = samples(WATCHED)
    mean, spread = looks.mean(axis=0), looks.std(axis=0) + 1e-3
    ways = turned()
    mean[:_PLACE] = mean[ways].mean(axis=0)  # alike whichever way a place is turned
    spread[:_PLACE] = np.sqrt((spread[ways] ** 2).mean(axis=0))
    looks = np.clip((looks - mean) / spread, -FARTHEST, FARTHEST)
    other = np.clip((other - mean) / spread, -FARTHEST, FARTHEST)
    print(f"{len(looks)} places, {truth[:, 0].mean():.2f} of them dots; {len(other)} are watched")

    def watch(turn: int, layers: list[Picture]) -> None:
        answer = forward(layers, other)[2]
        yes, is_dot = answer[:, 0] > 0, told[:, 0] > 0
        size, tone = (answer[is_dot, 1:] - told[is_dot, 1:]).std(axis=0)
        print(
            f"{turn}: precision {is_dot[yes].mean():.4f}, recall of places {yes[is_dot].mean():.4f}, "
            f"log size {size:.3f}, log tone {tone:.3f}",
            flush=True,
        )

    layers = learned(looks, truth, watch)
    np.savez_compressed(MODEL, *(one.astype(np.float16) for one in (mean, spread, *layers)))
    print(f"{MODEL.name}: {MODEL.stat().st_size} bytes")


if __name__ == "__main__":
    main()
