"""What one is asked to serve."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dermograph.core.text import Text

Say = Callable[[Text], None]
"""Tells the person at the terminal something."""


@dataclass(frozen=True, slots=True)
class Options:
    """What one is asked to serve.

    Attributes:
        folder: The data folder; it is made where it is missing.
        host: The address to listen on; anything but this machine's own needs TLS before it.
        port: 0 takes a free one.
        workers: Processes that answer requests, at least 1.
        jobs: Whether it measures and sends reminders as well; else workers elsewhere do.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    jobs: bool = True

    def settle(self) -> None:
        """Put into the environment what the settings read from it; the children inherit it."""
        os.environ["DJANGO_SETTINGS_MODULE"] = "dermograph.clinic.settings"
        os.environ["DERMOGRAPH_DATA"] = str(self.folder)
        if self.host not in ("127.0.0.1", "localhost", "::1"):
            os.environ.setdefault("DERMOGRAPH_HOSTS", f"127.0.0.1,localhost,[::1],{self.host}")
