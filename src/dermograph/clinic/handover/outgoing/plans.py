"""What is planned for a course, from the entries that say so."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Prefetch

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.people import GOAL, LESION, course_state, treatment
from dermograph.clinic.handover.outgoing.reading import Reading, known
from dermograph.clinic.handover.outgoing.responses import published
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.people.models import Course
from dermograph.exchange.record.areas import Plan

PLAN: Final = "plan"


def _plan(row: Any, _reading: Reading) -> Plan:  # noqa: ANN401 (a course with its area, assessments and appointments)
    named = treatment(row.treatment)
    appointments = sorted(row.appointments.all(), key=lambda one: (one.starts_at, one.pk))
    assessments = sorted(row.assessments.all(), key=lambda one: (one.written_at, one.pk))
    return Plan(
        id=made_of(row.pk, PLAN),
        patient=row.patient_id,
        course=row.pk,
        protocol=published(row.treatment),
        title=f"{named.words or named.code}: {row.area.name}",
        area=row.area_id,
        lesion=made_of(row.area_id, LESION),
        goal=made_of(row.pk, GOAL),
        lead=row.lead_id,
        state=course_state(row),
        began_at=row.opened_at,
        ended_at=known(row.closed_at),
        assessments=tuple(one.pk for one in assessments),
        appointments=tuple(one.pk for one in appointments),
    )


PLANS: Final = Source(
    Course,
    (Made("plans", _plan, PLAN, date="opened_at"),),
    patient="patient_id",
    related=("area",),
    fetched=(
        Prefetch("assessments", queryset=Assessment.objects.only("course_id", "written_at")),
        Prefetch("appointments", queryset=Appointment.objects.only("course_id", "starts_at", "made_at")),
    ),
    changed=("opened_at", "closed_at", "assessments__written_at", "appointments__made_at"),
    is_followed=True,
)
