"""What a visitor told, sealed: in the cookie of their own browser, and in a request that they handed it over with.

The key is derived from the installation's master key for this alone. A sealed text opens only for the purpose and the
place that it was sealed for.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
LARGEST = 20_000  # bytes of what was sealed, opened
_VERSION = b"\x01"


def sealed(about: str, told: Mapping[str, Any]) -> bytes:
    """Encrypt what was told.

    Args:
        about: What it belongs to; it opens for nothing else.
        told: JSON.
    """
    nonce = os.urandom(NONCE_BYTES)
    plain = zlib.compress(json.dumps(told).encode(), 9)
    return _VERSION + nonce + AESGCM(_key()).encrypt(nonce, plain, about.encode())


def opened(about: str, kept: bytes | memoryview) -> dict[str, Any] | None:
    """Decrypt it; None if it was altered, belongs to something else, or was sealed with another master key."""
    kept = bytes(kept)
    start = len(_VERSION) + NONCE_BYTES
    if kept[:1] != _VERSION or len(kept) < start:
        return None
    try:
        plain = AESGCM(_key()).decrypt(kept[1:start], kept[start:], about.encode())
        told = json.loads(zlib.decompressobj().decompress(plain, LARGEST))
    except (InvalidTag, ValueError, zlib.error):
        return None
    return told if isinstance(told, dict) else None


def _key() -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dermograph website: what visitors tell")
    return derived.derive(settings.MASTER_KEY)
