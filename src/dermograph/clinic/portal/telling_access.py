"""The e-mail to the address of an account that its access was taken away, handed over on paper, or moved from there.

It goes to the address that the account had, also to who wants no reminders: whoever reads that mail can object.
"""

from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from dermograph.clinic.agenda.wall import clock
from dermograph.clinic.people.models import Patient
from dermograph.clinic.portal.models import Notice, NoticeKind
from dermograph.clinic.reminders.composing import language_of
from dermograph.clinic.reminders.wording import hello, one_line
from dermograph.core.dates import day_text
from dermograph.core.text import Text

_SAYS: Final = {
    NoticeKind.REMOVED: Text(
        "On {when} {clinic} took away the access to your own pages. Every session was ended.",
        "El {when} {clinic} retiró el acceso a sus páginas personales. Se cerraron todas las sesiones.",
    ),
    NoticeKind.PAPER: Text(
        "On {when} {clinic} printed a sheet with which a password for your own pages can be set. Whoever uses it first "
        "chooses the password.",
        "El {when} {clinic} imprimió una hoja con la que se puede poner una contraseña para sus páginas personales. "
        "Quien la use antes elige la contraseña.",
    ),
    NoticeKind.NEW_ADDRESS: Text(
        "On {when} {clinic} moved the access to your own pages to another e-mail address. With this address nobody "
        "signs in any more.",
        "El {when} {clinic} pasó el acceso a sus páginas personales a otro correo. Con esta dirección ya no se entra.",
    ),
}
_FACTORS = Text(
    "The second factors of the account ended too.", "También terminaron los segundos factores de la cuenta."
)
_NOT_YOU = Text(
    "If you did not want this, tell the clinic at once{by}.", "Si usted no lo quería, avise enseguida a la clínica{by}."
)
_SUBJECT = Text("The access to your own pages at {clinic}", "El acceso a sus páginas en {clinic}")


def prepare(patient: Patient, kind: NoticeKind, address: str, *, factors: bool = False) -> Notice:
    """Write down, in the transaction of what is done, that the account's address is to be told.

    Args:
        patient: With their clinic.
        kind: What was done.
        address: Of the account, as it was before.
        factors: Whether second factors ended with it.
    """
    return Notice.objects.create(clinic=patient.clinic, patient=patient, kind=kind, address=address, factors=factors)


def mail(notice: Notice) -> EmailMessage:
    """The e-mail: plain text, no link, nothing clinical.

    Args:
        notice: Of an access, with its patient and clinic.
    """
    clinic, language = notice.clinic, language_of(notice.patient)
    name, phone = one_line(clinic.name), one_line(clinic.phone)
    wall = notice.made_at.astimezone(clinic.zone)
    when = f"{day_text(wall.date()).say(language)}, {clock(notice.made_at, clinic.zone)}"
    says = [_SAYS[NoticeKind(notice.kind)].say(language).replace("{when}", when).replace("{clinic}", name)]
    if notice.factors:
        says.append(_FACTORS.say(language))
    says.append(_NOT_YOU.say(language).replace("{by}", f": {phone}" if phone else ""))
    foot = "\n".join(one_line(part, 300) for part in (clinic.name, clinic.address, clinic.phone) if part)
    return EmailMessage(
        subject=one_line(_SUBJECT.say(language).replace("{clinic}", name), 200),
        body="\n\n".join([hello(notice.patient.given_names, language), *says, f"--\n{foot}"]) + "\n",
        from_email=formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[notice.address],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
