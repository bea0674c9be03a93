"""What happens to an account stands in the audit trail of every clinic that the person belongs to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from dermograph.clinic.audit import record as audit
from dermograph.clinic.people.models import Clinic, Patient, User

LOG = logging.getLogger("dermograph.clinic")


@transaction.atomic
def record(action: str, about: User, *, who: User | None, details: Mapping[str, Any] | None = None) -> None:
    """Append one entry to the trail of each of the person's clinics; without a clinic, one line to the log.

    Args:
        action: A word such as ``account.signed_in``.
        about: Whose account.
        who: Who did it; None where it is not proven who it was.
        details: What else matters; never a code, a key or an address.
    """
    clinics = clinics_of(about)
    patient = Patient.objects.filter(user=about).values_list("pk", flat=True).first()
    for clinic in clinics:
        audit.record(action, clinic=clinic, who=who, about=about, patient=patient, details=details)
    if not clinics:
        LOG.info("%s: an account without a clinic", action)


def clinics_of(user: User) -> list[Clinic]:
    """The clinics of a person, as staff or as patient; for who has lost every place, those that they had one in."""
    active = Q(memberships__user=user, memberships__active=True) | Q(patients__user=user)
    found = list(Clinic.objects.filter(active).distinct().order_by("pk"))
    return found or list(Clinic.objects.filter(memberships__user=user).distinct().order_by("pk"))
