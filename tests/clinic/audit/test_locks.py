"""Whoever writes locks rows in one order, so that no two of them wait for each other for ever."""

from __future__ import annotations

import itertools
import os
import time
import uuid

import pytest
from django.db import transaction

from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.audit.record import ORDER_OF_LOCKS, broken_at
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.rights.restricting import restrict
from tests.clinic.agenda.opened import open_up
from tests.clinic.at_once import at_once
from tests.clinic.audit.writers import doing, writers
from tests.clinic.locks import waiting, watched
from tests.clinic.treatment.held import moment

RANK = {name: number for number, name in enumerate(ORDER_OF_LOCKS)}
CLINIC = "people.Clinic"


def rooms_of(clinic: Clinic) -> Room:
    """Open every day, so that no writer depends on the day of the test."""
    return open_up(clinic, weekdays=range(7))[0]


@pytest.mark.django_db
def test_whoever_writes_about_a_course_locks_rows_in_one_order(
    course: Course, practitioner: Membership, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms_of(course.clinic)
    for name, write in writers(course, practitioner, lead, room).items():
        with watched(monkeypatch) as found:
            assert doing(write) == "written", name
        assert any(CLINIC in taken for taken in found), f"{name} writes no entry of the trail"
        for taken in found:
            ranked = [one for one in taken if one in RANK]
            assert ranked == sorted(ranked, key=RANK.__getitem__), f"{name}: {' -> '.join(taken)}"


@pytest.mark.django_db
def test_blocking_a_record_locks_its_appointments_and_links_before_it_writes(
    course: Course, practitioner: Membership, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms_of(course.clinic)
    writers(course, practitioner, lead, room)["consent"]()
    for days in (30, 31):
        Appointment.objects.create(
            clinic=course.clinic,
            patient=course.patient,
            course=course,
            purpose="review",
            practitioner=practitioner,
            room=room,
            starts_at=moment(course.clinic, days, 10),
            ends_at=moment(course.clinic, days, 11),
        )
    with watched(monkeypatch) as found:
        restrict(patient=course.patient, who=lead.user, reason="The patient asks for it.", entry=uuid.uuid4())
    assert set(Appointment.objects.values_list("state", flat=True)) == {"cancelled"}
    [taken] = [one for one in found if CLINIC in one]
    ranked = [one for one in taken if one in RANK]
    assert ranked == sorted(ranked, key=RANK.__getitem__), taken


@pytest.mark.django_db
def test_the_watch_sees_the_wrong_order(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(monkeypatch) as found, transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=course.clinic_id)
        Course.objects.filter(pk=course.pk).update(outcome="")
    assert found == [["people.Clinic", "people.Course"]]


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="SQLite lets one write at a time: PostgreSQL only")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_none_is_thrown_out_in_either_order(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    every = writers(course, practitioner, lead, rooms_of(course.clinic))
    for first, second in itertools.permutations(every, 2):

        def hold_up() -> str:
            """Keep the clinic locked until both wait, so that each has locked what it locks before."""
            with transaction.atomic():
                Clinic.objects.select_for_update(no_key=True).get(pk=course.clinic_id)
                time.sleep(0.02)
                wait_for(1)
                wait_for(2)
            return "written"

        def one(name: str = first) -> str:
            time.sleep(0.02)
            return doing(every[name])

        def other(name: str = second) -> str:
            wait_for(1)
            return doing(every[name])

        assert len(at_once([hold_up, one, other])) == 3, f"{first} and {second}"
    assert broken_at(course.clinic) is None


def wait_for(number: int) -> None:
    """Until so many wait for a row; not for ever, since some are refused before they lock one."""
    for _ in range(20):
        if waiting() >= number:
            return
        time.sleep(0.01)
