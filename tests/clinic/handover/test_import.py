"""Files of another system: Bundles and lines, in any order, interrupted and begun again."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import broken_at
from dermograph.clinic.handover import judging, taking
from dermograph.clinic.handover.importing import checked_source, take_over_files, who_takes_over
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import received_resources, take_over
from dermograph.clinic.handover.shelf import Shelf
from dermograph.clinic.handover.writing import Writing
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.people.services import register_patient
from dermograph.core.errors import InputError
from dermograph.exchange.fhir.bundle import record_bundle
from dermograph.exchange.fhir.outcome import RefusedError
from dermograph.exchange.fhir.read import json_text
from tests.clinic.conftest import member
from tests.clinic.handover.bundles import SOURCE, bundle, condition, doctor, observation, person, sent
from tests.exchange.fhir.samples import record

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def people(count: int, mark: str = "") -> list[dict[str, Any]]:
    """Patients, each with a Condition."""
    found = []
    for number in range(count):
        name = [{"given": ["Prueba"], "family": f"Numero{mark}{number}"}]
        found += [person(f"p{mark}{number}", name=name), condition(f"c{mark}{number}", f"Patient/p{mark}{number}")]
    return found


def lines(file: Path, *resources: dict[str, Any] | str) -> Path:
    """A file with a resource a line."""
    text = (one if isinstance(one, str) else json.dumps(one) for one in resources)
    file.write_text("\n".join(text) + "\n", encoding="utf-8")
    return file


def test_lines_are_taken_over_in_whatever_order_they_come(clinic: Clinic, lead: Membership, tmp_path: Path) -> None:
    first = lines(tmp_path / "a.ndjson", observation(), "", condition(), doctor())
    second = lines(tmp_path / "b.ndjson", person())
    found = take_over_files(clinic, lead, [first, second], source=SOURCE)
    assert [(one.file, one.place, one.result.kind, one.result.done) for one in found.entries] == [
        ("b.ndjson", 1, "Patient", "created"),
        ("a.ndjson", 1, "Observation", "created"),
        ("a.ndjson", 3, "Condition", "created"),
        ("a.ndjson", 4, "Practitioner", "created"),
    ]
    again = take_over_files(clinic, lead, [first, second], source=SOURCE)
    assert again.count("unchanged") == len(again.entries) == 4


def test_what_follows_from_a_response_that_comes_later_is_not_told_as_from_nowhere(
    course: Course, lead: Membership, tmp_path: Path
) -> None:
    about = f"Patient/{course.patient_id}"
    response = {
        "resourceType": "QuestionnaireResponse",
        "id": "r",
        "status": "completed",
        "questionnaire": "https://other.example/Questionnaire/1",
        "subject": {"reference": about},
        "authored": "2026-01-09",
    }
    says = observation("o", about, derivedFrom=[{"reference": "QuestionnaireResponse/r"}])
    lost = observation("l", about, derivedFrom=[{"reference": "QuestionnaireResponse/none"}])
    file = lines(tmp_path / "a.ndjson", says, lost, response)
    found = take_over_files(course.clinic, lead, [file], source=SOURCE)
    assert [(one.place, one.result.done) for one in found.entries] == [(1, "created"), (2, "created"), (3, "created")]
    assert [one.place for one in found.entries if "not-found" in {issue.code for issue in one.result.issues}] == [2]


def test_a_response_that_comes_later_is_no_patient(clinic: Clinic, lead: Membership, tmp_path: Path) -> None:
    nobody = str(uuid.uuid4())
    response = {"resourceType": "QuestionnaireResponse", "id": nobody, "status": "completed"}
    for about in (f"Patient/{nobody}", f"urn:uuid:{nobody}", nobody):
        file = lines(tmp_path / "a.ndjson", observation("o", about), response)
        (first, _) = take_over_files(clinic, lead, [file], source=SOURCE).entries
        assert (first.result.kind, first.result.done) == ("Observation", "refused")
        file.unlink()


def test_a_line_that_is_no_json_is_refused_and_the_others_are_not(
    clinic: Clinic, lead: Membership, tmp_path: Path
) -> None:
    file = lines(tmp_path / "a.ndjson", person(), "{", '<Patient xmlns="http://hl7.org/fhir"/>', '"x"', "[1]")
    found = take_over_files(clinic, lead, [file], source=SOURCE)
    assert {one.place: one.result.done for one in found.entries} == {
        1: "created",
        **dict.fromkeys((2, 3, 4, 5), "refused"),
    }
    assert all(one.result.issues[0].words.es for one in found.entries if one.result.done == "refused")


def test_a_file_of_lines_is_known_without_its_ending_and_a_bundle_in_one_line_too(
    clinic: Clinic, lead: Membership, tmp_path: Path
) -> None:
    some = lines(tmp_path / "lines.json", person(), condition())
    whole = tmp_path / "bundle.json"
    whole.write_bytes(sent(person("q"), condition("c2", "Patient/q")))
    spread = tmp_path / "spread.json"
    spread.write_text(json.dumps(bundle(person("r")), indent=1), encoding="utf-8")
    assert take_over_files(clinic, lead, [some, whole, spread], source=SOURCE).count("created") == 5


def test_a_dry_run_says_the_same_and_writes_nothing(clinic: Clinic, lead: Membership, tmp_path: Path) -> None:
    file = lines(tmp_path / "a.ndjson", condition(), person(), observation("x", status="y"))
    dry = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=True)
    assert (Patient.objects.count(), Received.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)
    wet = take_over_files(clinic, lead, [file], source=SOURCE)
    assert [(one.place, one.result.done) for one in dry.entries] == [
        (one.place, one.result.done) for one in wet.entries
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Bundle>&b;</Bundle>', "XML"),
        ('{"resourceType": "Patient"}', "no Bundle"),
        ('{"resourceType": "Bundle", "type": "message"}', "Bundles of the types"),
        ("[]", "no Bundle"),
        ('{"resourceType": "Bundle", "type": "batch", "entry": [null]}', "null"),
    ],
    ids=["empty", "open", "laughs", "patient", "message", "list", "null"],
)
def test_what_is_no_bundle_is_refused_with_the_name_of_the_file(
    clinic: Clinic, lead: Membership, tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError, match=words) as error:
        take_over_files(clinic, lead, [file], source=SOURCE)
    assert str(file) in error.value.say("es")


def test_what_is_larger_than_is_read_is_refused_unread(
    clinic: Clinic, lead: Membership, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.json"
    with file.open("wb") as stream:
        stream.truncate(json_text.MOST_BYTES + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(RefusedError, match="larger than 50 MB"):
        take_over_files(clinic, lead, [file], source=SOURCE)


def test_a_line_that_is_too_long_is_refused_by_itself(clinic: Clinic, lead: Membership, tmp_path: Path) -> None:
    long = person("long", text={"status": "generated", "div": "x" * (6 * 2**20)})
    found = take_over_files(clinic, lead, [lines(tmp_path / "a.ndjson", long, person())], source=SOURCE)
    assert {one.place: one.result.done for one in found.entries} == {1: "refused", 2: "created"}


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (person("x", birthDate="2026-02-30"), "is no date"),
        (person("x", animal={"species": {"text": "dog"}}), "FHIR STU3"),
        (observation("x", bodyStructure={"reference": "BodyStructure/1"}), "FHIR R5"),
        ({"resourceType": "Toast", "id": "x"}, "are not exchanged here"),
        (observation("x", modifierExtension=[{"url": "https://x.example", "valueBoolean": True}]), "could change what"),
    ],
    ids=["date", "stu3", "r5", "toast", "modifier"],
)
def test_what_is_no_fhir_r4_is_refused_and_the_rest_is_not(
    clinic: Clinic, lead: Membership, tmp_path: Path, resource: dict[str, Any], words: str
) -> None:
    found = take_over_files(clinic, lead, [lines(tmp_path / "a.ndjson", person(), resource)], source=SOURCE)
    refused = [one.result for one in found.entries if one.result.done == "refused"]
    assert len(refused) == 1
    assert words in refused[0].issues[0].words.en


def test_what_breaks_off_leaves_whole_records_and_the_same_again_finishes_it(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH", 4)
    write, count = Writing._keep, Counter[str]()  # noqa: SLF001 (broken off on purpose)

    def broken(self: Writing, *given: Any) -> None:  # noqa: ANN401 (passed on)
        count["batches"] += 1
        if count["batches"] == 3:
            write(self, *given)
            raise KeyboardInterrupt
        write(self, *given)

    monkeypatch.setattr(Writing, "_keep", broken)
    data = sent(*people(5))
    with pytest.raises(KeyboardInterrupt):
        take_over(clinic, lead, data, source=SOURCE)
    assert (Patient.objects.count(), Received.objects.count()) == (4, 8)
    done = Counter(one.done for one in take_over(clinic, lead, data, source=SOURCE).results)
    assert done == {"unchanged": 8, "created": 2}
    assert broken_at(clinic) is None
    assert sorted(Patient.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_disk_that_is_full_leaves_nothing_half(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dermograph.clinic.handover.writing.seal_rows", full)
    with pytest.raises(InputError, match="nothing was taken over"):
        take_over(clinic, lead, sent(*people(2)), source=SOURCE)
    assert (Patient.objects.count(), Received.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_who_is_changed_by_somebody_else_meanwhile_is_judged_again(
    clinic: Clinic, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, count = judging.judge, Counter[str]()

    def overtaken(*given: Any, **named: Any) -> Any:  # noqa: ANN401 (passed on)
        found = judge(*given, **named)
        count["judged"] += 1
        if count["judged"] == 1:
            monkeypatch.setattr(taking, "judge", judge)
            take_over(clinic, lead, sent(person(), condition()), source=SOURCE)
        return found

    monkeypatch.setattr(taking, "judge", overtaken)
    found = take_over(clinic, lead, sent(person(), condition(), observation()), source=SOURCE)
    assert [one.done for one in found.results] == ["unchanged", "unchanged", "created"]
    assert Received.objects.count() == 3


@pytest.mark.real_data
def test_all_official_examples_end_created_or_refused_with_a_reason_and_again_unchanged(
    clinic: Clinic, lead: Membership, shared: Path
) -> None:
    files = sorted((shared / "data/fhir-r4-examples").glob("*.json"))
    made = bundle(*[json.loads(file.read_bytes()) for file in files], kind="batch")
    data = json.dumps(made).encode()
    first = take_over(clinic, lead, data, source="http://hl7.org/fhir")
    assert len(first.results) == 244
    counted = Counter(one.done for one in first.results)
    assert set(counted) <= {"created", "refused", "unchanged"}
    assert counted["created"] >= 100
    assert all(one.issues for one in first.results if one.done == "refused")
    again = take_over(clinic, lead, data, source="http://hl7.org/fhir")
    assert Counter(one.done for one in again.results) == {
        "unchanged": counted["created"] + counted["unchanged"],
        "refused": counted["refused"],
    }
    assert broken_at(clinic) is None


def test_a_record_of_another_dermograph_reads_as_what_was_sent(clinic: Clinic, lead: Membership) -> None:
    whole = record()
    made = record_bundle(whole, base=SOURCE)
    found = take_over(clinic, lead, json.dumps(made).encode(), source=SOURCE)
    assert {one.done for one in found.results} == {"created"}
    patient = Patient.objects.get()
    assert (patient.pk, patient.clinic) == (whole.patient.id, clinic)
    sent_by_key = {one["resource"]["id"]: one["resource"] for one in made["entry"]}
    for kept in received_resources(clinic, patients=[patient.pk]):
        resource = kept.resource
        assert resource.pop("meta", {}).get("source") == SOURCE
        was = {name: value for name, value in sent_by_key[resource["id"]].items() if name != "meta"}
        assert json.loads(json.dumps(resource).replace(f"{SOURCE}/", "")) == json.loads(
            json.dumps(was).replace(f"{SOURCE}/", "")
        )
    assert Shelf(clinic).everything(patient.pk).assessments == whole.assessments


def test_a_patient_of_ours_goes_to_another_clinic_and_is_theirs_there(clinic: Clinic, course: Course) -> None:
    made = json.dumps(record_bundle(Shelf(clinic).everything(course.patient_id), base=SOURCE))
    moved = UUID.sub(lambda found: str(uuid.uuid5(uuid.NAMESPACE_URL, found[0])), made)  # as of another installation
    other = Clinic.objects.create(name="Otra", slug="otra", language="es")
    there = member(other, "medical_lead", "Otra Persona")
    found = take_over(other, there, moved.encode(), source=SOURCE)
    assert {one.done for one in found.results} == {"created"}
    twin = Patient.objects.get(clinic=other)
    assert (str(twin), twin.birth_date, twin.synthetic) == ("Lucía Ferrer Campos", course.patient.birth_date, True)
    assert twin.courses.count() == 0
    again = take_over(other, there, moved.encode(), source=SOURCE)
    assert {one.done for one in again.results} == {"unchanged"}


def test_our_own_bundle_changes_nothing_here(clinic: Clinic, course: Course, lead: Membership) -> None:
    register_patient(clinic=clinic, who=lead.user, given_names="Otra", family_names="Inventada")
    made = json.dumps(record_bundle(Shelf(clinic).everything(course.patient_id), base=SOURCE))
    found = take_over(clinic, lead, made.encode(), source="")
    assert Counter(one.done for one in found.results) == {"unchanged": len(found.results)}
    assert Received.objects.count() == 0


@pytest.mark.parametrize("source", ["", "hospital", "http", "a b:c", "https://" + "x" * 500, "https://x.example/ñ"])
def test_a_source_is_an_absolute_uri(source: str) -> None:
    with pytest.raises(InputError, match="absolute URI"):
        checked_source(source)
    assert checked_source("https://hospital.example/fhir/") == SOURCE


@pytest.mark.parametrize(
    ("slug", "email", "words"),
    [
        ("auora", "teresa@aurora.example", "Did you mean 'aurora'"),
        ("aurora", "nobody@aurora.example", "Nobody of this clinic"),
        ("aurora", "pablo@aurora.example", "medical lead"),
    ],
    ids=["clinic", "nobody", "desk"],
)
def test_only_somebody_who_answers_for_records_takes_over(
    lead: Membership, front_desk: Membership, slug: str, email: str, words: str
) -> None:
    assert front_desk.user.email == "pablo@aurora.example"
    assert who_takes_over("aurora", " TERESA@aurora.example ")[1] == lead
    with pytest.raises(InputError, match=words):
        who_takes_over(slug, email)


class TestAnyBundle(TestCase):
    """Whatever comes, in whatever order: twice is once."""

    def setUp(self) -> None:
        self.clinic = Clinic.objects.create(name="Aurora", slug="aurora", language="en")
        self.lead = member(self.clinic, "medical_lead", "Teresa Mora")

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(
        chosen=st.lists(
            st.sampled_from(
                [
                    *people(3, "h"),
                    observation("oh", "Patient/ph1"),
                    observation("oh", "Patient/ph1", valueString="IV"),
                    observation("bad", "Patient/none"),
                    person("ph2", birthDate="1950"),
                    doctor(),
                ]
            ),
            max_size=8,
        ),
        kind=st.sampled_from(["batch", "transaction"]),
    )
    def test_the_same_again_changes_nothing(self, chosen: list[dict[str, Any]], kind: str) -> None:
        if not chosen:
            return
        data = sent(*chosen, kind=kind)
        first = take_over(self.clinic, self.lead, data, source=SOURCE)
        before = (Received.objects.count(), AuditEntry.objects.count(), Patient.objects.count())
        again = take_over(self.clinic, self.lead, data, source=SOURCE)
        assert (Received.objects.count(), AuditEntry.objects.count(), Patient.objects.count()) == before
        if first.applies:
            expected = ["refused" if one.done == "refused" else "unchanged" for one in first.results]
            assert [one.done for one in again.results] == expected
        else:
            assert before[0] == 0 or kind == "transaction"
