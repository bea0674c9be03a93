"""By which ways a patient's access may be given out, and by whom, so that nobody of the clinic becomes the patient.

An account that was used keeps its address: a link to it goes by e-mail to that address only. Only the medical lead
moves it to another one, or hands it over on paper where no mail leaves; the former address is told. And who wrote an
address does not send the invitation to it, whatever their role: it could be their own.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.permissions import may
from dermograph.clinic.reminders.sending import mail_leaves, mail_stays_here

_WRITTEN: Final = ("patient.registered", "patient.changed")
#: What was done with an access, as the trail has it.
GIVEN: Final = ("portal.invited", "portal.link_renewed", "portal.address_changed")
#: A consent that is signed so soon after an access was handed over on paper, moved, or sent to an address that the
#: sender had written, says so.
SOON: Final = dt.timedelta(days=30)


class Access(enum.StrEnum):
    """Where a patient's access stands."""

    NONE = "none"
    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Ways:
    """What somebody of the clinic may do with a patient's access that is not in use.

    Attributes:
        used: Whether somebody has set a password or signed in with the account before.
        address: To which a link goes, and with which the patient signs in afterwards; empty for none.
        moves_to: The address on the details, where the account was used with another one.
        can_mail: Whether mail reaches the patient from here.
        mail, paper, move, remove: What this person may do.
        is_own: Whether this person wrote the address, and therefore does not send the invitation to it.
    """

    used: bool
    address: str
    moves_to: str
    can_mail: bool
    mail: bool
    paper: bool
    move: bool
    remove: bool
    is_own: bool


def access_of(patient: Patient) -> Access:
    """Where a patient's access stands.

    Args:
        patient: Best fetched with their user.
    """
    user = patient.user
    if user is None:
        return Access.NONE
    if not user.is_active:
        return Access.CLOSED
    return Access.ACTIVE if user.has_usable_password() else Access.INVITED


def ways_of(patient: Patient, who: User, role: str) -> Ways:
    """What somebody of the clinic may do with a patient's access.

    Args:
        patient: With their user.
        who: Of the clinic.
        role: Theirs, a value of ``Role``.
    """
    used, written = was_used(patient.user), patient.email.strip().lower()
    address = patient.user.email if used and patient.user is not None else written
    mails, is_idle = can_be_mailed(patient), access_of(patient) is not Access.ACTIVE
    is_own = not used and wrote_address(patient, who)
    moves, leads = written if used and written != address else "", may(role, "portal_access_move")
    hands = may(role, "portal_access_paper") and (not used or (leads and not mails))
    return Ways(
        used=used,
        address=address,
        moves_to=moves,
        can_mail=mails,
        mail=is_idle and mails and bool(address) and not is_own,
        paper=is_idle and hands and bool(address),
        move=is_idle and leads and bool(moves),
        remove=may(role, "portal_access_remove"),
        is_own=is_own,
    )


def can_be_mailed(patient: Patient) -> bool:
    """Whether a message would reach the patient: mail leaves this server, and they are no made-up person."""
    return mail_leaves() and not mail_stays_here() and not patient.synthetic


def was_used(user: User | None) -> bool:
    """Whether somebody has ever set a password of an account, or signed in with it."""
    if user is None:
        return False
    if user.has_usable_password() or user.last_login is not None:
        return True
    return AuditEntry.objects.filter(who=user).exists()  # the trail forgets nothing: a password set, a sign-in


def wrote_address(patient: Patient, who: User) -> bool:
    """Whether somebody is the last who wrote a patient's e-mail address."""
    entries = AuditEntry.objects.filter(clinic=patient.clinic_id, patient=patient.pk, action__in=_WRITTEN)
    last = next((entry for entry in entries.order_by("-number") if _writes_address(entry)), None)
    return last is not None and last.who_id == who.pk


def handed_over(patient: Patient, until: dt.datetime) -> AuditEntry | None:
    """The last time that an access was given out such that it could have come to another than the patient.

    That is on paper, moved to another address, or before anybody had used it by e-mail to one that the sender had
    written.

    Args:
        patient: Whose.
        until: The moment; what lies more than ``SOON`` before it is left out.
    """
    entries = AuditEntry.objects.filter(
        clinic=patient.clinic_id, patient=patient.pk, action__in=(*_WRITTEN, *GIVEN), at__lte=until
    )
    wrote, found = None, None
    for entry in entries.select_related("who").order_by("number"):
        if entry.action in _WRITTEN:
            wrote = entry.who_id if _writes_address(entry) else wrote
            continue
        told = entry.action == "portal.address_changed" or entry.details.get("by") == "paper"
        own = wrote is not None and wrote == entry.who_id
        if entry.at >= until - SOON and (told or (own and not _was_used_before(patient, entry))):
            found = entry
    return found


def _writes_address(entry: AuditEntry) -> bool:
    return entry.action == "patient.registered" or "email" in entry.details.get("fields", ())


def _was_used_before(patient: Patient, entry: AuditEntry) -> bool:
    if patient.user_id is None:
        return False
    return AuditEntry.objects.filter(who=patient.user_id, number__lt=entry.number, clinic=entry.clinic_id).exists()
