"""Backup, restore and proof of the audit trail on a private PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.clinic.test_on_postgresql import server
from tests.clinic.upkeep.small_clinic import PHOTOGRAPH, command, environment, inside, make
from tests.clinic.upkeep.test_backup import WRITE

__all__ = ["server"]
pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="it starts a server of its own"),
]
ACKNOWLEDGED = """
import uuid
from dermograph.clinic.people.models import Clinic, User
from dermograph.clinic.people.patient_services import register_patient
clinic, user = Clinic.objects.get(), User.objects.get()
while True:
    patient = register_patient(clinic=clinic, who=user, given_names="Eva", language="en", family_names="")
    print(patient.pk, flush=True)
"""


@pytest.fixture
def clinic_there(server: str, tmp_path: Path) -> tuple[Path, str]:
    """A small clinic whose rows are in PostgreSQL."""
    data = tmp_path / "data"
    make(data, DATABASE_URL=server)
    return data, server


def another(address: str, name: str) -> str:
    """A new, empty database beside the one of an address."""
    with psycopg.connect(address, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}")
    return address.replace("/clinic?", f"/{name}?")


def test_a_backup_that_was_made_during_writes_restores_to_a_verified_copy(
    clinic_there: tuple[Path, str], tmp_path: Path
) -> None:
    data, address = clinic_there
    environ = environment(data, DJANGO_SETTINGS_MODULE="dermograph.clinic.settings", DATABASE_URL=address)
    start = [sys.executable, "-c", f"import django; django.setup()\n{WRITE}"]
    writers = [subprocess.Popen([*start, name], env=environ, stdout=subprocess.PIPE, text=True) for name in ("A", "B")]
    archive, back = tmp_path / "pg.backup", tmp_path / "back"
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "0\n"
        done = command(data, "backup", archive, DATABASE_URL=address)
        assert done.returncode == 0, done.stderr
        assert all(writer.poll() is None for writer in writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    verified = command(tmp_path, "restore", archive, "--verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    key = data / "master.key"
    refused = command(tmp_path, "restore", archive, "--data", back, "--master-key", key)
    assert "backup is of PostgreSQL" in refused.stderr
    refused = command(tmp_path, "restore", archive, "--data", back, "--master-key", key, DATABASE_URL=address)
    assert "not empty" in refused.stderr
    fresh = another(address, "restored")
    done = command(
        tmp_path, "restore", archive, "--data", tmp_path / "back2", "--master-key", key, "--verify", DATABASE_URL=fresh
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Photographs opened with the keys: 6" in done.stdout
    proved = command(tmp_path / "back2", "audit", "verify", "--json", DATABASE_URL=fresh)
    assert json.loads(proved.stdout)["holds"] is True
    assert inside(tmp_path / "back2", PHOTOGRAPH, DATABASE_URL=fresh) == inside(data, PHOTOGRAPH, DATABASE_URL=address)
    with psycopg.connect(fresh) as session:
        rows = session.execute(
            "SELECT (SELECT count(*) FROM people_patient), (SELECT count(*) FROM audit_auditentry)"
        ).fetchone()
        assert rows is not None
        assert rows[1] == rows[0] + 6
        with pytest.raises(psycopg.errors.RestrictViolation):
            session.execute("DELETE FROM audit_auditentry")


def test_an_altered_row_in_a_dump_is_found_without_a_server(clinic_there: tuple[Path, str], tmp_path: Path) -> None:
    data, address = clinic_there
    with psycopg.connect(address) as session:
        session.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        session.execute("UPDATE audit_auditentry SET action = 'nothing.happened' WHERE number = 4")
        session.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
    proved = command(data, "audit", "verify", DATABASE_URL=address)
    assert proved.returncode == 1
    assert "Entry 4 was altered" in proved.stdout
    assert command(data, "backup", tmp_path / "x.backup", DATABASE_URL=address).returncode == 0
    verified = command(tmp_path, "restore", tmp_path / "x.backup", "--verify")
    assert verified.returncode == 1
    assert "Entry 4 was altered" in verified.stdout


def test_acknowledged_writes_survive_a_kill_of_postgresql(clinic_there: tuple[Path, str], tmp_path: Path) -> None:
    data, address = clinic_there
    environ = environment(data, DJANGO_SETTINGS_MODULE="dermograph.clinic.settings", DATABASE_URL=address)
    start = [sys.executable, "-c", f"import django; django.setup()\n{ACKNOWLEDGED}"]
    writer = subprocess.Popen(start, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(300)]
    with psycopg.connect(address) as session:
        row = session.execute("SHOW data_directory").fetchone()
        assert row is not None
        folder = Path(str(row[0]))
    postmaster = int((folder / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    acknowledged += [line.strip() for line in writer.stdout]
    writer.stdout.close()
    writer.wait(60)
    from tests.clinic.postgresql import postgresql

    programs = postgresql()
    assert programs is not None
    wrap = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    until = time.monotonic() + 60
    while time.monotonic() < until:
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder.parent}'"
        command_line = [
            *wrap,
            str(programs / "pg_ctl"),
            "-D",
            str(folder),
            "-l",
            str(folder.parent / "log2"),
            "-w",
            "-o",
            options,
        ]
        started = subprocess.run([*command_line, "start"], check=False, capture_output=True, cwd=folder.parent)
        if started.returncode == 0:
            break
        time.sleep(0.5)  # its children still hold the shared memory
    with psycopg.connect(address) as session:
        there = {str(row[0]) for row in session.execute("SELECT id FROM people_patient")}
    assert len(acknowledged) >= 300
    assert set(acknowledged) <= there
    assert command(data, "audit", "verify", DATABASE_URL=address).returncode == 0
