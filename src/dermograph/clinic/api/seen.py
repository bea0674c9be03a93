"""Finding what an operation is about, within the clinic of the token, and telling the trail whose record is opened."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.audit.opened import record_opened
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.people.within import within

Found = TypeVar("Found", bound=Model)
COURSE = ("clinic", "patient", "area__patient__clinic", "lead__user")


def course_of(request: ApiRequest, course: uuid.UUID) -> Course:
    """A course of the clinic, with all that services take with it.

    Raises:
        Http404: If there is none, or it is another clinic's.
        Restricted: If the patient's record is blocked.
    """
    return within(request.clinic, Course, course, *COURSE)


def opened_course(request: ApiRequest, course: uuid.UUID) -> Course:
    """The same, for what shows something clinical of it: the trail is told once an hour who opens a record."""
    found = course_of(request, course)
    opened(request, found.patient_id)
    return found


def opened(request: ApiRequest, patient: uuid.UUID) -> None:
    """Tell the trail whose record is opened, in whose name."""
    record_opened(clinic=request.clinic, who=request.person, patient=patient)


def member_of(request: ApiRequest, member: uuid.UUID) -> Membership:
    """A person of the clinic.

    Raises:
        Http404: If there is none, or they are another clinic's.
    """
    return within(request.clinic, Membership, member, "user", "clinic")


def made(request: ApiRequest, path: str, row: Model, *, alone: bool = True) -> None:
    """Say where what was made can be read: the address stands in the answer.

    Args:
        request: The one that made it.
        path: Of its list.
        row: What was made.
        alone: Whether it has an address of its own; else its list is named.
    """
    request.row = str(row.pk)
    request.location = f"/api/v1/{path}/{row.pk}" if alone else f"/api/v1/{path}"
