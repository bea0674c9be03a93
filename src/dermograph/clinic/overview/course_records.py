"""What the rows of a course say, as plain values."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.care.case import Event
from dermograph.clinic.entries import Booked, Decided, Held
from dermograph.clinic.intake.known import Known
from dermograph.clinic.intake.models import Assessment


@dataclass(frozen=True, slots=True)
class Taken:
    """A photograph.

    Attributes:
        usable: Whether it can be measured; None until judged.
        comparison: The id of the latest comparison in which it is the follow-up; None for none.
        stage: Where that stands; empty for none.
        verdict: What it says of itself; empty until done.
        from_home: Whether the patient took it: it is never the baseline.
    """

    id: uuid.UUID
    on: dt.date
    usable: bool | None
    comparison: uuid.UUID | None
    stage: str
    verdict: str
    from_home: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """Whether the treatment is consented to.

    Attributes:
        on: The day of the consent that stands; None if none does.
        withdrawn_on: The day on which the last one was taken back; None if it was not.
    """

    on: dt.date | None
    withdrawn_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything about one course.

    Attributes:
        assessment: The one that was signed last, with its overrides; None if none was.
        written_last: When the latest standing answer was written; None without any.
        known: What is known today.
        events: Dated happenings, of the course and of the whole patient.
        booked: The next appointment; None for none.
    """

    today: dt.date
    assessment: Assessment | None
    known: Known
    events: tuple[Event, ...]
    written_last: dt.datetime | None
    consent: Agreed
    sessions: tuple[Held, ...]
    photographs: tuple[Taken, ...]
    reviews: tuple[Decided, ...]
    booked: Booked | None
