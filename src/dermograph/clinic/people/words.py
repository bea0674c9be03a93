"""Words of forms, in the language of the page at the moment they are shown."""

from __future__ import annotations

from typing import Any, cast

from django.utils.functional import lazy
from django.utils.translation import get_language

from dermograph.core.text import Language, Text


def page_language() -> Language:
    """The language of the page that is being made."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def said(text: Text) -> str:
    """A text in the language of the page that is being made."""
    return text.say(page_language())


def words(en: str, es: str) -> Any:  # noqa: ANN401 (a string that is decided when it is shown)
    """The same later: for labels and messages that are written once and shown in either language."""
    return _later(Text(en, es))


def later(text: Text) -> Any:  # noqa: ANN401 (the same)
    """A text as such words."""
    return _later(text)


_later = cast("Any", lazy(said, str))
