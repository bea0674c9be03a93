"""A patient takes everything held about them with them: after the password, written down, theirs alone."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
import zipfile
from typing import Any
from unittest import mock

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.people.recent import SURE_AT
from dermograph.clinic.portal.models import Message, PortalLimits
from dermograph.clinic.portal.own_held import MOST_A_DAY, refuse_too_many
from dermograph.clinic.rights.models import Disclosure, RetentionChoice
from tests.clinic.conftest import PASSWORD, signed_in
from tests.clinic.portal.people import another_course, another_patient, patient_account, signed_in_patient
from tests.clinic.rights.held import Signed, closed, photograph, photographed, signed

__all__ = ["photograph", "signed"]


def sure(patient: Patient) -> Client:
    client = signed_in_patient(patient)
    session = client.session
    session[SURE_AT] = time.time()
    session.save()
    return client


def opened(answer: Any) -> zipfile.ZipFile:  # noqa: ANN401 (the test client's answer)
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def stale(patient: Patient) -> Client:
    client = signed_in_patient(patient)
    session = client.session
    session[SURE_AT] = 0
    session.save()
    return client


def test_the_page_counts_what_is_held_and_leads_to_it(photograph: Photograph, signed: Signed) -> None:
    signed("teaching")
    shown = signed_in_patient(photograph.course.patient).get(reverse("me_data")).content.decode()
    assert 'Photographs</a><span class="num">1</span>' in shown
    assert 'Consents</a><span class="num">2</span>' in shown
    assert reverse("me_messages") in shown
    assert "Reminders by e-mail" not in shown


def test_the_download_asks_for_the_password_once_more(photograph: Photograph) -> None:
    patient = photograph.course.patient
    client = stale(patient)
    answer = client.post(reverse("me_data"), HTTP_REFERER="http://testserver/me/data/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/reauthenticate/?next=%2Fme%2Fdata%2F")
    assert not Disclosure.objects.exists()
    back = client.post(answer["Location"], {"password": PASSWORD, "next": "/me/data/"})
    assert back["Location"] == "/me/data/"
    assert client.post(reverse("me_data"))["Content-Type"] == "application/zip"


def test_the_file_holds_the_photographs_and_who_opened_the_record(
    photograph: Photograph, front_desk: Membership
) -> None:
    patient = photograph.course.patient
    answer = sure(patient).post(reverse("me_data"))
    assert answer["Cache-Control"] == "no-store, private"
    assert "Ferrer" not in answer["Content-Disposition"]
    archive = opened(answer)
    names = archive.namelist()
    assert any(one.startswith("photographs/") for one in names)
    assert "records/gallery.photograph.json" in names
    trail = json.loads(archive.read("audit.json"))
    assert [one["who"] for one in trail if one["action"] == "record.exported"] == [str(patient)]
    left = Disclosure.objects.get()
    assert (left.purpose, left.form, left.written_by) == ("patient", "archive", patient.user)
    entry = AuditEntry.objects.get(action="record.exported")
    assert (entry.who, entry.patient) == (patient.user, patient.pk)


def test_nothing_of_another_patient_is_in_it(photograph: Photograph, practitioner: Membership) -> None:
    other = another_patient(photograph.clinic, name="Zenobia")
    another_course(other, practitioner)
    Message.objects.create(clinic=other.clinic, patient=other, sealed=b"x")
    answer = sure(photograph.course.patient).post(reverse("me_data"))
    archive = opened(answer)
    for name in archive.namelist():
        assert b"Zenobia" not in archive.read(name), name
        assert str(other.pk).encode() not in archive.read(name), name


def test_looking_at_the_page_writes_nothing_down(photograph: Photograph) -> None:
    sure(photograph.course.patient).get(reverse("me_data"))
    assert not Disclosure.objects.exists()
    assert not AuditEntry.objects.filter(action="record.exported").exists()


def test_it_says_how_long_the_record_is_kept_and_from_when_it_can_be_erased(course: Course, lead: Membership) -> None:
    client = signed_in_patient(course.patient)
    assert "While a treatment goes on" in client.get(reverse("me_data")).content.decode()
    closed(course)
    assert "the clinic tells you" in client.get(reverse("me_data")).content.decode()
    RetentionChoice.objects.create(clinic=course.clinic, written_by=lead.user, jurisdiction="es")
    assert "No law that is known here" in client.get(reverse("me_data")).content.decode()


def test_who_has_photographs_is_listed(photograph: Photograph, practitioner: Membership) -> None:
    Disclosure.objects.create(
        clinic=photograph.clinic,
        patient=photograph.course.patient,
        photograph=photographed(photograph.course, practitioner, seed=3),
        purpose="teaching",
        recipient="School of Skin",
        form="original",
    )
    shown = signed_in_patient(photograph.course.patient).get(reverse("me_data")).content.decode()
    assert "School of Skin" in shown


def test_everything_is_handed_out_five_times_a_day_and_no_more(course: Course) -> None:
    client = sure(course.patient)
    for _ in range(MOST_A_DAY):
        assert client.post(reverse("me_data"))["Content-Type"] == "application/zip"
    answer = client.post(reverse("me_data"))
    assert answer.status_code == 422
    assert "5 times within a day" in answer.content.decode()
    assert AuditEntry.objects.filter(action="record.exported").count() == MOST_A_DAY
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + dt.timedelta(hours=25)):
        refuse_too_many(course.patient, patient_account(course.patient))


def test_while_the_clinic_takes_no_messages_nobody_is_sent_to_a_form_that_takes_none(course: Course) -> None:
    pages = [reverse(name) for name in ("me_data", "me_appointments", "me", "me_forms")]
    pages.append(reverse("me_symptom", args=[course.pk]))
    client, form = signed_in_patient(course.patient), 'href="/me/messages/?about=erasure"'
    assert form in client.get(reverse("me_data")).content.decode()
    course.closed_at = timezone.now()
    course.save()
    assert "Write to the clinic" in client.get(pages[-1]).content.decode()
    PortalLimits.objects.create(clinic=course.clinic, open=False)
    shut = "The clinic takes no messages here at the moment: call it, or go there."
    for page in pages:
        shown = client.get(page).content.decode()
        assert "Write to the clinic</a>" not in shown
        assert "/me/messages/?about" not in shown
    assert shut in client.get(reverse("me_data")).content.decode()
    Clinic.objects.update(phone="+34 600 000 000")
    assert "Call +34 600 000 000" in client.get(reverse("me_data")).content.decode()


def test_who_of_the_clinic_read_the_messages_stands_in_the_file(
    photograph: Photograph, practitioner: Membership
) -> None:
    patient = photograph.course.patient
    patient_account(patient)
    signed_in(practitioner).get(reverse("patient_messages", args=[patient.pk]))
    trail = json.loads(opened(sure(patient).post(reverse("me_data"))).read("audit.json"))
    assert ("patient.opened", practitioner.user.name) in {(one["action"], one["who"]) for one in trail}
