"""No page of the intake takes more than twelve queries."""

from __future__ import annotations

from typing import Any

import pytest

from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.intake.test_intake_in_browser import prepare


@pytest.mark.django_db
def test_every_page_takes_at_most_twelve_queries(
    course: Course,
    lead: Membership,
    django_assert_max_num_queries: Any,  # noqa: ANN401 (a fixture without a type)
) -> None:
    addresses = prepare(course, lead)
    desk = signed_in(lead)
    for name, address in addresses.items():
        desk.get(address)
        with django_assert_max_num_queries(12, info=name):
            assert desk.get(address).status_code == 200
