"""Rights in Chromium: axe finds nothing, nothing scrolls sideways, a link is made and opened, somebody is erased."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Membership
from dermograph.clinic.rights.keeping import choose
from dermograph.clinic.rights.models import ErasureProof
from tests.browser.conftest import PageFor, browser, page_for, violations
from tests.clinic.rights.held import Signed, closed, photograph, signed, sure
from tests.clinic.rights.test_withdrawal import shared

__all__ = ["browser", "page_for", "photograph", "signed"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_page_is_accessible_and_fits(
    photograph: Photograph, lead: Membership, signed: Signed, page_for: PageFor
) -> None:
    consent = signed("teaching", of=None)
    token, patient = shared(photograph, lead), photograph.course.patient_id
    form = {"purpose": "teaching", "recipient": "School of the North"}
    sure(lead).post(reverse("photograph_original", args=[photograph.pk]), form)
    addresses = [
        reverse("photograph_original", args=[photograph.pk]),
        reverse("photograph_share", args=[photograph.pk]),
        reverse("shared_photograph", args=[token]),
        reverse("shared_photograph", args=["x"]),
        reverse("patient_rights", args=[patient]),
        reverse("patient_export", args=[patient]),
        reverse("patient_erase", args=[patient]),
        reverse("consent_withdraw", args=[consent.pk]),
        reverse("retention"),
        reverse("photograph_sets"),
    ]
    wrong = []
    page = page_for(lead, width=390, dark=True, language="es")
    for address in addresses:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{address} scrolls sideways")
        wrong += [f"{address}: {one}" for one in violations(page)]
    assert wrong == []


def test_a_link_is_made_opened_by_a_stranger_and_ended(
    photograph: Photograph, lead: Membership, signed: Signed, page_for: PageFor
) -> None:
    signed("teaching", of=None)
    page, stranger = page_for(lead), page_for(None)
    page.goto(reverse("photograph_share", args=[photograph.pk]))
    page.check("#p-teaching")
    page.fill("#recipient", "Dr. Sol")
    page.get_by_role("button", name="Make the link").click()
    address = page.input_value("#address")
    assert violations(page) == []
    stranger.goto(address)
    stranger.wait_for_function("document.querySelector('.photo img').naturalWidth > 0")
    page.get_by_role("button", name=re.compile("^End.*Dr. Sol")).click()
    page.get_by_text("The link shows nothing any more.").wait_for()
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_a_patient_is_erased_and_the_proof_is_shown(
    photograph: Photograph, lead: Membership, page_for: PageFor
) -> None:
    choose(clinic=photograph.clinic, who=lead.user, jurisdiction="es")
    patient = closed(photograph.course)
    page = page_for(lead, width=820)
    page.goto(reverse("patient_erase", args=[patient.pk]))
    page.check("#g-asked")
    page.fill("#number", "1")
    page.get_by_role("button", name="Erase for good").click()
    page.get_by_role("heading", name="Proof of erasure").wait_for()
    assert ErasureProof.objects.get().sha256 in page.content()
    assert violations(page) == []
