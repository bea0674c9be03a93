"""Fifty people who ask for the same time at the same moment. Run as a program it uses a database of its own."""

from __future__ import annotations

import json
import threading
import uuid

AT_ONCE = 50


def ask_at_once() -> dict[str, object]:
    """Make a clinic, let fifty people book one time at once, and tell what came of it."""
    from django.db import connections
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
    ready = threading.Barrier(AT_ONCE)
    answers: list[tuple[int, str]] = []

    def ask(address: str) -> None:
        browser = Client(raise_request_exception=False)
        browser.cookies = cookies
        ready.wait()
        try:
            answer = browser.post(address, {**form, "entry": str(uuid.uuid4())})
            answers.append((answer.status_code, answer.content.decode()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(f"/courses/{one.pk}/appointments/new",)) for one in courses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "codes": sorted(code for code, _ in answers),
        "told": sum("Nuria Vidal and room Room 1 are taken" in body for _, body in answers),
        "offered": sum("Nearest free: " in body for _, body in answers),
        "appointments": Appointment.objects.count(),
        "occupied": Occupied.objects.count(),
        "broken_at": broken_at(clinic),
    }


if __name__ == "__main__":
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0)
    print(json.dumps(ask_at_once()))  # noqa: T201 (what the test reads)
