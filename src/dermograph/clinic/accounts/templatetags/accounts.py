"""What templates ask of accounts: ``{% second_factor as factor %}``, ``{% password_rules as rules %}``."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template.context import Context

from dermograph.clinic.accounts.passwords import RULES
from dermograph.clinic.accounts.sessions import FACTOR
from dermograph.clinic.permissions import RUNNING, STAFF
from dermograph.core.text import Text

register = template.Library()


@dataclass(frozen=True, slots=True)
class State:
    """Where somebody stands with their second factor.

    Attributes:
        is_required: Whether their role asks for one.
        is_missing: Whether nothing else opens before it is used.
        is_off: Whether the server lets staff work without; told to who runs the clinic.
    """

    is_required: bool
    is_missing: bool
    is_off: bool


@register.simple_tag(takes_context=True)
def second_factor(context: Context) -> State:
    """Where the person stands with their second factor."""
    role = context.get("role")
    request = context.get("request")
    required = bool(settings.STAFF_SECOND_FACTOR and role in STAFF)
    used = bool(request is not None and request.session.get(FACTOR))
    return State(required, required and not used, not settings.STAFF_SECOND_FACTOR and role in RUNNING)


@register.simple_tag
def password_rules() -> tuple[Text, ...]:
    """The rules of a password."""
    return RULES
