"""A record that comes back to the clinic that wrote it is nothing new, whatever else was received of the patient."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest

from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Asked, Shelf
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.exchange.fhir.bundle import record_bundle
from dermograph.exchange.fhir.incoming import Incoming
from tests.clinic.handover.full_record import fill

#: Types of which the ids stand in no table of ours, each with a word that is forged.
FORGED = {
    "Condition": {"code": {"text": "FORGED"}},
    "Goal": {"description": {"text": "FORGED"}},
    "Task": {"description": "FORGED"},
    "AuditEvent": {"outcomeDesc": "FORGED"},
    "Provenance": {"reason": [{"text": "FORGED"}]},
    "QuestionnaireResponse": {"status": "stopped"},
    "CarePlan": {"title": "FORGED"},
    "DetectedIssue": {"detail": "FORGED"},
    "Slot": {"comment": "FORGED"},
    "Schedule": {"comment": "FORGED"},
}


@pytest.fixture
def full(patient: Patient, practitioner: Membership, lead: Membership) -> Course:
    return fill(patient, practitioner, lead)


def own(course: Course) -> dict[str, Any]:
    """The patient's record as ``export fhir`` writes it."""
    return record_bundle(Shelf(course.clinic).everything(course.patient_id))


def back(course: Course, lead: Membership, bundle: Mapping[str, Any]) -> Incoming:
    return take_over(course.clinic, lead, json.dumps(bundle).encode(), source="")


def with_other_telephone(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The same patient, alone, with another number."""
    entry = copy.deepcopy(next(one for one in bundle["entry"] if one["resource"]["resourceType"] == "Patient"))
    entry["resource"]["telecom"] = [{"system": "phone", "value": "600 000 123"}]
    entry["resource"].pop("managingOrganization", None)
    return {"resourceType": "Bundle", "type": "collection", "entry": [entry]}


def test_a_record_that_comes_back_is_unchanged_in_every_entry(full: Course, lead: Membership) -> None:
    done = {(one.kind, one.done) for one in back(full, lead, own(full)).results}
    assert {what for _, what in done} == {"unchanged"}, done


def test_nor_is_it_new_after_another_version_of_the_patient_was_received(full: Course, lead: Membership) -> None:
    bundle = own(full)
    assert [one.done for one in back(full, lead, with_other_telephone(bundle)).results] == ["changed"]
    for _ in range(2):
        results = back(full, lead, bundle).results
        assert {one.done for one in results if one.kind != "Patient"} == {"unchanged"}


@pytest.mark.parametrize("kind", list(FORGED))
@pytest.mark.parametrize("when", ["at first", "later"])
def test_nobody_writes_under_an_id_that_follows_from_our_rows(
    full: Course, lead: Membership, kind: str, when: str
) -> None:
    bundle = own(full)
    if when == "later":
        back(full, lead, with_other_telephone(bundle))
    shelf, asked = Shelf(full.clinic), Asked(kind, count=1000)
    there = {str(one.resource["id"]): one.resource for one in shelf.search(asked).stored}
    assert there
    entry = copy.deepcopy(next(one for one in bundle["entry"] if one["resource"]["id"] in there))
    entry["resource"] |= FORGED[kind]
    [result] = back(full, lead, {"resourceType": "Bundle", "type": "collection", "entry": [entry]}).results
    assert result.done in {"refused", "unchanged"}
    stands = shelf.search(asked).stored
    assert len(stands) == len({one.resource["id"] for one in stands}) == len(there)
    assert "FORGED" not in json.dumps([one.resource for one in stands])


def other_person(course: Course) -> Patient:
    return Patient.objects.create(clinic=course.clinic, number=77, given_names="Otra", family_names="Inventada")


def answered_otherwise(resource: dict[str, Any]) -> None:
    """Turn every yes into no, and every no into yes."""
    for item in resource["item"]:
        for answer in item.get("answer", ()):
            if "valueBoolean" in answer:
                answer["valueBoolean"] = not answer["valueBoolean"]


@pytest.mark.parametrize("otherwise", [False, True], ids=["as-answered", "otherwise"])
@pytest.mark.parametrize("kind", ["QuestionnaireResponse", "CarePlan", "DetectedIssue"])
def test_what_follows_from_our_rows_does_not_come_back_as_another_patients(
    full: Course,
    lead: Membership,
    kind: str,
    otherwise: bool,  # noqa: FBT001 (of the parametrization)
) -> None:
    entry = copy.deepcopy(next(one for one in own(full)["entry"] if one["resource"]["resourceType"] == kind))
    about = entry["resource"]["patient" if kind == "DetectedIssue" else "subject"]
    about["reference"] = f"Patient/{other_person(full).pk}"
    if otherwise and kind == "QuestionnaireResponse":
        answered_otherwise(entry["resource"])
    elif otherwise:
        entry["resource"]["language"] = "fr"
    [one] = back(full, lead, {"resourceType": "Bundle", "type": "collection", "entry": [entry]}).results
    assert (one.done, [issue.words.en for issue in one.issues]) == (
        "refused",
        ["It was written in this clinic, and is corrected here by an entry of its own."],
    )


@pytest.mark.parametrize("untagged", [False, True], ids=["elsewhere", "untagged"])
def test_nor_does_a_response_come_back_as_of_another_course_or_without_our_tag(
    full: Course,
    lead: Membership,
    untagged: bool,  # noqa: FBT001 (the same)
) -> None:
    responses = [one for one in own(full)["entry"] if one["resource"]["resourceType"] == "QuestionnaireResponse"]
    entry = copy.deepcopy(next(one for one in responses if "basedOn" in one["resource"]))
    if untagged:
        del entry["resource"]["meta"]["tag"]
    else:
        more = {"reference": "ServiceRequest/00000000-0000-4000-8000-000000000001"}
        entry["resource"]["basedOn"] = [more]
    entries = [entry]
    if not untagged:
        named: dict[str, Any] = {
            "resourceType": "ServiceRequest",
            "id": "00000000-0000-4000-8000-000000000001",
            "status": "active",
        }
        named |= {"intent": "order", "subject": {"reference": f"Patient/{full.patient_id}"}}
        entries.append({"resource": named})
    results = back(full, lead, {"resourceType": "Bundle", "type": "collection", "entry": entries}).results
    assert results[0].done == "refused"


@pytest.mark.parametrize("kind", ["QuestionnaireResponse", "CarePlan", "DetectedIssue"])
def test_what_went_on_since_comes_back_unchanged_where_it_is_about_the_same(
    full: Course, lead: Membership, kind: str
) -> None:
    entry = copy.deepcopy(next(one for one in own(full)["entry"] if one["resource"]["resourceType"] == kind))
    entry["resource"]["language"] = "fr"
    [one] = back(full, lead, {"resourceType": "Bundle", "type": "collection", "entry": [entry]}).results
    assert one.done == "unchanged"
