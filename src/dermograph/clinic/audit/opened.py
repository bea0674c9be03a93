"""Who opened whose record: written down once an hour, so that the trail stays readable."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import record

AGAIN_AFTER = dt.timedelta(hours=1)


def record_opened(*, clinic: Model, who: AbstractBaseUser, patient: uuid.UUID) -> dt.datetime:
    """Write down that somebody opened a patient's record, unless that was written within the last hour.

    Returns:
        When it was written.
    """
    since = timezone.now() - AGAIN_AFTER
    there = AuditEntry.objects.filter(
        clinic_id=clinic.pk, patient=patient, who_id=who.pk, action="patient.opened", at__gt=since
    ).first()
    return (there or record("patient.opened", clinic=clinic, who=who, patient=patient)).at
