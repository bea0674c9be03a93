"""A request of somebody who has a place in a clinic; what the views of this app are given."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from dermograph.clinic.people.models import Clinic, Membership, Patient, User


class ClinicRequest(HttpRequest):
    """What the middleware adds to a request; a class of types only."""

    user: User
    clinic: Clinic
    membership: Membership
    role: str
    htmx: HtmxDetails


class PatientRequest(HttpRequest):
    """What the middleware adds to a request of a patient who has an account; a class of types only."""

    user: User
    clinic: Clinic
    patient: Patient
    role: str
    htmx: HtmxDetails
