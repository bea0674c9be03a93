"""The part of the benchmark on exchange: a record as a FHIR Bundle, and a Bundle as a record."""

from __future__ import annotations

import argparse
import json
import tempfile
import uuid
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from bench.exchange_server import server_rows
from bench.measuring import Rounds, Row, Target, in_turn, seconds
from bench.report import Page, table
from bench.upkeep_part import in_clinic
from dermograph.exchange.fhir.bundle import bundle_of, record_bundle
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Held
from dermograph.exchange.fhir.map.tables import to_resource
from dermograph.exchange.fhir.read_bundle import read_bundle
from dermograph.exchange.record.people import Patient
from tests.exchange.fhir.samples import CLINIC, record

SESSIONS, PHOTOGRAPHS = 10, 60
PATIENTS, FEW_PATIENTS = 10_000, 500
CLINIC_PATIENTS, FEW_CLINIC_PATIENTS = 100_000, 2_000
CLINIC_ROUNDS = 100
MOST_MS_TO_FIND = 30.0
MOST_MS, MOST_SECONDS = 60.0, 60.0
BASE = "https://clinic.example/fhir"
PAGE = Page(
    "benchmarks-exchange.md",
    "Benchmarks of exchange",
    f"""\
## What is measured

- **Record to Bundle**: one made-up patient with {SESSIONS} sessions, {PHOTOGRAPHS} photographs and the comparisons
  with the first, ten measures each, as one FHIR R4 collection; then with the text, and with references by `urn:uuid`,
  as they stand where no server is named.
- **Bundle to record**: the text of that Bundle read strictly, every element checked, references followed, and each
  entry held against an empty clinic; then against one that has it all already.
- **Patients**: a Bundle of patients, from its text to the parts that would be taken over. Nothing is stored.
- **Import into SQLite**: such a Bundle taken over into a new data folder: registered, searchable, with its audit trail,
  each original sealed with a key of its own patient, all on the disk; then the same Bundle again.
- **Database**: the same of one such patient in a clinic of {CLINIC_PATIENTS:,} patients in SQLite, in a process of its
  own: the record read from its tables, and patients found by record number, name and id.
- **FHIR server**: one patient read through `/fhir` and through the plain JSON API, in turn, five requests at a time.

## Reproduce

```text
make bench ARGS="--part exchange"            # some minutes
make bench ARGS="--part exchange --quick"    # fewer patients
make bench ARGS="--part exchange --write"    # and write this page
```
""",
)


class Shelf:
    """What is held already: nothing, or all that it was given."""

    def __init__(self, *resources: Element) -> None:
        self._held = {
            (one["resourceType"], uuid.UUID(one["id"])): Held(clinic=CLINIC, resource=one) for one in resources
        }

    def held(self, kind: str, key: uuid.UUID) -> Held | None:
        """The resource with an id."""
        return self._held.get((kind, key))

    def named(self, kind: str, system: str, value: str) -> uuid.UUID | None:  # noqa: ARG002 (of the protocol)
        """Nobody is known by an identifier."""
        return None


def measure_exchange(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows on exchange, each section shown by ``say`` as soon as it is there."""
    rounds = Rounds(min(chosen.rounds, 5), min(chosen.rounds, 15))
    rows: list[Row] = []
    sizes = (FEW_PATIENTS, FEW_CLINIC_PATIENTS) if chosen.quick else (PATIENTS, CLINIC_PATIENTS)
    for section in _sections(rounds, *sizes):
        rows.extend(section)
        for name, some in groupby(section, key=lambda row: row.section):
            say(table(name, list(some)))
    return rows


def _sections(rounds: Rounds, patients: int, in_clinic_patients: int) -> Iterator[list[Row]]:
    yield outgoing_rows(rounds)
    yield incoming_rows(rounds)
    yield patient_rows(patients)
    yield import_rows(patients)
    yield database_rows(in_clinic_patients)
    yield server_rows()


def outgoing_rows(rounds: Rounds) -> list[Row]:
    """A record as a Bundle."""
    whole = record(SESSIONS, PHOTOGRAPHS)
    jobs: dict[str, Callable[[], object]] = {
        "a record as a Bundle": lambda: record_bundle(whole, base=BASE),
        "the same with its text": lambda: json.dumps(record_bundle(whole, base=BASE)),
        "a record as a Bundle, references by urn:uuid": lambda: record_bundle(whole),
    }
    took = in_turn({name: _milliseconds(job) for name, job in jobs.items()}, rounds)
    section, first = "Record to Bundle", next(iter(jobs))
    size = len(json.dumps(record_bundle(whole, base=BASE))) / 1000
    rows = [Row(section, name, "ms", took[name], Target(MOST_MS) if name == first else None) for name in jobs]
    return [*rows, Row(section, "entries", "", [len(list(whole.parts()))]), Row(section, "text", "kB", [size])]


def incoming_rows(rounds: Rounds) -> list[Row]:
    """A Bundle as a record."""
    whole = record(SESSIONS, PHOTOGRAPHS)
    text = json.dumps(record_bundle(whole, base=BASE))
    empty, full = Shelf(), Shelf(*(to_resource(part) for part in whole.parts()))
    jobs: dict[str, Callable[[], object]] = {
        "a Bundle into an empty clinic": lambda: read_bundle(text, empty, CLINIC),
        "the same again": lambda: read_bundle(text, full, CLINIC),
    }
    took = in_turn({name: _milliseconds(job) for name, job in jobs.items()}, rounds)
    return [Row("Bundle to record", name, "ms", took[name]) for name in jobs]


def patient_rows(number: int) -> list[Row]:
    """A Bundle of many patients, once."""
    made = record(0, 0).patient
    patients = [Patient(id=uuid.UUID(int=one), given_names=made.given_names, clinic=CLINIC) for one in range(number)]
    text = json.dumps(bundle_of([to_resource(one) for one in patients], "transaction", base=BASE))
    took = seconds(lambda: read_bundle(text, Shelf(to_resource(record(0, 0).clinic)), CLINIC))
    return [Row("Patients", f"{number:,} patients read, checked and compared", "s", [took], Target(MOST_SECONDS))]


def database_rows(patients: int) -> list[Row]:
    """A record read from a clinic's tables, and patients found in it."""
    section = f"Database, {patients:,} patients"
    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as name:
        took = in_clinic(Path(name), "exchange_clinic.py", patients, SESSIONS, PHOTOGRAPHS, CLINIC_ROUNDS)
    rows = [Row(section, what, "ms", values) for what, values in took.items()]
    slow = sorted(took["a patient by record number"])[int(CLINIC_ROUNDS * 0.95)]
    found = Row(section, "a patient by record number, 95th percentile", "ms", [slow], Target(MOST_MS_TO_FIND))
    return [*rows, found]


def _milliseconds(job: Callable[[], object]) -> Callable[[], float]:
    return lambda: seconds(job) * 1000


def import_rows(patients: int) -> list[Row]:
    """Patients taken over into a clinic's data folder, with its trail, its keys and everything on the disk."""
    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as name:
        took = in_clinic(Path(name), "exchange_import.py", patients)
    section = "Import into SQLite"
    return [
        Row(section, f"{patients:,} patients {what}", "s", values, Target(MOST_SECONDS))
        for what, values in took.items()
    ]
