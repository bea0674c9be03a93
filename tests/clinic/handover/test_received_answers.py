"""A questionnaire that another system sends, answered: into the course that asks it, through the writer of answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dermograph.clinic import facts
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Course, Membership
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols.vocabulary import Missing
from tests.clinic.handover.bundles import SOURCE, sent

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
