"""Names that say nothing: HMAC-SHA-256 of a record's id under the key of one project, which the clinic keeps.

Within a project the same record has the same pseudonym in every export; between projects nothing links the two, and who
has the tables alone cannot go back. The key lies sealed in the database and opens with the master key only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import uuid
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dermograph.core.errors import InputError
from dermograph.core.text import Text

Kind = Literal["patient", "area", "course", "comparison", "session", "reading"]
_LETTERS: Final[dict[Kind, str]] = {
    "patient": "P",
    "area": "A",
    "course": "C",
    "comparison": "V",
    "session": "S",
    "reading": "R",
}
_KEY_BYTES, _NONCE_BYTES = 32, 12
_SAID_BYTES = 10  # 80 bits: of a million records two are alike once in two million million projects


class KeyLost(InputError):  # noqa: N818 (an answer)
    """The key of a project does not open with this master key."""

    def __init__(self) -> None:
        super().__init__(
            Text("The key of this project cannot be opened.", "No se puede abrir la clave de este proyecto."),
            todo=Text(
                "Start the server with the master key of the day on which the project was made.",
                "Inicie el servidor con la clave maestra del día en que se creó el proyecto.",
            ),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Pseudonyms:
    """The names of records within one project.

    Attributes:
        key: Of the project, 32 bytes.
    """

    key: bytes

    def of(self, kind: Kind, record: uuid.UUID) -> str:
        """The pseudonym of a record, such as ``P-ABCDEFGHIJKLMNOP``: a letter for the kind and 16 of base 32."""
        said = hmac.digest(self.key, f"{kind}\n{record}".encode(), hashlib.sha256)[:_SAID_BYTES]
        return f"{_LETTERS[kind]}-{base64.b32encode(said).decode('ascii')}"


def new_key(project: uuid.UUID) -> bytes:
    """A new key for a project, sealed."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_wrapping(project)).encrypt(nonce, os.urandom(_KEY_BYTES), None)


def opened(project: uuid.UUID, sealed: bytes) -> Pseudonyms:
    """The pseudonyms of a project.

    Raises:
        KeyLost: If its key was sealed with another master key, for another project, or was altered.
    """
    try:
        return Pseudonyms(AESGCM(_wrapping(project)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None))
    except (InvalidTag, ValueError):
        raise KeyLost from None


def _wrapping(project: uuid.UUID) -> bytes:
    info = f"dermograph/1\nresearch project\n{project}".encode()
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(settings.MASTER_KEY)
