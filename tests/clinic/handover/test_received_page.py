"""The page of what was received about a patient, and each original as a file."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.vault.halves import folder
from tests.clinic.conftest import signed_in
from tests.clinic.handover.bundles import SOURCE, condition, observation, person, sent

PAGE = 50


@pytest.fixture
def received(clinic: Clinic, lead: Membership) -> Patient:
    """A patient of whom some things came from elsewhere."""
    hostile = observation("x", valueString="<script>alert(1)</script>")
    take_over(clinic, lead, sent(person(), condition(), observation(), hostile), source=SOURCE)
    return Patient.objects.get()


def test_the_page_says_what_came_of_which_day_and_from_where(received: Patient, lead: Membership) -> None:
    page = signed_in(lead).get(reverse("received", args=[received.pk])).content.decode()
    for words in (
        "Condition",
        "stretch mark",
        "05/2024",
        "Skin phototype: III",
        "9 January 2026",
        SOURCE,
        "Teresa Mora",
    ):
        assert words in page
    assert "<script>alert" not in page
    assert "nobody of this clinic wrote or signed it" in page


def test_the_page_says_what_the_sender_took_back(clinic: Clinic, received: Patient, lead: Membership) -> None:
    address = reverse("received", args=[received.pk])
    assert "entered in error" not in signed_in(lead).get(address).content.decode()
    take_over(clinic, lead, sent(observation(status="entered-in-error")), source=SOURCE)
    assert signed_in(lead).get(address).content.decode().count("it was entered in error") == 1


def test_the_page_speaks_spanish(received: Patient, lead: Membership) -> None:
    lead.user.language = "es"
    lead.user.save()
    page = signed_in(lead).get(reverse("received", args=[received.pk])).content.decode()
    for words in ("Recibido de otro lugar", "Afección", "9 de enero de 2026", "Observación"):
        assert words in page


def test_the_patients_page_leads_there(received: Patient, lead: Membership) -> None:
    page = signed_in(lead).get(reverse("patient", args=[received.pk])).content.decode()
    assert reverse("received", args=[received.pk]) in page


def test_a_patient_of_whom_nothing_came_has_an_empty_page(patient: Patient, lead: Membership) -> None:
    page = signed_in(lead).get(reverse("received", args=[patient.pk])).content.decode()
    assert "Nothing was received" in page


def test_the_original_is_a_file_with_what_was_sent(received: Patient, lead: Membership) -> None:
    row = Received.objects.get(kind="Condition")
    answer = signed_in(lead).get(reverse("received_original", args=[received.pk, row.pk]))
    assert json.loads(answer.content) == condition()
    assert answer["Content-Type"].startswith("application/fhir+json")
    assert answer["Content-Disposition"].startswith('attachment; filename="Condition-')


def test_an_original_of_another_patient_is_not_found_under_this_one(received: Patient, lead: Membership) -> None:
    other = Patient.objects.create(clinic=received.clinic, number=2, given_names="Otra", family_names="Inventada")
    row = Received.objects.get(kind="Condition")
    assert signed_in(lead).get(reverse("received_original", args=[other.pk, row.pk])).status_code == 404


def test_fifty_stand_on_a_page_and_it_asks_few_questions(received: Patient, lead: Membership, clinic: Clinic) -> None:
    more = [observation(f"o{number}") for number in range(PAGE)]
    take_over(clinic, lead, sent(*[{**one, "subject": {"reference": "Patient/p"}} for one in more]), source=SOURCE)
    client = signed_in(lead)
    client.get(reverse("received", args=[received.pk]))
    with CaptureQueriesContext(connection) as found:
        page = client.get(reverse("received", args=[received.pk])).content.decode()
    assert len(found) <= 12
    assert page.count("Original<span") == PAGE
    assert "?page=2" in page
    second = client.get(reverse("received", args=[received.pk]), {"page": "2"}).content.decode()
    assert second.count("Original<span") == 4
    for wrong in ("0", "x", "9" * 20):
        assert client.get(reverse("received", args=[received.pk]), {"page": wrong}).status_code == 200


def test_without_the_patients_key_the_page_says_so(received: Patient, lead: Membership) -> None:
    letters = received.pk.hex
    (folder() / letters[:2] / f"{letters}.key").unlink()
    page = signed_in(lead).get(reverse("received", args=[received.pk])).content.decode()
    assert "cannot be opened" in page
    assert "stretch mark" not in page
