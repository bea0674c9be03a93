"""Whole processes: the command line's cold start, and loading the packs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measuring import Rounds, Row, Target, in_turn, ratios, seconds

COLD_START_S, LOAD_S = Target(0.35), Target(0.15)
COMMANDS = "Command line, whole process"
PACKS = "Loading the three packs, fresh process"

CASE = """\
treatment: paramedical
assessed_on: 2026-11-21
patient: {birth_date: 1990-06-15, phototype: 4, pregnant: false, isotretinoin: 2026-01-10}
areas:
  - {name: knee, lesion: scar, scar_type: atrophic, onset: 2024-03-02, infection: false}
  - {name: hip, lesion: stria, stage: white}
"""


def once(*arguments: str) -> dict[str, Any]:
    """What ``bench/once.py`` finds in a process of its own."""
    script = Path(__file__).with_name("once.py")
    done = subprocess.run([sys.executable, script, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _process(*command: str | Path) -> Callable[[], float]:
    """The seconds of a process from its start to its end; its output goes into a pipe."""
    quiet = {**os.environ, "LC_ALL": "C.UTF-8"}
    return lambda: seconds(lambda: subprocess.run(command, check=True, capture_output=True, env=quiet))


def cold_start(folder: Path, rounds: Rounds) -> list[Row]:
    """``dermograph assess`` against a Python that does nothing, and one that imports PyYAML."""
    case = folder / "case.yaml"
    case.write_text(CASE, encoding="utf-8")
    program = Path(sys.executable).with_name("dermograph")
    jobs = {
        "json": _process(program, "assess", case, "--json"),
        "words": _process(program, "assess", case),
        "pass": _process(sys.executable, "-c", "pass"),
        "yaml": _process(sys.executable, "-c", "import yaml"),
    }
    for job in jobs.values():
        job()  # compiles to bytecode and fills the disk cache: "cold" is the process, not the disk
    found = in_turn(jobs, rounds)
    return [
        Row(COMMANDS, "dermograph assess case.yaml --json", "s", found["json"], COLD_START_S),
        Row(COMMANDS, "dermograph assess case.yaml, in words", "s", found["words"]),
        Row(COMMANDS, "python -c pass", "s", found["pass"]),
        Row(COMMANDS, 'python -c "import yaml"', "s", found["yaml"]),
        Row(COMMANDS, "assess --json over python -c pass", "×", ratios(found["json"], found["pass"])),
        Row(COMMANDS, 'assess --json over "import yaml"', "×", ratios(found["json"], found["yaml"])),
    ]


def loading(rounds: Rounds) -> list[Row]:
    """``load_library()`` against PyYAML's C parser composing the same files."""
    imports: list[float] = []

    def load() -> float:
        took = once("load")
        imports.append(took["imports"])
        return float(took["load"])

    found = in_turn({"load": load, "compose": lambda: once("compose")["compose"]}, rounds)
    return [
        Row(PACKS, "load_library(): parsed, checked, hashed", "s", found["load"], LOAD_S),
        Row(PACKS, "importing dermograph.protocols before it", "s", imports),
        Row(PACKS, "PyYAML CSafeLoader, composing only", "s", found["compose"]),
        Row(PACKS, "load_library() over composing", "×", ratios(found["load"], found["compose"])),
    ]
