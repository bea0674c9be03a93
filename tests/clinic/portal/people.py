"""Patients who have an account, as the tests of the portal need them."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.utils import timezone

from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, User
from dermograph.clinic.portal.telling_round import send_due
from tests.clinic.conftest import PASSWORD

BACKEND = "dermograph.clinic.people.sign_in.WithPlaces"


def patient_account(patient: Patient, email: str = "") -> User:
    """The account of a patient, made if there is none; its password is ``PASSWORD``."""
    if patient.user is None:
        address = email or patient.email or f"patient-{patient.number}@{patient.clinic.slug}.example"
        patient.user = User.objects.create_user(email=address, password=PASSWORD, name=str(patient), language="en")
        patient.email = address
        patient.save(update_fields=["user", "email"])
    return patient.user


def signed_in_patient(patient: Patient) -> Client:
    """A browser in which a patient is signed in."""
    client = Client()
    client.force_login(patient_account(patient), backend=BACKEND)
    return client


def another_patient(clinic: Clinic, number: int = 2, name: str = "Marta") -> Patient:
    """A stranger: by default of the same clinic."""
    return Patient.objects.create(
        clinic=clinic,
        number=number,
        given_names=name,
        family_names="Olmo Rey",
        birth_date=dt.date(1979, 2, 3),
        synthetic=True,
    )


def another_course(patient: Patient, lead: Membership | None = None, treatment: str = "paramedical") -> Course:
    """A course of somebody on an area of their own."""
    area = Area.objects.create(patient=patient, name="left arm", view="front", x=0.3, y=0.4)
    return Course.objects.create(clinic=patient.clinic, patient=patient, area=area, treatment=treatment, lead=lead)


def posted(now: dt.datetime | None = None) -> None:
    """The round that sends e-mail to patients comes by, once."""
    send_due(now or timezone.now())
