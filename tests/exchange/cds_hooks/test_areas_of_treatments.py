"""Facts of an area beside areas of other treatments: none answers for an area of which it is not known to be meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from dermograph.exchange.fhir.codes import ANSWERS, canonical, questionnaire_url
from dermograph.exchange.fhir.elements import Element
from dermograph.protocols.model import Protocol
from tests.exchange.cds_hooks.test_prefetched import (
    MON,
    PARAMEDICAL,
    SCALP,
    TUE,
    answer_of,
    areas,
    asked,
    based,
    facts,
    observation,
    ours,
    response,
)


def of_scalp(facts: dict[str, Any], **more: Any) -> Element:  # noqa: ANN401 (members)
    """A response to the questions of scalp micropigmentation."""
    return response(MON, facts, **{"questionnaire": questionnaire_url(SCALP), **more})


def by_treatment(answers: Iterable[Element], observations: Iterable[Element] = (), **more: Element) -> list[Any]:
    """What is known of each area, with its treatment, of those that name no course."""
    known = asked(answers, observations, **more)
    return sorted(((one.protocol.id, dict(one.answers.facts)) for one in known if not one.course), key=str)


def own_area(**facts: Any) -> list[Any]:  # noqa: ANN401 (values)
    """The area of what names none, as far as each treatment goes."""
    return [(protocol.id, facts) for protocol in (PARAMEDICAL, SCALP)]


WITH_SCALP = [response(MON, {"infection": False}), of_scalp({"herpes": True})]
CONDITION: Element = {"resourceType": "Condition", "code": {"coding": [{"system": ANSWERS, "code": "lesion.scar"}]}}


@pytest.mark.parametrize("value", [True, False], ids=["yes", "no"])
def test_an_observation_of_no_area_answers_for_neither_of_two_treatments_and_is_not_lost(*, value: bool) -> None:
    known = by_treatment(WITH_SCALP, [observation("healed", value, TUE)])
    asked_about = [("paramedical", {"infection": False}), ("scalp", {"herpes": True})]
    assert known == sorted([*asked_about, *own_area(healed=value)], key=str)
    assert all(one.is_one_of_several for one in asked(WITH_SCALP, [observation("healed", value, TUE)]))


def test_a_condition_of_no_area_answers_for_neither_of_two_treatments_and_is_not_lost() -> None:
    known = by_treatment(WITH_SCALP, conditions=CONDITION)
    asked_about = [("paramedical", {"infection": False}), ("scalp", {"herpes": True})]
    assert known == sorted([*asked_about, *own_area(lesion="scar")], key=str)


def test_an_observation_of_no_area_takes_nothing_back_in_either_of_two_treatments() -> None:
    both = [response(MON, {"infection": True}), of_scalp({"infection": True})]
    known = by_treatment(both, [observation("infection", False, TUE)])
    asked_about = [(protocol.id, {"infection": True}) for protocol in (PARAMEDICAL, SCALP)]
    assert known == sorted([*asked_about, *own_area(infection=False)], key=str)


def test_a_fact_of_the_patient_counts_for_both_of_two_treatments_and_makes_no_area() -> None:
    known = asked(WITH_SCALP, [observation("pregnant", True, TUE)])
    assert {one.protocol.id: dict(one.answers.facts) for one in known} == {
        "paramedical": {"infection": False, "pregnant": True},
        "scalp": {"herpes": True, "pregnant": True},
    }
    assert len(known) == 2


def test_an_observation_of_no_area_does_not_answer_for_a_treatment_that_names_no_course_beside_one_that_does() -> None:
    said = [response(MON, {"infection": True}, **based("c1")), of_scalp({"infection": True})]
    known = by_treatment(said, [observation("infection", False, TUE)])
    assert known == sorted([("scalp", {"infection": True}), *own_area(infection=False)], key=str)
    assert areas(said, [observation("infection", False, TUE)])["c1"] == {"infection": True}


def test_an_observation_of_no_area_does_not_answer_for_what_a_response_says_of_an_area_beside_a_course() -> None:
    said = [response(MON, {"infection": True}, **based("c1")), response(MON, {"infection": True})]
    known = by_treatment(said, [observation("infection", False, TUE)])
    assert known == [("paramedical", {"infection": False}), ("paramedical", {"infection": True})]


@pytest.mark.parametrize("protocol", [PARAMEDICAL, SCALP], ids=["paramedical", "scalp"])
def test_an_observation_and_a_condition_of_no_area_answer_for_the_only_treatment(protocol: Protocol) -> None:
    one = response(MON, {"infection": False}, questionnaire=questionnaire_url(protocol))
    for only in (one, {**one, **based("c1")}):
        known = facts([only], [observation("healed", False, TUE)], conditions=CONDITION)
        assert known == {"infection": False, "healed": False, "lesion": "scar"}


def test_an_observation_that_names_a_request_does_not_answer_for_an_area_that_names_none() -> None:
    about = [
        observation("infection", value, when, **based(ref))
        for ref, value, when in (("x", True, MON), ("y", False, TUE))
    ]
    known = areas([response(MON, {"healed": True})], about)
    assert known == {"": {"healed": True}, "x": {"infection": True}, "y": {"infection": False}}


@pytest.mark.parametrize("make", [response, ours], ids=["others", "ours"])
def test_an_observation_that_was_derived_from_a_response_is_about_the_same_area(make: Any) -> None:  # noqa: ANN401 (a call)
    scalp = make(MON, {"infection": True}, questionnaire=canonical("Questionnaire", "scalp"))
    derived = {"derivedFrom": [{"reference": f"QuestionnaireResponse/{scalp['id']}"}]}
    late = observation("infection", False, "2026-11-09", **derived)
    known = by_treatment([response(MON, {"infection": True}), scalp], [late])
    assert known == [("paramedical", {"infection": True}), ("scalp", {"infection": False})]
    course = make(MON, {"infection": True}, **({"course": "c1"} if make is ours else based("c1")))
    of_course = {name: value for name, value in answer_of(course, "healed", True, TUE).items() if name != "basedOn"}
    known_areas = areas([course, response(MON, {"infection": False}, **based("c2"))], [of_course])
    assert [known_areas[name].get("healed") for name in ("c1", "c2")] == [True, None]


def test_an_observation_that_was_derived_from_two_responses_is_about_neither_area() -> None:
    derived = [{"reference": f"QuestionnaireResponse/{one['id']}"} for one in WITH_SCALP]
    known = by_treatment(WITH_SCALP, [observation("healed", False, TUE, derivedFrom=derived)])
    assert ("paramedical", {"infection": False}) in known
    assert ("scalp", {"herpes": True}) in known
    assert len(known) == 4


def test_what_was_derived_from_another_type_with_the_id_of_a_response_is_not_about_its_area() -> None:
    derived = [{"reference": f"Observation/{WITH_SCALP[1]['id']}"}]
    known = by_treatment(WITH_SCALP, [observation("healed", False, TUE, derivedFrom=derived)])
    assert ("scalp", {"herpes": True}) in known
    assert len(known) == 4


@pytest.mark.parametrize("named", [None, "https://x.example/Questionnaire/other"], ids=["none", "unknown"])
def test_a_part_of_ours_without_a_questionnaire_of_ours_answers_for_neither_of_two_treatments(
    named: str | None,
) -> None:
    loose = ours(TUE, {"healed": False}, questionnaire=named)
    known = by_treatment([*WITH_SCALP, loose])
    asked_about = [("paramedical", {"infection": False}), ("scalp", {"herpes": True})]
    assert known == sorted([*asked_about, *own_area(healed=False)], key=str)
    one = by_treatment([WITH_SCALP[0], loose])
    merged = named is None  # of an unknown questionnaire the treatment is another one
    assert (len(one), ("paramedical", {"infection": False}) in one) == ((1, False) if merged else (2, True))
