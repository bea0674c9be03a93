"""What follows from entries over the server: found, read, sent with what it names, assessed, and let through alike."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from dermograph.care.assess import assess
from dermograph.care.case import Area
from dermograph.clinic.facts import case_of, protocol_of
from dermograph.clinic.intake.services import answer_fact, sign_assessment
from dermograph.clinic.people.models import Clinic, Course, Membership, Role
from dermograph.clinic.smart.kinds import KINDS as LET_THROUGH
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import HOST, Program, found, program, says
from tests.exchange.judges.judges import faults

FOLLOWING = ("QuestionnaireResponse", "GuidanceResponse", "DetectedIssue", "CarePlan")
SAID: dict[str, Any] = {"lesion": "scar", "onset": "2020-05-01", "healed": True, "infection": True}


@pytest.fixture
def assessed(course: Course, practitioner: Membership) -> Course:
    """A course with answers about the area and about the patient, and a signed assessment."""
    for fact, value in {**SAID, "pregnant": True}.items():
        answer_fact(course=course, who=practitioner.user, fact=fact, value=value)
    sign_assessment(course=course, who=practitioner.user)
    return course


def day(days: int, clinic: Clinic) -> str:
    """The clinic's day so many days from today."""
    return (timezone.now().astimezone(clinic.zone).date() + dt.timedelta(days)).isoformat()


@pytest.mark.parametrize(
    ("kind", "parameter"),
    [("QuestionnaireResponse", "authored"), ("CarePlan", "date"), ("DetectedIssue", "identified")],
)
def test_each_is_found_by_patient_id_and_day(
    kind: str, parameter: str, empty_program: Program, assessed: Course
) -> None:
    strict = {"prefer": "handling=strict"}
    every = empty_program.get(f"/{kind}?patient={assessed.patient_id}", **strict).json()
    assert every["total"] == len(found(every)) > 0
    ids = ",".join(one["id"] for one in found(every))
    assert found(empty_program.get(f"/{kind}?_id={ids}", **strict).json()) == found(every)
    open_ended = every["total"] if kind == "CarePlan" else 0  # a plan is found on every day on which it is open
    for asked, number in (("0", every["total"]), ("-1", 0), ("1", open_ended)):
        query = f"/{kind}?patient={assessed.patient_id}&{parameter}={day(int(asked), assessed.clinic)}"
        assert empty_program.get(query, **strict).json()["total"] == number, asked
    assert faults([every]) == []


def test_they_come_with_what_they_name(empty_program: Program, assessed: Course) -> None:
    def included(query: str) -> set[str]:
        entries = empty_program.get(query, prefer="handling=strict").json()["entry"]
        return {one["resource"]["resourceType"] for one in entries if one["search"]["mode"] == "include"}

    assert included("/DetectedIssue?_include=DetectedIssue:implicated") == {"BodyStructure", "GuidanceResponse"}
    assert included("/CarePlan?_include=CarePlan:activity-reference") == {"ServiceRequest"}
    assert included("/CarePlan?_include=CarePlan:goal&_include=CarePlan:condition") == {"Goal", "Condition"}
    assert included("/Observation?_include=Observation:derived-from") == {"QuestionnaireResponse"}
    assert included("/QuestionnaireResponse?_include=QuestionnaireResponse:author") == {"Practitioner"}


def test_they_are_in_everything_and_every_one_once(empty_program: Program, assessed: Course) -> None:
    bundle = empty_program.get(f"/Patient/{assessed.patient_id}/$everything").json()
    addresses = [one["fullUrl"] for one in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)
    for kind in FOLLOWING:
        ids = {one["id"] for one in found(empty_program.get(f"/{kind}?_count=100").json())}
        assert {f"{HOST}/{kind}/{one}" for one in ids} == {one for one in addresses if f"/{kind}/" in one}
    assert faults([bundle]) == []


def test_a_response_that_follows_is_assessed_as_its_answers_are(empty_program: Program, assessed: Course) -> None:
    [of_area] = [one for one in found(empty_program.get("/QuestionnaireResponse").json()) if "basedOn" in one]
    bundle = empty_program.get(f"/QuestionnaireResponse/{of_area['id']}/$assess").json()
    sent = empty_program.post("/QuestionnaireResponse/$assess", of_area).json()
    today = timezone.now().astimezone(assessed.clinic.zone).date()
    case = case_of(assessed, today)
    only = Area(name="1", facts={name: case.areas[0].facts[name] for name in SAID}, missing={})
    ours = assess(dataclasses.replace(case, areas=(only,), patient={}), protocol_of(assessed)).areas[0]
    for one in (bundle, sent):
        issues = [each["resource"] for each in one["entry"] if each["resource"]["resourceType"] == "DetectedIssue"]
        assert [each["code"]["text"] for each in issues] == [
            reason.rule for reason in ours.reasons if reason.grade != "indication"
        ]
        [guidance] = [
            each["resource"] for each in one["entry"] if each["resource"]["resourceType"] == "GuidanceResponse"
        ]
        assert guidance["contained"][0]["parameter"][0]["valueCoding"]["code"] == ours.verdict.value


def test_who_may_not_read_answers_or_assessments_reads_nothing_that_follows_from_them(
    clinic: Clinic, assessed: Course, empty_program: Program
) -> None:
    there = {kind: found(empty_program.get(f"/{kind}").json())[0]["id"] for kind in FOLLOWING}
    for caller in (program(member(clinic, Role.FRONT_DESK, "Desk")), Program("nothing")):
        for kind, logical in there.items():
            assert says(caller.get(f"/{kind}"))[0] in (401, 403)
            assert says(caller.get(f"/{kind}/{logical}"))[0] in (401, 403)
    assert all("clinical:read" in LET_THROUGH[kind].needs for kind in FOLLOWING)


def test_what_follows_is_not_changed_from_elsewhere(empty_program: Program, assessed: Course) -> None:
    for kind in ("QuestionnaireResponse", "CarePlan"):
        one = found(empty_program.get(f"/{kind}").json())[0]
        changed = empty_program.put(f"/{kind}/{one['id']}", {**one, "language": "fr"})
        assert says(changed)[0] >= 400
        assert empty_program.get(f"/{kind}/{one['id']}").json() == one
