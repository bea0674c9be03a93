"""The part of the benchmark that measures scaling out: comparisons a minute with one and with two workers."""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg

from bench.measuring import Rounds, Row, Target, in_turn, ratios, seconds
from bench.photographs import write_pair
from bench.private_postgresql import private_postgresql
from bench.report import Page, table
from dermograph.clinic.gallery.child import Child

ROOT = Path(__file__).resolve().parent.parent
SCALE_PAGE = Page(
    "benchmarks-scale.md",
    "Benchmarks of several workers",
    """\
## What is measured

On a private PostgreSQL over a socket and one folder of photographs, all on one machine. Every figure goes the whole way
of the product: `dermograph measure-again` asks for comparisons, `dermograph worker` takes the jobs, reads and opens the
photographs, measures, writes result, pictures and both reports.

- **Throughput**: comparisons a minute of one synthetic pair of 12 MP, the same ones again and again, with
  `--processes 1` and `--processes 2`, in turn; each comparison uses one processor. The ratio is formed round by round.
  The processes are started and warm before the time begins. Server, database and workers share the processors, so two
  workers on two processors have a little less than two to themselves.
- **The machine**: the processes that measure, alone and fed from memory, one and two of them, in the same rounds. What
  two give over one there is what two processors of this machine give at best; no clinic's work is in it.
- **Memory**: the most that one worker with the process that measures for it held, libraries included.

Not measured: workers on machines of their own over a real network, and more than two of them.

## Reproduce

```text
make bench ARGS="--part scale"            # some minutes; needs PostgreSQL
make bench ARGS="--part scale --quick"    # fewer comparisons, two rounds
make bench ARGS="--part scale --write"    # and write this page
```
""",
)
THROUGHPUT = "Measuring with several workers, 12 MP"
AT_LEAST = Target(1.8, at_least=True)
LONGEST_S = 600.0
_DONE = "SELECT count(*) FROM gallery_comparison WHERE stage = 'done' AND leased_until IS NULL"


def measure_scale(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows on several workers, shown by ``say``."""
    followups = 4 if chosen.quick else 10
    rounds = Rounds(2, 2) if chosen.quick else Rounds(3, 5)
    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as name, private_postgresql() as (database, _):
        folder = Path(name)
        (folder / "pair").mkdir()
        write_pair(folder / "pair", 12)
        environment = _environment(database, folder)
        _run(environment, "-m", "tests.clinic.scale.seeding", "1", followups, folder / "pair")
        memory: list[float] = []
        with workers(environment, 2, memory):
            _until(lambda: _asked(database, _DONE) == followups)
        jobs = {str(number): partial(a_minute, environment, database, number, memory) for number in (1, 2)}
        jobs |= {f"alone {number}": partial(alone, folder / "pair", number, followups // 2) for number in (1, 2)}
        found = in_turn(jobs, rounds)
    rows = [
        Row(THROUGHPUT, "one worker: comparisons a minute", "1/min", found["1"]),
        Row(THROUGHPUT, "two workers: comparisons a minute", "1/min", found["2"]),
        Row(THROUGHPUT, "two over one", "×", ratios(found["2"], found["1"]), AT_LEAST),
        Row(THROUGHPUT, "the machine: one process, no clinic", "1/min", found["alone 1"]),
        Row(THROUGHPUT, "the machine: two processes, no clinic", "1/min", found["alone 2"]),
        Row(THROUGHPUT, "the machine: two over one", "×", ratios(found["alone 2"], found["alone 1"])),
        Row(THROUGHPUT, "most memory of one worker, with its process", "MB", memory),
    ]
    say(table(THROUGHPUT, rows))
    return rows


def a_minute(environment: dict[str, str], database: str, processes: int, memory: list[float]) -> float:
    """Comparisons a minute with so many processes; everything that was measured is measured again."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE gallery_comparison SET method = 'compare/0'")
    with workers(environment, processes, memory):
        said = json.loads(_run(environment, "-m", "dermograph", "measure-again", "--json"))
    run = said["run"]
    if run["failed"] or run["to_do"] or not run["done"]:
        msg = f"not everything was measured: {run}"
        raise RuntimeError(msg)
    return float(60 * run["done"] / run["seconds"])


def alone(pair: Path, processes: int, each: int) -> float:
    """Comparisons a minute of so many processes that measure, fed from memory, each with so many comparisons."""
    files = [(pair / name).read_bytes() for name in ("before.jpg", "after.jpg")]
    shape = json.loads((pair / "outline.json").read_text(encoding="utf-8"))
    task = {"key": "alone", "names": ["before.jpg", "after.jpg"], "shape": shape, "landmarks": {}}
    children = [Child() for _ in range(processes)]

    def measure(child: Child, times: int) -> None:
        for _ in range(times):
            for what in ("compare", "report"):
                child.ask({"what": what, **task}, files, lambda _step, _share: True, LONGEST_S)

    with ThreadPoolExecutor(processes) as at_once:
        try:
            list(at_once.map(measure, children, [1] * processes))  # libraries are loaded
            took = seconds(lambda: list(at_once.map(measure, children, [each] * processes)))
        finally:
            for child in children:
                child.stop()
    return 60 * processes * each / took


@contextlib.contextmanager
def workers(environment: dict[str, str], processes: int, memory: list[float]) -> Iterator[None]:
    """Workers that are warm; what each held at most is appended to ``memory``, MB."""
    command = [sys.executable, "-m", "dermograph", "worker", "--processes", str(processes)]
    one = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    try:
        _until(lambda: one.poll() is not None or len(_measuring(one.pid)) == processes)
        if one.poll() is not None:
            msg = "the worker did not start"
            raise RuntimeError(msg)
        time.sleep(5)  # libraries are loaded, and they have registered themselves
        yield
        for pid, parent in _measuring(one.pid).items():
            memory.append(_most_mb(pid) + _most_mb(parent))
    finally:
        one.terminate()
        one.wait(60)
        if one.stdout is not None:
            one.stdout.close()


def _environment(database: str, folder: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DERMOGRAPH"))}
    return plain | {
        "DATABASE_URL": database,
        "DERMOGRAPH_DATA": str(folder / "data"),
        "DERMOGRAPH_SECRET_KEY": secrets.token_urlsafe(48),
        "DERMOGRAPH_MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


def _run(environment: dict[str, str], *arguments: object) -> str:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT).stdout


def _asked(database: str, sql: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(sql.encode()).fetchone()
    return int(row[0]) if row else 0


def _until(look: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_S
    while not look():
        if time.monotonic() > until:
            msg = "it did not happen in time"
            raise TimeoutError(msg)
        time.sleep(0.2)


def _measuring(pid: int) -> dict[int, int]:
    """The processes that measure below a worker, each with the one that it measures for."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
    found = {}
    for one, parent in parents.items():
        if parents.get(parent) == pid:
            with contextlib.suppress(OSError):
                if b"gallery.measuring" in (Path("/proc") / str(one) / "cmdline").read_bytes():
                    found[one] = parent
    return found


def _most_mb(pid: int) -> float:
    """The most memory that a process has held, in 10⁶ bytes."""
    lines: Sequence[str] = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    kibibytes = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kibibytes) * 1024 / 1e6
