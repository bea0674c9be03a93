"""The process that works: it measures what is waiting, and once a minute sends the reminders that are due.

Started by a supervisor as ``-m``, beside a server or on a machine of its own. Where the database can hold a queue it
takes its work from there, as every worker does; else from the rows themselves.
"""

from __future__ import annotations

import os

import django

from dermograph.clinic.serve.watched import stopping


def main() -> None:
    """Work until SIGTERM."""
    os.umask(0o077)
    stop = stopping()
    django.setup()
    from dermograph.clinic.gallery.runner import run  # noqa: PLC0415 (its models need the setup)
    from dermograph.clinic.reminders import clock  # noqa: PLC0415 (the same)
    from dermograph.clinic.scale import deferring, worker  # noqa: PLC0415 (the same)
    from dermograph.clinic.upkeep import daily  # noqa: PLC0415 (the same)

    daily.register()
    if deferring.is_possible():
        worker.run(stop)
        return
    worker.register_daily()
    clock.start(stop)
    run(stop)


if __name__ == "__main__":
    main()
