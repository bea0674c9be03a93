"""What follows from entries: answers given together, the reasons of an assessment, the plan of a course."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.care.assess import assess
from dermograph.clinic.facts import case_of, protocol_of
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.source import MOST_OF_ROW, numbered
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Asked, Shelf
from dermograph.clinic.intake.models import Answer, Assessment
from dermograph.clinic.intake.services import answer_fact, sign_assessment
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, User
from dermograph.exchange.fhir.bundle import record_bundle
from dermograph.exchange.fhir.codes import canonical, plan_definition_url
from dermograph.exchange.fhir.elements import Element, reference
from dermograph.exchange.fhir.protocol.guidance import Setting, guidance
from dermograph.exchange.fhir.protocol.read_response import read_questionnaire_response
from dermograph.exchange.fhir.protocol.response import items
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import Missing
from tests.clinic.conftest import member
from tests.clinic.handover.full_record import fill
from tests.exchange.judges.judges import faults

DERIVED = ("QuestionnaireResponse", "DetectedIssue", "CarePlan")
#: What of the area is answered; of a word the reason why there is no value.
OF_AREA: dict[str, Any] = {"lesion": "scar", "onset": "2020-05-01", "healed": True, "infection": "missing:refused"}


@pytest.fixture
def full(patient: Patient, practitioner: Membership, lead: Membership) -> Course:
    return fill(patient, practitioner, lead)


def say(course: Course, who: User | None, **facts: Any) -> None:  # noqa: ANN401 (answers)
    """Write answers down as the pages do."""
    for fact, value in facts.items():
        missing = value.removeprefix("missing:") if str(value).startswith("missing:") else ""
        answer_fact(course=course, who=who, fact=fact, value=None if missing else value, missing=missing)


def responses(course: Course) -> list[Element]:
    """Those of the patient, the ones about the patient alone first."""
    found = Shelf(course.clinic).search(Asked("QuestionnaireResponse", patient=course.patient_id)).stored
    return sorted((one.resource for one in found), key=lambda one: ("basedOn" in one, one["authored"], one["id"]))


def answered(resource: Element) -> dict[str, Any]:
    """The items by their linkId."""
    return {one["linkId"]: one for one in resource["item"]}


def test_answers_given_together_are_a_response_that_leads_to_the_same_facts(
    course: Course, practitioner: Membership
) -> None:
    say(
        course,
        practitioner.user,
        **OF_AREA,
        surgery="missing:not_known",
        keloid_tendency="missing:not_known",
        pregnant=False,
    )
    of_patient, of_area = responses(course)
    protocol = protocol_of(course)
    read: dict[str, Any] = {}
    missing: dict[str, Missing] = {}
    for one in (of_patient, of_area):
        assert one["status"] == "completed"
        assert one["questionnaire"] == canonical("Questionnaire", protocol.id)
        assert one["author"] == {"reference": f"Practitioner/{practitioner.pk}"}
        answers = read_questionnaire_response(one, protocol, on=timezone.now().date())
        read |= answers.facts
        missing |= answers.missing
        assert one["item"] == items(answers, protocol.vocabulary)  # as those that are published
    case = case_of(course, timezone.now().astimezone(course.clinic.zone).date())
    known = {**case.patient, **case.areas[0].facts}
    assert {name: value for name, value in known.items() if name != "birth_date"} == read
    assert missing == case.areas[0].missing
    assert of_area["basedOn"] == [{"reference": f"ServiceRequest/{course.pk}"}]
    assert faults([of_patient, of_area]) == []


def test_a_word_in_place_of_a_date_stands_under_its_own_link(course: Course, practitioner: Membership) -> None:
    say(course, practitioner.user, isotretinoin="never")
    [one] = responses(course)
    assert list(answered(one)) == ["isotretinoin.word"]
    facts = read_questionnaire_response(one, protocol_of(course), on=timezone.now().date()).facts
    assert facts == {"isotretinoin": "never"}


def test_each_person_each_day_and_the_patient_answer_by_themselves(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    say(course, practitioner.user, lesion="scar")
    say(course, lead.user, healed=True)
    say(course, None, onset="2020-05-01")
    answer_fact(course=course, who=None, fact="degree", value=3, told_on=dt.date(2026, 1, 9), reason="web")
    found = responses(course)
    assert [list(answered(one)) for one in found if one["authored"] == "2026-01-09"] == [["degree"]]
    assert sorted(link for one in found for link in answered(one)) == ["degree", "healed", "lesion", "onset"]
    own = [one for one in found if "source" in one]
    assert sorted(next(iter(answered(one))) for one in own) == ["degree", "onset"]
    assert all("author" not in one and one["source"] == one["subject"] for one in own)


def test_an_answer_that_is_changed_on_its_day_amends_the_response_and_on_another_day_is_another(
    course: Course, practitioner: Membership
) -> None:
    say(course, practitioner.user, lesion="scar", healed=True)
    [before] = Shelf(course.clinic).search(Asked("QuestionnaireResponse")).stored
    say(course, practitioner.user, healed=False)
    [after] = Shelf(course.clinic).search(Asked("QuestionnaireResponse")).stored
    assert (before.resource["status"], after.resource["status"]) == ("completed", "amended")
    assert before.resource["id"] == after.resource["id"]
    assert (before.version != after.version, before.changed_at < after.changed_at) == (True, True)
    assert answered(after.resource)["healed"]["answer"] == [{"valueBoolean": False}]
    old = Answer.objects.standing().get(fact="healed")
    tomorrow: dict[str, Any] = {"answered_on": old.answered_on + dt.timedelta(1), "supersedes": old}
    Answer.objects.create(
        clinic=course.clinic, patient=course.patient, course=course, fact="healed", value=True,
        written_by=practitioner.user, **tomorrow,
    )  # fmt: skip
    first, second = sorted(responses(course), key=lambda one: len(one["item"]), reverse=True)
    assert (first["id"], first["status"], list(answered(first))) == (after.resource["id"], "amended", ["lesion"])
    assert (second["status"], list(answered(second))) == ("completed", ["healed"])


def test_every_answer_names_its_response_and_stays_as_it_was_when_others_follow(
    course: Course, practitioner: Membership
) -> None:
    shelf = Shelf(course.clinic)
    say(course, practitioner.user, lesion="scar")
    [before] = shelf.search(Asked("Observation", code="lesion")).stored
    later = timezone.now()
    say(course, practitioner.user, healed=True, pregnant=False)
    [after] = shelf.search(Asked("Observation", code="lesion")).stored
    assert after == before
    for one in shelf.search(Asked("Observation")).stored:
        kind, _, key = one.resource["derivedFrom"][0]["reference"].partition("/")
        named = shelf.read(kind, uuid.UUID(key))
        assert named is not None
        assert one.resource["code"]["coding"][0]["code"] in answered(named.resource)
        assert ("basedOn" in one.resource) == ("basedOn" in named.resource)
    assert len(shelf.search(Asked("QuestionnaireResponse", since=later)).stored) == 2
    assert shelf.search(Asked("QuestionnaireResponse", since=timezone.now())).stored == ()


def test_of_several_treatments_nobody_knows_whose_questions_about_the_patient_were_asked(
    course: Course, practitioner: Membership
) -> None:
    say(course, practitioner.user, pregnant=False)
    area = Area.objects.create(patient=course.patient, name="scalp", view="scalp", x=0.5, y=0.5)
    other = Course.objects.create(clinic=course.clinic, patient=course.patient, area=area, treatment="scalp")
    say(other, None, anticoagulants=False)
    known, unknown = sorted(responses(course), key=lambda one: "questionnaire" not in one)
    assert known["questionnaire"] == canonical("Questionnaire", "paramedical")
    assert "questionnaire" not in unknown
    assert faults([unknown]) == []


def test_a_fact_that_the_questions_do_not_know_stays_an_observation_alone(full: Course) -> None:
    assert Answer.objects.filter(fact="no_fact_of_ours").exists()
    assert all("no_fact_of_ours" not in answered(one) for one in responses(full))


def test_a_signed_assessment_looks_like_one_that_is_worked_out(course: Course, practitioner: Membership) -> None:
    say(course, practitioner.user, **OF_AREA, scar_type="atrophic", pregnant=True, anticoagulants=True)
    signed = sign_assessment(course=course, who=practitioner.user)
    worked_out = assess(case_of(course, signed.assessed_on), protocol_of(course))
    setting = Setting(
        key="x", patient=reference("Patient", course.patient_id), area=reference("BodyStructure", course.area_id)
    )
    live, *live_issues = guidance(worked_out, course.area.name, setting)
    shelf = Shelf(course.clinic)
    stored = shelf.read("GuidanceResponse", signed.pk)
    assert stored is not None
    told = stored.resource
    same = ("text", "language", "moduleCanonical", "requestIdentifier", "status", "subject", "outputParameters")
    assert {name: told.get(name) for name in same} == {name: live.get(name) for name in same}
    assert told["moduleCanonical"] == plan_definition_url(protocol_of(course))
    decided = {one["name"]: one for one in told["contained"][0]["parameter"]}
    assert decided == {one["name"]: _bare(one) for one in live["contained"][0]["parameter"] if one["name"] != "issue"}
    assert [one["codeFilter"][0]["code"][0]["code"] for one in told["dataRequirement"]] == [
        one["codeFilter"][0]["code"][0]["code"] for one in live["dataRequirement"]
    ]
    assert [one["text"] for one in told["reasonCode"]] == [one["text"] for one in live["reasonCode"]]
    found = {one.resource["id"]: one.resource for one in shelf.search(Asked("DetectedIssue")).stored}
    assert len(found) == len(live_issues) > 1
    for number, one in enumerate(live_issues, start=1):
        issue = found[str(made_of(signed.pk, numbered("issue", number)))]
        assert {
            name: issue.get(name) for name in ("severity", "detail", "_detail", "status", "patient", "language")
        } == {name: one.get(name) for name in ("severity", "detail", "_detail", "status", "patient", "language")}
        assert [each["code"] for each in issue["code"]["coding"]] == [each["code"] for each in one["code"]["coding"]]
        assert issue["code"]["text"] == one["code"]["text"]
        kept = [
            each for each in one["extension"] if each["url"].rpartition("/")[2] in ("area-name", "until", "asked-of")
        ]
        assert sorted(issue["extension"], key=str) == sorted(kept, key=str)
        assert issue["implicated"] == [
            reference("BodyStructure", course.area_id),
            reference("GuidanceResponse", signed.pk),
        ]
    assert faults([told, *found.values()]) == []


def _bare(parameter: Element) -> Element:
    """Without what the codes are called."""
    return {
        name: {key: each for key, each in value.items() if key != "display"} if isinstance(value, dict) else value
        for name, value in parameter.items()
    }


def test_the_answers_that_decide_are_the_evidence_of_an_issue(full: Course) -> None:
    found = [one.resource for one in Shelf(full.clinic).search(Asked("DetectedIssue")).stored]
    by_rule = {one["code"]["text"]: one for one in found}
    assert set(by_rule) == {"it-hurts", "ask"}  # and no indication
    infection = Answer.objects.get(fact="infection")
    source, deciding = by_rule["it-hurts"]["evidence"]
    assert source == {"code": [{"text": "A source, line 7"}]}
    assert [one["code"] for one in deciding["code"][0]["coding"]] == ["infection", "birth_date"]
    assert deciding["detail"] == [reference("Observation", infection.pk)]
    assert by_rule["ask"]["severity"] == "moderate"


def test_issues_are_paged_over_assessments_and_beside_those_of_others(full: Course, lead: Membership) -> None:
    first = Assessment.objects.get(course=full)
    columns = {one.attname: getattr(first, one.attname) for one in Assessment._meta.concrete_fields}  # noqa: SLF001 (Django's)
    several = [reason for reason in first.result["en"]["reasons"] if reason["grade"] != "indication"] * 2
    for reasons in ([], several, several[:1]):
        told = {**first.result["en"], "reasons": reasons}
        Assessment.objects.create(**{**columns, "id": uuid.uuid4(), "result": {"en": told, "es": told}})
    Assessment.objects.create(**{**columns, "id": uuid.uuid4(), "result": {}})
    theirs: Element = {"resourceType": "DetectedIssue", "id": "x", "status": "final", "detail": "By others."}
    theirs["patient"] = {"reference": f"Patient/{full.patient_id}"}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": theirs}]}
    take_over(full.clinic, lead, json.dumps(bundle).encode(), source="https://other.example/fhir")
    shelf = Shelf(full.clinic)
    every = shelf.search(Asked("DetectedIssue", patient=full.patient_id, count=100))
    assert every.total == len(every.stored) == 2 + 4 + 1 + 1
    assert every.stored[-1].resource["detail"] == "By others."
    for size in (1, 2, 3, 5):
        pages = [shelf.search(Asked("DetectedIssue", offset=n, count=size)) for n in range(0, 9, size)]
        assert {page.total for page in pages} == {every.total}
        assert [one for page in pages for one in page.stored] == list(every.stored)
    ids = tuple(uuid.UUID(one.resource["id"]) for one in every.stored)
    asked = shelf.search(Asked("DetectedIssue", ids=(ids[0], ids[3], ids[-1], uuid.uuid4())))
    assert [one.resource["id"] for one in asked.stored] == [str(one) for one in (ids[0], ids[3], ids[-1])]
    assert shelf.search(Asked("DetectedIssue", ids=ids[:7], offset=3, count=2)).stored == every.stored[3:5]
    assert all(shelf.read("DetectedIssue", key) == one for key, one in zip(ids, every.stored, strict=True))
    with CaptureQueriesContext(connection) as queries:
        shelf.search(Asked("DetectedIssue", count=100))
    assert len(queries) <= 20


def test_reasons_that_are_none_or_have_no_spanish_are_counted_as_they_are_given(full: Course) -> None:
    first = Assessment.objects.get(course=full)
    columns = {one.attname: getattr(first, one.attname) for one in Assessment._meta.concrete_fields}  # noqa: SLF001 (Django's)
    english = first.result["en"]
    shelf = Shelf(full.clinic)
    before = shelf.search(Asked("DetectedIssue", count=100)).total
    stored: list[Any] = [
        {"en": english},
        {"en": {**english, "reasons": None}, "es": {}},
        {"en": {**english, "reasons": "none"}, "es": None},
        {"en": {**english, "reasons": [None, *english["reasons"]]}, "es": {"reasons": [{}]}},
        {"en": []},
    ]
    for result in stored:
        Assessment.objects.create(**{**columns, "id": uuid.uuid4(), "result": result})
    every = shelf.search(Asked("DetectedIssue", count=100))
    assert every.total == len(every.stored) == 3 * before
    assert all(one.resource["detail"] for one in every.stored)
    for size in (1, 2, 3):
        pages = [shelf.search(Asked("DetectedIssue", offset=n, count=size)) for n in range(0, every.total, size)]
        assert [one for page in pages for one in page.stored] == list(every.stored)
    told = [one.resource for one in shelf.search(Asked("GuidanceResponse", count=100)).stored]
    assert faults([*told, *(one.resource for one in every.stored)]) == []


def test_no_protocol_gives_more_reasons_than_have_an_id() -> None:
    library = load_library()
    most = max(len(one.rules) for one in library.protocols.values()) + len(library.vocabulary.facts) + 1
    assert most < MOST_OF_ROW


def test_a_plan_says_what_was_planned_and_nothing_else(full: Course) -> None:
    [plan] = Shelf(full.clinic).search(Asked("CarePlan")).stored
    told = plan.resource
    assert (told["status"], told["intent"]) == ("active", "plan")
    assert told["instantiatesCanonical"] == [canonical("PlanDefinition", "paramedical")]
    named = [one["reference"]["reference"].partition("/")[0] for one in told["activity"]]
    assert named == ["ServiceRequest", "Appointment"]
    assert told["goal"] == [reference("Goal", made_of(full.pk, "goal"))]
    assert "end" not in told["period"]
    assert {"description", "created"} & told.keys() == set()
    Course.objects.filter(pk=full.pk).update(closed_at=timezone.now(), outcome="abandoned")
    [closed] = Shelf(full.clinic).search(Asked("CarePlan")).stored
    assert (closed.resource["status"], closed.version != plan.version) == ("revoked", True)
    assert "end" in closed.resource["period"]


def test_a_plan_and_what_lasts_is_found_on_every_day_on_which_it_is_open(course: Course) -> None:
    shelf, today = Shelf(course.clinic), timezone.now().astimezone(course.clinic.zone).date()
    Course.objects.filter(pk=course.pk).update(opened_at=timezone.now() - dt.timedelta(days=200))
    long_ago, later = today - dt.timedelta(days=201), today + dt.timedelta(days=500)

    def total(first: dt.date | None, last: dt.date | None) -> int:
        return shelf.search(Asked("CarePlan", patient=course.patient_id, dates=(first, last))).total

    assert [total(today, None), total(later, None), total(None, today), total(None, long_ago)] == [1, 1, 1, 0]
    assert total(long_ago, long_ago) == 0
    assert total(today - dt.timedelta(days=200), today - dt.timedelta(days=200)) == 1
    ended = today - dt.timedelta(days=100)
    at = dt.datetime.combine(ended, dt.time(12), course.clinic.zone)
    Course.objects.filter(pk=course.pk).update(closed_at=at, outcome="abandoned")
    assert [total(ended, None), total(ended + dt.timedelta(1), None), total(today, today)] == [1, 0, 0]
    assert shelf.search(Asked("CarePlan", dates=(ended - dt.timedelta(days=9), ended))).total == 1


def test_a_plan_says_nothing_that_changes_unseen(course: Course) -> None:
    shelf = Shelf(course.clinic)
    [before] = shelf.search(Asked("CarePlan")).stored
    Area.objects.filter(pk=course.area_id).update(name="another name")
    assert shelf.search(Asked("CarePlan")).stored == (before,)
    assert course.area.name not in before.resource["title"]
    assert dt.datetime.fromisoformat(before.resource["meta"]["lastUpdated"]) == before.changed_at


def sent(course: Course, rename: str = "") -> str:
    """A whole record as it travels; with other ids where it comes from another system."""
    record = Shelf(course.clinic).everything(course.patient_id)
    text = json.dumps(record_bundle(record, base="https://first.example/fhir"))
    if not rename:
        return text
    return re.sub(
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        lambda found: str(uuid.uuid5(uuid.NAMESPACE_URL, rename + found[0])),
        text,
    )


def test_what_follows_comes_back_to_its_clinic_as_nothing_new(full: Course, lead: Membership) -> None:
    answers = Answer.objects.count()
    done = take_over(full.clinic, lead, sent(full).encode(), source="")
    assert {one.done for one in done.results if one.kind in (*DERIVED, "GuidanceResponse", "Observation")} == {
        "unchanged"
    }
    assert (Answer.objects.count(), Received.objects.filter(kind__in=DERIVED).count()) == (answers, 0)
    bundle = json.loads(sent(full))
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] in DERIVED:
            entry["resource"]["language"] = "fr"
    again = take_over(full.clinic, lead, json.dumps(bundle).encode(), source="")
    assert {one.done for one in again.results if one.kind in DERIVED} == {"unchanged"}
    assert all("may have gone on" in one.issues[-1].words.en for one in again.results if one.kind in DERIVED)
    assert Answer.objects.count() == answers


def test_another_clinic_keeps_what_follows_once_and_makes_no_entry_of_it(full: Course, lead: Membership) -> None:
    text = sent(full, "moved")
    clinic = Clinic.objects.create(name="Second", slug="second", time_zone="Europe/Madrid")
    who = member(clinic, "medical_lead", "Second Lead")
    people = [one for one in json.loads(text)["entry"] if one["resource"]["resourceType"] == "Patient"]
    first = {"resourceType": "Bundle", "type": "collection", "entry": people}
    take_over(clinic, who, json.dumps(first).encode(), source="https://first.example/fhir")
    there = Patient.objects.get(clinic=clinic)
    area = Area.objects.create(patient=there, name="abdomen", view="front", x=0.5, y=0.5)
    Course.objects.create(clinic=clinic, patient=there, area=area, treatment="paramedical")
    told: list[str] = []
    for expected in ("created", "unchanged"):
        done = take_over(clinic, who, text.encode(), source="https://first.example/fhir")
        assert {one.done for one in done.results if one.kind in (*DERIVED, "GuidanceResponse")} == {expected}
        assert Answer.objects.filter(clinic=clinic).count() == 0
        responses_told = [one for one in done.results if one.kind == "QuestionnaireResponse"]
        told += [issue.words.en for one in responses_told for issue in one.issues]
    assert len(told) == len(responses(full)) > 0
    assert all(words.startswith("It follows from the entries") for words in told)
    here, before = Shelf(clinic).everything(there.pk), Shelf(full.clinic).everything(full.patient_id)
    for name in ("responses", "issues", "assessments"):
        assert len(getattr(here, name)) == len(getattr(before, name)) > 0
    assert len(here.plans) == 2  # theirs, and that of the course here
    assert faults([one.resource for kind in DERIVED for one in Shelf(clinic).search(Asked(kind)).stored]) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("CarePlan", {"intent": "plan", "period": {"start": "2025-01-02", "end": "2025-02"}}),
        ("DetectedIssue", {"identifiedDateTime": "2025-01-31T10:00:00Z"}),
        ("QuestionnaireResponse", {"authored": "2025-01"}),
    ],
    ids=["plan", "issue", "response"],
)
def test_what_others_sent_of_the_same_types_is_found_by_its_day_beside_our_own(
    kind: str, said: dict[str, Any], full: Course, lead: Membership
) -> None:
    subject = {"patient" if kind == "DetectedIssue" else "subject": {"reference": f"Patient/{full.patient_id}"}}
    status = {"CarePlan": "active", "DetectedIssue": "final", "QuestionnaireResponse": "completed"}[kind]
    theirs = {"resourceType": kind, "id": "x", "status": status, **subject, **said}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": theirs}]}
    [done] = take_over(full.clinic, lead, json.dumps(bundle).encode(), source="https://other.example/fhir").results
    shelf = Shelf(full.clinic)
    own = {one.resource["id"] for one in shelf.search(Asked(kind)).stored} - {str(done.key)}
    assert own

    def found(first: dt.date, last: dt.date) -> set[str]:
        stored = shelf.search(Asked(kind, patient=full.patient_id, dates=(first, last))).stored
        return {one.resource["id"] for one in stored}

    assert found(dt.date(2025, 1, 31), dt.date(2025, 1, 31)) == {str(done.key)}
    assert found(dt.date(2024, 1, 1), dt.date(2024, 12, 31)) == set()
    assert found(dt.date(2024, 1, 1), dt.date(2099, 1, 1)) == own | {str(done.key)}
