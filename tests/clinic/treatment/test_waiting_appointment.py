"""A session that is not opened from its appointment is still that appointment."""

from __future__ import annotations

import datetime as dt

from dermograph.clinic.agenda.services import set_state
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.selectors import appointment_that_waits
from tests.clinic.agenda.opened import at, book, cleared, monday, open_up


def test_the_only_appointment_for_a_session_that_waits_on_the_day_is_found(
    course: Course, practitioner: Membership
) -> None:
    room, _ = open_up(course.clinic)
    cleared(course, practitioner)
    day = monday()
    review, session = (
        book(
            course=course,
            purpose=purpose,
            practitioner=practitioner,
            room=room,
            who=practitioner.user,
            starts_at=at(course.clinic, day, hour),
        )
        for purpose, hour in (("review", 9), ("session", 11))
    )
    assert review != session
    assert appointment_that_waits(course, day) == session
    assert appointment_that_waits(course, day - dt.timedelta(days=1)) is None
    assert appointment_that_waits(course, day + dt.timedelta(days=1)) is None
    set_state(appointment=session, state="cancelled", reason="changed her mind", who=practitioner.user)
    assert appointment_that_waits(course, day) is None
