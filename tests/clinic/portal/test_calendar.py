"""The calendar of a patient: an address that nobody guesses, that ends when told, and says little."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.care.aftercare import timeline
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.services import set_state
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, User
from dermograph.clinic.portal.calendar_feed import end_feed, make_feed
from dermograph.clinic.portal.models import CalendarFeed
from dermograph.clinic.treatment.models import Session
from tests.clinic.overview.rows import booked, day, held, noon
from tests.clinic.portal.icalendar_read import events_of, lines_of, text_of
from tests.clinic.portal.people import another_course, another_patient, patient_account, signed_in_patient


@pytest.fixture
def browser(patient: Patient) -> Client:
    return signed_in_patient(patient)


@pytest.fixture
def soon() -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=9)


def address_of(page: str) -> str:
    found = re.search(r'value="(http://testserver/calendar/[^"]+\.ics)"', page)
    assert found, page[:3000]
    return found.group(1).removeprefix("http://testserver")


def made(browser: Client, detailed: str = "no", aftercare: str = "no") -> str:
    """Make the address; where the calendar program fetches."""
    form = {"act": "make", "detailed": detailed, "aftercare": aftercare}
    return address_of(browser.post(reverse("me_calendar"), form).content.decode())


def fetched(address: str, language: str = "en") -> list[dict[str, str]]:
    """What a calendar program is given, without any sign-in."""
    Patient.objects.update(language=language)
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return events_of(answer.content)


def test_the_calendar_says_little_unless_the_patient_wants_more(
    browser: Client, course: Course, practitioner: Membership, soon: dt.datetime
) -> None:
    row = booked(course, practitioner, soon)
    address = made(browser)
    (event,) = fetched(address)
    assert event["SUMMARY"] == "Appointment"
    assert "DESCRIPTION" not in event
    assert text_of(event["LOCATION"]) == "Clínica Aurora"
    assert event["DTSTART"] == soon.strftime("%Y%m%dT%H%M%SZ")
    assert event["UID"] == f"{row.pk}@dermograph"
    assert fetched(address, "es")[0]["SUMMARY"] == "Cita"
    browser.post(reverse("me_calendar"), {"act": "more", "detailed": "yes"})
    (event,) = fetched(address)
    assert "session" in event["SUMMARY"]
    assert practitioner.user.name in event["DESCRIPTION"]
    assert "abdomen" not in str(event)


def test_what_is_moved_or_cancelled_has_the_same_name_and_a_higher_number(
    browser: Client, course: Course, practitioner: Membership, soon: dt.datetime
) -> None:
    row = booked(course, practitioner, soon)
    address = made(browser)
    (first,) = fetched(address)
    set_state(appointment=row, state=State.CANCELLED, reason="why", who=None)
    (second,) = fetched(address)
    assert (first["STATUS"], second["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert first["UID"] == second["UID"]
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert second["DTSTAMP"] >= first["DTSTAMP"]
    assert "why" not in str(second)


def test_a_time_that_is_only_kept_is_tentative_and_cancelled_once_it_is_over(
    browser: Client, course: Course, practitioner: Membership, soon: dt.datetime
) -> None:
    until = timezone.now() + dt.timedelta(hours=2)
    row = booked(course, practitioner, soon, state=State.HELD, held_until=until)
    address = made(browser)
    (first,) = fetched(address)
    Appointment.objects.filter(pk=row.pk).update(held_until=timezone.now() - dt.timedelta(minutes=1))
    (second,) = fetched(address)
    assert (first["STATUS"], second["STATUS"]) == ("TENTATIVE", "CANCELLED")
    assert int(second["SEQUENCE"]) == int(first["SEQUENCE"]) + 1


def test_nobody_elses_appointments_are_in_it(
    browser: Client, course: Course, practitioner: Membership, soon: dt.datetime, clinic: Clinic
) -> None:
    booked(another_course(another_patient(clinic), practitioner), practitioner, soon)
    assert fetched(made(browser)) == []


def test_the_address_is_shown_once_and_only_its_hash_is_kept(browser: Client) -> None:
    address = made(browser)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 43
    assert token not in browser.get(reverse("me_calendar")).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_calendarfeed")
        assert token not in str(cursor.fetchone())
    assert not any(token in str(entry.details) for entry in AuditEntry.objects.all())


def test_a_new_address_ends_the_old_one_and_switching_off_ends_both(browser: Client) -> None:
    old = made(browser)
    new = made(browser)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    browser.post(reverse("me_calendar"), {"act": "end"})
    assert Client().get(new).status_code == 404
    assert not CalendarFeed.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="calendar.").values_list("action", flat=True)
    assert list(actions) == ["calendar.made", "calendar.made", "calendar.ended"]


def test_an_unknown_address_costs_one_query_and_gets_the_same_nothing_as_a_dead_one(
    browser: Client, patient: Patient, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    dead = made(browser)
    Patient.objects.filter(pk=patient.pk).update(restricted_at=timezone.now())
    answers = []
    for address in (dead, "/calendar/guess.ics", f"/calendar/{'a' * 43}.ics", f"/calendar/{'%00' * 9}.ics"):
        with django_assert_num_queries(1):  # type: ignore[operator]  # a context manager of pytest-django
            answers.append(Client().get(address))
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert all(one["X-Robots-Tag"] == "noindex" for one in answers)


@pytest.mark.parametrize("why", ["away", "shut", "another"])
def test_with_the_access_the_calendar_ends(browser: Client, patient: Patient, why: str) -> None:
    address = made(browser)
    user = patient_account(patient)
    if why == "away":
        Patient.objects.filter(pk=patient.pk).update(user=None)
    if why == "shut":
        User.objects.filter(pk=user.pk).update(is_active=False)
    if why == "another":
        other = User.objects.create_user(email="other@patients.example", password=None, name="Other")
        Patient.objects.filter(pk=patient.pk).update(user=other)
    assert Client().get(address).status_code == 404
    end_feed(patient=patient, who=None)
    assert not CalendarFeed.objects.exists()


def test_a_calendar_can_only_be_read(browser: Client) -> None:
    address = made(browser)
    assert Client().post(address).status_code == 405
    assert Client().head(address).status_code == 200


def test_what_is_posted_beside_the_buttons_changes_nothing(browser: Client) -> None:
    assert browser.post(reverse("me_calendar"), {"act": "\x00" * 99}).status_code == 302
    assert browser.post(reverse("me_calendar"), {"act": "more", "detailed": "yes"}).status_code == 302
    assert not CalendarFeed.objects.exists()


def test_a_clinics_name_with_every_special_sign_breaks_no_calendar(
    patient: Patient, course: Course, practitioner: Membership, soon: dt.datetime
) -> None:
    name = "Aurora; Piel, Salud\\Norte \N{PERSON WITH BALL}\u202e" + "ñ" * 60
    Clinic.objects.filter(pk=patient.clinic_id).update(name=name, address="Calle 1\r\nBEGIN:VEVENT")
    booked(course, practitioner, soon)
    patient.refresh_from_db()
    token = make_feed(patient=patient, who=patient_account(patient), detailed=True)
    (event,) = fetched(f"/calendar/{token}.ics")
    assert text_of(event["LOCATION"]) == name.replace("\u202e", "") + ", Calle 1\nBEGIN:VEVENT"


def test_a_calendar_without_appointments_is_a_calendar_still(browser: Client) -> None:
    data = Client().get(made(browser)).content
    assert events_of(data) == []
    assert "BEGIN:VTIMEZONE" in lines_of(data)


def test_the_aftercare_of_a_session_is_one_run_of_days_that_says_nothing(browser: Client, course: Course) -> None:
    session = held(course, day(-2))
    (event,) = fetched(made(browser, aftercare="yes"))
    assert event["SUMMARY"] == "Aftercare"
    assert event["DTSTART"] == f"{day(-2):%Y%m%d}"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["UID"] == f"{session.pk}.aftercare@dermograph"
    last = max(
        care.until.date() if isinstance(care.until, dt.datetime) else care.until
        for care in timeline(session.started_at.astimezone(course.clinic.zone), protocol_of(course))
        if care.until is not None
    )
    assert event["DTEND"] == f"{last + dt.timedelta(days=1):%Y%m%d}"


@pytest.mark.parametrize("detailed", ["no", "yes"])
def test_aftercare_is_in_it_only_where_the_patient_asked(browser: Client, course: Course, detailed: str) -> None:
    held(course, day(-2))
    address = made(browser, detailed)
    assert fetched(address) == []
    browser.post(reverse("me_calendar"), {"act": "more", "detailed": detailed, "aftercare": "yes"})
    assert fetched(address) != []
    assert AuditEntry.objects.get(action="calendar.changed").details["aftercare"] is True
    page = browser.get(reverse("me_calendar")).content.decode()
    assert re.search(r'name="aftercare" value="yes" checked', page)
    assert 'type="hidden" name="aftercare" value="yes"' in page  # a new address shows what the old one did
    browser.post(reverse("me_calendar"), {"act": "more", "detailed": detailed})
    assert fetched(address) == []


def test_an_address_of_before_aftercare_could_be_chosen_shows_appointments_alone(
    patient: Patient, course: Course, practitioner: Membership, soon: dt.datetime
) -> None:
    booked(course, practitioner, soon)
    held(course, day(-2))
    CalendarFeed.objects.create(
        patient=patient, made_for=patient_account(patient).pk, token_hash=hashlib.sha256(b"old").hexdigest()
    )
    (event,) = fetched("/calendar/old.ics")
    assert event["SUMMARY"] == "Appointment"


def test_each_piece_of_aftercare_is_named_where_the_patient_wants_it(browser: Client, course: Course) -> None:
    session = held(course, day(-2))
    events = {event["UID"]: event for event in fetched(made(browser, "yes", "yes"), "es")}
    cares = timeline(session.started_at.astimezone(course.clinic.zone), protocol_of(course))
    assert len(cares) > 3
    assert set(events) == {f"{session.pk}.{care.statement.id}@dermograph" for care in cares}
    for care in cares:
        event = events[f"{session.pk}.{care.statement.id}@dermograph"]
        assert text_of(event["SUMMARY"]) == care.statement.says.es
        if care.until is None:
            assert "DTEND" not in event  # the source gives no figure, so no end is made up
        elif isinstance(care.until, dt.datetime):
            assert event["DTEND"] == care.until.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        else:
            assert event["DTEND"] == f"{care.until + dt.timedelta(days=1):%Y%m%d}"


def test_a_corrected_session_keeps_the_name_of_its_aftercare(browser: Client, course: Course) -> None:
    first = held(course, day(-3))
    address = made(browser, aftercare="yes")
    (before,) = fetched(address)
    new: Session = Session.objects.get(pk=first.pk)
    new.pk, new.supersedes, new._state.adding = uuid.uuid4(), first, True  # noqa: SLF001 (the row is copied as it stands)
    new.started_at, new.ended_at = noon(day(-2)), noon(day(-2)) + dt.timedelta(hours=1)
    new.save()
    (after,) = fetched(address)
    assert after["UID"] == before["UID"] == f"{first.pk}.aftercare@dermograph"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == ("0", "1")
    assert after["DTSTART"] == f"{day(-2):%Y%m%d}"


def test_what_was_held_more_than_a_year_ago_is_not_in_it(browser: Client, course: Course) -> None:
    held(course, day(-366))
    assert fetched(made(browser, "yes", "yes")) == []


def test_a_calendar_costs_few_queries_however_much_is_in_it(
    browser: Client,
    course: Course,
    practitioner: Membership,
    soon: dt.datetime,
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    for days in range(12):
        booked(course, practitioner, soon + dt.timedelta(days=days))
        held(course, day(-9 - days))
    address = made(browser, "yes", "yes")
    with django_assert_max_num_queries(6):  # type: ignore[operator]  # a context manager of pytest-django
        assert Client().get(address).status_code == 200
