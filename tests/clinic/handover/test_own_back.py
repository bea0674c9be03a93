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
