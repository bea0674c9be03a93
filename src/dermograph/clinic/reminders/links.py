"""The link by which a patient stops their reminders, without signing in; it says nothing about who they are."""

from __future__ import annotations

import uuid
from typing import Final

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from dermograph.clinic.people.models import Patient

_SALT: Final = "reminders: stop"
_LONGEST: Final = 200


def stop_address(site: str, patient: Patient) -> str:
    """Where a patient stops them; it does not expire, as the message with it may be read late."""
    return f"{site}{reverse('reminders_stop', args=[token_of(patient.pk)])}"


def token_of(patient: uuid.UUID) -> str:
    """A word that only this site can make."""
    return Signer(salt=_SALT, sep=".").sign(patient.hex)


def patient_of(token: str) -> Patient | None:
    """The patient of a word; None if it was not made here, or they are not there any more."""
    if len(token) > _LONGEST:
        return None
    try:
        pk = uuid.UUID(Signer(salt=_SALT, sep=".").unsign(token))
    except (BadSignature, ValueError):
        return None
    return Patient.objects.select_related("clinic").filter(pk=pk).first()
