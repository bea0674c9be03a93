"""What lower apps show of the portal, by the names of these tags only."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from dermograph.clinic.people.models import Patient
from dermograph.clinic.permissions import may
from dermograph.clinic.portal.contact_desk import waiting_in
from dermograph.clinic.portal.messaging import waiting_of

register = template.Library()
SHOWN = 8


@register.simple_tag(takes_context=True)
def waiting_from_patients(context: Context) -> dict[str, list[Any]]:
    """Who wrote and has no answer, and what patients did to appointments by themselves; for who may see it."""
    clinic = context.get("clinic")
    if clinic is None or not may(context.get("role"), "patient_messages"):
        return {}
    writers, changes = waiting_in(clinic, timezone.now())
    return {"writers": writers[:SHOWN], "changes": changes[:SHOWN]}


@register.simple_tag
def messages_of(patient: Patient) -> int:
    """How many messages of one patient wait for the clinic."""
    return waiting_of(patient).count()
