"""The part of the benchmark that measures the upkeep: proof of the audit trail, backup, restore."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.measuring import Rounds, Row, Target, in_turn, ratios, seconds
from bench.report import Page, table

ROOT = Path(__file__).resolve().parent.parent
UPKEEP_PAGE = Page(
    "benchmarks-upkeep.md",
    "Benchmarks of the upkeep",
    """\
## What is measured

On generated rows and files, in SQLite, with fresh processes. No real patient is in them.

- **Audit trail**: `dermograph audit verify` on 1,000,000 entries of one clinic: the walk alone, by the seconds that it
  states itself, and the whole command. The peer is the obvious way, the reference `audit.record.broken_at`, which
  reads 100,000 entries of a second clinic through Django's models; the ratio is of entries a second.
- **Backup**: a clinic of 1 GB of sealed photographs and the database with the entries above. The peer writes the same
  bytes as one encrypted stream with their SHA-256: `tar | tee >(sha256sum) | openssl enc -aes-256-ctr`, then `sync`.

## Reproduce

```text
make bench ARGS="--part upkeep"            # some minutes, 5 GB of room
make bench ARGS="--part upkeep --quick"    # a tenth of it
make bench ARGS="--part upkeep --write"    # and write this page
```
""",
)
TRAIL, BACKUP = "Audit trail", "Backup of a clinic of 1 GB"
ENTRIES_A_SECOND, BACKED_UP = Target(200_000, at_least=True), Target(30)
REFERENCE_ENTRIES = 100_000
WORDS = "a passphrase of the benchmark"
_PEER = (
    "set -e -o pipefail; cd {data}; tar -cf - clinic.sqlite3 files | tee >(sha256sum > {out}.sum) | "
    "openssl enc -aes-256-ctr -pbkdf2 -pass pass:x -out {out}; sync {out}"
)


def measure_upkeep(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows on the upkeep, each section shown by ``say`` as soon as it is there."""
    rows: list[Row] = []
    share = 10 if chosen.quick else 1

    def add(found: Sequence[Row]) -> None:
        rows.extend(found)
        say(table(found[0].section, list(found)))

    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as name:
        data = Path(name) / "data"
        data.mkdir(mode=0o700)
        reference = REFERENCE_ENTRIES // share
        made = in_clinic(data, "upkeep_clinic.py", 1_000_000 // share, reference, 1_000 // share)
        rounds = Rounds(2, 2) if chosen.quick else Rounds(3, 5)
        add(trail_rows(data, reference, rounds))
        add(backup_rows(data, Path(name), float(made["megabytes"]), rounds))
    return rows


def trail_rows(data: Path, reference: int, rounds: Rounds) -> list[Row]:
    """The proof of the trail, and the obvious way."""
    stated: list[float] = []

    def verify() -> float:
        found: dict[str, Any] = {}
        took = seconds(lambda: found.update(json.loads(run(data, "audit", "verify", "--json"))))
        if not found["holds"]:
            msg = "the trail does not hold"
            raise RuntimeError(msg)
        stated.append(found["entries"] / found["seconds"])
        return float(found["entries"]) / took

    def plain() -> float:
        return reference / float(in_clinic(data, "upkeep_reference.py")["seconds"])

    found = in_turn({"verify": verify, "plain": plain}, rounds)
    return [
        Row(TRAIL, "the walk: entries a second", "1/s", stated, ENTRIES_A_SECOND),
        Row(TRAIL, "the whole command: entries a second", "1/s", found["verify"]),
        Row(TRAIL, "through Django's models: entries a second", "1/s", found["plain"]),
        Row(TRAIL, "the walk over Django's models", "×", ratios(stated, found["plain"])),
    ]


def backup_rows(data: Path, folder: Path, megabytes: float, rounds: Rounds) -> list[Row]:
    """A backup, its verification and its restoration, and the peer."""
    archive = folder / "one.backup"

    def back_up() -> float:
        archive.unlink(missing_ok=True)
        return seconds(lambda: run(data, "backup", archive))

    def peer() -> float:
        command = ["bash", "-c", _PEER.format(data=data, out=folder / "peer")]
        return seconds(lambda: subprocess.run(command, check=True))

    found = in_turn({"peer": peer, "backup": back_up}, rounds)
    checks = [seconds(lambda: run(data, "restore", archive, "--verify"))]
    restores = []
    for turn in range(2):
        back = folder / f"back{turn}"
        restores.append(
            seconds(partial(run, data, "restore", archive, "--data", back, "--master-key", data / "master.key"))
        )
        shutil.rmtree(back)
    (folder / "peer").unlink()
    return [
        Row(BACKUP, "database and photographs", "MB", [megabytes]),
        Row(BACKUP, "backup", "s", found["backup"], BACKED_UP),
        Row(BACKUP, "tar | sha256sum | openssl enc", "s", found["peer"]),
        Row(BACKUP, "backup over that", "×", ratios(found["backup"], found["peer"])),
        Row(BACKUP, "restore --verify: check the archive", "s", checks),
        Row(BACKUP, "restore into an empty folder, compared", "s", restores),
    ]


def run(data: Path, *arguments: object) -> str:
    """What a command of the clinic prints."""
    environment = os.environ | {"DERMOGRAPH_DATA": str(data), "DERMOGRAPH_BACKUP_PASSPHRASE": WORDS}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "dermograph", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT).stdout


def in_clinic(data: Path, script: str, *arguments: object) -> dict[str, Any]:
    """What a script of this folder prints that runs on the clinic's rows."""
    environment = os.environ | {"DERMOGRAPH_DATA": str(data), "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "bench" / script), *map(str, arguments)]
    shown = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    found: dict[str, Any] = json.loads(shown.stdout.splitlines()[-1])
    return found
