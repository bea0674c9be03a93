"""Consent bites wherever a photograph leaves: given, refused, taken back, of another course, replaced."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.people.models import Clinic, Course, Membership, Role
from dermograph.clinic.rights.leaving import NotAllowed, allowed, leave
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.rights.restricting import restrict
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
from tests.clinic.conftest import member
from tests.clinic.rights.held import Signed, other_course, photograph, signed, sure

__all__ = ["other_course", "photograph", "signed"]


def asked(who: Membership, row: Photograph, **form: str) -> Any:  # noqa: ANN401 (the answer of Django's client)
    return sure(who).post(reverse("photograph_original", args=[row.pk]), form)


@pytest.mark.parametrize("purpose", ["teaching", "publication", "research"])
def test_without_a_consent_for_the_purpose_nothing_leaves(
    photograph: Photograph, practitioner: Membership, purpose: str
) -> None:
    answer = asked(practitioner, photograph, purpose=purpose, recipient="School")
    assert answer.status_code == 422
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert Disclosure.objects.count() == 0
    assert not AuditEntry.objects.filter(action="photograph.downloaded").exists()


def test_with_the_consent_it_leaves_and_that_is_written_down(
    photograph: Photograph, practitioner: Membership, signed: Signed, course: Course
) -> None:
    consent = signed("teaching", of=None)
    answer = asked(practitioner, photograph, purpose="teaching", recipient="  School of  the North ")
    assert answer.status_code == 200
    left = Disclosure.objects.get()
    assert (left.photograph, left.patient, left.purpose) == (photograph, course.patient, "teaching")
    assert (left.recipient, left.form, left.consent) == ("School of the North", "original", consent)
    assert left.written_by == practitioner.user
    entry = AuditEntry.objects.get(action="photograph.downloaded")
    assert entry.about == photograph.pk
    assert "School" not in str(entry.details)


def test_for_use_beyond_the_treatment_the_file_has_neither_name_nor_metadata(
    photograph: Photograph, practitioner: Membership, signed: Signed
) -> None:
    signed("publication", of=None)
    answer = asked(practitioner, photograph, purpose="publication", recipient="Journal")
    assert "Lucia" not in answer.headers["Content-Disposition"]
    sent = Image.open(io.BytesIO(answer.content))
    assert sent.size == (photograph.width, photograph.height)
    assert not sent.getexif()
    original = Image.open(io.BytesIO(store.get(photograph.course.patient, photograph.file)))
    assert original.getexif()


def test_the_patients_own_copy_needs_no_consent_and_is_the_file_byte_for_byte(
    photograph: Photograph, practitioner: Membership
) -> None:
    for consent in photograph.course.patient.consents.all():
        withdraw(consent=consent, who=practitioner.user)
    answer = asked(practitioner, photograph, purpose="patient")
    assert answer.content == store.get(photograph.course.patient, photograph.file)
    assert Disclosure.objects.get().purpose == "patient"


def test_a_consent_that_was_taken_back_lets_nothing_leave(
    photograph: Photograph, practitioner: Membership, signed: Signed
) -> None:
    consent = signed("teaching", of=None)
    assert allowed(photograph, "teaching")
    withdraw(consent=consent, who=practitioner.user, purpose="teaching")
    decision = allowed(photograph, "teaching")
    assert decision.refusal is not None
    assert "taken back" in decision.refusal.en
    assert asked(practitioner, photograph, purpose="teaching", recipient="School").status_code == 422


def test_everything_taken_back_is_every_purpose_taken_back(
    photograph: Photograph, practitioner: Membership, signed: Signed
) -> None:
    consent = signed("teaching", "research", of=None)
    withdraw(consent=consent, who=practitioner.user)
    assert not allowed(photograph, "teaching")
    assert not allowed(photograph, "research")


def test_the_consent_of_another_course_does_not_count(
    photograph: Photograph, signed: Signed, other_course: Course
) -> None:
    signed("teaching", of=other_course)
    assert not allowed(photograph, "teaching")


def test_a_consent_that_was_replaced_by_one_without_the_purpose_does_not_count(
    photograph: Photograph, signed: Signed
) -> None:
    first = signed("teaching", of=None)
    signed("record", of=None, supersedes=first)
    assert not allowed(photograph, "teaching")


def test_a_consent_of_another_patient_does_not_count(photograph: Photograph, clinic: Clinic, signed: Signed) -> None:
    consent = signed("teaching", of=None)
    stranger = type(photograph.course.patient).objects.create(clinic=clinic, number=7, given_names="Marta")
    type(consent).objects.filter(pk=consent.pk).update(patient=stranger)
    assert not allowed(photograph, "teaching")


def test_a_photograph_that_was_taken_out_or_of_a_blocked_record_does_not_leave(
    photograph: Photograph, lead: Membership, signed: Signed
) -> None:
    signed("teaching", of=None)
    correct_photograph(
        photograph=photograph,
        taken_on=photograph.taken_on,
        reason="not hers",
        who=lead.user,
        entry=uuid.uuid4(),
        withdrawn=True,
    )
    assert not allowed(photograph, "teaching")
    patient = photograph.course.patient
    restrict(patient=patient, who=lead.user, reason="asked", entry=uuid.uuid4())
    patient.refresh_from_db()
    assert not allowed(photograph, "record")
    assert allowed(photograph, "patient")


def test_several_leave_together_or_none(
    photograph: Photograph, signed: Signed, other_course: Course, lead: Membership
) -> None:
    signed("teaching")
    second = Photograph.objects.get(pk=photograph.pk)
    second.course = other_course
    with pytest.raises(NotAllowed):
        leave(photographs=[photograph, second], purpose="teaching", recipient="X", form="set", who=lead.user)
    assert Disclosure.objects.count() == 0


@pytest.mark.parametrize("recipient", ["", "   ", "\x00", "a" * 201, "..."])
def test_it_has_to_be_said_to_whom(photograph: Photograph, signed: Signed, lead: Membership, recipient: str) -> None:
    signed("teaching", of=None)
    with pytest.raises(InputError):
        leave(photographs=[photograph], purpose="teaching", recipient=recipient, form="original", who=lead.user)
    assert Disclosure.objects.count() == 0


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"purpose": ""},
        {"purpose": "advertising", "recipient": "X"},
        {"purpose": "treatment", "recipient": "X"},
        {"purpose": "patient\x00"},
        {"purpose": "patient", "recipient": "Hospital"},
        {"purpose": "record", "recipient": "x" * 100_000},
        {"purpose": "record", "recipient": "\x00\x07"},
    ],
    ids=str,
)
def test_a_hostile_form_gets_a_clear_page(
    photograph: Photograph, practitioner: Membership, form: dict[str, str]
) -> None:
    answer = asked(practitioner, photograph, **form)
    assert answer.status_code == 422
    assert Disclosure.objects.count() == 0


def test_a_disclosure_is_never_edited_or_deleted(photograph: Photograph, practitioner: Membership) -> None:
    asked(practitioner, photograph, purpose="patient")
    left = Disclosure.objects.get()
    with pytest.raises(TypeError):
        left.save()
    with pytest.raises(TypeError):
        left.delete()


def test_the_page_says_of_each_purpose_whether_it_is_agreed_to(
    photograph: Photograph, practitioner: Membership, signed: Signed
) -> None:
    signed("research", of=None)
    client = sure(practitioner)
    page = client.get(reverse("photograph_original", args=[photograph.pk])).content.decode()
    assert "The patient did not agree to teaching" in page
    assert 'value="research" required>' in page
    practitioner.user.language = "es"
    practitioner.user.save()
    page = client.get(reverse("photograph_original", args=[photograph.pk])).content.decode()
    assert "El paciente no aceptó el uso para formación" in page


def test_another_clinics_photograph_is_not_found(photograph: Photograph) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = member(other, Role.PRACTITIONER, "Ana Otra")
    for name in ("photograph_original", "photograph_share"):
        address = reverse(name, args=[photograph.pk])
        assert sure(stranger).get(address).status_code == 404
        assert sure(stranger).post(address, {"purpose": "patient"}).status_code == 404
