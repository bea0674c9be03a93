"""Once a day: who was erased and came back is erased again, and how far the audit trail goes is noted outside."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.reminders.daily import JOBS, LEASE, do_daily
from dermograph.clinic.upkeep import daily
from dermograph.clinic.vault import halves, seal
from dermograph.core.errors import InputError
from dermograph.core.text import Text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA", SimpleNamespace(path=tmp_path))
    monkeypatch.setattr(settings, "PATIENT_KEYS", tmp_path / "keys")
    return tmp_path


def test_whoever_was_erased_and_is_in_the_database_again_is_erased_again(patient: Patient) -> None:
    seal.seal(patient, b"x")
    kept = list(Patient.objects.exclude(pk=patient.pk))
    assert daily.erase_again() == 0
    halves.bring_back_erased({"patient": str(patient.pk), "at": "2026-01-01T00:00:00+00:00", "proof": {}})
    assert daily.erase_again() == 1
    assert list(Patient.objects.all()) == kept
    with CaptureQueriesContext(connection) as asked:
        assert daily.erase_again() == 0
    assert len(asked) == 1, "a day on which nobody came back costs a query"


def test_a_half_that_came_back_is_destroyed_again(clinic: Clinic, data: Path) -> None:
    gone = Patient.objects.create(clinic=clinic, number=77, given_names="A", family_names="Prueba")
    seal.seal(gone, b"x")
    [file] = data.glob("keys/??/*.key")
    half = file.read_bytes()
    halves.bring_back_erased({"patient": str(gone.pk), "at": "2026-01-01T00:00:00+00:00", "proof": {}})
    assert daily.erase_again() == 1
    assert not file.exists()
    file.write_bytes(half)
    daily.erase_again()
    assert not file.exists()


def test_a_day_on_which_the_keys_are_away_is_not_done(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    daily.register()
    monkeypatch.setattr("dermograph.clinic.reminders.daily.JOBS", {"upkeep.erased": JOBS["upkeep.erased"]})
    now = timezone.now()
    with monkeypatch.context() as away:
        away.setattr("dermograph.clinic.gallery.places.in_the_way", lambda: InputError(Text("not ours", "no")))
        assert do_daily(now) == []
    assert do_daily(now + LEASE) == ["upkeep.erased"]


def test_heads_are_noted_once_where_nothing_was_added(clinic: Clinic, data: Path) -> None:
    record("clinic.created", clinic=clinic, who=None)
    for _ in range(2):
        daily.note_heads(timezone.now())
    [line] = (data / "audit.anchor").read_text().splitlines()
    assert json.loads(line)["heads"] == {clinic.pk.hex: [1, clinic_head(clinic)]}
    record("clinic.created", clinic=clinic, who=None)
    daily.note_heads(timezone.now())
    assert len((data / "audit.anchor").read_text().splitlines()) == 2


def clinic_head(clinic: Clinic) -> str:
    from dermograph.clinic.audit.models import AuditEntry

    entry = AuditEntry.objects.filter(clinic=clinic).latest("number")
    return str(entry.hash)


def test_both_are_done_by_whoever_keeps_the_clock() -> None:
    daily.register()
    assert {"upkeep.erased", "upkeep.anchor"} <= JOBS.keys()
