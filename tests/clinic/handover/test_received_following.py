"""What follows from entries and comes in: with its entries, without them, back to where it was made, or too late."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dermograph.clinic.handover.importing import take_over_files
from dermograph.clinic.handover.shelf import Asked, Shelf
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact, sign_assessment
from dermograph.clinic.people.models import Course, Membership
from dermograph.exchange.fhir.elements import Element
from tests.clinic.handover.records_sent import SOURCE, exported, only, say, second_clinic, take, words


@pytest.fixture
def elsewhere(course: Course, practitioner: Membership) -> Membership:
    """Another clinic, where the same patient has an open course as well."""
    say(course, practitioner, infection=False, lesion="scar")
    return second_clinic(course)


def infections(who: Membership) -> list[Any]:
    return list(Answer.objects.filter(clinic=who.clinic, fact="infection").values_list("value", flat=True))


def test_what_follows_from_entries_that_come_with_it_answers_nothing_and_says_so(
    course: Course, elsewhere: Membership
) -> None:
    found = take(elsewhere.clinic, elsewhere, exported(course))
    assert "It follows from the entries" in words(found)
    assert infections(elsewhere) == []


def test_what_follows_from_entries_that_came_before_answers_nothing(course: Course, elsewhere: Membership) -> None:
    take(elsewhere.clinic, elsewhere, only(exported(course), "Observation"))
    found = take(elsewhere.clinic, elsewhere, only(exported(course), "QuestionnaireResponse"))
    assert "It follows from the entries" in words(found)
    assert infections(elsewhere) == []


def test_of_lines_the_responses_come_last_whatever_the_order_of_the_files(
    course: Course, elsewhere: Membership, tmp_path: Path
) -> None:
    files = [tmp_path / f"{kind}.ndjson" for kind in ("QuestionnaireResponse", "Observation")]
    for file in files:
        lines = [json.dumps(one["resource"]) for one in only(exported(course), file.stem)["entry"]]
        file.write_text("\n".join(lines), "utf-8")
    done = take_over_files(elsewhere.clinic, elsewhere, files, source=SOURCE)
    assert [one.result.kind for one in done.entries][-1] == "QuestionnaireResponse"
    assert infections(elsewhere) == []


def test_what_is_marked_as_following_and_comes_alone_answers_as_any_response(
    course: Course, elsewhere: Membership
) -> None:
    found = take(elsewhere.clinic, elsewhere, only(exported(course), "QuestionnaireResponse"))
    assert "It follows from the entries" not in words(found)
    assert infections(elsewhere) == [False]


def test_what_says_more_than_the_entries_beside_it_answers_as_any_response(
    course: Course, elsewhere: Membership
) -> None:
    bundle = exported(course)
    for entry in bundle["entry"]:
        for item in entry["resource"].get("item", ()):
            if item["linkId"] == "infection":
                item["answer"] = [{"valueBoolean": True}]
    take(elsewhere.clinic, elsewhere, bundle)
    assert infections(elsewhere) == [True]


def test_what_follows_here_and_went_on_comes_back_without_harm(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    say(course, practitioner, infection=True, lesion="scar")
    sign_assessment(course=course, who=practitioner.user)
    old = only(exported(course, renamed=False), "QuestionnaireResponse", "CarePlan", "DetectedIssue", "Observation")
    say(course, lead, infection=False)
    say(course, practitioner, healed=True)
    sign_assessment(course=course, who=practitioner.user)
    for entry in old["entry"]:
        kind, key = entry["resource"]["resourceType"], entry["resource"]["id"]
        entry["request"] = {"method": "PUT", "url": f"{kind}/{key}"}
        del entry["fullUrl"]
    count = Answer.objects.count()
    new: Element = {"resourceType": "Observation", "status": "final", "code": {"text": "New."}}
    new["subject"] = {"reference": f"Patient/{course.patient_id}"}
    old |= {"type": "transaction"}
    old["entry"].append({"resource": new, "request": {"method": "POST", "url": "Observation"}})
    found = take(course.clinic, lead, old, source="")
    assert found.applies
    done = {(one.kind, one.done) for one in found.results}
    assert {(kind, "unchanged") for kind in ("QuestionnaireResponse", "CarePlan", "DetectedIssue")} < done
    assert (("Observation", "created") in done, "may have gone on since" in words(found)) == (True, True)
    assert Answer.objects.count() == count


def test_a_response_of_ours_that_says_what_nobody_answered_is_refused(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    say(course, practitioner, infection=False, lesion="scar")
    bundle = only(exported(course, renamed=False), "QuestionnaireResponse")
    for item in bundle["entry"][0]["resource"]["item"]:
        if item["linkId"] == "infection":
            item["answer"] = [{"valueBoolean": True}]
    [one] = take(course.clinic, lead, bundle, source="").results
    assert (one.done, "written in this clinic" in one.issues[-1].words.en) == ("refused", True)
    assert Answer.objects.standing().get(fact="infection").value is False


def test_an_older_export_replaces_nothing_newer(
    course: Course, practitioner: Membership, lead: Membership, elsewhere: Membership
) -> None:
    clinic = elsewhere.clinic
    old = exported(course)
    take(clinic, elsewhere, old)
    say(course, lead, infection=True)  # the response of the practitioner says less now, and was written when it was
    sign_assessment(course=course, who=practitioner.user)
    new = exported(course)
    assert {"changed", "created"} <= {one.done for one in take(clinic, elsewhere, new).results}

    def held() -> dict[str, Element]:
        found = [
            one for kind in ("QuestionnaireResponse", "CarePlan") for one in Shelf(clinic).search(Asked(kind)).stored
        ]
        return {one.resource["id"]: one.resource for one in found}

    newest = held()
    found = take(clinic, elsewhere, old)
    assert held() == newest
    assert words(found).count("It is older than what") == 2
    assert {one.done for one in found.results} == {"unchanged"}
    assert {one.done for one in take(clinic, elsewhere, new).results} == {"unchanged"}


def test_voided_answers_come_with_their_entries_into_another_clinic(
    course: Course, practitioner: Membership, elsewhere: Membership
) -> None:
    Answer.objects.filter(course=course).update(answered_on="2026-01-09")
    for fact in ("infection", "lesion"):
        answer_fact(course=course, who=practitioner.user, fact=fact, missing="not_asked")
    bundle = exported(course)
    states = {one["resource"]["status"] for one in only(bundle, "QuestionnaireResponse")["entry"]}
    assert states == {"entered-in-error", "completed"}
    found = take(elsewhere.clinic, elsewhere, {**bundle, "type": "batch"})
    assert "refused" not in {one.done for one in found.results}
    assert infections(elsewhere) == []
