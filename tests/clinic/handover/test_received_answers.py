"""A questionnaire that another system sends, answered: into the course that asks it, through the writer of answers."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from dermograph.clinic import facts
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols.vocabulary import Missing
from tests.clinic.handover.bundles import SOURCE, condition, sent

GIVEN = Answers({"pregnant": False, "phototype": 3}, {"diabetes": Missing("refused"), "oncology": Missing("not_known")})


def response(course: Course, given: Answers = GIVEN, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (any element)
    """A QuestionnaireResponse of the patient, authored on 9 January 2026."""
    made = questionnaire_response(
        given,
        facts.protocol_of(course),
        key="r",
        subject={"reference": f"Patient/{course.patient_id}"},
        authored="2026-01-09",
        author={"display": "Dr. Example"},
    )
    return made | more


def taken(course: Course, member: Membership, resource: dict[str, Any]) -> Incoming:
    return take_over(course.clinic, member, sent(resource), source=SOURCE)


def standing() -> dict[str, tuple[Any, str]]:
    return {one.fact: (one.value, one.missing) for one in Answer.objects.standing()}


def words(found: Incoming) -> str:
    return " ".join(issue.words.en for one in found.results for issue in one.issues)


def test_answers_are_written_as_given_and_unknown_stays_unknown(course: Course, lead: Membership) -> None:
    found = taken(course, lead, response(course))
    assert [one.done for one in found.results] == ["created"]
    assert standing() == {
        "pregnant": (False, ""),
        "phototype": (3, ""),
        "diabetes": (None, "refused"),
        "oncology": (None, "not_known"),
    }
    one = Answer.objects.get(fact="pregnant")
    assert (one.answered_on, one.written_by) == (dt.date(2026, 1, 9), lead.user)
    assert one.correction_reason == f"{SOURCE} · Dr. Example"
    assert Received.objects.get().patient == course.patient


def test_the_same_response_again_writes_nothing(course: Course, lead: Membership) -> None:
    taken(course, lead, response(course))
    assert [one.done for one in taken(course, lead, response(course)).results] == ["unchanged"]
    assert Answer.objects.count() == 4


def test_a_part_of_a_date_stays_a_part(course: Course, lead: Membership) -> None:
    found = taken(course, lead, response(course, Answers({}, {}, {"isotretinoin": "2025"})))
    assert "only 2025 is known" in words(found)
    assert standing()["isotretinoin"] == (None, "not_known")


def test_what_the_clinic_answered_later_stands_and_not_known_takes_nothing_back(
    course: Course, lead: Membership
) -> None:
    answer_fact(course=course, who=lead.user, fact="pregnant", value=True)
    answer_fact(
        course=course, who=lead.user, fact="oncology", value="none", told_on=dt.date(2025, 1, 1), reason="Told."
    )
    found = taken(course, lead, response(course))
    assert standing()["pregnant"] == (True, "")
    assert standing()["oncology"] == ("none", "")
    assert words(found).count("stands") == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"questionnaire": "https://other.example/Questionnaire/1"}, ""),
        ({"status": "in-progress"}, "not complete"),
        ({"item": [{"linkId": "pregnant", "answer": [{"valueString": "no"}]}]}, "answers nothing"),
    ],
    ids=["other", "draft", "wrong"],
)
def test_what_answers_nothing_of_ours_is_kept_and_says_so(
    course: Course, lead: Membership, more: dict[str, Any], says: str
) -> None:
    found = taken(course, lead, response(course, **more))
    assert [one.done for one in found.results] == ["created"]
    assert says in words(found)
    assert (Answer.objects.count(), Received.objects.count()) == (0, 1)


def test_without_an_open_course_a_response_is_only_kept(course: Course, lead: Membership) -> None:
    Course.objects.update(closed_at="2026-01-01T00:00:00Z", outcome="abandoned")
    found = taken(course, lead, response(course))
    assert "No open course" in words(found)
    assert (Answer.objects.count(), Received.objects.count()) == (0, 1)


@pytest.mark.parametrize("authored", ["", "2026", "2026-01", "2999-01-01"], ids=["none", "year", "month", "to-come"])
def test_what_does_not_say_its_day_answers_nothing(course: Course, lead: Membership, authored: str) -> None:
    one = response(course, authored=authored)
    found = taken(course, lead, one if authored else {name: value for name, value in one.items() if name != "authored"})
    assert [one.done for one in found.results] == ["created"]
    assert "on which day it was answered" in words(found)
    assert (Answer.objects.count(), Received.objects.count()) == (0, 1)


def test_an_instant_is_the_clinics_day(course: Course, lead: Membership) -> None:
    taken(course, lead, response(course, authored="2026-01-09T23:30:00Z"))
    assert {one.answered_on for one in Answer.objects.all()} == {dt.date(2026, 1, 10)}


def test_on_the_same_day_the_clinics_answer_stands_and_a_corrected_response_replaces_its_own(
    course: Course, lead: Membership
) -> None:
    answer_fact(course=course, who=lead.user, fact="pregnant", value=True, told_on=dt.date(2026, 1, 9), reason="Told.")
    taken(course, lead, response(course))
    assert (standing()["pregnant"], standing()["phototype"]) == ((True, ""), (3, ""))
    again = Answers({"pregnant": False, "phototype": 4}, {})
    taken(course, lead, response(course, again, status="amended"))
    assert (standing()["pregnant"], standing()["phototype"]) == ((True, ""), (4, ""))


def test_a_response_that_was_entered_in_error_takes_back_what_it_answered_and_nothing_else(
    course: Course, lead: Membership
) -> None:
    taken(course, lead, response(course))
    answer_fact(course=course, who=lead.user, fact="pregnant", value=True)
    found = taken(course, lead, response(course, status="entered-in-error"))
    assert [one.done for one in found.results] == ["changed"]
    assert standing()["pregnant"] == (True, "")
    assert standing()["phototype"] == (None, "not_asked")
    assert "phototype: the answer is taken back" in words(found)


# --- whose area it is

OF_AREA = Answers({"pregnant": False, "infection": False}, {})
UNKNOWN = str(uuid.UUID(int=7))


def another_course(course: Course, patient: Patient | None = None, treatment: str = "") -> Course:
    """Another open course, of the same treatment unless another is named."""
    whose = patient or course.patient
    area = Area.objects.create(patient=whose, name="left arm", view="front", x=0.4, y=0.4)
    kind = treatment or course.treatment
    return Course.objects.create(clinic=course.clinic, patient=whose, area=area, treatment=kind, lead=course.lead)


def infections() -> dict[uuid.UUID | None, tuple[Any, str]]:
    found = Answer.objects.standing().filter(fact="infection")
    return {one.course_id: (one.value, one.missing) for one in found}


@pytest.mark.parametrize(
    ("based", "named"),
    [
        ([{"identifier": {"system": "urn:h", "value": "left-arm"}}], "'urn:h|left-arm'"),
        ([{"identifier": {"value": "7"}, "display": "left arm"}], "'left arm'"),
        ([{"reference": f"ServiceRequest/{UNKNOWN}"}], f"'ServiceRequest/{UNKNOWN}'"),
        ([{"reference": "ServiceRequest/left-arm"}], "'ServiceRequest/left-arm'"),
        ([{"reference": "{own}"}, {"reference": "{own}"}, {"display": "left arm"}], "'left arm'"),
        ([{"reference": "{own}"}, {"reference": "{other}"}], "'ServiceRequest/"),
    ],
    ids=["identifier", "words", "unknown", "theirs", "more", "two"],
)
def test_what_is_said_of_another_area_is_not_filed_with_the_only_one_that_is_known(
    course: Course, lead: Membership, based: list[dict[str, Any]], named: str
) -> None:
    names = {"{own}": f"ServiceRequest/{course.pk}"}
    if {"reference": "{other}"} in based:
        names["{other}"] = f"ServiceRequest/{another_course(course).pk}"
    based = [
        {**one, **({"reference": names.get(one["reference"], one["reference"])} if "reference" in one else {})}
        for one in based
    ]
    answer_fact(course=course, who=lead.user, fact="infection", value=True, told_on=dt.date(2026, 1, 1), reason="Told.")
    found = taken(course, lead, response(course, OF_AREA, basedOn=based))
    assert [one.done for one in found.results] == ["created"]
    assert infections() == {course.pk: (True, "")}
    assert standing()["pregnant"] == (False, "")
    [warning] = [one for one in found.results[0].issues if "answers nothing" in one.words.en]
    assert (warning.severity, named in warning.words.en, named in warning.words.es) == ("warning", True, True)


@pytest.mark.parametrize("number", [1, 2])
def test_what_names_a_course_of_the_patient_is_filed_with_it(course: Course, lead: Membership, number: int) -> None:
    other = another_course(course)
    based = [{"reference": f"ServiceRequest/{other.pk}"}] * number
    found = taken(course, lead, response(course, OF_AREA, basedOn=based))
    assert "answers nothing" not in words(found)
    assert infections() == {other.pk: (False, "")}


def test_of_several_courses_what_names_none_answers_for_the_patient_alone(course: Course, lead: Membership) -> None:
    another_course(course)
    found = taken(course, lead, response(course, OF_AREA))
    assert "several courses here ask or asked this" in words(found)
    assert standing() == {"pregnant": (False, "")}


@pytest.mark.parametrize("why", ["closed", "treatment"])
def test_what_names_a_course_that_does_not_ask_it_now_answers_nothing_of_any_area(
    course: Course, lead: Membership, why: str
) -> None:
    other = another_course(course, treatment="microneedling" if why == "treatment" else "")
    if why == "closed":
        Course.objects.filter(pk=other.pk).update(closed_at="2026-01-01T00:00:00Z", outcome="abandoned")
    based = [{"reference": f"ServiceRequest/{other.pk}"}]
    found = taken(course, lead, response(course, OF_AREA, basedOn=based))
    assert f"'ServiceRequest/{other.pk}' is no open course of this patient" in words(found)
    assert standing() == {"pregnant": (False, "")}


def test_what_turns_out_to_be_about_another_area_is_taken_back_from_this_one(course: Course, lead: Membership) -> None:
    taken(course, lead, response(course, OF_AREA))
    assert infections() == {course.pk: (False, "")}
    elsewhere = [{"reference": f"ServiceRequest/{UNKNOWN}"}]
    found = taken(course, lead, response(course, OF_AREA, status="amended", basedOn=elsewhere))
    assert infections() == {course.pk: (None, "not_asked")}
    assert standing()["pregnant"] == (False, "")
    assert "infection: the answer is taken back." in words(found)


def test_what_was_said_of_a_course_that_is_closed_since_stays_where_it_says_so_again(
    course: Course, lead: Membership
) -> None:
    based = [{"reference": f"ServiceRequest/{course.pk}"}]
    taken(course, lead, response(course, OF_AREA, basedOn=based))
    Course.objects.filter(pk=course.pk).update(closed_at="2026-01-20T00:00:00Z", outcome="abandoned")
    another_course(course)
    taken(course, lead, response(course, OF_AREA, basedOn=based, status="amended"))
    assert infections() == {course.pk: (False, "")}


def test_what_is_about_one_area_alone_and_of_the_patient_alone_is_told_so(course: Course, lead: Membership) -> None:
    elsewhere = [{"reference": f"ServiceRequest/{UNKNOWN}"}]
    found = taken(course, lead, response(course, Answers({"pregnant": False}, {}), basedOn=elsewhere))
    assert "What it says of an area" not in words(found)
    assert standing() == {"pregnant": (False, "")}


@pytest.mark.parametrize("how", ["course", "received", "sent", "contained", "condition"])
def test_what_is_based_on_another_patients_request_is_refused(course: Course, lead: Membership, how: str) -> None:
    right = Patient.objects.create(clinic=course.clinic, number=2, given_names="Otra", family_names="Inventada")
    request: dict[str, Any] = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order"}
    request |= {"subject": {"reference": f"Patient/{right.pk}"}}
    key = another_course(course, right).pk if how in ("course", "condition") else "s"
    based: dict[str, Any] = {"basedOn": [{"reference": f"ServiceRequest/{key}"}]}
    one = response(course, OF_AREA, **based)
    if how == "condition":
        one = {**condition(patient=f"Patient/{course.patient_id}"), "resourceType": "Procedure", "status": "completed"}
        one = {name: value for name, value in one.items() if name != "onsetDateTime"} | based
    if how == "contained":
        seen = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"}, **based}
        one = {**condition(patient=f"Patient/{course.patient_id}"), "contained": [seen]}
        one |= {"evidence": [{"detail": [{"reference": "#o"}]}]}
    if how in ("received", "contained"):
        taken(course, lead, request)
    found = take_over(course.clinic, lead, sent(one, *([request] if how == "sent" else [])), source=SOURCE)
    assert found.results[0].done == "refused"
    assert "about several patients" in words(found)
    assert not Answer.objects.exists()
