"""The golden cases, answered through the page: it decides what the engine decides."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse

from dermograph.clinic import facts
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.protocols import load_library
from tests.clinic.conftest import signed_in
from tests.golden.test_cases import OURS, Golden, check_verdict, expanded

ASSESSED = [case for case in OURS if case.command == "assess"]
# Every sixth, so that all three treatments and both ends of their files are there; the engine's own test takes all.
CASES = ASSESSED[::6]


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_golden_case_is_answered_the_same_through_the_page(
    case: Golden, course: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = expanded(case.case)
    on = dt.date.fromisoformat(whole["assessed_on"])
    monkeypatch.setattr(facts, "today", lambda _course: on)
    about = whole.get("patient", {})
    born = about.get("birth_date")
    Patient.objects.filter(pk=course.patient_id).update(birth_date=born if isinstance(born, str) else None)
    desk = signed_in(practitioner)
    for number, given in enumerate(whole["areas"]):
        area = Area.objects.create(patient=course.patient, name=f"{number + 1}. {given['name']}", view="front")
        its = Course.objects.create(
            clinic=course.clinic, patient=course.patient, area=area, treatment=whole["treatment"]
        )
        its_own = {**(case.case.get("patient", {}) if number == 0 else {}), **case.case["areas"][number]}
        answers = {**(about if number == 0 else {}), **given}
        for name, value in answers.items():
            if name not in load_library().vocabulary.facts or name == "birth_date":
                continue
            if name in its_own:
                answer = desk.post(reverse("assessment_answer", args=[its.pk]), form(name, value))
                assert answer.status_code == 302, (name, value)
            else:  # what makes the patient healthy goes the short way, through the same writer
                answer_fact(course=its, who=practitioner.user, fact=name, value=value)
        context = desk.get(reverse("assessment", args=[its.pk])).context
        check_verdict(case.expect[given["name"]], context["area"].to_json("en"))


def form(name: str, value: Any) -> dict[str, str]:  # noqa: ANN401 (fields as a test gives them)
    """What the buttons of the page send."""
    sent = {"entry": str(uuid.uuid4()), "fact": name, "supersedes": ""}
    if value is None:
        return {**sent, "missing": "not_asked"}
    if isinstance(value, dict):
        return {**sent, "missing": "not_known" if value["missing"] == "expired" else value["missing"]}
    return {**sent, "value": str(value).lower() if isinstance(value, bool) else str(value)}


def test_at_least_forty_cases_go_through_the_page() -> None:
    assert len(CASES) >= 40
    assert {case.case["treatment"] for case in CASES} == {"paramedical", "microneedling", "scalp"}
