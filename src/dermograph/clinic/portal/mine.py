"""A patient reaches their own rows and nobody else's."""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from dermograph.clinic.people.models import Course, Patient

Row = TypeVar("Row", bound=Model)


def mine(patient: Patient, rows: QuerySet[Row], pk: uuid.UUID, path: str = "course__patient") -> Row:
    """One row of a patient; another patient's is as if it were not there.

    Args:
        patient: Who asks.
        rows: Where it is looked for, such as ``Photograph.objects.select_related("course")``.
        pk: Its id.
        path: The way from the row to its patient, in Django's words.

    Raises:
        Http404: If there is none, or it is another patient's.
    """
    found = rows.filter(pk=pk, **{path: patient}).first()
    if found is None:
        raise Http404
    return found


def my_courses(patient: Patient) -> QuerySet[Course, Any]:
    """The courses of a patient with area, clinic and lead, the open ones first, the newest first."""
    courses = Course.objects.filter(patient=patient).select_related("patient", "area", "clinic", "lead__user")
    return courses.order_by("closed_at", "-opened_at")
