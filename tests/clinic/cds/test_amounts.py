"""However much is sent at once, each change is planned and answered once, and what is too much is refused in words."""

from __future__ import annotations

import datetime as dt

import pytest

from dermograph.care.case import Case
from dermograph.care.plan import Plan, plan
from dermograph.clinic.cds.models import GivenCard
from dermograph.clinic.people.models import Course, Membership
from dermograph.exchange.cds_hooks.context import MOST_APPOINTMENTS
from dermograph.exchange.cds_hooks.orders import MOST_ORDERED
from dermograph.exchange.fhir.codes import ANSWERS, EVENT_KINDS, FACTS
from dermograph.protocols.model import Protocol
from tests.clinic.cds.asking import BOOK, SELECT, Json, appointment, book, order, program, select
from tests.clinic.cds.conftest import clear

BEGAN = dt.date(2026, 1, 1)


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every plan that was made for an order."""
    made: list[object] = []

    def counted(case: Case, protocol: Protocol) -> Plan:
        made.append(case)
        return plan(case, protocol)

    monkeypatch.setattr("dermograph.clinic.cds.answering.plan", counted)
    return made


def coded(key: object, *codes: tuple[str, str], **more: object) -> Json:
    """An order with several codes."""
    coding = [{"system": system, "code": code} for system, code in codes]
    return order(key, FACTS, "x", **more) | {"medicationCodeableConcept": {"coding": coding}}


def test_the_same_code_a_thousand_times_is_one_plan_and_gives_the_cards_of_one(
    course: Course, practitioner: Membership, plans: list[object]
) -> None:
    clear(course)
    key = course.patient.pk
    one = program(practitioner).cards(SELECT, select(key, coded(key, (FACTS, "isotretinoin"))))
    assert len(plans) == 1
    often = [coded(key, *[(FACTS, "isotretinoin")] * 1000, id=f"m{number}") for number in range(3)]
    cards = program(practitioner).cards(SELECT, select(key, *often))
    assert len(plans) == 2
    assert [one["summary"] for one in cards] == [one["summary"] for one in one]
    assert GivenCard.objects.count() == 2 * len(one)


def test_a_fact_and_an_answer_that_say_the_same_are_one_change(
    course: Course, practitioner: Membership, plans: list[object]
) -> None:
    clear(course)
    key = course.patient.pk
    both = coded(key, (FACTS, "isotretinoin"), (ANSWERS, "isotretinoin.current"))
    assert program(practitioner).cards(SELECT, select(key, both))
    assert len(plans) == 1


@pytest.mark.parametrize("many", [MOST_ORDERED, MOST_ORDERED + 1], ids=["at", "above"])
def test_more_changes_than_anybody_orders_are_refused_with_words(
    course: Course, practitioner: Membership, plans: list[object], many: int
) -> None:
    clear(course)
    key = course.patient.pk
    days = [(BEGAN + dt.timedelta(days=number)).isoformat() for number in range(many)]
    orders = [
        {
            "resourceType": "ServiceRequest",
            "id": f"s{number}",
            "status": "draft",
            "intent": "order",
            "subject": {"reference": f"Patient/{key}"},
            "code": {"coding": [{"system": EVENT_KINDS, "code": "aspirin"}]},
            "occurrenceDateTime": day,
        }
        for number, day in enumerate(days)
    ]
    answer = program(practitioner).post(SELECT, select(key, *orders))
    if many > MOST_ORDERED:
        assert (answer.status_code, plans) == (400, [])
        [issue] = answer.json()["issues"]
        assert (issue["code"], issue["at"]) == ("too-costly", "context.draftOrders")
        assert str(many) in issue["says"]
    else:
        assert (answer.status_code, len(plans)) == (200, many)


@pytest.mark.parametrize("many", [MOST_APPOINTMENTS, MOST_APPOINTMENTS + 1], ids=["at", "above"])
def test_more_appointments_than_anybody_books_are_refused_with_words(
    course: Course, practitioner: Membership, many: int
) -> None:
    clear(course)
    key = course.patient.pk
    proposed = [appointment(key, "2027-01-10T10:00:00+01:00", id=f"a{number}") for number in range(many)]
    answer = program(practitioner).post(BOOK, book(key, *proposed))
    if many > MOST_APPOINTMENTS:
        [issue] = answer.json()["issues"]
        told = (issue["code"], issue["at"], str(many) in issue["says"])
        assert (answer.status_code, told) == (400, ("too-costly", "context.appointments.entry", True))
        assert not GivenCard.objects.exists()
    else:
        assert answer.status_code == 200
        assert GivenCard.objects.count() < 2 * many
