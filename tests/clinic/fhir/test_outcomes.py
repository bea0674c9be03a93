"""What a protocol comes to: the same as in the clinic, for stored facts and for answers that are sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from dermograph.care.assess import assess
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.facts import case_of, protocol_of
from dermograph.clinic.fhir.published import everything
from dermograph.clinic.handover.models import Received
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, Role
from dermograph.exchange.fhir.codes import questionnaire_url
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import Missing
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import NOBODY, Program, program, says
from tests.exchange.judges.judges import faults

PROTOCOL = load_library().protocols["paramedical"]
KNOWN: dict[str, Any] = {"lesion": "scar", "birth_date": dt.date(1988, 4, 9), "pregnant": True}


def address() -> str:
    """Where the protocol is applied."""
    published = everything().protocols
    return f"/PlanDefinition/{next(name for name, one in published.items() if one.id == PROTOCOL.id)}/$apply"


def told(bundle: Any, kind: str) -> list[dict[str, Any]]:  # noqa: ANN401 (JSON)
    """The resources of a type."""
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def verdict(guidance: dict[str, Any]) -> str:
    """The verdict that a GuidanceResponse holds."""
    (decided,) = guidance["contained"]
    return str(decided["parameter"][0]["valueCoding"]["code"])


def response(patient: object, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (any elements)
    """Answers to the questions of the protocol."""
    answers = Answers(KNOWN, {"keloids": Missing("not_known")})
    subject = {"reference": f"Patient/{patient}"}
    return {**questionnaire_response(answers, PROTOCOL, subject=subject, authored="2026-11-22"), **more}


def test_stored_facts_come_to_what_the_clinic_shows(empty_program: Program, course: Course, clinic: Clinic) -> None:
    today = timezone.now().astimezone(clinic.zone).date()
    Answer.objects.create(
        clinic=clinic, patient=course.patient, course=course, fact="lesion", value="scar", answered_on=today
    )
    bundle = empty_program.get(f"{address()}?subject=Patient/{course.patient_id}").json()
    ours = assess(case_of(course, today), protocol_of(course)).areas[0]
    (guidance,), (plan,) = told(bundle, "GuidanceResponse"), told(bundle, "CarePlan")
    assert verdict(guidance) == ours.verdict.value
    assert len(guidance["dataRequirement"]) == len(ours.ask)
    assert len(told(bundle, "DetectedIssue")) == len([one for one in ours.reasons if one.grade != "indication"])
    assert guidance["result"]["reference"] == f"CarePlan/{plan['id']}"
    (answers,) = told(bundle, "QuestionnaireResponse")
    assert {one["linkId"] for one in answers["item"]} == {"birth_date", "lesion"}
    assert faults([bundle]) == []
    again = empty_program.get(f"{address()}?subject={course.patient_id}").json()
    assert again == bundle  # ids follow from what they are about


@pytest.mark.parametrize("way", ["apply", "assess", "resource"])
def test_answers_that_are_sent_come_to_what_they_say_and_nothing_is_kept(
    way: str, empty_program: Program, course: Course
) -> None:
    sent = response(course.patient_id)
    parameters = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "subject", "valueString": f"Patient/{course.patient_id}"},
            {"name": "questionnaireResponse", "resource": sent},
        ],
    }
    path = address() if way == "apply" else "/QuestionnaireResponse/$assess"
    answer = empty_program.post(path, sent if way == "resource" else parameters)
    bundle = answer.json()
    (guidance,) = told(bundle, "GuidanceResponse")
    assert (answer.status_code, verdict(guidance)) == (200, "deferred")
    missing = {one["codeFilter"][0]["code"][0]["code"] for one in guidance.get("dataRequirement", ())}
    assert "pregnant" not in missing
    assert told(bundle, "QuestionnaireResponse")[0]["item"] == sent["item"]
    assert (Received.objects.count(), Answer.objects.count()) == (0, 0)
    assert faults([bundle]) == []


def test_a_response_that_was_kept_is_assessed_by_its_id(empty_program: Program, course: Course) -> None:
    made = empty_program.post("/QuestionnaireResponse", response(course.patient_id))
    assert made.status_code == 201
    bundle = empty_program.get(f"/QuestionnaireResponse/{made.json()['id']}/$assess").json()
    (guidance,) = told(bundle, "GuidanceResponse")
    assert verdict(guidance) == "deferred"
    assert {one.fact for one in Answer.objects.filter(patient=course.patient)} >= {"lesion", "pregnant"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"questionnaire": "urn:other"}, 422),
        ({"questionnaire": questionnaire_url(PROTOCOL).replace("|", "|9")}, 422),
        ({"item": [{"linkId": "nothing"}]}, 422),
        ({"item": [{"linkId": "pregnant", "answer": [{"valueString": "yes"}]}]}, 422),
        ({"status": "entered-in-error"}, 422),
        ({"modifierExtension": [{"url": "urn:example:not", "valueBoolean": True}]}, 422),
        ({"subject": {"display": "nobody"}}, 422),
        ({"subject": {"reference": f"Patient/{NOBODY}"}}, 404),
        ({"resourceType": "Observation"}, 400),
    ],
)
def test_answers_that_are_not_understood_are_refused(
    change: dict[str, Any], status: int, empty_program: Program, course: Course
) -> None:
    sent = response(course.patient_id, **change)
    assert says(empty_program.post("/QuestionnaireResponse/$assess", sent))[0] == status
    assert Received.objects.count() == 0


def test_a_protocol_is_applied_to_somebody_who_has_a_course_of_it(empty_program: Program, course: Course) -> None:
    assert says(empty_program.get(address())) == (422, "required")
    assert says(empty_program.get(f"{address()}?subject=Patient/{NOBODY}")) == (404, "not-found")
    assert says(empty_program.get(f"/PlanDefinition/none/$apply?subject=Patient/{course.patient_id}"))[0] == 404
    Course.objects.update(treatment="scalp")
    assert says(empty_program.get(f"{address()}?subject=Patient/{course.patient_id}")) == (422, "business-rule")
    assert says(empty_program.post("/QuestionnaireResponse/$assess", {"resourceType": "Parameters"})) == (
        422,
        "required",
    )


def parameters(*sent: dict[str, Any]) -> dict[str, Any]:
    """Parameters as they are sent."""
    return {"resourceType": "Parameters", "parameter": list(sent)}


WAYS: dict[str, Callable[[], str]] = {"apply": address, "assess": lambda: "/QuestionnaireResponse/$assess"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("about", ["other", "display", "identifier", "elsewhere", "contained"])
def test_answers_about_one_patient_are_never_decided_for_another(
    about: str, way: str, empty_program: Program, course: Course, clinic: Clinic
) -> None:
    other = Patient.objects.create(clinic=clinic, given_names="Ana", family_names="Otra", number=77)
    subjects: dict[str, dict[str, Any]] = {
        "other": {"reference": f"Patient/{other.pk}"},
        "display": {"display": "Ana Otra"},
        "identifier": {"identifier": {"system": "urn:x", "value": "77"}},
        "elsewhere": {"reference": f"https://other.example/fhir/Patient/{course.patient_id}"},
        "contained": {"reference": "#p"},
    }
    sent = response(course.patient_id, subject=subjects[about])
    for named in (course.patient_id, f"Patient/{course.patient_id}"):
        body = parameters(
            {"name": "subject", "valueString": str(named)}, {"name": "questionnaireResponse", "resource": sent}
        )
        assert says(empty_program.post(WAYS[way](), body))[0] == 422
        assert says(empty_program.post(f"{WAYS[way]()}?subject={named}", sent))[0] == 422
    assert not AuditEntry.objects.filter(action="patient.opened").exists()


def test_a_kept_response_is_assessed_for_whom_it_is_about(
    empty_program: Program, course: Course, clinic: Clinic
) -> None:
    made = empty_program.post("/QuestionnaireResponse", response(course.patient_id)).json()
    other = Patient.objects.create(clinic=clinic, given_names="Ana", family_names="Otra", number=77)
    path = f"/QuestionnaireResponse/{made['id']}/$assess"
    assert says(empty_program.get(f"{path}?subject=Patient/{other.pk}")) == (422, "business-rule")
    assert empty_program.get(f"{path}?subject=Patient/{course.patient_id}").status_code == 200


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "wrong",
    [
        [{"name": "subject", "valueString": "1"}, {"name": "subject", "valueString": "2"}],
        [{"name": "subject", "valueBoolean": True}],
        [{"name": "subject", "valueReference": {"display": "x"}}],
        [{"name": "subject", "part": [{"name": "x", "valueString": "y"}]}],
        [{"name": "subject"}],
        [{"name": "subject", "_valueString": {"id": "a"}}],
        [{"name": "questionnaireResponse", "valueString": "x"}],
        [{"name": "questionnaireResponse", "resource": {"resourceType": "Patient", "name": [{"family": "x"}]}}],
        [{"name": "practitioner", "valueString": "x"}],
        [{"_name": {"id": "a"}, "valueString": "x"}],
    ],
    ids=["twice", "type", "display", "part", "none", "beside", "string", "kind", "unknown", "unnamed"],
)
def test_no_parameter_goes_unheard(
    wrong: list[dict[str, Any]], way: str, empty_program: Program, course: Course
) -> None:
    more = {"name": "subject", "valueString": f"Patient/{course.patient_id}"}
    named = [] if any(one.get("name") == "subject" for one in wrong) else [more]
    assert says(empty_program.post(WAYS[way](), parameters(*named, *wrong)))[0] == 400


@pytest.mark.parametrize("query", ["&subject={0}", "&questionnaireResponse=x", "&practitioner=x"])
def test_no_parameter_of_an_address_goes_unheard(query: str, empty_program: Program, course: Course) -> None:
    path = f"{address()}?subject={course.patient_id}"
    assert says(empty_program.get(path + query.format(course.patient_id)))[0] == 400
    assert empty_program.get(f"{path}&_format=json").status_code == 200


def test_a_whole_record_is_asked_for_by_parameters_as_by_its_address(empty_program: Program, course: Course) -> None:
    path = f"/Patient/{course.patient_id}/$everything"
    types = [{"name": "_type", "valueCode": "Patient"}, {"name": "_type", "valueCode": "ServiceRequest"}]
    both = {one["resource"]["resourceType"] for one in empty_program.post(path, parameters(*types)).json()["entry"]}
    assert both >= {"Patient", "ServiceRequest"}
    again = empty_program.get(f"{path}?_type=Patient&_type=ServiceRequest").json()
    assert {one["resource"]["resourceType"] for one in again["entry"]} == both
    since = {"name": "_since", "valueInstant": "2026-01-01T00:00:00Z"}
    for wrong in ([since, since], [{"name": "_since", "valueBoolean": True}], [{"_name": {"id": "a"}}]):
        assert says(empty_program.post(path, parameters(*wrong)))[0] == 400
    assert says(empty_program.get(f"{path}?_since=2026-01-01&_since=2026-01-02"))[0] == 400
    unknown = empty_program.post(path, parameters({"name": "start", "valueDate": "2026-01-01"})).json()
    assert "start" in unknown["entry"][-1]["resource"]["issue"][0]["diagnostics"]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMIN])
def test_an_assessment_is_for_who_may_read_one(role: str, clinic: Clinic, course: Course, lead: Membership) -> None:
    desk = program(member(clinic, role, "Pablo Ruiz"))
    assert says(desk.get(f"{address()}?subject=Patient/{course.patient_id}")) == (403, "forbidden")
    assert says(desk.post("/QuestionnaireResponse/$assess", response(course.patient_id))) == (403, "forbidden")
    narrow = program(lead, ("patients:read",))
    assert says(narrow.get(f"{address()}?subject=Patient/{course.patient_id}")) == (403, "forbidden")
