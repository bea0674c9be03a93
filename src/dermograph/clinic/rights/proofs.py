"""What a proof of erasure says, its hash, and how it comes back after a restore."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from dermograph.clinic.people.models import Clinic, User
from dermograph.clinic.rights.models import ErasureProof

_PLAIN: Final = ("ground", "words", "counts", "key_sha256", "retention", "beyond")


def said(proof: ErasureProof) -> dict[str, Any]:
    """Everything that a proof says, as JSON: ids, days and figures, no person."""
    return {
        "id": str(proof.pk),
        "clinic": str(proof.clinic_id),
        "who": str(proof.written_by_id) if proof.written_by_id else None,
        "erased": str(proof.erased),
        "erased_at": proof.erased_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        **{name: getattr(proof, name) for name in _PLAIN},
    }


def digest(proof: ErasureProof) -> str:
    """SHA-256 of everything that a proof says, hexadecimal."""
    return hashlib.sha256(json.dumps(said(proof), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def brought_back(told: Mapping[str, Any]) -> ErasureProof | None:
    """A proof, put back where an older database does not have it; None where there was none, or its clinic is unknown.

    Args:
        told: As ``said`` has it, with its ``sha256``.
    """
    if not told:
        return None
    there: ErasureProof | None = ErasureProof.objects.filter(erased=told["erased"]).first()
    if there is not None or not Clinic.objects.filter(pk=told["clinic"]).exists():
        return there
    who = User.objects.filter(pk=told["who"]).first() if told["who"] else None
    new: ErasureProof = ErasureProof.objects.create(
        pk=told["id"],
        clinic_id=told["clinic"],
        written_by=who,
        erased=told["erased"],
        erased_at=dt.datetime.fromisoformat(told["erased_at"]),
        sha256=told["sha256"],
        **{name: told[name] for name in _PLAIN},
    )
    return new
