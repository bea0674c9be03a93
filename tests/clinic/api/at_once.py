"""One write that is sent many times at the same moment. Run as a program it uses a database of its own."""

from __future__ import annotations

import json
import threading

AT_ONCE = 8


def write_at_once() -> dict[str, object]:
    """Register one patient so often at once under one key, and tell what came of it."""
    from django.db import connections

    from dermograph.clinic.api.models import KeptAnswer
    from dermograph.clinic.audit.record import broken_at
    from dermograph.clinic.people.models import Clinic, Patient
    from tests.clinic.api.asking import Asker, token_of
    from tests.clinic.conftest import member

    clinic = Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")
    _, secret = token_of(member(clinic, "medical_lead", "Teresa Mora"))
    ready = threading.Barrier(AT_ONCE)
    answers: list[tuple[int, bytes]] = []

    def write() -> None:
        ready.wait()
        try:
            answer = Asker(secret).post("/patients", {"given_names": "Eva"}, key="one-key-for-all")
            answers.append((answer.status_code, answer.content))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "codes": sorted(code for code, _ in answers),
        "answers": len({body for _, body in answers}),
        "patients": Patient.objects.count(),
        "kept": KeptAnswer.objects.count(),
        "broken_at": broken_at(clinic),
    }


if __name__ == "__main__":
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0)
    print(json.dumps(write_at_once()))  # noqa: T201 (what the test reads)
