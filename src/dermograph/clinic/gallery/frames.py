"""How the runner and the process that measures speak: a JSON text and files, each with its length in front.

JSON and no pickle: the other process opens photographs that anybody may have sent, so that nothing from it is trusted.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import IO, Any

MOST_BYTES = 1_000_000_000
_LENGTHS = struct.Struct(">QI")
_LENGTH = struct.Struct(">Q")
Header = dict[str, Any]


class BadFrame(Exception):  # noqa: N818 (it is what was read)
    """What came is not a whole frame."""


def send(stream: IO[bytes], header: Header, files: Sequence[bytes] = ()) -> None:
    """Write one frame."""
    text = json.dumps(header, allow_nan=False).encode()
    stream.write(_LENGTHS.pack(len(text), len(files)))
    stream.write(text)
    for file in files:
        stream.write(_LENGTH.pack(len(file)))
        stream.write(file)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[Header, list[bytes]] | None:
    """Read one frame; None where the stream ends.

    Raises:
        BadFrame: If the stream breaks off within a frame, or holds something else.
    """
    first = stream.read(_LENGTHS.size)
    if not first:
        return None
    if len(first) < _LENGTHS.size:
        raise BadFrame
    length, count = _LENGTHS.unpack(first)
    try:
        header = json.loads(_exactly(stream, length))
    except ValueError:
        raise BadFrame from None
    if not isinstance(header, dict):
        raise BadFrame
    return header, [_exactly(stream, _LENGTH.unpack(_exactly(stream, _LENGTH.size))[0]) for _ in range(count)]


def _exactly(stream: IO[bytes], length: int) -> bytes:
    if length > MOST_BYTES:
        raise BadFrame
    data = stream.read(length)
    if len(data) < length:
        raise BadFrame
    return data
