"""The words by which a patient is found: folded, so that ``muñoz``, ``Munoz`` and ``MUÑOZ`` are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_WORD = 120
MOST_WORDS = 8  # of a search; more narrow nothing
NATIONAL_DIGITS = 9  # of a telephone number without its country, as Spain and its neighbours write it
SHORTEST_TAIL = 3
_WHOLE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "·": ""}
)
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_BREAKS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Lower case, without accents, words apart by one space.

    >>> folded("  Muñoz-Ávila ")
    'munoz avila'
    """
    apart = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold().translate(_WHOLE))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    # Folding and decomposing undo each other for a few letters (İ, ŉ): once more settles them.
    return " ".join(_BREAKS.sub(" ", _APOSTROPHES.sub("", bare.casefold().translate(_WHOLE))).split())


def name_words(*names: str) -> set[str]:
    """The words under which names are kept.

    >>> sorted(name_words("Ana", "O'Neill"))
    ['ana', 'oneill']
    """
    return {word[:LONGEST_WORD] for name in names for word in folded(name).split()}


def phone_words(phone: str) -> set[str]:
    """A telephone number from each place where somebody may begin to say it.

    >>> sorted(phone_words("+34 600 123 456"))
    ['123456', '34600123456', '456', '600123456']
    """
    groups = [group for group in re.split(r"\D+", _plain_digits(phone)) if group]
    digits = "".join(groups)
    tails = {"".join(groups[place:]) for place in range(len(groups))}
    tails.add(digits[-NATIONAL_DIGITS:])
    return {tail[:LONGEST_WORD] for tail in tails if len(tail) >= SHORTEST_TAIL}


def asked_words(asked: str) -> tuple[str, ...]:
    """The words of a search, each of which has to begin a word of the patient; digits side by side are one number.

    >>> asked_words("Muñ  600 12")
    ('mun', '60012')
    """
    words: list[str] = []
    for word in folded(asked).split():
        if words and word.isdigit() and words[-1].isdigit():
            words[-1] += word
        else:
            words.append(word)
    return tuple(_distinct(word[:LONGEST_WORD] for word in words))[:MOST_WORDS]


def _plain_digits(phone: str) -> str:
    """A number with its digits as ASCII, whatever script they came in."""
    return "".join(str(unicodedata.digit(char, char)) for char in phone)


def _distinct(words: Iterable[str]) -> Iterable[str]:
    """Each once, and none that another one begins with: it asks for nothing more."""
    every = list(dict.fromkeys(words))
    return [word for word in every if not any(other != word and other.startswith(word) for other in every)]
