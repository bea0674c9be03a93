"""What waits for the clinic from its patients: each patient once, counted whole, and nothing that cannot be reached."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.portal.contact_desk import changes_in, changes_of, waiting_in, writers_in
from dermograph.clinic.portal.messaging import write
from dermograph.clinic.portal.models import Change, Message
from dermograph.clinic.portal.templatetags.portal_contact import SHOWN
from dermograph.clinic.portal.views_contact_waiting import A_PAGE
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import booked, day, noon
from tests.clinic.portal.people import another_course, another_patient, patient_account


def wrote(patient: Patient, ago: dt.timedelta, times: int = 1) -> None:
    """Messages of a patient, so long ago."""
    for _ in range(times):
        row = write(patient=patient, words="A question.", who=None, entry=uuid.uuid4())
        Message.objects.filter(pk=row.pk).update(written_at=timezone.now() - ago)


def writers(patient: Patient, count: int) -> list[Patient]:
    """So many other patients, of whom each wrote once, the first the longest ago."""
    found = [another_patient(patient.clinic, number + 2, f"Marta{number:02}") for number in range(count)]
    for number, one in enumerate(found):
        wrote(one, dt.timedelta(hours=count - number))
    return found


def changed(course: Course, who: Membership, count: int) -> None:
    """So many appointments to come, each changed twice by its patient."""
    for number in range(count):
        row = booked(course, who, noon(day(number + 1)))
        for step, done in enumerate(("booked", "moved")):
            at = timezone.now() - dt.timedelta(hours=2 - step)
            Change.objects.create(
                clinic=course.clinic, patient=course.patient, appointment=row, done=done, was="booked", at=at
            )


@pytest.fixture
def desk(front_desk: Membership) -> Client:
    return signed_in(front_desk)


def test_one_patient_who_writes_much_hides_nobody(patient: Patient, front_desk: Membership) -> None:
    Message.objects.bulk_create(
        Message(clinic=patient.clinic, patient=patient, sealed=b"x", written_at=timezone.now() - dt.timedelta(days=9))
        for _ in range(250)
    )
    wrote(another_patient(patient.clinic), dt.timedelta(minutes=1))
    found = writers_in(patient.clinic, 0, 8)
    assert [(one.name, one.count) for one in found.rows] == [("Lucía Ferrer Campos", 250), ("Marta Olmo Rey", 1)]
    assert (found.total, found.more) == (2, 0)
    page = signed_in(front_desk).get(reverse("today")).content.decode()
    assert "wrote 250 messages" in page
    assert "Marta Olmo Rey" in page


@pytest.mark.parametrize(("count", "more"), [(SHOWN, 0), (SHOWN + 1, 1), (SHOWN + 30, 30)])
def test_today_says_how_many_more_wrote_and_leads_to_all(patient: Patient, desk: Client, count: int, more: int) -> None:
    found = writers(patient, count)
    page = desk.get(reverse("today")).content.decode()
    assert len(re.findall(r"wrote a message", page)) == SHOWN
    assert (f"and {more} more who wrote" in page) == bool(more)
    assert found[0].given_names in page
    pages = [desk.get(reverse("from_patients") + f"?page={n}").content.decode() for n in (1, 2)]
    assert f"{count} patients wrote" in pages[0]
    shown = [re.findall(r"Marta\d\d", one) for one in pages]
    assert [len(one) for one in shown] == [min(count, A_PAGE), max(count - A_PAGE, 0)]
    assert [*shown[0], *shown[1]] == [one.given_names for one in found], "the longest waiting first, each once"


def test_appointments_are_counted_whole_each_once_by_their_latest_change(
    course: Course, practitioner: Membership, desk: Client
) -> None:
    changed(course, practitioner, 15)
    agenda = desk.get(reverse("agenda")).content.decode()
    assert "15 appointments were changed by their patients online." in agenda
    today = desk.get(reverse("today")).content.decode()
    assert today.count("moved their appointment") == SHOWN
    assert "booked a time" not in today
    assert "and 7 more appointments" in today
    whole = desk.get(reverse("from_patients") + "?what=changes").content.decode()
    assert whole.count("moved their appointment") == 15
    assert len(changes_of(course.patient, timezone.now())) == 15


def test_both_lists_come_in_one_query_and_are_the_same_as_each_alone(
    course: Course, practitioner: Membership, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    now = timezone.now()
    changed(course, practitioner, 10)
    wrote(course.patient, dt.timedelta(hours=3), times=2)
    writers(course.patient, 9)
    other = another_course(another_patient(course.clinic, 90, "Otra"), practitioner)
    changed(other, practitioner, 0)
    with django_assert_num_queries(1):  # type: ignore[operator]  # a context manager of pytest-django
        both = waiting_in(course.clinic, now, 8)
    assert both == (writers_in(course.clinic, 0, 8), changes_in(course.clinic, now, 0, 8))
    assert (both[0].total, both[1].total) == (10, 10)
    assert [one.starts_at for one in both[1].rows] == sorted(one.starts_at for one in both[1].rows)


def test_a_blocked_record_and_what_was_answered_are_not_listed(
    patient: Patient, course: Course, practitioner: Membership, desk: Client
) -> None:
    patient_account(patient)
    wrote(patient, dt.timedelta(hours=1))
    changed(course, practitioner, 1)
    Patient.objects.filter(pk=patient.pk).update(restricted_at=timezone.now())
    assert [one.total for one in waiting_in(patient.clinic, timezone.now(), 8)] == [0, 0]
    assert "Every message has an answer" in desk.get(reverse("from_patients")).content.decode()
    assert "Nothing that patients changed" in desk.get(reverse("from_patients") + "?what=changes").content.decode()


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=x", "?page=9999", "?page=" + "9" * 40, "?what=%00"])
def test_what_is_no_page_breaks_nothing(patient: Patient, desk: Client, query: str) -> None:
    wrote(patient, dt.timedelta(hours=1))
    assert desk.get(reverse("from_patients") + query).status_code == 200


def test_the_lists_of_another_clinic_and_to_the_administrator_stay_shut(patient: Patient, admin: Membership) -> None:
    assert signed_in(admin).get(reverse("from_patients")).status_code == 403
    assert Client().get(reverse("from_patients")).status_code == 302


def test_what_was_sent_by_e_mail_is_found_from_today_and_from_the_patient(
    patient: Patient, desk: Client, practitioner: Membership
) -> None:
    link, own = f'href="{reverse("reminders_sent")}"', reverse("patient_reminders", args=[patient.pk])
    assert link in desk.get(reverse("today")).content.decode()
    assert f'href="{own}"' in desk.get(reverse("patient", args=[patient.pk])).content.decode()
    assert link in desk.get(own).content.decode()
    assert link not in signed_in(practitioner).get(reverse("today")).content.decode(), "who may not open it"
