"""What an archive says of itself: the rows, the chains and the SHA-256 of every file in it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import IO, Any

from dermograph.clinic.upkeep.sealed_stream import damaged
from dermograph.core.text import Text

SCHEMA = "dermograph.backup/1"
ABOUT, LIST, MANIFEST, FILES, MASTER_KEY = "about.json", "files.sha256", "manifest.json", "files/", "master.key"
MEMBER = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
"""What the database is called in an archive."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last file of an archive.

    Attributes:
        made_at: ISO 8601 in UTC.
        version: Of Dermograph.
        vendor: ``sqlite`` or ``postgresql``.
        counts: Rows of each table.
        heads: How far each clinic's audit trail went.
        migrations: Which the database had seen.
        database_sha256: Of the copy of the database.
        files, files_bytes: How many sealed files, and how large they are together.
        list_sha256: Of ``files.sha256``, which has a line for each of them.
        missing: Files that rows spoke of and that were not there.
        fingerprint: Tells the master key from others, and nothing about it.
    """

    made_at: str
    version: str
    vendor: str
    counts: Mapping[str, int]
    heads: Mapping[str, tuple[int, str]]
    migrations: list[str]
    database_sha256: str
    files: int
    files_bytes: int
    list_sha256: str
    missing: list[str]
    fingerprint: str

    def to_bytes(self) -> bytes:
        """As it lies in the archive."""
        return (json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1, sort_keys=True) + "\n").encode()


class Hashed:
    """A file that is hashed while it is read.

    Attributes:
        sha256: Of what was read so far.
    """

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Some of it."""
        data = self._content.read(size)
        self.sha256.update(data)
        return data


def read_manifest(data: bytes, name: str) -> Manifest:
    """What ``to_bytes`` wrote.

    Raises:
        Damaged: If it is something else, or of a version that is not known here.
    """
    try:
        said: dict[str, Any] = json.loads(data)
        schema = said.pop("schema")
        said["heads"] = {clinic: (int(one[0]), str(one[1])) for clinic, one in said["heads"].items()}
        manifest = Manifest(**said)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        schema, manifest = None, None
    if manifest is None or schema != SCHEMA:
        raise damaged(
            Text("The archive's manifest cannot be read.", "No se puede leer el manifiesto del archivo."),
            name,
            Text("It may be of a newer Dermograph.", "Puede ser de un Dermograph más nuevo."),
        )
    return manifest


def fingerprint(master_key: bytes) -> str:
    """What tells one master key from another."""
    return hmac.digest(master_key, b"dermograph/fingerprint/1", hashlib.sha256).hex()[:16]
