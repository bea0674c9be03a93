"""Two servers and their workers, each on a machine of its own, with one PostgreSQL and one store between them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.clinic.gallery.photos import files_of_pair
from tests.clinic.postgresql import private_postgresql
from tests.clinic.scale.machines import (
    ROOT,
    Browser,
    Machine,
    eventually,
    measuring_below,
    networks,
    power_cut,
    what_they_share,
)
from tests.clinic.scale.seeding import PASSWORD

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="it starts a server of its own"),
    pytest.mark.xdist_group("several machines"),
]
NAMES = ("left", "right", "bench")
LONGEST_S = 240.0  # on a machine that others use too; 15 s on a quiet one
_WRITTEN = """
CREATE TABLE written (pk uuid, stage text, pictures jsonb);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO written VALUES (NEW.id, NEW.stage, NEW.pictures); RETURN NEW; END $$;
CREATE TRIGGER result_written AFTER UPDATE ON gallery_comparison FOR EACH ROW
    WHEN (OLD.result IS DISTINCT FROM NEW.result) EXECUTE FUNCTION note();
CREATE TRIGGER report_written AFTER UPDATE ON gallery_comparison FOR EACH ROW
    WHEN (NOT OLD.pictures ? 'report_en' AND NEW.pictures ? 'report_en') EXECUTE FUNCTION note();
"""


@dataclass
class Town:
    """A clinic on three machines.

    Attributes:
        made: What ``seeding`` made.
    """

    machines: dict[str, Machine]
    database: str
    files: Path
    made: dict[str, Any]

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def count(self, table: str, where: str) -> int:
        """How many rows there are."""
        n: int = self.ask(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]  # noqa: S608 (of this file)
        return n


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    folder = Path(tempfile.mkdtemp(prefix="dermograph-town-"))
    with private_postgresql() as database, networks(NAMES) as made:
        shared = what_they_share(database, folder)
        machines = {name: Machine(made[name], folder / name, shared) for name in NAMES}
        command = [sys.executable, "-m", "tests.clinic.scale.seeding", "1", "2"]
        environment = machines["bench"].environment()
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
        assert done.returncode == 0, done.stderr[-3000:]
        one = Town(machines, database, folder / "files", json.loads(done.stdout.splitlines()[-1]))
        one.ask(_WRITTEN)
        try:
            yield one
        finally:
            for machine in machines.values():
                machine.end()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_worker_that_is_told_to_stop_lets_go_of_its_work_at_once(town: Town) -> None:
    assert town.count("procrastinate_jobs", "status = 'todo'") == 3, "each photograph was announced as it was stored"
    one = town.machines["bench"].start("worker", until="Ctrl+C")
    eventually(lambda: town.count("gallery_photograph", "stage = 'running'"), LONGEST_S)
    os.kill(measuring_below(one.pid), signal.SIGSTOP)  # it will be at it still
    one.send_signal(signal.SIGTERM)
    assert one.wait(30) == 0
    assert town.count("gallery_photograph", "stage = 'running' OR leased_until IS NOT NULL") == 0
    assert town.ask("SELECT max(attempt) FROM gallery_photograph WHERE stage = 'waiting'") == [(0,)]
    waiting = town.count("gallery_photograph", "stage = 'waiting'")
    assert town.count("procrastinate_jobs", "status = 'todo' AND queue_name = 'measuring'") >= waiting
    assert town.count("procrastinate_workers", "true") == 0


def test_what_a_worker_was_at_when_its_machine_lost_power_is_done_once_by_the_other(town: Town) -> None:
    first = town.machines["left"].start("worker", until="Ctrl+C")
    held = eventually(lambda: held_in_the_middle(town, first), LONGEST_S)
    second = town.machines["right"].start("worker", until="Ctrl+C")
    power_cut(first)
    assert town.ask("SELECT stage, attempt FROM gallery_comparison WHERE id = %s", held) == [("running", 1)]
    eventually(
        lambda: town.count("gallery_comparison", "pictures ? 'report_es' AND leased_until IS NULL") == 2, LONGEST_S
    )
    assert town.ask("SELECT stage, attempt FROM gallery_comparison WHERE id = %s", held) == [("done", 2)]
    assert town.count("gallery_photograph", "stage = 'done' AND usable AND leased_until IS NULL") == 3
    results = town.ask("SELECT pk, count(*) FROM written WHERE NOT pictures ? 'report_en' GROUP BY pk")
    reports = town.ask("SELECT pk, count(*) FROM written WHERE pictures ? 'report_en' GROUP BY pk")
    assert [n for _, n in results] == [n for _, n in reports] == [1, 1]
    _nothing_is_left_over(town, second)


def held_in_the_middle(town: Town, worker: subprocess.Popen[str]) -> str | None:
    """The comparison that a worker is at and will not come to the end of; None if it just came to it."""
    running = "SELECT id FROM gallery_comparison WHERE stage = 'running' AND step <> ''"
    if not town.ask(running):
        return None
    process = measuring_below(worker.pid)
    os.kill(process, signal.SIGSTOP)
    time.sleep(1)  # what it had said already has been written by then
    if held := town.ask(running):
        return str(held[0][0])
    os.kill(process, signal.SIGCONT)
    return None


def _nothing_is_left_over(town: Town, worker: subprocess.Popen[str]) -> None:
    """No job waits, none counts as being done, and each file in the store is spoken of by one row."""
    eventually(lambda: town.count("procrastinate_jobs", "queue_name = 'measuring'") == 0, LONGEST_S)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    spoken_of = {name for row in town.ask("SELECT file, preview, thumbnail FROM gallery_photograph") for name in row}
    spoken_of |= {name for (names,) in town.ask("SELECT pictures FROM gallery_comparison") for name in names.values()}
    assert {str(path.relative_to(town.files)) for path in town.files.glob("??/*")} == spoken_of


def test_who_signed_in_at_one_server_goes_on_at_the_other_and_sees_what_was_uploaded_there(town: Town) -> None:
    left, right = town.machines["left"], town.machines["right"]
    for machine in (left, right):
        machine.serve()
    browser = Browser()
    browser.get(left, "/account/login/")
    status, _ = browser.post(left, "/account/login/", login=town.made["email"], password=PASSWORD)
    assert status == 302
    course = town.made["courses"][0]
    assert browser.get(right, f"/courses/{course}/photographs/")[0] == 200
    _, after = files_of_pair()
    status, said = browser.upload(left, f"/courses/{course}/photographs/upload", after + b"new", "2026-08-01")
    assert status in (200, 201), said[:500]
    ((new,),) = town.ask("SELECT id FROM gallery_photograph ORDER BY written_at DESC LIMIT 1")
    status, preview = browser.get(right, f"/photographs/{new}/image/preview")
    assert (status, preview[:3]) == (200, b"\xff\xd8\xff")
    assert str(new) in browser.get(right, f"/courses/{course}/photographs/")[1].decode()
    assert town.ask("SELECT stage FROM gallery_photograph WHERE id = %s", new) == [("waiting",)], "no page measures"
    assert town.count("procrastinate_jobs", f"queueing_lock = 'photograph:{new}'") == 1
    for machine in (left, right):
        machine.end()


def test_a_cohort_is_measured_again_through_the_workers_and_goes_on_where_it_was_stopped(town: Town) -> None:
    worker = town.machines["bench"].start("worker", "--processes", "2", until="Ctrl+C")
    eventually(lambda: town.count("gallery_comparison", "stage = 'done' AND leased_until IS NULL") == 3, LONGEST_S)
    town.ask("UPDATE gallery_comparison SET method = 'compare/0'")
    begun = again(town, "--stop-after", "1")
    assert (begun["run"]["done"], begun["run"]["to_do"], begun["compared"]) == (1, 2, 1)
    ended = again(town)
    assert (ended["run"]["done"], ended["run"]["to_do"], ended["compared"]) == (2, 0, 3)
    assert ended["other_verdicts"] == 0
    assert ended["measures"]["contrast"]["largest"] == pytest.approx(0, abs=1e-9), "the same method, the same figures"
    assert town.count("gallery_comparison", "method = 'compare/0' AND result IS NOT NULL") == 3, "the old ones are kept"
    assert again(town)["run"]["asked"] == 0
    actions = dict(town.ask("SELECT action, count(*) FROM audit_auditentry GROUP BY 1"))
    assert (actions["comparisons.measuring_again"], actions["comparisons.measured_again"]) == (2, 2)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0


def again(town: Town, *arguments: str) -> dict[str, Any]:
    """Run ``dermograph measure-again`` on one of the machines."""
    done = subprocess.run(
        [sys.executable, "-m", "dermograph", "measure-again", "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=town.machines["bench"].environment(),
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_a_worker_whose_store_goes_away_loses_no_work_and_goes_on_when_it_is_back(town: Town) -> None:
    worker = town.machines["bench"].start("worker", until="Ctrl+C")
    eventually(lambda: town.count("procrastinate_workers", "true"), LONGEST_S)
    away = town.files.rename(town.files.with_name("away"))
    town.ask("UPDATE gallery_photograph SET stage = 'waiting', usable = NULL, leased_until = NULL, attempt = 0")
    looked_at = "procrastinate_jobs", "status = 'doing' AND queue_name = 'measuring'"
    eventually(lambda: town.count(*looked_at), LONGEST_S)
    time.sleep(12)  # it looks for its store every 5 s
    assert town.count("gallery_photograph", "stage = 'failed'") == 0
    assert town.ask("SELECT max(attempt) FROM gallery_photograph WHERE stage = 'waiting'") == [(0,)]
    assert worker.poll() is None
    away.rename(town.files)
    eventually(lambda: town.count("gallery_photograph", "stage = 'waiting' OR stage = 'running'") == 0, LONGEST_S)
    assert town.count("gallery_photograph", "stage <> 'done'") == 0
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0


def test_a_machine_on_which_the_store_is_not_mounted_does_not_start(town: Town, tmp_path: Path) -> None:
    machine = town.machines["bench"]
    environment = machine.environment() | {"DERMOGRAPH_FILES": str(tmp_path / "not mounted")}
    done = subprocess.run(
        [sys.executable, "-m", "dermograph", "worker"], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 2
    assert "not the photographs that the database speaks of" in done.stderr
