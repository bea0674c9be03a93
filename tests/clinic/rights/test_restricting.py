"""A blocked record: links end, uses are taken back, pages do not open; and it can be lifted."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.models import State
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.selectors import has_consent
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.people.selectors import found_patients
from dermograph.clinic.people.within import Restricted, path_to_patient, within
from dermograph.clinic.rights.models import Restriction
from dermograph.clinic.rights.restricting import lift, restrict
from dermograph.clinic.rights.sharing import make_link
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import booked, day, held, noon, reported, reviewed
from tests.clinic.rights.held import Signed, photograph, signed

__all__ = ["photograph", "signed"]


def test_blocking_ends_links_takes_uses_back_and_shuts_the_pages(
    photograph: Photograph, lead: Membership, signed: Signed
) -> None:
    patient, course = photograph.course.patient, photograph.course
    signed("record", "teaching", "research", of=None)
    _, token = make_link(
        photograph=photograph,
        purpose="record",
        recipient="Dr. Who",
        days=3,
        watermark=False,
        who=lead.user,
        entry=uuid.uuid4(),
    )
    client = signed_in(lead)
    address = reverse("patient_rights", args=[patient.pk])
    form = {"action": "restrict", "reason": "asked for erasure", "entry": str(uuid.uuid4())}
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 302  # a second click
    assert Restriction.objects.count() == 1
    assert Client().get(reverse("shared_photograph", args=[token])).status_code == 404
    patient.refresh_from_db()
    assert not has_consent(patient, course, "teaching")
    assert not has_consent(patient, course, "research")
    assert has_consent(patient, course, "record")  # that of the treatment is a matter of the record itself
    for name, pk in (("patient", patient.pk), ("course", course.pk), ("photograph", photograph.pk)):
        answer = client.get(reverse(name, args=[pk]))
        assert answer.status_code == 400, name
        assert "blocked since" in answer.content.decode()
    assert client.get(reverse("photograph_image", args=[photograph.pk, "preview"])).status_code == 400
    assert found_patients(patient.clinic, "ferrer").patients == ()
    assert found_patients(patient.clinic, "1").patients == ()
    assert "This record is blocked since" in client.get(address).content.decode()
    assert AuditEntry.objects.filter(action="patient.restricted").count() == 1


def test_the_block_is_lifted_and_what_was_taken_back_stays_so(
    photograph: Photograph, lead: Membership, signed: Signed
) -> None:
    patient = photograph.course.patient
    signed("teaching", of=None)
    restrict(patient=patient, who=lead.user, reason="asked", entry=uuid.uuid4())
    assert lift(patient=patient, who=lead.user, reason="came back", entry=uuid.uuid4())
    assert lift(patient=patient, who=lead.user, reason="came back", entry=uuid.uuid4()) is None
    patient.refresh_from_db()
    assert signed_in(lead).get(reverse("patient", args=[patient.pk])).status_code == 200
    assert not has_consent(patient, photograph.course, "teaching")


@pytest.mark.parametrize(
    "change", [{"reason": ""}, {"reason": "\x00"}, {"entry": "x"}, {"action": "erase"}, {"reason": "x" * 4000}], ids=str
)
def test_a_hostile_form_blocks_nothing(photograph: Photograph, lead: Membership, change: dict[str, str]) -> None:
    form = {"action": "restrict", "reason": "asked", "entry": str(uuid.uuid4()), **change}
    address = reverse("patient_rights", args=[photograph.course.patient_id])
    assert signed_in(lead).post(address, form).status_code == 422
    assert Restriction.objects.count() == 0


def test_a_practitioner_reads_the_page_and_does_not_block(photograph: Photograph, practitioner: Membership) -> None:
    address = reverse("patient_rights", args=[photograph.course.patient_id])
    client = signed_in(practitioner)
    assert client.get(address).status_code == 200
    form = {"action": "restrict", "reason": "asked", "entry": str(uuid.uuid4())}
    assert client.post(address, form).status_code == 422
    assert Restriction.objects.count() == 0


def test_the_way_from_a_record_to_its_patient_is_found_by_itself(photograph: Photograph, lead: Membership) -> None:
    assert path_to_patient(Photograph) == ("course", "patient")
    assert path_to_patient(Consent) == ("patient",)
    assert path_to_patient(Membership) is None
    restrict(patient=photograph.course.patient, who=lead.user, reason="asked", entry=uuid.uuid4())
    with pytest.raises(Restricted):
        within(photograph.clinic, Photograph, photograph.pk)
    assert within(photograph.clinic, Photograph, photograph.pk, restricted=True) == photograph
    with pytest.raises(InputError):
        restrict(patient=photograph.course.patient, who=lead.user, reason=" ", entry=uuid.uuid4())


def test_a_blocked_record_stands_in_no_list_and_its_coming_appointments_are_cancelled(
    course: Course, lead: Membership
) -> None:
    past, coming = booked(course, lead, noon(day(-40))), booked(course, lead, noon(day(3)))
    today = booked(course, lead, noon(day(0)) + dt.timedelta(hours=10))
    held(course, day(-40))
    reported(course, "infection", day(0))
    reviewed(course, day(-1), "maintain")
    pages = ["/", "/agenda/", f"/agenda/?day={day(3)}", "/reviews/", "/outcomes/", "/patients/"]
    client = signed_in(lead)
    assert "Ferrer" in client.get("/").content.decode()
    restrict(patient=course.patient, who=lead.user, reason="asked for erasure", entry=uuid.uuid4())
    for page in pages:
        assert "Ferrer" not in client.get(page).content.decode(), page
        assert "Lucía" not in client.get(page).content.decode(), page
    for row, state in ((past, State.BOOKED), (coming, State.CANCELLED), (today, State.CANCELLED)):
        row.refresh_from_db()
        assert row.state == state or row.ends_at < timezone.now(), row.starts_at
    lift(patient=course.patient, who=lead.user, reason="it was a mistake", entry=uuid.uuid4())
    assert "Ferrer" in client.get("/").content.decode()
    coming.refresh_from_db()
    assert coming.state == State.CANCELLED
