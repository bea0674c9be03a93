"""The account of an erased patient: removed, or, where the audit trail names it, left without a name and shut."""

from __future__ import annotations

import contextlib

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models import CASCADE, ProtectedError

from dermograph.clinic.people.models import Patient, User


def forget(patient: Patient, user: User | None) -> None:
    """Forget the account of a patient whose rows are gone; whoever also works in a clinic keeps theirs, for that.

    Args:
        patient: As they were.
        user: Their account; None for none.
    """
    for address in {patient.email.lower(), user.email.lower() if user else ""} - {""}:
        for log in (AccessAttempt, AccessFailureLog, AccessLog):
            log.objects.filter(username=address).delete()
    if user is None or user.memberships.exists() or Patient.objects.filter(user=user).exists():
        return
    for relation in User._meta.related_objects:  # noqa: SLF001 (Django's documented way to a model's relations)
        if relation.on_delete is CASCADE:
            relation.related_model._base_manager.filter(**{relation.field.name: user.pk}).delete()  # noqa: SLF001 (the manager that hides no row)
    with contextlib.suppress(ProtectedError), transaction.atomic():  # what they did stands in the audit trail
        user.delete()
        return
    user.email, user.name = f"{user.pk}@erased.invalid", "–"
    user.is_active, user.language, user.theme = False, "", ""
    user.set_unusable_password()
    user.save()
