"""Responses that follow from entries and answered once: what the same sender said last is what stands."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.vault.seal import unseal_with
from dermograph.exchange.fhir.elements import Element
from tests.clinic.handover.records_sent import exported, only, say, second_clinic, take, words

RESPONSE = "QuestionnaireResponse"
GONE = (None, "not_asked")


@pytest.fixture
def elsewhere(course: Course) -> Membership:
    return second_clinic(course)


def stands(who: Membership) -> dict[str, tuple[Any, str]]:
    return {one.fact: (one.value, one.missing) for one in Answer.objects.standing().filter(clinic=who.clinic)}


def of_last(bundle: Element) -> Element:
    """The response that was given last with its entries, without what it took the place of."""
    last = max(only(bundle, RESPONSE)["entry"], key=lambda one: str(one["resource"]["authored"]))["resource"]["id"]
    named = [one for one in bundle["entry"] if one["resource"]["resourceType"] == "Observation"]
    named = [one for one in named if last in json.dumps(one["resource"].get("derivedFrom", []))]
    return {**bundle, "entry": [*named, *(one for one in bundle["entry"] if one["resource"]["id"] == last)]}


def turned(bundle: Element, *, back: bool) -> Element:
    return {**bundle, "entry": bundle["entry"][::-1] if back else bundle["entry"]}


def test_a_newer_response_with_its_entries_is_heard_where_an_older_one_answered(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Membership
) -> None:
    say(course, practitioner, infection=False, lesion="scar")
    take(elsewhere.clinic, elsewhere, only(exported(course), RESPONSE))
    assert stands(elsewhere)["infection"] == (False, "")
    say(course, lead, infection=True)
    found = take(elsewhere.clinic, elsewhere, of_last(exported(course)))
    assert "It follows from the entries" not in words(found)
    assert stands(elsewhere) == {"infection": (True, ""), "lesion": ("scar", "")}


def test_what_is_not_known_any_more_is_no_longer_answered_with_no(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Membership
) -> None:
    say(course, practitioner, infection=False, lesion="scar")
    take(elsewhere.clinic, elsewhere, only(exported(course), RESPONSE))
    answer_fact(course=course, who=lead.user, fact="infection", missing="not_known")
    take(elsewhere.clinic, elsewhere, of_last(exported(course)))
    assert stands(elsewhere) == {"infection": (None, "not_known"), "lesion": ("scar", "")}


@pytest.mark.parametrize("back", [False, True], ids=["in-order", "turned"])
@pytest.mark.parametrize("more", [{"lesion": "scar"}, {}], ids=["more", "alone"])
def test_a_corrected_response_with_its_entries_takes_back_only_what_stands_no_longer(
    more: dict[str, Any],
    back: bool,  # noqa: FBT001 (of the parametrization)
    course: Course,
    practitioner: Membership,
    lead: Membership,
    elsewhere: Membership,
) -> None:
    say(course, practitioner, infection=False, **more)
    take(elsewhere.clinic, elsewhere, only(exported(course), RESPONSE))
    say(course, lead, infection=True)
    take(elsewhere.clinic, elsewhere, turned(only(exported(course), RESPONSE, "Observation"), back=back))
    assert stands(elsewhere) == {"infection": (True, "")} | {fact: (value, "") for fact, value in more.items()}
    before = Answer.objects.count()
    found = take(elsewhere.clinic, elsewhere, only(exported(course), RESPONSE, "Observation"))
    assert ({one.done for one in found.results}, Answer.objects.count()) == ({"unchanged"}, before)


def test_an_older_response_that_comes_late_does_not_answer_what_a_newer_one_said_otherwise(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Membership
) -> None:
    say(course, practitioner, infection=False, lesion="scar")
    old = only(exported(course), RESPONSE)
    say(course, lead, infection=True)
    take(elsewhere.clinic, elsewhere, of_last(exported(course)))
    assert stands(elsewhere) == {}
    found = take(elsewhere.clinic, elsewhere, old)
    assert stands(elsewhere) == {"lesion": ("scar", "")}
    assert "infection: the same system says otherwise in what is newer." in words(found)


@pytest.mark.parametrize("why", ["closed", "unnamed", "unread"])
def test_what_cannot_be_written_is_not_asked_rather_than_what_the_sender_said_before(
    why: str, course: Course, practitioner: Membership, lead: Membership, elsewhere: Membership
) -> None:
    say(course, practitioner, pregnant=False, phototype=3)
    take(elsewhere.clinic, elsewhere, only(exported(course), RESPONSE))
    assert stands(elsewhere) == {"pregnant": (False, ""), "phototype": (3, "")}
    if why == "closed":
        Course.objects.filter(clinic=elsewhere.clinic).update(closed_at="2026-01-20T00:00:00Z", outcome="abandoned")
    say(course, lead, pregnant=True)
    sent = of_last(exported(course))
    response = sent["entry"][-1]["resource"]
    if why == "unnamed":
        del response["questionnaire"]
    if why == "unread":
        response["questionnaire"] = f"{response['questionnaire'].partition('|')[0]}|0.0"
    found = take(elsewhere.clinic, elsewhere, sent)
    assert stands(elsewhere) == {"pregnant": GONE, "phototype": (3, "")}
    assert "pregnant: the answer is taken back." in words(found)


def test_what_the_clinic_itself_answered_on_the_same_day_stands_against_a_newer_response(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Membership
) -> None:
    say(course, practitioner, infection=False, lesion="scar")
    take(elsewhere.clinic, elsewhere, only(exported(course), RESPONSE))
    here = Course.objects.get(clinic=elsewhere.clinic)
    say(here, elsewhere, infection=False)
    answer_fact(course=here, who=elsewhere.user, fact="infection", missing="not_known")
    say(course, lead, infection=True)
    found = take(elsewhere.clinic, elsewhere, of_last(exported(course)))
    assert stands(elsewhere) == {"infection": (None, "not_known"), "lesion": ("scar", "")}
    assert "infection: what was answered here on" in words(found)


def test_what_another_sender_says_follows_from_its_own_entries(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Membership
) -> None:
    say(course, practitioner, infection=False, lesion="scar")
    take(elsewhere.clinic, elsewhere, only(exported(course), RESPONSE))
    say(course, lead, infection=True)
    found = take(elsewhere.clinic, elsewhere, of_last(exported(course)), source="https://third.example/fhir")
    assert "It follows from the entries" in words(found)
    assert stands(elsewhere)["infection"] == (False, "")


def copies(bundle: Element, number: int) -> Element:
    """Responses with their entries, so many times, each with ids of its own."""
    made = []
    for turn in range(number):
        for one in bundle["entry"]:
            text = json.dumps(one)
            for other in bundle["entry"]:
                key = other["resource"]["id"]
                text = text.replace(key, str(uuid.uuid5(uuid.UUID(key), str(turn))))
            made.append(json.loads(text))
    return {**bundle, "entry": made}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is decrypted, by the name that it is sealed under."""
    names: list[str] = []

    def counted(*told: Any) -> bytes:  # noqa: ANN401 (as of the function in its place)
        names.append(told[-1])
        return unseal_with(*told)

    monkeypatch.setattr("dermograph.clinic.vault.many.unseal_with", counted)
    return names


@pytest.mark.parametrize("number", [5, 20])
def test_entries_are_opened_once_however_many_responses_follow_from_them(
    number: int, course: Course, practitioner: Membership, elsewhere: Membership, opened: list[str]
) -> None:
    say(course, practitioner, infection=False, lesion="scar", healed=True)
    every = copies(only(exported(course), RESPONSE, "Observation"), number)
    entries, responses = only(every, "Observation"), only(every, RESPONSE)
    assert (len(entries["entry"]), len(responses["entry"])) == (3 * number, number)
    take(elsewhere.clinic, elsewhere, entries)
    opened.clear()
    found = take(elsewhere.clinic, elsewhere, responses)
    assert words(found).count("It follows from the entries") == number
    assert len(opened) == len(set(opened)) == 3 * number


@pytest.mark.parametrize("number", [5, 20])
def test_responses_that_answered_are_opened_once_however_many_follow_them(
    number: int, course: Course, practitioner: Membership, elsewhere: Membership, opened: list[str]
) -> None:
    say(course, practitioner, infection=False, lesion="scar")
    every = copies(only(exported(course), RESPONSE), 2 * number)
    take(elsewhere.clinic, elsewhere, {**every, "entry": every["entry"][:number]})
    opened.clear()
    take(elsewhere.clinic, elsewhere, {**every, "entry": every["entry"][number:]})
    assert len(opened) == len(set(opened)) == number
