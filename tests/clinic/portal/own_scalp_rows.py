"""Rows of a scalp, as the tests of a patient's own pages need them."""

from __future__ import annotations

from typing import Any

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.clinic.scalp.models import DesignChoice, ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.vault.store import put
from tests.clinic.treatment.held import consented, photographed

SCENES = ("session_1_fresh", "session_1_settled", "after_3_years")
CAVEAT = {"en": "A cut hair looks the same.", "es": "Un pelo cortado se ve igual."}
REFUSAL = {"code": "wet", "says": {"en": "The scalp is wet.", "es": "Está mojado."}, "todo": {"en": "", "es": ""}}


def scalp_course(patient: Patient, lead: Membership) -> Course:
    """A course of a scalp, with the consent to photographs in the record."""
    area = Area.objects.create(patient=patient, name="crown", view="back", x=0.5, y=0.1)
    course = Course.objects.create(clinic=patient.clinic, patient=patient, area=area, treatment="scalp", lead=lead)
    consented(course, ("treatment", "record"))
    return course


def designed(course: Course, **more: Any) -> ScalpDesign:  # noqa: ANN401 (fields)
    """A design that is done, with its pictures in the vault."""
    names = ["before", *(f"{scene}_{language}" for scene in SCENES for language in ("en", "es")), "dots", "sheet_en"]
    scenes = [
        {
            "name": name,
            "title": {"en": f"Simulation, {name}", "es": f"Simulación, {name}"},
            "moment": "fresh" if name.endswith("fresh") else "settled",
            "left": 0.6 if name.startswith("after") else 1.0,
        }
        for name in SCENES
    ]
    photograph = photographed(course, -30, findings={"scale_mm_per_px": 0.05})
    values: dict[str, Any] = {
        "shapes": {"area": {"lesion": [[1, 1], [5, 1], [5, 5]]}},
        "stage": "done",
        "result": {"dots": 900, "scenes": scenes, "shown": {"width": 5, "height": 5}},
        "pictures": {name: put(course.patient, name.encode(), "jpg") for name in names},
    }
    return ScalpDesign.objects.create(clinic=course.clinic, course=course, photograph=photograph, **{**values, **more})


def chosen(design: ScalpDesign | None, course: Course, **more: Any) -> DesignChoice:  # noqa: ANN401 (fields)
    """The choice that stands: of a design, and shown to the patient unless said otherwise."""
    former = DesignChoice.objects.standing().filter(course=course).first()
    values = {"shown_to_patient": True, **more}
    return DesignChoice.objects.create(clinic=course.clinic, course=course, design=design, supersedes=former, **values)


def read(course: Course, days: int, per_cm2: float = 87.0, u: float = 4.0, **more: Any) -> ScalpReading:  # noqa: ANN401 (fields)
    """A reading of a photograph of so many days from today."""
    photograph: Photograph = photographed(course, days)
    result = {"per_cm2": {"value": per_cm2, "u": u}, "dots": {"caveat": CAVEAT}}
    values = {"stage": "done", "result": result, **more}
    return ScalpReading.objects.create(clinic=course.clinic, course=course, photograph=photograph, **values)


def changed(before: ScalpReading, after: ScalpReading, **more: Any) -> ScalpChange:  # noqa: ANN401 (fields)
    """What became of the dots between two readings: 92 ± 1.5 % survived, with 80 ± 3 % of their pigment."""
    dots = {"survived": {"value": 0.92, "u": 0.015}, "pigment_left": {"value": 0.8, "u": 0.03}}
    values: dict[str, Any] = {"stage": "done", "result": {"dots": dots, "refusal": None}, **more}
    return ScalpChange.objects.create(clinic=before.clinic, course=before.course, before=before, after=after, **values)
