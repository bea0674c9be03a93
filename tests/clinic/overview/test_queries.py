"""No page of the staff takes more than twelve queries, on a course with something of everything."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Assessment, ConsentText, Override, Withdrawal
from dermograph.clinic.intake.services import add_happening, install_texts, sign_assessment
from dermograph.clinic.ledger.models import Lot, LotUse, Payment
from dermograph.clinic.people.models import Area, Course, Membership
from dermograph.clinic.permissions import PERMISSIONS, may
from dermograph.clinic.treatment.models import Session
from tests.clinic.conftest import signed_in
from tests.clinic.overview import rows
from tests.clinic.treatment import held

MOST = 12
# Downloads: they read as much as a page, and write down that they were handed out.
FILES = frozenset({"outcomes_csv", "lot_recall_csv", "comparison_report", "photograph_original", "photograph_image"})


@pytest.fixture
def full(course: Course, lead: Membership) -> Course:
    """A course with corrected sessions, an override of its assessment, and a patient with another course."""
    held.ready(course, lead)
    install_texts(course.clinic)
    add_happening(course=course, who=lead.user, what="travel", first=rows.day(-3), everywhere=True)
    first = rows.photographed(course, rows.day(-95))
    for ago, by, decision in ((-90, lead, "another_session"), (-60, lead, "wait"), (-30, lead, "another_session")):
        _session(course, ago, by)
        _compared(course, rows.day(ago + 20))
        rows.reviewed(course, rows.day(ago + 20), decision, again=rows.day(ago + 25))
        rows.reported(course, "erythema", rows.day(ago + 1))
    corrected = Session.objects.filter(course=course).first()
    assert corrected is not None
    again = _session(course, -90, lead, supersedes=corrected, correction_reason="The device was another one.")
    Photograph.objects.filter(pk=first.pk).update(session=again)
    rows.booked(course, lead, timezone.now() + dt.timedelta(days=40))
    rows.booked(course, lead, timezone.now() + dt.timedelta(days=90), purpose="review")
    text = ConsentText.objects.filter(treatment=course.treatment).first()
    assert text is not None
    taken_back = held.consented(course)
    Withdrawal.objects.create(clinic=course.clinic, consent=taken_back, purpose="treatment", written_by=lead.user)
    _other_course(course)
    _overridden(course, lead)
    return course


def _session(course: Course, ago: int, by: Membership, **more: object) -> Session:
    """A session with lots and a payment."""
    new = held.held(course, ago, by)
    if more:
        Session.objects.filter(pk=new.pk).update(**more)
    for kind in ("needle", "anaesthetic"):
        LotUse.objects.create(session=new, lot=held.lot(course.clinic, kind))
    Payment.objects.create(
        clinic=course.clinic, session=new, cents=6000, method="card", paid_at=new.ended_at, written_by=by.user
    )
    return new


def _compared(course: Course, on: dt.date) -> None:
    """A comparison with all that its page shows."""
    made = rows.compared(course, on, -1.5)
    side = {
        "card": {"found": False},
        "colour": {"calibrated": False, "reason": {"says": {"en": "No card.", "es": "Sin tarjeta."}, "todo": {}}},
        "quality": [],
    }
    words = {"label": {"en": "Contrast", "es": "Contraste"}, "caveat": {"en": "", "es": ""}, "unit": "delta_e00"}
    assert made.result is not None
    measures = [{**one, **words, "reason": None} for one in made.result["measures"]]
    result = {**made.result, "before": side, "after": side, "measures": measures}
    Comparison.objects.filter(pk=made.pk).update(result=result)


def _other_course(course: Course) -> None:
    area = Area.objects.create(patient=course.patient, name="thigh", view="front")
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=area, treatment=course.treatment, lead=course.lead
    )
    rows.held(other, rows.day(-40))


def _overridden(course: Course, lead: Membership) -> None:
    """An assessment that a later one does not supersede, and two decisions about each."""
    sign_assessment(course=course, who=lead.user)
    for assessment in Assessment.objects.filter(course=course):
        first = Override.objects.create(
            clinic=course.clinic, assessment=assessment, verdict="deferred", reason="Seen again.", written_by=lead.user
        )
        Override.objects.create(
            clinic=course.clinic,
            assessment=assessment,
            verdict="conditional",
            reason="Asked and heard.",
            written_by=lead.user,
            supersedes=first,
        )


def _records(course: Course) -> Mapping[str, uuid.UUID]:
    """One record of each kind that an address may name."""
    found: dict[str, uuid.UUID] = {"clinic": course.clinic_id, "patient": course.patient_id, "area": course.area_id}
    found |= {"course": course.pk, "lot": Lot.objects.filter(clinic=course.clinic)[0].pk}
    kinds = ("assessments", "consents", "appointments", "photographs", "comparisons", "sessions", "symptoms", "reviews")
    found |= {name.removesuffix("s"): getattr(course, name).last().pk for name in kinds}
    return {**found, "happening": course.patient.happenings.get().pk}


def _addresses(course: Course, role: str) -> dict[str, str]:
    """Every page that a role may open, by its name, with the records of the course."""
    records = _records(course)
    found = {}
    for name in PERMISSIONS:
        if not may(role, name) or name in FILES:
            continue
        for given in ({}, *({kind: pk} for kind, pk in records.items())):
            try:
                found[name] = reverse(name, kwargs=given)
            except NoReverseMatch:
                continue
    return found


def _costs(client: Client, addresses: Mapping[str, str]) -> dict[str, int]:
    """How many queries each page takes that answers with 200, not for the first time."""
    costs = {}
    for name, address in addresses.items():
        if client.get(address).status_code == 200:
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            costs[name] = len(queries)
    return costs


PAGES_OF_A_COURSE = {
    "course",
    "assessment",
    "assessment_signed",
    "assessment_override",
    "happening_new",
    "consents",
    "consent_sign",
    "consent_signed",
    "consent_withdraw",
    "booking",
    "appointment",
    "appointment_move",
    "gallery",
    "photograph",
    "photograph_correct",
    "camera",
    "outline",
    "landmarks",
    "comparison",
    "measures",
    "session_new",
    "session",
    "session_correct",
    "payment_new",
    "symptom_new",
    "review",
    "review_signed",
    "timeline",
    "aftercare_sheet",
    "patient",
}


@pytest.mark.django_db
def test_no_page_that_the_medical_lead_opens_takes_more_than_twelve_queries(full: Course, lead: Membership) -> None:
    costs = _costs(signed_in(lead), _addresses(full, lead.role))
    assert PAGES_OF_A_COURSE - costs.keys() == set()
    assert {name: count for name, count in costs.items() if count > MOST} == {}


@pytest.mark.django_db
def test_no_page_that_another_role_opens_takes_more_than_twelve_queries(
    full: Course, front_desk: Membership, admin: Membership
) -> None:
    for person in (front_desk, admin):
        costs = _costs(signed_in(person), _addresses(full, person.role))
        assert {name: count for name, count in costs.items() if count > MOST} == {}, person.role


@pytest.mark.django_db
def test_a_patient_with_many_courses_takes_no_more_queries_than_one_with_few(full: Course, lead: Membership) -> None:
    address = reverse("patient", args=[full.patient_id])
    few = _costs(signed_in(lead), {"patient": address})["patient"]
    for name in ("arm", "knee", "back"):
        area = Area.objects.create(patient=full.patient, name=name, view="front")
        other = Course.objects.create(clinic=full.clinic, patient=full.patient, area=area, treatment=full.treatment)
        held.held(other, -20, lead)
    assert _costs(signed_in(lead), {"patient": address})["patient"] == few
