"""Taking a consent back: what it will reach is said before, links end at once, and who has copies is written to."""

from __future__ import annotations

import uuid

from django.test import Client
from django.urls import reverse

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.handover.models import HandedOver
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.intake.reach import reach_of
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.printed.models import PrintedRecord
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.rights.reach import left_for_good, living_links
from dermograph.clinic.rights.sets import export_set
from dermograph.clinic.rights.sharing import make_link
from tests.clinic.conftest import signed_in
from tests.clinic.rights.held import Signed, photograph, signed, sure

__all__ = ["photograph", "signed"]


def shared(photograph: Photograph, who: Membership, to: str = "Dra. Niño") -> str:
    return make_link(
        photograph=photograph,
        purpose="teaching",
        recipient=to,
        days=30,
        watermark=True,
        who=who.user,
        entry=uuid.uuid4(),
    )[1]


def test_the_page_says_before_what_ends_and_what_cannot_be_called_back(
    photograph: Photograph, lead: Membership, signed: Signed
) -> None:
    consent = signed("teaching", "research")
    shared(photograph, lead)
    _, pieces = export_set(
        clinic=photograph.clinic, who=lead.user, purpose="teaching", recipient="School of the North", entry=uuid.uuid4()
    )
    assert b"".join(pieces)
    client = signed_in(lead)
    page = client.get(reverse("consent_withdraw", args=[consent.pk])).content.decode()
    assert page.count("The link shared with Dra. Niño") == 2  # under teaching, and under everything
    assert page.count("School of the North has 1 photograph since") == 2
    assert "cannot delete that there" in page
    lead.user.language = "es"
    lead.user.save()
    page = client.get(reverse("consent_withdraw", args=[consent.pk])).content.decode()
    assert "El enlace compartido con Dra. Niño" in page
    assert "La clínica no puede borrarlo allí" in page


def test_who_has_the_whole_record_is_named_before_the_consent_to_it_is_taken_back(
    course: Course, lead: Membership, signed: Signed
) -> None:
    def left(kind: type[PrintedRecord | HandedOver], to: str, purpose: str = "record") -> None:
        kind.objects.create(clinic=course.clinic, patient=course.patient, purpose=purpose, recipient=to)

    former = signed("record")
    left(HandedOver, "Hospital Pasado")
    withdraw(consent=former, who=lead.user, purpose="record")
    consent = signed("record", "teaching", supersedes=former)
    left(PrintedRecord, "Dra. Niño")
    left(PrintedRecord, "", "patient")
    consent = signed("record", "teaching", supersedes=consent)
    left(HandedOver, "Hospital Inventado")
    told = reach_of(consent)
    assert [words.en.split(" has the whole record since ")[0] for words in told["record"].beyond] == [
        "Dra. Niño",
        "Hospital Inventado",
    ]
    assert told["record"].beyond == told[""].beyond
    assert told["teaching"].beyond == ()
    assert all("tiene la historia completa desde el" in words.es for words in told["record"].beyond)
    page = signed_in(lead).get(reverse("consent_withdraw", args=[consent.pk])).content.decode()
    assert page.count("Hospital Inventado has the whole record since") == 2  # under its purpose, and under everything
    assert reach_of(signed("research", of=None))[""].beyond == ()
    withdraw(consent=consent, who=lead.user, purpose="record")
    consent.refresh_from_db()
    assert reach_of(consent)["record"].beyond == ()


def test_what_rests_on_another_consent_is_not_named(photograph: Photograph, lead: Membership, signed: Signed) -> None:
    signed("teaching", of=None)
    shared(photograph, lead)
    other = signed("research", of=None)
    assert reach_of(other)["research"].ends == ()
    assert reach_of(other)[""].beyond == ()


def test_links_end_when_it_is_taken_back_and_who_has_copies_is_to_be_written_to(
    photograph: Photograph, lead: Membership, signed: Signed
) -> None:
    consent = signed("teaching", of=None)
    token = shared(photograph, lead)
    sure(lead).post(
        reverse("photograph_original", args=[photograph.pk]), {"purpose": "teaching", "recipient": "Publisher & Sons"}
    )
    patient = photograph.course.patient
    assert [one.taken_back for one in left_for_good(patient)] == [False]
    form = {"entry": str(uuid.uuid4()), "purpose": "teaching", "reason": ""}
    assert signed_in(lead).post(reverse("consent_withdraw", args=[consent.pk]), form).status_code == 302
    assert Client().get(reverse("shared_photograph", args=[token])).status_code == 404
    assert living_links(patient) == []
    [left] = left_for_good(patient)
    assert left.taken_back
    page = signed_in(lead).get(reverse("patient_rights", args=[patient.pk])).content.decode()
    assert "To Publisher &amp; Sons" in page
    assert "taken their consent for this use back" in page
    for words in (left.letter.en, left.letter.es):
        assert "Ferrer" not in words
        assert str(Disclosure.objects.get(form="original").pk)[:8] in words


def test_the_patients_own_copies_are_no_matter_of_letters(
    photograph: Photograph, lead: Membership, signed: Signed
) -> None:
    sure(lead).post(reverse("photograph_original", args=[photograph.pk]), {"purpose": "patient"})
    for consent in photograph.course.patient.consents.all():
        withdraw(consent=consent, who=lead.user)
    assert left_for_good(photograph.course.patient) == []


def test_a_letter_about_a_set_names_the_numbers_in_it(photograph: Photograph, lead: Membership, signed: Signed) -> None:
    consent = signed("research", of=None)
    made, _ = export_set(
        clinic=photograph.clinic, who=lead.user, purpose="research", recipient="Institute", entry=uuid.uuid4()
    )
    withdraw(consent=consent, who=lead.user, purpose="research")
    [left] = left_for_good(photograph.course.patient)
    assert "number 001 of the set" in left.letter.en
    assert str(made.pk)[:8] in left.letter.es
