"""What the frame of a patient's pages shows besides the page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from dermograph.clinic.portal.limits import limits_of
from dermograph.clinic.portal.messaging import unread_of

register = template.Library()
_KEPT, _OPEN = "_portal_unread", "_portal_open"


@register.simple_tag(takes_context=True)
def unread_messages(context: Context) -> int:
    """How many messages of the clinic the patient has not read; asked once a page."""
    request: Any = context.get("request")
    patient = getattr(request, "patient", None)
    if patient is None:
        return 0
    if _KEPT not in vars(request):
        setattr(request, _KEPT, unread_of(patient).count())
    return int(vars(request)[_KEPT])


@register.simple_tag(takes_context=True)
def write_to_clinic(context: Context, about: str = "") -> str:
    """Where the patient writes to the clinic; empty while it takes no messages, so that nobody is sent there in vain.

    Args:
        context: Of the page.
        about: What about, a key of the page of messages.
    """
    request: Any = context.get("request")
    clinic = getattr(request, "clinic", None)
    if clinic is None:
        return ""
    if _OPEN not in vars(request):
        setattr(request, _OPEN, limits_of(clinic).open)
    address = reverse("me_messages")
    return (f"{address}?about={about}" if about else address) if vars(request)[_OPEN] else ""
