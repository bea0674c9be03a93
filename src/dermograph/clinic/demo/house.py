"""What happens in the made-up clinic, one verb each, by the services of the apps."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.agenda.services import book, hold, set_state
from dermograph.clinic.demo.clock import Clock
from dermograph.clinic.demo.logins import PASSWORD
from dermograph.clinic.demo.photographs import Studio
from dermograph.clinic.demo.staff import Staff
from dermograph.clinic.demo.stock import Stock
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.gallery.services import add_photograph, draw_outline
from dermograph.clinic.intake.models import Assessment, Consent
from dermograph.clinic.intake.selectors import current_text
from dermograph.clinic.intake.services import answer_fact, sign_assessment, sign_consent
from dermograph.clinic.ledger.services import take_payment
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.people.services import add_area, close_course, open_course, register_patient
from dermograph.clinic.portal.access import invite
from dermograph.clinic.treatment.models import Review, Session
from dermograph.clinic.treatment.proposal import proposal_for
from dermograph.clinic.treatment.services import record_session, report_symptom, sign_review

PRICE_CENTS = {"paramedical": 120_00, "microneedling": 150_00, "scalp": 350_00}
HEALTHY: Mapping[str, Any] = {
    "phototype": 3,
    "pregnant": False,
    "breastfeeding": False,
    "autoimmune": "none",
    "isotretinoin": "never",
    "diabetes": "none",
    "anticoagulants": False,
    "oncology": "none",
    "photosensitivity": False,
    "hypersensitive_skin": False,
    "abnormal_scarring": False,
    "blood_borne_infection": False,
    "bleeding_disorder": False,
    "collagen_disease": False,
    "allergy_metal": False,
    "allergy_anaesthetic": False,
}
HEALTHY_SKIN: Mapping[str, Any] = {
    "keloid_tendency": False,
    "vitiligo_active": False,
    "infection": False,
    "herpes": False,
    "surgery": "never",
}


class House:
    """The clinic with its clock, its stock and its photographs."""

    def __init__(self, staff: Staff, stock: Stock, studio: Studio, clock: Clock, today: dt.date) -> None:
        self.staff, self.stock, self.studio, self.clock = staff, stock, studio, clock
        self.today = today

    @property
    def day(self) -> dt.date:
        """The day of the story."""
        return self.clock.now.astimezone(self.staff.clinic.zone).date()

    def at(self, days: int, hour: int = 10, minute: int = 0) -> dt.datetime:
        """A moment so many days from today, in the clinic's time zone."""
        day = self.today + dt.timedelta(days=days)
        return dt.datetime.combine(day, dt.time(hour, minute), self.staff.clinic.zone)

    def register(self, given: str, family: str, born: dt.date, phone: str = "", email: str = "") -> Patient:
        """A new patient at the front desk."""
        return register_patient(
            clinic=self.staff.clinic,
            who=self.staff.desk.user,
            given_names=given,
            family_names=family,
            birth_date=born,
            phone=phone,
            email=email,
            synthetic=True,
        )

    def portal(self, patient: Patient) -> None:
        """Give a patient access to pages of their own, and set the password that the page names."""
        lead = self.staff.lead
        user = invite(patient=patient, who=lead.user, role=lead.role, by="paper").user
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])

    def course(
        self,
        patient: Patient,
        area: str,
        view: str,
        at: tuple[float, float],
        treatment: str,
        *,
        side: str = "",
        goal: float | None = None,
        lead: Membership | None = None,
    ) -> Course:
        """An area on the body map, with a course of a treatment."""
        who = lead or self.staff.practitioner
        placed = add_area(patient=patient, who=who.user, name=area, view=view, x=at[0], y=at[1], side=side)
        return open_course(area=placed, treatment=treatment, who=who.user, lead=who, goal_delta_e00=goal)

    def answer(self, course: Course, **facts: Any) -> None:  # noqa: ANN401 (answers)
        """Write down answers; ``Missing`` is said with the reason as ``"missing:…"``."""
        for fact, value in facts.items():
            missing = value.removeprefix("missing:") if isinstance(value, str) and value.startswith("missing:") else ""
            answer_fact(
                course=course,
                who=self.staff.practitioner.user,
                fact=fact,
                value=None if missing else value,
                missing=missing,
            )

    def healthy(self, course: Course, **facts: Any) -> None:  # noqa: ANN401 (answers)
        """Every answer of somebody with nothing to report, but for those given."""
        self.answer(course, **{**HEALTHY, **HEALTHY_SKIN, **facts})

    def assess(self, course: Course) -> Assessment:
        """Sign the assessment as it is."""
        return sign_assessment(course=course, who=self._treating(course).user)

    def consent(self, course: Course, *further: str) -> Consent:
        """The patient signs, by name, for treatment, record and further purposes (ids of ``intake.purposes``)."""
        patient = course.patient
        text = current_text(course.clinic, course.treatment, patient.language, self.day)
        assert text is not None  # noqa: S101 (the texts are installed with the clinic)
        wanted = [one["id"] for one in text.purposes if one["id"] in ("treatment", "record", *further)]
        name = str(patient)
        return sign_consent(
            course=course,
            who=self._treating(course).user,
            text=text,
            purposes=wanted,
            signed_name=name,
            strokes={"typed": name},
        )

    def photograph(self, course: Course, name: str, visit: int, session: Session | None = None) -> None:
        """Take a photograph, and have it judged and compared as the runner does."""
        drawn = self.studio.series(name)
        who = self._treating(course).user
        day = self.day
        taken = add_photograph(
            course=course,
            data=drawn.files[visit],
            name=f"synthetic-{course.patient.number}-visit-{visit}.jpg",
            who=who,
            entry=uuid.uuid4(),
            taken_on=day,
            session=session,
        )
        self.measure()
        if not visit:
            taken.refresh_from_db()
            draw_outline(photograph=taken, shape=drawn.outline, who=who, entry=uuid.uuid4())

    def measure(self) -> None:
        """Let the runner do everything that waits."""
        while work_once():
            pass

    def session(self, course: Course, *, minutes: int = 75, reaction: str = "", notes: str = "") -> Session:
        """Hold a session at this moment: assessed anew, recorded, paid."""
        self.assess(course)
        who, start = self._treating(course), self.clock.now
        self.clock.now = start + dt.timedelta(minutes=minutes)
        return record_session(
            course=course,
            who=who,
            performed_by=who,
            started_at=start,
            ended_at=self.clock.now,
            device=self.stock.device[course.treatment],
            zones=self.stock.zones(course),
            lots=self.stock.lots(course),
            anaesthesia="cream",
            anaesthesia_minutes=40,
            label_handed_at=start - dt.timedelta(minutes=20),
            movements=self.stock.movements[course.treatment],
            reaction=reaction,
            notes=notes,
            cents=PRICE_CENTS[course.treatment],
        )

    def pay(self, session: Session, method: str = "card", cents: int | None = None) -> None:
        """Money at the front desk."""
        amount = session.cents or 0 if cents is None else cents
        take_payment(session=session, who=self.staff.desk, cents=amount, method=method)

    def reports(self, course: Course, sign: str, words: str = "", *, by_staff: bool = False) -> None:
        """A sign, told by the patient or seen by the clinic."""
        day = self.day
        who = self._treating(course) if by_staff else None
        report_symptom(course=course, who=who, sign=sign, reported_on=day, words=words)

    def review(self, course: Course) -> Review:
        """Sign what is proposed."""
        proposal = proposal_for(course, self.day)
        assert proposal is not None  # noqa: S101 (a session was held)
        return sign_review(course=course, who=self._treating(course), decision=proposal.proposed.decision.value)

    def close(self, course: Course, outcome: str, reason: str) -> None:
        """End a course."""
        close_course(course=course, outcome=outcome, reason=reason, who=self._treating(course).user)

    def book(self, course: Course, purpose: str, at: dt.datetime, *, room: int = 0, held: bool = False) -> Appointment:
        """Book an appointment at the front desk, or hold its slot."""
        make = hold if held else book
        return make(
            course=course,
            purpose=purpose,
            practitioner=self._treating(course),
            room=self.staff.rooms[room],
            starts_at=at,
            who=self.staff.desk.user,
        )

    def arrives(self, appointment: Appointment) -> None:
        """The patient is here."""
        set_state(appointment=appointment, state="arrived", who=self.staff.desk.user)

    def _treating(self, course: Course) -> Membership:
        return course.lead or self.staff.practitioner
