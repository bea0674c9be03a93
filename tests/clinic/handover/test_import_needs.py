"""Lines that need others: what needs a refused one is refused, or told of it where it came before."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from dermograph.clinic.handover import importing
from dermograph.clinic.handover.holdings import Address
from dermograph.clinic.handover.importing import Import, take_over_files
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.needing import refused_needs
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.exchange.fhir.elements import structure
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.read.check import issues_of
from tests.clinic.conftest import member
from tests.clinic.handover.bundles import SOURCE, condition, observation, person
from tests.clinic.handover.records_sent import exported, only, say
from tests.clinic.handover.test_all_back import signed
from tests.clinic.handover.test_import import lines

OTHER = "https://elsewhere.example/fhir"
Json = dict[str, Any]
both_runs = pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "wet"])


@pytest.fixture(params=[1, 2, importing.AT_ONCE], autouse=True)
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """So many lines are taken at once."""
    monkeypatch.setattr(importing, "AT_ONCE", request.param)
    return int(request.param)


def bad(key: str = "bad") -> Json:
    return observation(key, status="nonsense")


def panel(key: str, *parts: str, **more: Any) -> Json:  # noqa: ANN401 (any element)
    """An Observation that has others."""
    return observation(key, hasMember=[{"reference": f"Observation/{one}"} for one in parts], **more)


def correction(key: str, wrong: str) -> Json:
    extension = {"url": structure("supersedes"), "valueReference": {"reference": f"Observation/{wrong}"}}
    return observation(key, extension=[extension])


def done(found: Import) -> dict[int, str]:
    return {one.place: one.result.done for one in found.entries}


def said(found: Import, place: int) -> list[tuple[str, str, str]]:
    """What is told of one line."""
    issues = [issue for one in found.entries if one.place == place for issue in one.result.issues]
    return [(issue.code, issue.severity, issue.words.en) for issue in issues]


@both_runs
def test_what_needs_a_refused_line_is_refused_as_in_a_bundle(
    clinic: Clinic, lead: Membership, tmp_path: Path, *, dry_run: bool
) -> None:
    file = lines(tmp_path / "a.ndjson", person(), bad(), panel("needs", "bad"), observation("o"))
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    assert done(found) == {1: "created", 2: "refused", 3: "refused", 4: "created"}
    assert said(found, 3) == [("processing", "error", "It needs 'Observation/bad', which is refused.")]
    assert Received.objects.count() == (0 if dry_run else 2)


@both_runs
@pytest.mark.parametrize("reference", ["Observation/bad", "Observation/bad/_history/3", f"{SOURCE}/Observation/bad"])
def test_what_needs_what_needs_a_refused_line_is_refused_whatever_way_it_names_it(
    clinic: Clinic, lead: Membership, tmp_path: Path, reference: str, *, dry_run: bool
) -> None:
    chain = [panel(f"n{number + 1}", f"n{number}") for number in range(15)]
    first = observation("n0", derivedFrom=[{"reference": reference}])
    elsewhere = observation("other", derivedFrom=[{"reference": f"{OTHER}/Observation/bad"}])
    file = lines(tmp_path / "a.ndjson", person(), bad(), first, *chain, elsewhere)
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    assert done(found) == {1: "created", **dict.fromkeys(range(2, 19), "refused"), 19: "created"}
    assert {said(found, place)[0][0] for place in range(3, 19)} == {"processing"}


@both_runs
def test_what_came_before_the_refused_line_that_it_needs_is_refused_with_it(
    clinic: Clinic, lead: Membership, tmp_path: Path, *, dry_run: bool
) -> None:
    file = lines(tmp_path / "a.ndjson", person(), panel("needs", "o", "bad"), observation("o"), bad())
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    assert done(found) == {1: "created", 2: "refused", 3: "created", 4: "refused"}
    assert said(found, 2) == [("processing", "error", "It needs 'Observation/bad', which is refused.")]


@both_runs
def test_what_came_before_a_line_that_only_the_house_refuses_is_refused_or_told(
    clinic: Clinic, lead: Membership, tmp_path: Path, at_once: int, *, dry_run: bool
) -> None:
    inside = observation("bad", contained=[person("x")])
    file = lines(tmp_path / "a.ndjson", person(), panel("needs", "o", "bad"), observation("o"), inside)
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    is_apart = at_once < 3
    assert done(found) == {1: "created", 2: "created" if is_apart else "refused", 3: "created", 4: "refused"}
    [(code, severity, words)] = said(found, 2)
    assert (code, severity) == (("not-found", "warning") if is_apart else ("processing", "error"))
    assert words == f"It {'names' if is_apart else 'needs'} 'Observation/bad', which is refused."
    assert said(found, 3) == []


@both_runs
def test_what_needs_a_line_that_waits_in_vain_is_refused_or_told(
    clinic: Clinic, lead: Membership, tmp_path: Path, at_once: int, *, dry_run: bool
) -> None:
    needs = observation("needs", derivedFrom=[{"reference": "Provenance/lost"}])
    file = lines(tmp_path / "a.ndjson", person(), signed("Condition/none", key="lost"), needs)
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    assert done(found) == {1: "created", 2: "refused", 3: "created" if at_once == 1 else "refused"}
    [(code, _, words)] = said(found, 3)
    assert (code, "refused" in words) == ("not-found" if at_once == 1 else "processing", True)


@both_runs
def test_what_needs_a_line_that_waits_and_comes_is_taken(
    clinic: Clinic, lead: Membership, tmp_path: Path, *, dry_run: bool
) -> None:
    needs = observation("needs", derivedFrom=[{"reference": "Provenance/s"}])
    file = lines(tmp_path / "a.ndjson", person(), bad(), signed("Condition/c"), needs, condition())
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    assert done(found) == {1: "created", 2: "refused", 3: "created", 4: "created", 5: "created"}
    assert said(found, 4) == []


@both_runs
def test_a_correction_is_taken_though_what_it_corrects_was_refused_before_it(
    clinic: Clinic, lead: Membership, tmp_path: Path, at_once: int, *, dry_run: bool
) -> None:
    wrong = observation("wrong", status="entered-in-error")
    file = lines(tmp_path / "a.ndjson", person(), observation("o"), wrong, correction("right", "wrong"))
    found = take_over_files(clinic, lead, [file], source=SOURCE, dry_run=dry_run)
    assert done(found) == {1: "created", 2: "created", 3: "created" if at_once > 2 else "refused", 4: "created"}
    assert [code for code, _, _ in said(found, 4)] == ["not-found"] * (at_once < 3)


@both_runs
def test_what_another_system_sent_and_keeps_as_it_is_can_be_needed(
    clinic: Clinic, lead: Membership, tmp_path: Path, *, dry_run: bool
) -> None:
    key = "0b8b4b5e-2f1d-4c57-9a53-6d3a5a1f0c11"
    take_over_files(clinic, lead, [lines(tmp_path / "a.ndjson", person(), observation(key))], source=SOURCE)
    changed = observation(key, valueString="IV")
    file = lines(tmp_path / "b.ndjson", person(), changed, panel("needs", key))
    found = take_over_files(clinic, lead, [file], source=OTHER, dry_run=dry_run)
    assert (done(found), said(found, 3)) == ({1: "created", 2: "refused", 3: "created"}, [])


@both_runs
def test_a_line_that_comes_again_and_is_taken_then_can_be_needed(
    clinic: Clinic, lead: Membership, tmp_path: Path, *, dry_run: bool
) -> None:
    first = lines(tmp_path / "a.ndjson", person(), bad("o"))
    second = lines(tmp_path / "b.ndjson", observation("o"), panel("needs", "o"))
    found = take_over_files(clinic, lead, [first, second], source=SOURCE, dry_run=dry_run)
    assert [one.result.done for one in found.entries] == ["created", "refused", "created", "created"]
    assert all(one.result.done == "refused" or not one.result.issues for one in found.entries)


@both_runs
def test_what_needs_a_line_that_another_line_mends_is_taken(
    clinic: Clinic, lead: Membership, tmp_path: Path, *, dry_run: bool
) -> None:
    first = lines(tmp_path / "a.ndjson", person(), bad("o"), panel("needs", "o"))
    files = [first, lines(tmp_path / "b.ndjson", observation("o"))]
    found = take_over_files(clinic, lead, files, source=SOURCE, dry_run=dry_run)
    assert sorted(one.result.done for one in found.entries) == ["created", "created", "created", "refused"]
    assert all(one.result.done == "refused" or not one.result.issues for one in found.entries)


def test_a_correction_that_waits_for_something_else_is_taken(
    clinic: Clinic, lead: Membership, tmp_path: Path, at_once: int
) -> None:
    right = correction("right", "bad") | {"derivedFrom": [{"reference": "Provenance/s"}]}
    file = lines(tmp_path / "a.ndjson", person(), bad(), signed("Condition/c"), right, condition())
    found = take_over_files(clinic, lead, [file], source=SOURCE)
    assert done(found) == {1: "created", 2: "refused", 3: "created", 4: "created", 5: "created"}, at_once


@both_runs
@pytest.mark.parametrize("asked", ["Patient/p", "Patient/q"])
def test_what_is_based_on_a_request_for_another_patient_further_on_is_refused(
    clinic: Clinic, lead: Membership, tmp_path: Path, asked: str, *, dry_run: bool
) -> None:
    request = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order"}
    based = observation("o", basedOn=[{"reference": "ServiceRequest/s"}])
    asks = {**request, "subject": {"reference": asked}, "code": {"text": "x"}}
    other = person("q", name=[{"text": "Otra"}])
    found = take_over_files(
        clinic, lead, [lines(tmp_path / "a.ndjson", person(), other, based, asks)], source=SOURCE, dry_run=dry_run
    )
    assert done(found) == {
        1: "created",
        2: "created",
        3: "created" if asked == "Patient/p" else "refused",
        4: "created",
    }
    assert ["several patients" in words for _, _, words in said(found, 3)] == [True] * (asked == "Patient/q")


@both_runs
def test_responses_come_last_among_what_waits_too(
    course: Course, practitioner: Membership, tmp_path: Path, *, dry_run: bool
) -> None:
    say(course, practitioner, pregnant=True)
    sent = [
        entry["resource"]
        for entry in only(exported(course), "Patient", "QuestionnaireResponse", "Observation")["entry"]
    ]
    by_kind = {kind: list(some) for kind, some in itertools.groupby(sent, lambda one: one["resourceType"])}
    [patient] = by_kind["Patient"]
    patient["link"] = [{"other": {"reference": "Patient/q"}, "type": "seealso"}]
    elsewhere = Clinic.objects.create(name="Otra", slug="otra")
    who = member(elsewhere, "medical_lead", "Otra Persona")
    file = lines(
        tmp_path / "a.ndjson", patient, *by_kind["QuestionnaireResponse"], *by_kind["Observation"], person("q")
    )
    found = take_over_files(elsewhere, who, [file], source=SOURCE, dry_run=dry_run)
    kinds = [one.result.kind for one in found.entries]
    assert found.count("created") == len(found.entries) == len(sent) + 1
    assert kinds.index("QuestionnaireResponse") == len(kinds) - len(by_kind["QuestionnaireResponse"])
    told = " ".join(issue.words.en for one in found.entries for issue in one.result.issues)
    assert dry_run or "It follows from the entries" in told
    assert not Answer.objects.filter(clinic=elsewhere).exists()


def test_what_stands_for_a_refused_line_is_refused_whatever_its_type() -> None:
    keys = Keys(SOURCE)
    for kind in ("Basic", "Binary", "Observation", "Organization", "Parameters", "QuestionnaireResponse", "Toast"):
        at: Address = (kind, keys.of_logical(kind, "x"))
        extension = {"url": "https://elsewhere.example/x", "valueReference": {"reference": f"{kind}/x"}}
        [one] = refused_needs([observation("o", extension=[extension])], {at}, keys)
        assert ((one["resourceType"], one["id"]), bool(issues_of(one))) == ((kind, "x"), True)


def test_a_line_of_an_escaped_type_is_not_left_out(clinic: Clinic, lead: Membership, tmp_path: Path) -> None:
    text = json.dumps(person()).replace('"Patient"', '"\\u0050atient"')
    for name, both in (("a", (text, condition())), ("b", (condition(), text))):
        found = take_over_files(clinic, lead, [lines(tmp_path / f"{name}.ndjson", *both)], source=f"{SOURCE}/{name}")
        assert done(found) == {1: "created", 2: "created"}
