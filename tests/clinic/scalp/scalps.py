"""A course of a scalp with photographs, sessions and readings, as the tests of scalps need them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest
from django.utils import timezone

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.rules import FromHome
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.scalp.services import METHOD, ask_for_design, ask_for_reading, change_what_is_not
from dermograph.photo.phantom.scalp import KINDS, Dots, drawn_dots, scalp
from tests.clinic.gallery.photos import Added, judged, picture
from tests.clinic.overview.rows import held

#: The day of the first session; long ago, so that a year later is not in the future.
SESSION = dt.date(2024, 3, 4)
SETTLED, ONE_YEAR = SESSION + dt.timedelta(days=31), SESSION + dt.timedelta(days=395)
COUNTED: dict[str, Any] = {"dots": {"count": {"value": 900, "u": 40.0}}, "per_cm2": {"value": 90.0, "u": 6.0}}
REFUSED: dict[str, Any] = {
    "refusal": {
        "code": "wet",
        "says": {"en": "It is wet.", "es": "Está mojado."},
        "todo": {"en": "Dry.", "es": "Seque."},
    }
}
DESIGNED: dict[str, Any] = {"dots": 300, "sessions": [{"dots": 100, "minutes": 2.0, "needles": 1}] * 3, "scenes": []}
SQUARE: dict[str, Any] = {"lesion": [[40, 40], [200, 40], [200, 160], [40, 160]]}
PX, WIDTH, HEIGHT, MARGIN, SEED = 14.0, 1680, 1260, 280, 12_601


@pytest.fixture
def course(patient: Patient, practitioner: Membership) -> Course:
    """A course of a scalp; in the place of the usual one."""
    area = Area.objects.create(patient=patient, name="crown", view="scalp")
    return Course.objects.create(
        clinic=patient.clinic, patient=patient, area=area, treatment="scalp", lead=practitioner
    )


Photographed = Callable[..., Photograph]


@pytest.fixture
def photographed(added: Added, course: Course) -> Photographed:
    """Adds a photograph that is usable: ``photographed(days)`` after the first session."""
    number = iter(range(1, 100))

    def add(days: int, *, at_home: bool = False, usable: bool = True) -> Photograph:
        on = SESSION + dt.timedelta(days=days)
        given: dict[str, Any] = {}
        if at_home:
            given["home"] = FromHome(account=course.lead.user, where="at home", not_before=SESSION)  # type: ignore[union-attr] # (it has one)
        return judged(added(picture(next(number)), on, **given), usable=usable)

    return add


@pytest.fixture
def session(course: Course) -> None:
    """The first session was held."""
    held(course, SESSION)


def counted(photograph: Photograph, result: dict[str, Any] | None = None) -> ScalpReading:
    """The reading of a photograph as if it had been counted, with what follows from that."""
    reading = ask_for_reading(photograph=photograph, who=None)
    values = {"result": result or COUNTED, "method": METHOD, "done_at": timezone.now()}
    ScalpReading.objects.filter(pk=reading.pk).update(stage="done", **values)
    change_what_is_not(photograph.course, who=None)
    reading.refresh_from_db()
    return reading


def matched(change: ScalpChange, left: float, survived: float = 1.0, u: float = 0.03) -> ScalpChange:
    """A change as if its dots had been matched, with what follows from that."""
    dots = {"survived": {"value": survived, "u": 0.01}, "pigment_left": {"value": left, "u": u}}
    values = {"result": {"dots": dots, "refusal": None}, "method": METHOD, "done_at": timezone.now()}
    ScalpChange.objects.filter(pk=change.pk).update(stage="done", **values)
    change_what_is_not(change.course, who=None)
    change.refresh_from_db()
    return change


def designed(photograph: Photograph, who: Membership, result: dict[str, Any] | None = None) -> ScalpDesign:
    """A design as if its dots had been placed."""
    row = ask_for_design(photograph=photograph, shapes={"area": SQUARE}, wish={}, who=who.user, entry=uuid.uuid4())
    values = {"result": result or DESIGNED, "method": METHOD, "done_at": timezone.now()}
    ScalpDesign.objects.filter(pk=row.pk).update(stage="done", **values)
    row.refresh_from_db()
    return row


@cache
def dots() -> Dots:
    """The dots of the synthetic scalp."""
    return drawn_dots(SEED, (WIDTH + 2 * MARGIN) / PX, (HEIGHT + 2 * MARGIN) / PX, KINDS["easy"])


@cache
def file_of(visit: int, left: float = 1.0, survived: float = 1.0) -> bytes:
    """A synthetic scalp with the card, 1,680 × 1,260 px, as a camera writes it, with what is left at a visit."""
    every = dots()
    stays = np.random.default_rng(SEED).random(len(every.xy_mm)) < survived
    made = scalp(
        SEED,
        dots=Dots(every.xy_mm[stays], every.diameter_mm[stays], every.absorbance[stays] * left),
        visit=visit,
        severity="baseline" if visit == 1 else "mild",
        card="small",
        width=WIDTH,
        height=HEIGHT,
        px_per_mm=PX,
        margin_px=MARGIN,
        phototype=3,
    )
    return _jpeg(cv2.cvtColor(made.photograph.rgb, cv2.COLOR_RGB2BGR))


def without_card(data: bytes) -> bytes:
    """The upper right part of a photograph, in which there is no card."""
    whole = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert whole is not None
    return _jpeg(whole[: HEIGHT // 2, WIDTH // 2 :])


def _jpeg(bgr: Any) -> bytes:  # noqa: ANN401 (an array)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 96])[1].tobytes()
