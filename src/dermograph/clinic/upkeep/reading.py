"""Reading an archive from its beginning to its end: decrypted, and each file held against the manifest."""

from __future__ import annotations

import base64
import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dermograph.clinic.upkeep import stored
from dermograph.clinic.upkeep.manifest import (
    ABOUT,
    FILES,
    LIST,
    MANIFEST,
    MASTER_KEY,
    MEMBER,
    SCHEMA,
    Hashed,
    Manifest,
    read_manifest,
)
from dermograph.clinic.upkeep.sealed_stream import OpeningReader, damaged, read_head
from dermograph.clinic.upkeep.unlocking import Unlock
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_PIECE = 1 << 20
_LARGEST_TEXT = 50_000_000
Keep = Callable[[str, IO[bytes]], None]
"""Takes a sealed file by its name in the vault, and reads it to its end."""


@dataclass(frozen=True, slots=True)
class About:
    """What an archive says before anything else.

    Attributes:
        vendor: Of the database in it.
        fingerprint: Of the master key.
        master_key: None unless it was put into it.
    """

    vendor: str
    fingerprint: str
    master_key: bytes | None


class Archive:
    """An archive that was unlocked.

    Raises:
        InputError: If it cannot be read, is none, or opens with something else.
    """

    def __init__(self, file: Path, unlock: Unlock) -> None:
        self.file = file
        self.name = str(file)
        with self._raw() as raw:
            _start, header = read_head(raw, self.name)
        self._key = unlock.unlock(header, self.name)

    def about(self) -> About:
        """Its beginning.

        Raises:
            Damaged: If it was altered, or is of a newer Dermograph.
        """
        said: dict[str, Any] = {}
        master_key = None
        with self._tar() as tar:
            for member in tar:
                if member.name == ABOUT:
                    said = _json(_whole(tar, member))
                elif member.name == MASTER_KEY:
                    master_key = base64.urlsafe_b64decode(_whole(tar, member))
                else:
                    break
        if said.get("schema") != SCHEMA or said.get("vendor") not in MEMBER:
            raise damaged(
                Text("The archive's beginning cannot be understood.", "No se entiende el principio del archivo."),
                self.name,
                Text("It may be of a newer Dermograph.", "Puede ser de un Dermograph más nuevo."),
            )
        return About(str(said["vendor"]), str(said.get("fingerprint", "")), master_key)

    def unpack(self, database: Path, keep: Keep | None, progress: Callable[[int], None] | None = None) -> Manifest:
        """Read all of it.

        Args:
            database: A new file for the copy of the database.
            keep: Takes the sealed files; None only checks them.
            progress: Told now and then how many bytes of them are done.

        Raises:
            Damaged: If anything is not as the manifest says.
            OSError: If nothing more can be written.
        """
        found: dict[str, str] = {}
        manifest: Manifest | None = None
        listed, files, size = hashlib.sha256(), 0, 0
        with self._tar() as tar:
            for member in tar:
                name = member.name
                if manifest is not None or not member.isreg() or name in found:
                    raise self._unexpected(name)
                if name == MANIFEST:
                    manifest = read_manifest(_whole(tar, member), self.name)
                    continue
                content: Any = Hashed(_content(tar, member))
                if name.startswith(FILES) and stored.is_name(name.removeprefix(FILES)) and LIST not in found:
                    _take(content, name.removeprefix(FILES), keep)
                    listed.update(f"{content.sha256.hexdigest()}  {name}\n".encode())
                    files, size = files + 1, size + member.size
                    if progress is not None:
                        progress(size)
                    continue
                if name in MEMBER.values():
                    with database.open("xb") as target:
                        _copy(content, target)
                elif name in (ABOUT, LIST, MASTER_KEY):
                    _copy(content, None)
                else:
                    raise self._unexpected(name)
                found[name] = content.sha256.hexdigest()
        if manifest is None:
            raise damaged(Text("The archive has no manifest.", "Al archivo le falta el manifiesto."), self.name)
        same = (
            found.get(MEMBER[manifest.vendor]) == manifest.database_sha256
            and found.get(LIST) == listed.hexdigest() == manifest.list_sha256
            and (files, size) == (manifest.files, manifest.files_bytes)
        )
        if not same:
            raise damaged(
                Text("The archive's files are not those of its manifest.", "Los archivos no son los del manifiesto."),
                self.name,
            )
        return manifest

    def _unexpected(self, name: str) -> InputError:
        shown = name[:60] if name.isprintable() else "?"
        return damaged(
            Text(f"The archive holds {shown}, which does not belong there.", f"El archivo contiene {shown}, ajeno."),
            self.name,
        )

    @contextmanager
    def _tar(self) -> Iterator[tarfile.TarFile]:
        """What is in it, file by file; it is read to its very end if that went well."""
        with self._raw() as raw:
            start, _header = read_head(raw, self.name)
            reader: Any = OpeningReader(raw, start, self._key, self.name)
            try:
                with tarfile.open(fileobj=reader, mode="r|", bufsize=_PIECE) as tar:
                    yield tar
            except tarfile.TarError as error:
                words = Text("The archive's content cannot be read.", "No se puede leer el contenido del archivo.")
                raise damaged(words, self.name) from error

    @contextmanager
    def _raw(self) -> Iterator[IO[bytes]]:
        try:
            raw = self.file.open("rb", buffering=_PIECE)
        except OSError as error:
            raise InputError(
                Text("The archive cannot be read.", "No se puede leer el archivo."), Place(self.name)
            ) from error
        with raw:
            yield raw


def _take(content: IO[bytes], name: str, keep: Keep | None) -> None:
    if keep is not None:
        keep(name, content)
    _copy(content, None)


def _copy(content: IO[bytes], target: IO[bytes] | None) -> None:
    """Read to the end, and write what is read."""
    while piece := content.read(_PIECE):
        if target is not None:
            target.write(piece)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise tarfile.ReadError
    return content


def _whole(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > _LARGEST_TEXT:
        raise tarfile.ReadError
    return _content(tar, member).read()


def _json(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
