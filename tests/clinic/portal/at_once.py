"""Patients who want the same time at the same moment, and one who is in six windows at once; run as a program."""

from __future__ import annotations

import json
import threading
import uuid

PATIENTS = 12
WINDOWS = 6


def ask_at_once() -> dict[str, object]:
    """Let them choose, and tell what came of it."""
    from django.db import connections
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
    answers: dict[str, list[tuple[int, str]]] = {"same": [], "windows": []}

    def ask(kind: str, number: int, hour: int, ready: threading.Barrier) -> None:
        browser = Client(raise_request_exception=False)
        browser.cookies = cookies[number]
        form = {"purpose": "assessment", "slot": slot(courses[number], hour, practitioner), "entry": str(uuid.uuid4())}
        ready.wait()
        try:
            answer = browser.post(f"/me/appointments/{courses[number].pk}/new", form)
            answers[kind].append((answer.status_code, answer.content.decode()))
        finally:
            connections.close_all()

    def together(kind: str, who: list[tuple[int, int]]) -> None:
        ready = threading.Barrier(len(who))
        threads = [threading.Thread(target=ask, args=(kind, number, hour, ready)) for number, hour in who]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    together("same", [(number, 10) for number in range(PATIENTS)])
    together("windows", [(PATIENTS, 11 + window) for window in range(WINDOWS)])
    return {
        "same": sorted(code for code, _ in answers["same"]),
        "told": sum("Somebody else has just taken this time" in body for _, body in answers["same"]),
        "windows": sorted(code for code, _ in answers["windows"]),
        "appointments": Appointment.objects.count(),
        "changes": Change.objects.count(),
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
