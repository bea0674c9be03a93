"""``dermograph compare`` as a whole: seconds and memory of a fresh process, for 12, 24 and 48 MP pairs held out."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.measuring import Rounds, Row, Target, seconds

SECTION = "dermograph compare, whole"
SIZES = {12: (4000, 3000), 24: (6000, 4000), 48: (8000, 6000)}
SECONDS, MEMORY, LARGE_MEMORY = Target(2.5), Target(450), Target(1500)
SEED = 10_101
_MEASURED = """
import json, sys, time
started = time.perf_counter()
from dermograph.cli import main
code = main(sys.argv[1:])
took = time.perf_counter() - started
sys.path.insert(0, {root!r})
from bench.measuring import peak_memory_mb
print(json.dumps({{"seconds": took, "mb": peak_memory_mb(), "code": code}}), file=sys.stderr)
"""


def write_pair(folder: Path, megapixels: int, *, seed: int = SEED, severity: str = "moderate") -> list[str]:
    """Write a held-out pair with its outline as files; what ``compare`` is called with."""
    width, height = SIZES[megapixels]
    script = (
        "import json, sys; from pathlib import Path\n"
        "from dermograph.photo.phantom.files import jpeg; from dermograph.photo.phantom.pairs import pair\n"
        f"made = pair({seed}, {severity!r}, width={width}, height={height}, px_per_mm={width / 200}, faded=0.4)\n"
        "folder = Path(sys.argv[1])\n"
        "(folder / 'before.jpg').write_bytes(jpeg(made.before, 95))\n"
        "(folder / 'after.jpg').write_bytes(jpeg(made.after, 95))\n"
        "(folder / 'outline.json').write_text(json.dumps(made.before.truth.lesion.to_json()))\n"
    )
    subprocess.run([sys.executable, "-c", script, folder], check=True)
    return [str(folder / "before.jpg"), str(folder / "after.jpg"), "--outline", str(folder / "outline.json")]


def compared(arguments: list[str]) -> dict[str, Any]:
    """Compare in a fresh process: its answer, its seconds with and without the interpreter, its most memory."""
    root = str(Path(__file__).resolve().parent.parent)
    command = [sys.executable, "-c", _MEASURED.format(root=root), "compare", *arguments, "--json"]
    found: dict[str, Any] = {}

    def work() -> None:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.update(json.loads(done.stderr.splitlines()[-1]))
        found["answer"] = json.loads(done.stdout)

    found["process"] = seconds(work)
    return found


def rows(folder: Path, rounds: Rounds, *, quick: bool = False) -> list[Row]:
    """Time and memory of whole comparisons."""
    shown = []
    for megapixels in [*SIZES][: 1 if quick else None]:
        room = folder / str(megapixels)
        room.mkdir()
        arguments = write_pair(room, megapixels)
        turns = [compared(arguments) for _ in range(max(3, rounds.least // 2) if megapixels <= 12 else 2)]
        process = [turn["process"] for turn in turns]
        inside = [turn["answer"]["timings"]["total"] for turn in turns]
        memory = [turn["mb"] for turn in turns]
        name, small = f"{megapixels} MP", megapixels <= 12
        shown.append(Row(SECTION, f"{name}, process from start to end", "s", process, SECONDS if small else None))
        shown.append(Row(SECTION, f"{name}, compare() without decoding", "s", inside))
        shown.append(Row(SECTION, f"{name}, most memory", "MB", memory, MEMORY if small else LARGE_MEMORY))
        verdict = turns[0]["answer"]["verdict"]
        shown.append(
            Row(SECTION, f"{name}, found the change", "0/1", [1.0], stated=("improved", verdict == "improved"))
        )
    return shown


def median_seconds(found: list[Row]) -> float:
    """The whole process at 12 MP, for ratios elsewhere."""
    return statistics.median(found[0].values)
