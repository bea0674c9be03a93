"""A patient's account: given by the clinic to the patient's own address, and taken away again.

The account of a patient is kept for good, also while it is closed: what they did stands in the trail with their name.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from dermograph.clinic.accounts import sessions
from dermograph.clinic.audit.record import record
from dermograph.clinic.overview.invitations import password_path
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.portal.models import CalendarFeed
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_WRITE_ADDRESS = Text("Write it on the patient's details first.", "Escríbalo antes en los datos del paciente.")
_ANOTHER = Text(
    "Write another address of the patient's own on their details, then invite them.",
    "Escriba otro correo propio del paciente en sus datos e invítele después.",
)


class Access(enum.StrEnum):
    """Where a patient's access stands."""

    NONE = "none"
    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What was given out.

    Attributes:
        path: Where the password is set, once, within three days; nobody can look it up later.
    """

    patient: Patient
    user: User
    path: str


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
    return Access.ACTIVE if user.has_usable_password() or user.last_login is not None else Access.INVITED


def invite(*, patient: Patient, who: User, by: str) -> Invitation:
    """Give a patient an account, or another link to one that has no password yet; an earlier link ends.

    Args:
        patient: With their clinic.
        who: Who invites, somebody of the clinic.
        by: How it is handed over, ``mail`` or ``paper``; for the audit trail.

    Raises:
        InputError: If there is no address, it belongs to somebody else's account, or the account is in use.
    """
    with transaction.atomic():
        held = Patient.objects.select_for_update(of=("self",)).select_related("user", "clinic").get(pk=patient.pk)
        state, address = access_of(held), _address(held)
        if state is Access.ACTIVE:
            raise InputError(
                Text("This patient uses their access already.", "Este paciente ya utiliza su acceso."),
                todo=Text(
                    "A forgotten password they replace themselves: “Forgotten?” where one signs in.",
                    "Si olvidó la contraseña, puede sustituirla: «¿La ha olvidado?» en la página de entrada.",
                ),
            )
        user = _account(held, address)
        user.set_unusable_password()  # another one: a link that was given out before ends with it
        user.save()
        _forget_addresses(user)
        if held.user_id is None:
            held.user = user
            held.save(update_fields=["user"])
        action = "portal.link_renewed" if state is Access.INVITED else "portal.invited"
        record(action, clinic=held.clinic, who=who, about=held, patient=held.pk, details={"by": by})
    return Invitation(held, user, password_path(user))


def take_away(*, patient: Patient, who: User) -> None:
    """Close a patient's account: sessions end; links, calendar and second factors go. What they wrote stays.

    An account that is also one of staff is only parted from the record, and stays open for their work.

    Args:
        patient: With their clinic.
        who: Who does it.
    """
    with transaction.atomic():
        held = Patient.objects.select_for_update(of=("self",)).select_related("user", "clinic").get(pk=patient.pk)
        user = held.user
        if user is None or not user.is_active:
            return
        CalendarFeed.objects.filter(patient=held).delete()
        if user.memberships.exists():  # an account that somebody works with is not this patient's alone to close
            held.user = None
            held.save(update_fields=["user"])
        else:
            user.is_active = False
            user.set_unusable_password()
            user.save(update_fields=["is_active", "password"])
            Authenticator.objects.filter(user=user).delete()
            _forget_addresses(user)
            sessions.end(user, why="access", who=who)
        record("portal.access_removed", clinic=held.clinic, who=who, about=held, patient=held.pk)


def _forget_addresses(user: User) -> None:
    """Let go of what allauth has kept: with an address that they had before, a new password could be asked for."""
    EmailAddress.objects.filter(user=user).delete()


def _address(patient: Patient) -> str:
    """The address that the patient will sign in with.

    Raises:
        InputError: If there is none that mail can reach.
    """
    address = patient.email.strip().lower()
    if not address:
        raise InputError(
            Text("There is no e-mail address of this patient.", "No consta el correo de este paciente."),
            Place(field="email"),
            _WRITE_ADDRESS,
        )
    try:
        validate_email(address)
    except ValidationError:
        raise InputError(
            Text("The patient's e-mail address is none that works.", "El correo del paciente no es válido."),
            Place(field="email"),
            Text("Correct it on the patient's details first.", "Corríjalo antes en los datos del paciente."),
        ) from None
    return address


def _account(patient: Patient, address: str) -> User:
    """The account to invite to: the patient's own, with the address that they have now, or a new one.

    Raises:
        InputError: If the address belongs to somebody else's account.
    """
    there = User.objects.filter(email=address).first()
    if there is not None and there.pk != patient.user_id:
        raise InputError(_whose(there, patient.clinic), Place(field="email"), _ANOTHER)
    own = patient.user
    if own is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(email=address, name=str(patient)[:120], language=patient.language)
        except IntegrityError:  # somebody else was given an account with it in this very moment
            taken = Text("This address belongs to another account already.", "Este correo ya pertenece a otra cuenta.")
            raise InputError(taken, Place(field="email"), _ANOTHER) from None
    if own.memberships.exists():
        raise InputError(
            Text(
                "The account of this patient is one of staff too.", "La cuenta de este paciente es también de personal."
            )
        )
    own.email, own.name, own.is_active, own.last_login = address, str(patient)[:120], True, None
    return own


def _whose(there: User, clinic: Clinic) -> Text:
    """Whose address it is; of other clinics nothing is told but that it is taken."""
    if there.memberships.filter(clinic=clinic).exists():
        return Text(
            "This address belongs to the account of somebody who works here.",
            "Este correo es de la cuenta de alguien que trabaja aquí.",
        )
    if Patient.objects.filter(user=there, clinic=clinic).exists():
        return Text(
            "This address belongs to the account of another patient: each patient needs their own.",
            "Este correo es de la cuenta de otro paciente: cada paciente necesita el suyo.",
        )
    return Text("This address belongs to another account already.", "Este correo ya pertenece a otra cuenta.")
