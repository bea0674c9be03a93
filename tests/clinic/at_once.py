"""Many who do something at the same moment, each in a thread; and programs that do so on a database of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tests.clinic.prepared import prepare

ROOT = Path(__file__).resolve().parents[2]
Answer = TypeVar("Answer")


def at_once(asking: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Let all of them begin together; what each got, in the order in which they got it."""
    from django.db import connections

    ready, answers = threading.Barrier(len(asking)), list[Answer]()

    def ask(one: Callable[[], Answer]) -> None:
        ready.wait()
        try:
            answers.append(one())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(one,)) for one in asking]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def run_apart(module: str, folder: Path) -> Any:  # noqa: ANN401 (what the module tells)
    """Run a module that ends with ``tell``, on a database file: SQLite in memory locks whole tables and cannot wait."""
    prepare(folder)
    own = {"DERMOGRAPH_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tests.clinic.settings", "PYTHONPATH": str(ROOT)}
    command, environment = [sys.executable, "-m", module], os.environ | own
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def tell(what: Callable[[], object]) -> None:
    """Make the database, do it, and print what came of it as one line of JSON."""
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0)
    print(json.dumps(what()))  # noqa: T201 (what the test reads)
