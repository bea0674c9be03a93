"""The page about the server says which types a token of the interface writes, and with which scope."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.smart.kinds import KINDS
from tests.clinic.fhir.fhir_asking import found, program

PAGE = Path(__file__).parents[3] / "docs/fhir-server.md"


def test_the_page_names_the_types_that_a_token_writes_with_their_scopes() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| type | scope |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([A-Z][A-Za-z, ]+) \| `([a-z:]+)` \|$", table, re.MULTILINE)
    told = {kind: (scope,) for kinds, scope in rows for kind in kinds.split(", ")}
    assert told == {name: kind.needs_to_write for name, kind in KINDS.items() if kind.create and kind.needs_to_write}


def test_the_scopes_that_the_page_names_are_enough_for_what_it_shows(course: Course, lead: Membership) -> None:
    named = PAGE.read_text(encoding="utf-8").partition("The token needs the scopes ")[2].partition(" for all of it")[0]
    scopes = tuple(re.findall(r"`([a-z:]+)`", named))
    assert len(scopes) == 5
    ours, about = program(lead, scopes), f"Patient/{course.patient_id}"
    plan = found(ours.get(f"/PlanDefinition?url=urn:dermograph:fhir/PlanDefinition/{course.treatment}").json())[0]["id"]
    for path in (
        f"/{about}",
        f"/ServiceRequest?subject={about}&_include=ServiceRequest:subject",
        f"/Observation?patient={course.patient_id}&date=ge2026-01-01",
        f"/{about}/$everything",
        f"/PlanDefinition/{plan}/$apply?subject={about}",
    ):
        assert ours.get(path).status_code == 200, path
    condition: dict[str, Any] = {"resourceType": "Condition", "code": {"text": "acne"}, "subject": {"reference": about}}
    condition["identifier"] = [{"system": "urn:example:conditions", "value": "7"}]
    condition_7 = "identifier=urn:example:conditions|7"
    assert ours.post("/Condition", condition, if_none_exist=condition_7).status_code == 201
    rosa = {"resourceType": "Patient", "name": [{"family": "Inventada", "given": ["Rosa"]}]}
    sent: dict[str, Any] = {"resourceType": "Bundle", "type": "transaction"}
    sent["entry"] = [{"request": {"method": "POST", "url": "Patient"}, "resource": rosa}]
    assert ours.post("", sent).status_code == 200
    answers: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": about},
    }
    answers["questionnaire"] = f"urn:dermograph:fhir/Questionnaire/{course.treatment}"
    answers["item"] = [{"linkId": "pregnant", "answer": [{"valueBoolean": True}]}]
    assert ours.post("/QuestionnaireResponse/$assess", answers).status_code == 200
