"""A session as it was held, written once and corrected by another."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.services import set_state
from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.ledger.models import Kind, Lot, LotUse
from dermograph.clinic.ledger.replay import already_written
from dermograph.clinic.ledger.services import LONGEST_REASON, use_lots
from dermograph.clinic.ledger.using import lock_lots
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp.services import change_what_is_not
from dermograph.clinic.treatment.before import Before, check_consent, look_before
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services.guards import kept, lock, refuse_closed, refuse_others
from dermograph.clinic.treatment.services.refusals import (
    refuse_blocked,
    refuse_dots,
    refuse_incomplete,
    refuse_missing_lots,
    refuse_person,
    refuse_second_on_a_day,
    refuse_times,
    refuse_unlabelled,
    refuse_without_lead,
)
from dermograph.clinic.treatment.zones import clean_zones
from dermograph.core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """What a person writes down of a session.

    Attributes:
        performed_by: An active member of the clinic, trained for the treatment.
        started_at, ended_at: Aware instants, not in the future.
        zones: Each ``{"name", "needle_setting_mm", "needles", "speed_hz", "passes", "seconds", "cm2"}``; a figure that
            was not recorded is absent or None.
        lots: Every needle, anaesthetic, pigment and active ingredient that was used.
        anaesthesia: A key of ``words.ANAESTHESIA``.
        anaesthesia_minutes: How long it worked before the needles; None if not recorded.
        label_handed_at: When the label of every pigment was handed over; needed with a pigment.
        no_actives: That no active ingredient was applied, where the protocol asks for its lot.
        dots: Dots of pigment that were set, on a scalp, at least 1; None where nobody wrote them down.
        cents: The price agreed, euro cents; None if none was.
        clearance_reason: The medical lead's, for a closed day or a verdict that does not clear.
        lot_reason: The medical lead's, for a lot that was withdrawn after the session began.
    """

    performed_by: Membership
    started_at: dt.datetime
    ended_at: dt.datetime
    device: str
    zones: Sequence[Mapping[str, Any]]
    lots: Sequence[Lot]
    anaesthesia: str
    anaesthesia_minutes: int | None = None
    label_handed_at: dt.datetime | None = None
    no_actives: bool = False
    movements: Sequence[str] = ()
    dots: int | None = None
    reaction: str = ""
    notes: str = ""
    cents: int | None = None
    appointment: Appointment | None = None
    clearance_reason: str = ""
    lot_reason: str = ""


def record_session(
    *,
    course: Course,
    who: Membership,
    entry: uuid.UUID | None = None,
    **written: Any,  # noqa: ANN401 (of the record)
) -> Session:
    """Write down a session.

    Args:
        course: Open, fetched with its clinic, patient and area.
        who: Who writes it down.
        entry: The id of the new row; where it exists already, that one is returned.
        written: The attributes of ``SessionRecord``.

    Raises:
        PermissionDenied: If ``who`` is not clinical staff of the clinic.
        InputError: If the record is not complete, or something stands against the session that cannot be passed: no
            consent, a lot that was expired or withdrawn on its day, a pigment whose label was not handed over first; a
            closed day, a verdict that does not clear or a lot that was withdrawn since, unless the medical lead gives
            a reason.
    """
    held = SessionRecord(**written)
    refuse_others(course, who)
    with transaction.atomic():
        lock(course)
        if (there := already_written(Session, entry, course.clinic, course=course, supersedes=None)) is not None:
            return there
        refuse_closed(course)
        _refuse_wrong(course, held)
        on = held.started_at.astimezone(course.clinic.zone).date()
        refuse_second_on_a_day(course, on)
        before = look_before(course, on, at=held.started_at)
        needs_lead = refuse_without_lead(before, who, held.clearance_reason)
        session = _written(course, who, held, before.to_json(), entry)
        if needs_lead:
            session.cleared_by, session.clearance_reason = who, held.clearance_reason.strip()
        return _saved(session, held, who, "session.recorded", before)


def correct_session(
    *,
    old: Session,
    who: Membership,
    reason: str,
    entry: uuid.UUID | None = None,
    **written: Any,  # noqa: ANN401 (of the record)
) -> Session:
    """Write a session that supersedes another one; its lots are those that count from then on.

    What was checked before the needles is checked again only where the day changes: on the same day it was checked
    then, but for the consent, which is checked again for another time. A lot that was withdrawn since stays where it
    was used, and is added only by the medical lead with a reason.

    Args:
        old: The session that is corrected.
        who: Who corrects it.
        reason: Why, 10 to 2,000 characters.
        entry: The id of the new row; where it exists already, that one is returned.
        written: The attributes of ``SessionRecord``.

    Raises:
        PermissionDenied, InputError: As ``record_session``.
        ChangedMeanwhileError: If it has been corrected since.
    """
    held, course = SessionRecord(**written), old.course
    refuse_others(course, who)
    why = kept(reason, 2000, "correction_reason")
    refuse_incomplete(why)
    with transaction.atomic():
        lock(course)
        if (there := already_written(Session, entry, course.clinic, supersedes=old)) is not None:
            return there
        later = Session.objects.filter(supersedes=old).select_related("written_by").first()
        if later is not None:
            raise ChangedMeanwhileError(later)
        _refuse_wrong(course, held)
        zone = course.clinic.zone
        on, was = held.started_at.astimezone(zone).date(), old.started_at.astimezone(zone).date()
        refuse_second_on_a_day(course, on, but=old)
        session = _written(course, who, held, old.before, entry)
        session.supersedes, session.correction_reason = old, why
        before = None
        if on == was:
            session.before = _at_another_time(old, held.started_at)
            session.cleared_by, session.clearance_reason = old.cleared_by, old.clearance_reason
        else:
            before = look_before(course, on, at=held.started_at, but=old)
            session.before = before.to_json()
            if refuse_without_lead(before, who, held.clearance_reason):
                session.cleared_by, session.clearance_reason = who, held.clearance_reason.strip()
        return _saved(session, held, who, "session.corrected", before)


def _at_another_time(old: Session, at: dt.datetime) -> dict[str, Any]:
    """What was checked for a session, with its consent looked at again where the needles began at another time."""
    if at == old.started_at:
        return dict(old.before)
    consent, checks = check_consent(old.course, at), old.before.get("checks", [])
    refuse_blocked((consent,))
    return {**old.before, "checks": [consent.to_json() if one["what"] == consent.what else one for one in checks]}


def _refuse_wrong(course: Course, held: SessionRecord) -> None:
    """Stop where the record itself is not one that can be kept."""
    refuse_person(course, held.performed_by)
    refuse_times(held.started_at, held.ended_at)
    refuse_unlabelled(held.lots, held.label_handed_at, held.started_at)
    refuse_missing_lots(course, held.lots, held.anaesthesia, no_actives=held.no_actives)
    refuse_dots(course, held.dots)


def _written(
    course: Course, who: Membership, held: SessionRecord, before: dict[str, Any], entry: uuid.UUID | None
) -> Session:
    """The row, not saved yet."""
    pigment = any(lot.kind == Kind.PIGMENT for lot in held.lots)
    return Session(
        pk=entry or uuid.uuid4(),
        clinic=course.clinic,
        written_by=who.user,
        course=course,
        appointment=held.appointment if held.appointment and held.appointment.course_id == course.pk else None,
        performed_by=held.performed_by,
        started_at=held.started_at,
        ended_at=held.ended_at,
        device=kept(held.device, 120, "device"),
        anaesthesia=held.anaesthesia,
        anaesthesia_minutes=held.anaesthesia_minutes,
        zones=clean_zones(held.zones),
        no_actives=held.no_actives,
        actives=[{"name": lot.name, "lot": lot.number} for lot in held.lots if lot.kind == Kind.ACTIVE],
        movements=[kept(one, 120, "movements") for one in held.movements if one.strip()][:20],
        label_handed_at=held.label_handed_at if pigment else None,
        dots=held.dots,
        reaction=kept(held.reaction, 2000, "reaction"),
        notes=kept(held.notes, 4000, "notes"),
        cents=held.cents,
        before=before,
    )


def _end_appointment(session: Session) -> None:
    """Say of the appointment that it took place, where it still waits."""
    if session.appointment is not None and session.appointment.state in (State.BOOKED, State.ARRIVED):
        with contextlib.suppress(InputError):  # the session stands whatever the agenda says
            set_state(appointment=session.appointment, state=State.DONE, who=session.written_by)


def _saved(session: Session, held: SessionRecord, who: Membership, action: str, before: Before | None) -> Session:
    """Save it with its lots and its audit entry, in the transaction that is open."""
    old = session.supersedes
    why = kept(held.lot_reason, LONGEST_REASON, "lot_reason")
    already = list(LotUse.objects.filter(session_id=old.pk).select_related("late_by")) if old is not None else []
    on = held.started_at.astimezone(session.clinic.zone).date()
    lock_lots(held.lots)
    session.save(force_insert=True)
    _end_appointment(session)
    change_what_is_not(session.course, who=session.written_by)  # a session begins another series of dots
    use_lots(session=session, lots=held.lots, on=on, kept=already, who=who, reason=why)
    record(
        action,
        clinic=session.clinic,
        who=session.written_by,
        about=session,
        patient=session.course.patient_id,
        details={
            "lots": len(held.lots),
            "by_lead": session.cleared_by_id is not None,
            "protocol": before.protocol.hash if before else session.before.get("protocol", {}).get("hash", ""),
        },
    )
    return session
