"""Names that nobody bears, made of syllables: as many different ones, and as unevenly spread, as a clinic's are."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

_OPENINGS = (
    "zel",
    "vru",
    "mox",
    "tiz",
    "ghe",
    "plu",
    "kvo",
    "drix",
    "fyo",
    "brez",
    "olq",
    "ux",
    "wev",
    "jyr",
    "skoa",
    "nuz",
)
_MIDDLES = ("ka", "rix", "mo", "ved", "zu", "tya", "goq", "lyx", "pha", "bru", "xe", "dwo")
_GIVEN_ENDS = ("ax", "iqu", "oz", "ulf", "ety", "yx")
_FAMILY_ENDS = ("voxar", "zuldo", "qimen", "rethyx", "gwano", "tuzek", "plidor", "xamo", "brivek")
_GIVEN, _FAMILIES = 800, 6_000
_ACCENTS = str.maketrans({"a": "á", "e": "é", "o": "ó"})
_ACCENTED = 5  # one name in so many carries accents, which are folded away for the search


@dataclass(frozen=True, slots=True)
class Names:
    """The names to draw from, the first ones the most frequent, and their running weights."""

    given: tuple[str, ...]
    given_weights: tuple[float, ...]
    families: tuple[str, ...]
    family_weights: tuple[float, ...]

    def one(self, chance: random.Random) -> tuple[str, str]:
        """Given names and two family names."""
        (given,) = chance.choices(self.given, cum_weights=self.given_weights)
        first, second = chance.choices(self.families, cum_weights=self.family_weights, k=2)
        return given, f"{first} {second}"


def names(seed: int) -> Names:
    """All names; the frequency of each falls with the square root of its rank, so that a few are very common."""
    chance = random.Random(seed)
    given, families = _made(chance, _GIVEN_ENDS, _GIVEN, 1), _made(chance, _FAMILY_ENDS, _FAMILIES, 2)
    return Names(given, _weights(given), families, _weights(families))


def _made(chance: random.Random, ends: tuple[str, ...], count: int, most_middles: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    while len(found) < count:
        middles = chance.choices(_MIDDLES, k=chance.randint(1, most_middles))
        name = "".join((chance.choice(_OPENINGS), *middles, chance.choice(ends))).capitalize()
        found[name.translate(_ACCENTS) if chance.randrange(_ACCENTED) == 0 else name] = None
    return tuple(found)


def _weights(made: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(accumulate(1 / rank**0.5 for rank in range(1, len(made) + 1)))
