"""The questions at home: one at a time, the patient's own answers, and nothing of what the clinic has judged."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.answering import answer_fact
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.plain_questions import QUESTIONS
from dermograph.clinic.intake.selectors import in_force
from dermograph.clinic.intake.signing import sign_assessment
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal.giving import asked_of
from dermograph.clinic.portal.giving_form import JUDGED, MOST_A_DAY, asking, plain_question
from dermograph.protocols import load_library
from tests.clinic.conftest import signed_in
from tests.clinic.portal.people import another_course, another_patient, patient_account, signed_in_patient
from tests.clinic.treatment.held import answered, healthy


@pytest.fixture
def home(patient: Patient, course: Course) -> Client:
    return signed_in_patient(patient)


def say(home: Client, course: Course, fact: str, value: str = "", **more: str) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {"entry": str(uuid.uuid4()), "fact": fact, "value": value, "supersedes": "", **more}
    return home.post(reverse("me_form", args=[course.pk]), sent)


def page(home: Client, course: Course, change: str = "") -> str:
    got = home.get(reverse("me_form", args=[course.pk]), {"change": change} if change else {})
    assert got.status_code == 200
    return str(got.content.decode())


def test_an_answer_from_home_is_the_patients_own_and_the_trail_names_their_account(
    home: Client, course: Course, patient: Patient
) -> None:
    got = say(home, course, "pregnant", "false")
    assert got.status_code == 302
    assert got["Location"].endswith("#question")
    row = Answer.objects.get(fact="pregnant")
    assert (row.value, row.written_by, row.patient, row.course) == (False, None, patient, None)
    entry = AuditEntry.objects.get(action="answer.written")
    assert entry.who_id == patient_account(patient).pk
    assert entry.patient == patient.pk


def test_the_practitioner_reads_that_the_patient_said_it(
    home: Client, course: Course, practitioner: Membership
) -> None:
    say(home, course, "anticoagulants", "true")
    shown = signed_in(practitioner).get(reverse("assessment", args=[course.pk])).content.decode()
    row = shown.split('id="q-anticoagulants"')[1].split("</article>")[0][:1500]
    assert "the patient" in row


def test_not_known_stays_unknown_and_the_question_stays_open_for_the_clinic(home: Client, course: Course) -> None:
    say(home, course, "diabetes", missing="not_known")
    row = Answer.objects.get(fact="diabetes")
    assert (row.value, row.missing) == (None, "not_known")
    text = page(home, course)
    assert "you do not know yet" in text
    assert "Do you have diabetes" in text.split('id="own-h"')[1]
    area = asking(course, "en")
    assert all(one.fact.id != "diabetes" for one in [area.row] if one)


def test_no_page_names_a_verdict(home: Client, course: Course) -> None:
    answered(course, healthy(course.treatment))
    say(home, course, "pregnant", "true")
    text = page(home, course)
    assert "Are you pregnant?" in text
    for word in ("excluded", "suitable", "deferred", "referred", "could make it", "excluid"):
        assert word not in text.lower(), word


def test_a_changed_answer_keeps_the_earlier_one(home: Client, course: Course, practitioner: Membership) -> None:
    first = answer_fact(course=course, who=practitioner.user, fact="breastfeeding", value=True)
    text = page(home, course, "breastfeeding")
    assert f'name="supersedes" value="{first.pk}"' in text
    assert say(home, course, "breastfeeding", "false", supersedes=str(first.pk)).status_code == 302
    standing = Answer.objects.standing().get(fact="breastfeeding")
    assert (standing.value, standing.supersedes, standing.written_by) == (False, first, None)


@pytest.mark.parametrize("fact", sorted(JUDGED))
def test_what_the_clinic_has_judged_is_neither_shown_nor_changed_from_home(
    home: Client, course: Course, practitioner: Membership, fact: str
) -> None:
    known = load_library().vocabulary.facts[fact]
    value: Any = next(iter(known.values), None) or (known.low if known.type == "integer" else True)
    row = answer_fact(course=course, who=practitioner.user, fact=fact, value=value)
    got = say(home, course, fact, str(value).lower(), supersedes=str(row.pk))
    assert got.status_code == 422
    assert "The clinic has looked at this itself." in got.content.decode()
    assert Answer.objects.filter(fact=fact).count() == 1
    own = asking(course, "en", change=fact)
    assert all(one.fact.id != fact for one in own.told)
    assert own.row is None or own.row.fact.id != fact


def test_a_form_sent_twice_writes_once(home: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    for _ in range(2):
        assert say(home, course, "pregnant", "false", entry=entry).status_code == 302
    assert Answer.objects.count() == 1


def test_of_two_windows_the_later_one_is_told_what_stands(home: Client, course: Course) -> None:
    say(home, course, "autoimmune", "none")
    got = say(home, course, "autoimmune", "active")
    assert got.status_code == 422
    text = got.content.decode()
    assert "This was answered elsewhere" in text
    assert "<strong>in an active phase</strong>" in text
    assert "<strong>none</strong>" in text
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"fact": "moon", "value": "true"}, "Unknown fact"),
        ({"fact": "birth_date", "value": "1990-01-01"}, "stands in the patient"),
        ({"fact": "pregnant", "value": "perhaps"}, ""),
        ({"fact": "pregnant", "value": ""}, ""),
        ({"fact": "pregnant", "missing": "not_asked"}, "That cannot be answered here."),
        ({"fact": "pregnant", "missing": "expired"}, "That cannot be answered here."),
        ({"fact": "isotretinoin", "value": "2999-01-01"}, ""),
        ({"fact": "isotretinoin", "value": ""}, "The date is missing."),
        ({"fact": "phototype", "value": "9" * 400}, ""),
        ({"fact": "\0", "value": "\0"}, "Unknown fact"),
        ({"fact": "pregnant", "value": "true", "entry": "nothing"}, "does not belong to this page"),
        ({"fact": "pregnant", "value": "true", "entry": ""}, "has lost its number"),
        ({"fact": "pregnant", "value": "true", "supersedes": "00000000-0000-4000-8000-000000000000"}, ""),
        ({}, "Unknown fact"),
    ],
)
def test_what_cannot_be_an_answer_gives_a_clear_page(
    home: Client, course: Course, sent: dict[str, str], says: str
) -> None:
    got = home.post(reverse("me_form", args=[course.pk]), {"entry": str(uuid.uuid4()), **sent})
    assert got.status_code == 422
    assert says in got.content.decode().replace("&#x27;", "'")
    assert 'role="alert"' in got.content.decode()
    assert not Answer.objects.exists()


def test_an_ended_course_is_read_and_no_longer_answered(home: Client, course: Course) -> None:
    say(home, course, "pregnant", "false")
    Course.objects.filter(pk=course.pk).update(closed_at=dt.datetime.now(dt.UTC), outcome="abandoned")
    got = say(home, course, "breastfeeding", "false")
    assert got.status_code == 422
    assert "This treatment has ended" in got.content.decode()
    assert "Are you pregnant?" in page(home, course)
    assert Answer.objects.count() == 1


def test_a_strangers_course_is_as_if_it_were_not_there(home: Client, clinic: Clinic, practitioner: Membership) -> None:
    other = another_course(another_patient(clinic), practitioner)
    address = reverse("me_form", args=[other.pk])
    assert home.get(address).status_code == 404
    assert home.post(address, {"fact": "pregnant", "value": "true", "entry": str(uuid.uuid4())}).status_code == 404
    assert not Answer.objects.exists()


def test_the_list_says_what_is_open_in_each_course(home: Client, course: Course, patient: Patient) -> None:
    second = another_course(patient, course.lead, "microneedling")
    text = home.get(reverse("me_forms")).content.decode()
    assert "questions are open" in text
    assert text.count("not signed yet") == 2
    assert reverse("me_symptom", args=[second.pk]) in text
    assert {one.course.pk for one in asked_of(patient)} == {course.pk, second.pk}


def test_the_number_of_open_questions_is_the_one_on_the_form(home: Client, course: Course, patient: Patient) -> None:
    say(home, course, "diabetes", missing="not_known")
    assert asked_of(patient)[0].questions == asking(course, "en").left > 3


def test_without_an_open_course_the_list_says_so(patient: Patient) -> None:
    text = signed_in_patient(patient).get(reverse("me_forms")).content.decode()
    assert "No treatment is open" in text


def test_the_pages_take_few_queries(
    home: Client, course: Course, patient: Patient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    answered(course, healthy(course.treatment))
    another_course(patient, course.lead, "microneedling")
    with django_assert_max_num_queries(12):
        assert home.get(reverse("me_forms")).status_code == 200
    with django_assert_max_num_queries(12):
        assert home.get(reverse("me_form", args=[course.pk])).status_code == 200


def test_every_question_speaks_to_the_patient(course: Course) -> None:
    for fact in load_library().vocabulary.facts.values():
        asked = plain_question(fact)
        assert "the patient" not in asked.en.lower(), fact.id
        assert asked.es
    assert QUESTIONS["pregnant"].en == "Are you pregnant?"


def test_the_page_is_in_the_patients_language(home: Client, course: Course, patient: Patient) -> None:
    account = patient_account(patient)
    account.language = "es"
    account.save()
    text = page(home, course)
    assert "Preguntas sobre usted" in text
    assert "No lo sé" in text


@pytest.mark.parametrize("name", ["me_form", "me_consent", "me_camera", "me_symptom"])
def test_staff_and_strangers_open_none_of_these_pages(course: Course, practitioner: Membership, name: str) -> None:
    address = reverse(name, args=[course.pk])
    assert signed_in(practitioner).get(address).status_code == 403
    got = Client().get(address)
    assert got.status_code == 302
    assert "login" in got["Location"]


def test_so_many_answers_are_taken_a_day_and_the_next_day_again(home: Client, course: Course) -> None:
    before = ""
    for number in range(MOST_A_DAY):
        got = say(home, course, "diabetes", "none" if number % 2 else "controlled", supersedes=before)
        assert got.status_code == 302, got.content.decode()[:2000]
        before = str(Answer.objects.standing().get(fact="diabetes").pk)
    got = say(home, course, "pregnant", "false")
    assert got.status_code == 422
    assert f"more than {MOST_A_DAY} in 24 hours" in got.content.decode()
    assert not Answer.objects.filter(fact="pregnant").exists()
    Answer.objects.update(written_at=timezone.now() - dt.timedelta(hours=25))
    assert say(home, course, "pregnant", "false").status_code == 302


def test_what_a_patient_changes_after_the_signature_closes_the_plan_and_staff_see_it(
    home: Client, course: Course, practitioner: Membership
) -> None:
    answered(course, healthy(course.treatment))
    sign_assessment(course=course, who=practitioner.user)
    worse = answer_fact(course=course, who=practitioner.user, fact="pregnant", value=True)
    assert say(home, course, "pregnant", "false", supersedes=str(worse.pk)).status_code == 302
    found = in_force(course)
    assert found is not None
    assert not found.clears
    assert (
        "Changed by the patient since"
        in signed_in(practitioner).get(reverse("assessment", args=[course.pk])).content.decode()
    )
    assert "Something has changed since your assessment" in home.get(reverse("me")).content.decode()


def test_another_answer_on_the_form_of_the_first_one_is_not_said_to_be_saved(home: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    assert say(home, course, "pregnant", "false", entry=entry).status_code == 302
    pages = []
    for other in ({"value": "true"}, {"missing": "not_known"}):
        got = say(home, course, "pregnant", **{"entry": entry, **other})
        assert got.status_code == 422
        pages.append(got.content.decode())
    assert Answer.objects.get().value is False
    standing = str(Answer.objects.get().pk)
    for page in pages:
        assert "This was answered elsewhere" in page
        assert f'name="supersedes" value="{standing}"' in page, "the page shows the question with what stands"
    assert say(home, course, "pregnant", "true", supersedes=standing).status_code == 302
    assert say(home, course, "pregnant", "false", entry=entry).status_code == 302, "a replay is what it was"
    assert Answer.objects.standing().get().value is True
