"""Measure everything that has a target, against a peer in the same run: ``make bench``.

Its parts, each with its page: ``care`` (protocols, decisions), ``photo`` (photographs), ``scalp`` (dots), ``clinic``
(its pages), ``upkeep`` (proof, backup), ``scale`` (several workers), ``exchange`` (FHIR) and, only where ``--part``
asks for it, ``large`` (clinics of 100,000 patients). Exits 0 also where a target is missed; the table says so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the scripts here import each other as `bench.…`, the name that the tests know

from bench.clinic_large import LARGE_PAGE, measure_large  # noqa: E402 (the path is set above)
from bench.clinic_part import CLINIC_PAGE, measure_clinic  # noqa: E402 (the path is set above)
from bench.engine import assessments, one_forecast  # noqa: E402 (the path is set above)
from bench.exchange_part import PAGE as EXCHANGE_PAGE  # noqa: E402 (the path is set above)
from bench.exchange_part import measure_exchange  # noqa: E402 (the path is set above)
from bench.measuring import Rounds, Row, hardware  # noqa: E402 (the path is set above)
from bench.measuring_throughput import SCALE_PAGE, measure_scale  # noqa: E402 (the path is set above)
from bench.photo_part import PHOTO_PAGE, measure_photographs  # noqa: E402 (the path is set above)
from bench.processes import cold_start, loading  # noqa: E402 (the path is set above)
from bench.report import CARE_PAGE, Page, document, table  # noqa: E402 (the path is set above)
from bench.scalp_part import PAGE as SCALP_PAGE  # noqa: E402 (the path is set above)
from bench.scalp_part import measure_scalp  # noqa: E402 (the path is set above)
from bench.screening import WHOLE, against_fhirpath, against_plain, write_cohort  # noqa: E402 (the path is set above)
from bench.upkeep_part import UPKEEP_PAGE, measure_upkeep  # noqa: E402 (the path is set above)
from dermograph.protocols import load_library  # noqa: E402 (the path is set above)

SEED = 20261121
BASIS = {
    "care": f"seed {SEED}; {{rounds}} runs of each figure or more, in turn; the figure is their median",
    "photo": "synthetic photographs of seeds from 10,000 on, which nothing was tuned on; the figure is the median",
    "scalp": "synthetic scalps of seeds from 30,000 on, which nothing was tuned on; the figure is the median",
    "clinic": "the made-up clinic of dermograph demo, in SQLite, over loopback; the figure is the median",
    "upkeep": "generated entries and files, in SQLite, in fresh processes; the figure is the median",
    "scale": "one synthetic pair of 12 MP, in PostgreSQL, through real workers; the figure is the median",
    "exchange": "made-up records and patients, in SQLite; the figure is the median",
    "large": "made-up clinics, seed 20261122; each database filled by the generator, then each page opened in turn",
}
PATIENCE = 3  # times as many runs as asked for, at most, while they are not steady
PARTS: dict[str, Page] = {
    "care": CARE_PAGE,
    "photo": PHOTO_PAGE,
    "scalp": SCALP_PAGE,
    "clinic": CLINIC_PAGE,
    "upkeep": UPKEEP_PAGE,
    "scale": SCALE_PAGE,
    "exchange": EXCHANGE_PAGE,
    "large": LARGE_PAGE,
}
USUAL = [part for part in PARTS if part != "large"]  # which takes an hour and tens of GB
LIBRARIES = {
    "care": ("polars", "pyarrow", "PyYAML", "fhirpathpy", "numpy"),
    "photo": ("numpy", "opencv-python-headless", "scipy", "itk-elastix", "scikit-image", "colour-science"),
    "scalp": ("numpy", "opencv-python-headless", "scipy", "scikit-image"),
    "clinic": ("Django", "django-allauth", "granian", "cryptography"),
    "upkeep": ("Django", "cryptography"),
    "scale": ("Django", "procrastinate", "psycopg", "numpy", "opencv-python-headless"),
    "exchange": ("Django",),
    "large": ("Django", "psycopg", "cryptography"),
}


def calibration() -> list[Row]:
    """The rows of ``bench/forecast_calibration.py``; none where it is absent."""
    try:
        module = importlib.import_module("bench.forecast_calibration")
    except ModuleNotFoundError:
        return []
    run = getattr(module, "run", None)
    found = run() if run else []
    return [
        Row(
            "Forecast, calibration",
            row["name"],
            row["unit"],
            [row["value"]],
            stated=(str(row["target"]), row["met"]),
        )
        for row in found
    ]


def measure(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows, one section after the other, each shown by ``say`` as soon as it is there."""
    library = load_library()
    rounds = Rounds(chosen.rounds, chosen.rounds * (1 if chosen.quick else PATIENCE))
    sample, peers = min(chosen.sample, chosen.patients), min(chosen.peers, chosen.patients)
    rows: list[Row] = []

    def add(found: Sequence[Row]) -> None:
        rows.extend(found)
        for name, section in groupby(found, key=lambda row: row.section):
            say(table(name, list(section)))

    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as name:
        folder = Path(name)
        add(assessments(library, SEED, sample, rounds))
        add(cold_start(folder, rounds))
        add(loading(rounds))
        lines, parquet = write_cohort(folder, library, SEED, chosen.patients)
        add(against_plain(lines, parquet, library, sample, rounds))
        add(against_fhirpath(parquet, library, SEED, peers, rounds))
    add(one_forecast(rounds))
    if not chosen.quick:
        add(calibration())
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the pages if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer runs, a small cohort, no calibration")
    parser.add_argument("--write", action="store_true", help="write the pages in docs/ as well")
    parser.add_argument("--part", choices=tuple(PARTS), action="append", help="only this; all but large if left out")
    parser.add_argument("--rounds", type=int, help="runs of each figure, at least 2 (11; 3 with --quick)")
    parser.add_argument("--patients", type=int, help=f"size of the cohort ({WHOLE:,}; 10,000 with --quick)")
    parser.add_argument("--sample", type=int, default=1_000, help="patients for the plain engine (1,000)")
    parser.add_argument("--pairs", type=int, default=5, help="12 MP pairs of each severity to register (5)")
    parser.add_argument("--measured", type=int, default=150, help="small pairs to hold intervals to the truth (150)")
    parser.add_argument("--only", nargs="+", metavar="SECTION", help="only these sections of the photographs")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="large: where the databases lie, and stay")
    parser.add_argument("--clinic-patients", type=int, help="large: how many (100,000; 2,000 with --quick)")
    parser.add_argument("--peers", type=int, default=200, help="patients for fhirpathpy (200)")
    chosen = parser.parse_args(arguments)
    partly = chosen.quick or chosen.only or chosen.clinic_patients
    if chosen.write and (partly or chosen.patients not in (None, WHOLE)):
        parser.error("--write wants the whole measurement: without --quick and --only, and with the whole cohort")
    chosen.rounds = max(2, chosen.rounds or (3 if chosen.quick else 11))
    chosen.patients = chosen.patients or (10_000 if chosen.quick else WHOLE)
    for part in chosen.part or USUAL:
        _run(part, chosen)
    return 0


def _run(part: str, chosen: argparse.Namespace) -> None:
    """Measure one part, print it, and write its page if asked to."""
    started, load = time.perf_counter(), os.getloadavg()[0]
    about = [
        hardware(),
        ", ".join(f"{name} {_version(name)}" for name in LIBRARIES[part]),
        BASIS[part].format(rounds=chosen.rounds),
    ]
    print("\n".join(about))
    parts = {
        "care": measure,
        "photo": measure_photographs,
        "scalp": measure_scalp,
        "clinic": measure_clinic,
        "upkeep": measure_upkeep,
        "scale": measure_scale,
        "exchange": measure_exchange,
        "large": measure_large,
    }
    measure_part = parts[part]
    rows = measure_part(chosen, lambda text: print(f"\n{text}", flush=True))
    missed = [row for row in rows if row.met is False]
    judged = sum(row.met is not None for row in rows)
    minutes = (time.perf_counter() - started) / 60
    about.append(f"load of the machine {load:.1f} before, {os.getloadavg()[0]:.1f} after; {minutes:.0f} minutes in all")
    print(f"\n{about[-1]}\n{judged - len(missed)} of {judged} targets met")
    for row in missed:
        print(f"MISSED  {row.name.strip()}: {row.cells()[1]} {row.unit}, target {row.aim}")
    if chosen.write:
        today = dt.datetime.now(tz=dt.UTC).date()
        page = PARTS[part]
        (ROOT / "docs" / page.file).write_text(document(page, rows, about, today), encoding="utf-8")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


if __name__ == "__main__":
    sys.exit(main())
