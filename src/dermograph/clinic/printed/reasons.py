"""Reasons as they were signed, with their places in the sources, for a paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dermograph.core.text import Language
from dermograph.protocols import load_library

Json = dict[str, Any]


def shown_reasons(reasons: Iterable[Json] | None, treatment: str, language: Language) -> list[Json]:
    """Each with ``says``, ``until``, ``places`` and whether sources disagree about it.

    Args:
        reasons: As an assessment or a review keeps them; None for none.
        treatment: The id of the protocol. A source that it does not name any more is told by its id.
        language: Of the words.
    """
    sources = load_library().protocol(treatment).sources
    found = []
    for one in reasons or ():
        places: dict[str, list[str]] = {}
        for cite in one.get("cite") or ():
            source = sources.get(cite["source"])
            title = source.title.say(language) if source is not None else str(cite["source"])
            places.setdefault(title, []).append(str(cite.get("at") or ""))
        told = " · ".join(
            f"{title}: {'; '.join(dict.fromkeys(filter(None, at)))}".rstrip(": ") for title, at in places.items()
        )
        found.append(
            {"says": one["says"], "until": one.get("until"), "places": told, "disputed": bool(one.get("disputed"))}
        )
    return found
