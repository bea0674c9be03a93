"""A patient who may book: a clinic that is open, a signed assessment, and what the pages offer."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.portal.models import PortalLimits
from tests.clinic.agenda.opened import at, cleared, monday, open_up

_SLOT = re.compile(r'name="slot" value="([^"]+)"')


def ready(course: Course, who: Membership) -> Course:
    """The clinic is open from Monday to Friday with two rooms, and the assessment clears a session."""
    open_up(course.clinic)
    return cleared(course, who)


def allowed(clinic: Clinic, **values: Any) -> PortalLimits:  # noqa: ANN401 (fields as a test gives them)
    """The clinic's limits; without more, patients book at once."""
    return PortalLimits.objects.create(clinic=clinic, **{"books": True, "version": 1, **values})


def free_day() -> dt.date:
    """A Tuesday in three weeks: no holiday of the clinic, and far enough."""
    return monday(3) + dt.timedelta(days=1)


def slot(course: Course, hour: int, who: Membership, day: dt.date | None = None, minute: int = 0) -> str:
    """What the form posts for a time."""
    wall = at(course.clinic, day or free_day(), hour, minute).astimezone(course.clinic.zone)
    return f"{wall.isoformat(timespec='minutes')}|{who.pk}"


def offered(page: str) -> list[str]:
    """What the page offers."""
    return _SLOT.findall(page)


def asked(client: Client, course: Course, value: str, entry: uuid.UUID | None = None, purpose: str = "session") -> Any:  # noqa: ANN401 (the answer of Django's client)
    """Post the form for a new appointment."""
    fields = {"entry": str(entry or uuid.uuid4()), "purpose": purpose, "slot": value}
    return client.post(reverse("me_appointment_new", args=[course.pk]), fields)


def moved(client: Client, row: Appointment, value: str) -> Any:  # noqa: ANN401 (the same)
    """Post the form to move one, as it stands now."""
    row.refresh_from_db()
    fields = {"slot": value, "sequence": str(row.sequence)}
    return client.post(reverse("me_appointment_move", args=[row.pk]), fields)


def cancelled(client: Client, row: Appointment, **more: str) -> Any:  # noqa: ANN401 (the same)
    """Post the form to cancel one, as it stands now."""
    row.refresh_from_db()
    return client.post(reverse("me_appointment_cancel", args=[row.pk]), {"sequence": str(row.sequence), **more})
