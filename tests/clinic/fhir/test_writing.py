"""What is sent: taken over whole or not at all, and everything that is wrong with it is said."""

from __future__ import annotations

import copy
import io
import json
import re
import uuid
from typing import Any

import pytest
from django.test import RequestFactory

from dermograph.clinic.fhir import writing
from dermograph.clinic.fhir.bodies import MOST_OF_BUNDLE, MOST_OF_RESOURCE, body_of
from dermograph.clinic.fhir.reached import check_one
from dermograph.clinic.fhir.refusals import FhirError
from dermograph.clinic.handover import taking
from dermograph.clinic.handover.conflicts import StaleError
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.writing import Writing
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.smart.caller import Caller
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import HOST, MEDIA_TYPE, NOBODY, Program, program, says
from tests.exchange.judges.judges import faults

ELSEWHERE = "urn:uuid:7a1c3b52-0a0e-4c53-9a53-111111111111"
ROSA = {"resourceType": "Patient", "name": [{"family": "Inventada", "given": ["Rosa"]}], "birthDate": "1990-02"}


def acne(patient: object, words: str = "acne", **more: Any) -> dict[str, Any]:  # noqa: ANN401 (any elements)
    """A condition of somebody, as another system tells it."""
    named = [{"system": "urn:example:conditions", "value": "7"}]
    about = {"reference": patient if isinstance(patient, str) else f"Patient/{patient}"}
    return {"resourceType": "Condition", "code": {"text": words}, "subject": about, "identifier": named, **more}


def transaction(*resources: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    """Resources as a Bundle; the first has an address that the others may name."""
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [
            {
                "fullUrl": ELSEWHERE if number == 0 else f"urn:uuid:{uuid.UUID(int=number + 1)}",
                "resource": one,
                "request": {"method": "POST", "url": one["resourceType"]},
            }
            for number, one in enumerate(resources)
        ],
    }


def kept(clinic: Clinic) -> tuple[int, int]:
    """How many patients a clinic has, and how many resources it received."""
    return Patient.objects.filter(clinic=clinic).count(), Received.objects.filter(clinic=clinic).count()


def test_what_is_created_is_read_changed_and_never_overwritten_unseen(
    empty_program: Program, patient: Patient, clinic: Clinic
) -> None:
    made = empty_program.post("/Condition", acne(patient.pk))
    one = made.json()
    assert made.status_code == 201
    assert made["Location"] == f"{HOST}/Condition/{one['id']}/_history/1"
    assert made["ETag"] == 'W/"1"'
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", made["Last-Modified"])
    path = f"/Condition/{one['id']}"
    assert empty_program.get(path).json() == one
    changed = empty_program.put(path, {**one, "code": {"text": "rosacea"}}, if_match='W/"1"')
    assert (changed.status_code, changed["ETag"]) == (200, 'W/"2"')
    assert empty_program.get(path).json() == changed.json()
    assert says(empty_program.put(path, one, if_match='W/"1"')) == (412, "conflict")
    assert says(empty_program.put(path, one, if_match='W/"1", W/"2"')) == (400, "invalid")
    assert empty_program.get(path).json()["code"] == {"text": "rosacea"}
    assert faults([one, changed.json()]) == []
    assert kept(clinic) == (1, 2)  # both versions


def test_who_sends_it_again_on_condition_makes_no_second_one(
    empty_program: Program, patient: Patient, clinic: Clinic
) -> None:
    condition = {"if_none_exist": "identifier=urn:example:conditions|7"}
    first = empty_program.post("/Condition", acne(patient.pk), **condition)
    again = empty_program.post("/Condition", acne(patient.pk), **condition)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert empty_program.post("/Condition", acne(patient.pk)).status_code == 201
    assert says(empty_program.post("/Condition", acne(patient.pk), **condition)) == (412, "conflict")
    for wrong in ("nothing=1", "_count=1", "identifier=|", "x" * 2001):
        assert says(empty_program.post("/Condition", acne(patient.pk), if_none_exist=wrong))[0] == 400
    assert kept(clinic) == (1, 2)


@pytest.mark.parametrize(
    ("prefer", "answered"), [("return=minimal", ""), ("return=OperationOutcome", "OperationOutcome"), ("", "Condition")]
)
def test_who_writes_says_what_they_want_back(
    prefer: str, answered: str, empty_program: Program, patient: Patient
) -> None:
    made = empty_program.post("/Condition", acne(patient.pk), **({"prefer": prefer} if prefer else {}))
    assert (made.status_code, "Location" in made) == (201, True)
    assert (json.loads(made.content)["resourceType"] if made.content else "") == answered


def test_a_patient_is_registered_and_corrected_as_on_the_pages(empty_program: Program, clinic: Clinic) -> None:
    made = empty_program.post("/Patient", ROSA)
    row = Patient.objects.get(clinic=clinic)
    assert (made.status_code, made.json()["id"]) == (201, str(row.pk))
    assert (row.given_names, row.birth_date) == ("Rosa", None)  # of a month nobody knows the day
    one = empty_program.get(f"/Patient/{row.pk}").json()
    assert one["birthDate"] == "1990-02"
    changed = empty_program.put(f"/Patient/{row.pk}", {**one, "birthDate": "1990-02-03"})
    row.refresh_from_db()
    assert (changed.status_code, str(row.birth_date)) == (200, "1990-02-03")
    assert faults([one, changed.json()]) == []


def test_what_is_told_of_a_patient_is_told_where_an_outcome_is_asked_for(
    empty_program: Program, clinic: Clinic
) -> None:
    made = empty_program.post("/Patient", ROSA, prefer="return=OperationOutcome").json()
    assert len(made["issue"]) > 1
    assert "1990-02" in json.dumps(made)
    assert Patient.objects.filter(clinic=clinic).count() == 1


def test_a_part_of_a_date_stays_a_part_of_a_date(empty_program: Program, patient: Patient) -> None:
    for written in ("2026", "2026-02"):
        made = empty_program.post("/Condition", acne(patient.pk, onsetDateTime=written)).json()
        assert empty_program.get(f"/Condition/{made['id']}").json()["onsetDateTime"] == written


def test_what_was_written_in_the_clinic_is_not_rewritten_from_outside(
    lead_program: Program, records: dict[str, Any], clinic: Clinic
) -> None:
    before = kept(clinic)
    path = f"/Procedure/{records['session'].pk}"
    one = lead_program.get(path).json()
    assert says(lead_program.put(path, {**one, "note": [{"text": "other"}]})) == (422, "business-rule")
    assert lead_program.get(path).json() == one
    assert kept(clinic) == before


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_a_bundle_is_taken_over_once_and_says_what_became_of_each_entry(
    kind: str, empty_program: Program, clinic: Clinic
) -> None:
    bundle = transaction(ROSA, acne(ELSEWHERE), kind=kind)
    first, again = empty_program.post("", bundle), empty_program.post("", bundle)
    for answer, status in ((first, "201 Created"), (again, "200 OK")):
        assert (answer.status_code, answer.json()["type"]) == (200, f"{kind}-response")
        assert [one["response"]["status"] for one in answer.json()["entry"]] == [status, status]
    assert kept(clinic) == (1, 2)
    assert faults([first.json(), again.json()]) == []
    for one in first.json()["entry"]:
        assert empty_program.get(f"/{one['response']['location']}").status_code == 200


def test_of_a_transaction_nothing_is_kept_where_an_entry_is_wrong_and_of_a_batch_the_rest_is(
    empty_program: Program, clinic: Clinic
) -> None:
    wrong = transaction(ROSA, acne(f"Patient/{NOBODY}"))
    assert says(empty_program.post("", wrong)) == (422, "not-found")
    assert kept(clinic) == (0, 0)
    answer = empty_program.post("", {**wrong, "type": "batch"})
    statuses = [one["response"]["status"][:3] for one in answer.json()["entry"]]
    assert (answer.status_code, statuses) == (200, ["201", "422"])
    assert kept(clinic) == (1, 1)
    assert faults([answer.json()]) == []


DEEP: Any = {"url": "urn:example:deep"}
for _ in range(80):
    DEEP = {"url": "urn:example:deep", "extension": [DEEP]}
R5 = {"resourceType": "Procedure", "status": "completed", "occurrenceDateTime": "2026-01-01"}
STU3 = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "comment": "x"}


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/Condition", {"resourceType": "Observation"}, 400),
        ("/Condition", {"resourceType": "Nothing"}, 400),
        ("/Condition", {}, 400),
        ("/Condition", [], 400),
        ("/Condition", "", 415),
        ("/Condition", "{", 400),
        ("/Condition", "null", 400),
        ("/Condition", b"\xff\xfe", 400),
        ("/Condition", '{"resourceType": "Condition", "resourceType": "Condition"}', 400),
        ("/Condition", '{"resourceType": "Condition", "x": NaN}', 400),
        ("/Condition", "[" * 100_000, 400),
        ("/Condition", acne(NOBODY, extension=[DEEP]), 400),
        ("/Condition", acne(f"Patient/{NOBODY}"), 422),
        ("/Condition", {"resourceType": "Condition"}, 400),
        ("/Condition", acne("PATIENT", onsetDateTime="2026-02-30"), 400),
        ("/Condition", acne("PATIENT", onsetDateTime="yesterday"), 400),
        ("/Condition", acne("PATIENT", nothing=1), 400),
        ("/Condition", acne("PATIENT", note=[]), 400),
        ("/Condition", acne("PATIENT", implicitRules="urn:example:rules"), 422),
        ("/Condition", acne("PATIENT", modifierExtension=[{"url": "urn:example:not", "valueBoolean": True}]), 422),
        ("/Condition", acne("PATIENT", verificationStatus={"coding": [{"code": "entered-in-error"}]}), 422),
        ("/Procedure", R5, 422),
        ("/Patient", {"resourceType": "Patient"}, 422),
        ("/Patient", {"resourceType": "Patient", "animal": {}}, 422),
        ("/AuditEvent", {"resourceType": "AuditEvent"}, 405),
        ("/PlanDefinition", {"resourceType": "PlanDefinition"}, 405),
        ("", {"resourceType": "Bundle"}, 400),
        ("", {"resourceType": "Bundle", "type": "history"}, 422),
        ("", {"resourceType": "Bundle", "type": "document"}, 422),
        ("", {"resourceType": "Patient"}, 400),
        ("", [], 400),
        ("", transaction(ROSA, R5), 422),
        ("", transaction(ROSA, {**ROSA, "birthDate": "1990-02-30"}), 400),
        ("", transaction(ROSA, {"resourceType": "PlanDefinition"}), 422),
        ("", transaction(ROSA, {"resourceType": "Medication"}), 422),
        ("", transaction({**ROSA, "id": "1"}, {**ROSA, "id": "1", "gender": "female"}), 422),
        ("", {**transaction(ROSA), "entry": [{"request": {"method": "DELETE", "url": "Patient/1"}}]}, 422),
        ("", {**transaction(ROSA), "entry": [None]}, 400),
        ("", {**transaction(ROSA), "entry": {}}, 400),
    ],
    ids=range(39),
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    path: str,
    sent: Any,  # noqa: ANN401 (any JSON)
    status: int,
    empty_program: Program,
    patient: Patient,
    clinic: Clinic,
) -> None:
    before = kept(clinic)
    if isinstance(sent, dict | list):
        sent = json.dumps(sent).replace('"PATIENT"', f'"Patient/{patient.pk}"')
    answer = empty_program.post(path, sent)
    assert says(answer)[0] == status, answer.content
    assert kept(clinic) == before


def test_stu3_is_recognised_by_what_r4_does_not_have(
    empty_program: Program, patient: Patient, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, lead: Membership
) -> None:
    caller = Caller(lead, frozenset({"user/*.cruds"}), None)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    answer = empty_program.post("/Observation", {**STU3, "subject": {"reference": f"Patient/{patient.pk}"}})
    assert says(answer) == (422, "not-supported")
    assert "STU3" in answer.json()["issue"][0]["diagnostics"]
    assert kept(clinic) == (1, 0)


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("application/fhir+xml", "<Patient/>"),
        ("application/xml", "<Patient/>"),
        ("text/plain", "{}"),
        ("application/fhir+json; charset=latin-1", "{}"),
        ("application/fhir+json; fhirVersion=3.0", "{}"),
        (MEDIA_TYPE, '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><Patient>&a;</Patient>'),
    ],
    ids=("fhir-xml", "xml", "text", "latin-1", "stu3", "xml-as-json"),
)
def test_xml_and_other_forms_are_not_read(kind: str, sent: str, empty_program: Program) -> None:
    for path in ("/Patient", ""):
        status, code = says(empty_program.ask("POST", path, sent, kind=kind))
        assert (status, code) == (415, "not-supported")


def test_references_to_another_clinic_are_refused(empty_program: Program, clinic: Clinic) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    theirs = Patient.objects.create(clinic=other, number=1, given_names="Ajena", family_names="Inventada")
    answer = empty_program.post("/Condition", acne(theirs.pk))
    assert says(answer)[0] == 422
    assert says(empty_program.put(f"/Patient/{theirs.pk}", {**ROSA, "id": str(theirs.pk)})) == (404, "not-found")
    assert says(empty_program.post("", transaction(ROSA, acne(theirs.pk))))[0] == 422
    assert kept(clinic) == (0, 0)
    assert kept(other) == (1, 0)


def test_the_id_of_the_address_and_of_the_resource_are_one(empty_program: Program, patient: Patient) -> None:
    for said in ({}, {"id": NOBODY}):
        answer = empty_program.put(f"/Patient/{patient.pk}", {**ROSA, **said})
        assert says(answer) == (400, "invalid")
    assert says(empty_program.put(f"/Patient/{NOBODY}", {**ROSA, "id": NOBODY})) == (404, "not-found")


def test_who_may_write_about_one_patient_writes_about_no_other(
    monkeypatch: pytest.MonkeyPatch, lead: Membership, patient: Patient, clinic: Clinic
) -> None:
    other = Patient.objects.create(clinic=clinic, number=77, given_names="Otra", family_names="Inventada")
    theirs = program(lead).post("/Condition", acne(other.pk))
    caller = Caller(lead, frozenset({"patient/*.cruds"}), patient.pk)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    nobody = Program("")
    assert nobody.post("/Condition", acne(patient.pk)).status_code == 201
    for about in (other.pk, NOBODY, "Patient/x", ELSEWHERE, "#p"):
        assert says(nobody.post("/Condition", acne(about))) == (403, "forbidden")
        assert says(nobody.post("", transaction(acne(patient.pk), acne(about)))) == (403, "forbidden")
    mine = nobody.post("", transaction(acne(patient.pk, "other")))
    assert mine.status_code == 200
    own = mine.json()["entry"][0]["response"]["location"]
    for taken in (theirs.json()["id"], f"urn:uuid:{theirs.json()['id']}"):
        named = {"id": taken} if ":" not in taken else {}
        bundle = transaction(acne(patient.pk, **named))
        bundle["entry"][0]["fullUrl"] = taken if ":" in taken else ELSEWHERE
        assert says(nobody.post("", bundle)) == (403, "forbidden")
    assert says(nobody.post("/Patient", {**ROSA, "id": str(patient.pk)})) == (403, "forbidden")
    stolen = {**nobody.get(f"/{own}").json(), "subject": {"reference": f"Patient/{other.pk}"}}
    assert says(nobody.put(f"/{own}", stolen)) == (403, "forbidden")


NOT_SENT: dict[str, dict[str, Any]] = {
    "Organization": {"name": "Hospital Inventado"},
    "Practitioner": {"name": [{"text": "Dr. Inventada"}]},
    "Location": {"name": "Sala 1"},
    "Device": {"deviceName": [{"name": "Pump", "type": "other"}]},
    "GuidanceResponse": {"moduleUri": "urn:example:x", "status": "success"},
    "MedicationRequest": {"status": "active", "intent": "order", "medicationCodeableConcept": {"text": "x"}}
    | {"subject": {"reference": ELSEWHERE}},
}


@pytest.mark.parametrize("kind", ["batch", "collection", "transaction"])
@pytest.mark.parametrize("what", list(NOT_SENT))
def test_what_no_program_sends_is_refused_alone_but_in_a_transaction(
    empty_program: Program, clinic: Clinic, what: str, kind: str
) -> None:
    bundle = transaction(ROSA, {"resourceType": what, **NOT_SENT[what]}, acne(ELSEWHERE), kind=kind)
    bundle["entry"][2]["resource"]["recorder"] = {"reference": bundle["entry"][1]["fullUrl"]}
    if kind == "collection":
        for entry in bundle["entry"]:
            del entry["request"]
    answer = empty_program.post("", bundle)
    if kind == "transaction":
        assert says(answer) == (422, "not-supported")
        assert kept(clinic) == (0, 0)
        return
    told = [one["response"] for one in answer.json()["entry"]]
    assert (answer.status_code, [one["status"][:3] for one in told]) == (200, ["201", "422", "201"])
    issue = told[1]["outcome"]["issue"][0]
    assert (issue["code"], issue["expression"]) == ("not-supported", ["Bundle.entry[1]"])
    assert issue["diagnostics"].startswith(f"No program sends {what} here")
    assert "location" not in told[1]
    assert told[2]["outcome"]["issue"][0]["expression"] == ["Bundle.entry[2].resource.recorder"]
    assert kept(clinic) == (1, 2)
    assert faults([answer.json()]) == []


def test_where_no_entry_is_let_through_each_says_so(clinic: Clinic, patient: Patient) -> None:
    desk = program(member(clinic, Role.FRONT_DESK, "Pablo Ruiz"))
    answer = desk.post("", transaction(acne(patient.pk), acne(patient.pk, "rosacea"), kind="batch"))
    assert [one["response"]["status"] for one in answer.json()["entry"]] == ["403 Forbidden"] * 2
    assert kept(clinic) == (1, 0)


def test_an_entry_that_may_not_be_written_is_refused_alone_in_a_batch(clinic: Clinic) -> None:
    desk = program(member(clinic, Role.FRONT_DESK, "Pablo Ruiz"))
    answer = desk.post("", transaction(ROSA, acne(ELSEWHERE), kind="batch"))
    assert [one["response"]["status"][:3] for one in answer.json()["entry"]] == ["201", "403"]
    assert kept(clinic) == (1, 1)


def test_an_entry_that_may_not_be_written_stops_the_whole_transaction(clinic: Clinic) -> None:
    desk = program(member(clinic, Role.FRONT_DESK, "Pablo Ruiz"))
    assert says(desk.post("", transaction(ROSA, acne(ELSEWHERE)))) == (403, "forbidden")
    assert kept(clinic) == (0, 0)
    assert desk.post("", transaction(ROSA)).status_code == 200
    reader = program(member(clinic, Role.ADMIN, "Ines Soler"))
    assert says(reader.post("", copy.deepcopy(transaction(ROSA)))) == (403, "forbidden")


class Endless(io.RawIOBase):
    """A body without end, that counts how much of it was read."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """As much as is asked for."""
        self.taken += size
        return b" " * size


@pytest.mark.parametrize("most", [MOST_OF_BUNDLE, MOST_OF_RESOURCE])
def test_what_is_too_large_is_not_read_to_its_end(most: int) -> None:
    body = Endless()
    request = RequestFactory().post("/fhir")
    request.META |= {"wsgi.input": body, "HTTP_TRANSFER_ENCODING": "chunked"}
    with pytest.raises(FhirError) as told:
        body_of(request, most)
    assert (told.value.status, body.taken <= most + 2**20) == (413, True)


@pytest.mark.parametrize("more", [1, 50 * 2**20])
def test_what_says_that_it_is_too_large_is_not_read_at_all(more: int, empty_program: Program) -> None:
    sent: Any = {"CONTENT_LENGTH": str(MOST_OF_BUNDLE + more), "HTTP_AUTHORIZATION": f"Bearer {empty_program.secret}"}
    answer = empty_program.client.generic("POST", "/fhir", b"{}", content_type=MEDIA_TYPE, **sent)
    assert says(answer) == (413, "too-long")


def sent_in_full(size: int, said: int) -> Any:  # noqa: ANN401 (a request as a web server makes it)
    """A request whose body has one size and says another."""
    request: Any = RequestFactory().post("/fhir")
    request._stream = io.BytesIO(b"x" * size)  # noqa: SLF001 (where a web server's stream is)
    request.META["CONTENT_LENGTH"] = str(said)
    return request


def test_what_is_as_large_as_may_be_is_read_whole() -> None:
    assert len(body_of(sent_in_full(MOST_OF_RESOURCE, MOST_OF_RESOURCE), MOST_OF_RESOURCE)) == MOST_OF_RESOURCE


def test_a_body_that_breaks_off_is_refused() -> None:
    with pytest.raises(FhirError) as told:
        body_of(sent_in_full(99, 100), MOST_OF_RESOURCE)
    assert (told.value.status, told.value.issues[0].code) == (400, "structure")


def test_a_body_that_says_no_length_is_read_to_its_end() -> None:
    request = RequestFactory().post("/fhir")
    request.META |= {"wsgi.input": io.BytesIO(b"x" * 300_000), "HTTP_TRANSFER_ENCODING": "chunked"}
    assert body_of(request, MOST_OF_RESOURCE) == b"x" * 300_000


def test_the_next_version_comes_from_the_program_that_sent_the_first_whatever_another_says_of_itself(
    lead: Membership, patient: Patient, clinic: Clinic
) -> None:
    first, second = program(lead), program(member(clinic, Role.MEDICAL_LEAD, "Otra Inventada"))
    source: dict[str, Any] = {"meta": {"source": "https://hospital.example/fhir"}}
    one = first.post("/Condition", acne(patient.pk, **source)).json()
    path, changed = f"/Condition/{one['id']}", {**one, "code": {"text": "rosacea"}}
    assert says(second.put(path, changed)) == (422, "business-rule")
    bundle = {"resourceType": "Bundle", "type": "transaction", **source}
    entry = {"resource": changed, "request": {"method": "PUT", "url": path[1:]}}
    assert second.post("", {**bundle, "entry": [entry]}).status_code == 422
    assert first.get(path).json() == one
    assert program(lead).put(path, changed).status_code == 200, "another token of the same person's"


def test_what_is_changed_of_a_patients_original_while_a_write_is_on_its_way_is_not_overwritten(
    empty_program: Program, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/Patient/{patient.pk}"
    one = empty_program.get(path).json()
    first = empty_program.put(path, {**one, "maritalStatus": {"text": "single"}})
    asked = check_one

    def late(*args: Any) -> None:  # noqa: ANN401 (as it is called)
        monkeypatch.setattr(writing, "check_one", asked)
        assert empty_program.put(path, {**one, "maritalStatus": {"text": "married"}}).status_code == 200
        asked(*args)

    monkeypatch.setattr(writing, "check_one", late)
    changed = {**one, "maritalStatus": {"text": "divorced"}}
    assert says(empty_program.put(path, changed, if_match=first["ETag"])) == (412, "conflict")
    stands = empty_program.get(path)
    assert stands.json()["maritalStatus"] == {"text": "married"}
    own, _, original = stands["ETag"].strip('W/"').partition("-")
    assert (own, first["ETag"].strip('W/"').partition("-")[0]) == ("1", "1"), "our own row is as it was"
    for stale in (f'W/"{own}"', f'W/"{own}-{"0" * len(original)}"', first["ETag"]):
        assert says(empty_program.put(path, changed, if_match=stale)) == (412, "conflict")
    assert empty_program.put(path, changed, if_match=stands["ETag"]).status_code == 200


def test_what_others_change_all_the_time_is_a_conflict_of_the_entry(
    empty_program: Program, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Writing.write

    def busy(self: Writing, results: Any) -> None:  # noqa: ANN401 (as it is called)
        if any(one.number == 1 for one in results):
            raise StaleError
        write(self, results)

    monkeypatch.setattr(taking, "BATCH", 1)
    monkeypatch.setattr(Writing, "write", busy)
    sent = transaction(ROSA, {**ROSA, "birthDate": "1991"}, acne(f"Patient/{NOBODY}"), kind="batch")
    answer = empty_program.post("", sent)
    told = [one["response"] for one in answer.json()["entry"]]
    assert answer.status_code == 200
    assert [one["status"] for one in told] == ["201 Created", "409 Conflict", "422 Unprocessable Entity"]
    assert [one["outcome"]["issue"][0]["code"] for one in told[1:]] == ["conflict", "not-found"]
    assert faults([answer.json()]) == []
    assert kept(clinic) == (1, 1)
    whole = transaction({**ROSA, "birthDate": "1992"}, {**ROSA, "birthDate": "1993"})
    assert says(empty_program.post("", whole)) == (409, "conflict")
    assert kept(clinic) == (1, 1)


def test_what_a_program_says_of_a_patient_of_ours_is_shown_as_that_programs(
    lead: Membership, patient: Patient, clinic: Clinic
) -> None:
    names = "https://one.example/fhir", "https://two.example/fhir"
    doctor = member(clinic, Role.MEDICAL_LEAD, "Otra Inventada")
    first, second = program(lead), program(doctor)
    path = f"/Patient/{patient.pk}"

    def sent(by: Program, city: str, **meta: str) -> str:
        said = by.get(path).json() | {"address": [{"city": city}]}
        said["meta"] = said["meta"] | meta
        assert by.put(path, said, if_match=by.get(path)["ETag"]).status_code == 200
        row = Received.objects.get(key=patient.pk, is_latest=True)
        assert by.get(path).json()["meta"]["source"] == row.source
        return row.source

    assert sent(first, "A", source=names[0]) == names[0]
    assert sent(first, "B") == names[0]
    assert sent(second, "C") == f"urn:dermograph:sender:{doctor.pk}", "what it read is sent back, it says nothing new"
    assert sent(second, "D", source=names[1]) == names[1]
    assert sent(first, "E") == f"urn:dermograph:sender:{lead.pk}"
    count = Received.objects.count()
    assert sent(first, "E") == f"urn:dermograph:sender:{lead.pk}"
    assert Received.objects.count() == count, "the same again is no new version"
