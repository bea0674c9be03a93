"""Requests at the front desk: registered, linked, declined; answers are the patient's once somebody confirms them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.facts import today
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, Role
from dermograph.clinic.website.models import AppointmentRequest
from dermograph.core.dates import day_in_words
from tests.clinic.conftest import member, signed_in
from tests.clinic.website.markup import invalid
from tests.clinic.website.visit import at, filled, furnish, tell

pytestmark = pytest.mark.django_db
TOLD = {"lesion": "stria", "stage": "white", "anticoagulants": True, "birth_date": "1991-05-02", "pregnant": None}


@pytest.fixture
def asked(clinic: Clinic, practitioner: Membership) -> AppointmentRequest:
    """A request with answers."""
    furnish(clinic)
    assert practitioner.treatments
    client = Client()
    for fact, value in TOLD.items():
        assert tell(client, clinic, "paramedical", fact, value).status_code == 302
    assert client.post(at(clinic, "paramedical", "request"), filled(hand_over="on")).status_code == 302
    return AppointmentRequest.objects.get()


def path(asked: AppointmentRequest, what: str = "") -> str:
    return f"/requests/{asked.pk}/{what}"


def page_of(answer: Any) -> str:  # noqa: ANN401 (a response)
    page: str = answer.content.decode()
    return page


def registration(**changes: object) -> dict[str, object]:
    return {
        "entry": str(uuid.uuid4()),
        "given_names": "Marta",
        "family_names": "Quiroga Sanz",
        "birth_date": "1991-05-02",
        "phone": "+34 600 100 200",
        "email": "marta@mail.example",
        "language": "en",
        **changes,
    }


def open_course(patient: Patient, name: str = "abdomen") -> Course:
    area = Area.objects.create(patient=patient, name=name, view="front")
    return Course.objects.create(clinic=patient.clinic, patient=patient, area=area, treatment="paramedical")


def test_today_and_the_list_show_what_waits(asked: AppointmentRequest, front_desk: Membership) -> None:
    desk = signed_in(front_desk)
    today = page_of(desk.get("/"))
    assert "Asked for on the website" in today
    assert path(asked) in today
    listed = page_of(desk.get("/requests/"))
    assert path(asked) in listed
    assert invalid(listed) == []
    AppointmentRequest.objects.all().delete()
    assert "Asked for on the website" not in page_of(desk.get("/"))
    assert "Nothing is waiting." in page_of(desk.get("/requests/"))


def test_the_front_desk_sees_how_to_reach_them_and_no_answer(
    asked: AppointmentRequest, front_desk: Membership, practitioner: Membership
) -> None:
    shown = page_of(signed_in(front_desk).get(path(asked)))
    for words in ("+34 600 100 200", "marta@mail.example", "Monday, Thursday", "mornings", "Not in the first week."):
        assert words in shown
    assert "stretch" not in shown.lower()
    assert "anticoagulant" not in shown.lower()
    assert "Go through the answers" not in shown
    assert invalid(shown) == []
    assert signed_in(front_desk).get(path(asked, "answers")).status_code == 403
    assert "Go through the answers" in page_of(signed_in(practitioner).get(path(asked)))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PATIENT])
def test_who_neither_books_nor_treats_sees_none_of_it(asked: AppointmentRequest, role: str) -> None:
    desk = signed_in(member(asked.clinic, role, f"{role} Person"))
    for what in ("", "register", "answers"):
        assert desk.get(path(asked, what)).status_code == 403
    for what in ("link", "decline"):
        assert desk.post(path(asked, what)).status_code == 403


def test_who_asked_is_registered_with_what_they_wrote(asked: AppointmentRequest, front_desk: Membership) -> None:
    desk = signed_in(front_desk)
    form = page_of(desk.get(path(asked, "register")))
    for value in ("Marta", "Quiroga Sanz", "+34 600 100 200", "marta@mail.example"):
        assert f'value="{value}"' in form
    assert invalid(form) == []
    data = registration()
    answer = desk.post(path(asked, "register"), data)
    patient = Patient.objects.get()
    assert answer["Location"] == f"/patients/{patient.pk}/"
    asked.refresh_from_db()
    assert (asked.state, asked.patient, asked.settled_by) == ("registered", patient, front_desk.user)
    assert asked.answers is not None
    assert not Answer.objects.exists()  # nobody has confirmed them
    assert desk.post(path(asked, "register"), data)["Location"] == f"/patients/{patient.pk}/"
    assert Patient.objects.count() == 1
    assert AuditEntry.objects.filter(action="request.registered", patient=patient.pk).count() == 1
    assert "What became of it" in page_of(desk.get(path(asked)))


def test_the_date_of_birth_out_of_the_answers_is_filled_in_for_practitioners_alone(
    asked: AppointmentRequest, front_desk: Membership, practitioner: Membership, lead: Membership
) -> None:
    assert "1991" not in page_of(signed_in(front_desk).get(path(asked, "register")))
    for clinical in (practitioner, lead):
        assert 'value="1991-05-02"' in page_of(signed_in(clinical).get(path(asked, "register")))


def test_who_may_be_here_already_is_shown_before_somebody_is_registered_twice(
    asked: AppointmentRequest, front_desk: Membership
) -> None:
    twin = Patient.objects.create(
        clinic=asked.clinic, number=9, given_names="Marta", family_names="Quiroga Sanz", birth_date=dt.date(1991, 5, 2)
    )
    desk = signed_in(front_desk)
    answer = desk.post(path(asked, "register"), registration())
    assert "One of these may be the same person." in page_of(answer)
    assert Patient.objects.get() == twin
    desk.post(path(asked, "register"), registration(anyway="1"))
    assert Patient.objects.count() == 2


def test_who_is_here_already_is_linked(asked: AppointmentRequest, front_desk: Membership, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(phone="+34 600 100 200")
    desk = signed_in(front_desk)
    shown = page_of(desk.get(path(asked)))
    assert "Same telephone or address, or a similar name:" in shown
    assert str(patient.pk) in shown
    assert str(patient.pk) in page_of(desk.get(f"{path(asked)}?q=ferrer"))
    assert "Nobody is found." in page_of(desk.get(f"{path(asked)}?q=zzzz%00{'x' * 500}"))
    for _ in range(2):
        assert desk.post(path(asked, "link"), {"patient": str(patient.pk)})["Location"] == path(asked)
    asked.refresh_from_db()
    assert (asked.state, asked.patient) == ("linked", patient)
    assert AuditEntry.objects.filter(action="request.linked").count() == 1


def test_a_declined_request_keeps_its_reason_and_loses_its_answers(
    asked: AppointmentRequest, front_desk: Membership
) -> None:
    desk = signed_in(front_desk)
    assert desk.post(path(asked, "decline"), {"reason": " "}).status_code == 422
    assert desk.post(path(asked, "decline"), {"reason": "x" * 2001}).status_code == 422
    assert desk.post(path(asked, "decline"), {"reason": "They moved away."})["Location"] == "/requests/"
    asked.refresh_from_db()
    assert (asked.state, asked.reason, asked.answers) == ("declined", "They moved away.", None)
    assert "They moved away." in page_of(desk.get(path(asked)))


def test_of_two_people_at_once_the_later_is_told_who_was_first(
    asked: AppointmentRequest, front_desk: Membership, practitioner: Membership, patient: Patient
) -> None:
    signed_in(front_desk).post(path(asked, "decline"), {"reason": "They moved away."})
    later = signed_in(practitioner)
    for what, data in (
        ("link", {"patient": str(patient.pk)}),
        ("decline", {"reason": "Too far"}),
        ("register", registration()),
    ):
        answer = later.post(path(asked, what), data)
        assert answer.status_code == 422, what
        assert "Pablo Ruiz has dealt with this request meanwhile." in page_of(answer)
    assert Patient.objects.get() == patient


def test_the_answers_become_the_patients_once_somebody_confirms_them(
    asked: AppointmentRequest, practitioner: Membership, patient: Patient, front_desk: Membership
) -> None:
    signed_in(front_desk).post(path(asked, "link"), {"patient": str(patient.pk)})
    desk = signed_in(practitioner)
    assert "open a course of this treatment" in page_of(desk.get(path(asked, "answers")))
    course = open_course(patient)
    shown = page_of(desk.get(path(asked, "answers")))
    assert "Do you take an anticoagulant" in shown
    assert "2 May 1991" in shown
    assert "Is it the same person?" in shown  # the record has another date of birth
    assert invalid(shown) == []
    answer = desk.post(path(asked, "answers"), {"course": str(course.pk), "fact": ["lesion", "anticoagulants"]})
    assert answer["Location"] == f"/courses/{course.pk}/assessment/"
    written = {one.fact: one for one in Answer.objects.all()}
    assert set(written) == {"lesion", "anticoagulants"}
    assert written["anticoagulants"].value is True
    assert all(one.written_by is None for one in written.values())  # the patient's own words
    asked.refresh_from_db()
    assert asked.answers is None
    assert asked.confirmed_at is not None
    entry = AuditEntry.objects.get(action="request.answers_confirmed")
    assert entry.who == practitioner.user
    assert entry.details["facts"] == ["lesion", "anticoagulants"]
    assert entry.details["left_out"] == ["birth_date", "pregnant", "stage"]
    assert desk.get(path(asked, "answers")).status_code == 302
    assert "Taken over into" in page_of(desk.get(path(asked)))


def test_an_answer_that_differs_is_superseded_only_as_it_was_seen(
    asked: AppointmentRequest, practitioner: Membership, patient: Patient
) -> None:
    desk = signed_in(practitioner)
    desk.post(path(asked, "link"), {"patient": str(patient.pk)})
    course = open_course(patient)
    before = answer_fact(course=course, who=practitioner.user, fact="anticoagulants", value=False)
    assert "differs" in page_of(desk.get(path(asked, "answers")))
    data = {"course": str(course.pk), "fact": ["anticoagulants"]}
    assert desk.post(path(asked, "answers"), data).status_code == 422  # it was not there when they looked
    asked.refresh_from_db()
    assert asked.answers is not None
    answer = desk.post(path(asked, "answers"), {**data, "seen-anticoagulants": str(before.pk)})
    assert answer.status_code == 302
    new = Answer.objects.get(supersedes=before)
    assert new.value is True
    assert new.correction_reason == "Told by the patient on the website, confirmed in person."


def test_answers_enter_the_record_with_the_day_on_which_they_were_told(
    asked: AppointmentRequest, practitioner: Membership, patient: Patient
) -> None:
    desk = signed_in(practitioner)
    desk.post(path(asked, "link"), {"patient": str(patient.pk)})
    course = open_course(patient)
    assert "days ago" not in page_of(desk.get(path(asked, "answers")))
    day = today(course) - dt.timedelta(days=85)
    # Half past midnight where the clinic is: the day before by the clock of the database.
    AppointmentRequest.objects.update(asked_at=dt.datetime.combine(day, dt.time(0, 30), asked.clinic.zone))
    shown = page_of(desk.get(path(asked, "answers")))
    assert f"<strong>{day_in_words(day, 'en')}</strong> (85 days ago)" in re.sub(r"</?time[^>]*>", "", shown)
    assert shown.index("85 days ago") < shown.index("<table")
    assert invalid(shown) == []
    assert desk.post(path(asked, "answers"), {"course": str(course.pk), "fact": ["anticoagulants"]}).status_code == 302
    answer = Answer.objects.get()
    assert (answer.answered_on, answer.written_by) == (day, None)
    assert answer.correction_reason == "Told by the patient on the website, confirmed in person."
    assert answer.correction_reason in page_of(desk.get(f"/courses/{course.pk}/assessment/"))


def test_a_later_answer_of_the_record_is_not_replaced_by_an_earlier_one_of_the_website(
    asked: AppointmentRequest, practitioner: Membership, patient: Patient
) -> None:
    desk = signed_in(practitioner)
    desk.post(path(asked, "link"), {"patient": str(patient.pk)})
    course = open_course(patient)
    AppointmentRequest.objects.update(asked_at=asked.asked_at - dt.timedelta(days=3))
    before = answer_fact(course=course, who=practitioner.user, fact="anticoagulants", value=False)
    shown = page_of(desk.get(path(asked, "answers")))
    assert 'value="anticoagulants" disabled' in shown
    assert 'value="lesion" disabled' not in shown
    data = {"course": str(course.pk), "fact": ["anticoagulants"], "seen-anticoagulants": str(before.pk)}
    answer = desk.post(path(asked, "answers"), data)
    assert answer.status_code == 422
    assert "The record has a later answer" in page_of(answer)
    assert Answer.objects.get() == before


def test_answers_go_only_into_a_course_of_the_same_patient_and_treatment(
    asked: AppointmentRequest, practitioner: Membership, patient: Patient, course: Course
) -> None:
    desk = signed_in(practitioner)
    somebody = Patient.objects.create(clinic=asked.clinic, number=7, given_names="Eva", family_names="Sol")
    desk.post(path(asked, "link"), {"patient": str(somebody.pk)})
    for named in (str(course.pk), str(uuid.uuid4()), "x", "\0"):
        answer = desk.post(path(asked, "answers"), {"course": named, "fact": ["lesion"]})
        assert answer.status_code == 200
    closed = open_course(somebody)
    desk.post(path(asked, "answers"), {"course": str(closed.pk), "fact": ["lesion"], "seen-lesion": "not an id"})
    assert not Answer.objects.exists()


def test_another_clinics_request_and_patient_are_unknown(asked: AppointmentRequest, front_desk: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = signed_in(member(other, Role.MEDICAL_LEAD, "Vera Sanz"))
    for what in ("", "register", "answers"):
        assert stranger.get(path(asked, what)).status_code == 404
    for what in ("link", "decline", "register", "answers"):
        assert stranger.post(path(asked, what), {"reason": "x"}).status_code == 404
    theirs = Patient.objects.create(clinic=other, number=1, given_names="Eva", family_names="Sol")
    desk = signed_in(front_desk)
    for wanted, status in ((str(theirs.pk), 404), (str(uuid.uuid4()), 404), ("", 404), ("x", 422), ("\0" * 60, 422)):
        assert desk.post(path(asked, "link"), {"patient": wanted}).status_code == status
    assert "marta@mail.example" not in page_of(stranger.get("/requests/"))


def test_the_list_does_not_grow_in_queries(
    asked: AppointmentRequest,
    front_desk: Membership,
    django_assert_max_num_queries: Any,  # noqa: ANN401 (pytest-django's)
) -> None:
    for number in range(30):
        state = "new" if number % 2 else "declined"
        AppointmentRequest.objects.create(
            clinic=asked.clinic,
            treatment="scalp",
            language="en",
            given_names=f"N{number}",
            state=state,
            settled_by=front_desk.user,
            settled_at=asked.asked_at if state == "declined" else None,
        )
    desk = signed_in(front_desk)
    with django_assert_max_num_queries(12):
        desk.get("/requests/")
    with django_assert_max_num_queries(12):
        desk.get(path(asked))
