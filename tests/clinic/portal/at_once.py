"""Patients who want the same time at the same moment, and one who is in six windows at once; run as a program."""

from __future__ import annotations

import uuid
from functools import partial

from tests.clinic.at_once import at_once, tell

PATIENTS = 12
WINDOWS = 6


def ask_at_once() -> dict[str, object]:
    """Let them choose, and tell what came of it."""
    from django.test import Client

    from dermograph.clinic.agenda.models import Appointment, Occupied
    from dermograph.clinic.audit.record import broken_at
    from dermograph.clinic.people.models import Clinic
    from dermograph.clinic.portal.models import Change
    from tests.clinic.agenda.opened import another_course, open_up
    from tests.clinic.conftest import member
    from tests.clinic.portal.people import signed_in_patient
    from tests.clinic.portal.visits import allowed, slot

    clinic = Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")
    practitioner = member(clinic, "practitioner", "Nuria Vidal", ("paramedical",))
    open_up(clinic)
    allowed(clinic)
    courses = [another_course(clinic, number, practitioner) for number in range(1, PATIENTS + 2)]
    cookies = [signed_in_patient(one.patient).cookies for one in courses]

    def ask(number: int, hour: int) -> tuple[int, str]:
        browser = Client(raise_request_exception=False)
        browser.cookies = cookies[number]
        form = {"purpose": "assessment", "slot": slot(courses[number], hour, practitioner), "entry": str(uuid.uuid4())}
        answer = browser.post(f"/me/appointments/{courses[number].pk}/new", form)
        return answer.status_code, answer.content.decode()

    same = at_once([partial(ask, number, 10) for number in range(PATIENTS)])
    windows = at_once([partial(ask, PATIENTS, 11 + window) for window in range(WINDOWS)])
    return {
        "same": sorted(code for code, _ in same),
        "told": sum("Somebody else has just taken this time" in body for _, body in same),
        "windows": sorted(code for code, _ in windows),
        "appointments": Appointment.objects.count(),
        "changes": Change.objects.count(),
        "occupied": Occupied.objects.count(),
        "broken_at": broken_at(clinic),
    }


if __name__ == "__main__":
    tell(ask_at_once)
