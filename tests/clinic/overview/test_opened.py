"""Opening a record is written down: once for each person, patient and hour, and not at the cost of the page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.opened import record_opened
from dermograph.clinic.audit.record import broken_at
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in

MOST_QUERIES = 12


def pages(course: Course) -> tuple[str, str]:
    return f"/patients/{course.patient_id}/", f"/courses/{course.pk}/"


@pytest.mark.parametrize("which", [0, 1])
def test_opening_a_record_is_written_down(course: Course, practitioner: Membership, which: int) -> None:
    assert signed_in(practitioner).get(pages(course)[which]).status_code == 200
    entry = AuditEntry.objects.get(action="patient.opened")
    assert (entry.who, entry.patient) == (practitioner.user, course.patient_id)
    assert broken_at(course.clinic) is None


def test_the_trail_is_not_flooded(
    course: Course, practitioner: Membership, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = AuditEntry.objects.filter(action="patient.opened")
    for person, count in ((practitioner, 1), (practitioner, 1), (lead, 2)):
        for page in pages(course):
            signed_in(person).get(page)
        assert entries.count() == count
    later = timezone.now() + dt.timedelta(minutes=61)
    monkeypatch.setattr("dermograph.clinic.audit.opened.timezone.now", lambda: later)
    record_opened(clinic=course.clinic, who=practitioner.user, patient=course.patient_id)
    assert entries.count() == 3


def test_a_record_that_is_not_found_was_not_opened(course: Course, practitioner: Membership) -> None:
    assert signed_in(practitioner).get(f"/patients/{course.pk}/").status_code == 404
    assert not AuditEntry.objects.filter(action="patient.opened").exists()


@pytest.mark.parametrize("which", [0, 1])
def test_a_page_that_is_opened_again_takes_few_queries(course: Course, practitioner: Membership, which: int) -> None:
    """The first opening in an hour costs more: three reads, two writes (entry, session) and their savepoints."""
    client, page = signed_in(practitioner), pages(course)[which]
    with CaptureQueriesContext(connection) as first:
        client.get(page)
    with CaptureQueriesContext(connection) as again:
        client.get(page)
    assert len(again) <= MOST_QUERIES, [query["sql"][:90] for query in again]
    writes = [query["sql"][:40] for query in first if query["sql"].startswith(("INSERT", "UPDATE"))]
    reads = [[query for query in page if query["sql"].startswith("SELECT")] for page in (first, again)]
    assert len(writes) == 2, writes
    assert len(reads[0]) - len(reads[1]) <= 3
