"""The check without an account: the engine's own verdict, five endings, unknown is never "no", nothing is stored."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dermograph.care.assess import AreaAssessment, assess
from dermograph.care.read_case import read_case
from dermograph.care.verdict import Verdict
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.website import checking, views_check
from dermograph.clinic.website.endings import KINDS
from dermograph.clinic.website.wording import help_of, question_of
from dermograph.core.text import LANGUAGES
from dermograph.protocols import Protocol, load_library
from tests.clinic.website.markup import invalid
from tests.clinic.website.visit import at, ending, furnish, go_through, tell, told_in, words_of
from tests.golden.test_cases import OURS, Golden, expanded

CASES = [case for case in OURS if case.command == "assess"][
    ::7
]  # of all three treatments; the engine's own test takes all
TODAY = dt.date(2026, 11, 21)
HEALTHY: dict[str, Any] = {
    **expanded({"defaults": "healthy", "areas": [{}]})["patient"],
    **expanded({"defaults": "healthy", "areas": [{}]})["areas"][0],
}
STRIA = {**HEALTHY, "lesion": "stria", "stage": "white"}
SCAR = {**HEALTHY, "lesion": "scar", "scar_type": "atrophic", "onset": "2020-01-01"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(clinic: Clinic, practitioner: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(clinic)
    assert practitioner.treatments
    monkeypatch.setattr(views_check, "today_in", lambda _clinic: TODAY)


def checked(clinic: Clinic, treatment: str = "paramedical", **changes: Any) -> Client:  # noqa: ANN401 (answers)
    client = Client()
    go_through(client, clinic, treatment, {**STRIA, **changes}, TODAY)
    return client


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_golden_case_ends_as_the_engine_decides(
    case: Golden, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = expanded(case.case)
    library = load_library()
    decided = assess(read_case(json.dumps(whole), library.vocabulary), library.protocol(whole["treatment"]))
    monkeypatch.setattr(views_check, "today_in", lambda _clinic: decided.assessed_on)
    protocol = library.protocol(whole["treatment"])
    for area, given in zip(decided.areas, whole["areas"], strict=True):
        known = {**whole.get("patient", {}), **given}
        known = {name: value for name, value in known.items() if not isinstance(value, dict | list)}
        client = Client()
        go_through(client, clinic, whole["treatment"], known, decided.assessed_on)
        told = told_in(client, clinic, protocol, whole["treatment"])
        public = checking.assessed(told, protocol, decided.assessed_on)
        assert (public.verdict, public.not_before) == (area.verdict, area.not_before)
        kind, page = ending(client, clinic, whole["treatment"])
        assert kind == KINDS[area.verdict].value
        if area.verdict is Verdict.DEFERRED and area.not_before:
            assert "Not before" in page


def test_no_golden_case_is_decided_otherwise_by_the_questions_that_a_visitor_is_asked() -> None:
    library = load_library()
    wrong = []
    for case in (one for one in OURS if one.command == "assess"):
        whole = expanded(case.case)
        protocol = library.protocol(whole["treatment"])
        decided = assess(read_case(json.dumps(whole), library.vocabulary), protocol)
        for area, given in zip(decided.areas, whole["areas"], strict=True):
            public = by_questions({**whole.get("patient", {}), **given}, protocol, decided.assessed_on)
            if (public.verdict, public.not_before) != (area.verdict, area.not_before):
                wrong.append((case.id, area.name, public.verdict, area.verdict, public.not_before, area.not_before))
    assert wrong == []


def by_questions(known: dict[str, Any], protocol: Protocol, on: dt.date) -> AreaAssessment:
    """What the check decides of somebody who answers each question that they are asked, without the pages."""
    told = checking.Told()
    while (question := checking.next_question(checking.assessed(told, protocol, on), told)) is not None:
        value = known.get(question.fact.id)
        is_told = value is not None and not isinstance(value, dict)
        raw = str(value).lower() if isinstance(value, bool) else str(value)
        given = {"fact": question.fact.id, "value": raw if is_told else "", "missing": "" if is_told else "not_known"}
        told = checking.with_answer(told, protocol, on, given)
    return checking.assessed(told, protocol, on)


ENDINGS: list[tuple[str, dict[str, Any], str]] = [
    ("book", {}, "You can book an assessment"),
    ("not_before", {**SCAR, "onset": "2026-06-01"}, "Not before 1 June 2027"),
    ("not_before", {"pregnant": True}, "Not yet: no day can be named"),
    ("see_first", {"stage": "red"}, "Please see the doctor for vascular laser or IPL first"),
    ("see_first", {"anticoagulants": True}, "Please see the doctor who prescribes the drug first"),
    ("ask", {"keloid_tendency": None}, "We need to ask you more"),
    ("not_now", {"keloid_tendency": True}, "This treatment is not for you now"),
    ("not_now", {"lesion": "wrinkle"}, "This treatment is not for you now"),
]


@pytest.mark.parametrize(
    ("kind", "known", "title"), ENDINGS, ids=[f"{kind} {sorted(known)[:1]}" for kind, known, _ in ENDINGS]
)
def test_each_ending_says_why_with_its_source(clinic: Clinic, kind: str, known: dict[str, Any], title: str) -> None:
    client = checked(clinic, **known)
    found, page = ending(client, clinic, "paramedical")
    assert found == kind
    assert f"<span>{title}</span></h1>" in page
    assert "It is no medical opinion and no promise" in page
    reasons = page.partition('id="why"')[2].partition("</section>")[0]
    if kind in ("not_before", "see_first", "not_now"):
        assert 'class="reason-body"' in reasons
        assert 'class="cite"' in reasons
    assert invalid(page) == []
    spanish = ending(client, clinic, "paramedical", "es")
    assert spanish[0] == kind
    assert '<html lang="es"' in spanish[1]
    assert title not in spanish[1]
    assert invalid(spanish[1]) == []


@pytest.mark.parametrize(
    ("kind", "known", "title"), ENDINGS, ids=[f"{kind} {sorted(known)[:1]}" for kind, known, _ in ENDINGS]
)
def test_no_ending_diagnoses_or_clears(clinic: Clinic, kind: str, known: dict[str, Any], title: str) -> None:
    client = checked(clinic, **known)
    for language in LANGUAGES:
        words = words_of(ending(client, clinic, "paramedical", language)[1]).lower()
        said = re.sub(r"nothing but another diagnosis of the area changes that|otro diagnóstico de la zona", "", words)
        for wrong in ("diagnos", "suitable", "apto", "you suffer", "padece", "safe for you", "cleared", "guarantee"):
            assert wrong not in said, (kind, title, wrong)


def test_somebody_who_has_to_see_two_people_is_told_of_both(clinic: Clinic) -> None:
    client = Client()
    tell(client, clinic, "paramedical", "oncology", "active")
    tell(client, clinic, "paramedical", "anticoagulants", value=True)
    go_through(client, clinic, "paramedical", STRIA, TODAY)
    page = ending(client, clinic, "paramedical")[1]
    assert "Please see the doctor who prescribes the drug and the oncologist first" in page
    assert (
        "Consulte antes con el médico que prescribe el fármaco y el oncólogo"
        in (ending(client, clinic, "paramedical", "es")[1])
    )


def test_the_later_of_two_dates_is_said(clinic: Clinic) -> None:
    known = {**SCAR, "onset": "2026-06-01", "birth_date": "2012-03-04"}
    page = ending(checked(clinic, **known), clinic, "paramedical")[1]
    assert "<span>Not before 4 March 2030</span>" in page


@pytest.mark.parametrize("fact", ["pregnant", "infection", "oncology", "birth_date", "lesion", "anticoagulants"])
@pytest.mark.parametrize("missing", ["not_known", "refused"])
def test_unknown_stays_unknown(clinic: Clinic, fact: str, missing: str) -> None:
    client = Client()
    client.post(at(clinic, "paramedical", "check"), {"fact": fact, "missing": missing})
    go_through(client, clinic, "paramedical", {**STRIA, fact: None}, TODAY)
    kind, page = ending(client, clinic, "paramedical")
    assert kind == "ask"
    still = page.partition('id="open"')[2].partition("</section>")[0]
    assert question_of(load_library().vocabulary.facts[fact]).en in still
    assert ("not known" if missing == "not_known" else "rather not said") in still


def test_who_stops_early_is_told_that_it_is_open(clinic: Clinic) -> None:
    client = Client()
    tell(client, clinic, "paramedical", "lesion", "stria")
    kind, page = ending(client, clinic, "paramedical")
    assert kind == "ask"
    assert "Answer the other questions" in page
    assert "not answered" in page


def test_what_is_still_open_is_said_with_a_block_too(clinic: Clinic) -> None:
    page = ending(checked(clinic, pregnant=True, keloid_tendency=None), clinic, "paramedical")[1]
    assert "What could still change it" in page


def test_only_what_still_matters_is_asked_and_what_it_is_about_first(clinic: Clinic) -> None:
    asked = go_through(Client(), clinic, "paramedical", {"lesion": "wrinkle"}, TODAY)
    assert asked == ["lesion"]
    asked = go_through(Client(), clinic, "paramedical", STRIA, TODAY)
    assert asked[0] == "lesion"
    assert "scar_type" not in asked
    assert len(asked) == len(set(asked))


def test_nothing_is_written_to_the_database(clinic: Clinic) -> None:
    with CaptureQueriesContext(connection) as queries:
        client = checked(clinic)
        ending(client, clinic, "paramedical")
        client.get(at(clinic, "paramedical", "check/answers.txt"))
    written = [one["sql"] for one in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", one["sql"])]
    assert written == []
    assert not Session.objects.exists()
    assert "sessionid" not in client.cookies


def test_the_answers_are_sealed_in_a_cookie_of_this_treatment_and_of_this_visit_alone(clinic: Clinic) -> None:
    client = Client()
    answer = tell(client, clinic, "paramedical", "lesion", "stria")
    cookie = answer.cookies["check"]
    assert cookie["path"] == f"/at/{clinic.slug}/paramedical/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""
    assert "stria" not in cookie.value
    other = Client()
    other.cookies["check"] = cookie.value
    assert not told_in(other, clinic, load_library().protocol("scalp"), "scalp").answers
    assert told_in(other, clinic, load_library().protocol("paramedical"), "paramedical").answers


@pytest.mark.parametrize("cookie", ["x", "A" * 5000, "////", "AAAA", "ñ", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"])
def test_a_cookie_that_is_not_ours_is_as_none(clinic: Clinic, cookie: str) -> None:
    client = Client()
    client.cookies["check"] = cookie
    assert client.get(at(clinic, "paramedical", "check")).status_code == 200
    assert client.get(at(clinic, "paramedical", "check/result")).status_code == 302


def test_after_four_hours_the_answers_are_forgotten(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    tell(client, clinic, "paramedical", "lesion", "stria")
    then = time.time()
    monkeypatch.setattr(time, "time", lambda: then + 4 * 3600 - 60)
    assert told_in(client, clinic, load_library().protocol("paramedical"), "paramedical").answers
    monkeypatch.setattr(time, "time", lambda: then + 4 * 3600 + 60)
    assert not told_in(client, clinic, load_library().protocol("paramedical"), "paramedical").answers


def test_an_answer_can_be_changed_and_all_of_them_deleted(clinic: Clinic) -> None:
    client = checked(clinic, pregnant=True)
    assert ending(client, clinic, "paramedical")[0] == "not_before"
    page = client.get(f"{at(clinic, 'paramedical', 'check')}&change=pregnant").content.decode()
    assert "Are you pregnant?" in page
    assert "You answered:" in page
    tell(client, clinic, "paramedical", "pregnant", value=False)
    go_through(client, clinic, "paramedical", STRIA, TODAY)
    assert ending(client, clinic, "paramedical")[0] == "book"
    answer = client.post(at(clinic, "paramedical", "check"), {"clear": "1"})
    assert answer.status_code == 302
    assert client.get(at(clinic, "paramedical", "check/result")).status_code == 302


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_can_be_kept_as_a_text(clinic: Clinic, language: str) -> None:
    client = checked(clinic, anticoagulants=True)
    answer = client.get(at(clinic, "paramedical", "check/answers.txt", language))
    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="paramedical-2026-11-21.txt"'
    assert answer.headers["Cache-Control"] == "no-store, private"
    wanted = ("Do you take an anticoagulant", "yes") if language == "en" else ("¿Toma algún anticoagulante", "sí")
    assert all(words in text for words in wanted)
    assert "Absolute contraindications, item 8" in text
    assert Client().get(at(clinic, "paramedical", "check/answers.txt")).status_code == 302


def test_what_was_told_is_kept_by_no_cache_and_found_by_no_search_engine(clinic: Clinic) -> None:
    client = checked(clinic)
    for name in ("check/result", "check", "request", "check/answers.txt"):
        path = at(clinic, "paramedical", name)
        answer = client.get(f"{path}&change=pregnant" if name == "check" else path)
        assert answer.headers["Cache-Control"] == "no-store, private", name
        assert answer.headers["X-Robots-Tag"] == "noindex", name


def test_visitors_are_asked_in_the_second_person() -> None:
    for fact in load_library().vocabulary.facts.values():
        for text in (question_of(fact), help_of(fact)):
            assert "the patient" not in text.en.lower()
            assert "el paciente" not in text.es.lower()


HOSTILE: list[dict[str, Any]] = [
    {},
    {"fact": "no_such_fact", "value": "true"},
    {"fact": "lesion"},
    {"fact": "lesion", "value": ""},
    {"fact": "lesion", "value": "<script>alert(1)</script>"},
    {"fact": "lesion", "value": "stria\0"},
    {"fact": "lesion", "value": "x" * 100_000},
    {"fact": "lesion", "missing": "expired"},
    {"fact": "lesion", "missing": "not_asked"},
    {"fact": "pregnant", "value": "maybe"},
    {"fact": "phototype", "value": "7"},
    {"fact": "phototype", "value": "-1"},
    {"fact": "phototype", "value": "9" * 400},
    {"fact": "birth_date", "value": "2026-02-30"},
    {"fact": "birth_date", "value": "2027-01-01"},
    {"fact": "birth_date", "value": "0001-01-01"},
    {"fact": "surgery", "value": "99999-99-99"},
    {"fact": "onset", "value": ["2020-01-01", "2021-01-01"], "x": "1"},
]


@pytest.mark.parametrize("posted", HOSTILE, ids=[f"{n}" for n in range(len(HOSTILE))])
def test_what_cannot_be_answered_is_refused_in_words(clinic: Clinic, posted: dict[str, Any]) -> None:
    client = Client()
    answer = client.post(at(clinic, "paramedical", "check"), posted)
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        page = answer.content.decode()
        assert 'role="alert"' in page
        assert "<script>alert" not in page
        assert invalid(page) == []
        assert "check" not in answer.cookies


def test_the_day_of_today_is_taken_and_the_next_one_refused(clinic: Clinic) -> None:
    client = Client()
    assert tell(client, clinic, "paramedical", "onset", TODAY).status_code == 302
    assert tell(client, clinic, "paramedical", "onset", TODAY + dt.timedelta(days=1)).status_code == 422


def test_a_form_of_another_site_is_refused(clinic: Clinic) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(at(clinic, "paramedical", "check"), {"fact": "lesion", "value": "stria"}).status_code == 403
    assert strict.post(at(clinic, "paramedical", "request"), {"given_names": "Ana"}).status_code == 403
