"""Conditions in words, for people who read a rule without reading YAML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from dermograph.core.text import Language, Text
from dermograph.protocols.conditions import All, AnyOf, Compare, Condition, Known, Not, Within
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

_ORDERED = {
    "at_least": Text("at least {value}", "al menos {value}"),
    "more_than": Text("more than {value}", "más de {value}"),
    "at_most": Text("at most {value}", "como mucho {value}"),
    "less_than": Text("less than {value}", "menos de {value}"),
}
_OPPOSITE = {"at_least": "less_than", "less_than": "at_least", "more_than": "at_most", "at_most": "more_than"}
_AND, _OR = Text("and", "y"), Text("or", "o")
_NOT = Text("not {value}", "no {value}")
_AGO = Text("less than {period} ago", "hace menos de {period}")
_KNOWN, _UNKNOWN = Text("known", "consta"), Text("not known", "no consta")
_NONE_HOLDS = Text("none of these holds – {parts}", "no se cumple nada de esto – {parts}")
_NOT_ALL_HOLD = Text("not all of these hold – {parts}", "no se cumple todo esto – {parts}")


def in_words(condition: Condition, vocabulary: Vocabulary, language: Language) -> str:
    """A condition in words, without a capital and without a full stop.

    Each comparison reads "label: value", which is right whatever the label's number and gender; comparisons are parted
    by semicolons, since a value may hold a comma.

    >>> from dermograph.protocols import load_library
    >>> library = load_library()
    >>> rules = {rule.id: rule for rule in library.protocol("paramedical").rules}
    >>> in_words(rules["immature-scar"].when, library.vocabulary, "en")
    'lesion: scar, acne scar or burn scar; and date of the lesion: less than 12 months ago'
    """
    if isinstance(condition, Not):
        return _denied(condition.part, vocabulary, language)
    if isinstance(condition, All | AnyOf):
        return _joined(condition, vocabulary, language)
    fact = vocabulary.facts[condition.fact]
    return f"{fact.label.say(language)}: {_leaf(condition, fact, language)}"


def _leaf(leaf: Compare | Known | Within, fact: Fact, language: Language) -> str:
    if isinstance(leaf, Known):
        return (_KNOWN if leaf.known else _UNKNOWN).say(language)
    if isinstance(leaf, Within):
        ongoing = [_reading(word, fact, language) for word in fact.words if word in leaf.ongoing]
        since = _AGO.format(period=leaf.period.say(language)).say(language)
        return f"{since}, {_conjunction(_OR, ongoing[0], language)} {_listed(ongoing, language)}" if ongoing else since
    if leaf.operator in _ORDERED:
        return _ORDERED[leaf.operator].format(value=leaf.value).say(language)
    return _listed([_reading(value, fact, language) for value in _values(leaf)], language)


def _denied(condition: Condition, vocabulary: Vocabulary, language: Language) -> str:
    """The opposite of a condition; the opposite of a comparison is a comparison."""
    if isinstance(condition, Not):
        return in_words(condition.part, vocabulary, language)
    if isinstance(condition, All | AnyOf):
        stated = _stated(condition)
        if len(stated) == 1:
            return _denied(stated[0], vocabulary, language)
        parts = "; ".join(_grouped(part, vocabulary, language) for part in stated)
        return (_NONE_HOLDS if isinstance(condition, AnyOf) else _NOT_ALL_HOLD).format(parts=parts).say(language)
    if isinstance(condition, Known):
        return in_words(Known(condition.fact, not condition.known), vocabulary, language)
    if isinstance(condition, Within):  # no pack can write it: the loader refuses a wait under `not`
        return _NOT_ALL_HOLD.format(parts=in_words(condition, vocabulary, language)).say(language)
    if condition.operator in _OPPOSITE:
        opposite = Compare(condition.fact, _OPPOSITE[condition.operator], condition.value)
        return in_words(opposite, vocabulary, language)
    if isinstance(condition.value, bool):
        return in_words(Compare(condition.fact, "is", not condition.value), vocabulary, language)
    fact = vocabulary.facts[condition.fact]
    values = [_reading(value, fact, language) for value in _values(condition)]
    denial = _NOT.format(value=values[0]).say(language) if len(values) == 1 else _neither(values, language)
    return f"{fact.label.say(language)}: {denial}"


def _neither(values: list[str], language: Language) -> str:
    if language == "es":
        return " ".join(f"ni {value}" for value in values)
    return f"neither {', '.join(values[:-1])} nor {values[-1]}"


def _joined(condition: All | AnyOf, vocabulary: Vocabulary, language: Language) -> str:
    stated = _stated(condition)
    if len(stated) == 1:
        return in_words(stated[0], vocabulary, language)
    parts = [_grouped(part, vocabulary, language) for part in stated]
    word = _conjunction(_AND if isinstance(condition, All) else _OR, parts[-1], language)
    return f"{'; '.join(parts[:-1])}; {word} {parts[-1]}"


def _stated(condition: All | AnyOf) -> tuple[Condition, ...]:
    """The parts as they are put into words: alternatives for one fact that follow each other are one list of values."""
    if isinstance(condition, All):
        return condition.parts
    stated: list[Condition] = []
    for part in condition.parts:
        before = stated[-1] if stated else None
        if _names_values(before) and _names_values(part) and before.fact == part.fact:
            values = dict.fromkeys((*_values(before), *_values(part)))
            stated[-1] = Compare(part.fact, "one_of", tuple(values))
        else:
            stated.append(part)
    return tuple(stated)


def _names_values(condition: Condition | None) -> TypeGuard[Compare]:
    return isinstance(condition, Compare) and condition.operator not in _ORDERED


def _grouped(part: Condition, vocabulary: Vocabulary, language: Language) -> str:
    """A part of a larger condition, in brackets where it would run into its neighbours."""
    words = in_words(part, vocabulary, language)
    return f"({words})" if "; " in words else words


def _values(leaf: Compare) -> Iterable[FactValue]:
    return leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)


def _reading(value: FactValue, fact: Fact, language: Language) -> str:
    """What a person reads for a value, less the explanation that stands in brackets after it."""
    return fact.reads(value).say(language).partition(" (")[0]


def _listed(values: list[str], language: Language) -> str:
    if len(values) == 1:
        return values[0]
    return f"{', '.join(values[:-1])} {_conjunction(_OR, values[-1], language)} {values[-1]}"


def _conjunction(word: Text, following: str, language: Language) -> str:
    """The conjunction as Spanish writes it before a word that begins with the same sound: "u otra", "e infección"."""
    sound = following.lower()
    if language == "es" and word is _OR and sound.startswith(("o", "ho", "ó")):
        return "u"
    if language == "es" and word is _AND and sound.startswith(("i", "hi", "í")) and not sound.startswith("hie"):
        return "e"
    return word.say(language)
