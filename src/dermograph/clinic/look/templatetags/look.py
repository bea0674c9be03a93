"""Template tags that every page has without loading them."""

from __future__ import annotations

from django import template

from dermograph.clinic.look.tags import frame, marks, words
from dermograph.clinic.look.tags.words import language_of, words_of

register = template.Library()
for part in (words, marks, frame):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)

__all__ = ["language_of", "register", "words_of"]
