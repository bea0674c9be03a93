"""Those who judge our calendars and were not written by us: libical in C, ical.js on Node."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.health.files import ROOT

_ESCAPE = re.compile(r"\\[\\nt]")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}
HERE = Path(__file__).parent
ICAL_JS = ROOT / "build" / "judges" / "node_modules" / "ical.js" / "dist" / "ical.js"
HEADER = Path("/usr/include/libical/ical.h")


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as a judge sees it.

    Attributes:
        starts, ends: Seconds since 1970 for an instant, the day as 2026-11-21, ``-`` for none.
    """

    uid: str
    kind: str
    starts: str
    ends: str
    sequence: int
    status: str
    summary: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of one file."""

    errors: tuple[str, ...]
    entries: tuple[Seen, ...]


def need(name: str, *, there: bool) -> None:
    """Skip where a judge is absent; in CI that is a failure, for a green run would have judged nothing."""
    if there:
        return
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")


def by_libical(files: Iterable[bytes]) -> list[Judgement]:
    """What libical's parser and its restriction check say, a judgement each."""
    need("libical-dev with gcc", there=HEADER.is_file() and shutil.which("gcc") is not None)
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(Path(folder), files)
        done = _run(str(_compiled()), *paths)
    rows = [line.split("\t") for line in done.splitlines()]
    return [_of(path, rows) for path in paths]


def by_ical_js(files: Iterable[bytes]) -> list[Judgement]:
    """What ical.js, in strict mode, says, a judgement each."""
    need("npm ical.js", there=ICAL_JS.is_file())
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(Path(folder), files)
        rows = _rows_of_ical_js(*paths)
    return [_of_ical_js(path, rows) for path in paths]


def times_by_ical_js(data: bytes, first: int, last: int) -> list[int | str]:
    """The times of the only entry that ical.js finds from ``first`` (inclusive) to ``last``, seconds since 1970."""
    need("npm ical.js", there=ICAL_JS.is_file())
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows_of_ical_js(f"--times={first},{last}", *_written(Path(folder), [data]))
    (row,) = (row for row in rows if row["kind"] == "times")
    found: list[int | str] = row["found"]
    return found


def _rows_of_ical_js(*arguments: str) -> list[dict[str, Any]]:
    said = _run("node", str(HERE / "icaljs_judge.mjs"), str(ICAL_JS), *arguments)
    return [json.loads(line) for line in said.splitlines()]


def _written(folder: Path, files: Iterable[bytes]) -> list[str]:
    paths = []
    for number, data in enumerate(files):
        path = folder / f"{number:04}.ics"
        path.write_bytes(data)
        paths.append(str(path))
    return paths


@cache
def _compiled() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="libical-judge-"))
    program = folder / "judge"
    _run("gcc", "-O1", "-o", str(program), str(HERE / "libical_judge.c"), "-lical")
    return program


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8")


def _of(path: str, rows: list[list[str]]) -> Judgement:
    mine = [row for row in rows if row[1] == path]
    errors = tuple(row[2] for row in mine if row[0] == "error")
    entries = tuple(
        Seen(_plain(row[2]), row[3], row[4], row[5], int(row[6]), row[7], _plain(row[8]))
        for row in mine
        if row[0] == "entry"
    )
    if not errors:
        assert ["done", path] in mine
    return Judgement(errors, entries)


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda one: _ESCAPES[one.group()], text)


def _of_ical_js(path: str, rows: list[dict[str, Any]]) -> Judgement:
    mine = [row for row in rows if row["path"] == path]
    errors = tuple(str(row["error"]) for row in mine if row["kind"] == "error")
    entries = tuple(
        Seen(
            row["uid"],
            row["component"].upper(),
            row["starts"],
            row["ends"],
            row["sequence"],
            row["status"],
            row["summary"],
        )
        for row in mine
        if row["kind"] == "entry"
    )
    if not errors:
        assert mine[-1]["kind"] == "done"
    return Judgement(errors, entries)
