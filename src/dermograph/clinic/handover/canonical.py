"""The one text of a JSON value, whatever the order of its keys, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(resource: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and without spaces.

    >>> canonical({"b": 1, "a": "ñ"}).decode()
    '{"a":"ñ","b":1}'
    """
    return json.dumps(resource, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(resource: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text, hexadecimal."""
    return hashlib.sha256(canonical(resource)).hexdigest()
