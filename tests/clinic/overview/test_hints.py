"""What the dashboard says of a booked session: the verdict and the consent that hold today, for this course."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.clinic.intake.models import Consent, ConsentText, Withdrawal
from dermograph.clinic.intake.selectors import current_text
from dermograph.clinic.intake.services import answer_fact, install_texts, override, sign_assessment
from dermograph.clinic.overview.at_work import courses_at_work
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.intake.test_signing import REASON, answer_all
from tests.clinic.overview.rows import another_course, booked, compared, day, noon, replaced
from tests.clinic.overview.test_today import MOST_QUERIES, busy

__all__ = ["busy"]
NOT_CLEARED = "does not clear a session"


def consented(course: Course, about: Course | None, purposes: tuple[str, ...] = ("treatment", "record")) -> Consent:
    """A consent of the patient of a course."""
    install_texts(course.clinic)
    text = current_text(course.clinic, course.treatment, "es", day(0))
    assert isinstance(text, ConsentText)
    return Consent.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=about,
        text=text,
        text_sha256=text.sha256,
        purposes=list(purposes),
        signed_name="N",
        strokes={"typed": "N"},
        signed_at=timezone.now(),
    )


def consent_counts(course: Course) -> bool:
    return next(at.consented for at in courses_at_work(course.clinic) if at.course == course)


@pytest.mark.parametrize(("purpose", "stands"), [("publication", True), ("treatment", False), ("", False)])
def test_only_a_withdrawal_of_the_treatment_ends_a_consent(course: Course, purpose: str, stands: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    consent = consented(course, course, ("treatment", "record", "publication"))
    Withdrawal.objects.create(clinic=course.clinic, consent=consent, purpose=purpose)
    assert consent_counts(course) is stands


def test_a_consent_counts_for_its_own_course_or_for_all(course: Course) -> None:
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=course.area, treatment="microneedling", lead=course.lead
    )
    consented(course, other)
    assert not consent_counts(course)
    consented(course, None)
    assert consent_counts(course)


def test_a_consent_without_the_treatment_is_none(course: Course) -> None:
    consented(course, course, ("record",))
    assert not consent_counts(course)


def page_of(practitioner: Membership, course: Course) -> str:
    """The dashboard on a day on which a session is booked."""
    noon = timezone.now().astimezone(course.clinic.zone).replace(hour=12, minute=0)
    booked(course, practitioner, noon)
    return signed_in(practitioner).get("/").content.decode()


def test_an_override_clears_the_session(course: Course, practitioner: Membership, lead: Membership) -> None:
    answer_all(course, practitioner.user, anticoagulants=True)
    signed = sign_assessment(course=course, who=practitioner.user)
    override(assessment=signed, who=lead.user, verdict="conditional", reason=REASON)
    assert NOT_CLEARED not in page_of(practitioner, course)


def test_an_override_that_was_taken_back_clears_nothing(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    answer_all(course, practitioner.user, anticoagulants=True)
    signed = sign_assessment(course=course, who=practitioner.user)
    for verdict in ("conditional", "referred"):
        override(assessment=signed, who=lead.user, verdict=verdict, reason=REASON)
    assert NOT_CLEARED in page_of(practitioner, course)


def test_what_was_learnt_after_signing_is_told(course: Course, practitioner: Membership) -> None:
    answer_all(course, practitioner.user)
    assert sign_assessment(course=course, who=practitioner.user).verdict == "suitable"
    answer_fact(course=course, who=practitioner.user, fact="pregnant", value=True)
    assert NOT_CLEARED in page_of(practitioner, course)


def test_a_standing_assessment_gives_no_such_hint(course: Course, practitioner: Membership) -> None:
    answer_all(course, practitioner.user)
    sign_assessment(course=course, who=practitioner.user)
    page = page_of(practitioner, course)
    assert NOT_CLEARED not in page
    assert "No consent stands." in page


def test_verdicts_and_overrides_cost_no_more_queries_than_a_page_may(
    busy: Course, practitioner: Membership, lead: Membership
) -> None:
    for number in range(30, 33):
        other = another_course(busy, number)
        other.patient.birth_date = dt.date(1990, 5, 17)
        other.patient.save()
        answer_all(other, practitioner.user, anticoagulants=True)
        signed = sign_assessment(course=other, who=practitioner.user)
        override(assessment=signed, who=lead.user, verdict="conditional", reason=REASON)
        booked(other, practitioner, noon(day(0)) + dt.timedelta(seconds=number))
    client = signed_in(practitioner)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(queries) <= MOST_QUERIES, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_comparison_of_a_photograph_that_no_longer_stands_is_not_shown(
    course: Course,
    side: str,
    is_withdrawn: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    replaced(getattr(compared(course, day(-2), -2.0), side), is_withdrawn=is_withdrawn)
    [found] = courses_at_work(course.clinic)
    assert found.comparison is None
