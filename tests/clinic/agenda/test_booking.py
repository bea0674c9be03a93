"""Booking: what is booked, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from dermograph.clinic.agenda.limits import ClosedDayError
from dermograph.clinic.agenda.models import Absence, Appointment, Occupied, Room
from dermograph.clinic.agenda.services import book, hold, set_state
from dermograph.clinic.agenda.taken import TakenError
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.models import Happening, Override
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.treatment.models import Session
from dermograph.core.errors import InputError
from tests.clinic.agenda.opened import another_course, answered, at, cleared, healthy, monday, rooms
from tests.clinic.conftest import member

pytestmark = pytest.mark.django_db
__all__ = ["rooms"]


def booked(course: Course, practitioner: Membership, room: Room, starts_at: dt.datetime, **more: object) -> Appointment:
    fields = {"purpose": "assessment", "who": practitioner.user, **more}
    return book(course=course, practitioner=practitioner, room=room, starts_at=starts_at, **fields)  # type: ignore[arg-type]  # fields as a test gives them


def test_an_appointment_takes_practitioner_room_and_patient_for_its_length(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 9))
    assert made.ends_at - made.starts_at == dt.timedelta(minutes=60)
    assert Occupied.objects.filter(appointment=made).count() == 3 * 12
    entry = AuditEntry.objects.get(about=made.pk)
    assert (entry.action, entry.who, entry.patient) == ("appointment.booked", practitioner.user, course.patient_id)


def test_who_is_taken_is_said_with_the_nearest_free_slots(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    start = at(course.clinic, monday(), 10)
    booked(course, practitioner, rooms[0], start)
    other = another_course(course.clinic, 2, practitioner)
    with pytest.raises(TakenError) as refused:
        booked(other, practitioner, rooms[1], start)
    assert "Nuria Vidal is taken" in refused.value.say("en")
    assert "Nuria Vidal: ocupado" in refused.value.say("es")
    assert [slot.clock for slot in refused.value.free] == ["09:00", "11:00", "11:15"]
    assert Appointment.objects.count() == 1


def test_a_taken_room_and_a_taken_patient_are_named(
    course: Course, practitioner: Membership, lead: Membership, rooms: list[Room]
) -> None:
    start = at(course.clinic, monday(), 10)
    booked(course, practitioner, rooms[0], start)
    with pytest.raises(TakenError, match="Room Room 1 is taken"):
        booked(another_course(course.clinic, 2, lead), lead, rooms[0], start)
    with pytest.raises(TakenError, match="The patient is taken"):
        booked(course, lead, rooms[1], start + dt.timedelta(minutes=30))


def test_the_limits_of_the_opening_hours_are_inside_and_a_step_further_is_not(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    day, clinic = monday(), course.clinic
    booked(course, practitioner, rooms[0], at(clinic, day, 9))
    booked(course, practitioner, rooms[0], at(clinic, day, 18))
    for start in (at(clinic, day, 8, 55), at(clinic, day, 18, 5)):
        with pytest.raises(InputError, match="outside the opening hours"):
            booked(course, practitioner, rooms[1], start)


@pytest.mark.parametrize("minute", [1, 7, 59])
def test_an_appointment_begins_on_full_five_minutes(
    minute: int, course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    with pytest.raises(InputError, match="full 5 minutes"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10, minute))


def test_nobody_is_booked_in_the_past_or_too_far_ahead(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    with pytest.raises(InputError, match="past"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(-2), 10))
    with pytest.raises(InputError, match="18 months ahead"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(110), 10))


def test_only_who_is_trained_is_booked(course: Course, rooms: list[Room], front_desk: Membership) -> None:
    other = member(course.clinic, "practitioner", "Olga Prat", ("scalp",))
    for person in (other, front_desk):
        with pytest.raises(InputError, match="not booked for this treatment"):
            booked(course, person, rooms[0], at(course.clinic, monday(), 10))


def test_another_clinics_people_and_rooms_are_unknown(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = member(other, "practitioner", "Berta Gil", ("paramedical",))
    room = Room.objects.create(clinic=other, name="Room 1")
    start = at(course.clinic, monday(), 10)
    with pytest.raises(InputError, match="This person is not booked"):
        booked(course, stranger, rooms[0], start)
    with pytest.raises(InputError, match="room is not in use"):
        booked(course, practitioner, room, start)
    assert not Occupied.objects.exists()


def test_who_is_away_is_not_booked_and_a_holiday_closes_the_clinic(
    course: Course, practitioner: Membership, lead: Membership, rooms: list[Room]
) -> None:
    day = monday()
    Absence.objects.create(clinic=course.clinic, membership=practitioner, first=day, last=day)
    with pytest.raises(InputError, match="Nuria Vidal is away"):
        booked(course, practitioner, rooms[0], at(course.clinic, day, 10))
    booked(course, lead, rooms[0], at(course.clinic, day, 10))
    Absence.objects.create(clinic=course.clinic, first=day, last=day, reason="local holiday")
    with pytest.raises(InputError, match="closed: local holiday"):
        booked(course, lead, rooms[0], at(course.clinic, day, 12))


def test_without_a_signed_assessment_a_session_is_only_held(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    fields = {
        "course": course,
        "purpose": "session",
        "practitioner": practitioner,
        "room": rooms[0],
        "starts_at": at(course.clinic, monday(), 10),
        "who": practitioner.user,
    }
    with pytest.raises(ClosedDayError, match="not complete"):
        book(**fields)  # type: ignore[arg-type]  # fields as a test gives them
    held = hold(**fields)  # type: ignore[arg-type]  # fields as a test gives them
    assert held.state == "held"
    assert held.held_until is not None
    with pytest.raises(ClosedDayError):
        set_state(appointment=held, state="booked", who=practitioner.user)
    cleared(course, practitioner)
    confirmed = set_state(appointment=held, state="booked", who=practitioner.user)
    assert (confirmed.state, confirmed.held_until) == ("booked", None)


def test_answers_that_clear_are_not_a_signature(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    answered(course, healthy())
    with pytest.raises(ClosedDayError, match="No assessment is signed yet"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10), purpose="session")


def test_a_session_is_as_long_as_the_source_says_at_most(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10), purpose="session")
    assert made.ends_at - made.starts_at == dt.timedelta(minutes=120)


def test_a_closed_day_is_refused_with_its_reason_and_source(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    day = monday()
    Happening.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        what="sun_exposure",
        first=day - dt.timedelta(days=3),
        last=day - dt.timedelta(days=3),
    )
    with pytest.raises(ClosedDayError) as refused:
        booked(course, practitioner, rooms[0], at(course.clinic, day, 10), purpose="session")
    assert "is closed to a session" in refused.value.say("en")
    assert "14 d" in refused.value.say("en")
    assert refused.value.reasons[0].cite
    with pytest.raises(ClosedDayError):
        hold(
            course=course,
            purpose="session",
            practitioner=practitioner,
            room=rooms[0],
            starts_at=at(course.clinic, day, 10),
            who=None,
        )
    assert booked(course, practitioner, rooms[0], at(course.clinic, day, 10), purpose="review").state == "booked"


def test_the_spacing_holds_after_a_session_and_between_two_bookings(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    first = at(course.clinic, monday(2), 10)
    booked(course, practitioner, rooms[0], first, purpose="session")
    with pytest.raises(ClosedDayError, match="already booked"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(5), 10), purpose="session")
    booked(course, practitioner, rooms[0], at(course.clinic, monday(6), 10), purpose="session")


def test_a_replayed_form_books_once(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    entry, start = uuid.uuid4(), at(course.clinic, monday(), 10)
    first = booked(course, practitioner, rooms[0], start, entry=entry)
    assert booked(course, practitioner, rooms[0], start, entry=entry).pk == first.pk
    assert Appointment.objects.count() == 1
    with pytest.raises(InputError, match="used elsewhere"):
        booked(another_course(course.clinic, 2, practitioner), practitioner, rooms[1], start, entry=entry)


def test_a_deferral_with_a_date_books_from_that_date(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    from dermograph.clinic.intake.signing import sign_assessment

    clear = monday(3)
    facts = {**healthy(), "lesion": "scar", "scar_type": "atrophic", "onset": clear.replace(year=clear.year - 1)}
    facts.pop("stage")
    answered(course, facts)
    signed = sign_assessment(course=course, who=practitioner.user)
    assert (signed.verdict, signed.not_before) == ("deferred", clear)
    before = at(course.clinic, clear - dt.timedelta(days=3), 10)
    with pytest.raises(ClosedDayError, match="closed to a session"):
        booked(course, practitioner, rooms[0], before, purpose="session")
    assert booked(course, practitioner, rooms[0], at(course.clinic, clear, 10), purpose="session").state == "booked"


def test_the_medical_leads_override_opens_what_it_spoke_of_and_no_more(
    course: Course, practitioner: Membership, lead: Membership, rooms: list[Room]
) -> None:
    from dermograph.clinic.intake.signing import sign_assessment

    answered(course, {**healthy(), "stage": "red"})
    signed = sign_assessment(course=course, who=practitioner.user)
    assert signed.verdict == "referred"
    start = at(course.clinic, monday(), 10)
    with pytest.raises(ClosedDayError):
        booked(course, practitioner, rooms[0], start, purpose="session")
    Override.objects.create(
        clinic=course.clinic, assessment=signed, verdict="conditional", reason="seen by me", written_by=lead.user
    )
    made = booked(course, practitioner, rooms[0], start, purpose="session")
    set_state(appointment=made, state="cancelled", reason="to try again", who=None)
    Happening.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        what="sun_exposure",
        first=monday() - dt.timedelta(days=2),
        last=monday() - dt.timedelta(days=2),
    )
    with pytest.raises(ClosedDayError):
        booked(course, practitioner, rooms[0], start, purpose="session")


def test_a_closed_course_takes_no_appointment(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    course.closed_at = dt.datetime.now(tz=dt.UTC)
    course.save(update_fields=["closed_at"])
    with pytest.raises(InputError, match="course is closed"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10))


def test_after_a_session_the_next_is_not_sooner_than_the_spacing(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    held = dt.datetime.now(tz=dt.UTC) - dt.timedelta(days=1)
    Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=practitioner,
        started_at=held,
        ended_at=held + dt.timedelta(hours=1),
        device="Dermograph",
        anaesthesia="cream",
    )
    with pytest.raises(ClosedDayError, match="4"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(2), 10), purpose="session")
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(6), 10), purpose="session")
    assert made.state == "booked"


def test_a_past_appointment_of_which_nothing_is_recorded_may_have_been_a_session(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(1), 10), purpose="session")
    later = made.starts_at + dt.timedelta(days=2)
    with pytest.raises(ClosedDayError, match="no session is recorded"):
        booked(course, practitioner, rooms[0], at(course.clinic, monday(3), 10), purpose="session", now=later)
    set_state(appointment=made, state="no_show", who=None, now=later)
    assert (
        booked(course, practitioner, rooms[0], at(course.clinic, monday(3), 10), purpose="session", now=later).state
        == "booked"
    )
