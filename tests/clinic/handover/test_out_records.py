"""Rows of the clinic as parts of a record: all of them, each as it stands, and right by validators of others."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dermograph.clinic.audit.opened import record_opened
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.handover.outgoing.keys import made_of, number_of, of_number
from dermograph.clinic.handover.outgoing.sources import BY_KIND, NOT_MAPPED, OF_CLINIC, OF_PATIENTS
from dermograph.clinic.handover.outgoing.whole import records_of
from dermograph.clinic.handover.subjects import references_of
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, User
from dermograph.clinic.rights.rows import models_of_patients
from dermograph.clinic.treatment.models import Session
from dermograph.exchange.fhir.bundle import record_bundle
from dermograph.exchange.fhir.map.tables import TABLES, from_resource, to_resource
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read_bundle import read_bundle
from dermograph.exchange.record.part import Concept, Measured
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown
from dermograph.exchange.record.whole import Record
from tests.clinic.conftest import member
from tests.clinic.handover.full_record import fill
from tests.exchange.fhir.lookups import Nothing
from tests.exchange.judges.judges import faults

BASE = "https://clinic.example/fhir"
#: What no row of the clinic is: what other systems observed.
FROM_ELSEWHERE = {"findings"}


@pytest.fixture
def full(patient: Patient, practitioner: Membership, lead: Membership) -> Course:
    return fill(patient, practitioner, lead)


def whole(patient: Patient, **more: Any) -> Record:  # noqa: ANN401 (as records_of takes them)
    return next(records_of(patient.clinic, [patient.pk], **more))


@pytest.mark.django_db
def test_every_table_of_a_patient_is_mapped_or_named_with_the_reason() -> None:
    tables = {model._meta.label for model in models_of_patients()}  # noqa: SLF001 (Django's name of a model)
    mapped = {source.model._meta.label for source in OF_PATIENTS}  # noqa: SLF001 (the same)
    assert tables - mapped == set(NOT_MAPPED)
    assert mapped - tables == {"audit.AuditEntry"}  # it outlives the patient, and so is tied by no foreign key
    assert not mapped & set(NOT_MAPPED)
    assert all(apps.get_model(label) and reason.en and reason.es for label, reason in NOT_MAPPED.items())


def test_every_field_of_a_record_is_made_from_some_table() -> None:
    made = {made.field for source in (*OF_CLINIC, *OF_PATIENTS) for made in source.made}
    assert made == {one.name for one in dataclasses.fields(Record)} - FROM_ELSEWHERE
    assert set(BY_KIND) == {TABLES[name].kind for name in made}


def test_a_record_holds_every_row_and_is_right_by_the_validators_of_others(full: Course) -> None:
    record = whole(full.patient)
    filled = {one.name for one in dataclasses.fields(Record) if getattr(record, one.name)}
    assert filled == {one.name for one in dataclasses.fields(Record)} - FROM_ELSEWHERE
    for source in OF_PATIENTS:
        rows = source.rows(full.clinic).filter(**{source.patient: full.patient_id})
        ids = {part.id for part in record.parts()}
        made = source.made[0]
        rows = rows.filter(made.only()) if made.only else rows
        assert rows.count() > 0, source.model
        assert all((source.has_number or row.pk in ids) for row in rows), source.model
    bundle = record_bundle(record, base=BASE)
    assert issues_of(bundle) == ()
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == len(bundle["entry"])
    assert faults([*(entry["resource"] for entry in bundle["entry"]), bundle]) == []


def test_every_reference_of_a_record_leads_to_something_in_it(full: Course) -> None:
    bundle = record_bundle(whole(full.patient))
    there = {entry["fullUrl"] for entry in bundle["entry"]}
    found = {one["reference"] for entry in bundle["entry"] for one in references_of(entry["resource"])}
    assert len(found) > 20
    assert found <= there


def test_what_is_written_comes_back_from_the_resources_as_it_was(full: Course) -> None:
    for part in whole(full.patient).parts():
        assert from_resource(to_resource(part)) == part


def test_unknown_stays_unknown_with_its_reason(full: Course) -> None:
    record = whole(full.patient)
    said = {one.fact: one.value for one in record.answers}
    assert said["keloid_tendency"] == Unknown("not_known")
    assert said["infection"] == Unknown("refused")
    assert said["herpes"] == Unknown("not_asked")
    assert said["healed"] is True
    assert said["pregnant"] is False
    assert said["degree"] == 3
    assert said["onset"] == PartialDate("2019-05-01")
    assert said["no_fact_of_ours"] == "as it was"
    [session] = record.sessions
    assert session.zones[1].cm2 == UNWRITTEN
    assert session.dots == UNWRITTEN
    [failed] = [one for one in record.comparisons if one.reason == "It failed."]
    assert failed.measured_at == UNWRITTEN
    [measured] = [one for one in record.comparisons if one.verdict == "improved"]
    assert measured.measures[0].change == Measured(-1.75, 0.64, "delta_e00")
    assert measured.measures[1].change == Unknown("not_performed")
    assert measured.measures[1].caveat == "The light differs."


def test_a_corrected_entry_stays_beside_what_corrects_it(full: Course) -> None:
    record = whole(full.patient)
    first, second = [one for one in record.answers if one.fact == "lesion"]
    if second.supersedes is None:
        first, second = second, first
    assert second.supersedes == first.id
    assert second.correction_reason == "It is a scar."
    assert [one.kind for one in record.lesions] == [Concept("scar", words="scar (surgery or injury)")]


def test_a_session_that_was_corrected_is_counted_once_and_comes_in_again_with_its_correction(full: Course) -> None:
    [old] = Session.objects.filter(course=full)
    columns = {one.attname: getattr(old, one.attname) for one in Session._meta.concrete_fields}  # noqa: SLF001 (Django's)
    new = Session.objects.create(
        **{**columns, "id": uuid.uuid4(), "supersedes_id": old.pk, "correction_reason": "The device was another."}
    )
    record = whole(full.patient)
    assert {one.id: one.state for one in record.sessions} == {old.pk: "entered-in-error", new.pk: "completed"}
    uses = {one.session: one.state for one in record.device_uses}
    assert uses == {old.pk: "entered-in-error"}
    sent = json.dumps(record_bundle(record, base=BASE)).encode()
    found = read_bundle(sent, Nothing(), uuid.uuid4(), source="https://elsewhere.example/fhir")
    kinds = {"Procedure", "DeviceUseStatement"}
    assert [one.done for one in found.results if one.kind in kinds] == ["created"] * 3


def test_signs_that_no_protocol_expects_are_adverse_events(full: Course) -> None:
    record = whole(full.patient)
    assert {one.sign for one in record.symptoms} == {"erythema", "infection"}
    assert [one.kind.code for one in record.adverse_events] == ["infection"]
    assert [one.state for one in record.tasks] == ["requested", "requested"]


def test_what_the_patient_did_is_not_said_of_the_clinic(full: Course, patient: Patient) -> None:
    own = User.objects.create_user(email="own@example.org", name="Own")
    Patient.objects.filter(pk=patient.pk).update(user=own)
    record_opened(clinic=patient.clinic, who=own, patient=patient.pk)
    record = whole(patient)
    assert [(one.who, one.by_patient) for one in record.audit][-1] == (None, patient.pk)
    [signature] = [one for one in record.provenances if one.targets[0].startswith("Consent/")]
    assert (signature.who, signature.by_patient) == (None, patient.pk)
    assert [one.words for one in record.messages if one.from_patient] == ["Es duele."]


def test_the_number_of_queries_does_not_grow_with_the_record(
    full: Course, practitioner: Membership, lead: Membership
) -> None:
    clinic = full.clinic
    large = Patient.objects.create(clinic=clinic, number=2, given_names="Inventada", family_names="Grande")
    fill(large, practitioner, lead, number=9)
    counts = []
    for some in ([full.patient_id], [large.pk], [full.patient_id, large.pk]):
        with CaptureQueriesContext(connection) as asked:
            made = list(records_of(clinic, some))
        assert [one.patient.id for one in made] == some
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 60


def test_a_blocked_record_and_another_clinics_are_not_read(full: Course) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    assert list(records_of(other, [full.patient_id])) == []
    Patient.objects.filter(pk=full.patient_id).update(restricted_at=dt.datetime.now(dt.UTC))
    assert list(records_of(full.clinic, [full.patient_id])) == []


def test_only_what_changed_since_comes_with_whom_it_names(full: Course, lead: Membership) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
    nothing = whole(full.patient, since=later)
    assert {part.id for part in nothing.parts()} == {full.clinic_id, full.patient_id}
    Answer.objects.create(
        clinic=full.clinic,
        patient=full.patient,
        fact="pregnant",
        value=True,
        answered_on=later.date(),
        written_by=lead.user,
        written_at=later + dt.timedelta(seconds=1),
    )
    Comparison.objects.filter(course=full, stage="failed").update(done_at=later + dt.timedelta(seconds=1))
    some = whole(full.patient, since=later)
    assert len(some.answers) == 1
    assert len(some.comparisons) == 1
    assert lead.pk in {one.id for one in some.practitioners}
    assert some.sessions == ()


def test_who_left_the_clinic_is_still_named(full: Course, clinic: Clinic) -> None:
    gone = member(clinic, "practitioner", "Gone Made Up")
    Answer.objects.create(
        clinic=clinic,
        patient=full.patient,
        fact="pregnant",
        value=True,
        answered_on=dt.date(2026, 3, 3),
        written_by=gone.user,
    )
    Membership.objects.filter(pk=gone.pk).update(active=False)
    assert (gone.pk, False) in {(one.id, one.active) for one in whole(full.patient).practitioners}


@pytest.mark.parametrize("what", ["goal", "lesion", "task", "slot", "schedule", "signature", "adverse-event"])
def test_an_id_leads_back_to_its_row(what: str) -> None:
    row = uuid.UUID("369f2091-8dec-458d-911a-0fb78c178848")
    key = made_of(row, what)
    assert key != row
    assert key.version == row.version
    assert made_of(key, what) == row


@pytest.mark.parametrize("number", [0, 1, 2**48 - 1])
def test_a_number_within_a_clinic_has_an_id_that_leads_back_to_it(number: int) -> None:
    clinic, other = uuid.uuid4(), uuid.uuid4()
    assert number_of(clinic, of_number(clinic, number, "audit"), "audit") == number
    assert number_of(other, of_number(clinic, number, "audit"), "audit") is None
    assert number_of(clinic, uuid.uuid4(), "audit") is None
