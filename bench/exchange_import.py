"""Patients of another system taken over into a clinic's own data folder, and the same again; prints the seconds.

python bench/exchange_import.py PATIENTS
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

SOURCE = "https://hospital.example/fhir"
YEARS, FIRST_YEAR = 80, 1930


def main(count: int) -> None:
    """Make the clinic, take over, and print."""
    os.umask(0o077)
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 (the setup comes first)

    from dermograph.clinic.handover.received import take_over  # noqa: PLC0415 (the same)
    from dermograph.clinic.people.models import Clinic, Membership, User  # noqa: PLC0415 (the same)

    call_command("migrate", verbosity=0)
    clinic = Clinic.objects.create(name="Generated", slug="generated")
    user = User.objects.create_user(email="a@generated.example", name="A")
    who = Membership.objects.create(clinic=clinic, user=user, role="medical_lead")
    entries = [{"resource": _patient(number)} for number in range(count)]
    data = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}).encode()
    took: dict[str, list[float]] = {}
    for name, done in (("taken over", "created"), ("the same again", "unchanged")):
        started = time.perf_counter()
        found = take_over(clinic, who, data, source=SOURCE)
        took[name] = [time.perf_counter() - started]
        if any(one.done != done for one in found.results):
            msg = f"an entry was not {done}"
            raise SystemExit(msg)
    print(json.dumps(took))


def _patient(number: int) -> dict[str, object]:
    """A made-up patient as a hospital sends one; seldom two of them are born on one day."""
    born = f"{FIRST_YEAR + number % YEARS}-{1 + number // YEARS % 12:02d}-{1 + number // (YEARS * 12) % 28:02d}"
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "identifier": [{"system": "https://hospital.example/numbers", "value": f"H{number:07d}"}],
        "name": [{"given": [f"Made{number % 977}"], "family": f"Up{number}"}],
        "telecom": [{"system": "phone", "value": f"+34 600 {number % 1000:03d} {number // 1000 % 1000:03d}"}],
        "birthDate": born,
        "address": [{"text": f"Made-up street {number}"}],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
