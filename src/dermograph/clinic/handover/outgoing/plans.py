"""What is planned for a course, from the entries that say so.

The area is named by its id alone: nobody writes down when it got another name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Prefetch

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.people import GOAL, LESION, course_state, treatment
from dermograph.clinic.handover.outgoing.reading import Reading, known
from dermograph.clinic.handover.outgoing.responses import published
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.handover.outgoing.trail import followed
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.people.models import Course
from dermograph.exchange.record.areas import Plan

PLAN: Final = "plan"


def _plan(row: Any, _reading: Reading) -> Plan:  # noqa: ANN401 (a course with its assessments and appointments)
    named = treatment(row.treatment)
    appointments = sorted(row.appointments.all(), key=lambda one: (one.starts_at, one.pk))
    assessments = sorted(row.assessments.all(), key=lambda one: (one.written_at, one.pk))
    return Plan(
        id=made_of(row.pk, PLAN),
        patient=row.patient_id,
        course=row.pk,
        protocol=published(row.treatment),
        title=named.words or named.code,
        area=row.area_id,
        lesion=made_of(row.area_id, LESION),
        goal=made_of(row.pk, GOAL),
        lead=row.lead_id,
        state=course_state(row),
        began_at=row.opened_at,
        ended_at=known(row.closed_at),
        changed_at=row.changed_last,
        assessments=tuple(one.pk for one in assessments),
        appointments=tuple(one.pk for one in appointments),
    )


def _put_changes(rows: Sequence[Any], reading: Reading) -> None:
    """Give each course the instant of the last change of its plan, as the trail and its own entries tell it."""
    later = followed(PLANS, reading.clinic, rows)
    for row in rows:
        at = PLANS.changed_at(row, row.opened_at)
        row.changed_last = max(at, later.get(row.pk, at))


PLANS: Final = Source(
    Course,
    (Made("plans", _plan, PLAN, date="opened_at", until="closed_at"),),
    patient="patient_id",
    fetched=(
        Prefetch("assessments", queryset=Assessment.objects.only("course_id", "written_at")),
        Prefetch("appointments", queryset=Appointment.objects.only("course_id", "starts_at", "made_at")),
    ),
    changed=("opened_at", "closed_at", "assessments__written_at", "appointments__made_at"),
    is_followed=True,
    prepare=_put_changes,
)
