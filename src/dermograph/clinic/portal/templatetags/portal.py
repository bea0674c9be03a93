"""What the frame of a patient's pages shows besides the page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from dermograph.clinic.portal.messaging import unread_of

register = template.Library()
_KEPT = "_portal_unread"


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
