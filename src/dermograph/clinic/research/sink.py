"""Where a library writes a file to while it is being sent: what was written is taken away again piece by piece."""

from __future__ import annotations

import io
from typing import Any


class Sink(io.RawIOBase):
    """A file that can be told how far it is, and neither sought in nor read."""

    def __init__(self) -> None:
        self._parts, self._before = bytearray(), 0

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """How many bytes were ever written."""
        return self._before + len(self._parts)

    def write(self, data: Any) -> int:  # noqa: ANN401 (any buffer)
        """Take bytes."""
        self._parts += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self._parts)
        self._before += len(data)
        self._parts.clear()
        return data
