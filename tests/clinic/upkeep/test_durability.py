"""What was acknowledged is there afterwards: after kill -9 of the server, and after a power cut as SQLite sees one."""

from __future__ import annotations

import http.client
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings

from tests.clinic.upkeep.small_clinic import command, environment, make

ROUNDS, A_ROUND = 5, 200
SECTOR, HEADER = 512, 32
PASSWORD = "correct horse battery"  # noqa: S105 (of tests)


class Server:
    """``dermograph serve`` in processes of its own."""

    def __init__(self, data: Path, **more: str) -> None:
        start = [sys.executable, "-m", "dermograph", "serve", "--port", "0", "--data", str(data)]
        settled = environment(data, DERMOGRAPH_SECOND_FACTOR="optional", **more)
        self.process = subprocess.Popen(start, stdout=subprocess.PIPE, text=True, env=settled)
        assert self.process.stdout is not None
        self.port = 0
        for line in self.process.stdout:
            if found := re.search(r"127\.0\.0\.1:(\d+)/$", line.strip()):
                self.port = int(found[1])
            if "Ctrl+C" in line:
                break
        assert self.port

    def kill(self) -> None:
        """-9 for every process of it, the supervisor first."""
        parents = {}
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, ValueError):
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        below = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= more
        for pid in (self.process.pid, *(below - {self.process.pid})):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


class Browser:
    """As much of one as registering a patient needs."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.ask("GET", "/account/login/")
        status = self.ask("POST", "/account/login/", login="lead@aurora.example", password=PASSWORD)
        assert status == 302, status

    def ask(self, method: str, path: str, **fields: str) -> int:
        """The status of an answer that came whole."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields})
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
            headers = {"Cookie": cookies, "Host": f"127.0.0.1:{self.port}", **kind}
            connection.request(method, path, body if method == "POST" else None, headers)
            answer = connection.getresponse()
            answer.read()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status


def write_until_killed(server: Server, wanted: int, acknowledged: set[str]) -> None:
    """Three people register patients; once so many were acknowledged the server is killed in the middle of others."""
    enough = threading.Event()

    def work() -> None:
        with suppress(OSError, http.client.HTTPException):
            browser = Browser(server.port)
            while True:
                entry = str(uuid.uuid4())
                fields = {"entry": entry, "given_names": "Eva", "language": "en", "anyway": "1"}
                if browser.ask("POST", "/patients/new", **fields) != 302:
                    continue
                acknowledged.add(entry)
                if len(acknowledged) >= wanted:
                    enough.set()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert enough.wait(600)
    server.kill()
    for thread in threads:
        thread.join(70)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the server here is one of SQLite")
def test_a_thousand_acknowledged_writes_survive_kills_of_the_whole_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    make(data)
    acknowledged: set[str] = set()
    for turn in range(1, ROUNDS + 1):
        write_until_killed(Server(data), turn * A_ROUND, acknowledged)
    assert len(acknowledged) >= ROUNDS * A_ROUND
    with closing(sqlite3.connect(data / "clinic.sqlite3")) as lite:
        assert lite.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        there = {str(uuid.UUID(one)) for (one,) in lite.execute("SELECT id FROM people_patient")}
        patients = lite.execute("SELECT count(*) FROM people_patient").fetchone()[0]
        audited = lite.execute("SELECT count(*) FROM audit_auditentry WHERE action = 'patient.registered'").fetchone()[
            0
        ]
    assert acknowledged <= there
    assert audited == patients
    proved = command(data, "audit", "verify")
    assert proved.returncode == 0, proved.stdout


def torn(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """A file of which some sectors reached the disk and some did not; one may be half of each, or garbage.

    Bytes of a sector that were not written stay as they were, which SQLite relies on (powersafe overwrite).
    """
    length = max(len(old), len(new))
    before, after = old.ljust(length, b"\0"), bytearray(new.ljust(length, b"\0"))
    for start in range(0, length, SECTOR):
        end = min(start + SECTOR, length)
        if before[start:end] == after[start:end]:
            continue
        written = [place for place in range(start, end) if before[place] != after[place]]
        luck = chance.random()
        if luck < 0.4:
            after[start:end] = before[start:end]
        elif luck < 0.5:
            cut = chance.choice(written)
            after[cut:end] = before[cut:end]
        elif luck < 0.55:
            after[written[0] : written[-1] + 1] = chance.randbytes(written[-1] + 1 - written[0])
    return bytes(after[: chance.choice((length, chance.randint(min(len(old), length), length)))])


def torn_wal(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """The WAL while a commit is written to it. Where it starts anew, SQLite syncs its header before any frame."""
    if old[:HEADER] == new[:HEADER] or not old:
        return torn(old, new, chance)
    if chance.random() < 0.5:
        return torn(old[:HEADER], new[:HEADER], chance) + old[HEADER:]
    return new[:HEADER] + torn(old[HEADER:], new[HEADER:], chance)


def survivors(folder: Path, database: bytes, wal: bytes) -> set[int]:
    """What is found after the power is back."""
    (folder / "crash.sqlite3").write_bytes(database)
    (folder / "crash.sqlite3-wal").write_bytes(wal)
    with suppress(FileNotFoundError):
        (folder / "crash.sqlite3-shm").unlink()
    with closing(sqlite3.connect(folder / "crash.sqlite3")) as lite:
        assert lite.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        sound = lite.execute("SELECT number, length(body) = size FROM entries").fetchall()
        assert all(whole for _, whole in sound)
        return {number for number, _ in sound}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="this is about SQLite")
def test_what_was_committed_survives_a_power_cut_at_any_moment_of_the_next_commit(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    pragmas = settings.DATABASES["default"]["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in pragmas
    assert "journal_mode=WAL" in pragmas
    database, wal = tmp_path / "live.sqlite3", tmp_path / "live.sqlite3-wal"
    cuts = checkpoints = restarts = lost = 0
    with closing(sqlite3.connect(database, isolation_level=None)) as lite:
        lite.executescript(pragmas)
        lite.execute(
            "PRAGMA wal_autocheckpoint = 60"
        )  # often, so that cuts fall into checkpoints and restarts of the WAL
        lite.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY, size INTEGER, body BLOB)")
        for number in range(1, 100):
            old = database.read_bytes(), wal.read_bytes()
            lite.execute("BEGIN IMMEDIATE")
            size = chance.choice((10, 300, 5_000, 40_000))
            lite.execute("INSERT INTO entries VALUES (?, ?, ?)", (number, size, chance.randbytes(size)))
            if number % 3 == 0:
                lite.execute("UPDATE entries SET body = zeroblob(size) WHERE number % 7 = ?", (number % 7,))
            lite.execute("COMMIT")
            new = database.read_bytes(), wal.read_bytes()
            acknowledged = set(range(1, number))
            # The WAL is being written, the database is as it was.
            for _ in range(3):
                found = survivors(tmp_path, old[0], torn_wal(old[1], new[1], chance))
                assert acknowledged <= found <= {*acknowledged, number}
                lost += number not in found
                cuts += 1
            restarts += old[1][:HEADER] != new[1][:HEADER]
            # The WAL is on the disk, and a checkpoint is writing the database.
            if old[0] != new[0]:
                checkpoints += 1
                found = survivors(tmp_path, torn(old[0], new[0], chance), new[1])
                assert found == {*acknowledged, number}
    assert cuts > 250
    assert checkpoints > 3
    assert restarts > 3
    assert lost > 30  # the cuts did cut


def test_the_simulation_would_notice_a_commit_that_was_not_on_the_disk(tmp_path: Path) -> None:
    database, wal = tmp_path / "live.sqlite3", tmp_path / "live.sqlite3-wal"
    with closing(sqlite3.connect(database, isolation_level=None)) as lite:
        lite.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        lite.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY, size INTEGER, body BLOB)")
        for number in (1, 2, 3):
            lite.execute("INSERT INTO entries VALUES (?, 5, 'abcde')", (number,))
        whole = wal.read_bytes()
        assert survivors(tmp_path, database.read_bytes(), whole) == {1, 2, 3}
        assert survivors(tmp_path, database.read_bytes(), whole[:-10]) == {1, 2}


@pytest.mark.slow
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the server here is one of SQLite")
@pytest.mark.parametrize(("seconds", "refused"), [(200, False), (3600, True)])
def test_a_clock_that_was_set_back_is_refused_by_serve_and_told_by_check(
    tmp_path: Path,
    seconds: int,
    refused: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    from tests.clinic.upkeep.small_clinic import inside

    data = tmp_path / "data"
    make(data)
    inside(
        data,
        f"""
import datetime as dt
from unittest import mock
from django.utils import timezone
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic
later = timezone.now() + dt.timedelta(seconds={seconds})
with mock.patch("django.utils.timezone.now", return_value=later):
    record("clinic.changed", clinic=Clinic.objects.get(), who=None)
""",
    )
    if refused:
        done = command(data, "serve", "--port", "0", "--data", data)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "before the last entry" in done.stderr
        assert "antes de la última" in command(data, "serve", "--port", "0", "--data", data, "--lang", "es").stderr
        checked = command(data, "check")
        assert checked.returncode == 1
        assert "✗ This machine's clock" in checked.stdout
    else:
        shutil.rmtree(data / "static", ignore_errors=True)
        Server(data).kill()
        assert "✗ This machine's clock" not in command(data, "check").stdout
    assert time.time() > 0
