"""A patient with a photograph and signed consents, for the tests of rights."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import add_photograph
from dermograph.clinic.intake.models import Consent, ConsentText
from dermograph.clinic.intake.wording import digest
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.clinic.people.recent import SURE_AT
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import picture, with_exif

Signed = Callable[..., Consent]
PURPOSES = ["treatment", "record", "teaching", "publication", "research"]
LONG_AGO = dt.timedelta(days=9 * 365)


def wording(clinic: Clinic) -> ConsentText:
    """Words that ask for every purpose."""
    asked: list[dict[str, Any]] = [
        {"id": one, "label": f"For {one}", "needed": False, "withdrawal": "It ends."} for one in PURPOSES
    ]
    found, _ = ConsentText.objects.get_or_create(
        clinic=clinic,
        treatment="paramedical",
        language="en",
        version="9",
        defaults={
            "title": "Photographs",
            "body": "What is done with them.",
            "purposes": asked,
            "sha256": digest("Photographs", "What is done with them.", asked),
            "valid_from": dt.date(2026, 1, 1),
        },
    )
    return found


@pytest.fixture
def signed(course: Course, practitioner: Membership) -> Signed:
    """Signs a consent: ``signed("teaching")``; others are refused."""

    def sign(*purposes: str, of: Course | None = course, supersedes: Consent | None = None) -> Consent:
        text = wording(course.clinic)
        return Consent.objects.create(
            clinic=course.clinic,
            patient=course.patient,
            course=of,
            text=text,
            text_sha256=text.sha256,
            purposes=list(purposes),
            refused=[one for one in PURPOSES if one not in purposes],
            signed_name="Lucía Ferrer",
            strokes={"typed": "Lucía Ferrer"},
            signed_at=timezone.now(),
            witness=practitioner.user,
            supersedes=supersedes,
            correction_reason="newer" if supersedes else "",
        )

    return sign


@pytest.fixture
def photograph(course: Course, practitioner: Membership, signed: Signed) -> Photograph:
    """A photograph with what a camera writes into it; its patient agreed to the record."""
    signed("treatment", "record")
    return photographed(course, practitioner)


def photographed(course: Course, who: Membership, seed: int = 1) -> Photograph:
    """One more photograph of a course."""
    return add_photograph(
        course=course,
        data=with_exif(picture(seed, size=(600, 400)), "2026:03:02 10:00:00"),
        name="Lucia Ferrer.jpg",
        who=who.user,
        entry=uuid.uuid4(),
        taken_on=dt.date(2026, 3, 2),
    )


@pytest.fixture
def other_course(course: Course, practitioner: Membership) -> Course:
    area = Area.objects.create(patient=course.patient, name="back", view="back")
    return Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=area, treatment="scalp", lead=practitioner
    )


def sure(person: Membership) -> Client:
    """A browser in which somebody has just confirmed that it is them."""
    client = signed_in(person)
    session = client.session
    session[SURE_AT] = time.time()
    session.save()
    return client


def closed(course: Course, ago: dt.timedelta = LONG_AGO) -> Patient:
    """The patient of a course that ended long ago."""
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now() - ago, outcome="goal_met")
    return course.patient
