"""Keeping which cards were given, and what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.cds.models import CardFeedback, GivenCard
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.vault.seal import seal
from dermograph.exchange.cds_hooks.cards import Card
from dermograph.exchange.cds_hooks.feedback import Feedback
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.services import Service

May = Callable[[Caller, Service, Patient | None], bool]


def keep_cards(*, clinic: Clinic, patient: Patient | None, service: Service, cards: Sequence[Card]) -> None:
    """Keep which cards are given, so that what becomes of them can be told."""
    GivenCard.objects.bulk_create(
        GivenCard(
            pk=card.uuid,
            clinic=clinic,
            patient=patient,
            service=service.id,
            rule=card.about[:200],
            indicator=card.indicator,
            suggestions=[str(one.uuid) for one in card.suggestions],
        )
        for card in cards
    )


def keep_feedback(*, caller: Caller, service: Service, told: Sequence[Feedback], may: May) -> list[CardFeedback]:
    """Keep what became of cards: all of it or nothing; what was told before is passed over.

    Args:
        caller: Who tells it.
        service: Whose cards.
        told: As it was told.
        may: Whether the caller reaches the patient of a card.

    Returns:
        What is new.

    Raises:
        HookError: 404 for a card that this clinic was not given by this service, or whose term is over; 400 for a
            suggestion of no such card.
        PermissionDenied: If the caller does not reach a patient.
        Restricted: If a patient's record is blocked.
    """
    clinic = caller.member.clinic
    cards = {
        card.pk: card
        for card in GivenCard.objects.filter(
            clinic=clinic, service=service.id, pk__in=[one.card for one in told]
        ).select_related("patient")
    }
    _refuse_unknown(told, cards)
    for card in cards.values():
        if not may(caller, service, card.patient):
            raise PermissionDenied
        if card.patient is not None and card.patient.restricted_at is not None:
            raise Restricted(card.patient.restricted_at, clinic)
    with transaction.atomic():
        rows = [_row(one, cards[one.card], caller) for one in told]
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        here = GivenCard.objects.filter(pk__in=list(cards)).values_list("pk", flat=True)
        _refuse_unknown(told, {pk: cards[pk] for pk in here})  # the term of one may have ended meanwhile
        there = set(CardFeedback.objects.filter(card__in=list(cards)).values_list("card_id", "outcome", "at"))
        new = list({key: row for row in rows if (key := (row.card_id, row.outcome, row.at)) not in there}.values())
        CardFeedback.objects.bulk_create(new)
        for row in new:
            record(
                "cds.feedback",
                clinic=clinic,
                who=caller.member.user,
                about=row,
                patient=row.card.patient_id,
                details={
                    "through": caller.through,
                    "service": service.id,
                    "rule": row.card.rule,
                    "outcome": row.outcome,
                    "reason": row.reason_code,
                },
            )
    return new


def comment_name(feedback: uuid.UUID) -> str:
    """What a comment is sealed under."""
    return f"feedback/{feedback}"


def _row(one: Feedback, card: GivenCard, caller: Caller) -> CardFeedback:
    row = CardFeedback(
        clinic=caller.member.clinic,
        card=card,
        outcome=one.outcome,
        suggestions=[str(each) for each in one.suggestions],
        reason_system=one.reason[0],
        reason_code=one.reason[1],
        at=one.at,
        told_by=caller.member.user,
    )
    if one.comment and card.patient is not None:  # of anybody else there is no key, and nobody could have it erased
        row.sealed = seal(card.patient, one.comment.encode(), comment_name(row.pk))
    return row


def _refuse_unknown(told: Sequence[Feedback], cards: Mapping[uuid.UUID, GivenCard]) -> None:
    for number, one in enumerate(told):
        if one.card not in cards:
            raise HookError(
                404,
                issue(
                    "not-found",
                    f"feedback[{number}].card",
                    "This service gave no such card here.",
                    "Este servicio no ha dado aquí esa tarjeta.",
                ),
            )
        if {str(each) for each in one.suggestions} - set(cards[one.card].suggestions):
            raise HookError(
                400,
                issue(
                    "not-found",
                    f"feedback[{number}].acceptedSuggestions",
                    "The card has no such suggestion.",
                    "La tarjeta no tiene esa sugerencia.",
                ),
            )
