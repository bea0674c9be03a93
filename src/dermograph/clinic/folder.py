"""The data folder: the database, encrypted photographs and the keys, readable by its owner only."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES, SECRET_BYTES = 32, 48
OWNER_ONLY, OWNER_FOLDER = 0o600, 0o700
UNFINISHED = "restore.unfinished"
"""A file that lies in a data folder from the first step of a restore to its last: such a folder is not served."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Where one installation keeps everything.

    Attributes:
        path: The folder; it is made when first needed.
    """

    path: Path

    def secret_key(self) -> str:
        """What Django signs cookies with: ``DERMOGRAPH_SECRET_KEY``, else the one in the folder, made once."""
        return os.environ.get("DERMOGRAPH_SECRET_KEY") or self._kept("secret.key", SECRET_BYTES)

    def master_key(self) -> bytes:
        """What wraps the key of every patient, 32 bytes: ``DERMOGRAPH_MASTER_KEY`` (base64), else the folder's own.

        Raises:
            ValueError: If it has not 32 bytes; a wrong key would make every photograph unreadable.
        """
        text = os.environ.get("DERMOGRAPH_MASTER_KEY") or self._kept("master.key", KEY_BYTES)
        key = base64.urlsafe_b64decode(text)
        if len(key) != KEY_BYTES:
            msg = f"the master key has {len(key)} bytes, not {KEY_BYTES}"
            raise ValueError(msg)
        return key

    def uploads(self) -> Path:
        """Where uploads wait until they are encrypted; on the same disk as the rest, and the owner's only."""
        folder = self.path / "uploads"
        self._make(folder)
        return folder

    def files(self) -> Path:
        """Where the sealed photographs lie: ``DERMOGRAPH_FILES``, else a folder of its own in this one.

        Several servers and workers of one clinic need the same one.
        """
        return Path(os.environ.get("DERMOGRAPH_FILES") or self.path / "files")

    def patient_keys(self) -> Path:
        """Where the second halves of the patients' keys lie: ``DERMOGRAPH_KEYS``, else a folder of its own in this one.

        No backup may hold it: what is destroyed there shall not come back from an older day.
        """
        return Path(os.environ.get("DERMOGRAPH_KEYS") or self.path / "keys")

    def _kept(self, name: str, size: int) -> str:
        """A random key of so many bytes that is made once and then kept."""
        self._make(self.path)
        path = self.path / name
        if not path.exists():
            text = base64.urlsafe_b64encode(secrets.token_bytes(size)).decode()
            own = path.with_name(f"{name}.{os.getpid()}")
            with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
                file.write(text)
            with contextlib.suppress(FileExistsError):  # another process was faster: its key counts
                os.link(own, path)
            own.unlink()
        return path.read_text().strip()

    @staticmethod
    def _make(folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(OWNER_FOLDER)
