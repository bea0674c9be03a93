"""A person lets a program in, or refuses it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dermograph.clinic.api.tokens import hash_of
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Membership, Patient, User
from dermograph.clinic.smart.asking import OFFLINE, ONLINE, Asked
from dermograph.clinic.smart.models import Grant
from dermograph.clinic.smart.tokens import CODE, LIVES, made

CODE_LIVES = dt.timedelta(seconds=60)
OFFLINE_LIVES = dt.timedelta(days=90)


def allow(
    asked: Asked, *, user: User, member: Membership | None, patient: Patient | None, session: uuid.UUID | None
) -> str:
    """Let a program in.

    Args:
        asked: What it asked for.
        user: Who lets it in.
        member: Their place in the clinic; None of a patient.
        patient: Who was chosen; a patient's own record.
        session: The id of their sign-in.

    Returns:
        The code for the program, which is good once and for a minute.
    """
    code, now = made(CODE), timezone.now()
    with transaction.atomic():
        grant = Grant.objects.create(
            clinic=asked.app.clinic,
            app=asked.app,
            user=user,
            member=member,
            patient=patient,
            scopes=list(asked.words),
            session=session if ONLINE in asked.words else None,
            code_token_sha256=hash_of(code),
            code_ends_at=now + CODE_LIVES,
            redirect=asked.redirect,
            challenge=asked.challenge,
            ends_at=now + _lives(asked),
        )
        record(
            "smart.allowed",
            clinic=asked.app.clinic,
            who=user,
            about=grant,
            patient=patient.pk if patient else None,
            details={"app": str(asked.app.pk), "scopes": list(asked.words)},
        )
    return code


def refuse(asked: Asked, *, user: User) -> None:
    """Write down that somebody did not let a program in."""
    details = {"scopes": list(asked.words)}
    record("smart.refused", clinic=asked.app.clinic, who=user, about=asked.app, details=details)


def _lives(asked: Asked) -> dt.timedelta:
    """How long tokens can come of it."""
    if OFFLINE in asked.words:
        return OFFLINE_LIVES
    return dt.timedelta(seconds=settings.SESSION_COOKIE_AGE) if ONLINE in asked.words else CODE_LIVES + LIVES
