"""Responses that follow from answers say what stands: not what was replaced, taken back, or is another system's."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.handover.received import take_over
from dermograph.clinic.handover.shelf import Asked, Shelf
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Course, Membership, User
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element
from tests.exchange.judges.judges import faults

SOURCE = "https://hospital.example/fhir"


def say(course: Course, who: User | None, **facts: Any) -> None:  # noqa: ANN401 (answers)
    """Write answers down as the pages do."""
    for fact, value in facts.items():
        missing = value.removeprefix("missing:") if str(value).startswith("missing:") else ""
        answer_fact(course=course, who=who, fact=fact, value=None if missing else value, missing=missing)


def responses(course: Course) -> list[Element]:
    """Those of the patient as they would be read one after the other."""
    found = Shelf(course.clinic).search(Asked("QuestionnaireResponse", patient=course.patient_id)).stored
    assert faults([one.resource for one in found]) == []
    return sorted((one.resource for one in found), key=lambda one: (one["authored"], one["id"]))


def told(course: Course) -> dict[str, list[Any]]:
    """What all responses say of each fact."""
    found: dict[str, list[Any]] = {}
    for one in responses(course):
        for item in one.get("item", ()):
            found.setdefault(item["linkId"], []).append(next(iter(item.get("answer", [{0: None}])[0].values())))
    return found


def theirs(course: Course, **more: Any) -> Element:  # noqa: ANN401 (any element)
    """A response of another program to one question."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "theirs",
        "status": "completed",
        "questionnaire": canonical("Questionnaire", protocol_of(course).id),
        "subject": {"reference": f"Patient/{course.patient_id}"},
        "authored": "2026-11-01",
        "item": [{"linkId": "infection", "answer": [{"valueBoolean": True}]}],
        **more,
    }


def take(course: Course, member: Membership, *resources: Element) -> Any:  # noqa: ANN401 (what became of each)
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": one} for one in resources]}
    return take_over(course.clinic, member, json.dumps(bundle).encode(), source=SOURCE).results


def test_what_somebody_else_corrected_on_the_same_day_is_not_said_again_by_who_goes_on(
    course: Course, practitioner: Membership
) -> None:
    say(course, None, infection=False, lesion="scar")
    [before] = Shelf(course.clinic).search(Asked("QuestionnaireResponse")).stored
    at = timezone.now()
    say(course, practitioner.user, infection=True)
    since = Shelf(course.clinic).search(Asked("QuestionnaireResponse", since=at))
    assert since.total == len(since.stored) == 2  # that of the patient changed as well
    [after] = [one for one in since.stored if one.resource["id"] == before.resource["id"]]
    assert (after.version != before.version, after.changed_at > at) == (True, True)
    say(course, None, healed=True)
    assert told(course) == {"infection": [True], "lesion": [{"system": canonical("CodeSystem", "answers")} | _scar()],
                            "healed": [True]}  # fmt: skip
    of_patient = next(one for one in responses(course) if "source" in one)
    assert (of_patient["status"], [one["linkId"] for one in of_patient["item"]]) == ("amended", ["lesion", "healed"])
    record = Shelf(course.clinic).everything(course.patient_id, since=at)
    assert {str(one.id) for one in record.responses} == {one["id"] for one in responses(course)}


def _scar() -> Element:
    return {"code": "lesion.scar", "display": "scar (surgery or injury)"}


@pytest.mark.parametrize("days", [-2, 0, 3], ids=["earlier-day", "same-day", "later-day"])
def test_an_answer_is_said_once_whatever_day_it_was_replaced_for(
    course: Course, practitioner: Membership, lead: Membership, days: int
) -> None:
    day = timezone.now().astimezone(course.clinic.zone).date() - dt.timedelta(days=5)
    answer_fact(course=course, who=practitioner.user, fact="infection", value=False, told_on=day, reason="Told.")
    on = day + dt.timedelta(days=days)
    answer_fact(course=course, who=lead.user, fact="infection", value=True, told_on=on, reason="Letter.")
    assert told(course) == {"infection": [True]}
    empty = next(one for one in responses(course) if "item" not in one)
    assert empty["status"] == "amended"
    assert len(Shelf(course.clinic).search(Asked("Observation", code="infection")).stored) == 2  # what was is kept


def test_what_its_own_writer_takes_back_on_another_day_leaves_a_response_in_error(
    course: Course, practitioner: Membership
) -> None:
    day = timezone.now().astimezone(course.clinic.zone).date() - dt.timedelta(days=5)
    answer_fact(course=course, who=practitioner.user, fact="infection", value=True, told_on=day, reason="Told.")
    say(course, practitioner.user, infection="missing:not_asked")
    before, after = responses(course)
    assert ("item" not in before, before["status"], after["status"]) == (True, "entered-in-error", "completed")
    assert told(course) == {"infection": [None]}


def test_a_received_answer_stands_in_the_response_that_came_and_in_no_other(course: Course, lead: Membership) -> None:
    [done] = take(course, lead, theirs(course))
    assert Answer.objects.standing().get(fact="infection").value is True
    [one] = responses(course)
    assert one["id"] == str(done.key)
    [observed] = Shelf(course.clinic).search(Asked("Observation", code="infection")).stored
    assert observed.resource["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{done.key}"}]
    assert Shelf(course.clinic).everything(course.patient_id).responses == ()
    assert [one.resource["id"] for one in Shelf(course.clinic).beside(course.patient_id)] == [str(done.key)]


def test_what_another_program_takes_back_is_nowhere_said_any_more(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    day = dt.date(2026, 10, 1)
    answer_fact(course=course, who=practitioner.user, fact="infection", value=False, told_on=day, reason="Told.")
    [done] = take(course, lead, theirs(course))
    assert told(course) == {"infection": [True]}
    take(course, lead, theirs(course, status="entered-in-error"))
    assert Answer.objects.standing().get(fact="infection").missing == "not_asked"
    found = {one["id"]: one for one in responses(course)}
    assert found.pop(str(done.key))["status"] == "entered-in-error"
    [own] = found.values()
    assert (own["status"], "item" in own) == ("amended", False)
    assert {one.resource["derivedFrom"][0]["reference"].rpartition("/")[2]
            for one in Shelf(course.clinic).search(Asked("Observation", code="infection")).stored} == {
        own["id"], str(done.key)
    }  # fmt: skip


def test_what_replaces_a_received_answer_is_said_by_the_clinic(course: Course, lead: Membership) -> None:
    [done] = take(course, lead, theirs(course))
    say(course, lead.user, infection=False)
    own = [one for one in responses(course) if one["id"] != str(done.key)]
    assert [one["item"][0]["answer"] for one in own] == [[{"valueBoolean": False}]]


def test_an_answer_by_the_interface_of_the_clinic_is_the_clinics_though_its_id_is_made_of_a_name(
    course: Course, lead: Membership
) -> None:
    take(course, lead, theirs(course))
    key = uuid.uuid5(uuid.NAMESPACE_URL, "x")
    answer_fact(course=course, who=lead.user, fact="healed", value=True, entry=key)
    Answer.objects.filter(pk=key).update(written_at=timezone.now() + dt.timedelta(minutes=11))
    own = [one for one in responses(course) if "author" in one]
    assert [[item["linkId"] for item in one["item"]] for one in own] == [["healed"]]


def test_what_the_questions_do_not_know_makes_no_response_and_is_part_of_none(
    course: Course, practitioner: Membership
) -> None:
    columns: dict[str, Any] = {"clinic": course.clinic, "patient": course.patient, "course": course}
    columns |= {"written_by": practitioner.user, "answered_on": timezone.now().astimezone(course.clinic.zone).date()}
    Answer.objects.create(**columns, fact="no_fact_of_ours", value=True)
    assert responses(course) == []
    shelf = Shelf(course.clinic)
    [unknown] = shelf.search(Asked("Observation", patient=course.patient_id)).stored
    assert "derivedFrom" not in unknown.resource
    assert shelf.everything(course.patient_id).responses == ()
    say(course, practitioner.user, healed=True)
    assert told(course) == {"healed": [True]}
    assert unknown in shelf.search(Asked("Observation", patient=course.patient_id)).stored
