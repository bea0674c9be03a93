"""Sending to the clinic's archive: queued, sent once, tried again where the archive is away, told in words."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dermograph.clinic.gallery import tasks
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.imaging import work
from dermograph.clinic.imaging.archives import archive_of
from dermograph.clinic.imaging.identity import identity_for
from dermograph.clinic.imaging.making import image_bytes
from dermograph.clinic.imaging.models import Sending
from dermograph.clinic.imaging.services import send_to_archive
from dermograph.clinic.imaging.standing import standing
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.rights.leaving import NotAllowed
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.rights.rows import rows_of
from dermograph.clinic.scale.worker import look
from dermograph.clinic.upkeep.checks_work import jobs
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
from dermograph.exchange.dicom import archive as dimse
from dermograph.exchange.dicom import web
from dermograph.exchange.dicom.address import archive_at, digest_of
from dermograph.exchange.dicom.archive import Archive
from dermograph.exchange.dicom.read import read as received
from dermograph.exchange.dicom.uids import uid_of
from dermograph.exchange.dicom.web import WebArchive
from tests.clinic.imaging.held import archive, found_in
from tests.clinic.rights.held import Signed, photograph, signed, sure
from tests.exchange.dicom.judging import WEB_PLUGIN, Orthanc

__all__ = ["photograph", "signed"]
NOWHERE = "aurora=dicom://NOBODY@127.0.0.1:9"


def worked(row: Sending) -> Sending:
    """After one round of the runner for this row."""
    assert tasks.work_on(Sending, row.pk)
    row.refresh_from_db()
    return row


def test_a_photograph_is_queued_written_down_and_sent_with_its_pixels(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    with archive() as (address, taken):
        settings.ARCHIVES = address
        person = sure(practitioner)
        answer = person.post(reverse("photograph_archive", args=[photograph.pk]))
        assert answer["Location"] == reverse("photograph_dicom", args=[photograph.pk])
        row = Sending.objects.get()
        assert (row.stage, row.archive, row.written_by) == ("waiting", "JUDGE", practitioner.user)
        left = Disclosure.objects.get()
        assert (left.purpose, left.recipient, left.photograph) == ("record", "JUDGE", photograph)
        assert "every 2s" in person.get(answer["Location"]).content.decode()
        row = worked(row)
    assert (row.stage, row.sop_uid, row.remark) == ("done", uid_of(photograph.pk), "")
    assert [one.SOPInstanceUID for one in taken] == [uid_of(photograph.pk)]
    page = person.get(answer["Location"]).content.decode()
    assert "The archive has it since" in page
    assert row.sop_uid in page
    assert "every 2s" not in page


def test_what_is_read_aloud_changes_only_when_something_else_is_to_be_said(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    settings.ARCHIVES = NOWHERE
    row = send_to_archive(photograph=photograph, who=practitioner.user)
    person, address = sure(practitioner), reverse("photograph_dicom", args=[photograph.pk])
    page = person.get(address).content.decode()
    assert 'id="archive-state" aria-live="polite"' in page
    assert "?seen=waiting" in page
    assert person.get(f"{address}?seen=waiting", headers={"HX-Request": "true"}).status_code == 204
    worked(row)
    part = person.get(f"{address}?seen=waiting", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "tried again by itself" in part.content.decode()
    assert "aria-live" not in part.content.decode()
    assert "?seen=waiting-storage" in part.content.decode()


def test_asked_twice_it_is_sent_once(photograph: Photograph, practitioner: Membership, settings: Settings) -> None:
    with archive() as (address, taken):
        settings.ARCHIVES = address
        first = send_to_archive(photograph=photograph, who=practitioner.user)
        assert send_to_archive(photograph=photograph, who=practitioner.user) == first
        worked(first)
        assert send_to_archive(photograph=photograph, who=practitioner.user).stage == "done"
        assert not tasks.work_on(Sending, first.pk)
    assert (len(taken), Sending.objects.count(), Disclosure.objects.count()) == (1, 1, 1)


def test_what_a_killed_process_left_is_sent_by_the_next(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    with archive() as (address, taken):
        settings.ARCHIVES = address
        row = send_to_archive(photograph=photograph, who=practitioner.user)
        past = timezone.now() - dt.timedelta(seconds=1)
        Sending.objects.filter(pk=row.pk).update(stage="running", attempt=1, leased_until=past)
        assert worked(row).stage == "done"
    assert len(taken) == 1


def test_who_lost_the_lease_marks_nothing(photograph: Photograph, practitioner: Membership, settings: Settings) -> None:
    with archive() as (address, _):
        settings.ARCHIVES = address
        row = send_to_archive(photograph=photograph, who=practitioner.user)
        Sending.objects.filter(pk=row.pk).update(stage="running", attempt=2)
        row.refresh_from_db()
        row.attempt = 1
        work.send(row, lambda *_: True)
    assert Sending.objects.get().stage == "running"


def test_an_archive_that_is_away_is_asked_again_and_given_up_in_words(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    settings.ARCHIVES = NOWHERE
    row = send_to_archive(photograph=photograph, who=practitioner.user)
    for rests in range(1, 5):
        row = worked(row)
        assert (row.stage, row.rests) == ("waiting", rests)
        assert row.leased_until is not None
        assert row.leased_until > timezone.now()
        Sending.objects.filter(pk=row.pk).update(leased_until=None)
    said = standing(photograph).words
    assert said is not None
    assert "tried again" in said.en
    assert worked(row).stage == "failed"
    assert "cannot be reached" in row.failure["en"]
    assert "No se puede contactar" in row.failure["es"]
    page = sure(practitioner).get(reverse("photograph_dicom", args=[photograph.pk])).content.decode()
    assert "Send it again" in page
    assert "cannot be reached" in page


def test_what_failed_is_sent_when_it_is_asked_for_again_on_the_consent_of_then(
    photograph: Photograph, practitioner: Membership, signed: Signed, settings: Settings
) -> None:
    with archive(statuses := [0xC123, 0x0000]) as (address, taken):
        settings.ARCHIVES = address
        row = worked(send_to_archive(photograph=photograph, who=practitioner.user))
        assert row.stage == "failed"
        assert "does not understand" in row.failure["en"]
        first = Disclosure.objects.get().consent_id
        for consent in photograph.course.patient.consents.all():
            withdraw(consent=consent, who=practitioner.user)
        second = signed("record", of=None)
        again = send_to_archive(photograph=photograph, who=practitioner.user)
        assert again == row
        assert worked(again).stage == "done"
    assert (statuses, len(taken)) == ([], 2)
    assert list(Disclosure.objects.order_by("written_at").values_list("consent", flat=True)) == [first, second.pk]


def test_what_waits_is_not_sent_on_another_consent_than_was_written_down(
    photograph: Photograph, practitioner: Membership, signed: Signed, settings: Settings
) -> None:
    with archive() as (address, taken):
        settings.ARCHIVES = address
        row = send_to_archive(photograph=photograph, who=practitioner.user)
        for consent in photograph.course.patient.consents.all():
            withdraw(consent=consent, who=practitioner.user)
        signed("record", of=None)
        row = worked(row)
        assert (row.stage, taken) == ("failed", [])
        assert "send it again" in row.failure["en"]
        assert "envíela de nuevo" in row.failure["es"]
        assert worked(send_to_archive(photograph=photograph, who=practitioner.user)).stage == "done"
    assert len(taken) == 1


def test_an_archive_of_the_same_name_elsewhere_is_another_archive(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    with archive() as (address, _):
        settings.ARCHIVES = address
        there = worked(send_to_archive(photograph=photograph, who=practitioner.user))
        left = send_to_archive(photograph=photograph, who=practitioner.user)
        assert left == there
    with archive() as (elsewhere, taken):
        settings.ARCHIVES = elsewhere
        assert standing(photograph).sending is None
        other = send_to_archive(photograph=photograph, who=practitioner.user)
        assert (other.archive, other.pk != there.pk) == ("JUDGE", True)
        settings.ARCHIVES = address
        assert worked(other).failure["en"].startswith("JUDGE is no longer the archive")
    assert taken == []


def test_a_process_that_is_told_of_no_archive_takes_nothing_from_the_queue(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    with archive() as (address, taken):
        settings.ARCHIVES = address
        row = send_to_archive(photograph=photograph, who=practitioner.user)
        settings.ARCHIVES = " "
        assert not tasks.work_on(Sending, row.pk)
        look("sending", row.pk, threading.Event())
        row.refresh_from_db()
        assert (row.stage, row.attempt, row.failure) == ("waiting", 0, {})
        settings.ARCHIVES = address
        assert worked(row).stage == "done"
    assert len(taken) == 1


def test_what_waits_where_no_archive_is_known_is_told_as_that(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    settings.ARCHIVES = NOWHERE
    row = send_to_archive(photograph=photograph, who=practitioner.user)
    Photograph.objects.update(stage="done")
    late = row.written_at + dt.timedelta(minutes=16)
    (found,) = jobs(Path(), late)
    assert (found.mark, found.todo.en) == ("mend", "See that a runner is at work.")
    settings.ARCHIVES = ""
    assert [one.mark for one in jobs(Path(), late - dt.timedelta(minutes=2))] == ["ok"]
    (found,) = jobs(Path(), late)
    assert found.mark == "mend"
    assert found.words.en.startswith("1 photographs wait")
    assert "DERMOGRAPH_ARCHIVE" in found.todo.es


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("dicom://A@127.0.0.1:1", "dicom://A@127.0.0.1:1/", True, id="one"),
        pytest.param("dicom://A@127.0.0.1:1", "dicom://US:A@127.0.0.1:1", True, id="our title"),
        pytest.param("dicom://A@127.0.0.1:1", "dicom://A@127.0.0.1:2", False, id="port"),
        pytest.param("dicom-clear://A@h:1", "dicom-clear://A@i:1", False, id="host"),
        pytest.param("dicom-clear://A@h:1", "dicom-clear://B@h:1", False, id="title"),
        pytest.param("https://h/dw", "https://h/dw/", True, id="slash"),
        pytest.param("https://h/dw", "https://h/other", False, id="path"),
    ],
)
def test_archives_are_told_apart_by_where_they_are(one: str, other: str, is_same: bool) -> None:  # noqa: FBT001 (a table)
    assert (digest_of(archive_at(one)) == digest_of(archive_at(other))) is is_same


def test_a_warning_of_the_archive_is_kept_and_shown(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    with archive(0xB007) as (address, _):
        settings.ARCHIVES = address
        row = worked(send_to_archive(photograph=photograph, who=practitioner.user))
        assert (row.stage, row.remark) == ("done", "B007")
        assert "B007" in sure(practitioner).get(reverse("photograph_dicom", args=[photograph.pk])).content.decode()


def test_a_consent_that_is_taken_back_meanwhile_stops_it(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    with archive() as (address, taken):
        settings.ARCHIVES = address
        row = send_to_archive(photograph=photograph, who=practitioner.user)
        for consent in photograph.course.patient.consents.all():
            withdraw(consent=consent, who=practitioner.user)
        row = worked(row)
        assert (row.stage, taken) == ("failed", [])
        assert "taken back" in row.failure["en"]
        with pytest.raises(NotAllowed):
            send_to_archive(photograph=photograph, who=practitioner.user)


def test_without_a_consent_nothing_is_queued(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    settings.ARCHIVES = NOWHERE
    for consent in photograph.course.patient.consents.all():
        withdraw(consent=consent, who=practitioner.user)
    person = sure(practitioner)
    answer = person.post(reverse("photograph_archive", args=[photograph.pk]), follow=True)
    assert "taken back" in answer.content.decode()
    assert not Sending.objects.exists()
    assert not Disclosure.objects.exists()


def test_a_sending_to_a_former_archive_fails_in_words(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    settings.ARCHIVES = NOWHERE
    row = send_to_archive(photograph=photograph, who=practitioner.user)
    settings.ARCHIVES = NOWHERE.replace("aurora", "bruma")
    assert worked(row).failure["en"].startswith("NOBODY is no longer the archive")


def test_an_erasure_and_an_export_of_everything_find_the_sendings(
    photograph: Photograph, practitioner: Membership, settings: Settings
) -> None:
    settings.ARCHIVES = NOWHERE
    row = send_to_archive(photograph=photograph, who=practitioner.user)
    assert rows_of(photograph.course.patient)[Sending] == {row.pk}


# ── Where to ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("", None, id="none"),
        pytest.param("bruma=dicom://A@h:1", None, id="of another clinic"),
        pytest.param("aurora=dicom-clear://A@h:11112", Archive("h", 11112, "A", timeout_s=10), id="dimse"),
        pytest.param("aurora=dicom-clear://A@h", Archive("h", 104, "A", timeout_s=10), id="usual port"),
        pytest.param("x=dicom://B@i, aurora=dicom-clear://US:A@h:1", Archive("h", 1, "A", "US", 10), id="our title"),
        pytest.param("aurora=dicom://A@127.0.0.1:1", Archive("127.0.0.1", 1, "A", timeout_s=10), id="here"),
        pytest.param("aurora=https://h/dw", WebArchive("https://h/dw", {}, 10), id="web"),
        pytest.param("aurora=http://127.0.0.1:8/dw", WebArchive("http://127.0.0.1:8/dw", {}, 10), id="web here"),
    ],
)
def test_the_environment_names_the_archive_of_each_clinic(
    clinic: Clinic, settings: Settings, given: str, expected: Archive | WebArchive | None
) -> None:
    settings.ARCHIVES = given
    assert archive_of(clinic) == expected


def test_a_web_archives_key_goes_to_that_clinics_archive_alone(clinic: Clinic, settings: Settings) -> None:
    settings.ARCHIVES, settings.ARCHIVE_KEYS = "aurora=https://h/dw", "bruma=other, aurora=mine=="
    found = archive_of(clinic)
    assert isinstance(found, WebArchive)
    assert found.headers == {"Authorization": "Bearer mine=="}
    settings.ARCHIVE_KEYS = "bruma=other"
    found = archive_of(clinic)
    assert isinstance(found, WebArchive)
    assert found.headers == {}


@pytest.mark.parametrize(
    "given",
    [
        "dicom://A@h:1",
        "aurora=h:104",
        "aurora=dicom://127.0.0.1:104",
        "aurora=dicom://A@h:104",
        "aurora=http://h.example/dw",
        "aurora=dicom-clear://A@h:x",
    ],
)
def test_what_is_no_address_is_told_on_the_page_and_breaks_nothing(
    photograph: Photograph, practitioner: Membership, settings: Settings, given: str
) -> None:
    settings.ARCHIVES = given
    with pytest.raises(InputError):
        archive_of(photograph.clinic)
    person = sure(practitioner)
    assert "circle-alert" in person.get(reverse("photograph_dicom", args=[photograph.pk])).content.decode()
    assert person.post(reverse("photograph_archive", args=[photograph.pk]), follow=True).status_code == 200
    assert not Sending.objects.exists()


# ── A real archive ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.xdist_group("orthanc")
@pytest.mark.parametrize("way", ["dimse", "web"])
def test_orthanc_holds_and_returns_what_the_clinic_sent_byte_for_byte_in_pixels(
    photograph: Photograph, practitioner: Membership, settings: Settings, running: Orthanc, way: str
) -> None:
    if way == "web" and not WEB_PLUGIN.exists():
        pytest.skip("Debian orthanc-dicomweb is not installed")
    there = running.dimse
    settings.ARCHIVES = (
        f"aurora=dicom://{there.title}@127.0.0.1:{there.port}" if way == "dimse" else f"aurora={running.web.url}"
    )
    found_in(photograph)
    assert worked(send_to_archive(photograph=photograph, who=practitioner.user)).failure == {}
    patient = photograph.course.patient
    sent = image_bytes(
        photograph, store.get(patient, photograph.file), identity_for(patient, "record"), first=photograph.taken_on
    )
    value: Any = received(sent, "sent").value
    study = value.series.study.uid
    (back,) = dimse.fetch(there, study) if way == "dimse" else web.fetch(running.web, study)
    assert received(back, "back").value == value
    original = store.get(patient, photograph.file)
    assert value.pixels.encoding == "jpeg"
    assert value.pixels.data[-2000:] == original[-2000:]
