"""Synthetic photographs in a course, judged, for the tests of drawing and of the camera."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from typing import Any

from django.utils import timezone

from dermograph.clinic.gallery.models import Comparison, Outline, Photograph, Stage
from dermograph.clinic.intake.models import Consent, ConsentText
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.vault import store
from dermograph.photo.compare import look
from dermograph.photo.image import read_photograph_bytes
from dermograph.photo.phantom.files import jpeg
from dermograph.photo.phantom.pairs import Pair, pair
from dermograph.photo.preview import PREVIEW_PX, THUMBNAIL_PX, preview

WIDTH, HEIGHT = 1600, 1200
SQUARE = [[400, 300], [800, 300], [800, 700], [400, 700]]
BOWTIE = [[400, 300], [800, 700], [800, 300], [400, 700]]


@functools.cache
def phantoms() -> Pair:
    """A scar with a card beside it, photographed twice."""
    return pair(31, "mild", width=WIDTH, height=HEIGHT, px_per_mm=8.0, phototype=2, delta_e00=14.0)


@functools.cache
def files() -> tuple[bytes, bytes]:
    """Both as JPEG files."""
    found = phantoms()
    return jpeg(found.before), jpeg(found.after)


@functools.cache
def _findings(which: int) -> dict[str, Any]:
    found: dict[str, Any] = look(read_photograph_bytes(files()[which], "synthetic.jpg")).to_json()
    return found


def stored(course: Course, by: Membership, which: int = 0, day: dt.date = dt.date(2026, 9, 1)) -> Photograph:
    """One of the two as a judged photograph of a course."""
    data = files()[which]
    photo = read_photograph_bytes(data, "synthetic.jpg")
    names = [
        store.put(course.patient, kept, suffix)
        for kept, suffix in (
            (data, "original"),
            (preview(photo, PREVIEW_PX), "preview"),
            (preview(photo, THUMBNAIL_PX), "thumbnail"),
        )
    ]
    return Photograph.objects.create(
        clinic=course.clinic,
        course=course,
        taken_on=day,
        name="synthetic.jpg",
        kind="image/jpeg",
        sha256=photo.sha256,
        bytes=len(data),
        width=photo.width,
        height=photo.height,
        file=names[0],
        preview=names[1],
        thumbnail=names[2],
        findings=_findings(which),
        usable=True,
        stage=Stage.DONE,
        written_by=by.user,
    )


def outlined(photograph: Photograph, by: Membership, shape: list[Any] | None = None) -> Outline:
    """An outline on it."""
    return Outline.objects.create(
        clinic=photograph.clinic, photograph=photograph, shape={"lesion": shape or SQUARE}, written_by=by.user
    )


def unregistered(course: Course, by: Membership) -> Comparison:
    """A comparison of both whose photographs could not be laid over each other."""
    before, after = stored(course, by), stored(course, by, 1, dt.date(2026, 10, 15))
    reason = {"code": "too_few_matches", "says": {"en": "Too little is found again.", "es": "Se reconoce poco."}}
    return Comparison.objects.create(
        clinic=course.clinic,
        course=course,
        before=before,
        after=after,
        outline=outlined(before, by),
        stage=Stage.DONE,
        result={
            "registration": {"comparable": False, "residual_px": None, "reason": reason},
            "measures": [],
            "verdict": "not_comparable",
            "reason": reason,
        },
        written_by=by.user,
    )


def agreed(course: Course, by: Membership) -> Consent:
    """The patient's consent to photographs in the treatment record."""
    text = ConsentText.objects.create(
        clinic=course.clinic,
        language="en",
        version="1",
        title="Photographs",
        body="May be kept.",
        sha256="0" * 64,
        purposes=[{"id": RECORD, "label": "record", "needed": False}],
        valid_from=dt.date(2026, 1, 1),
    )
    return Consent.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        text=text,
        text_sha256=text.sha256,
        purposes=[RECORD],
        signed_name=str(course.patient),
        strokes=[[[0.1, 0.1], [0.9, 0.9]]],
        signed_at=timezone.now(),
        written_by=by.user,
    )


def fresh() -> str:
    """An id for a form."""
    return str(uuid.uuid4())
