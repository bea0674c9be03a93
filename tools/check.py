"""Run every check of the repository, whatever the others find, and count the failures.

Each check prints one line with its seconds; what it said is shown only when it failed. Exits 1 when any failed.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

#: Where Python code may stand. mypy stops on a folder without any, so only those that hold some are handed to it.
ROOMS = ("src", "tests", "bench", "tools", "docs")


def checks() -> dict[str, list[str]]:
    """Name each check and give its command, the first word being a script of the environment that runs this file."""
    typed = [room for room in ROOMS if any((ROOT / room).rglob("*.py"))]
    return {
        "ruff check": ["ruff", "check", "--quiet", "."],
        "ruff format": ["ruff", "format", "--check", "--quiet", "--diff", "."],
        "mypy --strict": ["mypy", "--strict", "--no-error-summary", *typed],
        "import layers": ["lint-imports", "--no-logo"],
        "protocols": ["dermograph", "protocols", "check"],
    }


def run(command: list[str]) -> tuple[bool, str]:
    """Run one check from the repository's root.

    Returns:
        Whether it passed, and everything that it printed.
    """
    program = BIN / command[0]
    if not program.exists():
        return False, f"{command[0]} is not installed beside {sys.executable}: run this through `make check`.\n"
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode == 0, done.stdout


def main() -> int:
    """Run them all; 1 when any failed, else 0."""
    failed = 0
    todo = checks()
    for name, command in todo.items():
        started = time.perf_counter()
        passed, said = run(command)
        seconds = time.perf_counter() - started
        print(f"{'ok' if passed else 'FAILED':<7} {name:<14} {seconds:6.1f} s", flush=True)
        if not passed:
            failed += 1
            print("".join(f"    {line}\n" for line in said.splitlines()), flush=True)
    print(f"{len(todo)} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
