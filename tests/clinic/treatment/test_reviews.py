"""A review is a proposal until a named person signs it, and what is signed is what was shown."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.care.read_case import read_case
from dermograph.care.review import review as propose
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.facts import case_of, protocol_of
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.people.sign_in import sure_key
from dermograph.clinic.treatment.models import Review
from dermograph.clinic.treatment.proposal import Proposal, proposal_for
from dermograph.clinic.treatment.services import ChangedSinceShownError, mark_gone, report_symptom, sign_review
from dermograph.core.errors import InputError
from dermograph.protocols import load_library
from tests.clinic.conftest import PASSWORD, signed_in
from tests.clinic.treatment.held import answered, compared, healthy, held, own_queries, photographed, today

OTHERWISE = "The patient wants to wait for the summer to pass."


def answering(course: Course, was: float = 9.0, now: float = 5.0, u: float = 0.3) -> Course:
    """A course with one session, and a skin that answered."""
    answered(course, healthy(course.treatment))
    baseline = photographed(course, -45)
    held(course, -40)
    compared(course, baseline, -5, was, now, u)
    return course


def shown(course: Course) -> Proposal:
    found = proposal_for(course, today(course.clinic))
    assert found is not None
    return found


def form(course: Course, person: Membership, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (fields)
    proposal = shown(course)
    return {
        "entry": str(uuid.uuid4()),
        "shown": proposal.digest,
        "decision": proposal.proposed.decision.value,
        "reason": "",
        "signed_name": person.user.name,
        "password": PASSWORD,
        **more,
    }


def sign(client: Client, course: Course, values: dict[str, Any]) -> Any:  # noqa: ANN401 (a response)
    return client.post(reverse("review_sign", args=[course.pk]), values, REMOTE_ADDR="127.0.0.1")


def test_the_facts_of_a_review_are_read_back_as_the_same_case(course: Course) -> None:
    answering(course)
    report_symptom(course=course, who=None, sign="itching", reported_on=today(course.clinic) - dt.timedelta(days=2))
    case = case_of(course, today(course.clinic))
    stored = json.loads(json.dumps(shown(course).facts))
    again = read_case(json.dumps(stored), load_library().vocabulary)
    mine, theirs = case.areas[0], again.areas[0]
    assert theirs.facts == mine.facts
    assert theirs.sessions == mine.sessions
    assert theirs.measurements == mine.measurements
    assert theirs.signs == mine.signs
    assert (
        propose(again, protocol_of(course)).areas[0].to_json()
        == propose(case, protocol_of(course), on=today(course.clinic)).areas[0].to_json()
    )


def test_missing_answers_are_kept_with_their_reason(course: Course) -> None:
    answering(course)
    course.patient.answers.create(
        clinic=course.clinic,
        fact="pregnant",
        missing="refused",
        answered_on=today(course.clinic),
        supersedes=course.patient.answers.get(fact="pregnant"),
        correction_reason="x",
    )
    facts = shown(course).facts
    assert facts["patient"]["pregnant"] == {"missing": "refused"}
    assert read_case(json.dumps(facts), load_library().vocabulary).areas[0].missing["pregnant"].why == "refused"


def test_before_the_first_session_there_is_nothing_to_review(course: Course, practitioner: Membership) -> None:
    page = signed_in(practitioner).get(reverse("review", args=[course.pk]))
    assert page.status_code == 200
    assert "nothing to review" in page.content.decode()
    with pytest.raises(InputError, match="nothing to review"):
        sign_review(course=course, who=practitioner, decision="wait")


def test_the_forecast_is_silent_before_the_first_response_and_says_so(course: Course, practitioner: Membership) -> None:
    answering(course, 9.0, 9.1)
    text = signed_in(practitioner).get(reverse("review", args=[course.pk])).content.decode()
    assert "No forecast yet." in text
    assert 'class="chance-bar within' not in text
    assert "Published by the source, not a plan" in text


def test_after_the_first_response_the_forecast_is_drawn_with_its_words_and_figures(
    course: Course, practitioner: Membership
) -> None:
    answering(course)
    client = signed_in(practitioner)
    with own_queries() as queries:
        page = client.get(reverse("review", args=[course.pk]))
    text = page.content.decode()
    assert len(queries) <= 12
    assert "Forecast from 2 measurements" in text
    assert 'class="chance-bar within' in text
    assert "It is a forecast, not a promise" in text
    assert "Proposal, by rule. Nothing is decided." in text
    bars = page.context["proposal"]["forecast"]["bars"]
    assert sum(bar.chance for bar in bars) == pytest.approx(1)


def test_accepting_writes_the_review_with_what_it_was_made_from(course: Course, practitioner: Membership) -> None:
    answering(course)
    client, values = signed_in(practitioner), form(course, practitioner)
    answer = sign(client, course, values)
    row = Review.objects.get()
    assert answer["Location"] == reverse("review_signed", args=[row.pk])
    assert row.decision == row.proposed == "another_session"
    assert row.reason == ""
    assert row.signed_name == "Nuria Vidal"
    assert set(row.proposal) == {"en", "es"}
    assert row.protocol_hash == protocol_of(course).hash
    assert read_case(json.dumps(row.facts), load_library().vocabulary).reviewed_on == row.reviewed_on
    assert AuditEntry.objects.filter(action="review.signed", about=row.pk).count() == 1
    page = client.get(answer["Location"]).content.decode()
    assert "Nuria Vidal" in page
    assert "had been measured" in page
    assert sign(client, course, {**values})["Location"] == answer["Location"]
    assert Review.objects.count() == 1


def test_a_wrong_password_signs_nothing_and_counts(course: Course, practitioner: Membership) -> None:
    answering(course)
    client = signed_in(practitioner)
    values = form(course, practitioner, decision="wait", reason=OTHERWISE) | {"password": "not it, surely"}
    answer = sign(client, course, values)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "not your password" in text
    assert OTHERWISE in text
    assert "not it, surely" not in text
    assert not Review.objects.exists()
    assert AccessAttempt.objects.get(username=sure_key(practitioner.user)).failures_since_start == 1
    assert sign(client, course, {**values, "password": PASSWORD}).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_after_five_wrong_passwords_the_right_one_does_not_sign_either(
    course: Course, practitioner: Membership
) -> None:
    answering(course)
    client = signed_in(practitioner)
    for _ in range(5):
        sign(client, course, form(course, practitioner) | {"password": "wrong wrong"})
    assert sign(client, course, form(course, practitioner)).status_code in (403, 429)
    assert not Review.objects.exists()


def test_another_decision_needs_a_reason_of_twenty_characters(course: Course, practitioner: Membership) -> None:
    answering(course)
    client = signed_in(practitioner)
    for reason in ("", "because", " " * 30, "x" * 19):
        assert sign(client, course, form(course, practitioner, decision="wait", reason=reason)).status_code == 422
    assert not Review.objects.exists()
    assert sign(client, course, form(course, practitioner, decision="wait", reason="x" * 20)).status_code == 302
    assert Review.objects.get().reason == "x" * 20


def test_nobody_signs_with_another_name(course: Course, practitioner: Membership) -> None:
    answering(course)
    answer = sign(signed_in(practitioner), course, form(course, practitioner, signed_name="Teresa Mora"))
    assert answer.status_code == 422
    assert "You are signed in as Nuria Vidal." in answer.content.decode()
    assert not Review.objects.exists()


def test_what_changed_since_it_was_shown_is_shown_first(course: Course, practitioner: Membership) -> None:
    answering(course)
    client = signed_in(practitioner)
    values = form(course, practitioner, decision="wait", reason=OTHERWISE)
    report_symptom(course=course, who=None, sign="infection", reported_on=today(course.clinic))
    answer = sign(client, course, values)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "has changed since this page was opened" in text
    assert OTHERWISE in text
    assert "signs of infection" in text
    assert not Review.objects.exists()
    again = {**values, "shown": shown(course).digest, "decision": "refer", "reason": ""}
    assert sign(client, course, again).status_code == 302
    page = client.get(reverse("review_signed", args=[Review.objects.get().pk])).content.decode()
    assert "Refer to" in page
    assert "A doctor sees the area first." in page


def test_the_service_refuses_a_forged_digest(course: Course, practitioner: Membership) -> None:
    answering(course)
    with pytest.raises(ChangedSinceShownError):
        sign_review(course=course, who=practitioner, decision="another_session", shown="0" * 64)


def test_a_stop_closes_nothing_by_itself(course: Course, practitioner: Membership) -> None:
    answering(course, 9.0, 0.2, 0.1)
    client = signed_in(practitioner)
    assert shown(course).proposed.decision.value == "stop_goal_met"
    page = client.get(sign(client, course, form(course, practitioner))["Location"]).content.decode()
    course.refresh_from_db()
    assert course.closed_at is None
    assert reverse("course_close", args=[course.pk]) in page
    assert "closes nothing by itself" in page


def test_a_change_below_the_limit_says_no_detectable_change(course: Course, practitioner: Membership) -> None:
    answering(course, 9.0, 8.8, 0.3)
    text = signed_in(practitioner).get(reverse("review", args=[course.pk])).content.decode()
    assert "no detectable change" in text


def test_a_closed_course_is_not_signed(course: Course, practitioner: Membership) -> None:
    answering(course)
    values = form(course, practitioner)
    course.closed_at = course.opened_at
    course.save()
    assert sign(signed_in(practitioner), course, values).status_code == 422
    assert not Review.objects.exists()


def test_the_desk_and_the_administrator_sign_nothing(course: Course, front_desk: Membership, admin: Membership) -> None:
    answering(course)
    for person in (front_desk, admin):
        assert sign(signed_in(person), course, form(course, person)).status_code == 403
    assert not Review.objects.exists()


def test_rows_lead_to_the_decisions_that_the_engine_is_known_to_take(course: Course) -> None:
    answered(course, healthy(course.treatment))
    baseline = photographed(course, -200)
    day = today(course.clinic)

    def decision() -> str:
        return shown(course).proposed.decision.value

    held(course, -190)
    report = report_symptom(course=course, who=None, sign="itching", reported_on=day - dt.timedelta(days=189))
    assert decision() == "wait"  # the source gives no duration: it is asked about again
    mark_gone(report=report, who=member_of(course), gone_on=day - dt.timedelta(days=180))
    assert decision() in ("another_session", "not_comparable", "wait")
    compared(course, baseline, -160, 9.0, 6.0)
    assert decision() == "another_session"
    held(course, -150)
    compared(course, baseline, -120, 9.0, 5.9)
    assert decision() == "another_session"  # one session without a change is no plateau
    held(course, -110)
    compared(course, baseline, -80, 9.0, 6.0)
    assert decision() == "stop_plateau"
    report_symptom(course=course, who=None, sign="scarring", reported_on=day - dt.timedelta(days=1))
    assert decision() == "refer"  # a sign goes before every measurement


def member_of(course: Course) -> Membership:
    assert course.lead is not None
    return course.lead


def test_a_form_of_another_course_signs_nothing_here(course: Course, practitioner: Membership) -> None:
    answering(course)
    entry = uuid.uuid4()
    sign_review(course=course, who=practitioner, decision="wait", reason=OTHERWISE, entry=entry)
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=course.area, treatment="scalp", lead=practitioner
    )
    held(other, -40)
    with pytest.raises(InputError, match="cannot be sent"):
        sign_review(course=other, who=practitioner, decision="wait", reason=OTHERWISE, entry=entry)
    assert Review.objects.count() == 1


def test_a_course_closed_since_it_was_fetched_takes_no_review(course: Course, practitioner: Membership) -> None:
    answering(course)
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now())
    with pytest.raises(InputError, match="closed"):
        sign_review(course=course, who=practitioner, decision="wait", reason=OTHERWISE)
