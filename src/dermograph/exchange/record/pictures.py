"""Photographs without their bytes, what was drawn on them, and what was measured, each with its error."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from dermograph.exchange.record.part import NO_CONCEPT, Concept, Entry, Json, Part, SomeMeasured
from dermograph.exchange.record.partial import SomeDay, SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph(Entry):
    """One photograph of the area of a course, as the camera wrote it. Its bytes are elsewhere.

    Attributes:
        session: At which it was taken; None for a follow-up.
        taken_at: The day on which it was taken; of another system also an instant.
        camera_day: The day by the camera's clock.
        media_type: Such as ``image/jpeg``; empty where not known.
        sha256: Of the original file, hexadecimal.
        from_home: Whether the patient took it.
        usable: Whether it can be measured; unknown until it was judged.
        findings: What the quality gate found, as it was stored.
        state: ``completed``; ``withdrawn`` where a correction says that it does not belong here; or another's word.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    session: uuid.UUID | None = None
    taken_at: SomeTime = UNWRITTEN
    camera_day: SomeDay = UNWRITTEN
    note: str = ""
    name: str = ""
    media_type: str = ""
    sha256: str = ""
    bytes: int | Unknown = UNWRITTEN
    width: int | Unknown = UNWRITTEN
    height: int | Unknown = UNWRITTEN
    from_home: bool = False
    usable: bool | Unknown = UNWRITTEN
    findings: Json = field(default_factory=dict)
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Part):
    """A document about the patient that lies elsewhere: the DICOM form of a photograph, a letter.

    Attributes:
        about: What it is a form of, or belongs to, each a reference such as ``Media/…``.
        url: Where it is fetched; empty where that was not said.
        state: ``current``, ``superseded`` …
    """

    patient: uuid.UUID | None = None
    kind: Concept = NO_CONCEPT
    title: str = ""
    at: dt.datetime | Unknown = UNWRITTEN
    media_type: str = ""
    url: str = ""
    bytes: int | Unknown = UNWRITTEN
    about: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline(Entry):
    """A lesion as somebody drew it on the baseline.

    Attributes:
        shape: In pixels of the original, as it was stored.
    """

    patient: uuid.UUID | None = None
    photograph: uuid.UUID | None = None
    shape: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure in two photographs.

    Attributes:
        name: Such as ``contrast``.
        before, after: In each photograph, or why not.
        change: From the one to the other, or why not.
        low, high: Its 95 % interval; unknown without a change.
        smallest_detectable: What is less than this is no detectable change.
        verdict: Such as ``improved`` or ``no_detectable_change``.
        caveat: Why there is no change, in words; empty if there is one.
    """

    name: str
    before: SomeMeasured = UNWRITTEN
    after: SomeMeasured = UNWRITTEN
    change: SomeMeasured = UNWRITTEN
    low: float | Unknown = UNWRITTEN
    high: float | Unknown = UNWRITTEN
    smallest_detectable: float | Unknown = UNWRITTEN
    verdict: str = ""
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Entry):
    """What changed between a baseline and a follow-up, or why that cannot be known.

    Attributes:
        before, after: The photographs.
        outline: The lesion as it was drawn on the baseline.
        verdict: Empty until it was measured.
        reason: Why nothing could be compared, in words; empty if something could.
        method: The version of the method that measured.
        measured_at: When; unknown until then.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    before: uuid.UUID | None = None
    after: uuid.UUID | None = None
    outline: uuid.UUID | None = None
    verdict: str = ""
    reason: str = ""
    measures: tuple[Measure, ...] = ()
    method: str = ""
    measured_at: dt.datetime | Unknown = UNWRITTEN


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a reading.

    Attributes:
        low, high: Its 95 % interval; unknown where none was given.
    """

    name: str
    value: SomeMeasured = UNWRITTEN
    low: float | Unknown = UNWRITTEN
    high: float | Unknown = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalpReading(Entry):
    """The dots in one photograph of a scalp, or why they cannot be counted.

    Attributes:
        figures: Such as their number, density and evenness.
        reason: Why nothing was counted, in words; empty if something was.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    photograph: uuid.UUID | None = None
    figures: tuple[Figure, ...] = ()
    reason: str = ""
    method: str = ""
    measured_at: dt.datetime | Unknown = UNWRITTEN
