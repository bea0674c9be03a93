"""A course that somebody closes meanwhile takes nothing more, whatever the page that was open still believes."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.facts import today
from dermograph.clinic.intake.models import Answer, Assessment, Consent, Happening, Override
from dermograph.clinic.intake.selectors import current_text
from dermograph.clinic.intake.services import (
    add_happening,
    answer_fact,
    install_texts,
    override,
    sign_assessment,
    sign_consent,
)
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.people.services import close_course
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in

CLOSED = "This course is closed"


@pytest.fixture
def stale(course: Course) -> Course:
    """A course as it was read before somebody closed it."""
    read_before = Course.objects.select_related("clinic", "patient", "area").get(pk=course.pk)
    close_course(course=course, outcome="abandoned", reason="The patient moved away.", who=None)
    assert read_before.closed_at is None
    return read_before


def test_an_answer_is_refused(stale: Course, practitioner: Membership) -> None:
    with pytest.raises(InputError, match=CLOSED):
        answer_fact(course=stale, who=practitioner.user, fact="pregnant", value=False)
    assert not Answer.objects.exists()


def test_an_assessment_is_refused(stale: Course, practitioner: Membership) -> None:
    with pytest.raises(InputError, match=CLOSED):
        sign_assessment(course=stale, who=practitioner.user)
    assert not Assessment.objects.exists()


def test_the_medical_leads_decision_against_a_verdict_is_refused(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    signed = sign_assessment(course=course, who=practitioner.user)
    close_course(course=Course.objects.get(pk=course.pk), outcome="abandoned", reason="She moved away.", who=None)
    assert signed.course.closed_at is None
    with pytest.raises(InputError, match=CLOSED):
        override(assessment=signed, who=lead.user, verdict="excluded", reason="A keloid was seen on the shoulder.")
    assert not Override.objects.exists()


def test_a_decision_against_a_verdict_is_offered_only_while_the_course_is_open(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    signed = sign_assessment(course=course, who=practitioner.user)
    client, decide = signed_in(lead), reverse("assessment_override", args=[signed.pk])
    document = reverse("assessment_signed", args=[signed.pk])
    assert decide in client.get(document).content.decode()
    assert 'name="reason"' in client.get(decide).content.decode()
    close_course(course=course, outcome="abandoned", reason="The patient moved away.", who=None)
    assert decide not in client.get(document).content.decode()
    page = client.get(decide).content.decode()
    assert CLOSED in page
    assert 'name="reason"' not in page
    sent = {"entry": str(uuid.uuid4()), "verdict": "excluded", "reason": "A keloid was seen on the shoulder."}
    refused = client.post(decide, sent)
    assert refused.status_code == 422
    assert CLOSED in refused.content.decode()
    assert sent["reason"] in refused.content.decode()
    assert not Override.objects.exists()


def test_a_consent_is_refused(stale: Course, practitioner: Membership) -> None:
    install_texts(stale.clinic)
    text = current_text(stale.clinic, stale.treatment, "es", today(stale))
    assert text is not None
    with pytest.raises(InputError, match=CLOSED):
        sign_consent(
            course=stale,
            who=practitioner.user,
            text=text,
            purposes=["treatment", "record"],
            signed_name="Lucía",
            strokes={"typed": "Lucía"},
        )
    assert not Consent.objects.exists()


def test_a_happening_is_refused(stale: Course, practitioner: Membership) -> None:
    with pytest.raises(InputError, match=CLOSED):
        add_happening(course=stale, who=practitioner.user, what="travel", first=today(stale))
    assert not Happening.objects.exists()


@pytest.mark.parametrize("everywhere", [True, False])
def test_only_what_concerns_the_whole_patient_is_cancelled_after_the_end(
    course: Course,
    practitioner: Membership,
    everywhere: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    there = add_happening(
        course=course, who=practitioner.user, what="travel", first=today(course), everywhere=everywhere
    )
    close_course(course=course, outcome="abandoned", reason="The patient moved away.", who=None)
    sent = {"entry": str(uuid.uuid4()), "reason": "", "course": str(course.pk)}
    answer = signed_in(practitioner).post(reverse("happening_cancel", args=[there.pk]), sent)
    assert answer.status_code == (302 if everywhere else 400)
    assert Happening.objects.filter(cancelled=True).exists() is everywhere


def test_a_happening_waits_for_others_of_the_patient(course: Course, practitioner: Membership) -> None:
    with CaptureQueriesContext(connection) as queries:
        add_happening(course=course, who=practitioner.user, what="travel", first=today(course))
    read = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert 'FROM "people_patient"' in read[0]
