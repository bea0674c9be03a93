"""Photographs, consent and a child process for the gallery's tests."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from dermograph.clinic.gallery.models import Outline, Photograph
from dermograph.clinic.gallery.services import add_photograph, draw_outline
from dermograph.clinic.gallery.tasks import child
from dermograph.clinic.intake.models import Consent, ConsentText
from dermograph.clinic.people.models import Course, Membership
from dermograph.photo.phantom.files import jpeg
from dermograph.photo.phantom.pairs import Pair, pair

Added = Callable[..., Photograph]
DAY = dt.date(2026, 3, 2)


@cache
def small_pair(seed: int = 10_301) -> Pair:
    """A lesion that lost half of its contrast, 1,200 × 900 px."""
    return pair(
        seed,
        "mild",
        conditions="protocol",
        lesion="hyperpigmentation",
        width=1200,
        height=900,
        px_per_mm=6.0,
        faded=0.5,
    )


@cache
def files_of_pair(seed: int = 10_301) -> tuple[bytes, bytes]:
    """The baseline and the follow-up as files."""
    made = small_pair(seed)
    return jpeg(made.before), jpeg(made.after)


def shape_of_pair(seed: int = 10_301) -> dict[str, Any]:
    """The lesion on the baseline, as an outline is stored."""
    shape: dict[str, Any] = json.loads(json.dumps(small_pair(seed).before.truth.lesion.to_json()))
    return shape


@cache
def picture(seed: int = 0, kind: str = ".jpg", size: tuple[int, int] = (300, 200)) -> bytes:
    """A picture of noise that is no skin: enough to be stored."""
    rng = np.random.default_rng(seed)
    small = rng.integers(60, 220, (12, 16, 3)).astype(np.uint8)
    whole = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(kind, whole)[1].tobytes()


def with_exif(data: bytes, taken: str, orientation: int = 1) -> bytes:
    """A JPEG as a camera writes it, with a time and an orientation."""
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(data))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Synthetic"
    exif.get_ifd(0x8769)[0x9003] = taken
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


@pytest.fixture
def consent(course: Course, practitioner: Membership) -> Consent:
    """The patient agreed that photographs are kept."""
    text = ConsentText.objects.create(
        clinic=course.clinic,
        language="en",
        version="1",
        title="Photographs",
        body="…",
        sha256="0" * 64,
        purposes=[{"id": "record", "label": "Record", "needed": False}],
        valid_from=dt.date(2026, 1, 1),
    )
    return Consent.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        text=text,
        text_sha256=text.sha256,
        purposes=["record"],
        signed_name="Lucía Ferrer",
        strokes=[[[0, 0], [1, 1]]],
        signed_at=dt.datetime(2026, 1, 2, 10, tzinfo=dt.UTC),
        witness=practitioner.user,
    )


@pytest.fixture
def added(course: Course, practitioner: Membership, consent: Consent) -> Added:
    """Adds a photograph as the practitioner does."""

    def add(data: bytes | None = None, on: dt.date | None = DAY, **given: Any) -> Photograph:  # noqa: ANN401 (fields as a test gives them)
        given = {"name": "skin.jpg", "entry": uuid.uuid4(), "course": course, **given}
        return add_photograph(data=picture() if data is None else data, who=practitioner.user, taken_on=on, **given)

    return add


def judged(photograph: Photograph, *, usable: bool = True) -> Photograph:
    """The same as if the runner had judged it."""
    Photograph.objects.filter(pk=photograph.pk).update(
        stage="done", usable=usable, findings={"card": {"found": False}, "colour": {"calibrated": False}, "quality": []}
    )
    photograph.refresh_from_db()
    return photograph


def outlined(photograph: Photograph, who: Membership, shape: dict[str, Any] | None = None) -> Outline:
    """The lesion on a photograph."""
    square = {"lesion": [[40, 40], [120, 40], [120, 120], [40, 120]]}
    return draw_outline(photograph=photograph, shape=shape or square, who=who.user, entry=uuid.uuid4())


@pytest.fixture
def measuring() -> Iterator[None]:
    """The process that measures, ended when the test is over."""
    yield
    child.stop()
