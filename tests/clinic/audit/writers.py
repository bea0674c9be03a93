"""Everybody who writes about a course at work: each of them takes locks and ends with an entry of the audit trail."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable

from dermograph.clinic.agenda.models import Room
from dermograph.clinic.agenda.services import hold, set_state
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.selectors import current_text
from dermograph.clinic.intake.services import answer_fact, sign_assessment, sign_consent, withdraw
from dermograph.clinic.intake.wording import install_texts
from dermograph.clinic.ledger.services import take_payment, withdraw_lot
from dermograph.clinic.people.course_services import close_course, reopen_course
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.portal import giving_signs, messaging
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.clinic.treatment.services import mark_seen, record_session, sign_review
from dermograph.core.errors import InputError
from tests.clinic.portal.people import patient_account
from tests.clinic.treatment.held import held, kit, lot, moment, photographed, ready, today, written

Writer = Callable[[], object]
WAVE = [[[0.1, 0.2], [0.4, 0.6], [0.8, 0.3]]]


def writers(course: Course, practitioner: Membership, lead: Membership, room: Room) -> dict[str, Writer]:
    """Each by what it does; each can be done again and again, at the same time as the others."""
    ready(course, practitioner)
    held(course, -40)
    install_texts(course.clinic)
    text = current_text(course.clinic, course.treatment, "en", today(course.clinic))
    assert text is not None
    account, own = patient_account(course.patient), photographed(course, -50)
    stock = [lot(course.clinic, "needle") for _ in range(200)]
    of_days, of_stock, of_values = itertools.count(2), iter(stock), itertools.cycle((1, 2, 3))

    def session() -> Session:
        began = moment(course.clinic, -next(of_days), 10)
        lots = [next(of_stock), *kit(course.clinic, "anaesthetic")]
        given = {
            "started_at": began,
            "ended_at": began + dt.timedelta(hours=1),
            "clearance_reason": "Asked by the test.",
        }
        return record_session(**written(course, lead, lots, performed_by=practitioner, **given))

    def appointment() -> object:
        begins = moment(course.clinic, next(of_days) + 30, 10)
        row = hold(
            course=course, purpose="review", practitioner=practitioner, room=room, starts_at=begins, who=lead.user
        )
        return set_state(appointment=row, state="cancelled", reason="as a test", who=lead.user)

    def signature() -> Consent:
        agreed = ["treatment", "record"]
        return sign_consent(
            course=course, who=None, account=account, text=text, purposes=agreed, signed_name="Lucía", strokes=WAVE
        )

    def sign_of_patient() -> object:
        return giving_signs.report(
            course=course, account=account, signs=["pain"], since="", words="", entry=uuid.uuid4(), language="en"
        )

    def photograph() -> object:
        nonlocal own
        own = correct_photograph(
            photograph=own, taken_on=own.taken_on, reason="as a test", who=lead.user, entry=uuid.uuid4()
        )
        return own

    def ended() -> Course:
        close_course(course=course, outcome="abandoned", reason="as a test", who=lead.user)
        return reopen_course(course=course, reason="as a test", who=lead.user)

    return {
        "answer": lambda: answer_fact(
            course=course, who=None, account=account, fact="phototype", value=next(of_values)
        ),
        "assessment": lambda: sign_assessment(course=course, who=practitioner.user),
        "consent": signature,
        "withdrawal": lambda: withdraw(consent=signature(), who=None, account=account, purpose="record"),
        "session": session,
        "review": lambda: sign_review(course=course, who=practitioner, decision="wait", reason="x" * 30),
        "sign": sign_of_patient,
        "seen": lambda: mark_seen(report=SymptomReport.objects.standing().latest("written_at"), who=practitioner),
        "lot": lambda: withdraw_lot(lot=stock[-1], who=lead, reason="Recalled by its maker."),
        "payment": lambda: take_payment(session=Session.objects.latest("started_at"), who=lead, cents=5, method="cash"),
        "appointment": appointment,
        "photograph": photograph,
        "end": ended,
        "message": lambda: messaging.write(patient=course.patient, words="x", who=lead.user, entry=uuid.uuid4()),
    }


def doing(write: Writer) -> str:
    """Write; what came of it, where a refusal is as good as a row."""
    try:
        write()
    except InputError as error:
        return f"refused: {error.what.en}"
    return "written"
