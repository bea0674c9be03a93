"""The course line says what the rows say, over a whole course."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Purpose, Room
from dermograph.clinic.facts import today
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.intake.models import Answer, Consent, ConsentText, Override, Withdrawal
from dermograph.clinic.intake.signing import sign_assessment
from dermograph.clinic.overview.course_line import Step, line_of, next_action, steps
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.people.services import close_course
from dermograph.clinic.treatment.models import Review, Session
from dermograph.core.text import Text

HEALTHY: dict[str, Any] = {
    "phototype": 3,
    "pregnant": False,
    "breastfeeding": False,
    "autoimmune": "none",
    "isotretinoin": "never",
    "diabetes": "none",
    "anticoagulants": False,
    "oncology": "none",
    "photosensitivity": False,
    "hypersensitive_skin": False,
    "abnormal_scarring": False,
    "blood_borne_infection": False,
    "bleeding_disorder": False,
    "collagen_disease": False,
    "allergy_metal": False,
    "allergy_anaesthetic": False,
}
STRIA: dict[str, Any] = {
    "lesion": "stria",
    "stage": "white",
    "keloid_tendency": False,
    "vitiligo_active": False,
    "infection": False,
    "herpes": False,
    "surgery": "never",
    "tanned": False,
}


def answer(course: Course, fact: str, value: object, supersedes: Answer | None = None) -> Answer:
    of_patient = fact in HEALTHY
    return Answer.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=None if of_patient else course,
        fact=fact,
        value=value,
        answered_on=today(course) - dt.timedelta(days=200),
        supersedes=supersedes,
    )


def assessed(course: Course, who: Membership, **facts: object) -> Course:
    for fact, value in {**HEALTHY, **STRIA, **facts}.items():
        answer(course, fact, value)
    sign_assessment(course=course, who=who.user)
    return course


def consented(course: Course) -> Consent:
    text, _ = ConsentText.objects.get_or_create(
        clinic=course.clinic,
        treatment=course.treatment,
        language="en",
        version="1",
        defaults={
            "title": "Consent",
            "body": "…",
            "sha256": "0" * 64,
            "valid_from": dt.date(2026, 1, 1),
            "purposes": [{"id": "treatment", "label": "Treatment", "needed": True}],
        },
    )
    return Consent.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        text=text,
        text_sha256="0" * 64,
        purposes=["treatment"],
        signed_name="L",
        strokes=[[[0, 0]]],
        signed_at=timezone.now(),
    )


def photographed(course: Course, on: dt.date, *, usable: bool | None = True) -> Photograph:
    count = Photograph.objects.count()
    return Photograph.objects.create(
        clinic=course.clinic,
        course=course,
        taken_on=on,
        name="a.jpg",
        kind="image/jpeg",
        sha256=f"{count:064d}",
        bytes=1,
        width=1,
        height=1,
        file="f",
        preview="p",
        thumbnail="t",
        usable=usable,
    )


def compared(course: Course, before: Photograph, after: Photograph, stage: str = "done", verdict: str = "") -> None:
    outline = Outline.objects.create(clinic=course.clinic, photograph=before, shape={})
    Comparison.objects.create(
        clinic=course.clinic,
        course=course,
        before=before,
        after=after,
        outline=outline,
        stage=stage,
        result={"verdict": verdict, "measures": []} if stage == "done" else None,
    )


def held(course: Course, who: Membership, days_ago: int) -> Session:
    at = timezone.now() - dt.timedelta(days=days_ago)
    return Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=who,
        started_at=at,
        ended_at=at,
        device="d",
        anaesthesia="cream",
    )


def reviewed(course: Course, days_ago: int, decision: str, first: dt.date | None = None) -> Review:
    proposal = {"from": first.isoformat() if first else None}
    return Review.objects.create(
        clinic=course.clinic,
        course=course,
        reviewed_on=today(course) - dt.timedelta(days=days_ago),
        proposal={"en": proposal, "es": proposal},
        proposed=decision,
        decision=decision,
        facts={},
        signed_name="N",
        signed_at=timezone.now(),
        protocol_version="1",
        protocol_hash="x",
    )


def days_ago(course: Course, days: int) -> dt.date:
    return today(course) - dt.timedelta(days=days)


def shape(course: Course) -> list[tuple[str, str]]:
    return [(step.label.en, step.state) for step in steps(course)]


def present(course: Course) -> Step:
    found = [step for step in steps(course) if step.is_present]
    assert len(found) == 1
    return found[0]


def ready(course: Course, who: Membership) -> Course:
    """A course before its first session."""
    assessed(course, who)
    consented(course)
    photographed(course, days_ago(course, 100))
    return course


def test_a_new_course_stands_at_its_assessment(course: Course) -> None:
    assert shape(course)[:5] == [
        ("Assessment", "now"),
        ("Consent", "ahead"),
        ("Baseline", "ahead"),
        ("Session 1", "ahead"),
        ("Healing", "ahead"),
    ]
    assert shape(course)[-1] == ("Outcome", "ahead")
    assert present(course).key == "assessment"
    assert next_action(course).page == "assessment"


def test_a_suitable_course_goes_on_to_consent_then_baseline_then_session(
    course: Course, practitioner: Membership
) -> None:
    assessed(course, practitioner)
    first = steps(course)[0]
    assert (first.state, first.verdict) == ("done", "suitable")
    assert present(course).key == "consent"
    consented(course)
    assert present(course).key == "baseline"
    photographed(course, days_ago(course, 1), usable=None)
    assert present(course).note.en == "being judged"
    photographed(course, days_ago(course, 1))
    step = present(course)
    assert (step.label.en, step.day, step.page) == ("Session 1", today(course), "booking")
    assert next_action(course).label.en == "Book session 1"


def test_an_excluded_verdict_blocks_everything_after_it_and_says_so(course: Course, practitioner: Membership) -> None:
    assessed(course, practitioner, keloid_tendency=True)
    found = steps(course)
    assert (found[0].state, found[0].verdict) == ("done", "excluded")
    assert {step.state for step in found[1:-1]} == {"blocked"}
    assert {step.note.en for step in found[1:-1]} == {"excluded"}
    assert found[0].is_present
    assert next_action(course).label.en == "Close the course"


def test_a_deferred_verdict_blocks_until_its_day(course: Course, practitioner: Membership) -> None:
    course.patient.birth_date = None
    assessed(course, practitioner, pregnant=True)
    found = steps(course)
    assert found[1].state == "blocked"
    assert found[1].note.en.startswith(found[0].verdict)
    assert found[0].verdict in ("deferred", "excluded")


def test_a_changed_answer_after_signing_asks_for_renewal(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    old = course.patient.answers.get(fact="anticoagulants")
    answer(course, "anticoagulants", True, supersedes=old)
    first = steps(course)[0]
    assert first.state == "now"
    assert first.is_present
    assert first.note.en.startswith("to be renewed: an answer changed on")
    assert next_action(course).label.en == "Renew the assessment"
    assert steps(course)[3].state == "ahead"


def test_the_same_answer_written_again_changes_nothing(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    answer(course, "anticoagulants", False, supersedes=course.patient.answers.get(fact="anticoagulants"))
    assert steps(course)[0].state == "done"


def test_an_override_lets_the_course_go_on(course: Course, practitioner: Membership, lead: Membership) -> None:
    assessed(course, practitioner, keloid_tendency=True)
    assessment = course.assessments.get()
    Override.objects.create(clinic=course.clinic, assessment=assessment, verdict="conditional", reason="r" * 30)
    found = steps(course)
    assert found[0].note.en == "conditional, by override"
    assert found[1].state == "now"
    consented(course)
    photographed(course, today(course))
    assert present(course).key == "session"
    assert present(course).day == today(course)


def test_a_withdrawn_consent_is_told_with_its_day(course: Course, practitioner: Membership) -> None:
    assessed(course, practitioner)
    consent = consented(course)
    assert steps(course)[1].state == "done"
    Withdrawal.objects.create(clinic=course.clinic, consent=consent, purpose="")
    assert steps(course)[1].state == "now"
    assert steps(course)[1].note.en.startswith("withdrawn on")


def test_taking_back_another_purpose_leaves_the_consent_to_treatment(course: Course, practitioner: Membership) -> None:
    assessed(course, practitioner)
    Withdrawal.objects.create(clinic=course.clinic, consent=consented(course), purpose="teaching")
    assert steps(course)[1].state == "done"


def test_after_a_session_the_skin_heals_and_the_day_of_measuring_is_said(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    held(course, practitioner, 3)
    line = line_of(course)
    assert line.present.label.en == "Healing"
    assert line.present.day is not None
    assert line.present.day > today(course)
    assert line.present.note.en.startswith("measure from")
    assert [step.label.en for step in line.steps][3:7] == ["Session 1", "Healing", "Review 1", "Session 2"]
    assert line.action.label.en == "Book the review"


def test_the_review_follows_the_photograph_the_comparison_and_the_signature(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    held(course, practitioner, 60)
    assert present(course).label.en == "Review 1"
    assert next_action(course).label.en == "Take the follow-up photograph"
    after = photographed(course, days_ago(course, 2))
    assert next_action(course).label.en == "Measure the change"
    first = course.photographs.order_by("taken_on")[0]
    compared(course, first, after, "running")
    assert next_action(course).page == "comparison"
    compared(course, first, after, "done", "comparable")
    assert (next_action(course).label.en, next_action(course).page) == ("Review session 1", "review")
    reviewed(course, 1, "another_session")
    assert present(course).label.en == "Session 2"
    assert ("Review 1", "done") in shape(course)


def test_waiting_is_reviewed_again_and_its_day_is_said(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    held(course, practitioner, 60)
    reviewed(course, 5, "wait", today(course) + dt.timedelta(days=20))
    step = present(course)
    assert (step.label.en, step.state) == ("Review 1", "now")
    assert "look again on" in step.note.en
    assert [label for label, _ in shape(course)].count("Review 1") == 2
    assert ("Session 2", "ahead") in shape(course)


def test_a_review_that_was_never_held_is_not_called_done(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    held(course, practitioner, 100)
    held(course, practitioner, 3)
    review = next(step for step in steps(course) if step.label.en == "Review 1")
    assert review.state == "blocked"
    assert "session 2" in review.note.en


def test_a_met_goal_leads_to_the_outcome_and_closing_ends_the_line(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    held(course, practitioner, 60)
    reviewed(course, 1, "stop_goal_met")
    assert present(course).key == "outcome"
    assert not any(step.label.en == "Session 2" for step in steps(course))
    assert next_action(course).label.en == "Close the course"
    close_course(course=course, outcome="stop_goal_met", reason="agreed goal reached", who=practitioner.user)
    last = steps(course)[-1]
    assert (last.state, last.is_present, last.note.en) == ("done", True, "Goal met")
    assert next_action(course).page == "timeline"


def test_what_never_happened_in_a_closed_course_is_not_ahead(course: Course, practitioner: Membership) -> None:
    close_course(course=course, outcome="abandoned", reason="moved away", who=practitioner.user)
    assert {step.state for step in steps(course)[:-1]} == {"blocked"}


def test_a_booked_session_says_when_and_today_it_is_recorded(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    room = Room.objects.create(clinic=course.clinic, name="1")
    at = timezone.now() + dt.timedelta(days=3)
    booked = Appointment.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        purpose=Purpose.SESSION,
        practitioner=practitioner,
        room=room,
        starts_at=at,
        ends_at=at,
    )
    assert present(course).page == "appointment"
    assert present(course).note.en.startswith("booked: ")
    booked.starts_at = timezone.now()
    booked.save()
    assert next_action(course).page == "session_new"


def test_a_baseline_missed_before_the_first_session_is_said(course: Course, practitioner: Membership) -> None:
    assessed(course, practitioner)
    consented(course)
    held(course, practitioner, 3)
    baseline = steps(course)[2]
    assert (baseline.state, baseline.note.en) == ("blocked", "none from before session 1")


@pytest.mark.parametrize("sessions", [0, 1, 4])
def test_a_line_costs_at_most_eight_queries(course: Course, practitioner: Membership, sessions: int) -> None:
    ready(course, practitioner)
    for number in range(sessions):
        held(course, practitioner, 400 - 60 * number)
        reviewed(course, 400 - 60 * number - 40, "another_session")
    course = Course.objects.select_related("clinic", "patient", "area").get(pk=course.pk)
    steps(course)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(steps(course)) >= 7
    assert len(queries) <= 8, [query["sql"][:90] for query in queries]


def test_every_step_of_a_whole_course_has_words_in_both_languages(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    held(course, practitioner, 100)
    reviewed(course, 60, "not_comparable")
    reviewed(course, 50, "another_session")
    held(course, practitioner, 3)
    for step in steps(course):
        assert step.label.es
        assert isinstance(step.detail, Text)
        assert (step.number > 0) == (step.key in ("session", "healing", "review"))
        assert bool(step.note.en) == bool(step.note.es)
