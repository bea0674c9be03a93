"""Photographs without their bytes, what was drawn on them, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db.models import Q

from dermograph.clinic.gallery import models as gallery
from dermograph.clinic.handover.outgoing.reading import Reading, day, known, measured
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.imaging.models import Sending
from dermograph.clinic.scalp import models as scalp
from dermograph.exchange.fhir.elements import naming
from dermograph.exchange.record import pictures
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.unknown import Unknown

Json = Mapping[str, Any]
#: The outcome of two scalps whose dots were matched: figures say the rest.
MATCHED: Final = "matched"


def _photograph(row: gallery.Photograph, reading: Reading) -> pictures.Photograph:
    return pictures.Photograph(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        session=row.session_id,
        taken_at=day(row.taken_on),
        camera_day=day(row.camera_day),
        note=row.note,
        name=row.name,
        media_type=row.kind,
        sha256=row.sha256,
        bytes=row.bytes,
        width=row.width,
        height=row.height,
        from_home=row.from_home,
        usable=Unknown("not_performed") if row.usable is None else row.usable,
        findings=row.findings,
        state="withdrawn" if row.withdrawn else "completed",
    )


def _sent(row: Sending, _reading: Reading) -> pictures.Document:
    """The DICOM form of a photograph as an archive holds it, named by its SOP instance UID."""
    return pictures.Document(
        id=row.pk,
        patient=row.course.patient_id,
        kind=Concept("photograph-dicom"),
        title=row.archive,
        at=known(row.done_at),
        media_type="application/dicom",
        url=f"urn:oid:{row.sop_uid}",
        about=(f"Media/{row.photograph_id}",),
        state="current",
    )


def _is_there() -> Q:
    return ~Q(sop_uid="")


def _outline(row: gallery.Outline, reading: Reading) -> pictures.Outline:
    return pictures.Outline(
        **reading.entry(row), patient=row.photograph.course.patient_id, photograph=row.photograph_id, shape=row.shape
    )


def _measure(one: Json, reading: Reading) -> pictures.Measure:
    unit, change = one.get("unit") or "", one.get("change") or {}
    low, high = change.get("ci95") or (None, None)
    return pictures.Measure(
        name=one["name"],
        before=measured(one.get("before"), unit),
        after=measured(one.get("after"), unit),
        change=measured(change, unit),
        low=known(low),
        high=known(high),
        smallest_detectable=known(change.get("mdc95")),
        verdict=change.get("verdict") or "",
        caveat=reading.says((one.get("reason") or {}).get("says")),
    )


def _comparison(row: gallery.Comparison, reading: Reading) -> pictures.Comparison:
    result: Json = (row.result or {}) if row.stage == gallery.Stage.DONE else {}
    return pictures.Comparison(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        before=row.before_id,
        after=row.after_id,
        outline=row.outline_id,
        verdict=result.get("verdict") or "",
        reason=reading.says((result.get("reason") or {}).get("says")) or reading.says(row.failure),
        measures=tuple(_measure(one, reading) for one in result.get("measures") or ()),
        method=row.method,
        measured_at=known(row.done_at if result else None),
    )


def _reading(row: scalp.ScalpReading, reading: Reading) -> pictures.ScalpReading:
    result: Json = (row.result or {}) if row.stage == gallery.Stage.DONE else {}
    refusal = result.get("refusal") or {}
    return pictures.ScalpReading(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        photograph=row.photograph_id,
        figures=tuple(_figures(result)) if result and not refusal else (),
        reason=reading.says(refusal.get("says")) or reading.says(row.failure),
        method=row.method,
        measured_at=known(row.done_at if result else None),
    )


def _figures(result: Json) -> Iterator[pictures.Figure]:
    dots, even = result.get("dots") or {}, result.get("evenness") or {}
    density: Json = result.get("density") or {}
    yield pictures.Figure("dots", measured(dots.get("count")))
    yield pictures.Figure("dots_per_cm2", measured(result.get("per_cm2"), "1/cm2"))
    for name, value, unit in (
        ("counted_area", dots.get("usable_cm2"), "cm2"),
        ("dot_diameter", dots.get("diameter_mm"), "mm"),
        ("dot_absorbance", dots.get("absorbance"), ""),
        ("density_unevenness", density.get("unevenness"), ""),
        ("nearest_dot", even.get("nearest_mm"), "mm"),
        ("clark_evans", even.get("clark_evans"), ""),
        ("spacing_variation", even.get("cv"), ""),
        ("coverage", even.get("coverage"), ""),
        ("clustered", even.get("clustered"), ""),
        ("gaps", even.get("gaps"), ""),
        ("tone_against_stubble", result.get("against_hair"), ""),
    ):
        yield pictures.Figure(name, measured(value, unit))


def _change(row: scalp.ScalpChange, reading: Reading) -> pictures.Comparison:
    """What became of the dots, as a comparison of the two photographs without an outline."""
    result: Json = (row.result or {}) if row.stage == gallery.Stage.DONE else {}
    refusal, dots = result.get("refusal") or {}, result.get("dots") or {}
    found = [pictures.Measure(name, change=measured(dots[name])) for name in sorted(dots) if _is_figure(dots[name])]
    if result.get("uniformity"):
        found.append(pictures.Measure("spacing_variation", change=measured(result["uniformity"])))
    return pictures.Comparison(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        before=row.before.photograph_id,
        after=row.after.photograph_id,
        verdict=("not_comparable" if refusal else MATCHED) if result else "",
        reason=reading.says(refusal.get("says")) or reading.says(row.failure),
        measures=tuple(found),
        method=row.method,
        measured_at=known(row.done_at if result else None),
    )


def _is_figure(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("value"), int | float)


_WORKED: Final = ("written_at", "done_at")
PHOTOGRAPHS: Final = Source(
    gallery.Photograph,
    (Made("photographs", _photograph, date="taken_on", identifiers={naming("sha256"): "sha256"}),),
    patient="course__patient_id",
    related=("course",),
    changed=_WORKED,
)
SENDINGS: Final = Source(
    Sending,
    (Made("documents", _sent, only=_is_there, code="=photograph-dicom", date="done_at"),),
    patient="course__patient_id",
    related=("course",),
    changed=_WORKED,
)
OUTLINES: Final = Source(
    gallery.Outline,
    (Made("outlines", _outline, code="=outline", date="written_at", is_final=True),),
    patient="photograph__course__patient_id",
    related=("photograph__course",),
    large=("photograph__findings",),
    changed=("written_at",),
)
COMPARISONS: Final = Source(
    gallery.Comparison,
    (Made("comparisons", _comparison, code="=comparison", date="done_at"),),
    patient="course__patient_id",
    related=("course",),
    changed=_WORKED,
)
READINGS: Final = Source(
    scalp.ScalpReading,
    (Made("scalp_readings", _reading, code="=scalp-reading", date="done_at"),),
    patient="course__patient_id",
    related=("course",),
    changed=_WORKED,
)
CHANGES: Final = Source(
    scalp.ScalpChange,
    (Made("comparisons", _change, code="=comparison", date="done_at"),),
    patient="course__patient_id",
    related=("course", "before", "after"),
    large=("before__result", "after__result"),
    changed=_WORKED,
)
