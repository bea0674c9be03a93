"""Courses that are ready for a session, and sessions that were held, as short as a test needs them."""

from __future__ import annotations

import contextlib
import datetime as dt
import inspect
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.db import connection
from django.utils import timezone

import dermograph.protocols
from dermograph.clinic.facts import stored_value
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.intake.models import Answer, Assessment, Consent, ConsentText
from dermograph.clinic.intake.signing import sign_assessment
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.treatment.models import Review, Session
from dermograph.protocols import load_library

HEALTHY = Path(dermograph.protocols.__file__).parent / "packs" / "healthy.yaml"
LESIONS: dict[str, dict[str, object]] = {
    "microneedling": {"lesion": "wrinkle"},
    "paramedical": {"lesion": "stria", "stage": "white"},
    "scalp": {"lesion": "alopecia", "reversible": False, "graft_candidate": False},
}
LONG_AGO = dt.date(2025, 1, 1)


def answered(course: Course, facts: dict[str, object], on: dt.date = LONG_AGO) -> None:
    """Answers, each once."""
    known = load_library().vocabulary.facts
    for name, value in facts.items():
        if name in known and name != "birth_date":
            Answer.objects.create(
                clinic=course.clinic,
                patient=course.patient,
                fact=name,
                answered_on=on,
                course=None if known[name].scope == "patient" else course,
                value=stored_value(value),  # type: ignore[arg-type]  # JSON is what the service takes
            )


def healthy(treatment: str) -> dict[str, object]:
    """The facts of a patient with nothing to report."""
    read = yaml.safe_load(HEALTHY.read_text(encoding="utf-8"))
    return {**read["patient"], **read["area"], **LESIONS[treatment]}


def consented(
    course: Course,
    purposes: tuple[str, ...] = ("treatment",),
    signed_at: dt.datetime | None = None,
    **more: Any,  # noqa: ANN401 (fields)
) -> Consent:
    """A consent that was signed, a year ago unless said otherwise."""
    text, _ = ConsentText.objects.get_or_create(
        clinic=course.clinic,
        treatment=course.treatment,
        language="en",
        version="1",
        defaults={"title": "Consent", "body": "…", "sha256": "0" * 64, "valid_from": LONG_AGO},
    )
    at = signed_at or timezone.now() - dt.timedelta(days=366)
    return Consent.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        text=text,
        text_sha256=text.sha256,
        purposes=list(purposes),
        signed_name="x",
        strokes=[[[0.1, 0.1], [0.2, 0.2]]],
        signed_at=at,
        **more,
    )


def ready(course: Course, who: Membership) -> Course:
    """Everything that a session needs: answers, a signed assessment that clears, a consent."""
    answered(course, healthy(course.treatment))
    signed = sign_assessment(course=course, who=who.user)
    assert signed.verdict in ("suitable", "conditional"), signed.result["en"]["reasons"]
    Assessment.objects.filter(pk=signed.pk).update(assessed_on=LONG_AGO)
    consented(course)
    return course


def today(clinic: Clinic) -> dt.date:
    """Today there."""
    return timezone.now().astimezone(clinic.zone).date()


def lot(clinic: Clinic, kind: str = "needle", number: str = "", days: int = 200, **more: Any) -> Lot:  # noqa: ANN401 (fields)
    """A lot that expires in so many days."""
    label = "CI 77891, water. May cause allergic reactions." if kind == "pigment" else ""
    return Lot.objects.create(
        clinic=clinic,
        kind=kind,
        number=number or uuid.uuid4().hex[:8],
        expires_on=today(clinic) + dt.timedelta(days=days),
        **{"label": label, "name": f"{kind} A", **more},
    )


def kit(clinic: Clinic, *kinds: str) -> list[Lot]:
    """A lot of each kind; of needle and anaesthetic if none is named."""
    return [lot(clinic, kind) for kind in kinds or ("needle", "anaesthetic")]


def moment(clinic: Clinic, days: int = 0, hour: int = 0, minute: int = 5) -> dt.datetime:
    """An instant of the clinic's day, early by default so that it is past."""
    day = today(clinic) + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour, minute), clinic.zone)


def written(course: Course, who: Membership, lots: list[Lot] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (fields)
    """What ``record_session`` takes, of yesterday unless said otherwise."""
    began = moment(course.clinic, -1, 10)
    values: dict[str, Any] = {
        "course": course,
        "who": who,
        "performed_by": who,
        "started_at": began,
        "ended_at": began + dt.timedelta(minutes=75),
        "device": "Dermograph D3",
        "zones": [
            {
                "name": "left",
                "needle_setting_mm": 1.2,
                "needles": 5,
                "speed_hz": 100.0,
                "passes": 2,
                "seconds": 300,
                "cm2": 50.0,
            }
        ],
        "lots": kit(course.clinic) if lots is None else lots,
        "anaesthesia": "cream",
        "cents": 12000,
    }
    return {**values, **more}


def held(course: Course, days: int, who: Membership | None = None) -> Session:
    """A session so many days from today, as a row."""
    person = who or course.lead
    assert person is not None
    began = moment(course.clinic, days, 10)
    return Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=person,
        started_at=began,
        written_by=person.user,
        ended_at=began + dt.timedelta(minutes=70),
        device="Dermograph D3",
        anaesthesia="cream",
        cents=12000,
        zones=[
            {
                "name": "left",
                "needle_setting_mm": 1.2,
                "needles": 5,
                "speed_hz": 100.0,
                "passes": 2,
                "seconds": 300,
                "cm2": 50.0,
            }
        ],
    )


def reviewed(course: Course, who: Membership, days: int) -> Review:
    """A review that was signed so many days from today, as a row."""
    return Review.objects.create(
        clinic=course.clinic,
        course=course,
        written_by=who.user,
        proposal={},
        proposed="repeat",
        decision="repeat",
        facts={},
        reviewed_on=today(course.clinic) + dt.timedelta(days=days),
        signed_name="x",
        signed_at=moment(course.clinic, days),
        protocol_version="1",
        protocol_hash="0",
    )


def photographed(course: Course, days: int, **more: Any) -> Photograph:  # noqa: ANN401 (fields)
    """A photograph without a file."""
    return Photograph.objects.create(
        clinic=course.clinic,
        course=course,
        taken_on=today(course.clinic) + dt.timedelta(days=days),
        name="a.jpg",
        kind="jpeg",
        sha256=uuid.uuid4().hex,
        bytes=1,
        width=10,
        height=10,
        file="f",
        preview="p",
        thumbnail="t",
        usable=True,
        **more,
    )


def compared(course: Course, before: Photograph, days: int, was: float, now: float, u: float = 0.3) -> Comparison:
    """A comparison that is done."""
    outline = Outline.objects.create(clinic=course.clinic, photograph=before, shape={"lesion": []})
    change, limit = now - was, 1.96 * u * 2**0.5
    verdict = "no_detectable_change" if abs(change) <= limit else "improved" if change < 0 else "worsened"
    measure = {
        "name": "contrast",
        "unit": "delta_e00",
        "label": {"en": "Contrast", "es": "Contraste"},
        "before": {"value": was, "u": u},
        "after": {"value": now, "u": u},
        "change": {"value": change, "u": u * 2**0.5, "mdc95": limit, "verdict": verdict},
    }
    return Comparison.objects.create(
        clinic=course.clinic,
        course=course,
        before=before,
        after=photographed(course, days),
        outline=outline,
        stage="done",
        result={"verdict": verdict, "measures": [measure], "reason": None},
        done_at=timezone.now(),
    )


@contextlib.contextmanager
def own_queries() -> Iterator[list[str]]:
    """The queries of a page itself, without those of the course line, which is another part's."""
    found: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 (Django's)
        frame = inspect.currentframe()
        while frame is not None and "/clinic/overview/" not in frame.f_code.co_filename:
            frame = frame.f_back
        if frame is None:
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield found
