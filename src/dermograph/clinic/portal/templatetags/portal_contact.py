"""What lower apps show of the portal, by the names of these tags only."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Patient
from dermograph.clinic.permissions import may
from dermograph.clinic.portal.access_ways import handed_over
from dermograph.clinic.portal.contact_desk import changes_in, waiting_in
from dermograph.clinic.portal.messaging import waiting_of

register = template.Library()
SHOWN = 8


@register.simple_tag(takes_context=True)
def waiting_from_patients(context: Context) -> dict[str, Any]:
    """Who wrote and has no answer, and what patients did to appointments by themselves; for who may see it."""
    clinic = context.get("clinic")
    if clinic is None or not may(context.get("role"), "patient_messages"):
        return {}
    writers, changes = waiting_in(clinic, timezone.now(), SHOWN)
    return {"writers": writers, "changes": changes}


@register.simple_tag(takes_context=True)
def changed_by_patients(context: Context) -> dict[str, Any]:
    """Only what patients did to appointments by themselves; for who may see it."""
    clinic = context.get("clinic")
    if clinic is None or not may(context.get("role"), "patient_messages"):
        return {}
    return {"changes": changes_in(clinic, timezone.now(), 0, SHOWN)}


@register.simple_tag
def messages_of(patient: Patient) -> int:
    """How many messages of one patient wait for the clinic."""
    return waiting_of(patient).count()


@register.simple_tag
def handed_over_before(consent: Consent) -> AuditEntry | None:
    """Who handed the patient's access over shortly before a consent that was signed with it; None if nobody did."""
    return None if consent.written_by_id else handed_over(consent.patient, consent.signed_at)
