"""Words for people, in every language that the system speaks."""

from __future__ import annotations

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
