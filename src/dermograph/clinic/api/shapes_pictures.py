"""Shapes of photographs, outlines, comparisons and measures."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from dermograph.clinic.api.shapes import Change, Figure, Given, Id, Json, Shape

Coordinate = Annotated[float, Field(ge=-1, le=100_000)]
Point = Annotated[list[Coordinate], Field(min_length=2, max_length=2)]
Ring = Annotated[list[Point], Field(min_length=3, max_length=5000)]


class WorkOut(Shape):
    """How far something is that is computed in the background."""

    stage: str = Field(description="waiting, running, done or failed.")
    step: str
    progress: float = Field(description="The share that is done, 0 to 1.")
    failure: str = Field(description="Why it failed; empty if it did not.")


class PhotographOut(Shape):
    """A photograph of the area of a course. The file itself has addresses of its own."""

    id: uuid.UUID
    course: uuid.UUID
    session: uuid.UUID | None = Field(description="Null: a follow-up.")
    taken_on: dt.date
    camera_day: dt.date | None = Field(description="The day by the camera's clock; null where the file has none.")
    note: str
    name: str
    kind: str
    sha256: str = Field(description="Of the original file.")
    bytes: int
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    work: WorkOut
    usable: bool | None = Field(description="Whether it can be measured; null until that is known.")
    scale: Figure = Field(description="Millimetres a pixel, by the card; null without one.")
    colour_calibrated: bool | None = Field(description="Null until that is known.")
    findings: Json = Field(description="What the quality gate and the card's reading found; empty until judged.")
    withdrawn: bool
    stands: bool
    supersedes: uuid.UUID | None
    written_at: dt.datetime


class OutlineShape(Given):
    """A lesion, in pixels of the original: one polygon, or several."""

    lesion: Annotated[list[Point | Ring], Field(min_length=1, max_length=5000)]


class OutlineNew(Given):
    """An outline to keep."""

    shape: OutlineShape
    supersedes: Id | None = Field(None, description="The outline that it was drawn from; 409 if another stands by now.")


class OutlineOut(Shape):
    """A lesion as somebody drew it."""

    id: uuid.UUID
    photograph: uuid.UUID
    shape: Json
    written_by: str | None
    written_at: dt.datetime
    supersedes: uuid.UUID | None


class Pairs(Given):
    """The same points in both photographs, pixels of the originals."""

    before: Annotated[list[Point], Field(min_length=1, max_length=200)]
    after: Annotated[list[Point], Field(min_length=1, max_length=200)]


class ComparisonNew(Given):
    """A comparison to ask for. The same photographs, outline and landmarks are measured once."""

    before: Id = Field(description="The baseline.")
    after: Id
    outline: Id
    landmarks: Pairs | None = None


class ReasonOut(Shape):
    """Why something was not measured."""

    code: str
    says: str
    todo: str


class MeasureOut(Shape):
    """One measure in two photographs."""

    name: str
    before: Figure
    after: Figure
    change: Change
    caveat: str
    reason: ReasonOut | None = Field(description="Why there is no change; null if there is one.")


class ComparisonOut(Shape):
    """What changed between a baseline and a follow-up, or why that cannot be known."""

    id: uuid.UUID
    course: uuid.UUID
    before: uuid.UUID
    after: uuid.UUID
    outline: uuid.UUID
    work: WorkOut
    verdict: str = Field(description="improved, no_detectable_change, worsened, not_comparable …; empty until done.")
    reason: ReasonOut | None
    measures: list[MeasureOut]
    method: str
    stands: bool
    written_at: dt.datetime
    done_at: dt.datetime | None


class ComparisonWhole(ComparisonOut):
    """A comparison with everything that was computed, unrounded."""

    landmarks: Json
    result: Json | None = Field(description="As `compare --json` writes it; null until done.")


class PointInTime(Shape):
    """A measure at one visit."""

    on: dt.date
    comparison: uuid.UUID | None = Field(description="Null for the baseline.")
    figure: Figure
    change: Change | None = Field(description="From the baseline; null for the baseline itself, or if unknown.")
    reason: ReasonOut | None


class SeriesOut(Shape):
    """A measure over time, the baseline first."""

    name: str
    label: str
    unit: str
    caveat: str
    points: list[PointInTime]
