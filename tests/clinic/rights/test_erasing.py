"""Erasing a whole patient: everything goes, the proof stays, the trail holds, an old database brings nothing back."""

from __future__ import annotations

import datetime as dt
import errno
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import ForeignKey
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import broken_at, record
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.handover.models import HandedOver
from dermograph.clinic.ledger.models import Lot, LotUse, Payment
from dermograph.clinic.people.erasure import patient_erased
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, NameToken, Patient, Role, User
from dermograph.clinic.printed.models import PrintedRecord
from dermograph.clinic.rights import proofs
from dermograph.clinic.rights.erasing import KeptByLaw, erase, reapply
from dermograph.clinic.rights.keeping import choose
from dermograph.clinic.rights.leaving import leave
from dermograph.clinic.rights.models import Disclosure, ErasureProof, Form, KeptMoney, KeptUse, SharedLink
from dermograph.clinic.rights.reach import records_that_left
from dermograph.clinic.rights.rows import files_in, models_of_patients, rows_of
from dermograph.clinic.rights.sharing import make_link
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.vault import halves, keybook, seal, store
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from tests.clinic.conftest import member, signed_in
from tests.clinic.rights.held import Signed, closed, photograph, photographed, signed, sure

__all__ = ["photograph", "signed"]


@pytest.fixture
def keys(tmp_path: Path, settings: Settings) -> Path:
    """A folder of halves of its own."""
    settings.PATIENT_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def past(keys: Path, photograph: Photograph, lead: Membership) -> Patient:
    """A patient with a photograph whose record may be erased."""
    choose(clinic=photograph.clinic, who=lead.user, jurisdiction="es")
    return closed(photograph.course)


def erased(patient: Patient, who: Membership, **given: str) -> ErasureProof:
    return erase(patient=patient.pk, clinic=patient.clinic, who=who.user, ground="asked", **given)


def everywhere(patient: uuid.UUID) -> list[str]:
    """The tables in which the id of a patient stands."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 (Django's way to a model's fields)
            if field.get_internal_type() in ("UUIDField", "ForeignKey", "OneToOneField"):
                target = field.target_field.get_internal_type() if isinstance(field, ForeignKey) else "UUIDField"
                if target == "UUIDField" and model._base_manager.filter(**{field.attname: patient}).exists():  # noqa: SLF001 (the manager that hides no row)
                    found.append(f"{model._meta.label}.{field.name}")  # noqa: SLF001 (Django's name of a model)
    return sorted(found)


def test_everything_goes_and_a_proof_stays(past: Patient, lead: Membership, signed: Signed) -> None:
    signed("teaching", of=None)
    row = Photograph.objects.get()
    make_link(
        photograph=row,
        purpose="teaching",
        recipient="School",
        days=9,
        watermark=True,
        who=lead.user,
        entry=uuid.uuid4(),
    )
    rows = rows_of(past)
    names = files_in(rows)
    assert len(names) == 3
    fingerprint = seal.fingerprint(past)
    proof = erased(past, lead, words="asked in writing")
    for model, ids in rows.items():
        assert not model._base_manager.filter(pk__in=ids).exists(), model  # noqa: SLF001 (the manager that hides no row)
    assert not any(default_storage.exists(name) for name in names)
    assert everywhere(past.pk) == ["audit.AuditEntry.patient", "rights.ErasureProof.erased"]
    assert proof.counts["gallery.Photograph"] == 1
    assert proof.counts["files"] == 3
    assert proof.key_sha256 == fingerprint != ""
    assert proof.sha256 == proofs.digest(proof)
    assert "Ferrer" not in json.dumps(proofs.said(proof))
    assert broken_at(past.clinic) is None
    assert AuditEntry.objects.get(action="patient.erased").details == {"sha256": proof.sha256}
    assert halves.read(past.pk) is None
    with pytest.raises(seal.Erased):
        store.get(past, row.file)
    with pytest.raises(seal.Erased):
        store.put(past, b"anew", "original")


def test_the_database_checks_that_nothing_points_at_what_went(past: Patient, lead: Membership) -> None:
    erased(past, lead)
    connection.check_constraints()


def test_every_model_that_hangs_on_a_patient_can_be_erased_and_exported() -> None:
    labels = {model._meta.label for model in models_of_patients()}  # noqa: SLF001 (Django's name of a model)
    assert {"people.Area", "intake.Withdrawal", "gallery.Outline", "ledger.LotUse", "vault.PatientKey"} <= labels
    shared = {"people.Clinic", "people.User", "people.Membership", "ledger.Lot", "intake.ConsentText"}
    kept = {"audit.AuditEntry", "rights.ErasureProof", "rights.ExportedSet", "rights.KeptMoney", "rights.KeptUse"}
    assert not labels & (shared | kept)


def test_money_and_the_use_of_lots_stay_without_a_person(past: Patient, lead: Membership) -> None:
    course = Course.objects.get(patient=past)
    at = dt.datetime(2017, 5, 3, 10, tzinfo=dt.UTC)
    session = Session.objects.create(
        clinic=past.clinic,
        course=course,
        performed_by=lead,
        started_at=at,
        ended_at=at,
        device="dermograph",
        anaesthesia="none",
    )
    lot = Lot.objects.create(clinic=past.clinic, kind="pigment", name="Sand", number="7", expires_on=at.date())
    LotUse.objects.create(session=session, lot=lot)
    for cents in (12_000, -2_000):
        Payment.objects.create(clinic=past.clinic, session=session, cents=cents, method="card", paid_at=at)
    erased(past, lead)
    money = KeptMoney.objects.get()
    assert (money.month, money.cents, money.method) == (dt.date(2017, 5, 1), 10_000, "card")
    assert KeptUse.objects.get().lot == lot
    assert Payment.objects.count() == LotUse.objects.count() == 0


def test_nobody_else_loses_anything(past: Patient, lead: Membership) -> None:
    other = Patient.objects.create(clinic=past.clinic, number=2, given_names="Marta", family_names="Gil Ferrer")
    area = Area.objects.create(patient=other, name="arm", view="front")
    Course.objects.create(clinic=past.clinic, patient=other, area=area, treatment="scalp", lead=lead)
    name = store.put(other, b"hers", "original")
    before = {model: len(ids) for model, ids in rows_of(other).items()}
    erased(past, lead)
    assert {model: len(ids) for model, ids in rows_of(other).items()} == before
    assert store.get(other, name) == b"hers"
    assert NameToken.objects.filter(word="ferrer").count() == 1


def test_the_account_goes_or_loses_its_name(past: Patient, lead: Membership) -> None:
    user = User.objects.create_user(email="lucia@mail.example", password="x" * 12, name="Lucía Ferrer")
    past.user, past.email = user, "lucia@mail.example"
    past.save()
    record("patient.opened", clinic=past.clinic, who=user, patient=past.pk)  # the trail names the account
    erased(past, lead)
    user.refresh_from_db()
    assert "lucia" not in user.email
    assert user.name == "–"
    assert not user.is_active
    assert not user.has_usable_password()
    assert broken_at(past.clinic) is None


def test_an_account_that_no_trail_names_is_removed_and_that_of_staff_stays(past: Patient, lead: Membership) -> None:
    user = User.objects.create_user(email="lucia@mail.example", password="x" * 12, name="Lucía Ferrer")
    past.user = user
    past.save()
    erased(past, lead)
    assert not User.objects.filter(pk=user.pk).exists()
    other = Patient.objects.create(clinic=lead.clinic, number=3, given_names="Teresa", user=lead.user)
    erased(other, lead)
    lead.user.refresh_from_db()
    assert lead.user.name == "Teresa Mora"


def test_who_keeps_something_without_a_key_to_the_patient_is_told(past: Patient, lead: Membership) -> None:
    heard: list[dict[str, Any]] = []

    def hear(**given: Any) -> None:  # noqa: ANN401 (what a signal sends)
        heard.append(given)

    patient_erased.connect(hear)
    try:
        erased(past, lead)
    finally:
        patient_erased.disconnect(hear)
    assert heard[0]["patient"].pk == past.pk
    assert past.pk in heard[0]["ids"]


def test_a_second_click_finds_the_proof(past: Patient, lead: Membership) -> None:
    client, address = sure(lead), reverse("patient_erase", args=[past.pk])
    form = {"ground": "asked", "words": "", "number": "1"}
    first = client.post(address, form)
    assert first.status_code == 200
    assert "Prueba" in first.content.decode() or "Proof of erasure" in first.content.decode()
    assert client.post(address, form).status_code == 302
    assert ErasureProof.objects.count() == 1
    assert AuditEntry.objects.filter(action="patient.erased").count() == 1
    assert erased(past, lead) == ErasureProof.objects.get()
    page = signed_in(lead).get(reverse("patient_rights", args=[past.pk])).content.decode()
    assert ErasureProof.objects.get().sha256 in page
    assert "Español" in page
    assert signed_in(lead).get(reverse("patient", args=[past.pk])).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"number": ""},
        {"number": "2"},
        {"number": "1\x00"},
        {"ground": ""},
        {"ground": "because"},
        {"words": "Lucía asked"},
        {"words": "ask FERRER for more"},
        {"words": "x" * 301},
    ],
    ids=str,
)
def test_a_form_that_is_not_right_erases_nothing(past: Patient, lead: Membership, change: dict[str, str]) -> None:
    form = {"ground": "asked", "words": "", "number": "1", **change}
    assert sure(lead).post(reverse("patient_erase", args=[past.pk]), form).status_code == 422
    assert Patient.objects.filter(pk=past.pk).exists()
    assert halves.read(past.pk) is not None


def test_what_has_to_be_kept_is_not_erased(keys: Path, photograph: Photograph, lead: Membership) -> None:
    patient = photograph.course.patient
    for law, state in ((None, "open"), ("es", "kept")):
        if law:
            choose(clinic=patient.clinic, who=lead.user, jurisdiction=law)
            closed(photograph.course, dt.timedelta(days=30))
        with pytest.raises(KeptByLaw) as refused:
            erased(patient, lead)
        assert refused.value.decision.state == state
        answer = sure(lead).post(reverse("patient_erase", args=[patient.pk]), {"ground": "asked", "number": "1"})
        assert answer.status_code == 422
    page = sure(lead).get(reverse("patient_erase", args=[patient.pk])).content.decode()
    assert "Ley 41/2002, art. 17.1" in page
    assert "Erase for good" not in page
    assert store.get(patient, photograph.file)


def test_only_who_runs_the_clinic_and_has_just_said_who_they_are_erases(
    past: Patient, practitioner: Membership, lead: Membership, admin: Membership
) -> None:
    address = reverse("patient_erase", args=[past.pk])
    assert sure(practitioner).get(address).status_code == 403
    assert sure(admin).get(address).status_code == 200
    client = signed_in(lead)
    session = client.session
    session["sure_at"] = 0
    session.save()
    for answer in (client.get(address), client.post(address, {"ground": "asked", "number": "1"})):
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
    stranger = member(Clinic.objects.create(name="Otra", slug="otra"), Role.MEDICAL_LEAD, "Ana Otra")
    assert sure(stranger).post(address, {"ground": "asked", "number": "1"}).status_code == 404
    assert Patient.objects.filter(pk=past.pk).exists()


def test_where_the_key_cannot_be_destroyed_nothing_is_erased(
    past: Patient, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(halves, "_written", full)
    with pytest.raises(InputError, match="nothing was erased"):
        erased(past, lead)
    monkeypatch.undo()
    assert store.get(past, Photograph.objects.get().file)
    assert ErasureProof.objects.count() == 0


def test_an_erasure_that_was_interrupted_before_the_end_is_finished(past: Patient, lead: Membership) -> None:
    class PowerCutError(Exception):
        pass

    def cut() -> None:
        with transaction.atomic():
            erased(past, lead)
            raise PowerCutError

    with pytest.raises(PowerCutError):
        cut()
    assert Patient.objects.filter(pk=past.pk).exists()  # the rows came back, the key did not
    with pytest.raises(seal.Erased):
        store.get(past, Photograph.objects.get().file)
    assert reapply() == [past.pk]
    assert not Patient.objects.filter(pk=past.pk).exists()
    proof = ErasureProof.objects.get()
    assert proof.sha256 == proofs.digest(proof)
    assert reapply() == []
    assert ErasureProof.objects.count() == 1


def test_a_database_of_an_older_day_does_not_bring_the_patient_back(past: Patient, lead: Membership) -> None:
    row = Photograph.objects.get()
    sealed = {name: Path(default_storage.path(name)).read_bytes() for name in (row.file, row.preview)}
    key = bytes(past.key.wrapped)
    proof = erased(past, lead)
    # The backup of the day before is restored: rows, wrapped key and sealed files, under the same ids.
    ErasureProof.objects.all()._raw_delete(using="default")  # noqa: SLF001 (as if it had never been there)
    again = Patient.objects.create(pk=past.pk, clinic=past.clinic, number=1, given_names="Lucía", family_names="Ferrer")
    area = Area.objects.create(patient=again, name="abdomen", view="front")
    course = Course.objects.create(clinic=again.clinic, patient=again, area=area, treatment="paramedical", lead=lead)
    row.course, row._state.adding = course, True  # noqa: SLF001 (the same row once more)
    row.save()
    type(past.key).objects.create(patient=again, wrapped=key)
    for name, data in sealed.items():
        path = Path(default_storage.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with pytest.raises(seal.Erased):
        store.get(again, row.file)
    assert reapply() == [past.pk]
    assert not any(default_storage.exists(name) for name in sealed)
    assert everywhere(past.pk) == ["audit.AuditEntry.patient", "rights.ErasureProof.erased"]
    back = ErasureProof.objects.get()
    assert (back.pk, back.sha256, back.written_by) == (proof.pk, proof.sha256, lead.user)
    assert back.sha256 == proofs.digest(back)
    assert AuditEntry.objects.get(action="patient.erased_again").who is None
    assert broken_at(past.clinic) is None


def test_a_proof_that_was_altered_is_told(past: Patient, lead: Membership) -> None:
    proof = erased(past, lead)
    address = reverse("patient_rights", args=[past.pk])
    assert "was altered" not in signed_in(lead).get(address).content.decode()
    ErasureProof.objects.filter(pk=proof.pk).update(erased_at=timezone.now() - dt.timedelta(days=3))
    assert "was altered" in signed_in(lead).get(address).content.decode()


def test_the_page_names_what_it_cannot_reach(past: Patient, lead: Membership, signed: Signed) -> None:
    signed("teaching", of=None)
    row = Photograph.objects.get()
    form = {"purpose": "teaching", "recipient": "School of the North"}
    assert sure(lead).post(reverse("photograph_original", args=[row.pk]), form).status_code == 200
    page = sure(lead).get(reverse("patient_erase", args=[past.pk])).content.decode()
    assert "School of the North" in page
    proof = erased(past, lead)
    assert proof.beyond == {"sets": [], "others": 1}
    assert Disclosure.objects.count() == SharedLink.objects.count() == 0


def test_the_page_names_who_has_the_whole_record_and_the_proof_counts_each_copy_once(
    past: Patient, lead: Membership
) -> None:
    for day, kind, purpose, to in (
        (2, HandedOver, "record", "Hospital Inventado"),
        (1, PrintedRecord, "record", "Clínica Otra"),
        (3, HandedOver, "patient", ""),
    ):
        at = dt.datetime(2017, 5, day, 23, tzinfo=dt.UTC)  # the day after in Madrid
        kind.objects.create(clinic=past.clinic, patient=past, purpose=purpose, recipient=to, written_at=at)
    row = Photograph.objects.get()
    former, other = row, photographed(row.course, lead, seed=2)
    for one, form in ((former, Form.REPORT), (other, Form.PDF)):  # as it was once written down, and as it is
        leave(photographs=[one], purpose="record", recipient="Clínica Otra", form=form, who=lead.user)
    leave(photographs=[other], purpose="patient", recipient="", form=Form.DICOM, who=lead.user)
    closed(row.course)
    assert [(one.to, one.day.day, one.form.es) for one in records_that_left(past)] == [
        ("Clínica Otra", 2, "en papel o en PDF"),
        ("Hospital Inventado", 3, "como archivo (FHIR)"),
    ]
    rights = sure(lead).get(reverse("patient_rights", args=[past.pk])).content.decode()
    left = rights.split("What left, and to whom")[1].split("</section>")[0]
    assert (left.count("in the record as a PDF"), left.count("DICOM object"), left.count("report of")) == (2, 1, 0)
    whole = left.split("Whole records that others have")[1]
    assert whole.count("<li>") == 2
    assert "Hospital Inventado" in whole
    assert "as a file (FHIR)" in whole
    page = sure(lead).get(reverse("patient_erase", args=[past.pk])).content.decode()
    list_of_records = page.split("Whole records that others have")[1].split("</ul>")[0]
    assert list_of_records.count("<li>") == 2
    assert "Hospital Inventado" in list_of_records
    assert "Clínica Otra" in list_of_records
    assert "afterwards nobody knows who has it" in page
    assert erased(past, lead).beyond == {"sets": [], "others": 2}


def test_copies_of_the_key_that_could_not_be_reached_are_told_to_who_erases(
    past: Patient, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Text("The book on the second disk was not reached.", "No se alcanzó el libro del segundo disco.")
    monkeypatch.setattr(keybook, "renew", lambda: [told])
    monkeypatch.setattr(keybook, "archives_before", lambda _: ["night.dermograph (2026-11-21)"])
    form = {"ground": "asked", "words": "", "number": "1"}
    page = sure(lead).post(reverse("patient_erase", args=[past.pk]), form).content.decode()
    assert told.en in page
    assert "night.dermograph (2026-11-21)" in page
