"""Lists in pages: whoever pages sees every row that was there once, whatever is added meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from tests.clinic.api.asking import asker, fresh_count

__all__ = ["fresh_count"]


def add(clinic: Clinic, number: int, opened: dt.datetime) -> None:
    """A patient with a course and a lot; times and days meet on purpose."""
    patient = Patient.objects.create(clinic=clinic, number=number, given_names=f"Patience{number}", family_names="X")
    area = Area.objects.create(patient=patient, name="arm", view="front")
    Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="paramedical", opened_at=opened)
    Lot.objects.create(clinic=clinic, kind="needle", name="7RL", number=str(number), expires_on=dt.date(2030, 1, 1))


@pytest.mark.parametrize("path", ["/patients", "/courses", "/lots"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(there=st.integers(0, 9), limit=st.integers(1, 4), added=st.lists(st.integers(0, 2), max_size=6))
def test_every_row_that_was_there_is_seen_once_while_others_are_added(
    path: str, there: int, limit: int, added: list[int], lead: Membership
) -> None:
    clinic, moment = lead.clinic, timezone.now()
    Lot.objects.all().delete()
    Course.objects.all().delete()
    Area.objects.all().delete()
    Patient.objects.all().delete()
    for number in range(1, there + 1):
        add(clinic, number, moment)
    program = asker(lead)
    first = {one["id"] for one in program.get(f"{path}?limit=100").json()["items"]}
    assert len(first) == there
    seen: list[str] = []
    after, turn, number = "", 0, there
    while True:
        page = program.get(f"{path}?limit={limit}" + (f"&after={after}" if after else "")).json()
        seen += [one["id"] for one in page["items"]]
        assert len(page["items"]) <= limit
        after = page["next"] or ""
        if not after:
            break
        for _ in range(added[turn] if turn < len(added) else 0):
            number += 1
            add(clinic, number, moment)
        turn += 1
    assert len(seen) == len(set(seen))
    assert first <= set(seen)


def test_the_last_page_says_so_when_it_is_full(lead: Membership) -> None:
    for number in (1, 2):
        add(lead.clinic, number, timezone.now())
    found: dict[str, Any] = asker(lead).get("/patients?limit=2").json()
    assert (len(found["items"]), found["next"]) == (2, None)
    assert asker(lead).get("/patients?limit=1").json()["next"] is not None


def test_a_page_of_one_list_leads_nowhere_in_another(lead: Membership) -> None:
    for number in (1, 2):
        add(lead.clinic, number, timezone.now())
    after = asker(lead).get("/patients?limit=1").json()["next"]
    assert asker(lead).get(f"/courses?after={after}").status_code == 422


def test_no_cursor_holds_anything_of_a_patient(lead: Membership) -> None:
    for number in (1, 2):
        add(lead.clinic, number, timezone.now())
    import base64

    after = asker(lead).get("/patients?limit=1").json()["next"]
    plain = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
    assert b"Patience" not in plain
