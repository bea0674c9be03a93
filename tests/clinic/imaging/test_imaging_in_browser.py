"""The page of a photograph as DICOM in Chromium: accessible in every state, and it tells what became of a sending."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import Settings

from dermograph.clinic.gallery import tasks
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.imaging.models import Sending
from dermograph.clinic.imaging.services import send_to_archive
from dermograph.clinic.people.models import Membership
from tests.browser.conftest import PageFor, browser, page_for, violations
from tests.clinic.imaging.held import archive
from tests.clinic.rights.held import photograph, signed

__all__ = ["browser", "page_for", "photograph", "signed"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_photograph_is_sent_while_somebody_looks_on(
    photograph: Photograph, practitioner: Membership, page_for: PageFor, settings: Settings
) -> None:
    with archive() as (address, taken):
        settings.ARCHIVES = address
        page = page_for(practitioner)
        page.goto(reverse("photograph", args=[photograph.pk]))
        page.get_by_role("link", name="DICOM").click()
        page.get_by_role("button", name="Send it to the archive").click()
        page.get_by_text("Waiting for its turn").wait_for()
        assert violations(page) == []
        assert tasks.work_on(Sending, None)
        page.get_by_text("The archive has it since").wait_for()
        assert violations(page) == []
    assert len(taken) == 1


def test_every_other_state_is_accessible_and_fits_on_a_telephone(
    photograph: Photograph, practitioner: Membership, page_for: PageFor, settings: Settings
) -> None:
    page, wrong = page_for(practitioner, width=390, dark=True, language="es"), []
    for state in ("none", "wrong", "new", "failed"):
        settings.ARCHIVES = {"none": "", "wrong": "aurora=x"}.get(state, "aurora=dicom://NOBODY@127.0.0.1:9")
        if state == "failed":
            row = send_to_archive(photograph=photograph, who=practitioner.user)
            failure = {"en": "The archive refused.", "es": "El archivo se ha negado."}
            Sending.objects.filter(pk=row.pk).update(stage="failed", failure=failure)
        page.goto(reverse("photograph_dicom", args=[photograph.pk]))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{state} scrolls sideways")
        wrong += [f"{state}: {one}" for one in violations(page)]
    assert wrong == []
    assert page.get_by_role("button", name="Enviarla de nuevo").is_visible()
