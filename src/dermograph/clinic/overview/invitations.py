"""The link with which somebody sets their password for the first time."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from dermograph.clinic.people.models import Membership, User


def password_path(user: User) -> str:
    """The path that sets a password once; it expires after three days, and with the first sign-in."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def may_be_invited_again(user: User) -> bool:
    """Whether a new link may be given out: only to who has never had a password, so that no account is taken over."""
    places = Membership.objects.filter(user=user).count()
    return places == 1 and user.last_login is None and not user.has_usable_password()
