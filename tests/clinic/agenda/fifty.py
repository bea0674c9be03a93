"""Fifty people who ask for the same time at the same moment. Run as a program it uses a database of its own."""

from __future__ import annotations

import uuid
from functools import partial

from tests.clinic.at_once import at_once, tell

AT_ONCE = 50


def ask_at_once() -> dict[str, object]:
    """Make a clinic, let fifty people book one time at once, and tell what came of it."""
    from django.test import Client

    from dermograph.clinic.agenda.models import Appointment, Occupied
    from dermograph.clinic.agenda.wall import write_instant
    from dermograph.clinic.audit.record import broken_at
    from dermograph.clinic.people.models import Clinic
    from tests.clinic.agenda.opened import another_course, at, monday, open_up
    from tests.clinic.conftest import member, signed_in

    clinic = Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")
    practitioner = member(clinic, "practitioner", "Nuria Vidal", ("paramedical",))
    rooms = open_up(clinic)
    courses = [another_course(clinic, number, practitioner) for number in range(1, AT_ONCE + 1)]
    start = write_instant(at(clinic, monday(), 10), clinic.zone)
    form = {"purpose": "assessment", "slot": f"{start}|{practitioner.pk}|{rooms[0].pk}"}
    cookies = signed_in(practitioner).cookies

    def ask(address: str) -> tuple[int, str]:
        browser = Client(raise_request_exception=False)
        browser.cookies = cookies
        answer = browser.post(address, {**form, "entry": str(uuid.uuid4())})
        return answer.status_code, answer.content.decode()

    answers = at_once([partial(ask, f"/courses/{one.pk}/appointments/new") for one in courses])
    return {
        "codes": sorted(code for code, _ in answers),
        "told": sum("Nuria Vidal and room Room 1 are taken" in body for _, body in answers),
        "offered": sum("Nearest free: " in body for _, body in answers),
        "appointments": Appointment.objects.count(),
        "occupied": Occupied.objects.count(),
        "broken_at": broken_at(clinic),
    }


if __name__ == "__main__":
    tell(ask_at_once)
