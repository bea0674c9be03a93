"""A reason as its mark shows it: with the titles of its sources and the words for grade, basis and fate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dermograph.care.explain import BASES, CONFLICTS, FATES, GRADES
from dermograph.core.text import Language, Text
from dermograph.protocols import load_library

OTHER_GRADES: Mapping[str, Text] = {
    "indication": Text("what the source treats", "lo que trata la fuente"),
    "plan": Text("plan", "plan"),
    "review": Text("review", "revisión"),
}


def reason_parts(reason: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """What the mark of a reason shows.

    Args:
        reason: ``Reason.to_json`` in the language of the page; may be stored, and from an older protocol.
        language: Of the page.
    """
    disputed, replaces = reason.get("disputed"), reason.get("replaces")
    return {
        "reason": reason,
        "grade": _word({**GRADES, **OTHER_GRADES}, reason.get("grade"), language),
        "cites": cites(reason.get("cite") or (), language),
        "disputed": disputed and _dispute(disputed, language),
        "replaces": replaces and {"says": replaces.get("says"), "cites": cites(replaces.get("cite") or (), language)},
    }


def cites(found: Iterable[Mapping[str, Any]], language: Language) -> list[dict[str, Any]]:
    """Citations with the title of their source and the word for their basis."""
    sources = load_library().sources
    shown = []
    for cite in found:
        source = sources.get(cite.get("source", ""))
        title = source.title.say(language) if source else cite.get("source", "")
        shown.append({**cite, "title": title, "basis_word": _word(BASES, cite.get("basis"), language)})
    return shown


def _dispute(disputed: Mapping[str, Any], language: Language) -> dict[str, Any]:
    conflict = load_library().conflicts.get(disputed.get("conflict", ""))
    kind = CONFLICTS[conflict.kind if conflict else "contradiction"].say(language)
    sides = cites(disputed.get("sides") or (), language)
    for side in sides:
        side["fate_word"] = _word(FATES, side.get("fate"), language)
    return {**disputed, "kind": kind, "sides": sides}


def _word(words: Mapping[Any, Text], key: object, language: Language) -> str:
    """The word for a key; the key itself where it is of another time."""
    text = words.get(key) if isinstance(key, str) else None
    return text.say(language) if text else str(key or "")
