"""Sending what is due: taken by one conditional update, so that two never have it; marked only as what happened.

What was taken and never marked, because the process was ended in between, may have been sent or not. It is decided in
favour of not sending it twice: after a while it stands as failed, with the words that say so, and is not tried again.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import threading
from typing import Final

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q

from dermograph.clinic.audit.record import record
from dermograph.clinic.overview.no_mail import mail_is_configured
from dermograph.clinic.reminders import reasons
from dermograph.clinic.reminders.composing import letter_of, message_of
from dermograph.clinic.reminders.models import Choice, Reminder, Status
from dermograph.clinic.reminders.standing import why_not

_log = logging.getLogger("dermograph.reminders")

MOST_AT_ONCE: Final = 50
#: A sending that has not come to its end by then was broken off.
BROKEN_OFF: Final = dt.timedelta(minutes=15)
RETRY_AFTER: Final = dt.timedelta(minutes=10)
_DROPS: Final = "django.core.mail.backends.dummy."
_LOCAL: Final = ("django.core.mail.backends.console.", "django.core.mail.backends.filebased.")
#: The server said no before it took the message: it was certainly not sent.
_SURE_NOT: Final = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


def mail_leaves() -> bool:
    """Whether messages are handed to anything at all."""
    return mail_is_configured() and not settings.EMAIL_BACKEND.startswith(_DROPS)


def mail_stays_here() -> bool:
    """Whether messages only go to this server's terminal or a folder of it."""
    return bool(settings.EMAIL_BACKEND.startswith(_LOCAL))


def site_of(choice: Choice) -> str:
    """The site's address in links: of the installation, else as it was when the clinic chose."""
    return str(getattr(settings, "PUBLIC_ADDRESS", "") or choice.site).rstrip("/")


def send_due(now: dt.datetime, stop: threading.Event | None = None) -> int:
    """Send what is due.

    Args:
        now: The instant that counts as now.
        stop: Set by who wants it to end; it ends between two messages.

    Returns:
        How many were sent.
    """
    broken_off(now)
    ready = Q(state=Status.DUE, due_at__lte=now) & (Q(retry_at=None) | Q(retry_at__lte=now))
    waiting = list(Reminder.objects.filter(ready).order_by("due_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    if not waiting:
        return 0
    choices = {one.clinic_id: one for one in Choice.objects.select_related("clinic")}
    post, sent = _Post(), 0
    try:
        for pk in waiting:
            if stop is not None and stop.is_set():
                break
            if not Reminder.objects.filter(ready, pk=pk).update(state=Status.SENDING, claimed_at=now):
                continue  # another process has it
            row = Reminder.objects.select_related("patient", "clinic").filter(pk=pk).first()
            if row is not None and not _sent(row, choices.get(row.clinic_id), post, now):
                break
            sent += Reminder.objects.filter(pk=pk, state=Status.SENT).count()
    finally:
        post.close()
    return sent


def broken_off(now: dt.datetime) -> int:
    """Write down what was taken and never marked; how many."""
    left = Reminder.objects.filter(state=Status.SENDING, claimed_at__lt=now - BROKEN_OFF)
    return left.update(state=Status.FAILED, reason=reasons.UNCERTAIN, done_at=now)


class _Post:
    """A connection to the mail server, opened for the first message of a round."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend | None = None

    def opened(self) -> BaseEmailBackend:
        if self.connection is None:
            found: BaseEmailBackend = get_connection()
            found.open()
            self.connection = found
        return self.connection

    def close(self) -> None:
        if self.connection is not None:
            try:
                self.connection.close()
            except (OSError, smtplib.SMTPException):  # what was sent is sent
                _log.info("the mail server did not say goodbye")
            self.connection = None


def _sent(row: Reminder, choice: Choice | None, post: _Post, now: dt.datetime) -> bool:
    """Send one row that this process has taken, and mark it; False where the mail server is not there."""
    reason = reasons.OFF if choice is None else why_not(row, choice, now)
    if not reason and choice is not None and not site_of(choice):
        reason = reasons.NO_SITE
    if reason or choice is None:
        _settle(row, Status.SKIPPED, reason, now)
        return True
    try:
        letter = letter_of(row, choice, now)
        if letter is None:
            _settle(row, Status.SKIPPED, reasons.CHANGED, now)
            return True
        message = message_of(letter, patient=row.patient, clinic=row.clinic, site=site_of(choice))
        message.message()  # whatever cannot stand in a header fails here, before anything is sent
    except Exception:  # noqa: BLE001 (one patient's record must not stop the others)
        _log.exception("reminder %s could not be written", row.pk)
        _settle(row, Status.FAILED, reasons.BROKEN, now)
        return True
    try:
        connection = post.opened()
    except (OSError, smtplib.SMTPException) as why:
        _log.warning("the mail server is not there: %s", type(why).__name__)
        Reminder.objects.filter(pk=row.pk, state=Status.SENDING).update(
            state=Status.DUE, claimed_at=None, retry_at=now + RETRY_AFTER
        )
        return False
    try:
        taken = connection.send_messages([message])
    except _SURE_NOT as why:
        _log.warning("reminder %s was refused: %s", row.pk, type(why).__name__)
        _settle(row, Status.FAILED, reasons.REFUSED, now)
    except Exception as why:  # noqa: BLE001 (whatever a backend raises: nobody knows how far it came)
        _log.warning("reminder %s: the sending was broken off: %s", row.pk, type(why).__name__)
        _settle(row, Status.FAILED, reasons.UNCERTAIN, now)
        post.close()
    else:
        if not taken:
            _settle(row, Status.FAILED, reasons.REFUSED, now)
        elif mail_stays_here():
            _settle(row, Status.SKIPPED, reasons.LOCAL, now)
        else:
            _settle(row, Status.SENT, "", now)
    return True


def _settle(row: Reminder, state: str, reason: str, now: dt.datetime) -> None:
    """Mark what became of a row; a message that left is written down in the audit trail in the same transaction."""
    taken = Q(state=Status.SENDING)
    if state == Status.SENT:
        taken |= Q(state=Status.FAILED, reason=reasons.UNCERTAIN)  # it took so long that it was given up meanwhile
    with transaction.atomic():
        done = Reminder.objects.filter(taken, pk=row.pk).update(state=state, reason=reason, done_at=now)
        if done and state == Status.SENT:
            record("reminder.sent", clinic=row.clinic, who=None, about=row, details={"kind": row.kind})
