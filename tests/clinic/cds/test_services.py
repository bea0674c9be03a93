"""What each service says, of our own patients and of others'."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from dermograph.clinic.agenda.course_days import days_of
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.opened import record_opened
from dermograph.clinic.cds.models import GivenCard
from dermograph.clinic.people.models import Clinic, Course, Membership, Role
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import day_in_words
from dermograph.exchange.fhir.codes import ANSWERS, CLAIMS, EVENT_KINDS, FACTS
from dermograph.exchange.fhir.elements import code_system
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.exchange.fhir.read.reading import checked
from dermograph.protocols import load_library
from tests.clinic.cds.asking import (
    BOOK,
    SELECT,
    VIEW,
    Json,
    appointment,
    book,
    bundled,
    order,
    program,
    select,
    view,
)
from tests.clinic.cds.conftest import CLEAR, clear
from tests.clinic.conftest import member
from tests.exchange.cds_hooks.rules import faults_of_discovery

OWN_CODES = code_system("treatments")


def today(course: Course) -> dt.date:
    return timezone.now().astimezone(course.clinic.zone).date()


def at(day: dt.date) -> str:
    return f"{day.isoformat()}T10:00:00+01:00"


def held(course: Course, practitioner: Membership, days_ago: int) -> None:
    """A session some days ago."""
    then = timezone.now() - dt.timedelta(days=days_ago)
    Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=practitioner,
        started_at=then,
        ended_at=then,
        device="dermograph",
        anaesthesia="none",
    )


def summaries(cards: list[Json]) -> list[str]:
    return [card["summary"] for card in cards]


# ── discovery ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "es"])
def test_discovery_is_open_to_anyone_and_speaks_the_language_asked_for(db: None, language: str) -> None:
    answer = Client().get("/cds-services", headers={"accept-language": language})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert faults_of_discovery(answer.json()) == []
    services = {one["id"]: one for one in answer.json()["services"]}
    assert {name: one["hook"] for name, one in services.items()} == {
        VIEW: "patient-view",
        BOOK: "appointment-book",
        SELECT: "order-select",
    }
    assert ("sesión" in services[VIEW]["description"]) is (language == "es")


# ── patient-view ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_block_is_a_card_with_its_source_and_no_day_is_proposed(course: Course, practitioner: Membership) -> None:
    clear(course, pregnant=True)
    cards = program(practitioner).cards(VIEW, view(course.patient.pk))
    [card] = [one for one in cards if "regnan" in one["summary"]]
    assert card["indicator"] == "warning"
    assert card["source"]["topic"]["system"] == CLAIMS
    assert card["source"]["label"].endswith(card["source"]["topic"]["display"])
    assert "abdomen" in card["detail"]
    assert not any("suggestions" in one for one in cards)


def test_what_excludes_is_critical_and_stands_first(course: Course, practitioner: Membership) -> None:
    clear(course, lesion="wrinkle", pregnant=True)
    cards = program(practitioner).cards(VIEW, view(course.patient.pk))
    assert [one["indicator"] for one in cards][:2] == ["critical", "warning"]


def test_cards_are_in_the_language_asked_for(course: Course, practitioner: Membership) -> None:
    clear(course, pregnant=True)
    cards = program(practitioner, language="es-ES,en;q=0.5").cards(VIEW, view(course.patient.pk))
    assert any("mbarazo" in one["summary"] for one in cards)


def test_open_questions_are_a_card_and_never_a_clearance(course: Course, practitioner: Membership) -> None:
    clear(course, pregnant=None)
    cards = program(practitioner).cards(VIEW, view(course.patient.pk))
    [asked] = [one for one in cards if one["summary"].startswith("The assessment is not complete")]
    assert asked["indicator"] == "warning"
    labels = [one["label"] for card in cards for one in card.get("suggestions", [])]
    assert labels
    assert all(label.startswith("Hold ") for label in labels)
    [following] = [one for one in summaries(cards) if one.startswith("Next session")]
    assert following.endswith("; it can only be held until an assessment that clears it is signed.")


def test_where_nothing_speaks_against_it_the_next_allowed_day_is_proposed(
    course: Course, practitioner: Membership
) -> None:
    clear(course)
    held(course, practitioner, 3)
    cards = program(practitioner).cards(VIEW, view(course.patient.pk))
    first = days_of(course, "session").first_open(today(course) + dt.timedelta(days=400))
    assert first is not None
    [suggestion] = [one for card in cards for one in card.get("suggestions", [])]
    [action] = suggestion["actions"]
    assert action["type"] == "create"
    proposed = checked(action["resource"], "Appointment")
    assert proposed["requestedPeriod"] == [{"start": first.isoformat(), "end": first.isoformat()}]
    assert proposed["participant"][0]["actor"] == {"reference": f"Patient/{course.patient.pk}"}
    assert proposed["basedOn"] == [{"reference": f"ServiceRequest/{course.pk}"}]


def test_of_a_patient_without_an_open_course_there_is_nothing_to_say(course: Course, practitioner: Membership) -> None:
    course.closed_at = timezone.now()
    course.save()
    assert program(practitioner).cards(VIEW, view(course.patient.pk)) == []
    assert GivenCard.objects.count() == 0


def test_an_override_reason_has_words_of_its_own(course: Course, practitioner: Membership) -> None:
    clear(course, pregnant=True)
    for card in program(practitioner).cards(VIEW, view(course.patient.pk)):
        assert {one["code"] for one in card["overrideReasons"]} >= {"outdated", "cleared", "other"}


# ── appointment-book ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_appointment_too_early_names_the_first_allowed_day(course: Course, practitioner: Membership) -> None:
    clear(course)
    held(course, practitioner, 3)
    first = days_of(course, "session").first_open(today(course) + dt.timedelta(days=400))
    assert first is not None
    wanted = appointment(course.patient.pk, at(first - dt.timedelta(days=1)))
    [card] = program(practitioner).cards(BOOK, book(course.patient.pk, wanted))
    assert card["summary"].startswith("No session on ")
    assert card["summary"].endswith(
        f"; from {day_in_words(first, 'en')} a day can be held until an assessment is signed."
    )
    assert card["indicator"] == "warning"
    [suggestion] = card["suggestions"]
    assert suggestion["actions"][0]["resource"]["requestedPeriod"][0]["start"] == first.isoformat()


def test_an_appointment_on_the_first_allowed_day_can_be_held_until_an_assessment_is_signed(
    course: Course, practitioner: Membership
) -> None:
    clear(course)
    held(course, practitioner, 3)
    first = days_of(course, "session").first_open(today(course) + dt.timedelta(days=400))
    assert first is not None
    [card] = program(practitioner).cards(BOOK, book(course.patient.pk, appointment(course.patient.pk, at(first))))
    assert "can only be held" in card["summary"]


def test_a_day_that_is_past_is_said_to_be_past(course: Course, practitioner: Membership) -> None:
    clear(course)
    past = appointment(course.patient.pk, at(today(course) - dt.timedelta(days=1)))
    [card] = program(practitioner).cards(BOOK, book(course.patient.pk, past))
    assert "This day is past" in card["detail"]


def test_where_no_day_is_known_the_card_says_so(course: Course, practitioner: Membership) -> None:
    clear(course, pregnant=True)
    wanted = appointment(course.patient.pk, at(today(course) + dt.timedelta(days=10)))
    [card] = program(practitioner).cards(BOOK, book(course.patient.pk, wanted))
    assert "no allowed day is known" in card["summary"]
    assert "suggestions" not in card


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"serviceType": [{"coding": [{"system": OWN_CODES, "code": "paramedical"}]}]}, 1),
        ({"serviceType": [{"coding": [{"system": OWN_CODES, "code": "scalp"}]}]}, 0),
        ({"serviceType": [{"coding": [{"system": "http://example.org/kinds", "code": "dentist"}]}]}, 0),
        ({"appointmentType": {"coding": [{"system": code_system("purposes"), "code": "consultation"}]}}, 0),
        ({}, 1),
        ({"basedOn": [{"reference": "ServiceRequest/theirs"}]}, 1),
    ],
    ids=["ours", "another-treatment", "others", "no-needles", "unsaid", "unknown-request"],
)
def test_only_what_is_or_may_be_a_session_of_the_course_is_judged(
    course: Course, practitioner: Membership, more: Json, said: int
) -> None:
    clear(course, pregnant=True)
    wanted = appointment(course.patient.pk, at(today(course) + dt.timedelta(days=10)), **more)
    assert len(program(practitioner).cards(BOOK, book(course.patient.pk, wanted))) == said


def test_a_session_of_another_course_of_the_patient_is_none_of_this_one(
    course: Course, practitioner: Membership
) -> None:
    clear(course, pregnant=True)
    other = Course.objects.get(pk=course.pk)
    other.pk, other.closed_at = uuid.uuid4(), timezone.now()
    other.save(force_insert=True)
    named = {"basedOn": [{"reference": f"ServiceRequest/{other.pk}"}]}
    wanted = appointment(course.patient.pk, at(today(course) + dt.timedelta(days=10)), **named)
    assert program(practitioner).cards(BOOK, book(course.patient.pk, wanted)) == []


def test_two_sessions_that_are_proposed_together_are_held_against_each_other(
    course: Course, practitioner: Membership
) -> None:
    clear(course)
    key = course.patient.pk
    apart = days_of(course, "session").protocol.course.spacing.at_least
    first = today(course) + dt.timedelta(days=30)
    said = []
    for second in (apart.after(first) - dt.timedelta(days=1), apart.after(first)):
        proposed = [appointment(key, at(first)), appointment(key, at(second), id="a2")]
        cards = program(practitioner).cards(BOOK, book(key, *reversed(proposed)))
        said.append([one for one in cards if one["summary"].endswith("both are proposed here.")])
    assert [len(one) for one in said] == [1, 0]
    assert said[0][0]["indicator"] == "warning"


@pytest.mark.parametrize("lesion", ["stria", "wrinkle"], ids=["deferred", "excluded"])
def test_who_may_not_read_reasons_is_told_days_alone(
    course: Course, front_desk: Membership, practitioner: Membership, lesion: str
) -> None:
    clear(course, pregnant=True, lesion=lesion)
    wanted = book(course.patient.pk, appointment(course.patient.pk, at(today(course) + dt.timedelta(days=10))))
    [full] = program(practitioner).cards(BOOK, wanted)
    assert "regnan" in full["detail"] + full["summary"]
    for reader in (program(front_desk), program(practitioner, ("agenda:read",))):
        [card] = reader.cards(BOOK, wanted)
        assert card["summary"] == full["summary"]
        assert card["indicator"] == "warning"
        assert "regnan" not in str(card)
        assert "topic" not in card["source"]
        assert "links" not in card


def test_the_front_desk_books_and_sees_days_but_asks_for_no_chart(course: Course, front_desk: Membership) -> None:
    clear(course, pregnant=True)
    wanted = appointment(course.patient.pk, at(today(course) + dt.timedelta(days=10)))
    assert len(program(front_desk).cards(BOOK, book(course.patient.pk, wanted))) == 1
    assert program(front_desk).post(VIEW, view(course.patient.pk)).status_code == 403


# ── order-select ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("system", "code", "word"),
    [
        (FACTS, "isotretinoin", "sotretinoin"),
        (ANSWERS, "isotretinoin.current", "sotretinoin"),
        (FACTS, "anticoagulants", "nticoagulant"),
        (EVENT_KINDS, "aspirin", "bleeding"),
    ],
    ids=["fact", "answer", "yes", "event"],
)
def test_an_order_with_a_code_of_ours_says_what_it_would_change(
    course: Course, practitioner: Membership, system: str, code: str, word: str
) -> None:
    clear(course)
    cards = program(practitioner).cards(SELECT, select(course.patient.pk, order(course.patient.pk, system, code)))
    assert cards
    assert all("If this order is carried out" in one["detail"] for one in cards)
    assert any(word in one["detail"] for one in cards)


@pytest.mark.parametrize(
    ("system", "code"),
    [("http://www.whocc.no/atc", "D10BA01"), (FACTS, "no-such-fact"), (ANSWERS, "isotretinoin.no-such-word")],
    ids=["other-system", "unknown", "unknown-word"],
)
def test_of_an_order_with_another_code_nothing_is_promised(
    course: Course, practitioner: Membership, system: str, code: str
) -> None:
    clear(course)
    body = select(course.patient.pk, order(course.patient.pk, system, code))
    assert program(practitioner).cards(SELECT, body) == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"doNotPerform": True}, False),
        ({"doNotPerform": False}, True),
        ({"status": "stopped"}, False),
        ({"status": "cancelled"}, False),
        ({"status": "entered-in-error"}, False),
        ({"status": "active"}, True),
        ({"status": "on-hold"}, True),
    ],
    ids=["not", "do", "stopped", "cancelled", "error", "active", "on-hold"],
)
def test_an_order_that_is_not_to_be_carried_out_says_nothing(
    course: Course, practitioner: Membership, *, more: Json, says: bool
) -> None:
    clear(course)
    wanted = order(course.patient.pk, FACTS, "isotretinoin", **more)
    assert bool(program(practitioner).cards(SELECT, select(course.patient.pk, wanted))) is says


def test_the_first_day_after_an_order_can_only_be_held_until_an_assessment_is_signed(
    course: Course, practitioner: Membership
) -> None:
    clear(course)
    cards = program(practitioner).cards(
        SELECT, select(course.patient.pk, order(course.patient.pk, EVENT_KINDS, "aspirin"))
    )
    assert cards
    assert all("until an assessment that clears it is signed" in one["detail"] for one in cards)
    assert not any("the first day for a session is" in one["detail"] for one in cards)


def test_an_order_that_is_not_selected_says_nothing(course: Course, practitioner: Membership) -> None:
    clear(course)
    key = course.patient.pk
    body = select(key, order(key, FACTS, "isotretinoin", id="m2"), order(key, "http://example.org", "x"))
    body["context"]["selections"] = ["MedicationRequest/m1"]
    assert program(practitioner).cards(SELECT, body) == []


# ── patients of others ──────────────────────────────────────────────────────────────────────────────────────────────


def response(facts: Json, patient: str = "theirs-1", treatment: str = "paramedical") -> Json:
    """Answers to one of our questionnaires."""
    made = questionnaire_response(Answers(facts, {}), load_library().protocol(treatment))
    return {**made, "subject": {"reference": f"Patient/{patient}"}}


KNOWN = {name: value for name, value in CLEAR.items() if value is not None}


def test_of_a_patient_of_others_the_answers_that_were_sent_along_decide(practitioner: Membership) -> None:
    prefetch = {
        "patient": {"resourceType": "Patient", "id": "theirs-1", "birthDate": "1990-05-01"},
        "answers": bundled("searchset", response({**KNOWN, "pregnant": True})),
    }
    cards = program(practitioner).cards(VIEW, view("theirs-1", prefetch))
    assert any("regnan" in one for one in summaries(cards))
    assert GivenCard.objects.filter(patient=None).count() == len(cards)


def test_of_a_patient_of_others_earlier_sessions_are_not_known_and_no_day_is_told(practitioner: Membership) -> None:
    prefetch = {
        "patient": {"resourceType": "Patient", "id": "theirs-1", "birthDate": "1990-05-01"},
        "answers": response(KNOWN),
    }
    cards = program(practitioner).cards(VIEW, view("theirs-1", prefetch))
    assert not any("suggestions" in one for one in cards)
    assert not any(one["summary"].startswith("Next session") for one in cards)
    [unknown] = [one for one in cards if one["summary"].startswith("Earlier sessions and events are not known here")]
    assert unknown["indicator"] == "warning"


def test_what_an_observation_or_a_condition_says_is_known_and_the_rest_stays_unknown(practitioner: Membership) -> None:
    facts = {name: value for name, value in KNOWN.items() if name not in ("pregnant", "lesion")}
    subject = {"reference": "Patient/theirs-1"}
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "subject": subject,
        "code": {"coding": [{"system": FACTS, "code": "pregnant"}]},
        "effectiveDateTime": "2026-11-01",
        "valueBoolean": True,
    }
    condition = {
        "resourceType": "Condition",
        "subject": subject,
        "code": {"coding": [{"system": ANSWERS, "code": "lesion.stria"}]},
    }
    prefetch: Json = {"answers": response(facts)}
    before = summaries(program(practitioner).cards(VIEW, view("theirs-1", prefetch)))
    prefetch |= {"observations": observation, "conditions": bundled("searchset", condition)}
    after = summaries(program(practitioner).cards(VIEW, view("theirs-1", prefetch)))
    assert not any("regnan" in one for one in before)
    assert any("not complete" in one for one in before)
    assert any("regnan" in one for one in after)


def test_without_answers_of_a_patient_of_others_the_precondition_failed(practitioner: Membership) -> None:
    answer = program(practitioner).post(VIEW, view("theirs-1"))
    assert (answer.status_code, answer["Content-Type"]) == (412, "application/problem+json")
    assert answer.json()["issues"][0]["at"] == "prefetch.answers"


@pytest.mark.parametrize("answers", ["none", "empty", "others"])
def test_no_answers_to_a_questionnaire_of_ours_are_never_nothing_to_say(practitioner: Membership, answers: str) -> None:
    others = {**response(KNOWN), "questionnaire": "https://x.example/Questionnaire/another"}
    sent: Json = {
        "none": None,
        "empty": {"resourceType": "Bundle", "type": "searchset"},
        "others": bundled("searchset", others),
    }
    answer = program(practitioner).post(VIEW, view("theirs-1", {"answers": sent[answers]}))
    assert answer.status_code == 412
    assert answer.json()["issues"][0]["at"] == "prefetch.answers"


def test_answers_to_an_older_version_are_no_answers(practitioner: Membership) -> None:
    old = response(KNOWN)
    old["questionnaire"] = old["questionnaire"].partition("|")[0] + "|0.0.1"
    assert program(practitioner).post(VIEW, view("theirs-1", {"answers": old})).status_code == 412


@pytest.mark.parametrize(("day", "status"), [("2026-11-02", 200), ("2026-11-01", 400), ("", 400)], ids=str)
def test_of_two_that_say_otherwise_the_later_counts_and_without_days_neither(
    practitioner: Membership, day: str, status: int
) -> None:
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": FACTS, "code": "pregnant"}]},
        "valueBoolean": True,
        **({"effectiveDateTime": day} if day else {}),
    }
    answers = {**response(KNOWN), "authored": "2026-11-01"}
    answer = program(practitioner).post(VIEW, view("theirs-1", {"answers": answers, "observations": observation}))
    assert answer.status_code == status
    if status == 200:
        assert any("regnan" in one for one in summaries(answer.json()["cards"]))


@pytest.mark.parametrize("order_sent", [(0, 1), (1, 0)], ids=["newest-first", "oldest-first"])
@pytest.mark.parametrize("older", ["2026-10-01", "2026-11", ""], ids=["older", "month", "undated"])
def test_an_old_or_undated_no_never_beats_a_newer_yes(
    practitioner: Membership, order_sent: tuple[int, int], older: str
) -> None:
    def said(value: bool, day: str) -> Json:  # noqa: FBT001 (the value itself)
        return {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": FACTS, "code": "pregnant"}]},
            "valueBoolean": value,
            **({"effectiveDateTime": day} if day else {}),
        }

    both = (said(True, "2026-11-10"), said(False, older))
    less = {name: value for name, value in KNOWN.items() if name != "pregnant"}
    prefetch = {
        "answers": {**response(less), "authored": "2026-11-01"},
        "observations": bundled("searchset", *(both[number] for number in order_sent)),
    }
    answer = program(practitioner).post(VIEW, view("theirs-1", prefetch))
    if older == "2026-10-01":
        assert any("regnan" in one for one in summaries(answer.json()["cards"]))
    else:
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("reason", "day", "status", "is_open"),
    [
        ("asked-unknown", "2026-11-02", 200, True),
        ("asked-unknown", "2026-10-31", 200, False),
        ("asked-unknown", "2026-11-01", 400, None),
        ("asked-unknown", "2026-11", 400, None),
        ("asked-unknown", "", 400, None),
        ("not-asked", "2026-11-02", 200, False),
        ("not-asked", "", 200, False),
    ],
    ids=["later", "earlier", "same-day", "month", "undated", "not-asked", "not-asked-undated"],
)
def test_a_not_known_counts_against_an_earlier_no_and_is_refused_where_no_day_tells(
    practitioner: Membership, *, reason: str, day: str, status: int, is_open: bool | None
) -> None:
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": FACTS, "code": "pregnant"}]},
        "dataAbsentReason": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": reason}]
        },
        **({"effectiveDateTime": day} if day else {}),
    }
    prefetch = {"answers": {**response(KNOWN), "authored": "2026-11-01"}, "observations": observation}
    answer = program(practitioner).post(VIEW, view("theirs-1", prefetch))
    assert answer.status_code == status
    if is_open is not None:
        assert ("regnan" in str(answer.json()["cards"])) is is_open


def test_a_no_of_no_day_is_not_held_against_a_not_known_that_has_one(practitioner: Membership) -> None:
    less = {name: value for name, value in KNOWN.items() if name != "pregnant"}
    answers = {**response(less), "authored": "2026-11-01"}
    why = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-unknown"}
    answers["item"] = [one for one in answers["item"] if one["linkId"] != "pregnant"]
    answers["item"].append({"linkId": "pregnant", "extension": [why]})
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": FACTS, "code": "pregnant"}]},
        "valueBoolean": False,
    }
    prefetch = {"answers": answers, "observations": observation}
    assert program(practitioner).post(VIEW, view("theirs-1", prefetch)).status_code == 400


@pytest.mark.parametrize(("recorded", "status"), [("2026-11-02", 200), ("2026-10-31", 200), ("", 400)], ids=str)
def test_a_condition_counts_by_its_day_among_all_that_is_said(
    practitioner: Membership, recorded: str, status: int
) -> None:
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/theirs-1"},
        "code": {"coding": [{"system": ANSWERS, "code": "lesion.wrinkle"}]},
        **({"recordedDate": recorded} if recorded else {}),
    }
    prefetch = {"answers": {**response(KNOWN), "authored": "2026-11-01"}, "conditions": condition}
    answer = program(practitioner).post(VIEW, view("theirs-1", prefetch))
    assert answer.status_code == status
    if status == 200:
        is_wrinkle = any(one["indicator"] == "critical" for one in answer.json()["cards"])
        assert is_wrinkle is (recorded > "2026-11-01")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("2026-11-01", "2026-11-02", True),
        ("2026-11-02", "2026-11-01", False),
        ("2026-11-01T23:00:00-05:00", "2026-11-02T01:00:00+02:00", False),
        ("2026-11-01", "2026-11-02T12:00:00Z", True),
        ("2026-11-01T23:00:00Z", "2026-11-02", None),
        ("2026-11-01", "2026-11-01", None),
        ("2026-11-01", "2026-11", None),
        ("2026-11-01", "", None),
    ],
    ids=["later", "earlier", "zones", "day-and-hour", "doubt", "same", "month", "undated"],
)
def test_of_two_responses_the_later_counts_and_none_without_a_day(
    practitioner: Membership, *, first: str, second: str, said: bool | None
) -> None:
    responses = [
        {**response({**KNOWN, "pregnant": yes}), **({"authored": day} if day else {})}
        for yes, day in ((False, first), (True, second))
    ]
    for one, day in zip(responses, (first, second), strict=True):
        if not day:
            one.pop("authored", None)
    answer = program(practitioner).post(VIEW, view("theirs-1", {"answers": bundled("searchset", *responses)}))
    assert answer.status_code == (400 if said is None else 200)
    if said is not None:
        assert any("regnan" in one for one in summaries(answer.json()["cards"])) is said


@pytest.mark.parametrize(
    ("observed", "said"),
    [("2026-11-02T11:00:00Z", False), ("2026-11-02T13:00:00Z", None), ("2026-11-03T12:00:00Z", True)],
    ids=["before-one", "between", "after-both"],
)
def test_of_two_equal_responses_the_time_of_neither_is_forgotten(
    practitioner: Membership, *, observed: str, said: bool | None
) -> None:
    equal = [{**response(KNOWN), "authored": one} for one in ("2026-11-02T12:00:00Z", "2026-11-02")]
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": FACTS, "code": "pregnant"}]},
        "valueBoolean": True,
        "effectiveDateTime": observed,
    }
    prefetch = {"answers": bundled("searchset", *equal), "observations": observation}
    answer = program(practitioner).post(VIEW, view("theirs-1", prefetch))
    assert answer.status_code == (400 if said is None else 200)
    if said is not None:
        assert any("regnan" in one for one in summaries(answer.json()["cards"])) is said


def test_a_later_yes_counts_whatever_the_days_of_its_clock_and_of_the_no(practitioner: Membership) -> None:
    said = [
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": FACTS, "code": "pregnant"}]},
            "valueBoolean": value,
            "effectiveDateTime": when,
        }
        for value, when in ((False, "2026-11-02T00:30:00+10:00"), (True, "2026-11-01T23:00:00-05:00"))
    ]
    less = {name: value for name, value in KNOWN.items() if name != "pregnant"}
    prefetch = {"answers": {**response(less), "authored": "2026-10-01"}, "observations": bundled("searchset", *said)}
    assert any("regnan" in one for one in summaries(program(practitioner).cards(VIEW, view("theirs-1", prefetch))))


def test_two_dates_of_birth_are_refused_by_neither_being_guessed(practitioner: Membership) -> None:
    prefetch: Json = {
        "patient": {"resourceType": "Patient", "id": "theirs-1", "birthDate": "1990-05-01"},
        "answers": response({**KNOWN, "birth_date": dt.date(1991, 5, 1)}),
    }
    assert program(practitioner).post(VIEW, view("theirs-1", prefetch)).status_code == 400


def test_booking_and_orders_of_a_patient_of_others_go_by_their_answers(practitioner: Membership) -> None:
    prefetch: Json = {"answers": response({**KNOWN, "birth_date": dt.date(1990, 5, 1)})}
    soon = appointment("theirs-1", at(dt.date.today() + dt.timedelta(days=30)))  # noqa: DTZ011 (far from midnight)
    ours = program(practitioner)
    [card] = ours.cards(BOOK, book("theirs-1", soon, prefetch=prefetch))
    assert card["summary"].endswith("; earlier sessions and events are not known here.")
    assert "suggestions" not in card
    ordered = select("theirs-1", order("theirs-1", FACTS, "isotretinoin"), prefetch=prefetch)
    against = ours.cards(SELECT, ordered)
    assert against
    assert all("earlier sessions and events are not known here" in one["detail"] for one in against)


# ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_trail_says_by_which_program_a_record_was_opened(course: Course, practitioner: Membership) -> None:
    key = course.patient.pk
    record_opened(clinic=course.clinic, who=practitioner.user, patient=key)  # on a page, within the same hour
    two = [program(practitioner), program(practitioner)]
    for one in (*two, *two):
        one.cards(VIEW, view(key))
    opened = AuditEntry.objects.filter(clinic=course.clinic, action="patient.opened", patient=key)
    known = [one.details for one in opened.order_by("number")]
    assert known == [{}, *({"through": one.secret[:10]} for one in two)]


def test_a_patient_of_another_clinic_is_as_unknown_as_none(course: Course) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    theirs = program(member(other, Role.MEDICAL_LEAD, "Otra Persona"))
    said = [theirs.post(VIEW, view(key)) for key in (course.patient.pk, uuid.uuid4())]
    assert {one.status_code for one in said} == {412}
    assert said[0].json() == said[1].json()


def test_a_blocked_record_is_refused(course: Course, practitioner: Membership) -> None:
    course.patient.restricted_at = timezone.now()
    course.patient.save()
    assert program(practitioner).post(VIEW, view(course.patient.pk)).status_code == 403


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER, Role.MEDICAL_LEAD, Role.ADMIN])
def test_the_role_decides_which_services_a_token_reaches(course: Course, role: str) -> None:
    ours = program(member(course.clinic, role, f"{role} person"))
    key = course.patient.pk
    asked = {
        VIEW: view(key),
        BOOK: book(key, appointment(key, at(today(course)))),
        SELECT: select(key, order(key, FACTS, "isotretinoin")),
    }
    clinical, booking = (Role.PRACTITIONER, Role.MEDICAL_LEAD), (Role.FRONT_DESK, Role.PRACTITIONER, Role.MEDICAL_LEAD)
    allowed = {VIEW: role in clinical, BOOK: role in booking, SELECT: role in clinical}
    assert {name: ours.post(name, body).status_code for name, body in asked.items()} == {
        name: 200 if lets else 403 for name, lets in allowed.items()
    }


def test_a_token_without_the_scope_is_refused(course: Course, practitioner: Membership) -> None:
    assert program(practitioner, ("stock:read",)).post(VIEW, view(course.patient.pk)).status_code == 403
    assert program(practitioner, ("clinical:read",)).post(VIEW, view(course.patient.pk)).status_code == 200


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_scope_that_a_token_lacks_is_named_and_none_where_the_role_is_what_lacks(
    course: Course, practitioner: Membership, front_desk: Membership, language: str
) -> None:
    key = course.patient.pk
    booked = book(key, appointment(key, at(today(course))))
    for address, body, scope in ((VIEW, view(key), "clinical:read"), (BOOK, booked, "agenda:read")):
        answer = program(practitioner, ("stock:read",), language=language).post(address, body)
        assert (answer.status_code, scope in answer.json()["detail"]) == (403, True)
    answer = program(front_desk, language=language).post(VIEW, view(key))
    assert (answer.status_code, ":read" in answer.json()["detail"]) == (403, False)
