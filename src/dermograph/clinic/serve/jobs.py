"""The process beside the server: it measures what is waiting, and once a minute sends the reminders that are due.

Started by the supervisor as ``-m``.
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
    from dermograph.clinic.reminders import clock, daily  # noqa: PLC0415 (the same)
    from dermograph.clinic.website.requesting import erase_old  # noqa: PLC0415 (the same)

    daily.register("website.requests", lambda now: erase_old(now=now))
    clock.start(stop)
    run(stop)


if __name__ == "__main__":
    main()
