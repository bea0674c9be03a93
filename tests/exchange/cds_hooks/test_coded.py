"""Codes of ours: one resource is about one fact that is known here, and a status is one of its own system."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from dermograph.exchange.cds_hooks.coded import CLINICAL, VERIFIED
from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.fhir.codes import ANSWERS, FACTS, LOINC
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element
from tests.exchange.cds_hooks.test_prefetched import MON, TUE, areas, asked, based, facts, observation, response

NO = [response(MON, {"pregnant": False, "breastfeeding": False})]
NEVER = [response(MON, {"isotretinoin": "never"})]


def concept(codes: Iterable[tuple[str, str]]) -> Element:
    return {"coding": [{"system": system, "code": code} if system else {"code": code} for system, code in codes]}


def condition(*codes: tuple[str, str], **more: object) -> Element:
    """A Condition that was recorded after the responses."""
    return {"resourceType": "Condition", "code": concept(codes), "recordedDate": TUE, **more}


def status(*codes: tuple[str, str]) -> Element:
    return {"clinicalStatus": concept(codes)}


CURRENT = (ANSWERS, "isotretinoin.current")


# ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "codes",
    [
        [(FACTS, "breastfeeding"), (FACTS, "pregnant")],
        [(FACTS, "nope"), (FACTS, "pregnant")],
        [(FACTS, "nope")],
        [(FACTS, "pregnant"), (ANSWERS, "lesion.scar")],
        [(ANSWERS, "pregnant.yes")],
    ],
    ids=["two", "unknown-beside", "unknown", "answer-beside", "answer"],
)
def test_an_observation_of_several_facts_or_of_none_that_is_known_is_refused(codes: list[tuple[str, str]]) -> None:
    for order in itertools.permutations(codes):
        one = observation("pregnant", True, TUE) | {"code": concept(order)}
        with pytest.raises(HookError) as error:
            asked(NO, [one])
        assert (error.value.status, codes[0][1] in error.value.issues[0].words.en) == (400, True)


def test_codes_of_others_and_the_same_code_twice_do_no_harm() -> None:
    codes = [(LOINC, "82810-3"), (FACTS, "pregnant"), (FACTS, "pregnant")]
    assert facts(NO, [observation("pregnant", True, TUE) | {"code": concept(codes)}])["pregnant"] is True
    assert facts(NO, [observation("pregnant", True, TUE) | {"code": concept(codes[:1])}])["pregnant"] is False


def test_a_fact_in_a_component_is_refused_not_passed_over() -> None:
    panel = observation("pregnant", True, TUE) | {"code": {"text": "panel"}}
    part = {"code": concept([(FACTS, "pregnant")]), "valueBoolean": True}
    with pytest.raises(HookError) as error:
        asked(NO, [panel | {"component": [part]}])
    assert "pregnant" in error.value.issues[0].words.en
    of_others = {"code": concept([(LOINC, "82810-3")]), "valueBoolean": True}
    assert facts(NO, [panel | {"component": [of_others]}])["pregnant"] is False


# ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "codes",
    [
        [(ANSWERS, "diabetes.none"), CURRENT],
        [(ANSWERS, "isotretinoin.never"), CURRENT],
        [(ANSWERS, "nope.current"), CURRENT],
        [(ANSWERS, "nope.current")],
        [(FACTS, "isotretinoin")],
        [(FACTS, "pregnant"), CURRENT],
    ],
    ids=["two-facts", "two-words", "unknown-beside", "unknown", "fact-alone", "fact-of-another"],
)
def test_a_condition_of_several_answers_or_of_none_that_is_known_is_refused(codes: list[tuple[str, str]]) -> None:
    for order in itertools.permutations(codes):
        with pytest.raises(HookError) as error:
            asked(NEVER, conditions=condition(*order))
        assert (error.value.status, codes[0][1] in error.value.issues[0].words.en) == (400, True)


@pytest.mark.parametrize("beside", ["isotretinoin", "current"], ids=["fact", "word"])
def test_the_fact_and_the_word_of_an_answer_may_stand_beside_it(beside: str) -> None:
    for codes in ([CURRENT], [(FACTS, beside), CURRENT], [("https://x.example", "x"), CURRENT]):
        assert facts(NEVER, conditions=condition(*codes))["isotretinoin"] == "current"


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({}, True),
        (status(("https://x.example", "inactive"), (CLINICAL, "active")), True),
        (status((CLINICAL, "inactive"), ("https://x.example", "active")), False),
        (status(("", "resolved")), False),
        ({"verificationStatus": concept([("https://x.example", "refuted"), (VERIFIED, "confirmed")])}, True),
        ({"verificationStatus": concept([(VERIFIED, "refuted")])}, False),
        ({"verificationStatus": concept([(VERIFIED, "entered-in-error")])}, False),
        ({"clinicalStatus": {"extension": [{"url": ABSENT_REASON, "valueCode": "unknown"}]}}, True),
        (status((CLINICAL, "active"), (CLINICAL, "inactive")), None),
        (status(("https://x.example", "inactive")), None),
        (status((CLINICAL, "over")), None),
        ({"clinicalStatus": {"text": "resolved"}}, None),
        ({"verificationStatus": concept([(VERIFIED, "confirmed"), (VERIFIED, "entered-in-error")])}, None),
        ({"verificationStatus": concept([("https://x.example", "entered-in-error")])}, None),
        ({"extension": [{"url": ABSENT_REASON, "valueCode": "unknown"}]}, None),
        ({"abatementDateTime": "2020-01-01", **status((CLINICAL, "resolved"))}, False),
        ({"abatementDateTime": "2020-01-01", **status((CLINICAL, "active"))}, None),
        ({"abatementString": "long ago"}, None),
    ],
    ids=[
        "none", "others-inactive", "others-active", "no-system", "others-refuted", "refuted", "error", "not-known",
        "two", "others-alone", "unknown", "words", "error-and-not", "others-error", "absent",
        "ended", "ended-and-not", "ended-alone",
    ],
)  # fmt: skip
def test_the_status_of_a_condition_is_read_by_its_system_and_refused_where_it_is_not_understood(
    more: Element, *, holds: bool | None
) -> None:
    if holds is None:
        with pytest.raises(HookError) as error:
            asked(NEVER, conditions=condition(CURRENT, **more))
        assert (error.value.status, error.value.issues[0].expression) == (400, "prefetch.conditions")
    else:
        known = facts(NEVER, conditions=condition(CURRENT, **more))
        assert known["isotretinoin"] == ("current" if holds else "never")
    assert facts(NEVER, conditions=condition(("https://x.example", "x"), **more))["isotretinoin"] == "never"


# ── areas ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_response_that_is_based_on_two_requests_is_refused_not_counted_for_one_of_them() -> None:
    said = [response(MON, {"infection": False}, **based(one)) for one in ("c1", "c2")]
    with pytest.raises(HookError) as error:
        asked([*said, response(TUE, {"infection": True}, **based("c1", "c2"))])
    assert (error.value.status, "ServiceRequest/c2" in error.value.issues[0].words.en) == (400, True)
    plan = {"basedOn": [{"reference": "CarePlan/x"}, *based("c1")["basedOn"], *based("c1")["basedOn"]]}
    assert areas([*said, response(TUE, {"infection": True}, **plan)])["c1"] == {"infection": True}
