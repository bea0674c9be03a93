"""A response that is corrected, moved or taken back: nothing that it said before steers anything any more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dermograph.clinic import facts
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover import answered
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols.vocabulary import Missing
from tests.clinic.handover.bundles import SOURCE, sent

NO = Answers({"pregnant": False, "phototype": 3, "tanned": False}, {})
ERROR = "entered-in-error"


def response(course: Course, given: Answers = NO, authored: str = "2026-01-10", **more: Any) -> dict[str, Any]:  # noqa: ANN401 (any element)
    """A QuestionnaireResponse of the course's patient; what is None in ``more`` is left out."""
    made = questionnaire_response(
        given,
        facts.protocol_of(course),
        key="r",
        subject={"reference": f"Patient/{course.patient_id}"},
        authored=authored,
        author={"display": "Dr. Example"},
    )
    return {name: value for name, value in (made | more).items() if value is not None}


def taken(course: Course, member: Membership, resource: dict[str, Any]) -> Incoming:
    return take_over(course.clinic, member, sent(resource), source=SOURCE)


def standing(patient: Patient) -> dict[str, tuple[Any, str]]:
    return {one.fact: (one.value, one.missing) for one in Answer.objects.standing().filter(patient=patient)}


def words(found: Incoming) -> str:
    return " ".join(issue.words.en for one in found.results for issue in one.issues)


def second_course(course: Course, patient: Patient | None = None) -> Course:
    """Another open course of the same treatment."""
    whose = patient or course.patient
    area = Area.objects.create(patient=whose, name="arm", view="front", x=0.4, y=0.4)
    return Course.objects.create(
        clinic=course.clinic, patient=whose, area=area, treatment=course.treatment, lead=course.lead
    )


def closed(course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(closed_at="2026-01-20T00:00:00Z", outcome="abandoned")


GONE = (None, "not_asked")


@pytest.mark.parametrize(
    ("later", "authored", "stands"),
    [
        (Answers({"phototype": 3}, {"pregnant": Missing("not_known")}), "2026-01-10", (None, "not_known")),
        (Answers({"phototype": 3, "pregnant": True}, {}), "2026-01-05", (True, "")),
        (Answers({"phototype": 3}, {}), "2026-01-10", GONE),
    ],
    ids=["unknown", "earlier", "left-out"],
)
def test_a_corrected_response_takes_its_own_mistake_back(
    course: Course, lead: Membership, later: Answers, authored: str, stands: tuple[Any, str]
) -> None:
    taken(course, lead, response(course))
    found = taken(course, lead, response(course, later, authored, status="amended"))
    assert standing(course.patient) == {"pregnant": stands, "phototype": (3, ""), "tanned": GONE}
    assert " stands." not in words(found)
    assert "tanned: the answer is taken back" in words(found)


@pytest.mark.parametrize(
    "more",
    [
        {"item": [{"linkId": "pregnant", "answer": [{"valueString": "yes"}]}]},
        {"status": "in-progress"},
        {"authored": "2026"},
        {"questionnaire": "https://other.example/Questionnaire/1"},
        {"status": ERROR, "questionnaire": None},
    ],
    ids=["wrong", "draft", "year", "other", "error"],
)
def test_a_version_that_answers_nothing_leaves_nothing_of_the_former_one(
    course: Course, lead: Membership, more: dict[str, Any]
) -> None:
    taken(course, lead, response(course))
    found = taken(course, lead, response(course, **more))
    assert [one.done for one in found.results] == ["changed"]
    assert set(standing(course.patient).values()) == {GONE}
    assert words(found).count("is taken back") == 3
    taken(course, lead, response(course, status="amended"))
    assert standing(course.patient)["pregnant"] == (False, "")


def test_what_was_taken_back_stands_in_nobodys_way(course: Course, lead: Membership) -> None:
    taken(course, lead, response(course))
    taken(course, lead, response(course, status=ERROR))
    answer_fact(course=course, who=lead.user, fact="tanned", value=True)
    answer_fact(course=course, who=lead.user, fact="tanned", missing="not_asked")
    found = taken(course, lead, response(course, id="another"))
    assert standing(course.patient) == {"pregnant": (False, ""), "phototype": (3, ""), "tanned": GONE}
    assert words(found).count(" stands.") == 1


def test_what_is_said_as_before_stays_the_same_answer(course: Course, lead: Membership) -> None:
    taken(course, lead, response(course))
    before = set(Answer.objects.values_list("pk", flat=True))
    taken(course, lead, response(course, status="amended"))
    taken(course, lead, response(course, status="amended", language="es"))
    assert set(Answer.objects.values_list("pk", flat=True)) == before


def test_what_the_clinic_answered_before_is_not_outdone_by_an_earlier_day_and_is_asked_again(
    course: Course, lead: Membership
) -> None:
    on = dt.date(2026, 1, 7)
    answer_fact(course=course, who=lead.user, fact="pregnant", value=True, told_on=on, reason="Told.")
    taken(course, lead, response(course))
    assert standing(course.patient)["pregnant"] == (False, "")
    found = taken(course, lead, response(course, NO, "2026-01-05", status="amended"))
    assert standing(course.patient)["pregnant"] == GONE
    assert "it had replaced what was answered here on" in words(found)


def test_what_was_understood_stays_when_it_comes_again_and_is_not_understood_any_more(
    course: Course, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(course, lead, response(course))
    before = standing(course.patient)

    def other_questions(*_args: object, **_more: object) -> None:
        raise InputError(Text("Answer the present version.", "Responda a la versión actual."))

    monkeypatch.setattr(answered, "read_questionnaire_response", other_questions)
    taken(course, lead, response(course, language="es"))
    assert standing(course.patient) == before
    taken(course, lead, response(course, status="amended"))
    assert set(standing(course.patient).values()) == {GONE}


@pytest.mark.parametrize("status", [ERROR, "amended"])
def test_what_is_said_no_longer_is_taken_back_though_its_course_is_closed(
    course: Course, lead: Membership, status: str
) -> None:
    taken(course, lead, response(course))
    closed(course)
    kept = Answers({"phototype": 3, "pregnant": True}, {})
    taken(course, lead, response(course, kept, status=status))
    phototype = GONE if status == ERROR else (3, "")
    assert standing(course.patient) == {"pregnant": GONE, "tanned": GONE, "phototype": phototype}


@pytest.mark.parametrize("status", [ERROR, "amended"])
def test_a_version_that_names_another_course_takes_back_what_the_former_one_wrote_elsewhere(
    course: Course, lead: Membership, status: str
) -> None:
    taken(course, lead, response(course))
    other = second_course(course)
    taken(course, lead, response(course, status=status, basedOn=[{"reference": f"CarePlan/{other.pk}"}]))
    found = {(one.course_id, one.fact): (one.value, one.missing) for one in Answer.objects.standing()}
    assert found[course.pk, "tanned"] == GONE
    assert found.get((other.pk, "tanned")) == (None if status == ERROR else (False, ""))
    assert found[None, "pregnant"] == (GONE if status == ERROR else (False, ""))


def test_a_version_that_names_another_patient_leaves_nothing_with_the_first(course: Course, lead: Membership) -> None:
    taken(course, lead, response(course))
    right = Patient.objects.create(clinic=course.clinic, number=2, given_names="Otra", family_names="Inventada")
    other = second_course(course, right)
    found = taken(course, lead, response(other, status="amended"))
    assert [one.done for one in found.results] == ["changed"]
    assert set(standing(course.patient).values()) == {GONE}
    assert standing(right) == {"pregnant": (False, ""), "phototype": (3, ""), "tanned": (False, "")}
    assert AuditEntry.objects.filter(action="answer.corrected", patient=course.patient_id).count() == 3
    reasons = set(Answer.objects.standing().filter(patient=course.patient).values_list("correction_reason", flat=True))
    assert reasons == {f"{SOURCE} · amended"}


def test_a_version_that_names_another_patient_is_refused_while_the_first_is_blocked(
    course: Course, lead: Membership
) -> None:
    taken(course, lead, response(course))
    right = Patient.objects.create(clinic=course.clinic, number=2, given_names="Otra", family_names="Inventada")
    other = second_course(course, right)
    Patient.objects.filter(pk=course.patient_id).update(restricted_at="2026-01-20T00:00:00Z")
    found = taken(course, lead, response(other, status="amended"))
    assert [one.done for one in found.results] == ["refused"]
    assert "blocked" in words(found)
    assert standing(course.patient)["pregnant"] == (False, "")
    assert Received.objects.count() == 1
