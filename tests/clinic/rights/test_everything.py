"""Everything held about a patient: nothing forgotten, nothing of anybody else, made while it is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.consenting import withdraw
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Membership, Patient
from dermograph.clinic.rights import everything
from dermograph.clinic.rights.everything import archive, handed_out
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.rights.readable import TECHNICAL
from dermograph.clinic.rights.restricting import restrict
from dermograph.clinic.rights.rows import rows_of
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.rights.held import Signed, photograph, photographed, signed, sure

__all__ = ["photograph", "signed"]


def opened(pieces: Iterator[bytes]) -> zipfile.ZipFile:
    whole = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert whole.testzip() is None
    return whole


def sent(answer: Any) -> Iterator[bytes]:  # noqa: ANN401 (the test client's answer)
    """The pieces of an answer that streams."""
    return iter(answer.streaming_content)


def json_of(whole: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401 (JSON)
    return json.loads(whole.read(name))


def test_every_row_of_the_patient_is_in_it(photograph: Photograph, signed: Signed, lead: Membership) -> None:
    patient = photograph.course.patient
    withdraw(consent=signed("teaching", of=None), who=lead.user, purpose="teaching", reason="because")
    Answer.objects.create(
        clinic=patient.clinic, patient=patient, fact="pregnant", value=False, answered_on=dt.date(2026, 1, 1)
    )
    whole = opened(archive(patient))
    for model, ids in rows_of(patient).items():
        label = model._meta.label  # noqa: SLF001 (Django's name of a model)
        if label in TECHNICAL:
            assert f"records/{label.lower()}.json" not in whole.namelist()
            continue
        there = json_of(whole, f"records/{label.lower()}.json")["rows"]
        assert {one["id"] for one in there} == {str(pk) for pk in ids}, label


def test_the_originals_are_in_it_byte_for_byte_and_the_manifest_says_so(
    photograph: Photograph, lead: Membership
) -> None:
    photographed(photograph.course, lead, seed=4)
    patient = photograph.course.patient
    whole = opened(archive(patient))
    originals = {whole.read(name) for name in whole.namelist() if name.startswith("photographs/")}
    assert originals == {store.get(patient, row.file) for row in Photograph.objects.all()}
    manifest = json_of(whole, "manifest.json")
    assert set(manifest["files"]) == set(whole.namelist()) - {"manifest.json"}
    for name, said in manifest["files"].items():
        assert hashlib.sha256(whole.read(name)).hexdigest() == said["sha256"]


def test_codes_are_said_in_words_in_the_language_of_the_patient(photograph: Photograph, signed: Signed) -> None:
    patient = photograph.course.patient
    Answer.objects.create(
        clinic=patient.clinic,
        patient=patient,
        course=photograph.course,
        fact="lesion",
        value="scar",
        answered_on=dt.date(2026, 1, 1),
    )
    for language, words, first in (("es", "cicatriz", "Todo lo que"), ("en", "scar", "Everything that")):
        patient.language = language
        whole = opened(archive(patient))
        [answer] = json_of(whole, "records/intake.answer.json")["rows"]
        assert answer["in_words"]["answer"].startswith(words)
        assert whole.read("README.txt").decode().startswith(first)


def test_consents_are_there_as_they_were_signed(photograph: Photograph, signed: Signed, lead: Membership) -> None:
    withdraw(consent=signed("teaching", of=None), who=lead.user, purpose="teaching", reason="because")
    whole = opened(archive(photograph.course.patient))
    texts = [whole.read(name).decode() for name in whole.namelist() if name.startswith("consents/")]
    assert len(texts) == 2
    [text] = [one for one in texts if "[x] For teaching" in one]
    assert "What is done with them." in text
    assert "[ ] For research" in text
    assert "Lucía Ferrer" in text
    assert "teaching – because" in text


def test_who_opened_and_exported_the_record_is_in_it_and_nobody_elses_business(
    photograph: Photograph, lead: Membership
) -> None:
    patient = photograph.course.patient
    stranger = Patient.objects.create(clinic=patient.clinic, number=2, given_names="Marta", family_names="Gil")
    sure(lead).post(reverse("photograph_original", args=[photograph.pk]), {"purpose": "patient"})
    sure(lead).get(reverse("patient", args=[patient.pk]))
    whole = opened(archive(patient))
    did = [(one["did"], one["who"]) for one in json_of(whole, "audit.json")]
    assert ("Fotografía original descargada", "Teresa Mora") in did
    assert ("Historia del paciente abierta", "Teresa Mora") in did
    every = b"".join(whole.read(name) for name in whole.namelist())
    for told in (b"Marta", str(stranger.pk).encode(), b"token_sha256", b'"wrapped"', b'"password"'):
        assert told not in every


def test_the_page_asks_who_one_is_writes_it_down_and_streams(photograph: Photograph, lead: Membership) -> None:
    address = reverse("patient_export", args=[photograph.course.patient_id])
    client = signed_in(lead)
    session = client.session
    session["sure_at"] = 0
    session.save()
    assert "reauthenticate" in client.get(address)["Location"]
    answer = sure(lead).post(address)
    assert answer.streaming
    assert answer["Content-Type"] == "application/zip"
    assert "Ferrer" not in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store, private"
    assert AuditEntry.objects.filter(action="record.exported", who=lead.user).count() == 1
    assert Disclosure.objects.get().form == "archive"
    assert opened(sent(answer)).namelist()


def test_nothing_large_waits_in_memory(photograph: Photograph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "get", lambda *_: b"\xff" * 3_000_000)
    pieces = [len(piece) for piece in archive(photograph.course.patient)]
    assert max(pieces) < 400_000
    assert sum(pieces) > 3_000_000


def test_where_it_cannot_be_written_down_nothing_leaves(
    photograph: Photograph, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(everything, "leave", full)
    answer = sure(lead).post(reverse("patient_export", args=[photograph.course.patient_id]))
    assert answer.status_code == 507
    assert not answer.streaming
    assert "nothing was exported" in answer.content.decode()
    with pytest.raises(InputError, match="nothing was exported"):
        handed_out(photograph.course.patient, lead.user)


def test_a_photograph_that_is_missing_or_altered_is_said_to_be_so(photograph: Photograph) -> None:
    store.remove(photograph.file)
    whole = opened(archive(photograph.course.patient))
    [name] = [one for one in whole.namelist() if one.startswith("photographs/")]
    assert name.endswith(".missing.txt")
    assert "no está en el almacén" in whole.read(name).decode()


def test_a_blocked_record_is_still_handed_to_its_patient(photograph: Photograph, lead: Membership) -> None:
    patient = photograph.course.patient
    restrict(patient=patient, who=lead.user, reason="asked", entry=uuid.uuid4())
    answer = sure(lead).post(reverse("patient_export", args=[patient.pk]))
    assert opened(sent(answer)).namelist()


def test_who_has_only_a_name_on_record_gets_that(patient: Patient, lead: Membership) -> None:
    patient.family_names = '=cmd|"</script>\u202e'
    patient.save()
    whole = opened(handed_out(patient, lead.user))
    assert json_of(whole, "records/people.patient.json")["rows"][0]["family_names"] == patient.family_names
    assert AuditEntry.objects.filter(action="record.exported").count() == 1


def test_only_the_medical_lead_hands_everything_out(
    photograph: Photograph, practitioner: Membership, admin: Membership, front_desk: Membership
) -> None:
    address = reverse("patient_export", args=[photograph.course.patient_id])
    for person in (practitioner, admin, front_desk):
        assert sure(person).post(address).status_code == 403
    assert Disclosure.objects.count() == 0
