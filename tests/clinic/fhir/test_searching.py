"""What is found: by which parameters, in which pages, with what belongs to it; and what is not understood."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from pytest_django import Settings

from dermograph.clinic.fhir.kinds import KINDS
from dermograph.clinic.intake.models import Happening
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.smart.kinds import KINDS as LET_THROUGH
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import HOST, NOBODY, Program, found, program, says
from tests.exchange.judges.judges import faults

FORM = "application/x-www-form-urlencoded"
NAMES = ("Alba Inventada", "Bruno Inventado", "Carla Inventada", "Dario Otro", "Elsa Otra")


@pytest.fixture
def people(clinic: Clinic) -> list[Patient]:
    """Five patients who do not exist, born on the first days of the year 1990."""
    return [
        Patient.objects.create(
            clinic=clinic,
            number=number,
            given_names=name.split()[0],
            family_names=name.split()[1],
            birth_date=dt.date(1990, 1, number),
            synthetic=True,
        )
        for number, name in enumerate(NAMES, start=1)
    ]


def given(bundle: dict[str, Any]) -> list[str]:
    """The given names of who was found."""
    return sorted(one["name"][0]["given"][0] for one in found(bundle))


def test_every_kind_that_is_kept_is_one_that_can_be_let_through() -> None:
    assert set(KINDS) <= set(LET_THROUGH)
    assert {name for name, kind in KINDS.items() if kind.is_of_patients} <= {
        name for name, kind in LET_THROUGH.items() if kind.of_patient
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Alba Bruno Carla Dario Elsa"),
        ("name=invent", "Alba Bruno Carla"),
        ("name=otr", "Dario Elsa"),
        ("birthdate=1990-01-02", "Bruno"),
        ("birthdate=1990-01", "Alba Bruno Carla Dario Elsa"),
        ("birthdate=1991", ""),
        ("identifier=urn:dermograph:fhir/sid/record-number|4", "Dario"),
        ("identifier=4", "Dario"),
        ("identifier=urn:other|4", ""),
        ("name=otr&birthdate=1990-01-05", "Elsa"),
        ("_lastUpdated=gt2999-01-01", ""),
        ("_lastUpdated=ge2000-01-01", "Alba Bruno Carla Dario Elsa"),
        (f"_id={NOBODY}", ""),
        ("_id=1", ""),
    ],
)
def test_patients_are_found_by_who_they_are(
    query: str, names: str, empty_program: Program, people: list[Patient]
) -> None:
    bundle = empty_program.get(f"/Patient?{query}", prefer="handling=strict").json()
    assert given(bundle) == names.split()
    posted = empty_program.ask("POST", "/Patient/_search", query or "_count=50", kind=FORM).json()
    assert [one["id"] for one in found(posted)] == [one["id"] for one in found(bundle)]
    assert bundle["total"] == len(people) if not query else bundle["total"] == len(names.split())


def test_several_ids_are_asked_for_at_once(empty_program: Program, people: list[Patient]) -> None:
    ids = ",".join(str(one.pk) for one in people[:2])
    assert given(empty_program.get(f"/Patient?_id={ids},none,{NOBODY}").json()) == ["Alba", "Bruno"]


def test_pages_follow_each_other_without_a_gap(empty_program: Program, people: list[Patient]) -> None:
    first = empty_program.get("/Patient?_count=2").json()
    seen = [one["id"] for one in found(first)]
    assert (first["total"], [one["relation"] for one in first["link"]]) == (5, ["self", "next"])
    address = first["link"][1]["url"]
    while address:
        assert address.startswith(HOST)
        page = empty_program.get(address.removeprefix(HOST)).json()
        seen += [one["id"] for one in found(page)]
        address = next((one["url"] for one in page["link"] if one["relation"] == "next"), "")
    assert sorted(seen) == sorted(str(one.pk) for one in people)
    assert len(set(seen)) == 5


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 1), (4, 4), (5, 5), (6, 5), (100, 5), (101, 5), (9999, 5)])
def test_a_page_holds_no_more_than_it_may(
    count: int, shown: int, empty_program: Program, people: list[Patient]
) -> None:
    bundle = empty_program.get(f"/Patient?_count={count}").json()
    assert (len(found(bundle)), bundle["total"]) == (shown, len(people))
    has_next = any(one["relation"] == "next" for one in bundle["link"])
    assert has_next == (0 < count < 5)


def test_only_how_many_there_are_can_be_asked_for(empty_program: Program, people: list[Patient]) -> None:
    bundle = empty_program.get("/Patient?_summary=count&_count=3").json()
    assert ("entry" in bundle, bundle["total"]) == (False, len(people))


@pytest.mark.parametrize(
    "query",
    [
        "nothing=1",
        "_sort=name",
        "_include=Patient:general-practitioner",
        "_summary=true",
        "_elements=id",
        "active=true",
        "_revinclude=Provenance:target",
    ],
)
def test_what_nobody_knows_is_told_or_refused_as_asked(query: str, empty_program: Program) -> None:
    bundle = empty_program.get(f"/Patient?{query}").json()
    told = bundle["entry"][-1]
    assert (told["search"]["mode"], told["resource"]["issue"][0]["severity"]) == ("outcome", "warning")
    assert query.partition("=")[0] not in bundle["link"][0]["url"] or query.startswith("_summary")
    assert "has no effect" in json.dumps(told)
    strict = empty_program.get(f"/Patient?{query}", prefer="handling=strict")
    assert says(strict) == (400, "not-supported")
    assert "passed over" not in strict.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/Patient?birthdate=yesterday",
        "/Patient?birthdate=ge1990-01-01",
        "/Patient?birthdate=1990-13",
        "/Patient?name:exact=x",
        "/Patient?name=",
        "/Patient?name=a&name=b",
        "/Patient?name=a,b",
        "/Patient?identifier=|1",
        "/Patient?name=a%00b",
        "/Patient?_count=-1",
        "/Patient?_count=x",
        "/Patient?_count=99999999",
        "/Patient?_offset=1.5",
        "/Patient?_lastUpdated=2026-01-01",
        "/Patient?_lastUpdated=ge2026-01-01T10:00:00",
        "/Patient?_lastUpdated=ge0001-01-01",
        "/Patient?_lastUpdated=le2026-01-01",
        "/Observation?date=ne2026-01-01",
        "/Observation?date=2026-02-30",
        "/Observation?patient=a,b",
        "/Observation?patient:Group=a",
        "/Patient?" + "&".join(f"x{n}=1" for n in range(101)),
        "/Patient?_id=" + ",".join([NOBODY] * 101),
    ],
    ids=lambda address: address[:40],
)
def test_a_value_that_is_not_understood_is_refused(address: str, empty_program: Program) -> None:
    status, code = says(empty_program.get(address))
    assert (status, code in ("invalid", "too-costly")) == (400, True)


@pytest.mark.parametrize(
    ("query", "times"),
    [
        ("date=2026-11-20", 1),
        ("date=ge2026-11-20", 1),
        ("date=gt2026-11-20", 0),
        ("date=le2026-11-20", 1),
        ("date=lt2026-11-20", 0),
        ("date=sa2026-11-19", 1),
        ("date=eb2026-11-21", 1),
        ("date=2026-11", 1),
        ("date=2026", 1),
        ("date=2025", 0),
        ("date=ge2026-11-19&date=le2026-11-21", 1),
        ("date=ge2026-11-21&date=le2026-11-21", 0),
        ("code=urn:dermograph:fhir/CodeSystem/event-kinds|sauna", 1),
        ("code=sauna", 1),
        ("code=holiday", 0),
    ],
)
def test_happenings_are_found_by_day_and_code(
    query: str, times: int, empty_program: Program, patient: Patient, clinic: Clinic
) -> None:
    day = dt.date(2026, 11, 20)
    Happening.objects.create(clinic=clinic, patient=patient, what="sauna", first=day, last=day)
    bundle = empty_program.get(f"/Observation?{query}&patient={patient.pk}", prefer="handling=strict").json()
    assert bundle["total"] == times


def test_a_patient_is_named_by_id_by_type_or_in_full(lead_program: Program, records: dict[str, Any]) -> None:
    patient = records["patient"].pk
    for name in ("patient", "subject", "patient:Patient"):
        for value in (f"{patient}", f"Patient/{patient}", f"{HOST}/Patient/{patient}"):
            assert lead_program.get(f"/Procedure?{name}={value}").json()["total"] == 1
    for value in (NOBODY, f"Group/{patient}", "https://elsewhere.example/Patient/1"):
        assert lead_program.get(f"/Procedure?patient={value}").json()["total"] == 0
    assert lead_program.get(f"/Procedure?patient={patient}&subject={NOBODY}").json()["total"] == 0


def test_what_belongs_to_it_comes_with_it_once(lead_program: Program, records: dict[str, Any]) -> None:
    bundle = lead_program.get("/Observation?_include=Observation:subject&_include=Observation:performer").json()
    also = [one["resource"] for one in bundle["entry"] if one["search"]["mode"] == "include"]
    assert [one["id"] for one in also if one["resourceType"] == "Patient"] == [str(records["patient"].pk)]
    assert len({(one["resourceType"], one["id"]) for one in also}) == len(also)
    assert bundle["total"] == len(found(bundle))
    assert faults([bundle, lead_program.get("/Patient?nothing=1").json()]) == []
    bundle = lead_program.get("/Appointment?_include=Appointment:practitioner").json()
    kinds = {one["resource"]["resourceType"] for one in bundle["entry"] if one["search"]["mode"] == "include"}
    assert kinds == {"Location", "Patient", "Practitioner"}


@pytest.mark.parametrize("sent", [b"name=\xff", b"x" * 100_001])
def test_a_form_that_cannot_be_read_is_refused(sent: bytes, empty_program: Program) -> None:
    status, _ = says(empty_program.ask("POST", "/Patient/_search", sent, kind=FORM))
    assert status == (413 if len(sent) > 100 else 400)


def test_a_form_has_to_say_that_it_is_one(empty_program: Program) -> None:
    assert says(empty_program.ask("POST", "/Patient/_search", "name=x")) == (415, "not-supported")


def test_who_reaches_one_patient_finds_nothing_of_others(
    monkeypatch: pytest.MonkeyPatch, records: dict[str, Any], lead: Membership, clinic: Clinic
) -> None:
    mine = records["patient"].pk
    other = Patient.objects.create(clinic=clinic, number=77, given_names="Otra", family_names="Inventada")
    caller = Caller(lead, frozenset({"patient/*.rs"}), mine)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    nobody = Program("")
    assert [one["id"] for one in found(nobody.get("/Patient").json())] == [str(mine)]
    assert nobody.get(f"/Patient?_id={other.pk}").json()["total"] == 0
    assert nobody.get(f"/Patient/{mine}").status_code == 200
    assert says(nobody.get(f"/Patient/{other.pk}")) == (404, "not-found")
    assert says(nobody.get(f"/Patient/{other.pk}/$everything")) == (404, "not-found")
    assert nobody.get("/Procedure").json()["total"] == 1
    assert nobody.get(f"/Procedure?patient={other.pk}").json()["total"] == 0
    assert says(nobody.post("/Patient", {"resourceType": "Patient"})) == (403, "forbidden")
    assert nobody.get("/Organization").json()["total"] == 1
    plan = found(nobody.get("/PlanDefinition").json())[0]["id"]
    assert says(nobody.get(f"/PlanDefinition/{plan}/$apply?subject=Patient/{other.pk}")) == (404, "not-found")


def test_a_patient_sees_their_own_record_and_no_more(
    monkeypatch: pytest.MonkeyPatch, records: dict[str, Any], clinic: Clinic
) -> None:
    mine = records["patient"].pk
    Patient.objects.create(clinic=clinic, number=77, given_names="Otra", family_names="Inventada")
    user = member(clinic, Role.PATIENT, "Lucía Ferrer").user
    place = Membership(clinic=clinic, user=user, role=Role.PATIENT)
    caller = Caller(place, frozenset({"patient/*.rs"}), mine)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    nobody = Program("")
    assert nobody.get("/Patient").json()["total"] == 1
    assert nobody.get("/Media").json()["total"] == 2
    assert says(nobody.get("/AuditEvent")) == (403, "forbidden")
    bundle = nobody.get(f"/Patient/{mine}/$everything").json()
    kinds = {one["resourceType"] for one in found(bundle)}
    assert "Procedure" in kinds
    assert not {"AuditEvent", "Provenance", "Task", "Communication"} & kinds


def test_without_a_token_everything_but_what_the_server_does_is_closed() -> None:
    nobody = Program("")
    for path in ("/Patient", "/PlanDefinition", "/Nothing", "", f"/Patient/{NOBODY}"):
        answer = nobody.get(path)
        assert says(answer) == (401, "login")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert nobody.get("/metadata").status_code == 200


@pytest.mark.django_db
def test_wrong_tokens_and_too_many_requests_are_held_up(settings: Settings, lead: Membership) -> None:
    wrong = Program("dmg_wrong")
    settings.API_WRONG_TOKENS_A_MINUTE = 1
    assert [says(wrong.get("/Patient"))[0] for _ in range(2)] == [401, 429]
    settings.API_REQUESTS_A_MINUTE = 1
    busy = program(lead)
    assert busy.get("/Patient").status_code == 200
    answer = busy.get("/Patient")
    assert says(answer) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60
