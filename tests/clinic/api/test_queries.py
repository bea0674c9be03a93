"""What a request costs the database."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dermograph.clinic.api.registry import RULES
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from tests.clinic.api.asking import asker, filled, fresh_count, operations
from tests.clinic.api.test_matrix import NEEDED
from tests.clinic.test_permissions import records

__all__ = ["fresh_count", "records"]
MOST = 16  # of a read, with the token; the heaviest decides about a course as its page does


def test_every_read_asks_the_database_little(records: dict[str, Any], lead: Membership) -> None:
    program = asker(lead)
    counted: dict[str, int] = {}
    for name, method, path, _ in operations():
        if RULES[name].writes:
            continue
        address = filled(path, records) + NEEDED.get(name, "")
        program.ask(method, address)  # the hour's note in the trail, and the minute's requests
        with CaptureQueriesContext(connection) as queries:
            program.ask(method, address)
        counted[name] = len(queries)
    assert {name: count for name, count in counted.items() if count > MOST} == {}
    assert counted["get_me"] <= 3


def test_a_page_of_a_list_costs_the_same_for_one_row_and_for_many(lead: Membership) -> None:
    program = asker(lead)
    costs = []
    for number in range(1, 13):
        patient = Patient.objects.create(clinic=lead.clinic, number=number, given_names="P", family_names="X")
        area = Area.objects.create(patient=patient, name="arm", view="front")
        Course.objects.create(clinic=lead.clinic, patient=patient, area=area, treatment="scalp", lead=lead)
        program.get("/courses")
        with CaptureQueriesContext(connection) as queries:
            assert len(program.get("/courses").json()["items"]) == number
        costs.append(len(queries))
    assert len(set(costs[:9])) == 1
