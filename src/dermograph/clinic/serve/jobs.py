"""The process that measures what is waiting: the gallery's runner, started by the supervisor as ``-m``."""

from __future__ import annotations

import os

import django

from dermograph.clinic.serve.watched import stopping


def main() -> None:
    """Measure until SIGTERM."""
    os.umask(0o077)
    stop = stopping()
    django.setup()
    from dermograph.clinic.gallery.runner import run  # noqa: PLC0415 (its models need the setup)

    run(stop)


if __name__ == "__main__":
    main()
