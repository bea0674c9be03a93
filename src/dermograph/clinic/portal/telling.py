"""E-mail to patients that the clinic's round sends: of messages, of appointments that they asked for, of their access.

Each is a row that is taken before it is handed to the mail server, and so is sent at most once. What was broken off in
between may have been sent or not: it stands as not certain and is not sent again.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Callable, Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from dermograph.clinic.people.models import Patient
from dermograph.clinic.portal.models import MailState, NoticeKind
from dermograph.clinic.reminders.models import Preference
from dermograph.clinic.reminders.sending import mail_leaves, mail_stays_here
from dermograph.core.text import Text

_log = logging.getLogger("dermograph.portal")

#: A sending that has not come to its end by then was broken off.
BROKEN_OFF: Final = dt.timedelta(minutes=15)
#: What the mail server asked to try later is tried again so much later.
LATER_AGAIN: Final = dt.timedelta(minutes=10)
#: What could not be sent for so long, as the mail server was away, is of no use any more.
USEFUL: Final = dt.timedelta(days=2)
NO_ADDRESS, MADE_UP, SAID_NO, NO_MAIL, LOCAL = "no_address", "made_up", "said_no", "no_mail", "local"
TOLD, REFUSED, AWAY, UNCERTAIN, BROKEN = "told", "refused", "away", "uncertain", "broken"
READ, BLOCKED, CHANGED, NO_SITE, LATER = "read", "blocked", "changed", "no_site", "later"
REASONS: Final[Mapping[str, Text]] = {
    NO_ADDRESS: Text("no e-mail address is known that works", "no consta un correo que funcione"),
    MADE_UP: Text("the patient is made up", "el paciente es ficticio"),
    SAID_NO: Text("the patient wants no e-mails", "el paciente no quiere correos"),
    NO_MAIL: Text("this server sends no mail", "este servidor no envía correo"),
    LOCAL: Text("mail of this server stays on it", "el correo de este servidor no sale de él"),
    TOLD: Text("told shortly before, and not read yet", "ya avisado poco antes, y aún sin leer"),
    READ: Text("the patient has read it before", "el paciente lo leyó antes"),
    BLOCKED: Text("the record is blocked", "la historia está bloqueada"),
    CHANGED: Text("it was changed again meanwhile", "se volvió a cambiar entretanto"),
    NO_SITE: Text("the site's address is not known", "no se conoce la dirección del sitio"),
    REFUSED: Text("the mail server refused it", "el servidor de correo lo rechazó"),
    AWAY: Text("the mail server was not there", "el servidor de correo no respondió"),
    LATER: Text("the mail server asks to try it later", "el servidor de correo pide intentarlo más tarde"),
    UNCERTAIN: Text("it was broken off, and may have been sent or not", "se interrumpió; puede haberse enviado o no"),
    BROKEN: Text("it could not be written", "no se pudo redactar"),
}
KINDS: Final[Mapping[str, Text]] = {
    NoticeKind.CONFIRMED: Text("Appointment confirmed", "Cita confirmada"),
    NoticeKind.MOVED: Text("Appointment moved by the clinic", "Cita cambiada por la clínica"),
    NoticeKind.KEPT: Text("Another time kept", "Otra hora guardada"),
    NoticeKind.DECLINED: Text("Time declined", "Hora rechazada"),
    NoticeKind.CANCELLED: Text("Appointment cancelled by the clinic", "Cita anulada por la clínica"),
    NoticeKind.LAPSED: Text("Time that nobody confirmed", "Hora que nadie confirmó"),
    NoticeKind.REMOVED: Text("Own pages taken away", "Páginas propias retiradas"),
    NoticeKind.PAPER: Text("Own pages handed over on paper", "Páginas propias entregadas en papel"),
    NoticeKind.NEW_ADDRESS: Text("Own pages moved to another address", "Páginas propias pasadas a otro correo"),
}
_SURE_NOT: Final = (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError)


def in_words(state: str, reason: str) -> Text:
    """What the clinic reads about an e-mail to a patient."""
    if state == MailState.SENT:
        return Text("The patient was told by e-mail.", "Se avisó al paciente por correo.")
    if state == MailState.DUE:
        return Text("The patient is being told by e-mail.", "Se está avisando al paciente por correo.")
    if not state:
        return Text("No e-mail was sent.", "No se envió ningún correo.")
    why = REASONS.get(reason or UNCERTAIN, REASONS[UNCERTAIN])
    return Text(f"No e-mail: {why.en}.", f"Sin aviso por correo: {why.es}.")


def why_never(patient: Patient, address: str) -> str:
    """Why no mail may go to a patient at all, a key of ``REASONS``; empty if it may.

    Args:
        patient: Any.
        address: To which it would go.
    """
    if patient.synthetic:
        return MADE_UP
    try:
        validate_email(address)
    except ValidationError:
        return NO_ADDRESS
    return "" if mail_leaves() else NO_MAIL


def why_unwanted(patient: Patient) -> str:
    """Why mail that only reminds and informs does not go to a patient, a key of ``REASONS``; empty if it does.

    What was done to their access they are told in any case, also while the record is blocked.
    """
    if patient.restricted_at is not None:
        return BLOCKED
    return SAID_NO if Preference.objects.filter(patient=patient, wanted=False).exists() else ""


def sent(write: Callable[[], EmailMessage], what: str) -> tuple[str, str]:
    """Send one e-mail.

    Args:
        write: Makes it.
        what: What it is about, for the log; no address and no name.

    Returns:
        What became of it, and why it was not sent; ``DUE`` where the mail server has taken nothing and may take it
        later: ``AWAY`` where it is not there, ``LATER`` where it said so of this e-mail.
    """
    try:
        mail = write()
        mail.message()  # whatever cannot stand in a header fails here, before anything is sent
    except Exception:  # noqa: BLE001 (what it tells of stands all the same; only its e-mail is not sent)
        _log.exception("the e-mail for %s could not be written", what)
        return MailState.FAILED, BROKEN
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as why:
        _log.warning("the mail server is not there: %s", type(why).__name__)
        return MailState.DUE, AWAY
    try:
        taken = connection.send_messages([mail])
    except _SURE_NOT as why:
        _log.warning("the e-mail for %s was refused: %s", what, type(why).__name__)
        return (MailState.DUE, LATER) if _is_for_now(why) else (MailState.FAILED, REFUSED)
    except Exception as why:  # noqa: BLE001 (whatever a backend raises: nobody knows how far it came)
        _log.warning("the e-mail for %s was broken off: %s", what, type(why).__name__)
        return MailState.FAILED, UNCERTAIN
    finally:
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):  # what was sent is sent
            _log.info("the mail server did not say goodbye")
    if not taken:
        return MailState.FAILED, REFUSED
    return (MailState.NONE, LOCAL) if mail_stays_here() else (MailState.SENT, "")


def given_up(reason: str) -> str:
    """Why an e-mail that could not be sent for ``USEFUL`` is not tried any more, by why it was not sent last."""
    return REFUSED if reason == LATER else AWAY


def _is_for_now(why: Exception) -> bool:
    """Whether a mail server refused for now only, as it does with senders that it does not know: a code 4xx."""
    if isinstance(why, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in why.recipients.values()]
    else:
        codes = [why.smtp_code] if isinstance(why, smtplib.SMTPResponseException) else []
    return bool(codes) and all(400 <= code < 500 for code in codes)
