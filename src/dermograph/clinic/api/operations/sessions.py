"""Sessions as they were held, and signs that were seen after them."""

from __future__ import annotations

import uuid
from typing import Any

from ninja import Router
from ninja.responses import Status

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page
from dermograph.clinic.api.problems import language
from dermograph.clinic.api.seen import course_of, made, member_of, opened, opened_course
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.shapes_clinical import SessionNew, SessionOut, SymptomNew, SymptomOut, ZoneOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.clinic.treatment.services import record_session, report_symptom
from dermograph.core.text import Text
from dermograph.protocols import load_library

router = Router(tags=["sessions"])
READ, WRITE = "clinical:read", "clinical:write"
_RELATED = ("performed_by__user", "superseded_by")
_SAME = (
    "started_at",
    "ended_at",
    "device",
    "anaesthesia",
    "anaesthesia_minutes",
    "no_actives",
    "movements",
    "label_handed_at",
    "dots",
    "reaction",
    "notes",
    "written_at",
    "correction_reason",
    "stands",
)


@operation(router, "get", "/courses/{uuid:course}/sessions", out=Page[SessionOut], scope=READ, like="session")
def list_sessions(request: ApiRequest, course: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The sessions of a course in the order in which they were written down.

    A corrected one is there too, with `stands` false: nothing clinical is ever edited.
    """
    row = opened_course(request, course)
    rows = Session.objects.filter(course=row).select_related(*_RELATED).prefetch_related("lot_uses__lot")
    return page(rows, shown_session, by="written_at", after=after, limit=limit)


@operation(router, "get", "/sessions/{uuid:session}", out=SessionOut, scope=READ, like="session")
def get_session(request: ApiRequest, session: uuid.UUID) -> Json:
    """A session."""
    row = within(request.clinic, Session, session, "course", *_RELATED)
    opened(request, row.course.patient_id)
    return shown_session(row)


@operation(
    router,
    "post",
    "/courses/{uuid:course}/sessions",
    out=SessionOut,
    scope=WRITE,
    like="session_new",
    takes="json",
    made=True,
)
def record_held_session(request: ApiRequest, course: uuid.UUID, given: SessionNew) -> Status[Json]:
    """Write down a session that was held.

    The same checks stand before it as in the clinic: consent, verdict, day, lots, the pigment's label. Where only the
    medical lead may go on, that is decided and signed in the clinic, not here.
    """
    found = course_of(request, course)
    values = given.model_dump(exclude={"performed_by", "lots", "appointment", "price_cents"})
    row = record_session(
        course=found,
        who=request.member,
        entry=request.entry,
        performed_by=member_of(request, given.performed_by),
        lots=[within(request.clinic, Lot, one) for one in dict.fromkeys(given.lots)],
        appointment=within(request.clinic, Appointment, given.appointment) if given.appointment else None,
        cents=given.price_cents,
        **values,
    )
    made(request, "sessions", row)
    return Status(201, shown_session(row))


@operation(router, "get", "/courses/{uuid:course}/symptoms", out=Page[SymptomOut], scope=READ, like="symptom_new")
def list_symptoms(request: ApiRequest, course: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The signs that were reported in a course and stand, the oldest first."""
    row = opened_course(request, course)
    rows = SymptomReport.objects.standing().filter(course=row)
    return page(rows, shown_symptom, by="written_at", after=after, limit=limit)


@operation(
    router,
    "post",
    "/courses/{uuid:course}/symptoms",
    out=SymptomOut,
    scope=WRITE,
    like="symptom_new",
    takes="json",
    made=True,
)
def report_sign(request: ApiRequest, course: uuid.UUID, given: SymptomNew) -> Status[Json]:
    """Write down a sign that was seen, in the name of the token's person, who has thereby seen it."""
    row = report_symptom(
        course=course_of(request, course), who=request.member, entry=request.entry, **given.model_dump()
    )
    made(request, f"courses/{course}/symptoms", row, alone=False)
    return Status(201, shown_symptom(row))


def shown_session(row: Any) -> Json:  # noqa: ANN401 (a Session; its reverse relations are unknown to the types)
    """What is shown of a session."""
    said = language()
    uses = sorted((use.lot for use in row.lot_uses.all()), key=lambda lot: (lot.kind, lot.name, lot.number))
    return {
        "id": row.pk,
        "course": row.course_id,
        "appointment": row.appointment_id,
        "performed_by": row.performed_by_id,
        "performed_by_name": row.performed_by.user.name,
        **{name: getattr(row, name) for name in _SAME},
        "zones": [{name: zone.get(name) for name in ZoneOut.model_fields} for zone in row.zones],
        "lots": [{"id": lot.pk, "kind": lot.kind, "name": lot.name, "number": lot.number} for lot in uses],
        "price_cents": row.cents,
        "checks": [
            {"what": one["what"], "state": one["state"], "says": one["says"].get(said, "")}
            for one in row.before.get("checks", [])
        ],
        "by_lead": row.cleared_by_id is not None,
        "supersedes": row.supersedes_id,
    }


def shown_symptom(row: SymptomReport) -> Json:
    """What is shown of a sign."""
    label = load_library().vocabulary.signs.get(row.sign, Text(row.sign, row.sign))
    return {
        "id": row.pk,
        "course": row.course_id,
        "sign": row.sign,
        "label": label.say(language()),
        "reported_on": row.reported_on,
        "gone_on": row.gone_on,
        "words": row.words,
        "by_patient": row.by_patient,
        "seen_at": row.seen_at,
        "written_at": row.written_at,
    }
