"""Questions about lots and payments."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Exists, OuterRef, Q, QuerySet

from dermograph.clinic.ledger.models import Lot, LotUse, Payment
from dermograph.clinic.people.models import Clinic

# A ``treatment.Session``: that app stands above this one, so its type is not named here.
Session: TypeAlias = Any

SOON_DAYS = 30


class State(enum.Enum):
    """Whether a lot may be used on a day."""

    GOOD = "good"
    SOON = "soon"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def usable(self) -> bool:
        """Whether it may be used."""
        return self in (State.GOOD, State.SOON)


def soon_days(clinic: Clinic) -> int:
    """How many days before its expiry a lot is shown as expiring soon: the clinic's figure, else 30."""
    days = clinic.rules.get("lot_warning_days", SOON_DAYS)
    return days if isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= 3650 else SOON_DAYS


def state_of(lot: Lot, on: dt.date, soon: int = SOON_DAYS) -> State:
    """The state of a lot on a day; on its last day it may still be used."""
    if lot.withdrawn_at is not None:
        return State.WITHDRAWN
    if lot.expires_on < on:
        return State.EXPIRED
    return State.SOON if (lot.expires_on - on).days <= soon else State.GOOD


def in_state(state: State, on: dt.date, soon: int = SOON_DAYS) -> Q:
    """The lots of a state on a day, as ``state_of`` has it."""
    last = on + dt.timedelta(days=soon)
    return {
        State.WITHDRAWN: Q(withdrawn_at__isnull=False),
        State.EXPIRED: Q(withdrawn_at=None, expires_on__lt=on),
        State.SOON: Q(withdrawn_at=None, expires_on__gte=on, expires_on__lte=last),
        State.GOOD: Q(withdrawn_at=None, expires_on__gte=on, expires_on__gt=last),
    }[state]


def usable_lots(clinic: Clinic, kind: str, on: dt.date) -> QuerySet[Lot]:
    """The lots of one kind that may be used on a day, the one that expires first first."""
    return Lot.objects.filter(clinic=clinic, kind=kind, withdrawn_at=None, expires_on__gte=on).order_by(
        "expires_on", "name", "number"
    )


def lots_of_session(clinic: Clinic, began: dt.datetime, *, is_lead: bool = False) -> QuerySet[Lot]:
    """The lots that a session may have used, whenever it is written down; the one that expires first first.

    Args:
        clinic: Of the session.
        began: When the session began; its day counts, not today.
        is_lead: Whether the medical lead asks, who may record a lot that was withdrawn since.
    """
    not_withdrawn = Q(withdrawn_at=None)
    if is_lead:
        not_withdrawn |= Q(withdrawn_at__gt=began)
    day = began.astimezone(clinic.zone).date()
    found = Lot.objects.filter(not_withdrawn, clinic=clinic, expires_on__gte=day)
    return found.order_by("expires_on", "name", "number")


def stock_of(clinic: Clinic, kind: str = "", word: str = "") -> QuerySet[Lot]:
    """Every lot of a clinic, the one that expires first first; of one kind, or with a word in its name or number."""
    found = Lot.objects.filter(clinic=clinic).order_by("expires_on", "name", "number", "pk")
    if kind:
        found = found.filter(kind=kind)
    if word:
        found = found.filter(Q(name__icontains=word) | Q(number__icontains=word) | Q(maker__icontains=word))
    return found


def recall(lot: Lot) -> QuerySet[LotUse]:
    """Everybody on whom a lot was used: from the lot to every session and person, the latest first.

    A session that was corrected is there too, since nobody may be missed; where its correction names the lot as well,
    only the correction is.
    """
    named_again = LotUse.objects.filter(lot=lot, session__supersedes=OuterRef("session"))
    return (
        LotUse.objects.filter(~Exists(named_again), lot=lot)
        .select_related(
            "session__course__patient",
            "session__course__area",
            "session__performed_by__user",
            "session__superseded_by",
            "late_by",
        )
        .order_by("-session__started_at", "session_id")
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """What a session costs and what was paid for it, euro cents.

    Attributes:
        price: What was agreed; None if nothing was.
        paid: Less what was given back.
    """

    price: int | None
    paid: int

    @property
    def open(self) -> int | None:
        """What is still to be paid, negative if too much was; None without an agreed price."""
        return None if self.price is None else self.price - self.paid


def chain_of(session: Session) -> list[Session]:
    """A session with everything that it supersedes and that supersedes it, the oldest first; one query."""
    sessions = {one.pk: one for one in session.course.sessions.all()}
    corrected_by = {one.supersedes_id: one for one in sessions.values() if one.supersedes_id}
    oldest = sessions[session.pk]
    while oldest.supersedes_id:
        oldest = sessions[oldest.supersedes_id]
    chain = [oldest]
    while chain[-1].pk in corrected_by:
        chain.append(corrected_by[chain[-1].pk])
    return chain


def payments_of(sessions: Iterable[Session]) -> list[Payment]:
    """The standing payments for sessions, the oldest first."""
    found = Payment.objects.filter(session__in=list(sessions)).standing()
    return list(found.select_related("written_by").order_by("paid_at", "written_at"))


def balance_of(session: Session, payments: Iterable[Payment]) -> Balance:
    """What stands open of a session."""
    return Balance(session.cents, sum(payment.cents for payment in payments))


def payments_on(clinic: Clinic, day: dt.date) -> list[Payment]:
    """The standing payments of one day in the clinic's time zone, the oldest first."""
    first = dt.datetime.combine(day, dt.time.min, clinic.zone)
    last = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, clinic.zone)
    return list(
        Payment.objects.filter(clinic=clinic, paid_at__gte=first, paid_at__lt=last)
        .standing()
        .select_related("session__course__patient", "session__course__area", "written_by")
        .order_by("paid_at", "written_at")
    )
