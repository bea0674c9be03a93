"""Whose records a program opened, for the trail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.opened import AGAIN_AFTER
from dermograph.clinic.audit.record import record
from dermograph.clinic.smart.caller import Caller


def note_opened(caller: Caller, patients: Iterable[uuid.UUID | None]) -> None:
    """Tell the trail whose records are opened, of each patient once an hour and way in.

    That the same person opened the record on a page says nothing of the program, nor of another program.

    Args:
        caller: Who opens them, by which program.
        patients: Whose; None is nobody.
    """
    wanted = {one for one in patients if one is not None}
    if not wanted:
        return
    clinic, who = caller.member.clinic, caller.member.user
    details = {"through": caller.through} if caller.through else {}
    told = AuditEntry.objects.filter(
        clinic_id=clinic.pk,
        patient__in=wanted,
        who_id=who.pk,
        action="patient.opened",
        at__gt=timezone.now() - AGAIN_AFTER,
    ).values_list("patient", "details")
    known = {patient for patient, said in told if said.get("through", "") == caller.through}
    with transaction.atomic():
        for one in sorted(wanted - known):
            record("patient.opened", clinic=clinic, who=who, patient=one, details=details)
