"""A patient asks, books, moves and cancels by themselves, as far as the clinic lets them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.models import Absence, Appointment, Occupied, State
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal.appointing_refusals import MOST_A_DAY
from dermograph.clinic.portal.limits import is_early_enough
from dermograph.clinic.portal.models import Change, Done
from tests.clinic.agenda.opened import at, cleared, open_up
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import held, noon, reviewed
from tests.clinic.portal.people import another_course, another_patient, signed_in_patient
from tests.clinic.portal.visits import allowed, asked, cancelled, free_day, moved, offered, ready, slot


@pytest.fixture
def course(course: Course, practitioner: Membership) -> Course:
    return ready(course, practitioner)


@pytest.fixture
def browser(patient: Patient, course: Course) -> Client:
    return signed_in_patient(patient)


def test_a_time_is_kept_until_the_clinic_confirms_it(
    browser: Client, course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    answer = asked(browser, course, slot(course, 10, practitioner))
    assert answer.status_code == 302
    row = Appointment.objects.get()
    assert (row.state, row.patient, row.practitioner) == (State.HELD, course.patient, practitioner)
    assert AuditEntry.objects.get(action="appointment.held").who == course.patient.user
    page = browser.get(reverse("me_appointments")).content.decode()
    assert "kept for you, not confirmed yet" in page
    assert "It is kept until" in page
    desk = signed_in(front_desk)
    today = desk.get(reverse("today")).content.decode()
    assert "asked for a time: confirm it or decline" in today
    agenda = desk.get(reverse("agenda")).content.decode()
    assert "1 appointment was changed by its patient online." in agenda
    fields = {"state": "booked", "sequence": str(row.sequence)}
    assert desk.post(reverse("appointment_state", args=[row.pk]), fields).status_code == 302
    assert "asked for a time" not in desk.get(reverse("today")).content.decode()
    assert "confirmed" in browser.get(reverse("me_appointments")).content.decode()


def test_where_the_clinic_lets_them_patients_book_at_once_and_staff_see_who_did_it(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic)
    assert asked(browser, course, slot(course, 10, practitioner)).status_code == 302
    row = Appointment.objects.get()
    assert row.state == State.BOOKED
    page = signed_in(practitioner).get(reverse("appointment", args=[row.pk])).content.decode()
    assert "the patient, online" in page


def test_the_page_offers_each_time_once_and_says_why_days_are_closed(
    browser: Client, course: Course, practitioner: Membership, lead: Membership
) -> None:
    allowed(course.clinic)
    day = free_day()
    Absence.objects.create(
        clinic=course.clinic,
        first=day + dt.timedelta(days=1),
        last=day + dt.timedelta(days=1),
        reason="Nuria's surgery",
    )
    address = reverse("me_appointment_new", args=[course.pk])
    page = browser.get(address, {"purpose": "session", "day": day.isoformat()}).content.decode()
    times = offered(page)
    assert len(times) == len(set(times)) == len({one.split("|")[0] for one in times}) > 10
    assert all(one.endswith(str(practitioner.pk)) for one in times), "whoever leads the course comes first"
    assert "The clinic is closed" in page
    assert "surgery" not in page
    assert "Room" not in page


def test_two_browsers_want_one_slot_and_one_gets_it(
    browser: Client, course: Course, practitioner: Membership, clinic: Clinic
) -> None:
    allowed(clinic)
    stranger = another_patient(clinic)
    other = cleared(another_course(stranger, practitioner), practitioner)
    theirs = signed_in_patient(stranger)
    wanted = slot(course, 10, practitioner)
    assert asked(browser, course, wanted).status_code == 302
    late = asked(theirs, other, wanted)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Somebody else has just taken this time" in page
    assert "Nearest free" in page
    assert "Luc" not in page.replace(stranger.given_names, "")
    assert Appointment.objects.count() == 1
    assert asked(theirs, other, offered(page)[0]).status_code == 302
    assert Appointment.objects.filter(patient=stranger).count() == 1


def test_the_same_form_twice_makes_one_appointment(browser: Client, course: Course, practitioner: Membership) -> None:
    entry = uuid.uuid4()
    assert asked(browser, course, slot(course, 10, practitioner), entry).status_code == 302
    assert asked(browser, course, slot(course, 10, practitioner), entry).status_code == 302
    assert Appointment.objects.count() == Change.objects.count() == 1


def test_who_has_an_appointment_moves_it_instead_of_taking_a_second(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    again = asked(browser, course, slot(course, 12, practitioner, free_day() + dt.timedelta(days=35)))
    assert again.status_code == 422
    assert "You have an appointment for this already" in again.content.decode()
    page = browser.get(reverse("me_appointment_new", args=[course.pk])).content.decode()
    assert not offered(page)
    assert "Move it to another time" in page
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("", 422),
        ("nonsense", 422),
        ("2026-13-45T99:99|x", 422),
        ("\x00|\x00", 422),
        ("9" * 5000, 422),
        ("2199-01-05T10:00+01:00|00000000-0000-0000-0000-000000000000", 422),
    ],
)
def test_a_time_that_is_none_is_refused_in_words(browser: Client, course: Course, value: str, status: int) -> None:
    answer = asked(browser, course, value)
    assert answer.status_code == status
    assert 'id="refused"' in answer.content.decode()
    assert not Appointment.objects.exists()


def test_what_is_not_offered_cannot_be_posted(browser: Client, course: Course, practitioner: Membership) -> None:
    allowed(course.clinic, days_ahead=30)
    wanted = slot(course, 10, practitioner)
    assert asked(browser, course, wanted, purpose="review").status_code == 422
    assert asked(browser, course, slot(course, 10, practitioner, minute=5)).status_code == 409
    assert asked(browser, course, slot(course, 7, practitioner)).status_code == 409
    far = free_day() + dt.timedelta(days=70)
    answer = asked(browser, course, slot(course, 10, practitioner, far))
    assert answer.status_code == 422
    assert "Times can be chosen here until" in answer.content.decode()
    assert not Appointment.objects.exists()


def test_nothing_nearer_than_the_clinics_limit_is_offered(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic, book_hours=336)
    now = timezone.now()
    page = browser.get(reverse("me_appointment_new", args=[course.pk]), {"day": free_day().isoformat()})
    assert offered(page.content.decode())
    soon = next(day for day in (now.date() + dt.timedelta(days=n) for n in range(2, 9)) if day.weekday() < 5)
    answer = asked(browser, course, slot(course, 10, practitioner, soon))
    assert answer.status_code == 422
    assert "too near to be chosen here" in answer.content.decode()


def test_before_the_assessment_is_signed_only_the_assessment_can_be_asked_for(
    clinic: Clinic, practitioner: Membership
) -> None:
    open_up(clinic)
    allowed(clinic)
    fresh = another_patient(clinic)
    own = another_course(fresh, practitioner)
    theirs = signed_in_patient(fresh)
    wanted = slot(own, 10, practitioner)
    assert asked(theirs, own, wanted).status_code == 422
    assert asked(theirs, own, wanted, purpose="assessment").status_code == 302
    assert Appointment.objects.get().purpose == "assessment"


def test_after_a_session_a_review_can_be_asked_for_and_upkeep_once_a_review_said_so(
    browser: Client, course: Course
) -> None:
    today = timezone.localdate()
    held(course, today - dt.timedelta(days=60))
    address = reverse("me_appointment_new", args=[course.pk])
    assert "Look at the result" in browser.get(address).content.decode()
    reviewed(course, today - dt.timedelta(days=20), "maintain")
    assert "Upkeep session" in browser.get(address).content.decode()


def test_an_appointment_is_moved_and_the_old_time_given_back(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    page = browser.get(reverse("me_appointment_move", args=[row.pk]), {"day": free_day().isoformat()}).content.decode()
    assert slot(course, 16, practitioner) in offered(page)
    assert moved(browser, row, slot(course, 16, practitioner)).status_code == 302
    row.refresh_from_db()
    assert row.starts_at == at(course.clinic, free_day(), 16)
    assert not Occupied.objects.filter(resource=practitioner.pk, starts_at=at(course.clinic, free_day(), 10)).exists()
    assert list(Change.objects.values_list("done", flat=True)) == [Done.MOVED, Done.BOOKED]
    assert AuditEntry.objects.get(action="appointment.moved").who == course.patient.user


def test_what_is_confirmed_only_the_clinic_moves_where_patients_only_ask(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    Appointment.objects.filter(pk=row.pk).update(state=State.BOOKED, held_until=None)
    assert moved(browser, row, slot(course, 16, practitioner)).status_code == 422
    page = browser.get(reverse("me_appointment_move", args=[row.pk])).content.decode()
    assert "only the clinic can move it" in page
    assert not offered(page)


def test_too_late_to_move_or_cancel_the_patient_reads_whom_to_call(
    browser: Client, course: Course, practitioner: Membership, clinic: Clinic
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(phone="+34 600 000 000")
    limits = allowed(clinic)
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    limits.change_hours = limits.cancel_hours = 24 * 14
    limits.save()
    Appointment.objects.filter(pk=row.pk).update(starts_at=timezone.now() + dt.timedelta(days=13))
    for answer in (moved(browser, row, slot(course, 16, practitioner)), cancelled(browser, row)):
        assert answer.status_code == 422
        assert "+34 600 000 000" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == State.BOOKED
    page = browser.get(reverse("me_appointments")).content.decode()
    assert "until 14 days before" in page
    assert reverse("me_appointment_cancel", args=[row.pk]) not in page


def test_the_limit_includes_its_last_second() -> None:
    now = timezone.now()
    assert is_early_enough(now + dt.timedelta(hours=24), 24, now)
    assert not is_early_enough(now + dt.timedelta(hours=24) - dt.timedelta(seconds=1), 24, now)
    assert not is_early_enough(now, 0, now)


def test_a_cancellation_tells_the_clinic_and_can_be_taken_back_within_the_hour(
    browser: Client, course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    assert "can take it back" in browser.get(reverse("me_appointment_cancel", args=[row.pk])).content.decode()
    assert cancelled(browser, row, words="I am\nill\x00").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.CANCELLED, "Cancelled by the patient online: I am ill")
    assert not Occupied.objects.exists()
    desk = signed_in(front_desk)
    assert "cancelled their appointment" in desk.get(reverse("today")).content.decode()
    page = browser.get(reverse("me_appointments")).content.decode()
    assert "Take the cancellation back" in page
    assert "I am ill" not in page
    assert cancelled(browser, row, act="restore").status_code == 302
    row.refresh_from_db()
    assert row.state == State.BOOKED
    Change.objects.all().update(at=timezone.now() - dt.timedelta(hours=2))
    assert cancelled(browser, row).status_code == 302
    Change.objects.all().update(at=timezone.now() - dt.timedelta(hours=2))
    assert cancelled(browser, row, act="restore").status_code == 422


def test_a_cancellation_cannot_be_taken_back_once_somebody_has_the_time(
    browser: Client, course: Course, practitioner: Membership, clinic: Clinic
) -> None:
    allowed(clinic)
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    cancelled(browser, row)
    stranger = another_patient(clinic)
    other = cleared(another_course(stranger, practitioner), practitioner)
    assert asked(signed_in_patient(stranger), other, slot(course, 10, practitioner)).status_code == 302
    answer = cancelled(browser, row, act="restore")
    assert answer.status_code == 409
    assert "Somebody else has just taken this time" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == State.CANCELLED


def test_what_was_changed_meanwhile_is_not_changed_again(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    old = browser.post(reverse("me_appointment_cancel", args=[row.pk]), {"sequence": "7"})
    assert old.status_code == 409
    assert browser.post(reverse("me_appointment_cancel", args=[row.pk]), {"sequence": "x" * 99}).status_code == 422
    row.refresh_from_db()
    assert row.state == State.BOOKED


def test_a_day_of_too_many_changes_ends_in_words(browser: Client, course: Course, practitioner: Membership) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    codes = [moved(browser, row, slot(course, 10 + n % 2, practitioner)).status_code for n in range(1, MOST_A_DAY + 1)]
    assert codes == [302] * (MOST_A_DAY - 1) + [422]


def test_while_the_clinic_takes_nothing_nothing_is_offered_or_taken(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic, open=False)
    assert asked(browser, course, slot(course, 10, practitioner)).status_code == 422
    page = browser.get(reverse("me_appointment_new", args=[course.pk])).content.decode()
    assert "takes no bookings here" in page
    assert not offered(page)
    assert not Appointment.objects.exists()


def test_a_closed_course_takes_no_appointment(browser: Client, course: Course, practitioner: Membership) -> None:
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now(), outcome="abandoned")
    assert asked(browser, course, slot(course, 10, practitioner)).status_code == 422
    assert "closed" in browser.get(reverse("me_appointment_new", args=[course.pk])).content.decode()


def test_another_patients_course_and_appointment_are_as_if_they_were_not_there(
    browser: Client, course: Course, practitioner: Membership, clinic: Clinic
) -> None:
    stranger = another_patient(clinic)
    other = another_course(stranger, practitioner)
    row = Appointment.objects.create(
        clinic=clinic,
        patient=stranger,
        course=other,
        purpose="session",
        practitioner=practitioner,
        room=clinic.rooms.get(name="Room 1"),
        starts_at=noon(free_day()),
        ends_at=noon(free_day()) + dt.timedelta(hours=1),
    )
    for name, pk in (("new", other.pk), ("move", row.pk), ("cancel", row.pk)):
        address = reverse(f"me_appointment_{name}", args=[pk])
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"sequence": "0"}).status_code == 404
    page = browser.get(reverse("me_appointments")).content.decode()
    assert str(row.pk) not in page
    assert asked(browser, course, slot(course, 10, practitioner), row.pk).status_code == 422
    row.refresh_from_db()
    assert (row.state, row.sequence) == (State.BOOKED, 0)


def test_staff_put_a_change_aside_but_not_one_that_waits_for_them(
    browser: Client, course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    asked(browser, course, slot(course, 10, practitioner))
    desk, address = signed_in(front_desk), reverse("patient_messages", args=[course.patient_id])
    change = Change.objects.get()
    desk.post(address, {"act": "seen", "change": str(change.pk)})
    change.refresh_from_db()
    assert change.seen_at is None
    cancelled(browser, Appointment.objects.get())
    last = Change.objects.get(done=Done.CANCELLED)
    desk.post(address, {"act": "seen", "change": str(last.pk)})
    assert not Change.objects.filter(seen_at=None).exists()
    assert "cancelled their appointment" not in desk.get(reverse("today")).content.decode()


def test_a_time_that_nobody_confirmed_is_said_to_both(
    browser: Client, course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    asked(browser, course, slot(course, 10, practitioner))
    Appointment.objects.update(held_until=timezone.now() - dt.timedelta(minutes=1))
    assert "was not confirmed, and is free again" in browser.get(reverse("me_appointments")).content.decode()
    assert "nobody confirmed" in signed_in(front_desk).get(reverse("today")).content.decode()


def test_the_pages_cost_few_queries(
    browser: Client,
    course: Course,
    practitioner: Membership,
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    row = Appointment.objects.get()
    addresses = [
        reverse("me_appointments"),
        reverse("me_appointment_new", args=[course.pk]),
        reverse("me_appointment_move", args=[row.pk]) + f"?day={free_day()}",
        reverse("me_appointment_cancel", args=[row.pk]),
    ]
    for address in addresses:
        with django_assert_max_num_queries(12):  # type: ignore[operator]  # a context manager of pytest-django
            assert browser.get(address).status_code == 200
