"""Who is not treated, or not yet: the conditions of a protocol's rules in words that a visitor reads."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.core.text import Language, Text
from dermograph.protocols.conditions import All, Compare, Condition, Within
from dermograph.protocols.model import Grade, Protocol, Rule
from dermograph.protocols.vocabulary import Vocabulary
from dermograph.protocols.words import in_words

AGE = "birth_date"
WHAT_IT_IS = frozenset({"lesion", "scar_type", "stage"})  # facts whose value says enough without their name
UNDER = Text("age: under {period}", "edad: menos de {period}")
ANYTHING_ELSE = Text("anything that is not listed above", "todo lo que no figura arriba")

#: The groups of the page, in its order: what each is headed by, and what it leads to.
GROUPS: Mapping[tuple[Grade, ...], tuple[Text, Text]] = {
    ("absolute",): (
        Text("Not treated", "No se trata"),
        Text("The protocol names no way round these.", "El protocolo no prevé excepciones para esto."),
    ),
    ("until_date", "until_condition"): (
        Text("Not yet", "Todavía no"),
        Text(
            "The treatment waits until this is over; then you can be assessed again.",
            "El tratamiento espera a que esto termine; después se le puede valorar de nuevo.",
        ),
    ),
    ("clearance",): (
        Text("Someone else is asked first", "Antes se consulta a otra persona"),
        Text(
            "Please do not stop a prescribed drug for this: whoever prescribes it decides.",
            "No deje por esto un fármaco prescrito: decide quien lo prescribe.",
        ),
    ),
    ("caution",): (
        Text("With particular care", "Con especial cuidado"),
        Text(
            "It is not ruled out; the practitioner settles with you what it needs.",
            "No lo descarta; el profesional acuerda con usted lo que hace falta.",
        ),
    ),
}


def condition_words(rule: Rule, protocol: Protocol, language: Language) -> str:
    """When a rule applies, with a capital: "Pregnancy", "Diabetes: not controlled"."""
    if rule is protocol.rules[0]:
        words = ANYTHING_ELSE.say(language)
    else:
        words = _words(rule.when, protocol.vocabulary, language)
    return words[:1].upper() + words[1:]


def _words(condition: Condition, vocabulary: Vocabulary, language: Language) -> str:
    if isinstance(condition, All):
        return "; ".join(_words(part, vocabulary, language) for part in condition.parts)
    if isinstance(condition, Compare):
        fact = vocabulary.facts[condition.fact]
        if condition.operator == "is" and condition.value is True:
            return fact.label.say(language)
        if fact.id in WHAT_IT_IS:
            return in_words(condition, vocabulary, language).removeprefix(f"{fact.label.say(language)}: ")
    if isinstance(condition, Within) and condition.fact == AGE:
        return UNDER.format(period=condition.period.say(language)).say(language)
    return in_words(condition, vocabulary, language)
