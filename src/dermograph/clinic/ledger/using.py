"""Which lots a session used: its day decides what it may have used, not the day on which it is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.ledger.models import Lot, LotUse
from dermograph.clinic.people.models import Membership, Role
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

# A ``treatment.Session``: that app stands above this one, so its type is not named here.
Session: TypeAlias = Any

SHORTEST_REASON, LONGEST_REASON = 10, 1000


def use_lots(
    *,
    session: Session,
    lots: Sequence[Lot],
    on: dt.date,
    kept: Collection[LotUse] = (),
    who: Membership | None = None,
    reason: str = "",
) -> list[LotUse]:
    """Write which lots a session used. Call it in the transaction that writes the session.

    Args:
        session: The session, saved.
        lots: Each once; a second mention of the same lot counts as one.
        on: The day of the session; a lot that expired after it may have been used.
        kept: What the superseded session had used: it stays used where the lot was withdrawn since, but not on a day
            after the withdrawal.
        who: Who writes it down; None for nobody who may record a withdrawn lot.
        reason: The medical lead's, for lots that were withdrawn after the session began.

    Raises:
        InputError: If a lot was expired on that day, withdrawn, or another clinic's.
    """
    before = {use.lot_id: use for use in kept}
    used_on = _day(session.supersedes) if before else None
    wanted = sorted({lot.pk for lot in lots})
    with transaction.atomic():
        found = [lot for lot in lock_lots(lots) if lot.clinic_id == session.clinic_id]
        if len(found) != len(wanted):
            raise InputError(Text("A lot is not in stock.", "Un lote no está en existencias."), Place(field="lots"))
        uses = [_use(session, lot, before.get(lot.pk)) for lot in found]
        for use in uses:
            was = used_on if use.lot_id in before else None
            if refuse_unusable(use.lot, on, used_on=was, began=session.started_at, who=who, reason=reason):
                use.late_by, use.late_reason = who.user if who else None, reason.strip()
                record(
                    "lot.recorded_late",
                    clinic=session.clinic,
                    who=use.late_by,
                    about=use.lot,
                    patient=session.course.patient_id,
                    details={"session": str(session.pk)},
                )
        return LotUse.objects.bulk_create(uses)


def lock_lots(lots: Sequence[Lot]) -> list[Lot]:
    """Lots as they are now, each once; none of them can be withdrawn until the transaction is over.

    Who writes an entry of the audit trail before ``use_lots`` calls it first.
    """
    wanted = {lot.pk for lot in lots}
    return list(Lot.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))


def _day(session: Session) -> dt.date:
    """The day of a session where it was held."""
    day: dt.date = session.started_at.astimezone(session.clinic.zone).date()
    return day


def _use(session: Session, lot: Lot, before: LotUse | None) -> LotUse:
    """The row of a lot, not saved yet; a correction keeps who recorded it late, and why."""
    late = (before.late_by, before.late_reason) if before else (None, "")
    return LotUse(session=session, lot=lot, late_by=late[0], late_reason=late[1])


def refuse_unusable(
    lot: Lot,
    on: dt.date,
    *,
    used_on: dt.date | None = None,
    began: dt.datetime | None = None,
    who: Membership | None = None,
    reason: str = "",
) -> bool:
    """Stop where a lot may not be recorded for a session of a day, whenever that is written down.

    Args:
        lot: As it is now.
        on: The day of the session.
        used_on: The day of the session that is corrected, where that one had used it; None else.
        began: When the session began; None where it cannot have been before the lot was withdrawn.
        who: Who writes it down.
        reason: The medical lead's, for a lot that was withdrawn since.

    Returns:
        Whether the lot was withdrawn since, and the medical lead's reason was needed and given.

    Raises:
        InputError: With the reason.
    """
    is_late = lot.withdrawn_at is not None and not _stays(lot, on, used_on, began)
    if is_late:
        _refuse_withdrawn(lot, began, who, reason)
    if lot.expires_on < on:
        last = day_text(lot.expires_on)
        raise InputError(
            Text(f"{lot} expired: its last day was {last.en}.", f"{lot} caducó: su último día fue el {last.es}."),
            Place(field=lot.kind),
            Text("Take another lot.", "Use otro lote."),
        )
    return is_late


def _stays(lot: Lot, on: dt.date, used_on: dt.date | None, began: dt.datetime | None) -> bool:
    """Whether a correction keeps a withdrawn lot: on the same day, or where it began before the withdrawal."""
    if used_on is None:
        return False
    return used_on == on or (began is not None and lot.withdrawn_at is not None and began < lot.withdrawn_at)


def _refuse_withdrawn(lot: Lot, began: dt.datetime | None, who: Membership | None, reason: str) -> None:
    """Stop who records a withdrawn lot, but for the medical lead with a reason where it was withdrawn since."""
    since = began is not None and lot.withdrawn_at is not None and lot.withdrawn_at > began
    if not since or who is None or who.role != Role.MEDICAL_LEAD:
        todo = Text("Take another lot.", "Use otro lote.")
        if since:
            todo = Text(
                f"{todo.en} If it was used before that, the medical lead records the session, with a written reason.",
                f"{todo.es} Si se usó antes, la dirección médica registra la sesión, con un motivo escrito.",
            )
        raise InputError(
            Text(f"{lot} was withdrawn: it cannot be used.", f"{lot} fue retirado: no se puede usar."),
            Place(field=lot.kind),
            todo,
        )
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise InputError(
            Text(f"{lot} was withdrawn after this session.", f"{lot} fue retirado después de esta sesión."),
            Place(field="lot_reason"),
            Text(
                f"Say why it is recorded, in at least {SHORTEST_REASON} characters.",
                f"Diga por qué se anota, en al menos {SHORTEST_REASON} caracteres.",
            ),
        )
