"""The records of a clinic as resources: read by id, found by what is asked for, page by page, and nobody else's."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.handover.outgoing.sources import BY_KIND
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Asked, Shelf, read_own
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.people.services import change_patient
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.treatment.models import Session
from dermograph.exchange.fhir.bundle import record_bundle
from dermograph.exchange.fhir.elements import code_system, naming
from tests.clinic.handover.full_record import at, fill, on

SENDER = "https://other.example/fhir"
KINDS = sorted(BY_KIND)
ANSWERED = 11  # answers in a full record


@pytest.fixture
def full(patient: Patient, practitioner: Membership, lead: Membership) -> Course:
    return fill(patient, practitioner, lead)


@pytest.fixture
def shelf(full: Course) -> Shelf:
    return Shelf(full.clinic)


def ids(shelf: Shelf, kind: str, **asked: Any) -> list[str]:  # noqa: ANN401 (as Asked takes them)
    found = shelf.search(Asked(kind, **asked))
    assert found.total == len(found.stored)
    return [one.resource["id"] for one in found.stored]


def test_every_part_of_a_record_is_read_by_its_id(shelf: Shelf, full: Course) -> None:
    record = shelf.everything(full.patient_id)
    resources = [entry["resource"] for entry in record_bundle(record, base="https://clinic.example")["entry"]]
    assert {one["resourceType"] for one in resources} == set(KINDS)
    for resource in resources:
        stored = shelf.read(resource["resourceType"], uuid.UUID(resource["id"]))
        assert stored is not None
        assert stored.resource == resource
        assert stored.changed_at.tzinfo is not None
        assert stored.patient in (full.patient_id, None)


def test_pages_hold_everything_once(shelf: Shelf, full: Course) -> None:
    for kind in KINDS:
        check_pages(shelf, full, kind)


def check_pages(shelf: Shelf, full: Course, kind: str) -> None:
    every = shelf.search(Asked(kind, count=1000))
    assert every.total == len(every.stored) > 0
    paged: list[Any] = []
    for offset in range(0, every.total, 4):
        page = shelf.search(Asked(kind, offset=offset, count=4))
        assert page.total == every.total
        paged += page.stored
    assert paged == list(every.stored)
    assert shelf.search(Asked(kind, offset=every.total)) == type(every)((), every.total)
    some = every.stored[0].resource
    assert ids(shelf, kind, ids=(uuid.UUID(some["id"]), uuid.uuid4())) == [some["id"]]
    assert ids(shelf, kind, ids=(uuid.uuid4(),)) == []
    of_patient = shelf.search(Asked(kind, patient=full.patient_id, count=1000))
    assert {one.patient for one in of_patient.stored} <= {
        None if kind == "Slot" else full.patient_id
    }  # time is nobody's
    assert shelf.search(Asked(kind, patient=uuid.uuid4())).total == 0


def test_another_clinic_finds_and_reads_nothing(shelf: Shelf) -> None:
    other = Shelf(Clinic.objects.create(name="Other", slug="other"))
    for kind in KINDS:
        mine = shelf.search(Asked(kind, count=1000)).stored
        assert mine
        assert all(other.read(kind, uuid.UUID(one.resource["id"])) is None for one in mine)
        assert other.search(Asked(kind)).total == (1 if kind == "Organization" else 0)


def test_a_blocked_record_is_refused_and_not_listed(shelf: Shelf, full: Course) -> None:
    every = {kind: shelf.search(Asked(kind, count=1000)).stored for kind in KINDS}
    Patient.objects.filter(pk=full.patient_id).update(restricted_at=dt.datetime.now(dt.UTC))
    for kind, mine in every.items():
        assert not {one.patient for one in shelf.search(Asked(kind, count=1000)).stored} & {full.patient_id}
        for one in mine if kind != "AuditEvent" else ():
            if one.patient is not None:
                with pytest.raises(Restricted):
                    shelf.read(kind, uuid.UUID(one.resource["id"]))
    with pytest.raises(Restricted):
        shelf.everything(full.patient_id)


def test_a_patient_is_found_by_number_name_and_birth_date(shelf: Shelf, full: Course) -> None:
    mine = [str(full.patient_id)]
    number = naming("record-number")
    assert ids(shelf, "Patient", identifier=(number, "1")) == mine
    assert ids(shelf, "Patient", identifier=("", "1")) == mine
    for system, value in ((number, "2"), (number, "x"), (number, "1" * 40), ("urn:other", "1"), ("", "Ferrer")):
        assert ids(shelf, "Patient", identifier=(system, value)) == []
    for name in ("lucia", "FERRER luc", "Campos"):
        assert ids(shelf, "Patient", name=name) == mine
    for name in ("ucía", "1", "...", "Ferrer Nobody"):
        assert ids(shelf, "Patient", name=name) == []
    for day in ("1988", "1988-04", "1988-04-09"):
        assert ids(shelf, "Patient", birth_date=day) == mine
    for day in ("1987", "1988-05", "1988-04-10", "tomorrow"):
        assert ids(shelf, "Patient", birth_date=day) == []
    assert ids(shelf, "Practitioner", name="vidal") == [str(full.lead_id)]
    assert ids(shelf, "Practitioner", birth_date="1988") == []


def test_entries_are_found_by_code_and_by_day(shelf: Shelf) -> None:
    def count(kind: str, **asked: Any) -> int:  # noqa: ANN401 (as Asked takes them)
        return shelf.search(Asked(kind, **asked)).total

    assert count("Observation", code="lesion") == 2
    assert count("Observation", code=f"{code_system('facts')}|lesion") == 2
    assert count("Observation", code=f"{code_system('facts')}|") == ANSWERED
    for system in (naming("x"), code_system("signs"), ""):
        assert count("Observation", code=f"{system}|lesion") == 0, system
    assert count("Observation", code="urn:other|") == 0
    assert count("Observation", code="comparison") == 3
    assert count("Observation", code="nothing") == 0
    assert count("Media", code="lesion") == 0
    assert count("Procedure", dates=(on(0), on(0))) == 1
    assert count("Procedure", dates=(on(1), None)) == 0
    assert count("Procedure", dates=(None, on(-1))) == 0
    assert count("Media", dates=(on(30), None)) == 1
    assert count("Observation", code="lesion", dates=(on(-7), on(-7))) == 1
    assert count("Location", dates=(on(0), None)) == 0


def test_a_day_is_the_clinics(shelf: Shelf, full: Course) -> None:
    session = full.sessions.get()
    type(session)._base_manager.filter(pk=session.pk).update(started_at=at(0).replace(hour=23, minute=30))  # noqa: SLF001 (entries are never edited)
    assert ids(shelf, "Procedure", dates=(on(0), on(0))) == []
    assert ids(shelf, "Procedure", dates=(on(1), on(1))) == [str(session.pk)]


def test_since_finds_what_changed_later(shelf: Shelf, full: Course, lead: Membership) -> None:
    later = dt.datetime.now(dt.UTC)
    for kind in ("Patient", "Observation", "Procedure", "Consent", "Appointment", "AuditEvent", "Goal"):
        assert ids(shelf, kind, since=later) == [], kind
    patient = full.patient
    change_patient(patient=patient, version=patient.version, who=lead.user, phone="+34 600 000 000")
    [changed] = shelf.search(Asked("Patient", since=later)).stored
    assert changed.version == "2"
    assert changed.changed_at > later
    photograph = full.photographs.first()
    assert photograph is not None
    before = shelf.read("Media", photograph.pk)
    Photograph.objects.filter(pk=photograph.pk).update(done_at=dt.datetime.now(dt.UTC), usable=False)
    after = shelf.read("Media", photograph.pk)
    assert before is not None
    assert after is not None
    assert before.version != after.version
    assert ids(shelf, "Media", since=later) == [str(photograph.pk)]


def test_what_is_treated_changes_with_what_was_said_of_it(shelf: Shelf, full: Course) -> None:
    later = dt.datetime.now(dt.UTC)
    common: dict[str, Any] = {"clinic": full.clinic, "patient": full.patient, "course": full, "answered_on": on(1)}
    Answer.objects.create(**common, fact="healed", value=False)
    assert ids(shelf, "Condition", since=later) == []
    before = shelf.search(Asked("Condition")).stored[0]
    Answer.objects.create(**common, fact="lesion", value="stria")
    [after] = shelf.search(Asked("Condition", since=later)).stored
    assert after.version != before.version
    assert after.changed_at > later
    assert ids(shelf, "BodyStructure", since=later) == []
    assert len(shelf.everything(full.patient_id, later).lesions) == 1


def test_the_time_of_a_blocked_patient_stays_taken(shelf: Shelf, full: Course) -> None:
    [slot] = shelf.search(Asked("Slot")).stored
    assert slot.patient is None  # who lists times opens nobody's record
    Patient.objects.filter(pk=full.patient_id).update(restricted_at=dt.datetime.now(dt.UTC))
    assert shelf.search(Asked("Slot")).stored == (slot,)
    assert shelf.read("Slot", uuid.UUID(slot.resource["id"])) == slot
    assert shelf.search(Asked("Appointment")).total == 0


def test_the_version_of_a_patient_changes_with_what_others_say_of_them(
    shelf: Shelf, full: Course, lead: Membership
) -> None:
    seen = []
    for status in ("M", "D", "D"):
        rosa = {"resourceType": "Patient", "id": "r", "name": [{"text": "Rosa Inventada"}], "active": status == "M"}
        rosa["maritalStatus"] = {"coding": [{"code": status}]}
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": rosa}]}
        [done] = take_over(full.clinic, lead, json.dumps(bundle).encode(), source=SENDER).results
        assert done.key is not None
        stored = shelf.read("Patient", done.key)
        assert stored is not None
        seen.append(stored.version)
        assert Patient.objects.get(pk=done.key).version == 1
    assert seen[0] != seen[1] == seen[2]


def test_the_version_of_an_entry_is_the_first_and_only(shelf: Shelf, full: Course) -> None:
    outlines = shelf.search(Asked("Observation", code="outline")).stored
    assert {one.version for one in outlines} == {"1"}
    goal = shelf.search(Asked("Goal")).stored[0]
    Course.objects.filter(pk=full.pk).update(goal_delta_e00=2.5)
    assert shelf.search(Asked("Goal")).stored[0].version != goal.version


def test_a_session_that_is_corrected_has_another_version(shelf: Shelf, full: Course) -> None:
    [before] = shelf.search(Asked("Procedure")).stored
    old = Session.objects.get(pk=before.resource["id"])
    columns = {one.attname: getattr(old, one.attname) for one in Session._meta.concrete_fields}  # noqa: SLF001 (Django's)
    changed = {"id": uuid.uuid4(), "supersedes_id": old.pk, "correction_reason": "Wrong.", "written_at": timezone.now()}
    Session.objects.create(**(columns | changed))
    after = shelf.read("Procedure", old.pk)
    assert after is not None
    assert (after.resource["status"], after.version == before.version) == ("entered-in-error", False)
    since = shelf.search(Asked("Procedure", since=before.changed_at + dt.timedelta(microseconds=1))).stored
    assert old.pk in {uuid.UUID(one.resource["id"]) for one in since}


def test_what_was_received_stands_beside_what_is_own(shelf: Shelf, full: Course, lead: Membership) -> None:
    subject = {"reference": f"Patient/{full.patient_id}"}
    finding = {
        "resourceType": "Observation",
        "id": "a1",
        "identifier": [{"system": "urn:lab", "value": "77"}],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": subject,
        "valueQuantity": {"value": 7.2, "unit": "g/dl"},
    }
    plan = {"resourceType": "CarePlan", "id": "b1", "status": "active", "intent": "plan", "subject": subject}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": finding}, {"resource": plan}]}
    own = shelf.search(Asked("Observation", count=1000)).total
    later = dt.datetime.now(dt.UTC)
    done = take_over(full.clinic, lead, json.dumps(bundle).encode(), source=SENDER)
    assert {one.done for one in done.results} == {"created"}
    every = shelf.search(Asked("Observation", count=1000))
    assert every.total == own + 1
    theirs = every.stored[-1]
    assert theirs.patient == full.patient_id
    key = uuid.UUID(theirs.resource["id"])
    assert shelf.read("Observation", key) == theirs
    assert ids(shelf, "Observation", identifier=("urn:lab", "77")) == [str(key)]
    assert ids(shelf, "Observation", since=later) == [str(key)]
    assert shelf.search(Asked("Observation", offset=own, count=5)).stored == (theirs,)
    record = shelf.everything(full.patient_id)
    assert [one.id for one in record.findings] == [key]
    assert [one.resource["resourceType"] for one in shelf.beside(full.patient_id)] == ["CarePlan"]
    assert shelf.everything(full.patient_id, dt.datetime.now(dt.UTC)).findings == ()
    plans = shelf.search(Asked("CarePlan")).stored
    assert [one.resource.get("intent") for one in plans] == ["plan", "plan"]  # of the course, and theirs
    pages = [shelf.search(Asked("CarePlan", offset=n, count=1)).stored for n in (0, 1, 2)]
    assert pages == [*((one,) for one in plans), ()]
    assert read_own(full.clinic, "Observation", [key]) == {}


def test_what_was_received_is_searched_by_code_and_day_where_a_patient_is_named(
    shelf: Shelf, full: Course, lead: Membership
) -> None:
    subject = {"reference": f"Patient/{full.patient_id}"}
    common: dict[str, Any] = {"resourceType": "Observation", "status": "final", "subject": subject}
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    findings = [
        {**common, "id": "a", "code": code, "effectiveDateTime": "2026-01-09T23:30:00Z"},  # the clinic's 10th
        {**common, "id": "b", "code": code, "effectivePeriod": {"start": "2026-02-01"}},
        {**common, "id": "c", "code": {"text": "718-7"}, "effectiveDateTime": "2026-03"},
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": one} for one in findings]}
    done = take_over(full.clinic, lead, json.dumps(bundle).encode(), source=SENDER).results
    keys = dict(zip("abc", (str(one.key) for one in done), strict=True))
    days = {letter: (dt.date(2026, *day), dt.date(2026, *day)) for letter, day in {"9": (1, 9), "10": (1, 10)}.items()}

    def mine(**asked: Any) -> str:  # noqa: ANN401 (as Asked takes them)
        found = shelf.search(Asked("Observation", patient=full.patient_id, **asked))
        assert found.is_whole
        assert found.total == len(found.stored)
        return "".join(letter for letter, key in keys.items() if key in {one.resource["id"] for one in found.stored})

    assert mine(code="718-7") == mine(code="http://loinc.org|718-7") == mine(code="http://loinc.org|") == "ab"
    assert mine(code="urn:other|718-7") == mine(code="|718-7") == mine(code="718-8") == ""
    assert mine(dates=days["10"]) == "a"
    assert mine(dates=days["9"]) == ""
    assert mine(dates=(dt.date(2026, 2, 15), None)) == "bc"
    assert mine(code="718-7", dates=(None, dt.date(2026, 1, 31))) == "a"
    paged = [
        shelf.search(Asked("Observation", patient=full.patient_id, code="718-7", offset=n, count=1)) for n in (0, 1)
    ]
    assert {one.resource["id"] for page in paged for one in page.stored} == {keys["a"], keys["b"]}
    of_all = shelf.search(Asked("Observation", code="718-7"))
    assert (of_all.stored, of_all.is_whole) == ((), False)


def test_whoever_is_not_here_has_no_record(shelf: Shelf) -> None:
    with pytest.raises(Http404):
        shelf.everything(uuid.uuid4())
    assert shelf.read("Patient", uuid.uuid4()) is None
    assert shelf.read("Nonsense", uuid.uuid4()) is None
    assert shelf.search(Asked("Nonsense")).total == 0


def test_a_page_takes_as_many_queries_however_many_rows(
    full: Course, practitioner: Membership, lead: Membership
) -> None:
    counts: list[dict[str, int]] = []
    for number in (2, 3):
        large = Patient.objects.create(clinic=full.clinic, number=number, given_names="Inventada", family_names="Otra")
        fill(large, practitioner, lead, number=number)
        counts.append({})
        for kind in KINDS:
            with CaptureQueriesContext(connection) as asked:
                assert Shelf(full.clinic).search(Asked(kind, count=1000)).total > 0
            counts[-1][kind] = len(asked)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 40
