"""The e-mail that says that there is a message, without anything of it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.portal import telling
from dermograph.clinic.portal.models import MailState, Message
from dermograph.clinic.reminders.composing import language_of, message_of
from dermograph.clinic.reminders.wording import Letter, one_line
from dermograph.core.text import Language, Text

#: Of several messages within this time the patient is told once, while they have read none.
AGAIN_AFTER: Final = dt.timedelta(hours=12)


def site_of(request: HttpRequest) -> str:
    """The site's address as patients reach it: of the installation, else as it is before the person who writes."""
    return str(getattr(settings, "PUBLIC_ADDRESS", "") or request.build_absolute_uri("/")).rstrip("/")


def prepare(message: Message, site: str, now: dt.datetime) -> None:
    """Have the patient told of a message of the clinic that is about to be saved, or say why they will not be."""
    message.mail_reason = telling.why_never(message.patient, message.patient.email) or telling.why_unwanted(
        message.patient
    )
    message.mail = MailState.NONE if message.mail_reason else MailState.DUE
    message.mail_site, message.mail_at = site[:200], now


def tell(message: Message, now: dt.datetime) -> bool:
    """Tell the patient by e-mail that the clinic wrote; once for each message, whichever process comes first.

    While the patient is being told of another message this one waits: only what came of that says whether they were.

    Args:
        message: Due, with its patient and clinic.
        now: The instant that counts as now.

    Returns:
        Whether others can be sent; False where the mail server is not there.
    """
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=message.patient_id)  # of two processes one looks first
        others = Message.objects.filter(patient=message.patient_id, mail=MailState.SENDING).exclude(pk=message.pk)
        if others.exists():
            return True
        reason = _why_not(message, now)
        claim = {"mail": MailState.NONE if reason else MailState.SENDING, "mail_reason": reason, "mail_at": now}
        if not Message.objects.filter(pk=message.pk, mail=MailState.DUE).update(**claim) or reason:
            return True
    language = language_of(message.patient)

    def written() -> EmailMessage:
        words = letter(message.clinic, message.mail_site, language)
        return message_of(words, patient=message.patient, clinic=message.clinic, site=message.mail_site)

    state, reason = telling.sent(written, f"message {message.pk}")
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(mail=state, mail_reason=reason)
        if state == MailState.SENT:
            record("message.told", clinic=message.clinic, who=None, about=message)
    return (state, reason) != (MailState.DUE, telling.AWAY)


def says(message: Message) -> Text:
    """What the clinic reads about the e-mail of one of its messages."""
    return telling.in_words(message.mail, message.mail_reason)


def letter(clinic: Clinic, site: str, language: Language) -> Letter:
    """That there is a message: neither what it says nor who wrote it, for an e-mail is not confidential."""
    name = one_line(clinic.name)
    subject = Text(f"A message from {name}", f"Un mensaje de {name}")
    parts = (
        Text(
            f"{name} has written to you. The message is in your own pages:",
            f"{name} le ha escrito. El mensaje está en sus páginas personales:",
        ),
        Text(*[f"{site}{reverse('me_messages')}"] * 2),
    )
    return Letter(subject.say(language), tuple(part.say(language) for part in parts))


def _why_not(message: Message, now: dt.datetime) -> str:
    patient = message.patient
    if message.read_at is not None:
        return telling.READ
    reason = telling.why_never(patient, patient.email) or telling.why_unwanted(patient)
    if reason:
        return reason
    if now - message.written_at > telling.USEFUL:
        return telling.given_up(message.mail_reason)
    lately = Message.objects.filter(
        patient=patient, read_at=None, mail=MailState.SENT, mail_at__gt=now - AGAIN_AFTER
    ).exclude(pk=message.pk)
    return telling.TOLD if lately.exists() else ""
