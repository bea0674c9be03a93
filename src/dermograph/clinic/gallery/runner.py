"""The runner: judges photographs and measures comparisons, one after the other, beside the server.

``python -m dermograph.clinic.gallery.runner`` runs it alone; ``run`` runs it in a thread or a process of somebody else.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

import django

_log = logging.getLogger("dermograph.runner")
_LOOK_EVERY_S = 0.4
_REST_S = 5.0  # after an error of the database


def run(stop: threading.Event) -> None:
    """Work until told to stop.

    Args:
        stop: Set by who wants it to end; work that is under way is then left to whoever comes next.
    """
    # Here and below: this module is also started alone, before Django knows its models.
    from django.db import close_old_connections  # noqa: PLC0415 (Django is set up by now, not before)

    from dermograph.clinic.gallery.leases import added  # noqa: PLC0415 (Django is set up by now, not before)
    from dermograph.clinic.gallery.tasks import PlaceAway, child  # noqa: PLC0415 (Django is set up by now, not before)

    child.start()
    try:
        while not stop.is_set():
            added.clear()
            close_old_connections()
            try:
                worked = work_once(stop)
            except PlaceAway as why:
                _log.error("nothing is measured here: %s", why)
                stop.wait(_REST_S)
                continue
            except Exception:  # noqa: BLE001 (a database that is away comes back)
                _log.exception("the runner could not work; it tries again")
                stop.wait(_REST_S)
                continue
            if not worked and not stop.is_set():
                added.wait(_LOOK_EVERY_S)
    finally:
        close_old_connections()
        child.stop()


def work_once(stop: threading.Event | None = None) -> bool:
    """Do one piece of work.

    Args:
        stop: Set by who wants the work broken off; it is then left to whoever comes next.

    Returns:
        Whether there was any.
    """
    from dermograph.clinic.gallery import tasks  # noqa: PLC0415 (Django is set up by now, not before)

    return tasks.work_once(stop)


def main() -> int:
    """Run alone until SIGTERM or Ctrl-C."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dermograph.clinic.settings")
    os.umask(0o077)
    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
