"""The looks after a session that a protocol asks for: when the look has settled, when colour counts, when to check."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.care.case import Session, session_day
from dermograph.protocols.model import Maintenance, Protocol, Statement

#: Ids in the pack for scalps; a clinic that replaces such a statement keeps its id.
FINAL_LOOK = "final_look"
YEARLY_CHECK = "yearly-check"


@dataclass(frozen=True, slots=True)
class Look:
    """When somebody should look at the result.

    Attributes:
        statement: What asks for it, with its citations.
        first: The first day for it.
        last: The last day for it, inclusive; None where no end is given.
    """

    statement: Statement
    first: dt.date
    last: dt.date | None


def settled_look(session: Session, protocol: Protocol) -> Look | None:
    """When the final look of a session begins to show, to be looked at then.

    Args:
        session: The last one that was held.
        protocol: The protocol of the course.

    Returns:
        None where the protocol gives no such days.

    Source:
        capillary-micropigmentation, "What process", paragraph 3, sentence 2: about ten to twenty days.
    """
    care = next((one for one in protocol.aftercare if one.id == FINAL_LOOK), None)
    if care is None or care.period is None:
        return None
    day = session_day(session)
    return Look(care, (care.shortest or care.period).after(day), care.period.after(day))


def colour_counts_from(session: Session, protocol: Protocol) -> dt.date:
    """The first day on which a photograph may give a verdict on colour after the last session."""
    return protocol.review.measure_after.period.after(session_day(session))


def next_check(since: dt.date, protocol: Protocol) -> Look | None:
    """When somebody looks again whether the result is fading.

    Args:
        since: The day of the last session, or of the last check if that was later.
        protocol: The protocol of the course.

    Returns:
        None where the protocol asks for none.
    """
    found = _yearly(protocol)
    return Look(found, found.every.after(since), None) if found is not None and found.every is not None else None


def due_since(today: dt.date, protocol: Protocol) -> dt.date | None:
    """The last day of a session or check from which the next check is due today: the inverse of ``next_check``.

    Returns:
        None where the protocol asks for none.
    """
    found = _yearly(protocol)
    return found.every.last_start(today) if found is not None and found.every is not None else None


def _yearly(protocol: Protocol) -> Maintenance | None:
    return next((one for one in protocol.maintenance if one.id == YEARLY_CHECK), None)
