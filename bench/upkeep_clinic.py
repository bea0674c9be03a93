"""Fills the clinic of the benchmark: entries of the audit trail, and sealed files of photographs.

python bench/upkeep_clinic.py ENTRIES REFERENCE MEGABYTES
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import django

SEED = 20261121
ACTIONS = ("patient.opened", "session.recorded", "answer.written", "photograph.added", "appointment.booked")
SIZES = {"original": 3_000_000, "preview": 300_000, "thumbnail": 30_000}


def main(entries: int, reference: int, megabytes: int) -> None:
    """Fill it."""
    os.umask(0o077)
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 (the setup comes first)
    from django.db import connection  # noqa: PLC0415 (the setup comes first)

    from dermograph.clinic.people.models import Area, Clinic, Course, Patient, User  # noqa: PLC0415 (the same)

    call_command("migrate", verbosity=0)
    one = Clinic.objects.create(name="Generated", slug="generated")
    other = Clinic.objects.create(name="Reference", slug="reference")
    user = User.objects.create_user(email="a@generated.example", name="A")
    patient = Patient.objects.create(clinic=one, number=1, given_names="A", family_names="B", synthetic=True)
    area = Area.objects.create(patient=patient, name="scalp", view="scalp")
    course = Course.objects.create(clinic=one, patient=patient, area=area, treatment="scalp")
    columns = "clinic_id, number, at, who_id, action, what, about, patient, details, previous, hash"
    statement = f"INSERT INTO audit_auditentry ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (our own words)
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("BEGIN")
    for clinic, count in ((one, entries), (other, reference)):
        raw.executemany(statement, ((clinic.pk.hex, *row) for row in chain(clinic.pk.hex, user.pk.hex, count)))
    raw.execute("COMMIT")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a WAL of the whole database is not what a clinic has
    store_photographs(course, megabytes)
    size = sum(path.stat().st_size for path in data_folder().rglob("*") if path.is_file())
    print(json.dumps({"megabytes": size / 1e6}))


def chain(clinic: str, user: str, count: int) -> Iterator[tuple[object, ...]]:
    """Entries as the clinic writes them, each chained to the one before."""
    from dermograph.clinic.upkeep.chain import writer  # noqa: PLC0415 (the setup comes first)

    chance, write, previous = random.Random(SEED), writer(clinic), "0" * 64
    patients = [uuid.UUID(int=chance.getrandbits(128)).hex for _ in range(20_000)]
    start = dt.datetime(2024, 1, 1, 8)  # noqa: DTZ001 (as SQLite keeps it, in UTC)
    for number in range(1, count + 1):
        at = str(start + dt.timedelta(seconds=40 * number, microseconds=chance.randrange(1_000_000)))
        about = uuid.UUID(int=chance.getrandbits(128)).hex
        details = json.dumps({} if number % 3 else {"treatment": "scalp", "area": "coronilla", "n": number % 50})
        row = (number, at, user, chance.choice(ACTIONS), "Session", about, chance.choice(patients), details, previous)
        previous = sha256(write((*row, "")).encode()).hexdigest()
        yield (*row, previous)


def store_photographs(course: Any, megabytes: int) -> None:  # noqa: ANN401 (a course, whose model is imported later)
    """Photographs of random bytes, which compress as little as real ones."""
    from dermograph.clinic.gallery.models import Photograph  # noqa: PLC0415 (the setup comes first)
    from dermograph.clinic.vault import store  # noqa: PLC0415 (the same)

    patient = course.patient
    for number in range(megabytes * 1_000_000 // sum(SIZES.values())):
        names = {suffix: store.put(patient, os.urandom(size), suffix) for suffix, size in SIZES.items()}
        Photograph.objects.create(
            clinic=patient.clinic,
            course=course,
            taken_on=dt.date(2026, 1, 1),
            name="synthetic.jpg",
            kind="image/jpeg",
            sha256=f"{number:064x}",
            bytes=SIZES["original"],
            width=4000,
            height=3000,
            file=names["original"],
            preview=names["preview"],
            thumbnail=names["thumbnail"],
            stage="done",
            usable=True,
        )


def data_folder() -> Path:
    """The data folder."""
    from django.conf import settings  # noqa: PLC0415 (the setup comes first)

    return Path(settings.DATA.path)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
