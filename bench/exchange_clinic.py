"""The clinic of the benchmark on exchange: one full record, and patients to search among; prints what was measured.

python bench/exchange_clinic.py PATIENTS SESSIONS PHOTOGRAPHS ROUNDS
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

SEED = 20261122


def main(patients: int, sessions: int, photographs: int, rounds: int) -> None:
    """Fill it, measure, and print."""
    os.umask(0o077)
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 (the setup comes first)

    from dermograph.clinic.handover.shelf import Asked, Shelf  # noqa: PLC0415 (the same)
    from dermograph.clinic.people.models import Clinic, Membership, NameToken, Patient, User  # noqa: PLC0415 (the same)
    from dermograph.exchange.fhir.bundle import record_bundle  # noqa: PLC0415 (the same)
    from dermograph.exchange.fhir.elements import naming  # noqa: PLC0415 (the same)
    from tests.clinic.handover.full_record import fill  # noqa: PLC0415 (the same)

    call_command("migrate", verbosity=0)
    clinic = Clinic.objects.create(name="Generated", slug="generated")
    user = User.objects.create_user(email="a@generated.example", name="A")
    who = Membership.objects.create(clinic=clinic, user=user, role="medical_lead")
    first = Patient.objects.create(clinic=clinic, number=1, given_names="A", family_names="B", synthetic=True)
    fill(first, who, who, sessions, photographs - 1)
    for start in range(2, patients + 1, 5_000):
        some = [
            Patient(clinic=clinic, number=number, given_names=f"Made{number % 977}", family_names=f"Up{number}")
            for number in range(start, min(start + 5_000, patients + 1))
        ]
        Patient.objects.bulk_create(some, batch_size=500)
        words = [NameToken(patient=one, clinic=clinic, word=f"up{one.number}") for one in some]
        NameToken.objects.bulk_create(words, batch_size=500)
    chance, number = random.Random(SEED), naming("record-number")
    ids: list[uuid.UUID] = list(Patient.objects.values_list("pk", flat=True)[:1000])
    jobs: dict[str, Callable[[], object]] = {
        "a record from the database": lambda: Shelf(clinic).everything(first.pk),
        "the same as a Bundle": lambda: record_bundle(
            Shelf(clinic).everything(first.pk), base="https://clinic.example"
        ),
        "a patient by record number": lambda: Shelf(clinic).search(
            Asked("Patient", identifier=(number, str(chance.randint(1, patients))))
        ),
        "a patient by name": lambda: Shelf(clinic).search(Asked("Patient", name=f"up{chance.randint(2, patients)}")),
        "a patient by id": lambda: Shelf(clinic).read("Patient", chance.choice(ids)),
        "a page of 50 observations of a patient": lambda: Shelf(clinic).search(Asked("Observation", patient=first.pk)),
    }
    took = {name: [_milliseconds(job) for _ in range(rounds)] for name, job in jobs.items()}
    print(json.dumps(took))


def _milliseconds(job: Callable[[], object]) -> float:
    started = time.perf_counter()
    job()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:5]))
