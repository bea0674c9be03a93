"""Which courses are of a scalp."""

from __future__ import annotations

import uuid
from typing import Final

from django.http import Http404

from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.people.within import within

SCALP: Final = "scalp"


def scalp_course(clinic: Clinic, course: uuid.UUID) -> Course:
    """A course of a scalp, fetched with its patient, area and clinic.

    Raises:
        Http404: If there is none of that id in the clinic, or it is another treatment's.
        Restricted: If its record is blocked.
    """
    found = within(clinic, Course, course, "patient", "area", "clinic")
    if found.treatment != SCALP:
        raise Http404
    return found
