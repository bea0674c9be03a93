"""One write that is sent many times at the same moment. Run as a program it uses a database of its own."""

from __future__ import annotations

from tests.clinic.at_once import at_once, tell

AT_ONCE = 8


def write_at_once() -> dict[str, object]:
    """Register one patient so often at once under one key, and tell what came of it."""
    from dermograph.clinic.api.models import KeptAnswer
    from dermograph.clinic.audit.record import broken_at
    from dermograph.clinic.people.models import Clinic, Patient
    from tests.clinic.api.asking import Asker, token_of
    from tests.clinic.conftest import member

    clinic = Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")
    _, secret = token_of(member(clinic, "medical_lead", "Teresa Mora"))

    def write() -> tuple[int, bytes]:
        answer = Asker(secret).post("/patients", {"given_names": "Eva"}, key="one-key-for-all")
        return answer.status_code, answer.content

    answers = at_once([write] * AT_ONCE)
    return {
        "codes": sorted(code for code, _ in answers),
        "answers": len({body for _, body in answers}),
        "patients": Patient.objects.count(),
        "kept": KeptAnswer.objects.count(),
        "broken_at": broken_at(clinic),
    }


if __name__ == "__main__":
    tell(write_at_once)
