"""One thing, done once in a fresh process; prints one JSON object with what it took.

    python bench/once.py load | compose | screen FILE TREATMENT | convert FILE NEW

What a process has loaded or cached before would flatter a figure, so whoever measures starts this for each run.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the scripts here import each other as `bench.…`, the name that the tests know

from bench.measuring import peak_memory_mb  # noqa: E402 (the path is set above)

SHOWN = 5_000  # verdicts that are handed back, to be held against the plain engine's


def load() -> dict[str, Any]:
    """Load all packs."""
    started = time.perf_counter()
    from dermograph.protocols import load_library  # noqa: PLC0415 (its cost is what is measured)

    imported = time.perf_counter()
    load_library()
    return {"imports": imported - started, "load": time.perf_counter() - imported, "peak_mb": peak_memory_mb()}


def compose() -> dict[str, Any]:
    """Let PyYAML compose the files that ``load`` reads, and nothing else."""
    import yaml  # noqa: PLC0415 (its cost is what is measured)

    packs = ROOT / "src" / "dermograph" / "protocols" / "packs"
    files = [packs / "facts.yaml", packs / "conflicts.yaml"]
    files += [*sorted(packs.glob("sources/*.yaml")), *sorted(packs.glob("*/protocol.yaml"))]
    started = time.perf_counter()
    for file in files:
        yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {"compose": time.perf_counter() - started, "files": len(files)}


def screen(file: str, treatment: str) -> dict[str, Any]:
    """Read a cohort and screen it, as ``dermograph rescreen`` does."""
    begun = time.perf_counter()
    from dermograph.care.read_cohort import read_cohort  # noqa: PLC0415 (its cost is what is measured)
    from dermograph.care.rescreen import screen as screen_table  # noqa: PLC0415 (its cost is what is measured)
    from dermograph.protocols import load_library  # noqa: PLC0415 (its cost is what is measured)

    library = load_library()
    protocol = library.protocol(treatment)
    ready = time.perf_counter()
    tables = read_cohort(Path(file), library.vocabulary, treatment=treatment)
    screening, rows = 0.0, 0
    verdicts: list[list[str | None]] = []
    for table in tables:
        started = time.perf_counter()
        screened = screen_table(table, protocol).table
        screening += time.perf_counter() - started
        rows += screened.height
        if len(verdicts) < SHOWN:
            shown = screened.select("verdict", "worst_case", "not_before").head(SHOWN - len(verdicts))
            verdicts += [[verdict, worst, day and day.isoformat()] for verdict, worst, day in shown.iter_rows()]
    done = time.perf_counter()
    return {
        "rows": rows,
        "total": done - ready,
        "screen": screening,
        "process": done - begun,
        "peak_mb": peak_memory_mb(),
        "verdicts": verdicts,
    }


def convert(file: str, new: str) -> dict[str, Any]:
    """Write a cohort of JSON lines as Parquet."""
    import polars as pl  # noqa: PLC0415 (its cost is what is measured)

    from dermograph.care.read_cohort import read_cohort  # noqa: PLC0415 (its cost is what is measured)
    from dermograph.protocols import load_library  # noqa: PLC0415 (its cost is what is measured)

    table = pl.concat(read_cohort(Path(file), load_library().vocabulary))
    table.write_parquet(new)
    return {"rows": table.height}


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    things: dict[str, Callable[..., dict[str, Any]]]
    things = {"load": load, "compose": compose, "screen": screen, "convert": convert}
    print(json.dumps(things[what](*arguments)))
