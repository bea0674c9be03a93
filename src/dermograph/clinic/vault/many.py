"""Sealing what belongs to many patients: their keys are made and looked up together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from django.db.models import Model

from dermograph.clinic.vault import halves
from dermograph.clinic.vault.models import PatientKey
from dermograph.clinic.vault.seal import KEY_BYTES, Erased, seal_with, unseal_with, unwrapped, wrapped_key

_AT_ONCE = 400  # ids in one query


def seal_many(items: Sequence[tuple[Model, bytes, str]]) -> list[bytes]:
    """Encrypt what belongs to many patients, in the transaction of what it belongs to.

    Args:
        items: The patient, any bytes, and the name under which they open, as ``seal`` takes them.

    Raises:
        Erased: If the key of one of them was destroyed.
        Unreadable: If a key does not open.
        OSError: If the new keys cannot be kept.
    """
    patients = {one.pk: one for one, _, _ in items}
    kept = _kept(patients.values())
    new = [one for pk, one in patients.items() if pk not in kept]
    if new:
        first = wrapped_key(new[0], os.urandom(KEY_BYTES))  # sees that the folder of halves is the right one
        halves.make_each(one.pk for one in new[1:])
        rest = [wrapped_key(one, os.urandom(KEY_BYTES)) for one in new[1:]]
        PatientKey.objects.bulk_create(
            [PatientKey(patient_id=one.pk, wrapped=key) for one, key in zip(new, [first, *rest], strict=True)],
            ignore_conflicts=True,  # somebody else was faster: their key counts
        )
        kept |= _kept(new)
    keys = {pk: _opened(one, kept[pk]) for pk, one in patients.items()}
    return [seal_with(keys[one.pk], one, data, name) for one, data, name in items]


def unseal_many(items: Sequence[tuple[Model, bytes, str]]) -> list[bytes]:
    """Decrypt what ``seal_many`` or ``seal`` made.

    Raises:
        Erased: If the key of one of them was destroyed.
        Unreadable: If a key, or one of the texts, does not open.
    """
    patients = {one.pk: one for one, _, _ in items}
    kept = _kept(patients.values())
    keys = {pk: _opened(one, kept.get(pk)) for pk, one in patients.items()}
    return [unseal_with(keys[one.pk], one, sealed, name) for one, sealed, name in items]


def _kept(patients: Iterable[Model]) -> dict[object, PatientKey]:
    ids = [one.pk for one in patients]
    found: dict[object, PatientKey] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = PatientKey.objects.filter(patient_id__in=ids[start : start + _AT_ONCE])
        found |= {one.patient_id: one for one in some}
    return found


def _opened(patient: Model, kept: PatientKey | None) -> bytes:
    if kept is not None and kept.destroyed_at is not None:
        raise Erased
    return unwrapped(patient, bytes(kept.wrapped) if kept else b"")
