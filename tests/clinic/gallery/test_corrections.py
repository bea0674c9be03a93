"""A corrected photograph stays with its session, as that stands now."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.models import Session
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import DAY, Added, added, consent, picture

__all__ = ["added", "consent"]


def held(course: Course, supersedes: Session | None = None, days: int = 9) -> Session:
    """A session, or its correction."""
    assert course.lead is not None
    began = timezone.now() - dt.timedelta(days=days)
    return Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=course.lead,
        started_at=began,
        ended_at=began + dt.timedelta(hours=1),
        device="d",
        anaesthesia="none",
        supersedes=supersedes,
    )


@pytest.fixture
def session(course: Course) -> Session:
    return held(course)


@pytest.fixture
def photograph(added: Added, session: Session) -> Photograph:
    return added(session=session)


def corrected(photograph: Photograph, who: Membership, **given: Any) -> Photograph:  # noqa: ANN401 (fields as a test gives them)
    return correct_photograph(
        photograph=photograph, taken_on=DAY, reason="clock", who=who.user, entry=uuid.uuid4(), **given
    )


def posted(photograph: Photograph, who: Membership, **given: str) -> Photograph:
    """What the page makes of a form."""
    form = {"entry": str(uuid.uuid4()), "taken_on": "2026-03-01", "note": "", "reason": "clock", **given}
    answer = signed_in(who).post(reverse("photograph_correct", args=[photograph.pk]), form)
    assert answer.status_code == 302
    return Photograph.objects.get(supersedes=photograph)


def test_a_correction_that_says_nothing_of_the_session_keeps_it(
    photograph: Photograph, session: Session, practitioner: Membership
) -> None:
    assert corrected(photograph, practitioner).session == session
    assert corrected(Photograph.objects.get(supersedes=photograph), practitioner, session=None).session is None


def test_a_correction_takes_the_session_as_it_was_corrected_since(
    photograph: Photograph, session: Session, course: Course, practitioner: Membership
) -> None:
    last = held(course, supersedes=held(course, supersedes=session))
    assert corrected(photograph, practitioner).session == last


def test_a_new_photograph_goes_to_the_session_that_stands(
    added: Added, photograph: Photograph, session: Session, course: Course
) -> None:
    last = held(course, supersedes=session)
    assert added(picture(7), session=session).session == last


def test_the_page_shows_the_session_that_stands_as_the_photographs_own(
    photograph: Photograph, session: Session, course: Course, practitioner: Membership
) -> None:
    last = held(course, supersedes=session)
    page = signed_in(practitioner).get(reverse("photograph_correct", args=[photograph.pk])).content.decode()
    assert f'<option value="{last.pk}" selected>' in page
    assert str(session.pk) not in page


@pytest.mark.parametrize("named", [True, False])
def test_the_page_moves_a_photograph_to_the_session_that_stands(
    photograph: Photograph,
    session: Session,
    course: Course,
    practitioner: Membership,
    named: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    last = held(course, supersedes=session)
    assert posted(photograph, practitioner, **({"session": str(session.pk)} if named else {})).session == last


def test_the_page_takes_a_photograph_from_its_session_where_that_is_chosen(
    photograph: Photograph, practitioner: Membership
) -> None:
    assert posted(photograph, practitioner, session="").session is None


@pytest.mark.parametrize("session_id", ["x", "\0", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "1" * 4000])
def test_a_session_that_is_none_is_refused_in_words(
    photograph: Photograph, practitioner: Membership, session_id: str
) -> None:
    form = {"entry": str(uuid.uuid4()), "taken_on": "2026-03-01", "reason": "clock", "session": session_id}
    answer = signed_in(practitioner).post(reverse("photograph_correct", args=[photograph.pk]), form)
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.content.decode()
