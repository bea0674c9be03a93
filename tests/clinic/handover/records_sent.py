"""A record of one clinic as it is sent to another, where the same patient has an open course as well."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Shelf
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.exchange.fhir.bundle import record_bundle
from dermograph.exchange.fhir.elements import Element
from tests.clinic.conftest import member

SOURCE = "https://first.example/fhir"


def say(course: Course, who: Membership, **facts: Any) -> None:  # noqa: ANN401 (answers)
    """Write answers down as the pages do."""
    for fact, value in facts.items():
        answer_fact(course=course, who=who.user, fact=fact, value=value)


def exported(course: Course, *, renamed: bool = True) -> Element:
    """The whole record; with other ids where it comes from another system, which says of no area which one it is."""
    record = Shelf(course.clinic).everything(course.patient_id)
    text = json.dumps(record_bundle(record, base=SOURCE))
    if renamed:
        text = re.sub(
            r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            lambda found: str(uuid.uuid5(uuid.NAMESPACE_URL, found[0])),
            text,
        )
    told: Element = json.loads(text)
    for entry in told["entry"] if renamed else ():
        if entry["resource"]["resourceType"] == "QuestionnaireResponse":
            entry["resource"].pop("basedOn", None)
    return told


def only(bundle: Element, *kinds: str) -> Element:
    """The entries of some types."""
    return {**bundle, "entry": [one for one in bundle["entry"] if one["resource"]["resourceType"] in kinds]}


def take(clinic: Clinic, who: Membership, bundle: Element, source: str = SOURCE) -> Any:  # noqa: ANN401 (what became of it)
    return take_over(clinic, who, json.dumps(bundle).encode(), source=source)


def words(found: Any) -> str:  # noqa: ANN401 (what became of a Bundle)
    return " ".join(issue.words.en for one in found.results for issue in one.issues)


def second_clinic(course: Course) -> Membership:
    """Who leads another clinic, where the course's patient has an open course as well."""
    clinic = Clinic.objects.create(name="Second", slug="second", time_zone="Europe/Madrid")
    who = member(clinic, "medical_lead", "Second Lead")
    take(clinic, who, only(exported(course), "Patient", "Organization"))
    there = Patient.objects.get(clinic=clinic)
    area = Area.objects.create(patient=there, name="abdomen", view="front", x=0.5, y=0.5)
    Course.objects.create(clinic=clinic, patient=there, area=area, treatment="paramedical")
    return who
