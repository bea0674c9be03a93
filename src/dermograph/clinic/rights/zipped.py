"""A ZIP that is made while it is sent: nothing waits on a disk, and never more than one file is in memory."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils import timezone

#: The name of a file, its bytes, and whether it is as small as it gets.
File = tuple[str, bytes, bool]
_PIECE: Final = 1 << 18  # bytes that are handed on at once
_OWNER: Final = 0o600


class _Sink(io.RawIOBase):
    """Where the ZIP is written to, and taken from again piece by piece. It cannot seek: sizes stand after the data."""

    def __init__(self) -> None:
        self._parts = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 (any buffer)
        self._parts += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        data, self._parts = bytes(self._parts), bytearray()
        return data


def zipped(files: Iterable[File], about: dict[str, Any]) -> Iterator[bytes]:
    """A ZIP in pieces, with ``manifest.json`` at its end: what it is, and the SHA-256 of every file.

    Args:
        files: Each asked for when it is its turn.
        about: What the manifest says beside the files.
    """
    sink, manifest = _Sink(), {}  # type: _Sink, dict[str, dict[str, Any]]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data, small in files:
            manifest[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            yield from _added(whole, sink, name, data, small=small)
        said = {**about, "made_at": timezone.now().isoformat(), "files": manifest}
        yield from _added(whole, sink, "manifest.json", as_bytes(said), small=False)
    yield sink.taken()


def as_bytes(tree: object) -> bytes:
    """JSON that a person can read."""
    return json.dumps(tree, ensure_ascii=False, indent=1).encode()


def _added(whole: zipfile.ZipFile, sink: _Sink, name: str, data: bytes, *, small: bool) -> Iterator[bytes]:
    info = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED
    info.external_attr = _OWNER << 16
    with whole.open(info, "w") as entry:
        for start in range(0, len(data), _PIECE):
            entry.write(data[start : start + _PIECE])
            yield sink.taken()
    yield sink.taken()
