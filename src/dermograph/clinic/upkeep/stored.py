"""The sealed files of the vault, wherever they are stored: listed, read, written back."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.[a-z0-9_]{1,20}")
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600


def is_name(name: str) -> bool:
    """Whether this is a name of the vault; nothing else is ever read from an archive into it."""
    return NAME.fullmatch(name) is not None


def names() -> Iterator[str]:
    """Every file that is stored; what is being written just now is not yet among them."""
    try:
        folders, _files = default_storage.listdir("")
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        for name in sorted(default_storage.listdir(folder)[1]):
            if is_name(f"{folder}/{name}"):
                yield f"{folder}/{name}"


@contextlib.contextmanager
def opened(name: str) -> Iterator[tuple[IO[bytes], int] | None]:
    """A file and its size; None if it is gone."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        yield None
        return
    with file:
        if file.file is None:
            raise FileNotFoundError(name)
        yield file.file, file.size


def exists(name: str) -> bool:
    """Whether it is there."""
    return is_name(name) and default_storage.exists(name)


def is_empty() -> bool:
    """Whether nothing is stored yet."""
    return next(names(), None) is None


def put_back(name: str, content: IO[bytes]) -> None:
    """Store a file that an archive held, under its name.

    Raises:
        OSError: If it cannot be written.
    """
    if not isinstance(default_storage, FileSystemStorage):
        default_storage.save(name, File(content))
        return
    path = Path(default_storage.path(name))
    path.parent.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE), "wb") as target:
        while chunk := content.read(1 << 20):
            target.write(chunk)
