"""The pages: choosing, reading each text, what was sent, the patient's wish, and the link that stops them."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.reminders.clock import minute
from dermograph.clinic.reminders.links import token_of
from dermograph.clinic.reminders.models import Choice, Kind, Preference
from dermograph.core.text import LANGUAGES
from tests.browser.conftest import PageFor, browser, page_for, violations
from tests.clinic.conftest import signed_in
from tests.clinic.reminders.clinic_mail import at, booked, real, sending

__all__ = ["browser", "page_for"]
SETTINGS, SENT = "/settings/reminders/", "/settings/reminders/sent/"


@pytest.fixture
def sent(course: Course, lead: Membership, patient: Patient) -> Course:
    """A course of which a reminder was sent."""
    real(patient)
    sending(course.clinic, Kind.APPOINTMENT)
    booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    assert minute(at(course.clinic, "2026-06-19")) == 1
    return course


def link() -> str:
    """The address in the header of the last message, on this site."""
    return str(mail.outbox[-1].extra_headers["List-Unsubscribe"]).strip("<>").removeprefix("https://clinic.example")


def test_a_clinic_chooses_and_sees_what_it_chose(lead: Membership) -> None:
    client = signed_in(lead)
    assert "Nothing is sent until you choose here." in client.get(SETTINGS).content.decode()
    form = {"kinds": ["appointment", "aftercare"], "hour": "07", "detailed": "yes", "version": "0"}
    assert client.post(SETTINGS, form).status_code == 302
    row = Choice.objects.get()
    assert (row.kinds, row.hour, row.detailed, row.site) == (["aftercare", "appointment"], 7, True, "http://testserver")
    page = client.get(SETTINGS).content.decode()
    assert page.count(" checked") == 3


def test_of_two_tabs_the_later_one_is_told(lead: Membership) -> None:
    client = signed_in(lead)
    form = {"kinds": ["appointment"], "hour": "9", "version": "0"}
    assert client.post(SETTINGS, form).status_code == 302
    answer = client.post(SETTINGS, form)
    assert answer.status_code == 422
    assert "Somebody else changed this meanwhile." in answer.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"hour": "24", "version": "0"},
        {"hour": "-1", "version": "0"},
        {"hour": "٣", "version": "0"},
        {"hour": "9" * 5000, "version": "0"},
        {"hour": "\x00", "version": "0"},
        {"hour": "9", "kinds": ["nothing"], "version": "0"},
        {"hour": "9", "kinds": ["\x00"] * 500, "version": "0"},
        {"hour": "9", "version": "x" * 9000},
        {},
    ],
)
def test_whatever_is_posted_is_refused_with_a_page(lead: Membership, form: dict[str, object]) -> None:
    assert signed_in(lead).post(SETTINGS, form).status_code == 422
    assert not Choice.objects.exists()


@pytest.mark.parametrize("treatment", ["paramedical", "scalp", "microneedling", "x' OR 1=1"])
def test_every_text_can_be_read_in_both_languages(lead: Membership, treatment: str) -> None:
    page = signed_in(lead).get(SETTINGS, {"treatment": treatment}).content.decode()
    for language in LANGUAGES:
        assert f'<article class="stack tight" lang="{language}">' in page


def test_the_page_says_that_no_mail_is_configured(lead: Membership, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "dermograph.clinic.overview.no_mail.NoMail"
    for address in (SETTINGS, SENT):
        assert "No mail is configured on this server" in signed_in(lead).get(address).content.decode()


def test_what_was_sent_is_listed_to_the_front_desk_and_not_to_another_clinic(
    sent: Course, front_desk: Membership, lead: Membership
) -> None:
    page = signed_in(front_desk).get(SENT).content.decode()
    assert "Lucía Ferrer Campos" in page
    assert 'class="tag good"' in page
    for query in ({"state": "failed"}, {"state": "\x00", "page": "9" * 9}, {"page": "-1"}):
        assert signed_in(front_desk).get(SENT, query).status_code == 200


def test_roles(
    sent: Course, lead: Membership, admin: Membership, front_desk: Membership, practitioner: Membership
) -> None:
    of_patient = reverse("patient_reminders", args=[sent.patient_id])
    allowed = {
        lead: (200, 200, 200),
        admin: (200, 200, 403),
        front_desk: (403, 200, 200),
        practitioner: (403, 403, 200),
    }
    for person, codes in allowed.items():
        client = signed_in(person)
        assert tuple(client.get(one).status_code for one in (SETTINGS, SENT, of_patient)) == codes, person.role
    assert [Client().get(one).status_code for one in (SETTINGS, SENT, of_patient)] == [302, 302, 302]


def test_no_page_takes_more_than_twelve_queries(sent: Course, lead: Membership) -> None:
    client = signed_in(lead)
    for address in (SETTINGS, SENT, reverse("patient_reminders", args=[sent.patient_id])):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= 12, address


def test_the_wish_of_a_patient_is_written_down(sent: Course, front_desk: Membership) -> None:
    address = reverse("patient_reminders", args=[sent.patient_id])
    assert signed_in(front_desk).post(address, {"detailed": "yes"}).status_code == 302
    row = Preference.objects.get()
    assert (row.wanted, row.detailed, row.changed_by) == (False, True, front_desk.user)
    assert signed_in(front_desk).get(reverse("patient_reminders", args=[uuid.uuid4()])).status_code == 404


def test_one_click_stops_them_without_signing_in_or_a_cookie(sent: Course) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(link()).status_code == 200
    assert not Preference.objects.exists()  # programs open links: looking changes nothing
    click, kind = "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    answers = [stranger.post(link(), click, content_type=kind) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert Preference.objects.get().wanted is False
    assert "Lucía" not in answers[0].content.decode()
    stranger.post(link(), {"action": "again"})
    assert Preference.objects.get().wanted is True


@pytest.mark.parametrize("change", ["cut", "of somebody else", "long"])
def test_a_word_that_was_not_made_here_stops_nobody(sent: Course, change: str) -> None:
    made = token_of(sent.patient_id)
    word = {"cut": made[:-1], "of somebody else": "0" * 32 + made[32:], "long": "x" * 3000}[change]
    assert Client().post(reverse("reminders_stop", args=[word])).status_code == 404
    assert not Preference.objects.exists()


def test_the_link_speaks_the_patients_language(sent: Course) -> None:
    Patient.objects.update(language="es")
    page = Client().get(link(), headers={"Accept-Language": "en"}).content.decode()
    assert "No enviar más" in page
    assert re.search(r'<html[^>]* lang="es"', page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_page_is_accessible_and_fits(sent: Course, lead: Membership, page_for: PageFor) -> None:
    of_patient = reverse("patient_reminders", args=[sent.patient_id])
    addresses = (SETTINGS, SENT, of_patient, link(), reverse("reminders_stop", args=["x"]))
    wrong = []
    page = page_for(lead, width=390, dark=True, language="es")
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{address} scrolls sideways")
        wrong += [f"{address}: {one}" for one in violations(page)]
    assert wrong == []
