"""A patient's account: given by the clinic to the patient's own address, and taken away again.

The account of a patient is kept for good, also while it is closed: what they did stands in the trail with their name.
"""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from dermograph.clinic.accounts import sessions
from dermograph.clinic.audit.record import record
from dermograph.clinic.overview.invitations import password_path
from dermograph.clinic.people.factors import has_factor
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.portal import telling_access
from dermograph.clinic.portal.access_ways import Access, Ways, access_of, was_used, ways_of
from dermograph.clinic.portal.models import CalendarFeed, NoticeKind
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

__all__ = ["Access", "Invitation", "access_of", "invite", "take_away"]

_WRITE_ADDRESS = Text("Write it on the patient's details first.", "Escríbalo antes en los datos del paciente.")
_ANOTHER = Text(
    "Write another address of the patient's own on their details, then invite them.",
    "Escriba otro correo propio del paciente en sus datos e invítele después.",
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What was given out.

    Attributes:
        path: Where the password is set, once, within three days; nobody can look it up later.
    """

    patient: Patient
    user: User
    path: str


def invite(
    *, patient: Patient, who: User, role: str, by: str, move: bool = False, seen: str | None = None
) -> Invitation:
    """Give a patient an account, or another link to one that has no password now; an earlier link ends.

    Args:
        patient: With their clinic.
        who: Who invites, somebody of the clinic.
        role: Theirs, a value of ``Role``.
        by: How it is handed over, ``mail`` or ``paper``.
        move: Whether an account that was used moves to the address on the patient's details.
        seen: The address that the person saw; None does not look.

    Raises:
        InputError: If there is no address, it is another than was seen, it belongs to somebody else's account, the
            account is in use, or this way is not open to this person.
    """
    with transaction.atomic():
        held = (
            Patient.objects.select_for_update(of=("self",), no_key=True)
            .select_related("user", "clinic")
            .get(pk=patient.pk)
        )
        state, ways = access_of(held), ways_of(held, who, role)
        if state is Access.ACTIVE:
            raise InputError(
                Text("This patient uses their access already.", "Este paciente ya utiliza su acceso."),
                todo=Text(
                    "A forgotten password they replace themselves: “Forgotten?” where one signs in.",
                    "Si olvidó la contraseña, puede sustituirla: «¿La ha olvidado?» en la página de entrada.",
                ),
            )
        address = _address(ways.moves_to if move else ways.address)
        _refuse_way(ways, by, move=move)
        _refuse_other(address, seen)
        before = held.user.email if held.user is not None else ""
        user = _account(held, address)
        user.set_unusable_password()  # another one: a link that was given out before ends with it
        user.save()
        _forget_addresses(user)
        if held.user_id is None:
            held.user = user
            held.save(update_fields=["user"])
        if move:
            telling_access.prepare(held, NoticeKind.NEW_ADDRESS, before)
        if by == "paper":
            telling_access.prepare(held, NoticeKind.PAPER, address)
        action = "portal.link_renewed" if state is Access.INVITED else "portal.invited"
        action = "portal.address_changed" if move else action
        record(action, clinic=held.clinic, who=who, about=held, patient=held.pk, details={"by": by})
    return Invitation(held, user, password_path(user))


def take_away(*, patient: Patient, who: User) -> None:
    """Close a patient's account: sessions end; links, calendar and second factors go. What they wrote stays.

    The address of the account is told. An account that is also one of staff is only parted from the record, and stays
    open for their work.

    Args:
        patient: With their clinic.
        who: Who does it, a clinician.
    """
    with transaction.atomic():
        held = (
            Patient.objects.select_for_update(of=("self",), no_key=True)
            .select_related("user", "clinic")
            .get(pk=patient.pk)
        )
        user = held.user
        if user is None or not user.is_active:
            return
        CalendarFeed.objects.filter(patient=held).delete()
        factors, used = has_factor(user), was_used(user)
        if user.memberships.exists():  # an account that somebody works with is not this patient's alone to close
            held.user, factors = None, False
            held.save(update_fields=["user"])
        else:
            user.is_active = False
            user.set_unusable_password()
            user.save(update_fields=["is_active", "password"])
            Authenticator.objects.filter(user=user).delete()
            _forget_addresses(user)
            sessions.end(user, why="access", who=who)
        if used:  # else nobody has answered at that address yet, and it may be another's
            telling_access.prepare(held, NoticeKind.REMOVED, user.email, factors=factors)
        details = {"factors": True} if factors else {}
        record("portal.access_removed", clinic=held.clinic, who=who, about=held, patient=held.pk, details=details)


def _forget_addresses(user: User) -> None:
    """Let go of what allauth has kept: with an address that they had before, a new password could be asked for."""
    EmailAddress.objects.filter(user=user).delete()


def _refuse_way(ways: Ways, by: str, *, move: bool) -> None:
    """Refuse what this person may not do with this account.

    Raises:
        InputError: With who may, or by which way.
    """
    if move and not ways.move:
        raise InputError(
            Text("This account cannot be moved to another address.", "Esta cuenta no puede pasar a otro correo."),
            todo=Text("Ask the medical lead.", "Pídalo a la dirección médica."),
        )
    if by == "mail" and ways.is_own:
        raise InputError(
            Text("You wrote this address yourself.", "Este correo lo escribió usted."),
            todo=Text(
                "Somebody else of the clinic sends the invitation, so that nobody can invite themselves.",
                "La invitación la envía otra persona de la clínica, para que nadie pueda invitarse a sí mismo.",
            ),
        )
    if by == "paper" and (ways.can_mail if move else not ways.paper):
        raise InputError(
            Text(
                "This access was in use before: it is not handed over on paper.",
                "Este acceso ya se utilizó: no se entrega en papel.",
            ),
            todo=Text(
                f"Send the link by e-mail to {ways.address}, or ask the medical lead.",
                f"Envíe el enlace por correo a {ways.address}, o pídalo a la dirección médica.",
            ),
        )


def _refuse_other(address: str, seen: str | None) -> None:
    """Refuse to give an access to another address than the one on the page.

    Raises:
        InputError: If it was changed meanwhile.
    """
    if seen is not None and seen.strip().lower() != address.lower():
        raise InputError(
            Text(
                f"The address was changed meanwhile. It is now {address}. Nothing was given out.",
                f"El correo ha cambiado entretanto. Ahora es {address}. No se ha entregado nada.",
            ),
            todo=Text(
                "Ask the patient whether it is theirs, then decide again.",
                "Pregunte al paciente si es suyo y decida de nuevo.",
            ),
        )


def _address(written: str) -> str:
    """The address that the patient will sign in with.

    Raises:
        InputError: If there is none that mail can reach.
    """
    if not written:
        raise InputError(
            Text("There is no e-mail address of this patient.", "No consta el correo de este paciente."),
            Place(field="email"),
            _WRITE_ADDRESS,
        )
    try:
        validate_email(written)
    except ValidationError:
        raise InputError(
            Text("The patient's e-mail address is none that works.", "El correo del paciente no es válido."),
            Place(field="email"),
            Text("Correct it on the patient's details first.", "Corríjalo antes en los datos del paciente."),
        ) from None
    return written


def _account(patient: Patient, address: str) -> User:
    """The account to invite to: the patient's own, with this address, or a new one.

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
    own.email, own.name, own.is_active = address, str(patient)[:120], True
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
