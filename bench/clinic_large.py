"""The part of the benchmark on large clinics: 100,000 patients in SQLite and in PostgreSQL."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.measuring import Row, Target
from bench.private_postgresql import private_postgresql
from bench.report import Page, table

ROOT = Path(__file__).resolve().parent.parent
PATIENTS, QUICK_PATIENTS = 100_000, 2_000
KILOBYTES_A_PATIENT = 400  # of room that is asked for; about 320 are used
TURNS, QUICK_TURNS = 40, 5
QUERIES, MILLISECONDS, SHARE_OF_EMPTY = Target(12), Target(150), Target(0.2, at_least=True)
SEARCH, ENTRIES_A_SECOND = Target(10), Target(200_000, at_least=True)
LARGE_PAGE = Page(
    "benchmarks-large.md",
    "Benchmarks of large clinics",
    f"""\
## What is measured

- **Clinics**: seven of different size, the largest with 60 of 100 patients; all figures are of the largest. Rows are
  copies of those that the services of the made-up clinic wrote, with new ids, names, days and links. On average a
  patient has 10 sessions and 20 photographs, over ten years; 15 % of the courses are in progress and as many of all
  are outlined and compared; every session has its appointment, two lots and a payment; the audit trail tells of
  each row. The names are made of syllables. Left out: the files of photographs, reminders, requests and messages,
  and the time that past appointments took.
- **Databases**: SQLite as the site opens it, and PostgreSQL as it is installed, with 1 GB of shared buffers.
- **Pages**: one user, the server alone (no network), each turn another patient, after the first one. The ratio of
  throughput is the mean time of an empty view, for the same person in the same turns, over that of the page.
- **Search**: 150 searches as people type them, eight patients each: the selector with all of its queries, and the
  whole request.
- **Audit trail**: `dermograph audit verify`, by the seconds that it states itself.

## Reproduce

```text
make bench ARGS="--part large"             # {PATIENTS:,} patients; see the rows on disk and time above
make bench ARGS="--part large --quick"     # {QUICK_PATIENTS:,} patients, some minutes
make bench ARGS="--part large --write"     # and write this page
```

Everything lies in a folder for what is temporary (`TMPDIR`) and is removed at the end. `--keep FOLDER` keeps
both databases where there is room, and goes on where an earlier run was stopped; how long they took to make is then
not told.
""",
)


@dataclass(frozen=True, slots=True)
class Database:
    """One of the databases that are filled.

    Attributes:
        data: The data folder.
        address: What ``DATABASE_URL`` is set to; empty for SQLite.
        lies: Where its bytes are.
    """

    name: str
    data: Path
    address: str
    lies: Path

    def run(self, *command: object) -> str:
        """What a command prints that runs on it; what it says meanwhile is passed on."""
        environment = os.environ | {
            "DERMOGRAPH_DATA": str(self.data),
            "DATABASE_URL": self.address,
            "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings",
        }
        words = [sys.executable, *map(str, command)]
        return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT).stdout

    def told(self, *command: object) -> dict[str, Any]:
        """The same of one that prints JSON last."""
        found: dict[str, Any] = json.loads(self.run(*command).splitlines()[-1])
        return found


def measure_large(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows on large clinics, each section shown by ``say`` as soon as it is there."""
    patients = chosen.clinic_patients or (QUICK_PATIENTS if chosen.quick else PATIENTS)
    rows: list[Row] = []
    with room(chosen.keep, patients) as folder:
        samples = folder / "samples"
        if not (samples / "told").exists():
            shutil.rmtree(samples, ignore_errors=True)  # of our own folder: a clinic that was not told to its end
            subprocess.run([sys.executable, "-m", "dermograph.clinic.demo", samples], check=True, cwd=ROOT)
            (samples / "told").touch()
        for database in databases(folder, patients, is_kept=chosen.keep is not None):
            for section in sections(database, patients, samples, QUICK_TURNS if chosen.quick else TURNS):
                rows.extend(section)
                say(table(section[0].section, section))
    return rows


@contextlib.contextmanager
def room(kept: Path | None, patients: int) -> Iterator[Path]:
    """A folder with room for one database of this size: the one that is kept, or a new one that is removed.

    Raises:
        OSError: If there is too little room.
    """
    with contextlib.ExitStack() as stack:
        if kept is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dermograph-large-")))
        else:
            folder = kept
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted, free = patients * KILOBYTES_A_PATIENT / 1e6, shutil.disk_usage(folder).free / 1e9
        there = _size(folder) / 1e9
        print(f"{wanted:.1f} GB are wanted in {folder}, {free:.1f} GB are free")
        if wanted > free + there:
            msg = f"too little room: {wanted:.1f} GB are wanted, {free:.1f} GB are free; set TMPDIR or --keep"
            raise OSError(msg)
        yield folder


def databases(folder: Path, patients: int, *, is_kept: bool) -> Iterator[Database]:
    """SQLite, removed before PostgreSQL is made unless both are kept and fit; PostgreSQL only where it is installed."""
    data = folder / "sqlite"
    data.mkdir(mode=0o700, exist_ok=True)
    yield Database("SQLite", data, "", data / "clinic.sqlite3")
    fits = is_kept and shutil.disk_usage(folder).free + _size(folder / "server") > patients * KILOBYTES_A_PATIENT * 1000
    # With its anchors: beside another trail they would say that this one was cut off.
    for name in () if fits else ("clinic.sqlite3", "clinic.sqlite3-wal", "clinic.sqlite3-shm", "audit.anchor"):
        (data / name).unlink(missing_ok=True)
    other = folder / "postgresql"
    other.mkdir(mode=0o700, exist_ok=True)
    try:
        with private_postgresql(folder / "server" if is_kept else None) as (address, lies):
            yield Database("PostgreSQL", other, address, lies)
    except FileNotFoundError as error:
        print(f"{error}: left out", file=sys.stderr)


def _size(folder: Path) -> int:
    """How many bytes lie in a folder; 0 where there is none."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def sections(database: Database, patients: int, samples: Path, turns: int) -> Iterator[list[Row]]:
    """What was filled, then the trail, the search and the pages of one database."""
    name = database.name
    filled = database.told(ROOT / "bench" / "clinic_large_fill.py", patients, samples / "clinic.sqlite3")
    yield filled_rows(f"{name}: what is in it", filled, database.lies)
    verified = json.loads(database.run("-m", "dermograph", "audit", "verify", "--json"))
    if not verified["holds"]:
        msg = "the trail does not hold"
        raise RuntimeError(msg)
    rate = verified["entries"] / verified["seconds"]
    yield [Row(f"{name}: audit trail", "verify: entries a second", "1/s", [rate], ENTRIES_A_SECOND)]
    found = database.told(ROOT / "bench" / "clinic_large_pages.py", turns)
    yield search_rows(f"{name}: search by beginnings of words", found["search"])
    yield page_rows(f"{name}: staff pages", found)


def filled_rows(section: str, filled: Mapping[str, Any], lies: Path) -> list[Row]:
    """How many rows there are, on how much disk, and how long it took to make them."""
    names = {
        "patients": "people_patient",
        "sessions": "treatment_session",
        "photographs": "gallery_photograph",
        "comparisons": "gallery_comparison",
        "appointments": "agenda_appointment",
        "answers": "intake_answer",
        "entries of the audit trail": "audit_auditentry",
    }
    rows = [Row(section, name, "", [float(filled["rows"][kind])]) for name, kind in names.items()]
    files = [lies] if lies.is_file() else [one for one in lies.rglob("*") if one.is_file()]
    rows.append(Row(section, "on disk", "GB", [sum(one.stat().st_size for one in files) / 1e9]))
    return [*rows, Row(section, "made in", "min", [filled["seconds"] / 60])] if "seconds" in filled else rows


def search_rows(section: str, found: Mapping[str, Sequence[float]]) -> list[Row]:
    """Median and 95th percentile of the selector and of the whole request."""
    names = {"selector": "its queries", "request": "the whole request"}
    rows = []
    for kind, name in names.items():
        target = SEARCH if kind == "selector" else None
        rows.append(Row(section, f"{name}: median", "ms", [1000 * float(np.median(found[kind]))]))
        rows.append(Row(section, f"{name}: p95", "ms", [1000 * float(np.quantile(found[kind], 0.95))], target))
    return rows


def page_rows(section: str, found: Mapping[str, Any]) -> list[Row]:
    """Queries, median, 95th percentile and the ratio of throughput of each page, the slowest first."""
    empty = float(np.mean(found["empty"]))
    rows = [Row(section, "an empty view, signed in: mean", "ms", [1000 * empty])]
    for name, page in sorted(found["pages"].items(), key=lambda item: -float(np.mean(item[1]["seconds"]))):
        seconds = page["seconds"]
        rows += [
            Row(section, f"{name}: queries", "", [float(page["queries"])], QUERIES),
            Row(section, f"{name}: median", "ms", [1000 * float(np.median(seconds))]),
            Row(section, f"{name}: p95", "ms", [1000 * float(np.quantile(seconds, 0.95))], MILLISECONDS),
            Row(
                section,
                f"{name}: throughput over the empty view",
                "×",
                [empty / float(np.mean(seconds))],
                SHARE_OF_EMPTY,
            ),
        ]
        if page["status"] != 200:
            rows.append(Row(section, f"{name}: answered {page['status']}", "", [0.0], stated=("200", False)))
    return rows
