"""An encrypted stream: chunks of AES-256-GCM that are numbered, so that none can be altered, moved, added or left out.

The file, byte by byte::

    8   magic, b"DERMOBK1"
    4   length of the header, big-endian
    …   header, JSON: how the key of the stream is wrapped (see ``unlocking``), and for people when it was made
    then chunks: 1 MiB of content, the last one less or as much, each followed by its tag of 16 bytes

Each stream has a random key of its own. A chunk's nonce is its number, 11 bytes, and one byte that is 1 for the last
chunk; SHA-256 of everything before the chunks is authenticated with each of them. The construction is STREAM
(Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

MAGIC = b"DERMOBK1"
CHUNK = 1 << 20
_TAG = 16
_LONGEST_HEADER = 100_000


class Damaged(InputError):  # noqa: N818 (an answer)
    """The archive is not as it was written."""


class SealingWriter:
    """Takes bytes and writes them sealed.

    Args:
        target: Where to.
        header: JSON that is authenticated and readable by anybody.
        key: 32 bytes that nothing else is sealed with.
    """

    def __init__(self, target: IO[bytes], header: Mapping[str, Any], key: bytes) -> None:
        self._target = target
        text = json.dumps(header, sort_keys=True).encode()
        start = MAGIC + len(text).to_bytes(4, "big") + text
        self._about = hashlib.sha256(start).digest()
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._number = 0
        self._at = 0
        target.write(start)

    def write(self, data: bytes) -> int:
        """Take some."""
        self._waiting += data
        self._at += len(data)
        # One chunk is held back, since only at the end it is known to be the last.
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def tell(self) -> int:
        """How many bytes were taken."""
        return self._at

    def close(self) -> None:
        """Write the last chunk; the target stays open."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, self._about))
        self._number += 1


class OpeningReader:
    """Gives back what was sealed, chunk by chunk; nothing of a chunk that does not hold.

    Args:
        source: Behind the header.
        start: The bytes up to there.
        key: As it was sealed.
        name: Of the file, for messages.
    """

    def __init__(self, source: IO[bytes], start: bytes, key: bytes, name: str) -> None:
        self._source = source
        self._about = hashlib.sha256(start).digest()
        self._cipher = AESGCM(key)
        self._name = name
        self._number = 0
        self._opened = bytearray()
        self._next = source.read(CHUNK + _TAG)
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end; all for a negative number.

        Raises:
            Damaged: If the archive was altered or cut off.
        """
        while not self._ended and (size < 0 or len(self._opened) < size):
            self._open_next()
        end = len(self._opened) if size < 0 else size
        given = bytes(self._opened[:end])
        del self._opened[:end]
        return given

    def _open_next(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        last = not self._next
        try:
            chunk = self._cipher.decrypt(_nonce(self._number, last=last), sealed, self._about)
        except (InvalidTag, ValueError):
            raise self._damage(sealed, last=last) from None
        self._number += 1
        self._ended = last
        self._opened += chunk

    def _damage(self, sealed: bytes, *, last: bool) -> Damaged:
        megabyte = self._number * CHUNK / 1e6
        cut = last and self._number > 0 and len(sealed) < CHUNK + _TAG
        if last and not cut:
            try:
                self._cipher.decrypt(_nonce(self._number, last=False), sealed, self._about)
                cut = True
            except (InvalidTag, ValueError):
                cut = False
        if cut:
            words = Text(
                f"The archive ends too early, or was altered near its end, after {megabyte:.1f} MB.",
                f"El archivo termina antes de tiempo o se alteró cerca del final, tras {megabyte:.1f} MB.",
            )
        else:
            words = Text(
                f"The archive was altered, or is damaged, after {megabyte:.1f} MB.",
                f"El archivo se ha alterado o está dañado, tras {megabyte:.1f} MB.",
            )
        return damaged(words, self._name)


def read_head(source: IO[bytes], name: str) -> tuple[bytes, dict[str, Any]]:
    """The bytes before the chunks, and the header in them.

    Raises:
        Damaged: If this is no archive.
    """
    start = source.read(len(MAGIC) + 4)
    length = int.from_bytes(start[len(MAGIC) :], "big")
    if not start.startswith(MAGIC) or len(start) < len(MAGIC) + 4 or length > _LONGEST_HEADER:
        raise damaged(Text("This is no backup of a clinic.", "Esto no es una copia de una clínica."), name)
    text = source.read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or len(text) < length:
        raise damaged(Text("The beginning of the archive is damaged.", "El principio del archivo está dañado."), name)
    return start + text, header


def damaged(words: Text, name: str, todo: Text | None = None) -> Damaged:
    """The error that says so."""
    return Damaged(words, Place(name), todo or Text("Take another backup.", "Use otra copia de seguridad."))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
