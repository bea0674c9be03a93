"""What tells a dot from everything else that is dark, and how large and dark it is.

A small network of two layers, learned by ``tools/learn_dots.py`` from synthetic scalps (``photo.phantom.scalp``) of
seeds 201 to 400: phototypes 1 to 6, dense, sparse and without any dot, with and without stubble, hairs and follicles,
14 to 36 px per mm. How good it is is judged on seeds from 10,000 on.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]

WEIGHTS = "dot_model.npz"
USUAL_MM = 0.42  # across a dot; sizes are learned as shares of it
LEARNED_SHARE = 0.39  # of the dark places that it was learned from, those that are dots
_RAREST, _ROUNDS = 1e-4, 20
FARTHEST = 8.0  # spreads: places unlike all that was learned from are judged as if they lay there
_AT_ONCE = 1 << 15  # places, so that they fit into the cache


def judged(looks: Picture) -> tuple[Floats, Floats, Floats]:
    """Judge dark places.

    Args:
        looks: ``(n, LOOKS)`` as of ``Ground.looks``: all dark places of one photograph, since where hardly any is a dot
            each of them is less likely one.

    Returns:
        ``(n,)`` each: how likely it is a dot, 0 to 1; its diameter at half of the tone, mm; its absorbance in the
        middle against the skin beside it, base e. The last two hold for dots only.
    """
    parts = [_network(looks[at : at + _AT_ONCE]) for at in range(0, len(looks), _AT_ONCE)]
    found = np.concatenate(parts).astype(np.float64) if parts else np.empty((0, 3))
    return _adapted(found[:, 0]), USUAL_MM * np.exp(found[:, 1]), np.exp(found[:, 2] + looks[:, -2])


def _adapted(odds: Floats) -> Floats:
    """``(n,)`` chances, from log odds that hold where as many places are dots as in what was learned from.

    How many are dots here is found from the odds themselves (M. Saerens, P. Latinne, C. Decaestecker, Neural
    Computation 14 (2002) 21–41).
    """
    share = LEARNED_SHARE
    chance = 1 / (1 + np.exp(-odds))
    for _ in range(_ROUNDS):
        moved = np.log(share / (1 - share)) - np.log(LEARNED_SHARE / (1 - LEARNED_SHARE))
        chance = 1 / (1 + np.exp(-odds - moved))
        share = float(np.clip(chance.mean(), _RAREST, LEARNED_SHARE)) if len(chance) else share
    return np.asarray(chance)


def _network(looks: Picture) -> Picture:
    mean, spread, *layers = _weights()
    layer = np.clip((looks - mean) / spread, -FARTHEST, FARTHEST)
    for number in range(0, len(layers), 2):
        layer = layer @ layers[number] + layers[number + 1]
        if number + 2 < len(layers):
            np.maximum(layer, 0, out=layer)
    return np.asarray(layer, dtype=np.float32)


@cache
def _weights() -> tuple[Picture, ...]:
    """Mean and spread of the looks, then of each layer its matrix and what is added."""
    with resources.files(__package__).joinpath(WEIGHTS).open("rb") as file, np.load(file) as stored:
        return tuple(stored[f"arr_{number}"].astype(np.float32) for number in range(len(stored.files)))
