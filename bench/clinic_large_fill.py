"""Fills the database that Django is set up for with large clinics; resumable, and prints JSON at its end.

python bench/clinic_large_fill.py PATIENTS SAMPLES, the latter the database of a made-up clinic.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is run as a script, and knows the others as `bench.…`

from bench.clinic_large_making import Making  # noqa: E402 (the path is set above)
from bench.clinic_large_names import names  # noqa: E402 (the path is set above)
from bench.clinic_large_people import add_patient, session_counts  # noqa: E402 (the path is set above)
from bench.clinic_large_places import places  # noqa: E402 (the path is set above)
from bench.clinic_large_samples import samples  # noqa: E402 (the path is set above)
from bench.clinic_large_stores import LEDGER, Store, store_of  # noqa: E402 (the path is set above)
from bench.clinic_large_trail import write_trail  # noqa: E402 (the path is set above)

SEED = 20261122
AT_ONCE = 2_000  # patients; their rows are sorted by time, as a clinic would have written them
FILLED = (
    "people_patient",
    "people_nametoken",
    "people_area",
    "people_course",
    "people_ending",
    "intake_answer",
    "intake_assessment",
    "intake_consent",
    "agenda_appointment",
    "agenda_occupied",
    "treatment_session",
    "treatment_review",
    "treatment_symptomreport",
    "ledger_lotuse",
    "ledger_payment",
    "gallery_photograph",
    "gallery_outline",
    "gallery_comparison",
    "audit_auditentry",
)


def main(patients: int, sampled: Path) -> None:
    """Fill it."""
    os.umask(0o077)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)  # as the server does when it starts
    from dermograph.clinic.overview.standings import catch_up
    from dermograph.clinic.overview.touching import unwatch, watch

    unwatch(connection)  # else each of very many rows would be noted; all courses are worked out at the end
    now = dt.datetime.now(tz=dt.UTC).replace(tzinfo=None, microsecond=0)
    found, known, drawn = places(patients, now), samples(sampled), names(SEED)
    store = store_of(connection)
    began_before = any(True for _ in store.rows(f"SELECT 1 FROM {LEDGER} LIMIT 1"))  # noqa: S608 (our own word)
    started = time.perf_counter()
    with store.without_indexes(FILLED):
        for number, place in enumerate(found):
            taken = _taken(store, place.id)
            for begin in range(0, place.size, AT_ONCE):
                part = f"{place.id}-{begin}"
                if store.is_there(part):
                    continue
                # Of the place's number, not of its id: the same run once more gives the same clinics.
                chance = random.Random(f"{SEED}-{number}-{place.size}-{begin}")
                making = Making(place, known, drawn, now, chance, taken)
                count = min(AT_ONCE, place.size - begin)
                for offset, sessions in enumerate(session_counts(making.chance, count)):
                    add_patient(making, begin + offset + 1, sessions)
                for table in FILLED:
                    store.add(table, sorted(making.rows[table], key=_written))
                store.commit(part)
                _say(f"{place.size:>7,} patients: {begin + count:,}", started)
            write_trail(store, place)
            _say(f"{place.size:>7,} patients: the trail", started)
    _say("indexes", started)
    store.analyze()
    counts = {table: next(store.rows(f'SELECT count(*) FROM "{table}"'))[0] for table in FILLED}  # noqa: S608 (our own words)
    store.close()
    watch(connection)
    catch_up()
    _say("how each course stands", started)
    seconds = {} if began_before else {"seconds": time.perf_counter() - started}
    print(json.dumps({"rows": counts, **seconds}))


def _written(row: Mapping[str, Any]) -> str:
    return str(row.get("written_at") or row.get("starts_at") or row.get("since") or row.get("opened_at") or "")


def _taken(store: Store, clinic: str) -> Counter[dt.date]:
    """How many appointments each day has, of what an earlier run has left."""
    query = "SELECT CAST(starts_at AS text) FROM agenda_appointment WHERE clinic_id = ?"
    days: Iterator[str] = (row[0][:10] for row in store.rows(query, [clinic]))
    return Counter(map(dt.date.fromisoformat, days))


def _say(what: str, started: float) -> None:
    print(f"{time.perf_counter() - started:6.0f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
