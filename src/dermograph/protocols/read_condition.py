"""Conditions as they are written in a pack, checked against the vocabulary while they are built."""

from __future__ import annotations

from dermograph.core.dates import UNITS, Period
from dermograph.core.errors import nearest, shown
from dermograph.core.text import Text
from dermograph.protocols.conditions import All, AnyOf, Compare, Condition, Known, Not, Within, leaves
from dermograph.protocols.field import Field
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

_ORDERED = ("at_least", "more_than", "at_most", "less_than")
_BY_TYPE = {
    "boolean": ("is", "is_known"),
    "choice": ("is", "one_of", "is_known"),
    "integer": ("is", "one_of", *_ORDERED, "is_known"),
    "date": ("within", "is_known"),
    "date_or_word": ("is", "one_of", "within", "is_known"),
}
LONGEST = {  # about a hundred years: longer than any wait that makes sense, short enough for every calendar
    "minutes": 100_000,
    "hours": 100_000,
    "days": 36_500,
    "weeks": 5_200,
    "months": 1_200,
    "years": 100,
}


def read_period(field: Field) -> Period:
    """A period such as ``{weeks: 4}``.

    Raises:
        InputError: If it is not a mapping of one unit to a whole number.
    """
    entries = field.mapping(optional=UNITS)
    if len(entries) != 1:
        raise field.error(
            Text("A period has one unit, such as {days: 14}.", "Un periodo lleva una unidad, como {days: 14}.")
        )
    [(unit, count)] = entries.items()
    return Period(count.integer(1, LONGEST[unit]), unit)


def read_fact_value(field: Field, fact: Fact) -> FactValue:
    """A value of a fact, of the right type and within what the vocabulary allows.

    Raises:
        InputError: If it is anything else, with the nearest right word.
    """
    match fact.type:
        case "boolean":
            return field.boolean()
        case "choice":
            return field.choice(fact.values)
        case "integer":
            return field.integer(fact.low, fact.high)
        case "date":
            return field.day()
        case "date_or_word":
            value = field.node.value
            if isinstance(value, str) and value[:1].isdigit():
                return field.day()
            return field.choice(fact.words)


def read_condition(field: Field, vocabulary: Vocabulary) -> Condition:
    """A condition.

    Raises:
        InputError: For an unknown fact, operator or value, an operator that does not fit the fact's type, an empty
            list, or ``within`` under ``not`` or ``any``.
    """
    entries = field.entries()
    if len(entries) != 1:
        raise field.error(
            Text(
                "A condition has one fact, or one of all, any, not.",
                "Una condición lleva un solo dato, o bien all, any o not.",
            )
        )
    [(name, inner)] = entries.items()
    if name in ("all", "any"):
        parts = tuple(read_condition(item, vocabulary) for item in inner.items())
        if not parts:
            raise inner.error(Text("The list is empty.", "La lista está vacía."))
        if name == "any":
            _no_waits(inner, AnyOf(parts))
        return All(parts) if name == "all" else AnyOf(parts)
    if name == "not":
        part = read_condition(inner, vocabulary)
        _no_waits(inner, part)
        return Not(part)
    if name not in vocabulary.facts:
        raise inner.error(
            Text(f"Unknown fact {shown(name)}.", f"Dato desconocido {shown(name)}."), nearest(name, vocabulary.facts)
        )
    return _read_leaf(inner, vocabulary.facts[name])


def _no_waits(field: Field, condition: Condition) -> None:
    if any(isinstance(leaf, Within) for leaf in leaves(condition)):
        raise field.error(
            Text("'within' may not stand under 'not' or 'any'.", "'within' no puede ir bajo 'not' ni 'any'."),
            Text("Write two rules.", "Escriba dos reglas."),
        )


def _read_leaf(field: Field, fact: Fact) -> Compare | Known | Within:
    entries = field.mapping(optional=_BY_TYPE[fact.type])
    if len(entries) != 1:
        raise field.error(
            Text(
                f"{fact.id} takes one of: {', '.join(_BY_TYPE[fact.type])}.",
                f"{fact.id} admite uno de: {', '.join(_BY_TYPE[fact.type])}.",
            )
        )
    [(operator, value)] = entries.items()
    if operator == "is_known":
        return Known(fact.id, value.boolean())
    if operator == "within":
        never = frozenset(word for word, means in fact.meanings.items() if means == "never")
        return Within(fact.id, read_period(value), never, frozenset(fact.meanings) - never)
    if operator == "one_of":
        values = tuple(read_fact_value(item, fact) for item in value.items())
        if not values:
            raise value.error(Text("The list is empty.", "La lista está vacía."))
        return Compare(fact.id, operator, values)
    return Compare(fact.id, operator, read_fact_value(value, fact))
