"""That somebody else wrote meanwhile."""

from __future__ import annotations

from dermograph.core.errors import InputError
from dermograph.core.text import Text


class StaleError(Exception):
    """Somebody else wrote what was judged as it stood before: it has to be judged again."""


class VersionConflictError(InputError):
    """Somebody else changed it since the version that was named (HTTP 412).

    Attributes:
        current: The version that stands now.
    """

    def __init__(self, current: str) -> None:
        self.current = current
        super().__init__(
            Text(f"Version {current} stands now.", f"Ahora vale la versión {current}."),
            todo=Text("Read it again, then change it.", "Vuelva a leerlo y cámbielo."),
        )
