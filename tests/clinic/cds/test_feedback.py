"""What became of cards: kept once, told to the trail, handed out and erased with the patient."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.cds import ending
from dermograph.clinic.cds import given as given_cards
from dermograph.clinic.cds.ending import end_cards
from dermograph.clinic.cds.models import CardFeedback, GivenCard
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, Role, User
from dermograph.clinic.reminders.daily import JOBS
from dermograph.clinic.rights.everything import archive
from dermograph.clinic.rights.own_terms import CARDS, FILE, own_terms, read
from dermograph.clinic.rights.rows import rows_of
from dermograph.clinic.upkeep import daily
from dermograph.core.errors import InputError
from dermograph.core.text import Language
from dermograph.protocols.strict_yaml import parse
from tests.clinic.cds.asking import BOOK, VIEW, Json, Program, program, view
from tests.clinic.cds.conftest import clear
from tests.clinic.conftest import member, signed_in

AT = "2026-11-22T10:00:00Z"


@pytest.fixture
def ours(course: Course, practitioner: Membership) -> Program:
    clear(course)
    return program(practitioner)


@pytest.fixture
def card(ours: Program, course: Course) -> Json:
    """A card with a suggestion."""
    return next(one for one in ours.cards(VIEW, view(course.patient.pk)) if "suggestions" in one)


def accepted(card: Json, **more: object) -> Json:
    suggestions = [{"id": one["uuid"]} for one in card.get("suggestions", [])]
    return {
        "card": card["uuid"],
        "outcome": "accepted",
        "acceptedSuggestions": suggestions,
        "outcomeTimestamp": AT,
        **more,
    }


def overridden(card: Json, **reason: object) -> Json:
    why = {"overrideReason": reason} if reason else {}
    return {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": AT, **why}


def told(program: Program, *entries: Json, service: str = VIEW) -> Any:  # noqa: ANN401 (the test client's answer)
    return program.post(f"{service}/feedback", {"feedback": list(entries)})


def test_an_accepted_suggestion_is_kept_and_told_to_the_trail(ours: Program, card: Json, course: Course) -> None:
    answer = told(ours, accepted(card))
    assert (answer.status_code, answer.content) == (200, b"")
    row = CardFeedback.objects.get()
    assert (str(row.card_id), row.outcome, row.suggestions) == (
        card["uuid"],
        "accepted",
        [card["suggestions"][0]["uuid"]],
    )
    entry = AuditEntry.objects.get(action="cds.feedback")
    assert (entry.patient, entry.about, entry.details["outcome"]) == (course.patient.pk, row.pk, "accepted")


def test_an_override_keeps_its_reason_and_seals_the_persons_words(ours: Program, card: Json, course: Course) -> None:
    reason = {"code": "cleared", "system": card["overrideReasons"][0]["system"]}
    assert told(ours, overridden(card, reason=reason, userComment="Asked Dr X")).status_code == 200
    row = CardFeedback.objects.get()
    assert row.reason_code == "cleared"
    assert row.sealed is not None
    assert b"Asked" not in bytes(row.sealed)
    assert "Asked" not in json.dumps(AuditEntry.objects.get(action="cds.feedback").details)


def test_the_same_told_again_is_kept_once(ours: Program, card: Json) -> None:
    for _ in range(2):
        assert told(ours, accepted(card), accepted(card)).status_code == 200
    assert CardFeedback.objects.count() == AuditEntry.objects.filter(action="cds.feedback").count() == 1


def test_one_wrong_entry_keeps_nothing(ours: Program, card: Json) -> None:
    stranger = {**overridden(card), "card": str(uuid.uuid4())}
    answer = told(ours, accepted(card), stranger)
    assert (answer.status_code, answer.json()["issues"][0]["at"]) == (404, "feedback[1].card")
    assert CardFeedback.objects.count() == 0


def test_a_card_of_another_service_or_clinic_is_not_there(ours: Program, card: Json, clinic: Clinic) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    theirs = program(member(other, Role.MEDICAL_LEAD, "Otra Persona"))
    assert told(ours, overridden(card), service=BOOK).status_code == 404
    assert told(theirs, overridden(card)).status_code == 404


def test_who_may_not_read_the_patient_tells_nothing(ours: Program, card: Json, front_desk: Membership) -> None:
    assert told(program(front_desk), overridden(card)).status_code == 403


def test_a_suggestion_of_no_such_card_is_refused(ours: Program, card: Json) -> None:
    answer = told(ours, accepted(card, acceptedSuggestions=[{"id": str(uuid.uuid4())}]))
    assert (answer.status_code, answer.json()["issues"][0]["at"]) == (400, "feedback[0].acceptedSuggestions")


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"card": "x"}, "card"),
        ({"outcome": "ignored"}, "outcome"),
        ({"outcome": ["accepted"]}, "outcome"),
        ({"acceptedSuggestions": None}, "acceptedSuggestions"),
        ({"acceptedSuggestions": []}, "acceptedSuggestions"),
        ({"acceptedSuggestions": [{"uuid": "x"}]}, "acceptedSuggestions[0].id"),
        ({"outcomeTimestamp": "2026-11-22"}, "outcomeTimestamp"),
        ({"outcomeTimestamp": "2026-11-22T10:00:60Z"}, "outcomeTimestamp"),
        ({"overrideReason": {"userComment": " "}}, "overrideReason.userComment"),
        ({"overrideReason": {"userComment": "x" * 2001}}, "overrideReason.userComment"),
        ({"overrideReason": {"reason": {"system": "urn:x"}}}, "overrideReason.reason.code"),
        ({"colour": "red"}, "colour"),
    ],
    ids=[
        "card",
        "outcome",
        "outcome-list",
        "suggestions-null",
        "suggestions-empty",
        "suggestion-id",
        "day",
        "leap-second",
        "blank",
        "long",
        "code",
        "unknown",
    ],
)
def test_feedback_that_is_none_is_refused_at_its_place(ours: Program, card: Json, change: Json, at: str) -> None:
    answer = told(ours, {**accepted(card), **change})
    assert answer.status_code == 400
    assert f"feedback[0].{at}" in [one.get("at") for one in answer.json()["issues"]]


def test_a_comment_of_2000_characters_is_taken(ours: Program, card: Json) -> None:
    assert told(ours, overridden(card, userComment="x" * 2000)).status_code == 200


def test_it_is_handed_out_with_everything_else_and_erased_with_the_patient(
    ours: Program, card: Json, course: Course
) -> None:
    told(ours, overridden(card, userComment="Asked Dr X"))
    rows = rows_of(course.patient)
    assert len(rows[GivenCard]) == GivenCard.objects.count() >= 1
    assert len(rows[CardFeedback]) == 1
    whole = zipfile.ZipFile(io.BytesIO(b"".join(archive(course.patient))))
    said = " ".join(whole.read(name).decode() for name in whole.namelist() if name.endswith(".json"))
    assert "Asked Dr X" in said


def test_of_a_patient_of_others_words_are_not_kept(ours: Program) -> None:
    clinic = Membership.objects.get().clinic
    given = GivenCard.objects.create(clinic=clinic, service=VIEW, rule="x", indicator="info")
    assert told(ours, overridden({"uuid": str(given.pk)}, userComment="of a stranger")).status_code == 200
    assert CardFeedback.objects.get().sealed is None


# --- the end of a term

DAYS = own_terms()[CARDS].days


def given(clinic: Clinic, days: float, patient: Patient | None = None) -> GivenCard:
    """A card that was given so many days ago."""
    at = timezone.now() - dt.timedelta(days=days)
    return GivenCard.objects.create(
        clinic=clinic, patient=patient, service=VIEW, rule="r", indicator="info", given_at=at
    )


def test_a_card_without_feedback_ends_with_its_term_and_no_other_does(
    clinic: Clinic, patient: Patient, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "_AT_ONCE", 2)
    now = timezone.now()
    blocked = Patient.objects.create(clinic=clinic, number=91, given_names="Otra", restricted_at=now)
    answered, fresh = given(clinic, DAYS + 9, patient), given(clinic, DAYS - 1.1, patient)
    CardFeedback.objects.create(clinic=clinic, card=answered, outcome="accepted", at=now, told_by=practitioner.user)
    kept = {answered.pk, fresh.pk, given(clinic, DAYS + 9, blocked).pk}
    for whose in (patient, None, patient):
        given(clinic, DAYS + 1.1, whose)
    elsewhere = Clinic.objects.create(name="Otra", slug="otra")
    given(elsewhere, DAYS + 2)
    daily.register()
    assert JOBS["cds.cards"](now) == 4
    assert set(GivenCard.objects.values_list("pk", flat=True)) == kept
    trail = AuditEntry.objects.filter(action="cds.ended")
    assert sum(one.details["cards"] for one in trail.filter(clinic=clinic)) == 3
    assert sum(one.details["cards"] for one in trail.filter(clinic=elsewhere)) == 1
    assert JOBS["cds.cards"](now) == 0
    assert trail.count() == 3, "two and one of ours, one of the other's; nothing is told where nothing ended"


@pytest.mark.parametrize(("seconds", "ended"), [(-1, 1), (0, 0), (1, 0)], ids=["below", "at", "above"])
@pytest.mark.parametrize("zone", ["Europe/Madrid", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_term_counts_full_days_from_midnight_at_the_clinic(
    clinic: Clinic, zone: str, seconds: int, ended: int
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(time_zone=zone)
    clinic.refresh_from_db()
    today = dt.date(2026, 11, 23)  # the clocks of all three changed within the term
    midnight = dt.datetime.combine(today - dt.timedelta(days=DAYS), dt.time(), clinic.zone)
    card = given(clinic, 0)
    GivenCard.objects.filter(pk=card.pk).update(given_at=midnight.astimezone(dt.UTC) + dt.timedelta(seconds=seconds))
    for hour in (0, 23):
        now = dt.datetime.combine(today, dt.time(hour, 59), clinic.zone)
        assert end_cards(now) == (ended if hour == 0 else 0), "the day on which the term is full is kept to its end"


def test_feedback_on_a_card_whose_term_is_over_is_refused_whole(
    ours: Program, card: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = given_cards._refuse_unknown  # noqa: SLF001 (what is done between looking a card up and writing)

    def late(*args: Any) -> None:  # noqa: ANN401 (as it is called)
        look(*args)
        GivenCard.objects.filter(pk=card["uuid"]).delete()  # as the clock does meanwhile

    monkeypatch.setattr(given_cards, "_refuse_unknown", late)
    answer = told(ours, accepted(card))
    assert (answer.status_code, answer.json()["issues"][0]["at"]) == (404, "feedback[0].card")
    assert CardFeedback.objects.count() == AuditEntry.objects.filter(action="cds.feedback").count() == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_of_keeping_records_tells_the_term(language: Language, admin: Membership) -> None:
    User.objects.filter(pk=admin.user.pk).update(language=language)
    admin.user.refresh_from_db()
    page = signed_in(admin).get(reverse("retention")).content.decode()
    term = own_terms()[CARDS]
    assert f'<td>{escape(term.covers.say(language))}</td><td class="num">{DAYS}</td>' in page
    assert escape(term.why.say(language)) in page


@pytest.mark.parametrize(
    "change",
    [("days: 90", "days: 0"), ("days: 90", "days: some"), (CARDS, "cards"), ("own-terms/1", "own-terms/2")],
    ids=["zero", "word", "unknown", "schema"],
)
def test_a_file_of_terms_with_a_mistake_is_refused(change: tuple[str, str]) -> None:
    text = FILE.read_text(encoding="utf-8").replace(*change)
    with pytest.raises(InputError, match=r"own_terms\.yaml"):
        read(parse(text, FILE.name))
