"""One at a time: of several processes that would do the same on one database, the first one does it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection

_COHORT: Final = 0x44455232  # a number of our own among PostgreSQL's advisory locks
_FILE: Final = "measure-again.lock"


@contextmanager
def alone() -> Iterator[bool]:
    """Be the only one that measures a cohort again; the lock ends with the process, however that ends.

    Yields:
        False if somebody else does it now; nothing is held then.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_COHORT])
            is_held = bool(cursor.fetchone()[0])
        try:
            yield is_held
        finally:
            if is_held and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_COHORT])
        return
    handle = os.open(settings.DATA.path / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
