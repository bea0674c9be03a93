"""The only writer of somebody else's second factors: it takes them away, and can never set one up."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from dermograph.clinic.accounts import sessions, trail
from dermograph.clinic.accounts.told import tell_factors_reset
from dermograph.clinic.people.models import Membership, Patient, User
from dermograph.core.errors import InputError
from dermograph.core.text import Text


def reset_factors(*, who: Membership, place: Membership) -> int:
    """Remove the second factors and recovery codes of somebody who has lost them, and end their sessions.

    Args:
        who: Who does it, of the same clinic.
        place: Whose.

    Returns:
        How many factors were removed.

    Raises:
        InputError: If it is one's own account, or that of somebody who is in another clinic too, or there is none.
    """
    if place.user_id == who.user_id:
        raise InputError(
            Text("Nobody resets their own second factor here.", "Nadie quita aquí su propio segundo factor."),
            todo=Text("Remove it on the page of your account.", "Quítelo en la página de su cuenta."),
        )
    if _is_elsewhere(place):
        raise InputError(
            Text(
                "This person belongs to another clinic of this installation too. Only its operator can arrange that "
                "their second factors are removed.",
                "Esta persona pertenece también a otra clínica de esta instalación. Solo quien opera la instalación "
                "puede disponer que se quiten sus segundos factores.",
            ),
            todo=Text("Ask the operator.", "Pídalo a quien opera la instalación."),
        )
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=place.user_id)
        found = list(Authenticator.objects.filter(user=user))
        if not found:
            raise InputError(Text("This person has no second factor.", "Esta persona no tiene segundo factor."))
        Authenticator.objects.filter(user=user).delete()
        kinds = sorted({str(one.type) for one in found})
        trail.record("factor.reset", user, who=who.user, details={"kinds": kinds})
        sessions.end(user, why="reset", who=who.user)
    tell_factors_reset(user, who.user.name)
    return len(found)


def _is_elsewhere(place: Membership) -> bool:
    """Whether it would open somebody else's patients: any clinic can give a place to any account."""
    works = Membership.objects.filter(user=place.user_id, active=True).exclude(clinic=place.clinic_id)
    return works.exists() or Patient.objects.filter(user=place.user_id).exclude(clinic=place.clinic_id).exists()
