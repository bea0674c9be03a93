"""Two engines of FHIRPath that we did not write find every rule as true, false or unknown as ours does."""

import datetime as dt
import functools
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import fhirpathpy
import pytest
from fhirpathpy.engine.invocations import constants
from fhirpathpy.models import models

from bench.fhirpath import truth_of
from dermograph.core.dates import Period
from dermograph.core.truth import Truth
from dermograph.exchange.fhir.codes import ANSWERS
from dermograph.exchange.fhir.elements import ABSENT_REASON
from dermograph.exchange.fhir.fhirpath import InexpressibleError, Translator
from dermograph.protocols.conditions import All, AnyOf, Compare, Condition, Facts, Known, Not, Within, facts_of
from tests.exchange.fhir_protocol.conditions import (
    LETTERS,
    LIBRARY,
    Conditioned,
    Patient,
    at_month_ends,
    conditions,
    generated,
    golden,
)
from tests.exchange.judges.judges import Json, evaluated

GENERATED = 5_000
WHOLLY = 100  # of them are asked everything, though much of it was asked of another before
TODAY = dt.date(2026, 11, 21)

Told = list[tuple[str, str, str]]  # the condition, our letter, theirs


def unlike(people: list[Patient], which: list[list[int]], answers: list[str]) -> Told:
    """Where an engine says otherwise than ours."""
    asked = conditions()
    found: Told = []
    for person, indices, answer in zip(people, which, answers, strict=True):
        ours = person.letters([asked[index] for index in indices])
        assert len(ours) == len(answer)
        pairs = zip(indices, ours, answer, strict=True)
        found += [(asked[index].name, here, there) for index, here, there in pairs if here != there]
    return found


def fresh(people: list[Patient]) -> list[list[int]]:
    """The conditions to ask of each patient: those whose facts, missing ones included, nobody before had just so.

    Rules of two protocols that say the same are one expression, asked once.

    A condition reads no other item than those of its facts, as another test sees, so that it cannot come out otherwise.
    """
    seen = set()
    found = []
    for person in people:
        indices = []
        for index, one in enumerate(conditions()):
            named = facts_of(one.condition)
            key = one.expression, person.on, *((person.facts.get(name), person.missing.get(name)) for name in named)
            if key not in seen:
                seen.add(key)
                indices.append(index)
        found.append(indices)
    return found


@functools.cache
def of_generated() -> tuple[list[Patient], list[list[int]]]:
    """The generated patients, and what is fresh of each: worked out once for all tests."""
    people = generated(GENERATED)
    return people, fresh(people)


def npm(people: list[Patient], which: list[list[int]]) -> list[str]:
    """What npm fhirpath says."""
    expressions = [one.expression for one in conditions()]
    asked: list[Json] = [
        {"on": person.on.isoformat(), "resource": person.response, "which": indices}
        for person, indices in zip(people, which, strict=True)
    ]
    return evaluated(expressions, asked)


def pypi(people: list[Patient], which: list[list[int]]) -> list[str]:
    """What fhirpathpy says, each expression compiled once and shown no items but those that it reads: it is slow."""
    compiled = [fhirpathpy.compile(one.expression, models["r4"]) for one in conditions()]
    links = [set(re.findall(r"linkId = '([^']+)'", one.expression)) for one in conditions()]
    found = []
    for person, indices in zip(people, which, strict=True):
        whole = person.response
        items = whole.get("item", [])
        letters = ""
        for index in indices:
            less = {**whole, "item": [item for item in items if item["linkId"] in links[index]]}
            letters += LETTERS[asked_on(person.on, compiled[index], less)]
        found.append(letters)
    return found


class Clock:
    """What fhirpathpy takes for the class datetime: it reads the clock anew for every expression."""

    on = dt.date.min

    @classmethod
    def now(cls) -> dt.datetime:
        return dt.datetime.combine(cls.on, dt.time(12))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fhirpathpy live on the day that is asked for."""
    monkeypatch.setattr(constants, "datetime", Clock)


def asked_on(on: dt.date, compiled: Callable[..., list[Any]], response: Json) -> Truth:
    """A compiled expression on a day."""
    Clock.on = on
    return truth_of(compiled(response))


ENGINES = pytest.mark.parametrize("engine", [npm, pypi], ids=["npm", "pypi"])


@ENGINES
def test_every_rule_of_every_golden_case_comes_out_the_same(
    engine: Callable[[list[Patient], list[list[int]]], list[str]],
) -> None:
    people = [*golden(), *at_month_ends()]
    which = fresh(people)
    assert unlike(people, which, engine(people, which)) == []
    assert len(golden()) > 300


@ENGINES
@pytest.mark.slow
def test_every_rule_of_5000_generated_patients_comes_out_the_same(
    engine: Callable[[list[Patient], list[list[int]]], list[str]],
) -> None:
    people, which = of_generated()
    assert unlike(people, which, engine(people, which)) == []


@pytest.mark.slow
def test_every_rule_of_some_generated_patients_comes_out_the_same_asked_all_over_again() -> None:
    people = generated(WHOLLY)
    which = [list(range(len(conditions()))) for _ in people]
    assert unlike(people, which, npm(people, which)) == []


def test_the_patients_make_every_condition_true_false_and_unknown() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for person, indices in zip(*of_generated(), strict=True):
        asked = [conditions()[index] for index in indices]
        seen.update(zip((one.expression for one in asked), person.letters(asked), strict=True))
    everything = {one.expression for one in conditions()}
    assert everything == {expression for expression, _ in seen}
    assert [one for one in everything if {letter for asked, letter in seen if asked == one} != set("tfe")] == []


def test_a_condition_reads_the_items_of_its_own_facts_and_no_other() -> None:
    for one in conditions():
        links = {link.removesuffix(".word") for link in re.findall(r"linkId = '([^']+)'", one.expression)}
        assert links == set(facts_of(one.condition)), one.name
        assert one.expression.count("item.") == one.expression.count("linkId"), one.name


def test_no_condition_of_any_protocol_is_left_out() -> None:
    rules = sum(len(protocol.rules) + len(protocol.indications) for protocol in LIBRARY.protocols.values())
    assert len(conditions()) >= rules
    assert all(one.expression for one in conditions())


# ── Conditions that no protocol of ours has, and answers that are none ──────────────────────────────────────────────


YES, NO = Compare("pregnant", "is", value=True), Compare("herpes", "is", value=True)
DAY = dt.date(2026, 5, 21)
#: Every kind of condition that a protocol can be written with.
KINDS: list[Condition] = [
    All((YES, NO)),
    AnyOf((YES, NO)),
    Not(YES),
    Not(AnyOf((YES, Not(NO)))),
    Known("pregnant", known=True),
    Known("onset", known=False),
    Known("isotretinoin", known=True),
    Known("isotretinoin", known=False),
    *(Compare("phototype", operator, 4) for operator in ("is", "at_least", "more_than", "at_most", "less_than")),
    Compare("phototype", "one_of", (1, 6)),
    Compare("diabetes", "one_of", ("controlled", "uncontrolled")),
    Compare("isotretinoin", "is", "never"),
    Compare("isotretinoin", "one_of", ("never", "current")),
    Compare("isotretinoin", "is", DAY),
    Compare("isotretinoin", "one_of", ("current", DAY, TODAY)),
    *(Within("birth_date", Period(count, unit)) for count, unit in ((30, "minutes"), (25, "hours"), (2, "weeks"))),
    Within("isotretinoin", Period(6, "months"), frozenset({"never"}), frozenset({"current"})),
    Within("surgery", Period(1, "years"), frozenset({"never"})),
]
SOME: list[Facts] = [
    {},
    *({"pregnant": one, "herpes": other} for one in (True, False) for other in (True, False)),
    {"pregnant": True},
    {"herpes": False},
    *({"phototype": value} for value in range(1, 7)),
    *({"diabetes": value} for value in ("none", "controlled", "uncontrolled")),
    *({"isotretinoin": value} for value in ("never", "current", DAY, dt.date(2026, 5, 22), TODAY)),
    *({"birth_date": TODAY - dt.timedelta(days=days)} for days in (0, 1, 2, 13, 14, 15)),
    *({"surgery": value} for value in ("never", dt.date(2025, 11, 21), dt.date(2025, 11, 22))),
    {"onset": TODAY},
]


def both(expressions: list[str], responses: list[Json]) -> list[tuple[str, str]]:
    """What both engines say of each response, in this order."""
    there = evaluated(expressions, [{"on": TODAY.isoformat(), "resource": response} for response in responses])
    compiled = [fhirpathpy.compile(expression, models["r4"]) for expression in expressions]
    here = ["".join(LETTERS[asked_on(TODAY, one, response)] for one in compiled) for response in responses]
    return list(zip(there, here, strict=True))


@pytest.mark.parametrize("on", [None, TODAY], ids=["today", "a day"])
def test_every_kind_of_condition_is_as_unknowing_in_fhirpath_as_here(on: dt.date | None) -> None:
    expressions = [Translator(LIBRARY.vocabulary, on).expression(condition) for condition in KINDS]
    people = [Patient(TODAY, dict(facts)) for facts in SOME]
    named = [Conditioned(str(condition), condition) for condition in KINDS]
    answers = both(expressions, [person.response for person in people])
    for person, (there, here) in zip(people, answers, strict=True):
        assert (person.facts, there, here) == (person.facts, person.letters(named), person.letters(named))
    assert all({"t", "f"} <= {letters[index] for letters, _ in answers} for index in range(len(KINDS)))


def response(link: str, **element: object) -> Json:
    """A response with one item."""
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{"linkId": link, **element}]}


WHY = [{"url": ABSENT_REASON, "valueCode": "asked-unknown"}]
#: Answers that are none, or not whole, each with a condition that speaks of it.
HALF_ANSWERS: dict[str, tuple[Condition, Json]] = {
    "reason-on-item": (YES, response("pregnant", extension=WHY)),
    "reason-on-answer": (YES, response("pregnant", answer=[{"extension": WHY}])),
    "reason-on-value": (YES, response("pregnant", answer=[{"_valueBoolean": {"extension": WHY}}])),
    "no-with-reason": (Not(YES), response("pregnant", answer=[{"_valueBoolean": {"extension": WHY}}])),
    "integer-reason": (
        Compare("phototype", "at_most", 3),
        response("phototype", answer=[{"_valueInteger": {"extension": WHY}}]),
    ),
    "beyond-limits": (Compare("phototype", "at_least", 4), response("phototype", answer=[{"valueInteger": 7}])),
    "other-system": (
        Compare("diabetes", "is", "none"),
        response("diabetes", answer=[{"valueCoding": {"system": "http://loinc.org", "code": "diabetes.none"}}]),
    ),
    "no-code": (
        Compare("diabetes", "is", "none"),
        response("diabetes", answer=[{"valueCoding": {"system": ANSWERS, "display": "none"}}]),
    ),
    "wrong-type": (YES, response("pregnant", answer=[{"valueString": "true"}])),
    "a-month": (Within("onset", Period(12, "months")), response("onset", answer=[{"valueDate": "2026-05"}])),
    "a-year": (Within("onset", Period(12, "months")), response("onset", answer=[{"valueDate": "1990"}])),
    "word-reason": (
        Within("surgery", Period(1, "years"), frozenset({"never"})),
        response("surgery", extension=WHY),
    ),
}


@pytest.mark.parametrize("name", HALF_ANSWERS)
def test_what_is_no_whole_answer_is_unknown_to_both_engines(name: str) -> None:
    condition, resource = HALF_ANSWERS[name]
    assert both([Translator(LIBRARY.vocabulary).expression(condition)], [resource]) == [("e", "e")]


@pytest.mark.parametrize("name", HALF_ANSWERS)
def test_what_is_no_whole_answer_does_not_make_a_fact_known(name: str) -> None:
    condition, resource = HALF_ANSWERS[name]
    [fact] = facts_of(condition)
    assert both([Translator(LIBRARY.vocabulary).expression(Known(fact, known=True))], [resource]) == [("f", "f")]


@pytest.mark.parametrize(
    "condition",
    [
        Compare("isotretinoin", "at_least", TODAY),
        Compare("pregnant", "is", "yes"),
        Compare("phototype", "is", value=True),
        Compare("phototype", "like", 4),
        Within("phototype", Period(1, "days")),
    ],
    ids=["ordered-days", "word-for-boolean", "boolean-for-integer", "operator", "within-integer"],
)
def test_a_condition_that_no_protocol_can_be_written_with_is_refused_by_name(condition: Condition) -> None:
    with pytest.raises(InexpressibleError, match=facts_of(condition)[0]):
        Translator(LIBRARY.vocabulary).expression(condition)
