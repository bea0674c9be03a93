"""The only writers of what belongs to the clinic itself: its data, its rules, its staff."""

from __future__ import annotations

import hashlib
import json
import uuid
import zoneinfo
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.overview.invitations import may_be_invited_again, password_path
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role, User
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.protocols import load_library

FIELDS = ("name", "address", "phone", "time_zone", "language")
LOT_WARNING = "lot_warning_days"
STAFF_ROLES = (Role.FRONT_DESK, Role.PRACTITIONER, Role.MEDICAL_LEAD, Role.ADMIN)


def lot_warning_days(clinic: Clinic) -> int:
    """How many days before a lot expires it is pointed out: the clinic's own figure, else 30."""
    value = clinic.rules.get(LOT_WARNING, 30)
    return value if isinstance(value, int) else 30


def fingerprint(clinic: Clinic) -> str:
    """What a form carries so that the later of two tabs is told."""
    said = {name: getattr(clinic, name) for name in FIELDS} | {LOT_WARNING: lot_warning_days(clinic)}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def change_clinic(*, clinic: Clinic, who: User, seen: str, values: dict[str, Any]) -> Clinic:
    """Change the clinic's own data.

    Args:
        clinic: Which.
        who: Who changes it.
        seen: The ``fingerprint`` of what they saw.
        values: The new ones, by the names of ``FIELDS``, and ``lot_warning_days``.

    Raises:
        InputError: If somebody else has changed it meanwhile, or the time zone is not known.
    """
    stored = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if seen != fingerprint(stored):
        raise InputError(
            Text(
                "Somebody else has changed these settings meanwhile.",
                "Otra persona ha cambiado estos ajustes entretanto.",
            ),
            todo=Text("Look at theirs below, then enter yours again.", "Véalos abajo e introduzca los suyos de nuevo."),
        )
    if values["time_zone"] not in zoneinfo.available_timezones():
        raise InputError(
            Text("This time zone is not known.", "Esta zona horaria no se conoce."), Place(field="time_zone")
        )
    changed = [name for name in FIELDS if getattr(stored, name) != values[name]]
    for name in changed:
        setattr(stored, name, values[name])
    if lot_warning_days(stored) != values[LOT_WARNING]:
        changed.append(LOT_WARNING)
        stored.rules = {**stored.rules, LOT_WARNING: values[LOT_WARNING]}
    if changed:
        stored.save()
        record("clinic.changed", clinic=stored, who=who, about=stored, details={"fields": changed})
    return stored


@transaction.atomic
def invite(
    *,
    clinic: Clinic,
    who: Membership,
    entry: uuid.UUID,
    email: str,
    name: str,
    role: str,
    treatments: Sequence[str],
    language: str,
) -> tuple[Membership, str | None]:
    """Give somebody a place in the clinic, with an account if they have none.

    Args:
        clinic: Which.
        who: Who invites.
        entry: The place's id; a replayed form finds the place that is there.
        email: The address of the account.
        name: Of the person; an account that exists keeps its own.
        role: A role of staff.
        treatments: The ids of the protocols they are trained for.
        language: Of the new account.

    Returns:
        The place, and the path at which the password is set, once; None for an account that was there already.

    Raises:
        InputError: If the address has a place already, or the role may not be given by who invites.
    """
    known = Membership.objects.filter(pk=entry, clinic=clinic).select_related("user").first()
    if known is not None:
        return known, None
    _check_role(clinic, who, role)
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    is_new = user is None
    if user is None:
        user = User.objects.create_user(email=address, name=name, language=language)
    elif Membership.objects.filter(clinic=clinic, user=user).exists():
        raise InputError(
            Text("Somebody with this address works here already.", "Alguien con esta dirección ya trabaja aquí."),
            Place(field="email"),
            Text("Change them in the list.", "Cámbielo en la lista."),
        )
    elif Patient.objects.filter(user=user).exists():
        raise InputError(
            Text("This address belongs to a patient's account.", "Este correo es de la cuenta de un paciente."),
            Place(field="email"),
            Text("Give the person's address at work.", "Indique el correo de trabajo de la persona."),
        )
    colour = Membership.objects.filter(clinic=clinic).count() % 6 + 1
    place = Membership.objects.create(
        pk=entry, clinic=clinic, user=user, role=role, treatments=_trained(treatments), colour=colour
    )
    record("staff.invited", clinic=clinic, who=who.user, about=place, details={"role": role})
    return place, password_path(user) if is_new else None


@transaction.atomic
def new_link(*, who: Membership, place: Membership) -> str:
    """Another link for somebody who has never set a password.

    Raises:
        InputError: If they have: nobody may take over an account that somebody signs with.
    """
    if not may_be_invited_again(place.user):
        raise InputError(
            Text(
                "This person has a password already; only they themselves can replace it.",
                "Esta persona ya tiene contraseña; solo ella puede sustituirla.",
            ),
            todo=Text(
                "They choose “Forgotten?” where one signs in.",
                "Puede elegir «¿La ha olvidado?» en la página de entrada.",
            ),
        )
    record("staff.link_renewed", clinic=place.clinic, who=who.user, about=place)
    return password_path(place.user)


@transaction.atomic
def change_place(*, who: Membership, place: Membership, role: str, treatments: Sequence[str]) -> Membership:
    """Change somebody's role and what they are trained for.

    Raises:
        InputError: If it is one's own role, one may not give that role, or nobody would be left to run the clinic.
    """
    place = _locked(place)
    if role != place.role:
        if place.pk == who.pk:
            raise InputError(
                Text("Nobody changes their own role.", "Nadie cambia su propio rol."),
                todo=Text("Ask another.", "Pídalo a otra persona."),
            )
        _check_role(place.clinic, who, role)
        _check_role(place.clinic, who, place.role)
        _check_left(place)
    before = {"role": place.role, "treatments": list(place.treatments)}
    place.role, place.treatments = role, _trained(treatments)
    after = {"role": place.role, "treatments": list(place.treatments)}
    if before != after:
        place.save(update_fields=["role", "treatments"])
        record("staff.changed", clinic=place.clinic, who=who.user, about=place, details={"from": before, "to": after})
    return place


@transaction.atomic
def set_active(*, who: Membership, place: Membership, active: bool) -> Membership:
    """Close or open somebody's access to this clinic. What they wrote stays, with their name.

    Raises:
        InputError: If it is one's own, or nobody would be left to run the clinic.
    """
    place = _locked(place)
    if place.active == active:
        return place
    if not active:
        if place.pk == who.pk:
            raise InputError(
                Text("Nobody closes their own access.", "Nadie cierra su propio acceso."),
                todo=Text("Ask another administrator.", "Pídalo a otra persona que administre."),
            )
        _check_left(place)
    _check_role(place.clinic, who, place.role)
    place.active = active
    place.save(update_fields=["active"])
    if active:
        record("staff.activated", clinic=place.clinic, who=who.user, about=place)
    else:
        record("staff.deactivated", clinic=place.clinic, who=who.user, about=place)
    return place


def _check_role(clinic: Clinic, who: Membership, role: str) -> None:
    """The medical lead answers for the rules: once there is one, only a lead makes or changes another."""
    if role not in STAFF_ROLES:
        raise InputError(Text("This role is not given here.", "Este rol no se asigna aquí."), Place(field="role"))
    leads = Membership.objects.filter(clinic=clinic, role=Role.MEDICAL_LEAD, active=True)
    if role == Role.MEDICAL_LEAD and who.role != Role.MEDICAL_LEAD and leads.exists():
        raise InputError(
            Text("Only the medical lead can do this.", "Solo puede hacerlo el responsable médico."),
            Place(field="role"),
        )


def _locked(place: Membership) -> Membership:
    """A place as it is now. The clinic's row is the lock: two who close each other's access wait for each other."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user", "clinic")
    found = rows.get(pk=place.pk)
    Clinic.objects.select_for_update(no_key=True).get(pk=place.clinic_id)
    return found


def _check_left(place: Membership) -> None:
    running = Membership.objects.filter(
        clinic=place.clinic, active=True, role__in=(Role.MEDICAL_LEAD, Role.ADMIN)
    ).exclude(pk=place.pk)
    if place.role in (Role.MEDICAL_LEAD, Role.ADMIN) and not running.exists():
        raise InputError(
            Text("Nobody would be left to run the clinic.", "No quedaría nadie que lleve la clínica."),
            todo=Text("Invite another administrator first.", "Invite antes a otra persona que administre."),
        )


def _trained(treatments: Sequence[str]) -> list[str]:
    known = load_library().treatments
    return [one for one in known if one in treatments]
