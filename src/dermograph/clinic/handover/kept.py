"""The rows of what was received: written many at once, opened many at once."""

from __future__ import annotations

import functools
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import QuerySet

from dermograph.clinic.handover.models import Received
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.vault.many import seal_many, unseal_many
from dermograph.clinic.vault.seal import Unreadable
from dermograph.exchange.fhir.elements import Element

AT_ONCE: Final = 400  # ids in one query
_NONCE_BYTES: Final = 12


def name_of(row: uuid.UUID) -> str:
    """What the JSON of a row is sealed under."""
    return f"received/{row}"


def seal_rows(rows: Sequence[tuple[Received, bytes]]) -> None:
    """Seal the JSON of rows that are about to be written, with the key of its patient, or else of the clinic.

    Raises:
        Erased: If the key of one of them was destroyed.
        OSError: If new keys cannot be kept.
    """
    about = [(row, data) for row, data in rows if row.patient_id is not None]
    sealed = seal_many([(_patient(row), data, name_of(row.pk)) for row, data in about])
    for (row, _), one in zip(about, sealed, strict=True):
        row.sealed = one
    for row, data in rows:
        if row.patient_id is None:
            nonce = os.urandom(_NONCE_BYTES)
            row.sealed = nonce + AESGCM(_key(row.clinic_id)).encrypt(nonce, data, name_of(row.pk).encode())


def opened(rows: Sequence[Received]) -> list[Element]:
    """The JSON of rows, in their order.

    Args:
        rows: Fetched with their patients.

    Raises:
        Erased: If the key of one of them was destroyed.
        Unreadable: If one of them was altered.
    """
    about = [row for row in rows if row.patient_id is not None]
    texts = unseal_many([(_patient(row), bytes(row.sealed), name_of(row.pk)) for row in about])
    by_row = dict(zip((row.pk for row in about), texts, strict=True))
    return [json.loads(by_row[row.pk] if row.pk in by_row else _opened_by_clinic(row)) for row in rows]


def latest(clinic: Clinic) -> QuerySet[Received]:
    """The latest version of everything that a clinic received, with its patient."""
    return Received.objects.filter(clinic=clinic, is_latest=True).select_related("patient")


def in_parts(ids: Iterable[Any], at_once: int = AT_ONCE) -> Iterator[list[Any]]:
    """Ids, at most as many at once as any database takes in one query."""
    every = list(ids)
    for start in range(0, len(every), at_once):
        yield every[start : start + at_once]


def _opened_by_clinic(row: Received) -> bytes:
    sealed = bytes(row.sealed)
    try:
        key = _key(row.clinic_id)
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name_of(row.pk).encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


@functools.lru_cache(maxsize=64)
def _derived(master: bytes, clinic: uuid.UUID) -> bytes:
    told = b"dermograph handover: received about nobody: " + clinic.bytes
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=told).derive(master)


def _key(clinic: uuid.UUID) -> bytes:
    """The key of what a clinic received about nobody, derived from the installation's master key for this alone."""
    return _derived(settings.MASTER_KEY, clinic)


def _patient(row: Received) -> Any:  # noqa: ANN401 (a Patient: the row has one)
    return row.patient
