"""Observations without a value: what says that nothing is known is never passed over, so no older "no" stands by it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.cds_hooks.resources import wrong_with
from dermograph.exchange.cds_hooks.subject import Subject
from dermograph.exchange.fhir.codes import ABSENT_REASONS, ANSWERS, canonical
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element
from dermograph.exchange.fhir.map.codecs import ABSENT_SYSTEM
from dermograph.protocols.vocabulary import Missing
from tests.exchange.cds_hooks.test_prefetched import MON, TUE, asked, facts, observation, refused, response


def absent(*codings: tuple[str, str], **more: Any) -> Element:  # noqa: ANN401 (members)
    """An Observation of a pregnancy that has no value, with why."""
    coded = {"coding": [{"system": system, "code": code} if system else {"code": code} for system, code in codings]}
    made = {**observation("pregnant", True, TUE), "dataAbsentReason": coded if codings else {"text": "?"}, **more}
    return {name: value for name, value in made.items() if name != "valueBoolean"}


#: What a resource of a type has to have besides.
LEAST: dict[str, Element] = {
    "Condition": {"subject": {"reference": "Patient/p1"}},
    "AllergyIntolerance": {"patient": {"reference": "Patient/p1"}},
    "MedicationStatement": {"subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": "x"}},
}
NOT_PREGNANT = [response(MON, {"pregnant": False, "lesion": "scar"})]


@pytest.mark.parametrize(
    "code",
    ["error", "unsupported", "as-text", "not-a-number", "negative-infinity", "positive-infinity", "no-such-code"],
)
def test_a_later_observation_whose_reason_is_none_that_we_know_is_refused_and_the_older_no_does_not_stand(
    code: str,
) -> None:
    status, words = refused(NOT_PREGNANT, [absent((ABSENT_SYSTEM, code))])
    assert (status, code in words) == (400, True)
    with pytest.raises(HookError) as error:
        asked(NOT_PREGNANT, [absent((ABSENT_SYSTEM, code))])
    assert error.value.issues[0].expression == "prefetch.observations: pregnant"
    assert error.value.issues[0].words.es != words


def test_an_observation_whose_reason_is_words_alone_or_of_other_codes_is_refused_by_the_name_of_the_fact() -> None:
    for one in (absent(), absent(("https://x.example/codes", "asked-unknown"))):
        status, words = refused(NOT_PREGNANT, [one])
        assert (status, "pregnant" in words) == (400, True)


@pytest.mark.parametrize("first", ["error", "asked-declined"], ids=["no-reason", "two-reasons"])
def test_of_two_codes_neither_is_passed_over(first: str) -> None:
    both = [(ABSENT_SYSTEM, first), (ABSENT_SYSTEM, "asked-unknown")]
    for order in itertools.permutations(both):
        assert refused(NOT_PREGNANT, [absent(*order)])[0] == 400


@pytest.mark.parametrize("code", sorted(ABSENT_REASONS))
def test_a_later_observation_with_a_reason_that_we_know_takes_the_older_no_back(code: str) -> None:
    [known] = asked(NOT_PREGNANT, [absent(("https://x.example/codes", "U"), (ABSENT_SYSTEM, code))])
    if ABSENT_REASONS[code] == "not_asked":
        assert known.answers.facts["pregnant"] is False
    else:
        assert dict(known.answers.facts) == {"lesion": "scar"}
        assert dict(known.answers.missing) == {"pregnant": Missing(ABSENT_REASONS[code])}
    assert asked(NOT_PREGNANT, [absent(("", code))])[0].answers == known.answers


@pytest.mark.parametrize("code", ["asked-unknown", "error"])
def test_an_observation_with_a_value_and_a_reason_for_none_is_refused(code: str) -> None:
    for value in ({"valueBoolean": True}, {"_valueBoolean": {"id": "a"}}):
        both = absent((ABSENT_SYSTEM, code)) | value
        status, words = refused(NOT_PREGNANT, [both])
        assert (status, "pregnant" in words) == (400, True)


def test_an_observation_whose_value_is_an_extension_alone_is_refused() -> None:
    one = {name: value for name, value in observation("pregnant", True, TUE).items() if name != "valueBoolean"}
    why = {"_valueBoolean": {"extension": [{"url": ABSENT_REASON, "valueCode": "asked-unknown"}]}}
    assert refused(NOT_PREGNANT, [one | why])[0] == 400
    assert facts(NOT_PREGNANT, [one])["pregnant"] is False  # says nothing at all


WHY: Element = {"extension": [{"url": ABSENT_REASON, "valueCode": "unknown"}]}
SCAR: Element = {"system": ANSWERS, "code": "lesion.scar"}


@pytest.mark.parametrize(
    ("fact", "more"),
    [
        ("pregnant", {"valueBoolean": False, "_valueBoolean": WHY}),
        ("pregnant", {"valueBoolean": False, **WHY}),
        ("phototype", {"valueInteger": 2, "_valueInteger": WHY}),
        ("onset", {"valueDateTime": "2020-01-01", "_valueDateTime": WHY}),
        ("lesion", {"valueCodeableConcept": {"coding": [SCAR], **WHY}}),
        ("lesion", {"valueCodeableConcept": {"coding": [{**SCAR, **WHY}]}}),
        ("lesion", {"valueCodeableConcept": {"coding": [{**SCAR, "_code": WHY}]}}),
        ("pregnant", {"valueString": "no", "_valueString": WHY}),
        ("pregnant", {"valueQuantity": {"value": 0, "_value": WHY}}),
    ],
    ids=["boolean", "itself", "integer", "date", "concept", "coding", "code", "string", "quantity"],
)
def test_an_observation_with_a_value_and_a_reason_for_none_anywhere_is_refused(fact: str, more: Element) -> None:
    one = {name: value for name, value in observation(fact, True, TUE).items() if name != "valueBoolean"} | more
    status, words = refused([response(MON, {"pregnant": True})], [one])
    assert (status, fact in words) == (400, True)


def test_a_reason_on_the_observation_itself_counts_as_one_and_does_not_hide_another() -> None:
    one = {name: value for name, value in (observation("pregnant", True, TUE) | WHY).items() if name != "valueBoolean"}
    [known] = asked(NOT_PREGNANT, [one])
    assert dict(known.answers.missing) == {"pregnant": Missing("not_known")}
    assert refused(NOT_PREGNANT, [absent((ABSENT_SYSTEM, "asked-declined"), **WHY)])[0] == 400
    assert refused(NOT_PREGNANT, [one | {"extension": [{"url": ABSENT_REASON, "valueCode": "error"}]}])[0] == 400


@pytest.mark.parametrize(
    ("kind", "more", "place"),
    [
        ("Patient", {"birthDate": "1990-01-01", "_birthDate": WHY}, "birthDate"),
        ("Condition", {"recordedDate": "2026-11-03", "_recordedDate": WHY}, "recordedDate"),
        ("Condition", {"code": {"coding": [{**SCAR, "_code": WHY}]}}, "code.coding[0].code"),
        ("Condition", {"code": {"coding": [SCAR], **WHY}}, "code"),
        ("Condition", {"clinicalStatus": {"coding": [{"code": "inactive", **WHY}]}}, "clinicalStatus.coding[0]"),
        ("AllergyIntolerance", {"criticality": "low", "_criticality": WHY}, "criticality"),
        ("MedicationStatement", {"status": "active", "_status": WHY}, "status"),
        ("Patient", {"name": [{"given": ["A", "B"], "_given": [None, WHY]}]}, "name[0].given"),
        ("NutritionOrder", {"status": "draft", "_status": WHY}, "status"),
    ],
    ids=["birth", "recorded", "code", "concept", "status", "allergy", "medicine", "list", "only-looked-at"],
)
def test_no_resource_has_a_value_and_a_reason_for_none(kind: str, more: Element, place: str) -> None:
    made = {**LEAST.get(kind, {}), "resourceType": kind, **more}
    assert [(one.expression, one.code) for one in wrong_with(made, "x", Subject("p1"))] == [
        (f"x.{place}", "business-rule")
    ]
    bare = [one for name, one in more.items() if name.startswith("_")]
    if bare:  # the reason alone is right, but where a value is required
        less = {name: value for name, value in made.items() if f"_{name}" not in more}
        assert "business-rule" not in [one.code for one in wrong_with(less, "x", Subject("p1"))]


@pytest.mark.parametrize("status", ["entered-in-error", "preliminary"])
def test_an_observation_that_does_not_count_is_not_refused_for_its_reason(status: str) -> None:
    assert facts(NOT_PREGNANT, [absent((ABSENT_SYSTEM, "error"), status=status)])["pregnant"] is False


@pytest.mark.parametrize(
    "item",
    [
        {"extension": [{"url": ABSENT_REASON, "valueCode": "error"}]},
        {"answer": [{"valueDecimal": 1.5}]},
    ],
    ids=["reason", "value"],
)
def test_what_an_answer_to_another_version_says_wrongly_is_refused_not_forgotten(item: Element) -> None:
    old = canonical("Questionnaire", "paramedical") + "|0.0.1"
    outdated = response(TUE, {}, questionnaire=old, item=[{"linkId": "pregnant", **item}])
    assert refused([*NOT_PREGNANT, outdated])[0] == 412
    again = response("2026-11-04T10:00:00Z", {"pregnant": True})
    assert facts([*NOT_PREGNANT, outdated, again])["pregnant"] is True
