"""Which files belong to the project: the one place that knows, for every test of the house."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: What .gitignore leaves out, for a copy that is no git checkout.
IGNORED = {".git", ".venv", "__pycache__", "build", "dist", "site", "generated", ".hypothesis"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project, tracked or not yet, but for what .gitignore leaves out; absolute, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        names = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        names = [path for path in ROOT.rglob("*") if not _is_ignored(path.relative_to(ROOT))]
    return tuple(sorted({path for path in names if path.is_file()}))


def python_files(*rooms: str) -> tuple[Path, ...]:
    """The Python files below the named folders of the root, of all of them when none is named; no migrations."""
    below = [ROOT / room for room in rooms] or [ROOT]
    return tuple(
        path
        for path in project_files()
        if path.suffix == ".py" and "migrations" not in path.parts and any(path.is_relative_to(room) for room in below)
    )


def text_of(path: Path) -> str:
    """A file's text; empty for a binary file."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def _is_ignored(path: Path) -> bool:
    return any(part in IGNORED or part.endswith(("_cache", ".egg-info")) for part in path.parts)
