"""Where a treatment stands, in one sentence on the home that says no more than what was signed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.signing import sign_assessment
from dermograph.clinic.people.models import Course, Membership, User
from dermograph.clinic.treatment.models import SymptomReport
from tests.clinic.portal.people import signed_in_patient
from tests.clinic.treatment.held import answered, consented, healthy, held, photographed, ready, today


def home(course: Course) -> str:
    """The home of the course's patient."""
    answer = signed_in_patient(course.patient).get(reverse("me"))
    assert answer.status_code == 200
    return answer.content.decode()


def assessed(course: Course, who: Membership, **facts: object) -> str:
    """The verdict of an assessment that was signed with some facts."""
    answered(course, healthy(course.treatment) | facts)
    return sign_assessment(course=course, who=who.user).verdict


def test_before_the_assessment_is_signed_it_says_so(course: Course) -> None:
    assert "Your assessment is not complete yet." in home(course)


def test_a_deferral_with_a_day_gives_the_day(course: Course, practitioner: Membership) -> None:
    last = today(course.clinic) - dt.timedelta(days=60)
    assert assessed(course, practitioner, isotretinoin=last) == "deferred"
    shown = home(course)
    assert "at the earliest." in shown
    assert "Not now:" in shown


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("pregnant", True, "no date can be given yet"),
        ("anticoagulants", True, "somebody else has to be asked"),
        ("keloid_tendency", True, "this treatment is not for this area"),
    ],
)
def test_what_stands_against_it_is_said_without_its_cause(
    course: Course, practitioner: Membership, fact: str, value: object, words: str
) -> None:
    verdict = assessed(course, practitioner, **{fact: value})
    assert verdict in ("deferred", "referred", "excluded")
    assert words in home(course), verdict


def test_an_answer_that_changed_since_is_looked_at_again(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    Answer.objects.create(
        clinic=course.clinic, patient=course.patient, fact="phototype", value=4, answered_on=today(course.clinic)
    )
    assert "Something has changed since your assessment" in home(course)


def test_each_next_step_is_named(course: Course, practitioner: Membership) -> None:
    assessed(course, practitioner)
    assert "Next: your consent." in home(course)
    consented(course)
    assert "Next: the first photographs" in home(course)
    photographed(course, -50)
    assert "Next: a session" in home(course)
    held(course, -5)
    assert "By the usual times, the skin can be judged from" in home(course)
    course.sessions.all().delete()
    held(course, -45)
    assert "Next: the review of your last session." in home(course)


def signed(course: Course, sign: str, days: int, gone: int | None = None) -> SymptomReport:
    """A sign that was reported so many days from today."""
    day = today(course.clinic)
    return SymptomReport.objects.create(
        clinic=course.clinic,
        course=course,
        sign=sign,
        reported_on=day + dt.timedelta(days=days),
        gone_on=None if gone is None else day + dt.timedelta(days=gone),
        by_patient=True,
    )


@pytest.mark.parametrize(("language", "says"), [("en", "Reported: Signs of infection."), ("es", "Consta: Signos de")])
def test_with_an_open_sign_no_date_says_that_the_skin_heals(
    course: Course, practitioner: Membership, language: str, says: str
) -> None:
    ready(course, practitioner)
    photographed(course, -50)
    held(course, -6)
    signed(course, "infection", 0)
    client = signed_in_patient(course.patient)
    User.objects.update(language=language)
    shown = client.get(reverse("me")).content.decode()
    assert says in shown
    for comfort in ("By the usual times", "plazos habituales", "Your skin heals", "Su piel se cura"):
        assert comfort not in shown


def test_a_sign_that_is_gone_or_from_before_the_session_leaves_the_usual_times(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    photographed(course, -50)
    held(course, -6)
    signed(course, "peeling", -4, gone=-2)
    signed(course, "pain", -40)
    assert "By the usual times, the skin can be judged from" in home(course)


def test_no_photograph_is_asked_for_of_a_skin_with_an_open_sign(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    consented(course, ("treatment", "record"))
    photographed(course, -60)
    held(course, -45)
    assert "By the usual times, it can be taken since" in home(course)
    report = signed(course, "peeling", -1)
    assert "A photograph of the area" not in home(course)
    SymptomReport.objects.filter(pk=report.pk).update(gone_on=today(course.clinic))
    assert "A photograph of the area" in home(course)


@pytest.mark.parametrize(("usable", "asked"), [(False, True), (None, False), (True, False)])
def test_a_photograph_that_cannot_be_measured_does_not_end_the_request(
    course: Course, practitioner: Membership, *, usable: bool | None, asked: bool
) -> None:
    ready(course, practitioner)
    consented(course, ("treatment", "record"))
    photographed(course, -60)
    held(course, -45)
    sent = photographed(course, -1)
    Photograph.objects.filter(pk=sent.pk).update(usable=usable)
    assert ("A photograph of the area" in home(course)) is asked
