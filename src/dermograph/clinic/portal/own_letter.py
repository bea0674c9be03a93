"""The invitation to one's own pages: a message without anything clinical, or a sheet with the link as a code."""

from __future__ import annotations

import logging
import smtplib
from email.utils import formataddr, parseaddr

import qrcode  # type: ignore[import-untyped]  # comes without types
from django.conf import settings
from django.core.mail import EmailMessage

from dermograph.clinic.portal.access import Invitation
from dermograph.clinic.reminders.composing import language_of
from dermograph.clinic.reminders.wording import hello, one_line
from dermograph.core.text import Text

_LOG = logging.getLogger("dermograph.clinic")
_QUIET = 2  # modules of white around the code
_SUBJECT = Text("Your own pages at {clinic}", "Sus páginas en {clinic}")
_SAYS = (
    Text(
        "{clinic} opens pages of your own for you: what to mind today, your appointments, your photographs, and a way "
        "to write to us.",
        "{clinic} le abre unas páginas propias: qué tener en cuenta hoy, sus citas, sus fotografías y una forma de "
        "escribirnos.",
    ),
    Text(
        "Choose your password here. The link works once, within three days:",
        "Elija aquí su contraseña. El enlace sirve una vez, en un plazo de tres días:",
    ),
)
_AFTER = (
    Text("Later you sign in with this e-mail address: {address}", "Después entrará con este correo: {address}"),
    Text(
        "Do not pass this message on: whoever opens the link first chooses the password. If you expected no such "
        "message, do nothing and tell the clinic.",
        "No reenvíe este mensaje: quien abra antes el enlace elige la contraseña. Si no esperaba este mensaje, no haga "
        "nada y avise a la clínica.",
    ),
)


def mail(invitation: Invitation, link: str) -> bool:
    """Send the invitation.

    Args:
        invitation: To whom.
        link: The whole address at which the password is set.

    Returns:
        Whether the mail server took it.
    """
    patient, clinic = invitation.patient, invitation.patient.clinic
    language, name = language_of(patient), one_line(clinic.name)
    said = [text.format(clinic=name, address=invitation.user.email).say(language) for text in (*_SAYS, *_AFTER)]
    foot = "\n".join(one_line(part, 300) for part in (clinic.name, clinic.address, clinic.phone) if part)
    message = EmailMessage(
        subject=one_line(_SUBJECT.format(clinic=name).say(language), 200),
        body="\n\n".join([hello(patient.given_names, language), said[0], said[1], link, *said[2:], f"--\n{foot}"])
        + "\n",
        from_email=formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[invitation.user.email],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
    try:
        return bool(message.send())
    except (OSError, smtplib.SMTPException) as why:
        _LOG.warning("an invitation to the portal could not be sent: %s", type(why).__name__)
        return False


def code_of(link: str) -> tuple[int, str]:
    """A link as a QR code.

    Returns:
        How many modules it has on a side, and its dark modules as the path of an SVG in that unit.
    """
    code = qrcode.QRCode(border=_QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(link)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return len(rows), "".join(dark)
