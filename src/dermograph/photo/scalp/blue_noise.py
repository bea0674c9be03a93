"""A tile of dots in an order such that the first of them, however many, lie evenly and yet without a pattern."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

DOTS = 4096
_GRID = 256  # cells along the tile
_LOOSE = 0.3  # how much less than the farthest place a dot may go for: 0 would give a crystal
_SEED = 5
#: What the first k dots keep from each other, as a share of the side of the square that each has to itself, for every
#: k from 16 on. Found by looking at all of them; a test looks again.
APART = 0.68


@cache
def tile() -> NDArray[np.float64]:
    """``(DOTS, 2)`` places between 0 and 1 in their order; the tile repeats itself in both directions.

    Each dot goes where it is farthest from all before it, nearly: places differ by chance in how much they are liked.
    Source of the idea: Y. Eldar, M. Lindenbaum, M. Porat, Y. Zeevi, "The farthest point strategy for progressive image
    sampling", IEEE Trans. Image Process. 6 (1997) 1305–1315.
    """
    rng = np.random.default_rng(_SEED)
    liked = rng.uniform(1 - _LOOSE, 1, (_GRID, _GRID)).astype(np.float32)
    far = np.full((_GRID, _GRID), np.float32(2 * _GRID**2))
    score = far * liked
    places = np.empty((DOTS, 2), np.intp)
    y, x = _GRID // 2, _GRID // 2
    for number in range(DOTS):
        places[number] = x, y
        # No place is farther from its nearest dot than about one and a half of the squares that dots have by now.
        reach = min(int(np.ceil(1.5 * _GRID / np.sqrt(number + 1))) + 1, _GRID // 2)
        steps = np.arange(-reach, reach + 1 if reach < _GRID // 2 else reach)
        window = np.ix_((y + steps) % _GRID, (x + steps) % _GRID)
        nearer = np.minimum(far[window], (steps[:, None] ** 2 + steps[None, :] ** 2).astype(np.float32))
        far[window] = nearer
        score[window] = nearer * liked[window]
        y, x = divmod(int(score.argmax()), _GRID)
    found = (places + 0.5) / _GRID
    found.flags.writeable = False
    return found
