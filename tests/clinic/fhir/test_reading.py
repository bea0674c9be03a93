"""What is read: every kind, judged by two validators; by whom it was read; and what is not there."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import record
from dermograph.clinic.fhir.kinds import KINDS, PUBLISHED
from dermograph.clinic.people.models import Clinic, Membership, Role
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import HOST, MEDIA_TYPE, NOBODY, Program, found, program, says
from tests.exchange.judges.judges import faults

#: Kinds of which the records hold none: they come from elsewhere, or from what these made-up days do not have.
NONE_HERE = {
    *("PractitionerRole", "Substance", "DeviceUseStatement", "DocumentReference", "AdverseEvent"),
    *("Communication", "QuestionnaireResponse", "DetectedIssue"),
}


def test_every_kind_is_found_and_read_the_same_and_both_validators_find_nothing_wrong(lead_program: Program) -> None:
    bundles = []
    for kind in KINDS:
        bundle = lead_program.get(f"/{kind}").json()
        assert (len(found(bundle)) == 0) == (kind in NONE_HERE), kind
        for one in found(bundle):
            answer = lead_program.get(f"/{kind}/{one['id']}")
            assert (answer.status_code, answer.json()) == (200, one)
            assert answer["Content-Type"] == f"{MEDIA_TYPE}; charset=utf-8"
            assert answer["ETag"] == f'W/"{one["meta"]["versionId"]}"'
        bundles.append(bundle)
    assert faults(bundles) == []


def test_what_is_published_is_found_by_address_and_version_and_read(empty_program: Program) -> None:
    for kind in PUBLISHED:
        bundle = empty_program.get(f"/{kind}", prefer="handling=strict").json()
        one = found(bundle)[0]
        for asked in (one["url"], f"{one['url']}|{one['version']}"):
            same = empty_program.get(f"/{kind}?url={asked}").json()
            assert one in found(same), kind
        assert found(empty_program.get(f"/{kind}?url={one['url']}|9.9").json()) == []
        assert empty_program.get(f"/{kind}/{one['id']}").json() == one


def test_questions_of_every_protocol_are_there_in_both_languages(empty_program: Program) -> None:
    questions = found(empty_program.get("/Questionnaire").json())
    assert {one["url"].rpartition("/")[2] for one in questions} == {"paramedical", "microneedling", "scalp"}
    for one in questions:
        translated = one["_title"]["extension"][0]["extension"]
        assert [part.get("valueCode") for part in translated] == ["es", None]


@pytest.mark.parametrize("header", ["etag", "time"])
def test_who_has_it_already_is_told_so(header: str, lead_program: Program, records: dict[str, Any]) -> None:
    path = f"/Patient/{records['patient'].pk}"
    first = lead_program.get(path)
    sent = {"etag": {"if_none_match": first["ETag"]}, "time": {"if_modified_since": first["Last-Modified"]}}[header]
    again = lead_program.get(path, **sent)
    assert (again.status_code, again.content) == (304, b"")
    assert lead_program.get(path, if_none_match='W/"x"').status_code == 200


def test_head_is_answered_without_a_body(lead_program: Program, records: dict[str, Any]) -> None:
    path = f"/Patient/{records['patient'].pk}"
    answer, whole = lead_program.ask("HEAD", path), lead_program.get(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) == len(whole.content)


def test_the_present_version_is_given_out_and_no_other(lead_program: Program, records: dict[str, Any]) -> None:
    path = f"/Patient/{records['patient'].pk}"
    one = lead_program.get(path).json()
    assert lead_program.get(f"{path}/_history/{one['meta']['versionId']}").json() == one
    assert says(lead_program.get(f"{path}/_history/99")) == (404, "not-found")
    plan = found(lead_program.get("/PlanDefinition").json())[0]
    version = lead_program.get(f"/PlanDefinition/{plan['id']}")["ETag"][3:-1]
    assert lead_program.get(f"/PlanDefinition/{plan['id']}/_history/{version}").json() == plan
    assert says(lead_program.get(f"/PlanDefinition/{plan['id']}/_history/1")) == (404, "not-found")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"/Patient/{NOBODY}", (404, "not-found")),
        ("/Patient/1", (404, "not-found")),
        ("/Patient/..%2F..", (404, "not-found")),
        ("/Nothing", (404, "not-supported")),
        ("/Medication", (404, "not-supported")),
        ("/PlanDefinition/none", (404, "not-found")),
        ("/Patient/1/2/3", (404, "not-found")),
        ("/Patient/$everything", (404, "not-found")),
        ("/Patient/a%00b", (400, "invalid")),
        ("/Patient?name=%ff", (400, "invalid")),
        (f"/Patient?name={'x' * 9000}", (400, "invalid")),
    ],
)
def test_what_is_not_there_is_said_in_an_outcome(path: str, told: tuple[int, str], empty_program: Program) -> None:
    assert says(empty_program.get(path)) == told


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/Patient", "application/fhir+json", 200),
        ("/Patient", "application/json;q=0.9, */*", 200),
        ("/Patient", "", 200),
        ("/Patient?_format=json", "application/fhir+xml", 200),
        ("/Patient", "application/fhir+xml", 406),
        ("/Patient", "text/html", 406),
        ("/Patient?_format=xml", "", 406),
        ("/Patient", "application/fhir+json; fhirVersion=3.0", 406),
        ("/Patient", "application/fhir+json; fhirVersion=4.0", 200),
        ("/metadata?_format=application/fhir%2Bxml", "", 406),
    ],
)
def test_answers_are_json_of_r4_and_nothing_else(path: str, accept: str, status: int, empty_program: Program) -> None:
    answer = empty_program.get(path, **({"accept": accept} if accept else {}))
    assert answer.status_code == status
    assert status == 200 or says(answer) == (406, "not-supported")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_deleted_and_who_tries_is_told_why(method: str, empty_program: Program) -> None:
    for path in ("", "/metadata", "/Patient", f"/Patient/{NOBODY}", "/PlanDefinition"):
        answer = empty_program.ask(method, path)
        assert says(answer) == (405, "not-supported")
        assert "Records are kept" in answer.json()["issue"][0]["diagnostics"]
        assert "DELETE" not in answer["Allow"]


def test_every_reading_of_a_record_is_in_the_trail_once_an_hour(
    lead_program: Program, records: dict[str, Any], clinic: Clinic
) -> None:
    patient = records["patient"].pk
    opened = AuditEntry.objects.filter(clinic=clinic, action="patient.opened", patient=patient)
    assert lead_program.get("/Observation?_summary=count").json()["total"] > 0
    assert opened.count() == 0
    for path in (f"/Patient/{patient}", "/Observation", f"/Patient/{patient}/$everything"):
        assert lead_program.get(path).status_code == 200
        assert opened.count() == 1
    assert opened.get().details == {"through": lead_program.secret[:10]}


def test_the_whole_record_comes_in_pages_that_hold_each_resource_once(
    lead_program: Program, records: dict[str, Any]
) -> None:
    path = f"/Patient/{records['patient'].pk}/$everything"
    whole = lead_program.get(path).json()
    pages, address = [], f"{path}?_count=10"
    while address:
        bundle = lead_program.get(address.removeprefix(HOST)).json()
        pages.append(bundle)
        address = next((one["url"] for one in bundle["link"] if one["relation"] == "next"), "")
    assert [one for page in pages for one in found(page)] == found(whole)
    assert (len(pages), pages[0]["total"]) == (-(-whole["total"] // 10), whole["total"])
    assert faults(pages) == []


def test_of_a_whole_record_some_types_or_what_changed_can_be_asked_for(
    lead_program: Program, records: dict[str, Any]
) -> None:
    path = f"/Patient/{records['patient'].pk}/$everything"
    some = found(lead_program.get(f"{path}?_type=Procedure,Consent").json())
    assert {one["resourceType"] for one in some} == {"Procedure", "Consent"}
    after = timezone.now().isoformat().replace("+00:00", "Z")
    later = {one["resourceType"] for one in found(lead_program.get(f"{path}?_since={after}").json())}
    assert later < {one["resourceType"] for one in found(lead_program.get(path).json())}
    sent = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueString": "Consent"}]}
    posted = found(lead_program.post(path, sent).json())
    assert [one["resourceType"] for one in posted] == ["Consent"]
    told = lead_program.get(f"{path}?nothing=1").json()["entry"][-1]
    assert (told["search"]["mode"], told["resource"]["resourceType"]) == ("outcome", "OperationOutcome")
    assert says(lead_program.get(f"{path}?nothing=1", prefer="handling=strict")) == (400, "not-supported")


def test_a_whole_record_leaves_out_what_the_token_does_not_reach_and_says_so(
    records: dict[str, Any], lead: Membership
) -> None:
    desk = program(lead, ("patients:read", "clinical:read"))
    bundle = desk.get(f"/Patient/{records['patient'].pk}/$everything").json()
    kinds = {one["resourceType"] for one in found(bundle)}
    assert "Procedure" in kinds
    assert not {"Media", "Appointment", "Observation"} & kinds
    assert "Media" in bundle["entry"][-1]["resource"]["issue"][0]["diagnostics"]


def test_another_clinics_records_are_as_unknown_as_none(records: dict[str, Any]) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = program(member(other, Role.MEDICAL_LEAD, "Otra Persona"))
    unknown = stranger.get(f"/Patient/{NOBODY}").json()
    for kind, name in (
        ("Patient", "patient"),
        ("Procedure", "session"),
        ("Media", "photograph"),
        ("Consent", "consent"),
    ):
        answer = stranger.get(f"/{kind}/{records[name].pk}")
        assert (answer.status_code, answer.json()) == (404, unknown)
        assert stranger.get(f"/{kind}").json()["total"] == 0
    patient = records["patient"].pk
    for path in (f"/Patient/{patient}/$everything", f"/Patient/{patient}/_history/1"):
        assert stranger.get(path).json() == unknown
    assert stranger.get(f"/Observation?patient={patient}").json()["total"] == 0


def test_a_blocked_record_is_not_read(lead_program: Program, records: dict[str, Any]) -> None:
    patient = records["patient"]
    patient.restricted_at = timezone.now()
    patient.save(update_fields=["restricted_at"])
    for path in (f"/Patient/{patient.pk}", f"/Procedure/{records['session'].pk}", f"/Patient/{patient.pk}/$everything"):
        assert says(lead_program.get(path)) == (403, "forbidden")
    assert lead_program.get("/Procedure").json()["total"] == 0


def test_who_was_erased_is_gone_and_who_never_was_is_unknown(empty_program: Program, clinic: Clinic) -> None:
    assert says(empty_program.get(f"/Patient/{NOBODY}")) == (404, "not-found")
    record("patient.erased", clinic=clinic, who=None, patient=NOBODY)  # type: ignore[arg-type]  # a UUID as text
    assert says(empty_program.get(f"/Patient/{NOBODY}")) == (410, "deleted")
