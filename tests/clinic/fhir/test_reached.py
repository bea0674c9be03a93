"""How far a token reaches: whom what it sends would be filed with, what it is told, and what stands in the trail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.fhir.bundles import MOST_ENTRIES
from dermograph.clinic.fhir.kinds import KINDS
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Asked, Shelf
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact, sign_assessment
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, Role
from dermograph.clinic.rights.erasing import erase
from dermograph.clinic.rights.keeping import choose
from dermograph.clinic.smart.caller import Caller
from dermograph.exchange.fhir.bundle import record_bundle
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import Program, found, program, says
from tests.clinic.rights.held import closed
from tests.exchange.judges.judges import faults

Json = dict[str, Any]
SENDER = "https://hospital.example/fhir"


@pytest.fixture
def other(clinic: Clinic) -> Patient:
    """Another patient of the same clinic."""
    return Patient.objects.create(clinic=clinic, number=77, given_names="Otra", family_names="Inventada")


class Asks:
    """Lets a program ask with scopes of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, who: Membership) -> None:
        self._patch, self._who = monkeypatch, who

    def with_scopes(self, *scopes: str, patient: Patient | None = None, through: str = "") -> Program:
        """A program with some scopes, and the patient whom it was started for."""
        caller = Caller(self._who, frozenset(scopes), patient.pk if patient else None, through)
        self._patch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
        return Program("")


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch, lead: Membership) -> Asks:
    return Asks(monkeypatch, lead)


def acne(patient: Patient, words: str = "acne", **more: Any) -> Json:  # noqa: ANN401 (any elements)
    """A condition of somebody."""
    about = {"reference": f"Patient/{patient.pk}"}
    return {"resourceType": "Condition", "code": {"text": words}, "subject": about, **more}


def batch(*resources: Json, **more: str) -> Json:
    """Resources as a Bundle; further words stand in the entries."""
    return {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": one, **more} for one in resources]}


def statuses(answer: Any) -> list[str]:  # noqa: ANN401 (the answer of Django's client)
    """What each entry of a Bundle was answered."""
    assert answer.status_code == 200, answer.content
    return [one["response"]["status"] for one in answer.json()["entry"]]


def opened(clinic: Clinic) -> list[Any]:
    """Of whom the trail says that they were opened, and by what."""
    rows = AuditEntry.objects.filter(clinic=clinic, action="patient.opened").order_by("number")
    return [(one.patient, one.details.get("through", "")) for one in rows]


def worn(patient: Patient | None, key: str = "w") -> Json:
    """A Device that somebody wears, or nobody."""
    about = {"patient": {"reference": f"Patient/{patient.pk}"}} if patient else {}
    return {"resourceType": "Device", "id": key, "deviceName": [{"name": "Pump", "type": "other"}], **about}


def keep(clinic: Clinic, member: Membership, *resources: Json) -> None:
    """Take resources over as from another system."""
    done = take_over(clinic, member, json.dumps(batch(*resources)).encode(), source=SENDER)
    assert {one.done for one in done.results} == {"created"}


def test_whom_an_entry_is_about_is_asked_once_it_was_judged(
    asks: Asks, patient: Patient, other: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = asks.with_scopes("patient/*.cruds", patient=patient)
    about, theirs = {"reference": f"Patient/{patient.pk}"}, {"reference": f"Patient/{other.pk}"}
    seen = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "subject": about}
    tricked = batch(seen | {"performer": [theirs]}, fullUrl=f"Patient/{patient.pk}")
    refused = mine.post("", tricked)
    assert refused.status_code in (400, 403) or "422" in refused.json()["entry"][0]["response"]["status"]
    # The same where the address is let through: its subject is then the entry itself, and only the performer is left.
    monkeypatch.setattr("dermograph.exchange.fhir.bundle_entries.wrong_address", lambda *_: None)
    assert statuses(mine.post("", tricked)) == ["403 Forbidden"]
    assert not Received.objects.exists()
    assert mine.post("", batch(acne(patient))).status_code == 200


def test_who_reaches_one_patient_is_never_told_of_another_with_the_same_number(
    asks: Asks, patient: Patient, other: Patient, clinic: Clinic, lead: Membership
) -> None:
    card = {"system": "urn:oid:1.2.3", "value": "HEALTH-77"}
    rosa = {"resourceType": "Patient", "id": "r", "name": [{"family": "Inventada", "given": ["Rosa"]}]}
    keep(clinic, lead, {**rosa, "identifier": [card]})
    record = {"system": "urn:dermograph:fhir/sid/record-number", "value": str(other.number)}
    claims = {**rosa, "id": str(patient.pk), "identifier": [card, record]}
    whole = {"prefer": "return=OperationOutcome"}
    mine = asks.with_scopes("patient/*.cruds", patient=patient)
    told = mine.put(f"/Patient/{patient.pk}", claims, **whole)
    in_bundle = mine.post("", batch({**claims, "gender": "female"}))
    assert (told.status_code, in_bundle.status_code) == (200, 200)
    for answer in (told, in_bundle):
        assert "Another patient" not in answer.content.decode()
        assert str(other.pk) not in answer.content.decode()
    everybody = asks.with_scopes("user/*.cruds")
    told = everybody.put(f"/Patient/{other.pk}", {**claims, "id": str(other.pk)}, **whole).content.decode()
    assert (told.count("Another patient here"), "HEALTH-77" in told) == (1, True)


@pytest.mark.parametrize(("scopes", "told"), [("user/Patient.c", 0), ("user/Patient.cr", 1)], ids=["blind", "sees"])
def test_who_registers_patients_and_reads_none_is_not_told_who_is_here(
    asks: Asks, clinic: Clinic, lead: Membership, scopes: str, told: int
) -> None:
    card = [{"system": "urn:oid:1.2.3", "value": "HEALTH-77"}]
    rosa = {"resourceType": "Patient", "id": "r", "name": [{"family": "Inventada", "given": ["Rosa"]}]}
    rosa |= {"birthDate": "1990-02-03", "identifier": card}
    keep(clinic, lead, rosa)
    answer = asks.with_scopes(scopes).post("", batch({**rosa, "id": "s"})).content.decode()
    assert ("201 Created" in answer, answer.count("Another patient here")) == (True, told)
    assert answer.count("may be the same person as") == told


def test_who_may_only_create_changes_nothing_by_a_bundle(asks: Asks, patient: Patient) -> None:
    both = asks.with_scopes("user/Condition.cru", "user/Patient.r")
    made = both.post("", batch(acne(patient, id="c1"))).json()
    assert made["entry"][0]["response"]["status"] == "201 Created"
    only = asks.with_scopes("user/Condition.c", "user/Patient.r")
    assert statuses(only.post("", batch(acne(patient, "rosacea", id="c1")))) == ["403 Forbidden"]
    again = only.post("", batch(acne(patient, id="c1"), acne(patient, id="c2"))).json()
    assert [one["response"]["status"] for one in again["entry"]] == ["200 OK", "201 Created"]
    changed = asks.with_scopes("user/Condition.cu", "user/Patient.r").post("", batch(acne(patient, "rosacea", id="c1")))
    assert changed.json()["entry"][0]["response"]["status"] == "200 OK"


def test_what_somebody_wears_is_theirs_though_devices_are_nobodys(
    asks: Asks, patient: Patient, other: Patient, clinic: Clinic, lead: Membership
) -> None:
    keep(clinic, lead, worn(other, "a"), worn(patient, "b"), worn(None, "c"))
    keys = {row.patient_id: row.key for row in Received.objects.filter(kind="Device")}
    whole = asks.with_scopes("user/Device.rs", "user/Patient.r")
    assert whole.get("/Device").json()["total"] == 3
    stock = asks.with_scopes("user/Device.rs")
    assert {one["id"] for one in found(stock.get("/Device").json())} == {str(keys[None])}
    assert says(stock.get(f"/Device/{keys[other.pk]}")) == (404, "not-found")
    mine = asks.with_scopes("patient/Device.rs", "patient/Patient.r", patient=patient)
    assert {one["id"] for one in found(mine.get("/Device").json())} == {str(keys[None]), str(keys[patient.pk])}
    assert says(mine.get(f"/Device/{keys[other.pk]}")) == (404, "not-found")


def test_that_somebody_elses_record_is_blocked_is_not_told(asks: Asks, records: dict[str, Any], other: Patient) -> None:
    patient, session = records["patient"], records["session"]
    Patient.objects.filter(pk=patient.pk).update(restricted_at=timezone.now())
    stranger = asks.with_scopes("patient/*.rs", patient=other)
    for path in (f"/Patient/{patient.pk}", f"/Procedure/{session.pk}", f"/Patient/{patient.pk}/$everything"):
        assert says(stranger.get(path)) == (404, "not-found")
    theirs = asks.with_scopes("patient/*.rs", patient=patient)
    assert says(theirs.get(f"/Procedure/{session.pk}")) == (403, "forbidden")


def test_what_is_left_out_of_a_record_says_nothing_of_what_it_holds(asks: Asks, patient: Patient) -> None:
    bare = asks.with_scopes("user/Patient.r")  # of a record in which there is nothing
    told = bare.get(f"/Patient/{patient.pk}/$everything").json()["entry"][-1]["resource"]["issue"][0]["diagnostics"]
    assert all(kind in told for kind in ("Procedure", "Media", "Consent"))


def test_each_program_that_opens_a_record_is_in_the_trail(asks: Asks, patient: Patient, clinic: Clinic) -> None:
    for through in ("app:1", "app:1", "app:2"):
        assert asks.with_scopes("user/Patient.r", through=through).get(f"/Patient/{patient.pk}").status_code == 200
    assert opened(clinic) == [(patient.pk, "app:1"), (patient.pk, "app:2")]


def test_who_lists_patients_has_opened_them(lead: Membership, patient: Patient, other: Patient, clinic: Clinic) -> None:
    assert program(lead).get("/Patient?_summary=count").json()["total"] == 2
    assert opened(clinic) == []
    assert program(lead).get("/Patient").json()["total"] == 2
    assert {one for one, _ in opened(clinic)} == {patient.pk, other.pk}


def test_what_was_here_already_is_told_to_who_may_read_it_and_the_trail(
    asks: Asks, patient: Patient, clinic: Clinic
) -> None:
    number = f"identifier=urn:dermograph:fhir/sid/record-number|{patient.number}"
    rosa = {"resourceType": "Patient", "name": [{"family": "Inventada", "given": ["Rosa"]}]}
    blind = asks.with_scopes("user/Patient.cs").post("/Patient", rosa, if_none_exist=number)
    assert (blind.status_code, blind.content) == (200, b"")
    assert opened(clinic) == []
    sees = asks.with_scopes("user/Patient.crs").post("/Patient", rosa, if_none_exist=number)
    assert (sees.status_code, sees.json()["id"]) == (200, str(patient.pk))
    assert opened(clinic) == [(patient.pk, "")]


def test_the_version_that_a_write_answers_is_the_one_that_the_next_one_names(lead: Membership, clinic: Clinic) -> None:
    one = program(lead)
    rosa = {"resourceType": "Patient", "name": [{"family": "Inventada", "given": ["Rosa"]}], "active": True}
    made = one.post("/Patient", rosa)
    path = f"/Patient/{made.json()['id']}"
    assert made["ETag"] == one.get(path)["ETag"]
    told = {**one.get(path).json(), "active": False}  # of which there is no column
    changed = one.put(path, told, if_match=made["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] == one.get(path)["ETag"] != made["ETag"]
    assert one.get(path, if_none_match=made["ETag"]).status_code == 200
    assert says(one.put(path, told, if_match=made["ETag"])) == (412, "conflict")
    assert Patient.objects.get(clinic=clinic).version == 1


def test_where_what_is_sealed_was_not_looked_at_the_answer_says_so(
    lead: Membership, patient: Patient, clinic: Clinic
) -> None:
    haemoglobin = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    about = {"reference": f"Patient/{patient.pk}"}
    seen = {"resourceType": "Observation", "id": "o", "status": "final", "code": haemoglobin, "subject": about}
    keep(clinic, lead, seen)
    one = program(lead)
    whole = one.get(f"/Observation?code=http://loinc.org|718-7&patient={patient.pk}").json()
    assert (whole["total"], len(found(whole))) == (1, 1)
    of_all = one.get("/Observation?code=http://loinc.org|718-7").json()
    assert "total" not in of_all
    told = of_all["entry"][-1]["resource"]["issue"][0]
    assert (told["code"], told["severity"]) == ("incomplete", "warning")
    assert "name a patient" in told["diagnostics"]
    assert one.get("/Observation").json()["total"] == 1
    assert faults([whole, of_all]) == []


def test_a_whole_record_holds_what_others_sent_and_names_what_is_not_served(
    lead: Membership, patient: Patient, clinic: Clinic
) -> None:
    about = {"reference": f"Patient/{patient.pk}"}
    plan = {"resourceType": "CarePlan", "id": "p", "status": "active", "intent": "plan", "subject": about}
    keep(clinic, lead, plan)
    path = f"/Patient/{patient.pk}/$everything"
    first = program(lead).get(path).json()
    assert "CarePlan" in {one["resourceType"] for one in found(first)}
    assert not any("not served here" in issue["diagnostics"] for issue in told_by(first))
    keep(clinic, lead, {"resourceType": "CareTeam", "id": "f", "subject": about})
    then = program(lead).get(path).json()
    assert "CareTeam" not in {one["resourceType"] for one in found(then)}
    assert any("not served here" in issue["diagnostics"] for issue in told_by(then))
    assert not any(
        "not served here" in one["diagnostics"] for one in told_by(program(lead).get(f"{path}?_type=CarePlan").json())
    )
    assert faults([then]) == []


def told_by(bundle: Json) -> list[Json]:
    """The issues that a searchset tells."""
    return [
        issue for one in bundle["entry"] if one["search"]["mode"] == "outcome" for issue in one["resource"]["issue"]
    ]


@pytest.mark.parametrize(
    "condition", ["code=acne", "identifier=a|1&code=acne", "date=2026-01-01", "patient=1", "name=x"]
)
def test_a_condition_on_what_is_sealed_is_refused(
    condition: str, lead: Membership, patient: Patient, clinic: Clinic
) -> None:
    seen = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    seen |= {"subject": {"reference": f"Patient/{patient.pk}"}}
    assert says(program(lead).post("/Observation", seen, if_none_exist=condition))[0] in (400, 403)
    assert not Received.objects.exists()


def test_what_no_role_may_send_is_not_offered(lead: Membership) -> None:
    one = program(lead)
    for kind in ("Slot", "Schedule", "Device", "Communication", "GuidanceResponse"):
        assert not KINDS[kind].writes
        assert says(one.post(f"/{kind}", {"resourceType": kind})) == (405, "not-supported")
    (rest,) = one.get("/metadata").json()["rest"]
    does = {kind["type"]: {each["code"] for each in kind["interaction"]} for kind in rest["resource"]}
    assert "create" not in does["Slot"]
    assert {"create", "update"} <= does["Condition"]


def test_listing_times_opens_nobodys_record(records: Json, lead: Membership) -> None:
    clinic = records["clinic"]
    assert found(program(lead).get("/Slot").json())
    assert opened(clinic) == []


@pytest.mark.parametrize(("more", "status"), [(0, 400), (1, 413)])
def test_a_bundle_holds_no_more_entries_than_one_request_brings(more: int, status: int, lead: Membership) -> None:
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [None] * (MOST_ENTRIES + more)}
    assert says(program(lead).post("", bundle))[0] == status


FOLLOWING = ("Observation", "QuestionnaireResponse", "GuidanceResponse", "DetectedIssue", "CarePlan")


@pytest.fixture
def following(course: Course, practitioner: Membership) -> dict[str, list[str]]:
    """The ids of answers and of everything that follows from them, by type."""
    for fact, value in {"pregnant": True, "lesion": "scar", "infection": True}.items():
        answer_fact(course=course, who=practitioner.user, fact=fact, value=value)
    sign_assessment(course=course, who=practitioner.user)
    shelf = Shelf(course.clinic)
    ids = {kind: [one.resource["id"] for one in shelf.search(Asked(kind)).stored] for kind in FOLLOWING}
    assert all(ids.values())
    return ids


@pytest.mark.parametrize("let", FOLLOWING)
def test_who_reads_one_of_what_follows_reads_nothing_else_of_it(
    let: str, asks: Asks, following: dict[str, list[str]], patient: Patient
) -> None:
    who = asks.with_scopes(f"user/{let}.rs", "user/Patient.r")
    for kind, ids in following.items():
        status = 200 if kind == let else 403
        assert who.get(f"/{kind}/{ids[0]}").status_code == status
        assert who.get(f"/{kind}?_id={','.join(ids)}").status_code == status
        assert who.get(f"/{kind}?patient={patient.pk}").status_code == status
    page = who.get(f"/{let}?patient={patient.pk}&_include={let}:{_NAMES.get(let, '')}").json()
    assert {one["resource"]["resourceType"] for one in page["entry"] if one["search"]["mode"] != "outcome"} == {let}
    whole = who.get(f"/Patient/{patient.pk}/$everything").json()
    kinds = {one["resource"]["resourceType"] for one in whole["entry"] if one["search"]["mode"] == "match"}
    assert kinds & set(FOLLOWING) == {let}


_NAMES = {
    "Observation": "derived-from",
    "QuestionnaireResponse": "based-on",
    "DetectedIssue": "implicated",
    "CarePlan": "goal",
}


def test_of_another_patient_of_a_blocked_record_and_of_another_clinic_nothing_that_follows_is_read(
    asks: Asks, following: dict[str, list[str]], patient: Patient, other: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(who: Program) -> list[tuple[int, int]]:
        """Of each type what reading one is answered with, and how many are found by their ids."""
        return [
            (who.get(f"/{kind}/{ids[0]}").status_code, who.get(f"/{kind}?_id={','.join(ids)}").json()["total"])
            for kind, ids in following.items()
        ]

    assert answers(asks.with_scopes("user/*.rs")) == [(200, len(ids)) for ids in following.values()]
    assert {total for _, total in answers(asks.with_scopes("patient/*.rs", patient=other))} == {0}
    assert all(status in (403, 404) for status, _ in answers(asks.with_scopes("patient/*.rs", patient=other)))
    elsewhere = Clinic.objects.create(name="Otra", slug="otra", time_zone="Europe/Madrid", language="es")
    stranger = member(elsewhere, Role.MEDICAL_LEAD, "Other Lead", ("paramedical",))
    assert answers(Asks(monkeypatch, stranger).with_scopes("user/*.rs")) == [(404, 0)] * len(FOLLOWING)
    Patient.objects.filter(pk=patient.pk).update(restricted_at=timezone.now())
    blocked = answers(asks.with_scopes("user/*.rs"))
    assert {total for _, total in blocked} == {0}
    assert not any(status == 200 for status, _ in blocked)


def test_what_was_erased_comes_back_neither_as_a_record_nor_as_what_followed_from_it(
    following: dict[str, list[str]], course: Course, lead: Membership, tmp_path: Path, settings: Settings
) -> None:
    settings.PATIENT_KEYS = tmp_path / "keys"
    patient, clinic = course.patient, course.clinic
    record = Shelf(clinic).everything(patient.pk)
    text = json.dumps(record_bundle(record, base=SENDER)).replace('"collection"', '"batch"')
    choose(clinic=clinic, who=lead.user, jurisdiction="es")
    closed(course)
    erase(patient=patient.pk, clinic=clinic, who=lead.user, ground="asked")
    done = take_over(clinic, lead, text.encode(), source="")
    assert {one.done for one in done.results if one.kind in FOLLOWING} == {"refused"}
    assert (Patient.objects.count(), Answer.objects.count(), Received.objects.filter(kind__in=FOLLOWING).count()) == (
        0, 0, 0
    )  # fmt: skip
    assert all(Shelf(clinic).search(Asked(kind)).total == 0 for kind in FOLLOWING)


def test_what_a_response_does_not_answer_is_told_in_the_outcome(
    asks: Asks, following: dict[str, list[str]], patient: Patient
) -> None:
    who = asks.with_scopes("user/*.cruds")
    own = who.get(f"/QuestionnaireResponse/{following['QuestionnaireResponse'][0]}").json()
    of_area = next(
        one for one in found(who.get(f"/QuestionnaireResponse?patient={patient.pk}").json()) if "basedOn" in one
    )
    assert own["resourceType"] == "QuestionnaireResponse"
    copy = {name: value for name, value in of_area.items() if name != "id"}
    copy["item"] = [{"linkId": "infection", "answer": [{"valueBoolean": False}]},
                    {"linkId": "healed", "answer": [{"valueBoolean": True}]}]  # fmt: skip
    made = who.post("/QuestionnaireResponse", copy, prefer="return=OperationOutcome")
    words = " ".join(one["diagnostics"] for one in made.json()["issue"])
    assert (made.status_code, "infection: what was answered here" in words) == (201, True)
    assert Answer.objects.standing().get(fact="healed").value is True  # the others are answers as of anybody
    assert Answer.objects.standing().get(fact="infection").value is True
    draft = {**copy, "status": "in-progress"}
    again = who.post("/QuestionnaireResponse", draft, prefer="return=OperationOutcome").json()
    assert any("not complete" in one["diagnostics"] for one in again["issue"])
    assert all(not where.startswith("Bundle") for one in again["issue"] for where in one.get("expression", ()))
    assert faults([made.json(), again]) == []
