"""Words for people, in every language that the system speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and in Spanish."""

    en: str
    es: str

    def say(self, language: Language) -> str:
        """The words in one language."""
        return self.es if language == "es" else self.en

    def to_json(self) -> dict[str, str]:
        """Both languages."""
        return {"en": self.en, "es": self.es}

    def format(self, **values: object) -> Text:
        """Both languages with the same values put in."""
        return Text(self.en.format(**values), self.es.format(**values))

    def typeset(self) -> Text:
        """Both languages with their figures as people read them: a comma in Spanish, and a minus that is no hyphen.

        >>> Text("by -2.3", "en -2.3").typeset()
        Text(en='by −2.3', es='en −2,3')
        """
        minus = re.compile(r"(?<!\w)-(?=\d)")
        return Text(minus.sub("−", self.en), re.sub(r"(?<=\d)\.(?=\d)", ",", minus.sub("−", self.es)))


def grouped(number: float, digits: int = 0) -> Text:
    """A number with its thousands apart, as each language writes it.

    >>> grouped(12345)
    Text(en='12,345', es='12.345')
    """
    return Text(f"{number:,.{digits}f}", spanish(number, digits))


def spanish(number: float, digits: int = 0) -> str:
    """A number as Spanish writes it: a point between thousands, a comma before decimals.

    >>> spanish(12345.67, 1)
    '12.345,7'

    Args:
        number: Any.
        digits: Decimals.
    """
    return f"{number:,.{digits}f}".translate(_SPANISH)


_SPANISH = str.maketrans(",.", ".,")
