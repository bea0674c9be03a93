"""Nobody gets the same message twice: several runners, a crash between sending and marking, servers that fail."""

from __future__ import annotations

import datetime as dt
import os
import smtplib
import subprocess
import sys
import threading
from pathlib import Path
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from pytest_django import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.reminders import clock, daily
from dermograph.clinic.reminders.clock import minute
from dermograph.clinic.reminders.models import Kind, Reminder
from tests.clinic.prepared import prepare
from tests.clinic.reminders.at_once import MESSAGES, by_threads, made
from tests.clinic.reminders.clinic_mail import at, booked, html, real, sending, states

ROOT = Path(__file__).resolve().parents[3]
NOON = "2026-06-19"


@pytest.fixture
def tomorrow(course: Course, lead: Membership, patient: Patient) -> Course:
    """A course with an appointment tomorrow, of a patient with an address."""
    real(patient)
    sending(course.clinic, Kind.APPOINTMENT)
    booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    return course


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="on PostgreSQL the next test does it")
@pytest.mark.parametrize("how", ["processes", "die"])
def test_processes_at_once_and_one_that_dies_send_each_message_once(tmp_path: Path, how: str) -> None:
    # With a file: SQLite in memory, as tests have it, is of one process.
    prepare(tmp_path)
    (tmp_path / "static").mkdir()
    own = {"DERMOGRAPH_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.clinic.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.clinic.reminders.at_once", how],
        cwd=ROOT,
        env={**os.environ, **own, "WRITTEN_DOWN": str(tmp_path / "sent.txt")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.splitlines()[-1] == "once"


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="on SQLite the test before does it")
@pytest.mark.django_db(transaction=True)
def test_threads_at_once_send_each_message_once_on_postgresql() -> None:
    made()
    assert by_threads() == MESSAGES
    assert len({one.to[0] for one in mail.outbox}) == len(mail.outbox) == MESSAGES


def test_a_second_row_of_the_same_key_cannot_be(tomorrow: Course) -> None:
    minute(at(tomorrow.clinic, NOON, "08:00"))
    row = Reminder.objects.get()
    row.pk = None
    row._state.adding = True  # noqa: SLF001 (the row is copied as it stands)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_was_sent_is_in_the_audit_trail_without_its_words(tomorrow: Course) -> None:
    minute(at(tomorrow.clinic, NOON))
    entry = AuditEntry.objects.get(action="reminder.sent")
    assert (entry.patient, entry.details) == (tomorrow.patient_id, {"kind": "appointment"})


def test_without_mail_nothing_is_planned_sent_or_marked(tomorrow: Course, settings: Settings) -> None:
    for backend in ("dermograph.clinic.overview.no_mail.NoMail", "django.core.mail.backends.dummy.EmailBackend"):
        settings.EMAIL_BACKEND = backend
        assert minute(at(tomorrow.clinic, NOON)) == 0
        assert Reminder.objects.count() == 0


def test_mail_that_only_goes_to_the_terminal_is_not_marked_as_sent(tomorrow: Course, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert minute(at(tomorrow.clinic, NOON)) == 0
    assert states() == [("skipped", "local")]


def test_a_server_that_is_not_there_is_tried_again(tomorrow: Course) -> None:
    with mock.patch.object(EmailBackend, "open", side_effect=ConnectionRefusedError, create=True):
        assert minute(at(tomorrow.clinic, NOON)) == 0
    assert states() == [("due", "")]
    assert minute(at(tomorrow.clinic, NOON, "09:09")) == 0
    assert minute(at(tomorrow.clinic, NOON, "09:10")) == 1


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({}), "refused"),
        (smtplib.SMTPServerDisconnected(), "uncertain"),
        (TimeoutError(), "uncertain"),
    ],
)
def test_what_a_server_refuses_or_breaks_off_is_failed_and_not_sent_again(
    tomorrow: Course, raised: Exception, reason: str
) -> None:
    with mock.patch.object(EmailBackend, "send_messages", side_effect=raised):
        assert minute(at(tomorrow.clinic, NOON)) == 0
    assert minute(at(tomorrow.clinic, NOON, "12:00")) == 0
    assert states() == [("failed", reason)]


def test_a_server_that_takes_nothing_has_not_sent_it(tomorrow: Course) -> None:
    with mock.patch.object(EmailBackend, "send_messages", return_value=0):
        assert minute(at(tomorrow.clinic, NOON)) == 0
    assert states() == [("failed", "refused")]


@pytest.mark.parametrize("name", ["Ana\r\nBcc: all@clinic.example", "<b>Ana</b>", "A" * 120, "Ana\u2028x", "\x00Ana"])
def test_names_put_nothing_into_headers_or_marks(tomorrow: Course, name: str) -> None:
    Patient.objects.update(given_names=name.replace("\x00", ""))
    tomorrow.clinic.name, tomorrow.clinic.phone = name.replace("\x00", "")[:120], "1\r\nX: y"
    tomorrow.clinic.save()
    assert minute(at(tomorrow.clinic, NOON)) == 1
    message = mail.outbox[0]
    assert message.recipients() == [tomorrow.patient.email]
    assert {"Bcc", "X"}.isdisjoint(message.message().keys())
    assert "<b>" not in html()
    assert "\n" not in message.subject


@pytest.mark.parametrize("address", ["a@b.example\nBcc: c@d.example", "no address", "a@b.example, c@d.example"])
def test_an_address_that_is_none_is_skipped(tomorrow: Course, address: str) -> None:
    Patient.objects.update(email=address)
    assert minute(at(tomorrow.clinic, NOON)) == 0
    assert states() == [("skipped", "no_address")]


def test_daily_jobs_are_done_once_a_day_and_again_after_one_failed(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    done: list[dt.datetime] = []
    monkeypatch.setattr(daily, "JOBS", {})

    def job(now: dt.datetime) -> None:
        done.append(now)
        if len(done) == 1:
            raise OSError

    daily.register("a job", job)
    now = dt.datetime(2026, 6, 19, 8, tzinfo=dt.UTC)
    after = [now + dt.timedelta(minutes=minutes) for minutes in (0, 1, 31, 32, 600)]
    assert [daily.do_daily(one) for one in after] == [[], [], ["a job"], [], []]
    assert daily.do_daily(now + dt.timedelta(days=1)) == ["a job"]


def test_the_loop_goes_on_after_a_failure_and_ends_when_it_is_told(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    struck, stop = [], threading.Event()

    def strike(now: dt.datetime, _stop: threading.Event) -> int:
        struck.append(now)
        if len(struck) == 1:
            raise OSError
        stop.set()
        return 0

    monkeypatch.setattr(clock, "minute", strike)
    monkeypatch.setattr(clock, "close_old_connections", lambda: None)
    clock.run(stop, every_s=0.01)
    assert len(struck) == 2


def test_a_patient_who_was_erased_meanwhile_stops_nobody_elses(tomorrow: Course) -> None:
    minute(at(tomorrow.clinic, NOON, "08:00"))
    with mock.patch.object(Reminder.objects, "select_related", return_value=Reminder.objects.none()):
        assert minute(at(tomorrow.clinic, NOON)) == 0
    assert mail.outbox == []
