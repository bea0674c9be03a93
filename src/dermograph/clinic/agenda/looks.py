"""When somebody should look again after a session, as its protocol says: proposed, and booked by a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dermograph.care.follow_up import FINAL_LOOK
from dermograph.care.reasons import Reason
from dermograph.clinic.agenda.models import Purpose
from dermograph.clinic.agenda.rules import rules_of
from dermograph.clinic.people.models import Clinic
from dermograph.core.dates import add_months
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol


@dataclass(frozen=True, slots=True)
class ProposedLook:
    """A look that is proposed.

    Attributes:
        first: From when.
        last: Until when; None where nothing says so.
        reason: What says so, with its sources, in the language of the page.
        query: What opens those days in the calendar, as the part of an address after ``?``; empty where the calendar
            does not reach so far yet.
    """

    title: Text
    first: dt.date
    last: dt.date | None
    reason: dict[str, Any]
    query: str


def looks_after(
    clinic: Clinic, protocol: Protocol, session: dt.date, today: dt.date, language: Language
) -> list[ProposedLook]:
    """The looks that a protocol asks for after the last session, but for those whose time is over.

    Args:
        clinic: How far ahead it books is its own rule.
        protocol: Of the course.
        session: The day of the last session.
        today: In the clinic's time zone.
        language: Of the page.
    """
    horizon = add_months(today, rules_of(clinic).months_ahead)
    found = []
    for care in protocol.aftercare:
        if care.id == FINAL_LOOK and care.shortest is not None and care.period is not None:
            last = care.period.after(session)
            if today <= last:
                title = Text("Look at the result", "Ver el resultado")
                reason = Reason.of_statement(care, protocol, grade="plan").to_json(language)
                first = care.shortest.after(session)
                found.append(ProposedLook(title, first, last, reason, _query(first, today, horizon)))
    for one in protocol.maintenance:
        if one.every is not None:
            title = Text("Check after the last session", "Control tras la última sesión")
            first = one.every.after(session)
            reason = Reason.of_statement(one, protocol, grade="plan").to_json(language)
            found.append(ProposedLook(title, first, None, reason, _query(first, today, horizon)))
    return found


def _query(first: dt.date, today: dt.date, horizon: dt.date) -> str:
    first = max(first, today)
    return f"purpose={Purpose.REVIEW.value}&month={first:%Y-%m}" if first <= horizon else ""
