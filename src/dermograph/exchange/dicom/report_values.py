"""The measures that go out and come back, and why one is missing. None always means "not known"."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from dermograph.exchange.dicom.values import Area, Code, Lesion, Series


class WhyMissing(enum.Enum):
    """Why there is no number, by the codes of CID 42."""

    FAILED = "114006"
    NOT_ATTEMPTED = "114007"
    UNKNOWN = "114010"
    INDETERMINATE = "114011"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, or the reason why there is none.

    Attributes:
        concept: What is measured.
        unit: UCUM; None where there is no value.
        value: None if it could not be measured; ``why_missing`` then says why, and ``note`` in words.
        u: Standard uncertainty, in the unit; None if not known.
        mdc95: Minimal detectable change; None where the measure is no change, or it is not known.
        method: How it was measured; empty if nobody said.
        note: In English: why there is no value, or what the figure is not.
        images: SOP Instance UIDs of the photographs that it was measured in.

    Raises:
        ValueError: If there is neither a value with its unit nor a reason, or something of both.
    """

    concept: Code
    value: float | None
    unit: Code | None
    u: float | None = None
    mdc95: float | None = None
    method: str = ""
    why_missing: WhyMissing | None = None
    note: str = ""
    images: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = (self.value is not None, self.unit is not None, self.why_missing is None)
        if len(set(known)) > 1 or (self.value is None and not self.u is self.mdc95 is None):
            msg = f"{self.concept.value} needs either a value with its unit or why it is missing"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """The measures of one lesion at one time, or between two (TID 1501)."""

    lesion: Lesion
    area: Area
    measures: tuple[Measure, ...]


def day_alone(moment: dt.datetime) -> dt.datetime:
    """The day of a moment in UTC, at its beginning: for a pseudonym, whose report needs a time by the standard."""
    return moment.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A photograph that a report speaks of, and where an archive keeps it."""

    uid: str
    series_uid: str
    study_uid: str


@dataclass(frozen=True, slots=True)
class Report:
    """The measures of one or more lesions (TID 1500).

    Attributes:
        uid: SOP Instance UID.
        made_at: With its time zone.
        groups: At least one.
        images: Every photograph that a measure names.
        number: Instance Number.
    """

    uid: str
    series: Series
    made_at: dt.datetime
    groups: tuple[MeasureGroup, ...]
    images: tuple[ImageReference, ...]
    number: int = 1
