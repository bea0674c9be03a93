"""The round that sends what patients are to be told by e-mail, beside the reminders; several processes may run it."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Final

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Coalesce

from dermograph.clinic.agenda.calendar_entry import enclosed
from dermograph.clinic.agenda.placing import expire_holds
from dermograph.clinic.audit.record import record
from dermograph.clinic.portal import messaging_notice, telling, telling_access, telling_appointments
from dermograph.clinic.portal.models import MailState, Message, Notice
from dermograph.clinic.reminders.choosing import choice_of
from dermograph.clinic.reminders.composing import language_of, message_of
from dermograph.clinic.reminders.models import Choice
from dermograph.clinic.reminders.sending import site_of

MOST_AT_ONCE: Final = 50  # of each kind; the others a minute later


def send_due(now: dt.datetime, stop: threading.Event | None = None) -> int:
    """Give back the times whose hold has ended, and send what is due.

    Args:
        now: The instant that counts as now.
        stop: Set by who wants it to end; it ends between two e-mails.

    Returns:
        How many were looked at.
    """
    _broken_off(now)
    expire_holds(now=now)
    telling_appointments.look(now)
    looked = 0
    before = now - telling.LATER_AGAIN
    # Those that were tried least lately come first, so that none that has to wait keeps the others from being sent.
    messages = Message.objects.filter(mail=MailState.DUE).exclude(mail_reason=telling.LATER, mail_at__gt=before)
    for message in messages.select_related("patient", "clinic").order_by("mail_at", "pk")[:MOST_AT_ONCE]:
        if _is_over(stop) or not messaging_notice.tell(message, now):
            return looked
        looked += 1
    due = Notice.objects.filter(state=MailState.DUE).exclude(reason=telling.LATER, done_at__gt=before)
    due = due.select_related("patient", "clinic", "appointment__clinic").order_by(Coalesce("done_at", "made_at"), "pk")
    for notice in due[:MOST_AT_ONCE]:
        if _is_over(stop) or not _tell(notice, now):
            return looked
        looked += 1
    return looked


def _is_over(stop: threading.Event | None) -> bool:
    return stop is not None and stop.is_set()


def _broken_off(now: dt.datetime) -> None:
    """Write down what was taken and never marked."""
    before = now - telling.BROKEN_OFF
    Message.objects.filter(mail=MailState.SENDING, mail_at__lt=before).update(
        mail=MailState.FAILED, mail_reason=telling.UNCERTAIN
    )
    Notice.objects.filter(state=MailState.SENDING, done_at__lt=before).update(
        state=MailState.FAILED, reason=telling.UNCERTAIN
    )


def _tell(notice: Notice, now: dt.datetime) -> bool:
    """Send one notice, once; False where the mail server is not there."""
    choice = choice_of(notice.clinic)
    site = site_of(choice or Choice())
    reason = _why_not(notice, site, now)
    claim = {"state": MailState.NONE if reason else MailState.SENDING, "reason": reason, "done_at": now}
    if not Notice.objects.filter(pk=notice.pk, state=MailState.DUE).update(**claim) or reason:
        return True
    state, reason = telling.sent(lambda: _mail(notice, site, now), f"notice {notice.pk}")
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state=state, reason=reason, done_at=now)
        if state == MailState.SENT:
            details = {"kind": notice.kind}
            record("portal.told", clinic=notice.clinic, who=None, about=notice, details=details)
    return (state, reason) != (MailState.DUE, telling.AWAY)


def _why_not(notice: Notice, site: str, now: dt.datetime) -> str:
    patient = notice.patient
    if reason := telling.why_never(patient, notice.address or patient.email):
        return reason
    of_access, is_late = notice.appointment_id is None, now - notice.made_at > telling.USEFUL
    if is_late and (of_access or notice.reason == telling.LATER):
        return telling.given_up(notice.reason)
    if of_access:
        return ""
    if reason := telling.why_unwanted(patient):
        return reason
    if not telling_appointments.stands(notice, now):
        return telling.CHANGED
    return "" if site else telling.NO_SITE


def _mail(notice: Notice, site: str, now: dt.datetime) -> EmailMessage:
    if notice.appointment is None:
        return telling_access.mail(notice)
    language = language_of(notice.patient)
    letter = telling_appointments.letter(notice, site, language)
    mail = message_of(letter, patient=notice.patient, clinic=notice.clinic, site=site)
    part = enclosed(notice.appointment, now, language)
    if part is not None:
        mail.attach(part)
    return mail
