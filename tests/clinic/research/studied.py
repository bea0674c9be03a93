"""A few patients with courses, measures and consents, for the tests of exports."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import uuid
import zipfile
from typing import Any

from django.utils import timezone

from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, User
from dermograph.clinic.research.exporting import Wish, let_leave
from dermograph.clinic.research.models import Export
from dermograph.clinic.research.zip_file import zip_pieces
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.treatment.models import Session
from dermograph.photo.measure import kinds
from tests.clinic.overview import rows
from tests.clinic.rights.held import PURPOSES, wording

FIRST = dt.date(2026, 3, 2)
WISH = Wish(project="Scars", purpose="A cohort", recipient="Institute")


def person(clinic: Clinic, number: int, **more: Any) -> Patient:  # noqa: ANN401 (fields as a test gives them)
    """A patient who is not made up, as far as the record goes; everything about them says who they are."""
    fields: dict[str, Any] = {
        "given_names": f"Zenobia{number}",
        "family_names": f"Quintanilla{number} =Ñandú",
        "birth_date": dt.date(1988, 4, 9),
        "phone": f"+34 600 77{number:04d}",
        "email": f"zenobia{number}@quintanilla.example",
    }
    return Patient.objects.create(clinic=clinic, number=90_000 + number, **(fields | more))


def treated(
    patient: Patient, lead: Membership, treatment: str = "paramedical", name: str = "under the navel"
) -> Course:
    """An open course of somebody."""
    area = Area.objects.create(patient=patient, name=name, view="front", side="left")
    return Course.objects.create(clinic=patient.clinic, patient=patient, area=area, treatment=treatment, lead=lead)


def agrees(
    patient: Patient, *purposes: str, course: Course | None = None, supersedes: Consent | None = None
) -> Consent:
    """A signed consent; what is not named is refused."""
    text = wording(patient.clinic)
    return Consent.objects.create(
        clinic=patient.clinic,
        patient=patient,
        course=course,
        text=text,
        text_sha256=text.sha256,
        purposes=list(purposes),
        refused=[one for one in PURPOSES if one not in purposes],
        signed_name=str(patient),
        strokes={"typed": str(patient)},
        signed_at=timezone.now(),
        supersedes=supersedes,
    )


def followed_up(course: Course) -> None:
    """A baseline, a session with two zones, a follow-up, a review and a sign, with words that say who it is."""
    rows.photographed(course, FIRST)
    session = rows.held(course, FIRST + dt.timedelta(days=7))
    zone = {"name": str(course.patient), "needle_setting_mm": 1.5, "speed_hz": None, "needles": 9, "cm2": 12.0}
    Session.objects.filter(pk=session.pk).update(
        zones=[zone, {**zone, "needle_setting_mm": 0.5}],
        device=f"pen of {course.patient}",
        notes=str(course.patient),
        reaction=course.patient.phone,
        anaesthesia="cream",
        actives=[{"name": str(course.patient), "lot": course.patient.email}],
    )
    compared = rows.compared(course, FIRST + dt.timedelta(days=60), -2.5)
    reason = {"code": "no_card", "says": {"en": f"{course.patient}.jpg: no card.", "es": "-"}}
    result: Any = compared.result
    result["measures"][0] |= {"unit": "delta_e00", "caveat": kinds.MELANIN.caveat.to_json()}
    result["measures"].append(
        {"name": "area", "unit": "cm2", "change": {"verdict": "not_comparable"}, "reason": reason}
    )
    quality = [
        {"check": "glare", "passed": False},
        {"check": "focus", "passed": None},
        {"check": "x y", "passed": None},
    ]
    result["before"] = {"file": f"{course.patient}.jpg", "colour": {"calibrated": True}, "scale_mm_per_px": 0.05}
    result["after"] = {
        "colour": {"calibrated": False, "reason": reason},
        "card": {"reason": reason},
        "quality": quality,
    }
    result["registration"] = {"method": "features+flow", "coverage": 0.97}
    type(compared).objects.filter(pk=compared.pk).update(result=result, method="4")
    rows.reported(course, "pain", FIRST + dt.timedelta(days=9), words=f"{course.patient} {course.patient.phone}")
    rows.reviewed(course, FIRST + dt.timedelta(days=61), "another_session")


def counted(course: Course) -> None:
    """A session, and after it two readings of a scalp and what became of the dots between them."""
    rows.held(course, FIRST - dt.timedelta(days=60))
    result = {
        "dots": {"count": {"value": 1200, "u": 30.5}, "usable_cm2": 20.0, "diameter_mm": 0.4, "absorbance": 0.3},
        "per_cm2": {"value": 60.0, "u": 1.5},
        "evenness": {name: {"value": 1.1, "u": 0.1} for name in ("nearest_mm", "clark_evans", "cv")},
    }
    found = []
    for days, said in ((0, result), (200, {"refusal": {"code": "no_scale", "says": {"en": "No card.", "es": "-"}}})):
        photograph = rows.photographed(course, FIRST + dt.timedelta(days=days))
        found.append(
            ScalpReading.objects.create(
                clinic=course.clinic, course=course, photograph=photograph, stage="done", result=said, method="3"
            )
        )
    dots = {
        "faded": 4,
        **{name: {"value": 0.5, "u": 0.1} for name in ("lost", "new", "survived")},
        "pigment_left": None,
    }
    ScalpChange.objects.create(
        clinic=course.clinic, course=course, before=found[0], after=found[1], stage="done", result={"dots": dots}
    )


def exported(clinic: Clinic, wish: Wish = WISH, who: User | None = None) -> tuple[Export, zipfile.ZipFile]:
    """An export, read as the recipient does."""
    made, files = let_leave(clinic=clinic, who=who, wish=wish, entry=uuid.uuid4())
    return made, zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(files))))


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """The rows of a table in CSV."""
    return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode(), newline="")))


def dictionary(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The data dictionary."""
    found: dict[str, Any] = json.loads(archive.read("dictionary.json"))
    return found


def everything(archive: zipfile.ZipFile) -> bytes:
    """Every exported byte."""
    return b"\n".join(archive.read(name) for name in archive.namelist()) + "\n".join(archive.namelist()).encode()
