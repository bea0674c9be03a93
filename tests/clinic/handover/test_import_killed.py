"""An import that is killed by -9 on its way, and started again, ends as one that was not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.clinic.handover.bundles import SOURCE, bundle, condition, observation, person
from tests.clinic.upkeep.small_clinic import command, environment, inside, make

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the folder of this clinic is SQLite's"),
]
PATIENTS, OTHERS = 200, 3  # patients of the file, and those of the clinic before it
ENTRIES = 3 * PATIENTS  # so that they are written in several transactions
_LONGEST = 60  # s
_TOLD = {
    # Ids of rows are made anew each time; whom and what they name is not.
    "patients": "SELECT id, number, given_names, family_names, birth_date, sort_name, version FROM people_patient",
    "words": "SELECT patient_id, word FROM people_nametoken",
    "received": "SELECT kind, key, part, sha256, source, program, version, is_latest, patient_id "
    "FROM handover_received",
    "identifiers": "SELECT r.kind, r.key, i.digest FROM handover_receivedidentifier i "
    "JOIN handover_received r ON r.id = i.received_id",
    "keys": "SELECT patient_id FROM vault_patientkey",
    "registered": "SELECT patient FROM audit_auditentry WHERE action = 'patient.registered'",
    "told": "SELECT patient, details FROM audit_auditentry WHERE action = 'record.received'",
    "counted": "SELECT slug, last_number FROM people_clinic",
}
_OPENED = """
from dermograph.clinic.audit.record import broken_at
from dermograph.clinic.handover.canonical import sha256
from dermograph.clinic.handover.kept import opened
from dermograph.clinic.handover.models import Received
from dermograph.clinic.people.models import Clinic
rows = list(Received.objects.select_related("patient").order_by("pk"))
whole = sum(sha256(one) == row.sha256 for row, one in zip(rows, opened(rows), strict=True))
print(json.dumps([len(rows), whole, broken_at(Clinic.objects.get(slug="aurora"))]))
"""


def records() -> dict[str, Any]:
    """So many records of people who do not exist, each a patient with two things about them."""
    made = []
    for number in range(PATIENTS):
        name = [{"given": [f"Prueba {number}"], "family": f"Inventada {number}"}]
        born = f"{1940 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}"
        number_of_theirs = [{"system": "urn:example:records", "value": str(number)}]
        about = f"Patient/p{number}"
        made.append(person(f"p{number}", name=name, identifier=number_of_theirs, birthDate=born))
        made += [condition(f"c{number}", about), observation(f"o{number}", about)]
    return bundle(*made)


def words(file: Path) -> tuple[str | Path, ...]:
    """The command."""
    return ("import", "fhir", file, "--clinic", "aurora", "--as", "lead@aurora.example", "--source", SOURCE)


def asked(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the database says, in an order of its own."""
    with closing(sqlite3.connect(f"file:{folder / 'clinic.sqlite3'}?mode=ro", uri=True, timeout=5)) as database:
        return sorted(database.execute(sql).fetchall(), key=repr)


def received(folder: Path) -> int:
    """How many entries are in."""
    return int(asked(folder, "SELECT count(*) FROM handover_received")[0][0])


def halves(folder: Path) -> set[str]:
    """The patients who have a file with half of their key."""
    return {one.stem for one in (folder / "keys").rglob("*.key")}


def started(folder: Path, file: Path) -> subprocess.Popen[bytes]:
    """The command, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "dermograph", *map(str, words(file))],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_once(folder: Path, file: Path, is_time: Callable[[], bool]) -> None:
    """Start the import, and kill it by -9 as soon as it is time."""
    running = started(folder, file)
    try:
        until = time.monotonic() + _LONGEST
        while not is_time():
            assert running.poll() is None, "it came to its end before it was killed"
            assert time.monotonic() < until
            time.sleep(0.002)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == -signal.SIGKILL


def state(folder: Path) -> dict[str, Any]:
    """Everything that an import writes, but for what is made at random."""
    return {what: asked(folder, sql) for what, sql in _TOLD.items()} | {"halves": sorted(halves(folder))}


def test_an_import_that_is_killed_and_started_again_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole, broken, file = tmp_path / "whole", tmp_path / "broken", tmp_path / "records.json"
    file.write_text(json.dumps(records()))
    make(whole)
    shutil.copytree(whole, broken)
    beside = started(whole, file)

    # While the first transaction writes: keys are on the disk already, and nothing of the records is.
    killed_once(broken, file, lambda: len(halves(broken)) > OTHERS + 20)
    assert received(broken) == 0
    assert len(asked(broken, _TOLD["patients"])) == OTHERS
    # Between two transactions, or while a later one writes: whole records are in, and some are not.
    killed_once(broken, file, lambda: received(broken) > 0)
    between = received(broken)
    assert 0 < between < ENTRIES
    of_each = asked(broken, "SELECT count(*) FROM handover_received GROUP BY patient_id")
    assert {count for (count,) in of_each} == {3}, "no record is half here"

    last = command(broken, *words(file), "--json")
    assert (last.returncode, beside.wait(_LONGEST)) == (0, 0), last.stderr
    told = json.loads(last.stdout)
    assert (told["created"], told["unchanged"], told["refused"]) == (ENTRIES - between, between, 0)
    assert state(broken) == state(whole)
    assert inside(broken, _OPENED) == [ENTRIES, ENTRIES, None], "each opens, and the trail is whole"
