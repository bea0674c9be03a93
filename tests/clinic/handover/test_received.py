"""What another system sends is kept as theirs: nothing twice, nothing half, and nothing of it becomes our own entry."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import broken_at
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import (
    VersionConflictError,
    create,
    patient_origins,
    received_parts,
    received_resources,
    take_over,
    update,
)
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.people.selectors import found_patients
from dermograph.clinic.people.services import change_patient
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.tables import to_resource
from dermograph.exchange.fhir.outcome import RefusedError
from dermograph.exchange.record.clinical import Finding
from tests.clinic.handover.bundles import SOURCE, condition, doctor, observation, person, sent


def keys() -> Keys:
    """How the sender's ids become those of the only clinic."""
    return Keys(SOURCE, Clinic.objects.get().pk)


def done(found: Incoming) -> list[str]:
    return [one.done for one in found.results]


def words(found: Incoming) -> list[str]:
    return [issue.words.en for one in found.results for issue in one.issues]


def test_a_patient_is_registered_and_everything_else_is_kept_as_received(clinic: Clinic, lead: Membership) -> None:
    found = take_over(clinic, lead, sent(person(), condition(), observation(), doctor()), source=SOURCE)
    assert done(found) == ["created"] * 4
    patient = Patient.objects.get()
    assert patient.pk == keys().of_logical("Patient", "p")
    assert (patient.number, str(patient), str(patient.birth_date)) == (1, "Prueba Inventada", "1990-06-15")
    assert found_patients(clinic, "inventada").patients == (patient,)
    rows = {row.kind: row for row in Received.objects.all()}
    assert {kind: row.patient for kind, row in rows.items()} == {
        "Patient": patient,
        "Condition": patient,
        "Observation": patient,
        "Practitioner": None,
    }
    assert rows["Condition"].part == "lesions"
    assert {row.source for row in rows.values()} == {SOURCE}
    assert {row.taken_by for row in rows.values()} == {lead}
    assert b"stretch" not in bytes(rows["Condition"].sealed)


def test_the_same_bundle_again_changes_nothing(clinic: Clinic, lead: Membership) -> None:
    data = sent(person(), condition(), observation(), doctor())
    take_over(clinic, lead, data, source=SOURCE)
    before = (Received.objects.count(), AuditEntry.objects.count())
    assert done(take_over(clinic, lead, data, source=SOURCE)) == ["unchanged"] * 4
    assert (Received.objects.count(), AuditEntry.objects.count()) == before


def test_a_changed_entry_is_a_new_version_and_the_former_one_stays(clinic: Clinic, lead: Membership) -> None:
    take_over(clinic, lead, sent(person(), condition()), source=SOURCE)
    later = take_over(clinic, lead, sent(person(), condition(code={"text": "scar"})), source=SOURCE)
    assert done(later) == ["unchanged", "changed"]
    rows = Received.objects.filter(kind="Condition").order_by("version")
    assert [(row.version, row.is_latest) for row in rows] == [(1, False), (2, True)]
    [kept] = received_resources(clinic, kind="Condition")
    assert (kept.version, kept.resource["code"]) == ("2", {"text": "scar"})


def test_the_trail_has_one_entry_a_patient_and_holds(clinic: Clinic, lead: Membership) -> None:
    data = sent(person(), condition(), observation(), person("q", name=[{"text": "Otra Inventada"}]), doctor())
    take_over(clinic, lead, data, source=SOURCE)
    found = [(one.action, one.patient) for one in AuditEntry.objects.order_by("number")]
    first, second = keys().of_logical("Patient", "p"), keys().of_logical("Patient", "q")
    assert found == [
        ("patient.registered", first),
        ("patient.registered", second),
        ("record.received", first),
        ("record.received", None),
    ]
    assert AuditEntry.objects.get(action="record.received", patient=first).details == {
        "source": SOURCE,
        "created": 3,
        "kinds": {"Patient": 1, "Condition": 1, "Observation": 1},
    }
    assert broken_at(clinic) is None


def test_of_a_transaction_all_is_written_or_nothing(clinic: Clinic, lead: Membership) -> None:
    found = take_over(clinic, lead, sent(person(), observation(status="x"), kind="transaction"), source=SOURCE)
    assert not found.applies
    assert (Patient.objects.count(), Received.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_another_clinics_patient_is_refused_and_so_is_what_is_about_them(clinic: Clinic, lead: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    theirs = Patient.objects.create(clinic=other, number=1, given_names="Ajena", family_names="Inventada")
    reference = f"Patient/{theirs.pk}"
    found = take_over(clinic, lead, sent(condition(patient=reference), person(str(theirs.pk))), source="")
    assert done(found) == ["refused", "refused"]
    assert Received.objects.count() == 0
    alone = take_over(clinic, lead, sent(condition(patient=reference)), source="")
    nobody = take_over(clinic, lead, sent(condition(patient=f"Patient/{uuid.UUID(int=7)}")), source="")
    assert words(alone) == [one.replace(str(uuid.UUID(int=7)), str(theirs.pk)) for one in words(nobody)]
    assert "Nobody here is" in words(alone)[0]


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        (
            observation(subject={"display": "somebody"}),
            "It does not say which patient it is about: it cannot be filed.",
        ),
        (person("x", name=[{"family": "123"}]), "A patient needs a name."),
        ({"resourceType": "Parameters", "id": "x"}, "It is no part of a record: it is not kept."),
        (condition(patient="Patient/nobody"), "Nobody here is 'Patient/nobody'. Send the patient with it."),
    ],
    ids=["nobody", "nameless", "wrapper", "dangling"],
)
def test_what_cannot_be_filed_says_why(clinic: Clinic, lead: Membership, resource: dict[str, object], why: str) -> None:
    found = take_over(clinic, lead, sent(resource, person()), source=SOURCE)
    assert done(found) == ["refused", "created"]
    assert why in " ".join(words(found))
    assert all(issue.words.es for issue in found.results[0].issues)


def test_something_about_two_patients_is_not_filed_with_one(clinic: Clinic, lead: Membership) -> None:
    about = [{"what": {"reference": "Patient/p"}}, {"what": {"reference": "Patient/q"}}]
    kind = {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"}
    event = {
        "resourceType": "AuditEvent",
        "id": "a",
        "type": kind,
        "recorded": "2026-01-09T10:00:00Z",
        "agent": [{"requestor": True}],
        "source": {"observer": {"display": "x"}},
        "entity": about,
    }
    found = take_over(clinic, lead, sent(person(), person("q"), event), source=SOURCE)
    assert done(found) == ["created", "created", "refused"]


def test_what_mentions_only_a_thing_of_the_patient_is_filed_with_the_patient(clinic: Clinic, lead: Membership) -> None:
    signature = {
        "resourceType": "Provenance",
        "id": "s",
        "target": [{"reference": "Condition/c"}],
        "recorded": "2026-01-09T10:00:00Z",
        "agent": [{"who": {"display": "Dr. Example"}}],
    }
    assert done(take_over(clinic, lead, sent(signature, condition(), person()), source=SOURCE)) == ["created"] * 3
    assert Received.objects.get(kind="Provenance").patient == Patient.objects.get()


def test_a_blocked_record_is_left_alone(clinic: Clinic, lead: Membership) -> None:
    take_over(clinic, lead, sent(person(), condition()), source=SOURCE)
    Patient.objects.update(restricted_at="2026-01-01T00:00:00Z")
    found = take_over(clinic, lead, sent(person(birthDate="1991"), condition(), observation()), source=SOURCE)
    assert done(found) == ["refused"] * 3
    assert "blocked" in words(found)[0]
    assert received_resources(clinic) == []


def test_what_was_corrected_here_stays_and_what_they_change_is_taken_over(clinic: Clinic, lead: Membership) -> None:
    take_over(clinic, lead, sent(person()), source=SOURCE)
    patient = Patient.objects.get()
    change_patient(patient=patient, version=1, who=lead.user, given_names="Corregida")
    name = [{"given": ["Cambiada"], "family": "Inventada-Otra"}]
    found = take_over(clinic, lead, sent(person(name=name)), source=SOURCE)
    patient.refresh_from_db()
    assert str(patient) == "Corregida Inventada-Otra"
    assert any("Corrected here, so it stays: given names" in one for one in words(found))


def test_a_part_of_a_date_of_birth_stays_a_part(clinic: Clinic, lead: Membership) -> None:
    found = take_over(clinic, lead, sent(person(birthDate="1990-06")), source=SOURCE)
    assert Patient.objects.get().birth_date is None
    assert "only 1990-06 is known" in words(found)[0]
    origin = patient_origins(clinic, [Patient.objects.get().pk])
    assert next(iter(origin.values())).original["birthDate"] == "1990-06"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"deceasedBoolean": True}, "has died"),
        ({"deceasedDateTime": "2020"}, "has died"),
        ({"active": False}, "not in use any more"),
        ({"link": [{"type": "replaced-by", "other": {"reference": "Patient/q"}}]}, "replaces this one"),
        ({"deceasedBoolean": False, "active": True}, ""),
    ],
    ids=["died", "died-then", "not-in-use", "replaced", "none-of-it"],
)
def test_what_a_patient_says_of_its_own_standing_is_told(
    clinic: Clinic, lead: Membership, said: dict[str, object], expected: str
) -> None:
    found = take_over(clinic, lead, sent(person() | said, person("q", birthDate="1950-01-01")), source=SOURCE)
    told = [one for one in words(found) if "sender says" in one]
    assert done(found) == ["created"] * 2
    assert len(told) == bool(expected)
    assert expected in "".join(told)


def test_who_may_be_the_same_person_is_told_and_never_merged(
    clinic: Clinic, lead: Membership, patient: Patient
) -> None:
    twin = person(name=[{"given": ["Lucía"], "family": "Ferrer Campos"}], birthDate="1988-04-09")
    named = [{"system": "urn:oid:1.2", "value": "7"}]
    found = take_over(clinic, lead, sent(twin), source=SOURCE)
    assert words(found) == ["It may be the same person as 1."]
    take_over(clinic, lead, sent(person("q", identifier=named)), source=SOURCE)
    again = take_over(clinic, lead, sent(person("r", identifier=named, birthDate="1950-01-01")), source=SOURCE)
    assert any("has the identifier '7'" in one for one in words(again))
    assert Patient.objects.count() == 4


def test_a_created_resource_gets_an_id_of_ours_and_another_version_when_changed(
    clinic: Clinic, lead: Membership
) -> None:
    first = create(clinic, lead, person("theirs"), source=SOURCE)
    assert first.patient == uuid.UUID(first.resource["id"])
    made = create(clinic, lead, observation(patient=f"Patient/{first.patient}"), source="")
    key = uuid.UUID(made.resource["id"])
    assert (made.version, made.patient) == ("1", first.patient)
    later = update(clinic, lead, "Observation", key, {**made.resource, "valueString": "IV"}, version="1")
    assert (later.version, later.resource["valueString"]) == ("2", "IV")
    with pytest.raises(VersionConflictError) as error:
        update(clinic, lead, "Observation", key, made.resource, version="1")
    assert error.value.current == "2"
    same = update(clinic, lead, "Observation", key, later.resource, version="2")
    assert same.version == "2"


def test_an_update_has_to_name_what_it_is_sent_to(clinic: Clinic, lead: Membership) -> None:
    with pytest.raises(RefusedError, match="those of the address"):
        update(clinic, lead, "Observation", uuid.uuid4(), observation(), version=None)
    with pytest.raises(RefusedError):
        create(clinic, lead, {"resourceType": "Toast"}, source="")


def test_an_entry_of_this_clinic_is_not_changed_from_elsewhere(
    clinic: Clinic, lead: Membership, patient: Patient
) -> None:
    place = {"resourceType": "Organization", "id": str(clinic.pk), "name": "Another name"}
    found = take_over(clinic, lead, sent(place), source="")
    assert done(found) == ["refused"]
    assert "written in this clinic" in words(found)[0]


def test_what_was_received_reads_as_parts_with_the_ids_of_this_clinic(clinic: Clinic, lead: Membership) -> None:
    cited = condition(asserter={"reference": "Practitioner/d"}, recorder={"reference": "Practitioner/away"})
    take_over(clinic, lead, sent(person(), cited, observation(), doctor()), source=SOURCE)
    patient = keys().of_logical("Patient", "p")
    parts = received_parts(clinic, [patient])
    assert {part.id for part in parts} == {keys().of_logical("Condition", "c"), keys().of_logical("Observation", "o")}
    finding = next(part for part in parts if isinstance(part, Finding))
    assert finding.patient == patient
    resources = {one["resourceType"]: one for one in map(to_resource, parts)}
    assert resources["Condition"]["id"] == str(keys().of_logical("Condition", "c"))
    assert resources["Condition"]["subject"]["reference"] == f"Patient/{patient}"
    assert resources["Condition"]["asserter"]["reference"] == f"Practitioner/{keys().of_logical('Practitioner', 'd')}"
    assert resources["Condition"]["recorder"]["reference"] == f"{SOURCE}/Practitioner/away"
    assert resources["Observation"]["meta"]["source"] == SOURCE


def test_ten_patients_cost_as_few_questions_as_one(clinic: Clinic, lead: Membership) -> None:
    counts = []
    for number in (1, 10):
        people = [
            person(f"{number}-{one}", name=[{"given": ["Prueba"], "family": f"Numero{one}x{number}"}])
            for one in range(number)
        ]
        with CaptureQueriesContext(
            connection,
        ) as found:
            take_over(clinic, lead, sent(*people), source=SOURCE)
        counts.append(len(found))
    assert counts[1] <= counts[0] + 12, counts


def test_a_hundred_entries_cost_as_few_questions_as_one(clinic: Clinic, lead: Membership) -> None:
    counts = []
    for number in (1, 100):
        some = [condition(f"{number}-{one}", f"Patient/{number}") for one in range(number)]
        with CaptureQueriesContext(connection) as found:
            done = take_over(clinic, lead, sent(person(str(number)), *some), source=SOURCE).results
        assert {one.done for one in done} == {"created"}
        counts.append(len([one for one in found if one["sql"].startswith("SELECT")]))
    assert counts[1] <= counts[0] + 6, counts


def test_json_of_every_version_is_the_one_that_was_kept(clinic: Clinic, lead: Membership) -> None:
    one = observation(extension=[{"url": "https://other.example/x", "valueString": "ñ"}])
    take_over(clinic, lead, sent(person(), one), source=SOURCE)
    [kept] = received_resources(clinic, kind="Observation")
    assert kept.resource["extension"] == one["extension"]
    assert json.dumps(kept.resource, ensure_ascii=False).count("ñ") == 1
