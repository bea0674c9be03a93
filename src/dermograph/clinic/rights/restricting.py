"""Blocking a record that the law keeps: nothing is done with it any more, and all use beyond the treatment ends."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.states import set_state
from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.intake.selectors import agreed, standing_consents
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.people.plain import plain_reason
from dermograph.clinic.rights.keeping import decide
from dermograph.clinic.rights.models import Restriction, SharedLink
from dermograph.clinic.rights.purposes import BEYOND
from dermograph.clinic.rights.reach import living_links
from dermograph.clinic.rights.sharing import end_link
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_ENDED = Text("The record was blocked.", "La historia se bloqueó.")


def restrict(*, patient: Patient, who: User, reason: str, entry: uuid.UUID) -> Restriction:
    """Block a record: links end, uses beyond the treatment and coming appointments are taken back, pages shut.

    Args:
        patient: With its clinic.
        who: Who decides.
        reason: Why.
        entry: The id of the entry; a replay finds what is there.

    Raises:
        InputError: If no reason is given.
    """
    words = plain_reason(reason)
    with transaction.atomic():
        held = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        held.clinic = patient.clinic
        last: Restriction | None = Restriction.objects.filter(patient=held).order_by("-written_at").first()
        if last is not None and held.restricted_at is not None:
            return last
        _refuse_used(entry)
        # Locked before the first entry is written, in the order that ``audit.record`` tells of.
        coming = Appointment.objects.filter(patient=held, state__in=(State.HELD, State.BOOKED), course__isnull=False)
        coming = coming.filter(ends_at__gt=timezone.now()).select_related("course", "clinic").order_by("pk")
        appointments = list(coming.select_for_update(of=("self",), no_key=True))
        links = living_links(held)
        list(SharedLink.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in links]).order_by("pk"))
        for link in links:
            end_link(link=link, who=who)
        for consent in standing_consents(held):
            for purpose in sorted(agreed(consent) & set(BEYOND)):
                withdraw(consent=consent, who=who, purpose=purpose, reason=_in_words_of(held))
        for appointment in appointments:
            set_state(appointment=appointment, state=State.CANCELLED, who=who, reason=_in_words_of(held))
        until = decide(held, timezone.now().astimezone(held.clinic.zone).date()).from_day
        new: Restriction = Restriction.objects.create(
            pk=entry, clinic=held.clinic, written_by=who, patient=held, reason=words, until=until
        )
        held.restricted_at, held.version = new.written_at, held.version + 1
        held.save(update_fields=["restricted_at", "version"])
        record("patient.restricted", clinic=held.clinic, who=who, about=new)
    return new


def lift(*, patient: Patient, who: User, reason: str, entry: uuid.UUID) -> Restriction | None:
    """End the block. What was taken back stays taken back; None if nothing is blocked.

    Raises:
        InputError: If no reason is given.
    """
    words = plain_reason(reason)
    with transaction.atomic():
        held = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        if held.restricted_at is None:
            return None
        _refuse_used(entry)
        new: Restriction = Restriction.objects.create(
            pk=entry, clinic=patient.clinic, written_by=who, patient=held, reason=words, lifted=True
        )
        held.restricted_at, held.version = None, held.version + 1
        held.save(update_fields=["restricted_at", "version"])
        record("patient.restriction_lifted", clinic=patient.clinic, who=who, about=new)
    return new


def _in_words_of(patient: Patient) -> str:
    return _ENDED.say("es" if patient.language == "es" else "en")


def _refuse_used(entry: uuid.UUID) -> None:
    if Restriction.objects.filter(pk=entry).exists():
        raise InputError(Text("This form was used before.", "Este formulario ya se usó."))
