"""The e-mail that says that there is a message, without anything of it. As with reminders, it is sent at most once.

It is marked before it is handed to the mail server. What was broken off in between may have been sent or not: it stands
as not certain and is not sent again.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.portal.models import MailState, Message
from dermograph.clinic.reminders.composing import language_of, message_of
from dermograph.clinic.reminders.models import Preference
from dermograph.clinic.reminders.sending import mail_leaves, mail_stays_here
from dermograph.clinic.reminders.wording import Letter, one_line
from dermograph.core.text import Language, Text

_log = logging.getLogger("dermograph.portal")

#: Of several messages within this time the patient is told once, while they have read none.
AGAIN_AFTER: Final = dt.timedelta(hours=12)
NO_ADDRESS, MADE_UP, SAID_NO, NO_MAIL, LOCAL = "no_address", "made_up", "said_no", "no_mail", "local"
TOLD, REFUSED, AWAY, UNCERTAIN, BROKEN = "told", "refused", "away", "uncertain", "broken"
REASONS: Final[Mapping[str, Text]] = {
    NO_ADDRESS: Text("no e-mail address is known", "no consta un correo"),
    MADE_UP: Text("the patient is made up", "el paciente es ficticio"),
    SAID_NO: Text("the patient wants no e-mails", "el paciente no quiere correos"),
    NO_MAIL: Text("this server sends no mail", "este servidor no envía correo"),
    LOCAL: Text("mail of this server stays on it", "el correo de este servidor no sale de él"),
    TOLD: Text("told shortly before, and not read yet", "ya avisado poco antes, y aún sin leer"),
    REFUSED: Text("the mail server refused it", "el servidor de correo lo rechazó"),
    AWAY: Text("the mail server was not there", "el servidor de correo no respondió"),
    UNCERTAIN: Text("it was broken off, and may have been sent or not", "se interrumpió; puede haberse enviado o no"),
    BROKEN: Text("it could not be written", "no se pudo redactar"),
}
_SURE_NOT: Final = (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError)


def site_of(request: HttpRequest) -> str:
    """The site's address as patients reach it: of the installation, else as it is before the person who writes."""
    return str(getattr(settings, "PUBLIC_ADDRESS", "") or request.build_absolute_uri("/")).rstrip("/")


def tell(message: Message, site: str) -> None:
    """Tell the patient by e-mail that the clinic wrote; once for each message, whoever asks again.

    Args:
        message: Of the clinic, saved, with its patient and clinic.
        site: With what links begin; without a slash at its end.
    """
    now = timezone.now()
    reason = _why_not(message, now)
    claim = {"mail": MailState.NONE if reason else MailState.SENDING, "mail_reason": reason, "mail_at": now}
    if not Message.objects.filter(pk=message.pk, mail="").update(**claim) or reason:
        return
    state, reason = _sent(message, site)
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(mail=state, mail_reason=reason)
        if state == MailState.SENT:
            record("message.told", clinic=message.clinic, who=None, about=message)


def says(message: Message) -> Text:
    """What the clinic reads about the e-mail of one of its messages."""
    if message.mail == MailState.SENT:
        return Text("The patient was told by e-mail.", "Se avisó al paciente por correo.")
    if not message.mail:
        return Text("No e-mail was sent.", "No se envió ningún correo.")
    reason = REASONS.get(message.mail_reason or UNCERTAIN, REASONS[UNCERTAIN])
    return Text(f"No e-mail: {reason.en}.", f"Sin aviso por correo: {reason.es}.")


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
    if patient.synthetic:
        return MADE_UP
    if not patient.email:
        return NO_ADDRESS
    if Preference.objects.filter(patient=patient, wanted=False).exists():
        return SAID_NO
    if not mail_leaves():
        return NO_MAIL
    lately = Message.objects.filter(
        patient=patient, read_at=None, mail=MailState.SENT, mail_at__gt=now - AGAIN_AFTER
    ).exclude(pk=message.pk)
    return TOLD if lately.exists() else ""


def _sent(row: Message, site: str) -> tuple[str, str]:
    """Send it; what became of it, and why not."""
    try:
        language = language_of(row.patient)
        mail = message_of(letter(row.clinic, site, language), patient=row.patient, clinic=row.clinic, site=site)
        mail.message()  # whatever cannot stand in a header fails here, before anything is sent
    except Exception:  # noqa: BLE001 (the message itself is kept; only its e-mail is not sent)
        _log.exception("the e-mail for message %s could not be written", row.pk)
        return MailState.FAILED, BROKEN
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as why:
        _log.warning("the mail server is not there: %s", type(why).__name__)
        return MailState.FAILED, AWAY
    try:
        taken = connection.send_messages([mail])
    except _SURE_NOT as why:
        _log.warning("the e-mail for message %s was refused: %s", row.pk, type(why).__name__)
        return MailState.FAILED, REFUSED
    except Exception as why:  # noqa: BLE001 (whatever a backend raises: nobody knows how far it came)
        _log.warning("the e-mail for message %s was broken off: %s", row.pk, type(why).__name__)
        return MailState.FAILED, UNCERTAIN
    finally:
        _close(connection)
    if not taken:
        return MailState.FAILED, REFUSED
    return (MailState.NONE, LOCAL) if mail_stays_here() else (MailState.SENT, "")


def _close(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]  # every backend has it
    except (OSError, smtplib.SMTPException):  # what was sent is sent
        _log.info("the mail server did not say goodbye")
