"""The generator of the large clinics, on which ``make bench`` measures."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.clinic_large import page_rows
from bench.clinic_large_making import SLOTS, Making, Place
from bench.clinic_large_names import names
from bench.clinic_large_people import SESSIONS, session_counts
from bench.clinic_large_samples import Samples
from bench.clinic_large_stores import Lite

ROOT = Path(__file__).resolve().parents[2]


def test_patients_have_the_promised_number_of_sessions_exactly_and_some_have_none() -> None:
    counts = session_counts(random.Random(1), 500)
    assert sum(counts) == SESSIONS * 500
    assert min(counts) == 0
    assert max(counts) > 2 * SESSIONS


def test_names_are_many_unevenly_spread_and_the_same_for_one_seed() -> None:
    drawn, chance = names(7), random.Random(7)
    assert drawn == names(7)
    assert len(set(drawn.families)) == len(drawn.families) > 5_000
    often = Counter(drawn.one(chance)[1].split()[0] for _ in range(5_000)).most_common(1)[0][1]
    assert often > 3 * 5_000 / len(drawn.families)


def test_no_practitioner_and_no_room_has_two_sessions_at_once() -> None:
    people = tuple((f"member{one}", f"user{one}") for one in range(3))
    place = Place("c", 9, "desk", ("lead", "user"), people, ("r0", "r1", "r2"), {}, {})
    samples = Samples({}, {}, {})
    making = Making(place, samples, names(1), dt.datetime(2026, 1, 1), random.Random(1), Counter())  # noqa: DTZ001 (in UTC, as SQLite keeps it)
    slots = [making.slot(dt.date(2026, 1, 5)) for _ in range(2 * SLOTS * len(people))]
    assert len({(start, person) for start, person, _ in slots}) == len(slots)
    assert len({(start, room) for start, _, room in slots}) == len(slots)
    assert {start.date() for start, _, _ in slots} == {dt.date(2026, 1, 5), dt.date(2026, 1, 6)}


def test_a_part_that_was_stopped_is_not_there_and_its_indexes_come_back_with_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "some.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as link:
        link.execute("CREATE TABLE kind (id text PRIMARY KEY, word text)")
        link.execute("CREATE INDEX by_word ON kind (word)")
    stopped = Lite(file)
    with pytest.raises(KeyboardInterrupt):
        _fill_half(stopped)
    stopped.link.close()
    again = Lite(file)
    with again.without_indexes(["kind"]):
        assert again.is_there("first")
        assert not again.is_there("second")
        again.add("kind", [{"id": "2", "word": "two"}])
        again.commit("second")
    assert list(again.rows("SELECT word FROM kind ORDER BY id")) == [("one",), ("two",)]
    assert list(again.rows("SELECT name FROM sqlite_master WHERE name = 'by_word'")) == [("by_word",)]
    again.close()


def _fill_half(store: Lite) -> None:
    with store.without_indexes(["kind"]):
        store.add("kind", [{"id": "1", "word": "one"}])
        store.commit("first")
        store.add("kind", [{"id": "2", "word": "half"}])
        raise KeyboardInterrupt


def test_a_page_that_is_slow_or_asks_too_often_or_fails_misses_its_target() -> None:
    slow = {"status": 500, "queries": 13, "seconds": [0.2, 0.2], "kilobytes": 1}
    quick = {"status": 200, "queries": 12, "seconds": [0.02, 0.02], "kilobytes": 1}
    rows = page_rows("pages", {"empty": [0.01], "pages": {"quick": quick, "slow": slow}})
    missed = [row.name for row in rows if row.met is False]
    assert missed == ["slow: queries", "slow: p95", "slow: throughput over the empty view", "slow: answered 500"]


@pytest.mark.long
@pytest.mark.slow
def test_generated_clinics_keep_every_constraint_and_their_trail_holds(tmp_path: Path) -> None:
    def run(data: Path, *command: object) -> str:
        environment = os.environ | {
            "DERMOGRAPH_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings",
        }
        environment.pop("DATABASE_URL", None)
        words = [sys.executable, *map(str, command)]
        return subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT, env=environment).stdout

    samples, data = tmp_path / "samples", tmp_path / "data"
    run(samples, "-m", "dermograph.clinic.demo", samples)
    data.mkdir(mode=0o700)
    told = json.loads(run(data, ROOT / "bench/clinic_large_fill.py", 40, samples / "clinic.sqlite3").splitlines()[-1])
    rows = told["rows"]
    assert (rows["people_patient"], rows["treatment_session"], rows["gallery_photograph"]) == (40, 400, 800)
    with contextlib.closing(sqlite3.connect(data / "clinic.sqlite3")) as link:
        assert link.execute("PRAGMA foreign_key_check").fetchall() == []
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        made = link.execute("SELECT count(*) FROM sqlite_master WHERE name = 'photographs_of_course'").fetchone()
    assert made == (1,), "the indexes are there again"
    verified = json.loads(run(data, "-m", "dermograph", "audit", "verify", "--json"))
    assert verified["holds"]
    assert verified["entries"] == rows["audit_auditentry"]
