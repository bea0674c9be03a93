"""The way back in for somebody whom nobody in the clinic can help: given by whoever runs the machine."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from axes.utils import reset
from django.db import transaction

from dermograph.clinic.accounts import sessions, trail
from dermograph.clinic.accounts.lockout import count_right
from dermograph.clinic.accounts.told import tell_factors_reset
from dermograph.clinic.overview.invitations import password_path
from dermograph.clinic.people.models import User
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

_OPERATOR = Text("the operator of the installation", "quien opera la instalación")


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was done.

    Attributes:
        name: Whose account it is.
        kinds: Of the second factors that were removed, in order.
        path: The path that sets a new password, once, within three days.
    """

    name: str
    kinds: tuple[str, ...]
    path: str


def recover(address: str) -> Recovered:
    """Remove the second factors of an account, open its lock, end its sessions, and make a link for a new password.

    The password itself stays as it is. It stands in the trail of every clinic of the person, as done by nobody who has
    an account.

    Args:
        address: The e-mail address of the account, in any case of letters.

    Raises:
        InputError: If there is no such account, or it is closed.
    """
    with transaction.atomic():
        user = (
            User.objects.select_for_update(no_key=True).filter(email=address.replace("\0", "").strip().lower()).first()
        )
        if user is None:
            raise InputError(
                Text(f"There is no account {shown(address)}.", f"No hay ninguna cuenta {shown(address)}."),
                Place(field="EMAIL"),
                Text("Give its address as in Settings, Staff.", "Indíquela como en Ajustes, Personal."),
            )
        if not user.is_active:
            raise InputError(Text("This account is closed.", "Esta cuenta está cerrada."), Place(field="EMAIL"))
        kinds = tuple(
            sorted(str(kind) for kind in Authenticator.objects.filter(user=user).values_list("type", flat=True))
        )
        Authenticator.objects.filter(user=user).delete()
        trail.record("account.recovered", user, who=None, details={"kinds": list(kinds)})
        sessions.end(user, why="reset", who=None)
        reset(username=user.email)
        count_right(user)
        path = password_path(user)
    tell_factors_reset(user, _OPERATOR.say("en" if user.language == "en" else "es"))
    return Recovered(user.name, kinds, path)
