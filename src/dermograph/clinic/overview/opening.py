"""Opening a patient's record, which the audit trail is told of once an hour."""

from __future__ import annotations

import uuid

from django.utils import timezone

from dermograph.clinic.audit.opened import AGAIN_AFTER, record_opened
from dermograph.clinic.middleware import ClinicRequest

_KEY = "opened"


def note_opened(request: ClinicRequest, patient: uuid.UUID) -> None:
    """Tell the trail that somebody opens a record; their session remembers it, so that the next page costs nothing."""
    since = (timezone.now() - AGAIN_AFTER).timestamp()
    noted = {key: at for key, at in request.session.get(_KEY, {}).items() if at > since}
    if str(patient) not in noted:
        at = record_opened(clinic=request.clinic, who=request.user, patient=patient)
        request.session[_KEY] = {**noted, str(patient): at.timestamp()}
