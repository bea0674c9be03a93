"""Second factors' secrets at rest: AES-256-GCM under a key made from the installation's master key."""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dermograph.core.errors import InputError
from dermograph.core.text import Text

KEY_BYTES, NONCE_BYTES = 32, 12
_VERSION = "1."
_ABOUT = b"dermograph/1\nsecond factor"


class UnreadableSecretError(InputError):
    """The secret was stored with another master key, or altered."""

    def __init__(self) -> None:
        super().__init__(
            Text("Your second factor cannot be read.", "Su segundo factor no se puede leer."),
            todo=Text(
                "The server was started with another master key: tell who runs it. An administrator of the clinic can "
                "also remove the factor, so that you set it up again.",
                "El servidor se inició con otra clave maestra: avise a quien lo lleva. La administración de la clínica "
                "también puede quitar el factor para que lo configure de nuevo.",
            ),
        )


def sealed(text: str) -> str:
    """A secret as it is stored."""
    nonce = os.urandom(NONCE_BYTES)
    return _VERSION + base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), _ABOUT)).decode()


def opened(stored: str) -> str:
    """A secret as it was before ``sealed``.

    Raises:
        UnreadableSecretError: If it was altered, or stored with another master key.
    """
    try:
        data = base64.b64decode(stored.removeprefix(_VERSION), validate=True)
        return AESGCM(_key()).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _ABOUT).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise UnreadableSecretError from None


def _key() -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=_ABOUT).derive(settings.MASTER_KEY)
