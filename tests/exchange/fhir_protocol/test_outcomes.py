"""Assessments and plans of the golden cases as GuidanceResponse, DetectedIssue and CarePlan."""

import functools
import json

import pytest

from dermograph import assess, plan, read_case
from dermograph.care.plan import AreaPlan, Plan
from dermograph.exchange.fhir.codes import plan_definition_url
from dermograph.exchange.fhir.protocol.care_plan import care_plan
from dermograph.exchange.fhir.protocol.citing import claim_code
from dermograph.exchange.fhir.protocol.guidance import Setting, guidance
from dermograph.exchange.fhir.protocol.resources import library_resources
from tests.exchange.fhir_protocol.conditions import LIBRARY
from tests.exchange.judges.judges import Json, faults
from tests.golden.test_cases import OURS, expanded

PATIENT = {"reference": "Patient/nobody"}
RESPONSE = {"reference": "QuestionnaireResponse/answers"}
AREA = {"reference": "BodyStructure/area"}


@functools.cache
def plans() -> list[tuple[str, Plan, AreaPlan]]:
    """Every area of every golden case, planned three sessions ahead."""
    found = []
    for number, case in enumerate(OURS):
        read = read_case(json.dumps(expanded(case.case)), LIBRARY.vocabulary)
        made = plan(read, LIBRARY.protocol(read.treatment), sessions=3)
        found += [(f"case-{number}-{place}", made, area) for place, area in enumerate(made.areas)]
    return found


def setting(key: str) -> Setting:
    """A patient who is nobody."""
    return Setting(key=key, patient=PATIENT, evidence=(RESPONSE,), area=AREA)


def outcome(response: Json) -> dict[str, list[Json]]:
    """The outcome of a GuidanceResponse: the values under each name."""
    [parameters] = response["contained"]
    found: dict[str, list[Json]] = {}
    for one in parameters["parameter"]:
        found.setdefault(one["name"], []).append(one)
    return found


@pytest.mark.slow
def test_two_validators_find_no_fault_in_what_any_golden_case_comes_to() -> None:
    made: list[Json] = []
    for key, whole, area in plans():
        made += [*guidance(whole.assessment, area.name, setting(key)), care_plan(whole, area.name, setting(key))]
    assert len(made) > 900
    assert faults(made) == []


def test_the_outcome_is_the_verdict_and_its_dates() -> None:
    for key, whole, area in plans():
        response, *issues = guidance(whole.assessment, area.name, setting(key))
        told = outcome(response)
        assert told["verdict"][0]["valueCoding"]["code"] == area.assessment.verdict.value
        assert told["worst_case"][0]["valueCoding"]["code"] == area.assessment.worst_case.value
        day = area.assessment.not_before
        assert [one["valueDate"] for one in told.get("not_before", [])] == ([day.isoformat()] if day else [])
        assert [one["valueReference"]["reference"] for one in told.get("issue", [])] == [
            f"DetectedIssue/{issue['id']}" for issue in issues
        ]
        assert response["moduleCanonical"] == plan_definition_url(whole.assessment.protocol)


def test_the_guidance_asks_for_what_the_assessment_asks() -> None:
    seen = set()
    for key, whole, area in plans():
        response, *_ = guidance(whole.assessment, area.name, setting(key))
        asked = [one["codeFilter"][0]["code"][0]["code"] for one in response.get("dataRequirement", [])]
        assert asked == [question.fact.id for question in area.assessment.ask]
        required = area.assessment.verdict.value == "incomplete"
        assert response["status"] == ("data-required" if required else "data-requested" if asked else "success")
        seen.add(response["status"])
    assert seen == {"data-required", "data-requested", "success"}


def test_each_reason_is_an_issue_with_its_sources_and_an_indication_a_reason_of_the_guidance() -> None:
    for key, whole, area in plans():
        response, *issues = guidance(whole.assessment, area.name, setting(key))
        reasons = [reason for reason in area.assessment.reasons if reason.grade != "indication"]
        assert [issue["code"]["text"] for issue in issues] == [reason.rule for reason in reasons]
        for issue, reason in zip(issues, reasons, strict=True):
            cited = [one["code"][0]["coding"][0]["code"] for one in issue["evidence"] if "detail" not in one]
            assert cited == [claim_code(cite) for cite in reason.cite]
            assert issue["detail"] == reason.says.en
            assert issue["implicated"] == [AREA, {"reference": f"GuidanceResponse/{response['id']}"}]
            until = [one["valueDate"] for one in issue["extension"] if one["url"].endswith("/until")]
            assert until == ([reason.until.isoformat()] if reason.until else [])
            assert any(one["url"].endswith("/asked-of") for one in issue["extension"]) is (reason.to is not None)
        indications = [reason for reason in area.assessment.reasons if reason.grade == "indication"]
        assert [one["text"] for one in response.get("reasonCode", [])] == [one.says.en for one in indications]


def test_severity_follows_the_effect_and_what_informs_has_none() -> None:
    seen: dict[str, str | None] = {}
    for key, whole, area in plans():
        _, *issues = guidance(whole.assessment, area.name, setting(key))
        seen |= {issue["code"]["coding"][1]["code"]: issue.get("severity") for issue in issues}
    assert seen == {
        "excluded": "high",
        "referred": "moderate",
        "deferred": "moderate",
        "conditional": "low",
        "none": None,
    }


def details(whole: Plan, area: AreaPlan, key: str) -> list[Json]:
    """The activities of a CarePlan."""
    return [one["detail"] for one in care_plan(whole, area.name, setting(key))["activity"]]


def test_the_next_session_is_the_first_activity_and_has_its_days() -> None:
    seen = set()
    for key, whole, area in plans():
        first = details(whole, area, key)[0]
        begin = first.get("scheduledPeriod", {}).get("start")
        assert begin == (area.earliest.isoformat() if area.earliest else None)
        assert first["status"] == ("not-started" if area.earliest else "on-hold")
        seen.add(first["status"])
    assert seen == {"not-started", "on-hold"}


def test_nothing_of_a_plan_is_left_out() -> None:
    for key, whole, area in plans():
        found = details(whole, area, key)
        expected = len(area.chain) + len(area.closed) + len(area.steps) + len(area.aftercare) + len(area.conflicts)
        assert len(found) == expected
        rules = [code["text"] for one in found for code in one.get("reasonCode", [])]
        assert rules == [closure.reason.rule for run in area.closed for closure in run.because]
        text = json.dumps(care_plan(whole, area.name, setting(key)), ensure_ascii=False)
        assert all(note.says.en in text for note in area.notes)


def test_every_period_of_a_plan_begins_before_it_ends() -> None:
    for key, whole, area in plans():
        for one in details(whole, area, key):
            span = one.get("scheduledPeriod", {})
            assert "start" not in span or "end" not in span or span["start"] <= span["end"]


def test_every_activity_names_a_published_definition_and_every_statement_a_source() -> None:
    urls = {f"{one['url']}|{one['version']}" for one in library_resources(LIBRARY)}
    for key, whole, area in plans():
        for one in details(whole, area, key):
            assert set(one.get("instantiatesCanonical", [])) <= urls
            assert one.get("extension") or one.get("reasonCode")
        assert set(care_plan(whole, area.name, setting(key))["instantiatesCanonical"]) <= urls


def test_the_same_assessment_gives_the_same_resources() -> None:
    key, whole, area = plans()[0]
    again = assess(read_case(json.dumps(expanded(OURS[0].case)), LIBRARY.vocabulary), whole.assessment.protocol)
    one = guidance(whole.assessment, area.name, setting(key), result={"reference": "CarePlan/x"})
    assert one == guidance(again, area.name, setting(key), result={"reference": "CarePlan/x"})
    assert one[0]["result"] == {"reference": "CarePlan/x"}


def test_an_area_that_is_not_there_is_a_key_error() -> None:
    _, whole, _ = plans()[0]
    with pytest.raises(KeyError):
        guidance(whole.assessment, "nowhere", setting("x"))
    with pytest.raises(KeyError):
        care_plan(whole, "nowhere", setting("x"))
