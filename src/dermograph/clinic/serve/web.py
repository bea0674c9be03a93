"""The process that answers requests: granian with the site, started by the supervisor as ``-m``."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from dermograph.clinic.serve.watched import end_without_parent


def main(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM."""
    os.umask(0o077)
    end_without_parent()
    server = Granian(
        "dermograph.clinic.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=2,  # granian's own figure is far too large for a database that one writes to at a time
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
    )
    server.serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
