"""Writers of lots and payments."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.ledger.models import Kind, Lot, Method, Payment
from dermograph.clinic.ledger.replay import already_written
from dermograph.clinic.ledger.selectors import chain_of, payments_of, usable_lots
from dermograph.clinic.ledger.using import LONGEST_REASON, SHORTEST_REASON, refuse_unusable, use_lots
from dermograph.clinic.people.models import Clinic, Membership, Role
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

# A ``treatment.Session``: that app stands above this one, so its type is not named here.
Session: TypeAlias = Any

__all__ = [
    "LONGEST_REASON",
    "SHORTEST_REASON",
    "receive_lot",
    "refuse_unusable",
    "take_payment",
    "usable_lots",
    "use_lots",
    "withdraw_lot",
]

MOST_CENTS = 100_000_00
TAKING_PAYMENTS = frozenset({Role.FRONT_DESK, Role.PRACTITIONER, Role.MEDICAL_LEAD})


def receive_lot(  # noqa: PLR0913 (what a lot is made of)
    *,
    who: Membership,
    kind: str,
    name: str,
    number: str,
    expires_on: dt.date,
    maker: str = "",
    supplier: str = "",
    received_on: dt.date | None = None,
    label: str = "",
    entry: uuid.UUID | None = None,
) -> Lot:
    """Put a lot into stock.

    Args:
        who: Who does; the lot belongs to their clinic.
        kind: A value of ``Kind``.
        name: Of the product.
        number: The maker's batch number.
        expires_on: The last day on which it may be used.
        maker: Empty where not known.
        supplier: Empty where not known.
        received_on: When it came; None where not known.
        label: What the label says; needed for a pigment.
        entry: The id of the row; the row that has it already is given back.

    Raises:
        InputError: If something is missing, or the lot is there already.
    """
    if (there := already_written(Lot, entry, who.clinic)) is not None:
        return there
    name, number, label = " ".join(name.split()), " ".join(number.split()), label.strip()
    if kind not in Kind.values or not name or not number:
        raise InputError(
            Text("A lot has a kind, a name and a number.", "Un lote tiene tipo, nombre y número."), Place(field="name")
        )
    if kind == Kind.PIGMENT and not label:
        raise InputError(
            Text(
                "A pigment needs the text of its label: ingredients and warnings are handed over before the needles.",
                "Un pigmento necesita el texto de su etiqueta: los ingredientes y avisos se entregan antes de las "
                "agujas.",
            ),
            Place(field="label"),
            Text("Copy it from the label.", "Cópielo de la etiqueta."),
        )
    if received_on is not None and received_on > timezone.localdate():
        raise InputError(
            Text("It cannot have come in the future.", "No puede haber llegado en el futuro."),
            Place(field="received_on"),
        )
    lot = Lot(
        clinic=who.clinic,
        kind=kind,
        name=name,
        maker=maker.strip(),
        supplier=supplier.strip(),
        number=number,
        expires_on=expires_on,
        received_on=received_on,
        label=label,
    )
    if entry is not None:
        lot.pk = entry
    try:
        with transaction.atomic():
            lot.save(force_insert=True)
            record("lot.received", clinic=who.clinic, who=who.user, about=lot, details={"kind": kind})
    except IntegrityError:
        raise InputError(
            Text(
                f"{name} · {number} is in stock already.",
                f"{name} · {number} ya está en existencias.",
            ),
            Place(field="number"),
            Text("Look it up in the list.", "Búsquelo en la lista."),
        ) from None
    return lot


def withdraw_lot(*, lot: Lot, who: Membership, reason: str) -> Lot:
    """Withdraw a lot: from now on nobody can use it. One that is withdrawn already stays as it is.

    Raises:
        PermissionDenied: If ``who`` is not the medical lead of the lot's clinic.
        InputError: If the reason is missing.
    """
    if who.role != Role.MEDICAL_LEAD or who.clinic_id != lot.clinic_id:
        raise PermissionDenied
    if len(reason.strip()) < SHORTEST_REASON:
        raise InputError(
            Text(
                f"Say why, in at least {SHORTEST_REASON} characters.",
                f"Diga por qué, en al menos {SHORTEST_REASON} caracteres.",
            ),
            Place(field="reason"),
        )
    with transaction.atomic():
        lot = Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)
        if lot.withdrawn_at is None:
            lot.withdrawn_at, lot.withdrawn_by, lot.withdrawn_reason = timezone.now(), who.user, reason.strip()
            lot.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
            record("lot.withdrawn", clinic=lot.clinic, who=who.user, about=lot)
    return lot


def take_payment(
    *,
    session: Session,
    who: Membership,
    cents: int,
    method: str,
    paid_at: dt.datetime | None = None,
    entry: uuid.UUID | None = None,
) -> Payment:
    """Write down money for a session.

    Args:
        session: The session as it stands.
        who: Who took it.
        cents: Euro cents; negative for money given back, never more than was paid.
        method: A value of ``Method``.
        paid_at: None for now.
        entry: The id of the row; the row that has it already is given back.

    Raises:
        PermissionDenied: If ``who`` may not take payments of that clinic.
        InputError: If the amount is 0 or too large, or more would be given back than was paid.
    """
    if who.role not in TAKING_PAYMENTS or who.clinic_id != session.clinic_id:
        raise PermissionDenied
    if cents == 0 or abs(cents) > MOST_CENTS or method not in Method.values:
        raise InputError(
            Text("This is no amount that can be paid.", "Este importe no se puede cobrar."), Place(field="euros")
        )
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=session.clinic_id)
        chain = chain_of(session)
        if (there := already_written(Payment, entry, session.clinic, session__in=chain)) is not None:
            return there
        paid = sum(payment.cents for payment in payments_of(chain))
        if paid + cents < 0:
            raise InputError(
                Text(
                    "More would be given back than was paid for this session.",
                    "Se devolvería más de lo que se pagó por esta sesión.",
                ),
                Place(field="euros"),
            )
        payment = Payment(
            clinic=session.clinic,
            written_by=who.user,
            session=session,
            cents=cents,
            method=method,
            paid_at=paid_at or timezone.now(),
        )
        if entry is not None:
            payment.pk = entry
        payment.save()
        action = "payment.returned" if cents < 0 else "payment.taken"
        record(
            action,
            clinic=session.clinic,
            who=who.user,
            about=payment,
            patient=session.course.patient_id,
            details={"cents": cents, "method": method},
        )
    return payment
