"""Cards that nobody said anything about, at the end of their term."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from dermograph.clinic.audit.record import record
from dermograph.clinic.cds.models import CardFeedback, GivenCard
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.rights.own_terms import CARDS, own_terms

_AT_ONCE: Final = 400


def end_cards(now: dt.datetime) -> int:
    """Remove the cards without feedback whose term is over; how many.

    The term counts in days at the clinic from the day on which a card was given; the day on which it is full is still
    kept. What was told of a card keeps it, and a blocked record keeps all of its cards.

    Args:
        now: The instant that counts as now.
    """
    return sum(_end(clinic, _first_kept(clinic, now)) for clinic in Clinic.objects.order_by("pk"))


def _first_kept(clinic: Clinic, now: dt.datetime) -> dt.datetime:
    """The clinic's midnight at which the first day begins whose cards are kept."""
    first = now.astimezone(clinic.zone).date() - dt.timedelta(days=own_terms()[CARDS].days)
    return dt.datetime.combine(first, dt.time.min, clinic.zone)


def _end(clinic: Clinic, before: dt.datetime) -> int:
    """A clinic's, some at a time: others write between."""
    told = CardFeedback.objects.filter(card=OuterRef("pk"))
    over = GivenCard.objects.filter(clinic=clinic, given_at__lt=before, patient__restricted_at=None)
    over = over.filter(~Exists(told)).order_by("given_at", "pk")
    gone = 0
    while over.exists():
        with transaction.atomic():
            Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)  # as who keeps feedback does
            some = list(over.values_list("pk", flat=True)[:_AT_ONCE])
            GivenCard.objects.filter(pk__in=some).delete()
            if some:
                record("cds.ended", clinic=clinic, who=None, details={"cards": len(some)})
        gone += len(some)
    return gone
