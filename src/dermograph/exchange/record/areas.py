"""Skin areas, what is to be treated there, courses of treatment, their goals and plans."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.exchange.record.part import NO_CONCEPT, Concept, Part, SomeMeasured
from dermograph.exchange.record.partial import SomeDay, SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Part):
    """A skin area of the patient with one lesion.

    Attributes:
        name: As the clinic calls it.
        place: The view of the body map on which it is drawn (``front``, ``back``, ``face``, ``scalp``), or the part of
            the body as another system codes it.
        side: ``left``, ``right``, ``middle``, or empty.
        x, y: Its place on that view, 0 to 1 from the left and from the top; None if not placed.
    """

    patient: uuid.UUID | None = None
    name: str = ""
    place: Concept = NO_CONCEPT
    side: str = ""
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion(Part):
    """What is to be treated in an area.

    Attributes:
        kind: Such as ``stria`` or ``scar``.
        onset, gone: As much as is known of when it began and when it was gone; nothing written is not "still there".
        state: ``active``, ``inactive``, ``resolved`` …; empty where not known.
        certainty: ``confirmed``, ``provisional``, ``refuted`` …; empty where not known.
    """

    patient: uuid.UUID | None = None
    area: uuid.UUID | None = None
    kind: Concept = NO_CONCEPT
    onset: SomeTime = UNWRITTEN
    gone: SomeTime = UNWRITTEN
    state: str = ""
    certainty: str = ""
    recorded_at: SomeTime = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Course(Part):
    """A course of one treatment on one area.

    Attributes:
        treatment: The protocol's id.
        lead: The practitioner in charge; None while nobody is.
        state: ``open``, ``closed`` or ``abandoned``; another system's word where it is none of them.
        opened_at, closed_at: When.
        outcome: How it ended; empty while it is open.
    """

    patient: uuid.UUID | None = None
    area: uuid.UUID | None = None
    treatment: Concept = NO_CONCEPT
    lead: uuid.UUID | None = None
    state: str = ""
    opened_at: SomeTime = UNWRITTEN
    closed_at: SomeTime = UNWRITTEN
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Part):
    """When a course is done.

    Attributes:
        course: Whose goal it is; None where the sender named no course.
        words: In plain words.
        contrast: The contrast that was agreed, ΔE00; Unknown where none was: then it is to be no longer visible.
        state: ``active``, ``completed``, ``cancelled`` …
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    words: str = ""
    contrast: SomeMeasured = UNWRITTEN
    state: str = ""
    since: SomeDay = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Part):
    """What is planned for a course, as far as something was written down.

    Attributes:
        course: Whose plan it is.
        protocol: The id of the protocol that it follows.
        area, lesion, goal: Where, what is treated there, and when it is done.
        lead: The practitioner in charge; None while nobody is.
        state: As of the course: ``open``, ``closed``, ``abandoned``, or another system's word.
        began_at, ended_at: From when to when.
        changed_at: When anything of it changed last; unknown where nobody says so.
        assessments: Those that were signed for it.
        appointments: Those that were made for it, cancelled ones included.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    protocol: str = ""
    title: str = ""
    area: uuid.UUID | None = None
    lesion: uuid.UUID | None = None
    goal: uuid.UUID | None = None
    lead: uuid.UUID | None = None
    state: str = ""
    began_at: SomeTime = UNWRITTEN
    ended_at: SomeTime = UNWRITTEN
    changed_at: dt.datetime | Unknown = UNWRITTEN
    assessments: tuple[uuid.UUID, ...] = ()
    appointments: tuple[uuid.UUID, ...] = ()
