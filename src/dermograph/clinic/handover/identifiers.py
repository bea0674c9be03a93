"""Business identifiers of what was received, as keyed digests: a number of a health card is found, never listed."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.conf import settings

from dermograph.clinic.handover.models import ReceivedIdentifier
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.exchange.fhir.elements import naming

RECORD_NUMBER: Final = naming("record-number")
_LONGEST_NUMBER: Final = 9  # digits


def digest(system: str, value: str) -> bytes:
    """What an identifier is found by; nobody without the master key can try numbers against it."""
    return hmac.new(settings.MASTER_KEY, f"identifier\n{system}\n{value}".encode(), hashlib.sha256).digest()


def identifiers_of(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """System and value of each identifier that has both."""
    listed = resource.get("identifier", ())
    for one in (listed,) if isinstance(listed, Mapping) else listed:
        if "system" in one and "value" in one:
            yield one["system"], one["value"]


def keys_named(clinic: Clinic, kind: str, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], uuid.UUID]:
    """Which resource of a clinic and a type each identifier means; without those that are not known.

    Args:
        clinic: Whose resources.
        kind: Of which type.
        named: Each system with its value.
    """
    asked = {digest(system, value): (system, value) for system, value in named}
    found: dict[tuple[str, str], uuid.UUID] = {}
    digests = list(asked)
    for start in range(0, len(digests), 400):
        rows = ReceivedIdentifier.objects.filter(
            clinic=clinic, digest__in=digests[start : start + 400], received__kind=kind, received__is_latest=True
        )
        found |= {asked[bytes(one)]: key for one, key in rows.values_list("digest", "received__key")}
    numbers = {
        int(value): (system, value)
        for system, value in asked.values()
        if system == RECORD_NUMBER and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER
    }
    if kind == "Patient" and numbers:
        own = Patient.objects.filter(clinic=clinic, number__in=list(numbers)).values_list("number", "pk")
        found |= {numbers[number]: pk for number, pk in own}
    return found
