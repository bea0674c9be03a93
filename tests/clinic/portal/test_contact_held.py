"""Messages, changes and the calendar are among what is held about a patient: handed out, and erased."""

from __future__ import annotations

import io
import json
import uuid
import zipfile

from django.db.models import Model

from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.portal.calendar_feed import make_feed
from dermograph.clinic.portal.messaging import write
from dermograph.clinic.portal.models import CalendarFeed, Change, Message, Notice
from dermograph.clinic.rights.erasing import erase
from dermograph.clinic.rights.everything import archive
from dermograph.clinic.rights.keeping import choose
from dermograph.clinic.rights.readable import TITLES
from tests.clinic.overview.rows import booked, day, noon
from tests.clinic.portal.people import another_patient, patient_account
from tests.clinic.rights.held import closed

KINDS: tuple[type[Model], ...] = (Message, Change, CalendarFeed, Notice)


def filled(patient: Patient, course: Course, who: Membership) -> str:
    """Something of each kind; the word in the calendar's address."""
    user = patient_account(patient)
    row = booked(course, who, noon(day(9)))
    Change.objects.create(clinic=patient.clinic, patient=patient, appointment=row, done="booked")
    Notice.objects.create(clinic=patient.clinic, patient=patient, kind="moved", appointment=row, sequence=1)
    Notice.objects.create(clinic=patient.clinic, patient=patient, kind="paper", address="lucia@patients.example")
    write(patient=patient, words="It itches.", who=None, entry=uuid.uuid4())
    write(patient=patient, words="Keep the cream on.", who=who.user, entry=uuid.uuid4())
    return make_feed(patient=patient, who=user, detailed=False)


def test_everything_that_is_held_includes_them_in_words_and_no_key(
    patient: Patient, course: Course, practitioner: Membership
) -> None:
    token = filled(patient, course, practitioner)
    whole = zipfile.ZipFile(io.BytesIO(b"".join(archive(patient))))
    said = {
        model: json.loads(whole.read(f"records/{model._meta.label.lower()}.json"))  # noqa: SLF001 (Django's name)
        for model in KINDS
    }
    assert all(said[model]["what"] == TITLES[model._meta.label].say("es") for model in KINDS)  # noqa: SLF001 (the same)
    words = {row["in_words"]["words"] for row in said[Message]["rows"]}
    assert words == {"It itches.", "Keep the cream on."}
    assert "sealed" not in said[Message]["rows"][0]
    assert "token_hash" not in said[CalendarFeed]["rows"][0]
    assert not any(token in whole.read(name).decode("utf-8", "replace") for name in whole.namelist())


def test_an_erasure_takes_them_and_leaves_those_of_others(
    patient: Patient, course: Course, practitioner: Membership, lead: Membership
) -> None:
    filled(patient, course, practitioner)
    stranger = another_patient(patient.clinic)
    patient_account(stranger)
    write(patient=stranger, words="of another", who=None, entry=uuid.uuid4())
    choose(clinic=patient.clinic, who=lead.user, jurisdiction="es")
    closed(course)
    proof = erase(patient=patient.pk, clinic=patient.clinic, who=lead.user, ground="asked")
    assert {model._meta.label: proof.counts[model._meta.label] for model in KINDS} == {  # noqa: SLF001 (Django's name)
        "portal.Message": 2,
        "portal.Change": 1,
        "portal.CalendarFeed": 1,
        "portal.Notice": 2,
    }
    assert [row.patient for row in Message.objects.all()] == [stranger]
    assert not Change.objects.exists()
    assert not CalendarFeed.objects.exists()
