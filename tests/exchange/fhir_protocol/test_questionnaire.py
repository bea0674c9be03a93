"""The Questionnaire of a protocol asks for every fact, in both languages, and only where an answer can matter."""

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest

from dermograph.core.truth import Truth
from dermograph.exchange.fhir.codes import ANSWERS, FACTS, LOINC, MAY_BE_UNKNOWN, answer_code, word_link
from dermograph.exchange.fhir.elements import TRANSLATION
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.enabling import settled_by
from dermograph.exchange.fhir.protocol.questionnaire import REST, asked_facts, questionnaire
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols.conditions import facts_of
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Fact, FactValue
from tests.exchange.fhir_protocol.conditions import LIBRARY
from tests.exchange.judges.judges import Json

PROTOCOLS = [pytest.param(protocol, id=name) for name, protocol in LIBRARY.protocols.items()]
each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)


def spanish(element: Json, name: str) -> str:
    """The Spanish words beside an English element."""
    [found] = [one for one in element[f"_{name}"]["extension"] if one["url"] == TRANSLATION]
    assert found["extension"][0] == {"url": "lang", "valueCode": "es"}
    return str(found["extension"][1]["valueString"])


def by_link(protocol: Protocol) -> dict[str, Json]:
    """The items of a Questionnaire by their linkIds."""
    items = questionnaire(protocol)["item"]
    found = {item["linkId"]: item for item in items}
    assert len(found) == len(items)
    return found


@each_protocol
def test_every_fact_is_asked_once_in_both_languages_with_its_help(protocol: Protocol) -> None:
    items = by_link(protocol)
    for name, fact in protocol.vocabulary.facts.items():
        item = items[name]
        assert (item["text"], spanish(item, "text")) == (fact.question.en, fact.question.es)
        [help_item] = item["item"]
        assert (help_item["text"], spanish(help_item, "text")) == (fact.help.en, fact.help.es)
        assert help_item["type"] == "display"
        assert {"system": FACTS, "code": name, "display": fact.label.en} in item["code"]
        assert "required" not in item
    words = [word_link(name) for name, fact in protocol.vocabulary.facts.items() if fact.type == "date_or_word"]
    assert set(items) == {*protocol.vocabulary.facts, *words, REST}


@each_protocol
def test_the_type_the_choices_and_the_limits_are_those_of_the_fact(protocol: Protocol) -> None:
    items = by_link(protocol)
    for name, fact in protocol.vocabulary.facts.items():
        assert items[name]["type"] == {"date_or_word": "date"}.get(fact.type, fact.type)
        _check_choices(items[name], fact, list(fact.values))
        limits = [one["valueInteger"] for one in items[name]["extension"] if "valueInteger" in one]
        assert limits == ([fact.low, fact.high] if fact.type == "integer" else [])
        assert any(one["url"] == MAY_BE_UNKNOWN for one in items[name]["extension"])
        if fact.type == "date_or_word":
            _check_choices(items[word_link(name)], fact, list(fact.words))


def _check_choices(item: Json, fact: Fact, values: list[str]) -> None:
    options = [one["valueCoding"] for one in item.get("answerOption", [])]
    assert [(one["system"], one["code"]) for one in options] == [(ANSWERS, answer_code(fact.id, one)) for one in values]
    assert [(one["display"], spanish(one, "display")) for one in options] == [
        (fact.reads(value).en, fact.reads(value).es) for value in values
    ]


@each_protocol
def test_the_facts_that_a_rule_names_stand_before_the_others(protocol: Protocol) -> None:
    asked, rest = asked_facts(protocol)
    named = {name for rule in protocol.rules for name in facts_of(rule.applies)}
    assert {fact.id for fact in asked} == named
    links = list(by_link(protocol))
    assert all(links.index(one.id) < links.index(REST) for one in asked)
    assert all(links.index(one.id) > links.index(REST) for one in rest)


def test_only_codes_of_which_there_is_no_doubt_are_foreign() -> None:
    foreign = {
        (link, code["code"])
        for protocol in LIBRARY.protocols.values()
        for link, item in by_link(protocol).items()
        for code in item.get("code", [])
        if code["system"] != FACTS
    }
    assert foreign == {("birth_date", "21112-8"), ("pregnant", "82810-3")}
    codes = [code for item in by_link(LIBRARY.protocol("scalp")).values() for code in item.get("code", [])]
    assert {code["system"] for code in codes} == {FACTS, LOINC}


# ── When a question is asked ────────────────────────────────────────────────────────────────────────────────────────


def enabled(item: Json, answered: Json) -> bool:
    """Whether R4 has a question asked: each of its conditions read by the letter, with the answers of a response."""
    given = {one["linkId"]: one["answer"][0] for one in answered.get("item", []) if "answer" in one}
    found = []
    for when in item.get("enableWhen", []):
        answer = given.get(when["question"])
        [wanted] = [value for name, value in when.items() if name.startswith("answer")]
        value = next(iter(answer.values())) if answer else None
        if isinstance(value, dict):
            value, wanted = value["code"], wanted["code"]
        assert when["operator"] in ("!=", "exists")
        found.append((answer is not None) is wanted if when["operator"] == "exists" else value != wanted)
    assert len(found) < 2 or item["enableBehavior"] == "all"
    return all(found)


def gates(protocol: Protocol) -> Iterator[tuple[str, FactValue]]:
    """Every value of every fact that has few."""
    for name, fact in protocol.vocabulary.facts.items():
        values: list[FactValue] = [False, True] if fact.type == "boolean" else list(fact.values)
        values += range(fact.low, fact.high + 1) if fact.type == "integer" else []
        yield from ((name, value) for value in values)


@each_protocol
def test_a_question_is_left_out_exactly_where_a_known_answer_settles_every_rule_that_names_it(
    protocol: Protocol,
) -> None:
    items = by_link(protocol)
    asked, _ = asked_facts(protocol)
    day = dt.date(2026, 11, 21)
    for (name, value), fact in itertools.product(gates(protocol), asked):
        if name == fact.id:
            continue
        answered = questionnaire_response(Answers({name: value}, {}), protocol)
        matters = False
        for rule in protocol.rules:
            finding = rule.applies.evaluate({name: value}, day)
            matters |= finding.truth is Truth.UNKNOWN and fact.id in finding.facts
        assert enabled(items[fact.id], answered) is matters, (name, value, fact.id)


@each_protocol
def test_with_nothing_known_everything_is_asked(protocol: Protocol) -> None:
    nothing = questionnaire_response(Answers({}, {}), protocol)
    assert all(enabled(item, nothing) for item in by_link(protocol).values())


@each_protocol
def test_a_word_is_asked_for_only_while_there_is_no_date(protocol: Protocol) -> None:
    dated = questionnaire_response(Answers({"isotretinoin": dt.date(2020, 1, 1)}, {}), protocol)
    assert not enabled(by_link(protocol)[word_link("isotretinoin")], dated)


def test_some_questions_depend_on_the_lesion() -> None:
    assert settled_by("stage", LIBRARY.protocol("paramedical")).keys() == {"lesion"}
    assert settled_by("pregnant", LIBRARY.protocol("paramedical")) == {}
    assert settled_by("degree", LIBRARY.protocol("scalp")) == {}
