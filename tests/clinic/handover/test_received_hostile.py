"""What is sent by mistake or on purpose, so that it would land with somebody else, wipe what is known, or break."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest
from django.db import IntegrityError

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover import taking
from dermograph.clinic.handover.conflicts import StaleError
from dermograph.clinic.handover.judging import judge
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import (
    Sending,
    VersionConflictError,
    create,
    received_resources,
    take_over,
    take_over_bundle,
    update,
)
from dermograph.clinic.handover.writing import Terms, Writing
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.people.services import change_patient, register_patient
from dermograph.clinic.vault.seal import Unreadable
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.outcome import RefusedError
from tests.clinic.conftest import member
from tests.clinic.handover.bundles import SOURCE, bundle, condition, doctor, observation, person, sent

APP = "urn:dermograph:app:1"
PHONE = {"system": "phone", "value": "600 000 000"}
EMAIL = {"system": "email", "value": "prueba@example.org"}


def done(found: Incoming) -> list[str]:
    return [one.done for one in found.results]


def words(found: Incoming) -> str:
    return " ".join(issue.words.en for one in found.results for issue in one.issues)


def another() -> tuple[Clinic, Membership]:
    """Another clinic, with somebody who answers for it."""
    clinic = Clinic.objects.create(name="Otra", slug="otra", time_zone="Europe/Madrid", language="en")
    return clinic, member(clinic, Role.MEDICAL_LEAD, "Otra Directora")


# --- with whom it is filed


def test_an_entry_is_not_filed_with_another_patient_by_the_address_that_it_gives_itself(
    clinic: Clinic, lead: Membership
) -> None:
    take_over(clinic, lead, sent(person("a"), person("b", name=[{"text": "Otra Inventada"}])), source=SOURCE)
    one = observation(patient="Patient/a", performer=[{"reference": "Patient/b"}])
    aimed = {"resourceType": "Bundle", "type": "batch", "entry": [{"fullUrl": "Patient/a", "resource": one}]}
    assert done(take_over(clinic, lead, json.dumps(aimed).encode(), source=SOURCE)) == ["refused"]
    assert not Received.objects.filter(kind="Observation").exists()


def test_judging_says_of_each_entry_with_whom_it_would_be_filed(clinic: Clinic) -> None:
    note = {"resourceType": "Provenance", "id": "n", "target": [{"reference": "Condition/c"}]}
    note |= {"recorded": "2026-01-09T10:00:00Z", "agent": [{"who": {"display": "x"}}]}
    keys = Keys(SOURCE, clinic.pk)
    judged = judge(clinic, bundle(note, condition(), person(), doctor()), SOURCE)
    somebody = keys.of_logical("Patient", "p")
    assert judged.patients == {0: somebody, 1: somebody, 2: somebody, 3: None}


@pytest.mark.parametrize(
    "whom",
    [{"display": "Somebody"}, {"identifier": {"system": "urn:oid:1.2", "value": "7"}}, {"reference": "#in"}],
    ids=["words", "number", "inside"],
)
def test_words_about_a_patient_without_a_record_are_not_kept(
    clinic: Clinic, lead: Membership, whom: dict[str, Any]
) -> None:
    inside = [{"resourceType": "Patient", "id": "in", "name": [{"text": "Somebody"}]}]
    more: dict[str, Any] = {"contained": inside} if "reference" in whom else {}
    device = {"resourceType": "Device", "id": "d", "patient": whom, **more}
    typed = {**whom, "type": "Patient"} if "reference" in whom else whom
    seen = observation(subject=typed, performer=[{"reference": "Patient/p"}], **more)
    holder = {"resourceType": "Location", "id": "l", "name": "x", "contained": inside}
    found = take_over(clinic, lead, sent(person(), device, seen, holder), source=SOURCE)
    assert done(found) == ["created", "refused", "refused", "refused"]
    assert words(found).count("cannot be filed") == 3


def test_what_is_about_nobody_is_sealed_too_and_opens_only_for_its_clinic(clinic: Clinic, lead: Membership) -> None:
    take_over(clinic, lead, sent(doctor()), source=SOURCE)
    row = Received.objects.get()
    assert b"Example" not in bytes(row.sealed)
    [kept] = received_resources(clinic)
    assert kept.resource["name"] == [{"text": "Dr. Example"}]
    other, _ = another()
    Received.objects.update(clinic=other)
    with pytest.raises(Unreadable):
        received_resources(other)


# --- two clinics


def test_two_clinics_take_the_same_over_and_neither_sees_the_other(clinic: Clinic, lead: Membership) -> None:
    other, theirs = another()
    data = sent(person(), condition(), observation(str(uuid.UUID(int=5))), doctor(str(uuid.UUID(int=6))))
    assert done(take_over(clinic, lead, data, source=SOURCE)) == ["created"] * 4
    assert done(take_over(other, theirs, data, source=SOURCE)) == ["created"] * 4
    assert done(take_over(other, theirs, data, source=SOURCE)) == ["unchanged"] * 4
    assert Patient.objects.filter(clinic=clinic).count() == Patient.objects.filter(clinic=other).count() == 1


def test_an_id_that_another_clinics_patient_has_is_refused_without_saying_so(clinic: Clinic, lead: Membership) -> None:
    other, _ = another()
    taken = Patient.objects.create(clinic=other, number=1, given_names="Ajena", family_names="Inventada")
    found = take_over(clinic, lead, sent(person(str(taken.pk))), source=SOURCE)
    assert done(found) == ["refused"]
    assert words(found) == "This id cannot be used here. Send it with another one."


def test_what_the_database_refuses_every_time_is_a_conflict(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(*_args: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(Writing, "write", twice)
    with pytest.raises(RefusedError) as error:
        take_over(clinic, lead, sent(person()), source=SOURCE)
    assert [one.code for one in error.value.issues] == ["conflict"]


def disturbed(monkeypatch: pytest.MonkeyPatch, times: int, error: Exception | None = None) -> None:
    """One record a batch; the second cannot be written so many times, since others change it or for another reason."""
    write, left = Writing.write, [times]

    def write_unless(self: Writing, results: Any) -> None:  # noqa: ANN401 (as it is called)
        if any(one.number == 2 for one in results) and left[0]:
            left[0] -= 1
            raise error or StaleError
        write(self, results)

    monkeypatch.setattr(taking, "BATCH", 1)
    monkeypatch.setattr(Writing, "write", write_unless)


@pytest.mark.parametrize("times", [2, 3], ids=["in-time", "never"])
def test_what_is_written_of_a_batch_is_told_whatever_becomes_of_the_rest(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    disturbed(monkeypatch, times)
    twin = person("q", name=[{"text": "Otra Inventada"}])
    data = sent(person(birthDate="1990"), condition(), twin, condition("d", "Patient/q"))
    found = take_over(clinic, lead, data, source=SOURCE)
    rest = "created" if times == 2 else "refused"
    assert done(found) == ["created", "created", rest, rest]
    assert words(found).count("only 1990 is known") == 1
    refused = [issue for one in found.results for issue in one.issues if one.done == "refused"]
    assert {issue.code for issue in refused} == (set() if times == 2 else {"conflict"})
    assert Patient.objects.count() == (2 if times == 2 else 1)
    again = take_over(clinic, lead, data, source=SOURCE)
    assert done(again) == ["unchanged", "unchanged"] + ["unchanged" if times == 2 else "created"] * 2


def test_what_is_written_before_the_disk_is_full_is_told(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    disturbed(monkeypatch, 1, InputError(Text("The disk is full.", "El disco está lleno.")))
    data = sent(person(), condition(), person("q", name=[{"text": "Otra Inventada"}]))
    found = take_over(clinic, lead, data, source=SOURCE)
    assert done(found) == ["created", "created", "refused"]
    assert "The disk is full" in words(found)


# --- who sends it


def test_only_who_sent_something_first_changes_it(clinic: Clinic, lead: Membership) -> None:
    key = uuid.UUID(int=5)
    take_over(clinic, lead, sent(person(), observation(str(key))), source=SOURCE)
    [stands] = received_resources(clinic, kind="Observation")
    changed = {**stands.resource, "valueString": "IV"}
    assert done(take_over(clinic, lead, sent(changed), source=APP)) == ["refused"]
    with pytest.raises(RefusedError, match="Only that system changes it"):
        update(clinic, lead, "Observation", key, changed, version="1", source=APP)
    patient = Patient.objects.get()
    another_name = person(str(patient.pk), name=[{"text": "Otra Cosa"}])
    with pytest.raises(RefusedError, match="Only that system changes it"):
        update(clinic, lead, "Patient", patient.pk, another_name, version=None, source=APP)
    assert update(clinic, lead, "Observation", key, changed, version="1", source=SOURCE).version == "2"


def test_details_of_a_patient_of_ours_come_from_several_systems(clinic: Clinic, lead: Membership) -> None:
    patient = register_patient(clinic=clinic, who=lead.user, given_names="Prueba", family_names="Inventada")
    key = str(patient.pk)
    update(clinic, lead, "Patient", patient.pk, person(key, telecom=[PHONE]), version="1")
    for source, number in ((SOURCE, "611 111 111"), (APP, "622 222 222"), (SOURCE, "633 333 333")):
        theirs = person(key, telecom=[PHONE | {"value": number}])
        assert done(take_over(clinic, lead, sent(theirs), source=source)) == ["changed"]
        patient.refresh_from_db()
        assert patient.phone == number


def test_the_trail_names_the_program_beside_what_it_says_of_itself(clinic: Clinic, lead: Membership) -> None:
    made = create(clinic, lead, person(), source=SOURCE, sending=Sending("app:7/grant:9"))
    about = observation(patient=f"Patient/{made.patient}")
    take_over_bundle(clinic, lead, bundle(about), source=SOURCE, terms=Terms("app:7/grant:9"))
    found = AuditEntry.objects.filter(action__in=["patient.registered", "record.received"])
    assert {(one.details["source"], one.details["through"]) for one in found} == {(SOURCE, "app:7/grant:9")}
    assert len(found) == 2


# --- versions


def test_a_version_that_somebody_else_replaced_meanwhile_is_not_overwritten(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_over(clinic, lead, sent(person(), observation()), source=SOURCE)
    [stands] = received_resources(clinic, kind="Observation")
    key, write = uuid.UUID(stands.resource["id"]), Writing.write

    def late(self: Writing, results: Any) -> None:  # noqa: ANN401 (as it is called)
        monkeypatch.setattr(Writing, "write", write)
        take_over(clinic, lead, sent(observation(valueString="V")), source=SOURCE)
        write(self, results)

    monkeypatch.setattr(Writing, "write", late)
    with pytest.raises(VersionConflictError) as error:
        update(clinic, lead, "Observation", key, {**stands.resource, "valueString": "IV"}, version="1")
    assert error.value.current == "2"
    assert received_resources(clinic, kind="Observation")[0].resource["valueString"] == "V"


def test_details_that_somebody_here_corrected_meanwhile_are_not_overwritten(
    clinic: Clinic, lead: Membership, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Writing.write

    def late(self: Writing, results: Any) -> None:  # noqa: ANN401 (as it is called)
        change_patient(patient=patient, version=patient.version, who=lead.user, phone="611 111 111")
        write(self, results)

    monkeypatch.setattr(Writing, "write", late)
    with pytest.raises(VersionConflictError):
        update(clinic, lead, "Patient", patient.pk, person(str(patient.pk)), version=str(patient.version))
    patient.refresh_from_db()
    assert patient.phone == "611 111 111"


def test_what_our_columns_do_not_hold_is_not_overwritten_either(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(clinic, lead, person(), source=SOURCE)
    assert made.patient is not None
    write = Writing.write

    def late(self: Writing, results: Any) -> None:  # noqa: ANN401 (as it is called)
        monkeypatch.setattr(Writing, "write", write)
        moved = {**made.resource, "address": [{"city": "Villa Inventada"}]}
        update(clinic, lead, "Patient", Patient.objects.get().pk, moved, version=None)
        write(self, results)

    monkeypatch.setattr(Writing, "write", late)
    with pytest.raises(VersionConflictError):
        update(clinic, lead, "Patient", made.patient, {**made.resource, "gender": "female"}, version=made.version)
    assert Received.objects.filter(kind="Patient").count() == 2


def test_what_our_columns_do_not_hold_of_a_patient_of_ours_is_not_overwritten_by_who_saw_it_before(
    clinic: Clinic, lead: Membership, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = person(str(patient.pk), name=[{"given": ["Lucía"], "family": "Ferrer Campos"}], birthDate="1988-04-09")
    write, seen = Writing.write, str(patient.version)

    def late(self: Writing, results: Any) -> None:  # noqa: ANN401 (as it is called)
        monkeypatch.setattr(Writing, "write", write)
        moved = {**mine, "address": [{"city": "Villa Inventada"}]}
        update(clinic, lead, "Patient", patient.pk, moved, version=seen)
        write(self, results)

    monkeypatch.setattr(Writing, "write", late)
    with pytest.raises(VersionConflictError):
        update(clinic, lead, "Patient", patient.pk, {**mine, "gender": "female"}, version=seen)
    assert Received.objects.filter(kind="Patient").count() == 1


# --- what is known


@pytest.mark.parametrize("born", [{}, {"birthDate": "1990-06"}, {"birthDate": "1990"}], ids=["none", "month", "year"])
def test_what_is_left_out_takes_nothing_back_that_is_known(
    clinic: Clinic, lead: Membership, born: dict[str, str]
) -> None:
    take_over(clinic, lead, sent(person(telecom=[PHONE, EMAIL])), source=SOURCE)
    less = {"resourceType": "Patient", "id": "p", "name": [{"family": "Inventada"}], **born}
    found = take_over(clinic, lead, sent(less), source=SOURCE)
    one = Patient.objects.get()
    assert done(found) == ["changed"]
    assert (str(one), str(one.birth_date)) == ("Prueba Inventada", "1990-06-15")
    assert (one.phone, one.email) == (PHONE["value"], EMAIL["value"])
    assert "It gives no telephone" in words(found)
    assert ("It gives no date of birth" in words(found)) is not bool(born)


def test_a_part_of_a_date_that_does_not_fit_the_known_day_is_told(clinic: Clinic, lead: Membership) -> None:
    take_over(clinic, lead, sent(person()), source=SOURCE)
    found = take_over(clinic, lead, sent(person(birthDate="1991")), source=SOURCE)
    assert str(Patient.objects.get().birth_date) == "1990-06-15"
    assert "1991, is not the one in the record" in words(found)


@pytest.mark.parametrize(
    ("text", "told"), [("Inventada, Prueba", False), ("Otra Persona", True)], ids=["same", "other"]
)
def test_a_name_in_one_piece_does_not_replace_one_in_two(
    clinic: Clinic, lead: Membership, text: str, *, told: bool
) -> None:
    take_over(clinic, lead, sent(person()), source=SOURCE)
    found = take_over(clinic, lead, sent(person(name=[{"text": text}])), source=SOURCE)
    assert str(Patient.objects.get()) == "Prueba Inventada"
    assert ("is another one" in words(found)) is told
    assert "among the given names" not in words(found)


def test_a_name_in_one_piece_is_told_where_it_stands_among_the_given_names(clinic: Clinic, lead: Membership) -> None:
    for text in ("Prueba Inventada", "Prueba Otra"):
        found = take_over(clinic, lead, sent(person(name=[{"text": text}])), source=SOURCE)
        one = Patient.objects.get()
        assert (one.given_names, one.family_names) == (text, "")
        assert words(found).count("stands among the given names") == 1


def test_what_is_told_of_a_patient_names_no_column(clinic: Clinic, lead: Membership) -> None:
    take_over(clinic, lead, sent(person(telecom=[PHONE, EMAIL])), source=SOURCE)
    here = {"given_names": "Una", "family_names": "Otra", "phone": "1", "email": "a@example.org"}
    change_patient(patient=Patient.objects.get(), version=1, who=lead.user, **here)
    telecom = [PHONE | {"value": "2"}, EMAIL | {"value": "b@example.org"}]
    other = person(telecom=telecom, name=[{"given": ["Dos"], "family": "Distinta"}])
    less = {"resourceType": "Patient", "id": "p", "name": [{"family": "Distinta"}]}
    found = [take_over(clinic, lead, sent(one), source=SOURCE) for one in (other, less)]
    said = [issue.words for every in found for one in every.results for issue in one.issues]
    assert len(said) == 8
    assert not [one for one in said if "_" in one.en + one.es or " phone" in one.es or " email" in one.es]
    assert "No indica fecha de nacimiento: lo que aquí consta se mantiene." in {one.es for one in said}


def test_who_sends_one_patient_anew_takes_out_what_they_leave_out_and_nothing_that_cannot_be_read(
    clinic: Clinic, lead: Membership
) -> None:
    made = create(clinic, lead, person(telecom=[PHONE, EMAIL]), source=SOURCE)
    assert made.patient is not None
    anew = {**made.resource, "telecom": [{"system": "email", "value": "x" * 300}], "birthDate": "1990"}
    update(clinic, lead, "Patient", made.patient, anew, version=made.version)
    one = Patient.objects.get()
    assert (one.phone, one.email, str(one.birth_date)) == ("", EMAIL["value"], "1990-06-15")


# --- what breaks


def test_a_long_chain_of_mentions_is_followed_in_no_time(clinic: Clinic) -> None:
    number = 1500
    told = {"recorded": "2026-01-09T10:00:00Z", "agent": [{"who": {"display": "x"}}]}
    chain = [
        {"resourceType": "Provenance", "id": f"n{one}", "target": [{"reference": f"Provenance/n{one + 1}"}], **told}
        for one in range(number)
    ]
    chain[-1]["target"] = [{"reference": "Condition/c"}, {"reference": "Provenance/n0"}]
    start = time.process_time()
    judged = judge(clinic, bundle(*chain, condition(), person()), SOURCE)
    assert time.process_time() - start < 10
    assert set(judged.patients.values()) == {Keys(SOURCE, clinic.pk).of_logical("Patient", "p")}
    assert len(judged.patients) == number + 2


@pytest.mark.parametrize(
    "wrong",
    [
        person("q", identifier=5),
        person("q", identifier=[5]),
        person("\ud800"),
        observation(subject={"reference": "Patient/\ud800"}),
        observation(subject={"reference": 5}),
        observation(id=5),
        {"resourceType": "Observation", "contained": 5},
    ],
    ids=["number", "numbers", "half-id", "half-reference", "reference", "id", "contained"],
)
def test_what_is_no_fhir_is_refused_and_never_breaks(clinic: Clinic, lead: Membership, wrong: dict[str, Any]) -> None:
    found = take_over(clinic, lead, sent(wrong, person()), source=SOURCE)
    assert done(found) == ["refused", "created"]
    with pytest.raises(RefusedError):
        create(clinic, lead, {**wrong, "identifier": 5}, source=SOURCE)
