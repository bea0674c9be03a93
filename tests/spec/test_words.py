"""A condition in words says what the condition says, in both languages."""

import pytest

from dermograph.core.text import LANGUAGES, Language
from dermograph.protocols import load_library
from dermograph.protocols.conditions import AnyOf, Not, facts_of
from dermograph.protocols.read_condition import read_condition
from dermograph.protocols.strict_yaml import parse
from dermograph.protocols.words import in_words

LIBRARY = load_library()
VOCABULARY = LIBRARY.vocabulary

#: A condition as a pack writes it, and its words in English and in Spanish.
SAID = [
    ("{pregnant: {is: true}}", "pregnancy: yes", "embarazo: sí"),
    ("{healed: {is: false}}", "burn healed: no", "quemadura curada: no"),
    ("{lesion: {is: acne_scar}}", "lesion: acne scar", "lesión: cicatriz de acné"),
    (
        "{scar_type: {one_of: [atrophic, keloid, other]}}",
        "type of scar: atrophic, keloid or another type",
        "tipo de cicatriz: atrófica, queloide u otro tipo",
    ),
    ("{phototype: {at_least: 4}}", "phototype: at least 4", "fototipo: al menos 4"),
    ("{phototype: {more_than: 4}}", "phototype: more than 4", "fototipo: más de 4"),
    ("{degree: {at_most: 2}}", "degree of the burn: at most 2", "grado de la quemadura: como mucho 2"),
    ("{degree: {less_than: 2}}", "degree of the burn: less than 2", "grado de la quemadura: menos de 2"),
    ("{phototype: {one_of: [1, 2]}}", "phototype: 1 or 2", "fototipo: 1 o 2"),
    (
        "{onset: {within: {months: 12}}}",
        "date of the lesion: less than 12 months ago",
        "fecha de la lesión: hace menos de 12 meses",
    ),
    (
        "{isotretinoin: {within: {months: 6}}}",
        "oral isotretinoin: less than 6 months ago, or taking it now",
        "isotretinoína oral: hace menos de 6 meses, o la toma ahora",
    ),
    (
        "{surgery: {within: {days: 90}}}",
        "last operation in the area: less than 90 days ago",
        "última operación en la zona: hace menos de 90 días",
    ),
    ("{isotretinoin: {is_known: true}}", "oral isotretinoin: known", "isotretinoína oral: consta"),
    ("{isotretinoin: {is_known: false}}", "oral isotretinoin: not known", "isotretinoína oral: no consta"),
    (
        "{all: [{lesion: {is: scar}}, {infection: {is: true}}]}",
        "lesion: scar; and active infection in the area: yes",
        "lesión: cicatriz; e infección activa en la zona: sí",
    ),
    (
        "{any: [{tanned: {is: true}}, {herpes: {is: true}}, {infection: {is: true}}]}",
        "tanned skin: yes; active herpes in the area: yes; or active infection in the area: yes",
        "piel bronceada: sí; herpes activo en la zona: sí; o infección activa en la zona: sí",
    ),
    (
        "{all: [{lesion: {is: scar}}, {any: [{herpes: {is: true}}, {tanned: {is: true}}]}]}",
        "lesion: scar; and (active herpes in the area: yes; or tanned skin: yes)",
        "lesión: cicatriz; y (herpes activo en la zona: sí; o piel bronceada: sí)",
    ),
    (
        "{any: [{lesion: {is: scar}}, {lesion: {one_of: [stria, scar]}}]}",
        "lesion: scar or stretch mark",
        "lesión: cicatriz o estría",
    ),
    ("{all: [{pregnant: {is: true}}]}", "pregnancy: yes", "embarazo: sí"),
    ("{not: {pregnant: {is: true}}}", "pregnancy: no", "embarazo: no"),
    ("{not: {not: {pregnant: {is: true}}}}", "pregnancy: yes", "embarazo: sí"),
    ("{not: {phototype: {at_least: 4}}}", "phototype: less than 4", "fototipo: menos de 4"),
    ("{not: {acne: {is: active}}}", "acne: not active", "acné: no activo"),
    (
        "{not: {lesion: {one_of: [scar, stria]}}}",
        "lesion: neither scar nor stretch mark",
        "lesión: ni cicatriz ni estría",
    ),
    ("{not: {phototype: {is_known: true}}}", "phototype: not known", "fototipo: no consta"),
    (
        "{not: {all: [{lesion: {is: scar}}, {herpes: {is: true}}]}}",
        "not all of these hold – lesion: scar; active herpes in the area: yes",
        "no se cumple todo esto – lesión: cicatriz; herpes activo en la zona: sí",
    ),
    (
        "{not: {any: [{tanned: {is: true}}, {all: [{lesion: {is: scar}}, {herpes: {is: true}}]}]}}",
        "none of these holds – tanned skin: yes; (lesion: scar; and active herpes in the area: yes)",
        "no se cumple nada de esto – piel bronceada: sí; (lesión: cicatriz; y herpes activo en la zona: sí)",
    ),
]


@pytest.mark.parametrize(("written", "english", "spanish"), SAID, ids=[written for written, _, _ in SAID])
def test_a_condition_reads_as_it_is_meant(written: str, english: str, spanish: str) -> None:
    condition = read_condition(parse(written, "condition"), VOCABULARY)
    assert in_words(condition, VOCABULARY, "en") == english
    assert in_words(condition, VOCABULARY, "es") == spanish


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_can_be_said_and_names_every_fact_that_it_asks_for(language: Language) -> None:
    for protocol in LIBRARY.protocols.values():
        for rule in protocol.rules:
            words = in_words(rule.applies, VOCABULARY, language)
            assert all(VOCABULARY.facts[fact].label.say(language) in words for fact in facts_of(rule.applies)), rule.id
            assert "{" not in words
            assert "_" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_condition_and_its_denial_never_read_the_same(language: Language) -> None:
    for protocol in LIBRARY.protocols.values():
        for rule in protocol.rules:
            assert in_words(rule.when, VOCABULARY, language) != in_words(Not(rule.when), VOCABULARY, language)


def test_alternatives_that_are_one_list_stay_apart_where_another_fact_stands_between() -> None:
    one, other, third = (
        read_condition(parse(text, "condition"), VOCABULARY)
        for text in ("{lesion: {is: scar}}", "{tanned: {is: true}}", "{lesion: {is: stria}}")
    )
    assert in_words(AnyOf((one, other, third)), VOCABULARY, "en") == (
        "lesion: scar; tanned skin: yes; or lesion: stretch mark"
    )
