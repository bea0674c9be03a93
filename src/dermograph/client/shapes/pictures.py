"""What the API answers and takes, as frozen values.

Written by ``tools/client_shapes.py`` from the API's own OpenAPI document; never edited by hand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from dermograph.client.shapes.figures import Change, Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOut:
    """How far something is that is computed in the background.

    Attributes:
        stage: waiting, running, done or failed.
        progress: The share that is done, 0 to 1.
        failure: Why it failed; empty if it did not.
    """

    stage: str
    step: str
    progress: float
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonOut:
    """Why something was not measured."""

    code: str
    says: str
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOut:
    """One measure in two photographs.

    Attributes:
        reason: Why there is no change; null if there is one.
    """

    name: str
    before: Figure
    after: Figure
    change: Change
    caveat: str
    reason: ReasonOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOut:
    """What changed between a baseline and a follow-up, or why that cannot be known.

    Attributes:
        verdict: improved, no_detectable_change, worsened, not_comparable …; empty until done.
    """

    id: uuid.UUID
    course: uuid.UUID
    before: uuid.UUID
    after: uuid.UUID
    outline: uuid.UUID
    work: WorkOut
    verdict: str
    reason: ReasonOut | None
    measures: list[MeasureOut]
    method: str
    stands: bool
    written_at: dt.datetime
    done_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonWhole:
    """A comparison with everything that was computed, unrounded.

    Attributes:
        verdict: improved, no_detectable_change, worsened, not_comparable …; empty until done.
        result: As compare --json writes it; null until done.
    """

    id: uuid.UUID
    course: uuid.UUID
    before: uuid.UUID
    after: uuid.UUID
    outline: uuid.UUID
    work: WorkOut
    verdict: str
    reason: ReasonOut | None
    measures: list[MeasureOut]
    method: str
    stands: bool
    written_at: dt.datetime
    done_at: dt.datetime | None
    landmarks: dict[str, Any]
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineOut:
    """A lesion as somebody drew it."""

    id: uuid.UUID
    photograph: uuid.UUID
    shape: dict[str, Any]
    written_by: str | None
    written_at: dt.datetime
    supersedes: uuid.UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographOut:
    """A photograph of the area of a course. The file itself has addresses of its own.

    Attributes:
        session: Null: a follow-up.
        camera_day: The day by the camera's clock; null where the file has none.
        sha256: Of the original file.
        width: Pixels.
        height: Pixels.
        usable: Whether it can be measured; null until that is known.
        scale: Millimetres a pixel, by the card; null without one.
        colour_calibrated: Null until that is known.
        findings: What the quality gate and the card's reading found; empty until judged.
    """

    id: uuid.UUID
    course: uuid.UUID
    session: uuid.UUID | None
    taken_on: dt.date
    camera_day: dt.date | None
    note: str
    name: str
    kind: str
    sha256: str
    bytes: int
    width: int
    height: int
    work: WorkOut
    usable: bool | None
    scale: Figure
    colour_calibrated: bool | None
    findings: dict[str, Any]
    withdrawn: bool
    stands: bool
    supersedes: uuid.UUID | None
    written_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PointInTime:
    """A measure at one visit.

    Attributes:
        comparison: Null for the baseline.
        change: From the baseline; null for the baseline itself, or if unknown.
    """

    on: dt.date
    comparison: uuid.UUID | None
    figure: Figure
    change: Change | None
    reason: ReasonOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesOut:
    """A measure over time, the baseline first."""

    name: str
    label: str
    unit: str
    caveat: str
    points: list[PointInTime]
