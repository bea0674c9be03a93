"""The FHIR server against the plain JSON API: the same patient read through both, in turn, in one process.

``server_rows`` is for the benchmark on exchange. As a script it prints what it measured:
python bench/exchange_server.py ROUNDS
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measuring import Row, Target
from bench.upkeep_part import in_clinic

ROUNDS, WARM = 300, 20
AT_ONCE = 5  # requests that are timed as one
LEAST_RATIO = 0.6
PLAIN, FHIR = "a patient as plain JSON", "the same patient as FHIR"
PROTOCOL = "a published PlanDefinition"


def server_rows() -> list[Row]:
    """How many reads a second the FHIR server answers, as a share of what the plain JSON API does."""
    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as name:
        took: dict[str, list[float]] = in_clinic(Path(name), "exchange_server.py", ROUNDS)
    section = "FHIR server"
    rows = [Row(section, what, "ms", values) for what, values in took.items()]
    shares = [plain / fhir for plain, fhir in zip(took[PLAIN], took[FHIR], strict=True)]
    return [*rows, Row(section, "reads a second, FHIR to plain JSON", "", shares, Target(LEAST_RATIO, at_least=True))]


def main(rounds: int) -> None:
    """Make a clinic with a patient, read the patient both ways in turn, and print the milliseconds of each."""
    os.umask(0o077)
    import django  # noqa: PLC0415 (the settings are named by who starts it)

    django.setup()
    from django.conf import settings  # noqa: PLC0415 (the setup comes first)
    from django.core.management import call_command  # noqa: PLC0415 (the same)
    from django.test import Client  # noqa: PLC0415 (the same)

    from dermograph.clinic.fhir.published import everything  # noqa: PLC0415 (the same)
    from dermograph.clinic.wsgi import settle  # noqa: PLC0415 (the same)

    settle()  # as each process of a site does
    settings.API_REQUESTS_A_MINUTE = 10**9
    call_command("migrate", verbosity=0)
    patient, token = _clinic()
    protocol = next(iter(everything().protocols))
    paths = {
        PLAIN: f"/api/v1/patients/{patient}",
        FHIR: f"/fhir/Patient/{patient}",
        PROTOCOL: f"/fhir/PlanDefinition/{protocol}",
    }
    client = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    for path in paths.values():
        for _ in range(WARM):
            assert client.get(path).status_code == 200, path  # noqa: S101 (else nothing would be measured)
    took: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(rounds):
        for name, path in paths.items():
            started = time.perf_counter()
            for _ in range(AT_ONCE):
                client.get(path)
            took[name].append((time.perf_counter() - started) * 1000 / AT_ONCE)
    print(json.dumps(took))


def _clinic() -> tuple[uuid.UUID, str]:
    """A patient who does not exist, and a token of the medical lead."""
    from django.utils import timezone  # noqa: PLC0415 (the setup comes first)

    from dermograph.clinic.api.operations import register  # noqa: PLC0415 (the same)
    from dermograph.clinic.api.scopes import SCOPES  # noqa: PLC0415 (the same)
    from dermograph.clinic.api.tokens import make_token  # noqa: PLC0415 (the same)
    from dermograph.clinic.people.models import Clinic, Membership, Patient, User  # noqa: PLC0415 (the same)

    register()
    clinic = Clinic.objects.create(name="Generated", slug="generated")
    user = User.objects.create_user(email="a@generated.example", name="A")
    lead = Membership.objects.create(clinic=clinic, user=user, role="medical_lead")
    day = timezone.now().astimezone(clinic.zone).date() + dt.timedelta(days=1)
    _, secret = make_token(who=lead, member=lead, name="bench", scopes=list(SCOPES), last_day=day)
    patient = Patient.objects.create(
        clinic=clinic,
        number=1,
        given_names="Made",
        family_names="Up",
        birth_date=dt.date(1988, 4, 9),
        phone="+34 600 000 000",
        email="made@generated.example",
        synthetic=True,
    )
    return patient.pk, secret


if __name__ == "__main__":
    main(int(sys.argv[1]))
