"""A patient of whom there is a row of every kind that a record has a part for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.imaging.models import Sending
from dermograph.clinic.intake.models import Answer, Assessment, Consent, ConsentText, Happening, Override, Withdrawal
from dermograph.clinic.ledger.models import Kind, Lot, LotUse
from dermograph.clinic.people.models import Area, Clinic, Course, Ending, Membership, Patient
from dermograph.clinic.portal.messaging import name_of
from dermograph.clinic.portal.models import Message
from dermograph.clinic.rights.models import Restriction
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.clinic.vault.seal import seal

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
#: An indication, which is no issue, and two reasons that are.
_REASONS: tuple[dict[str, Any], ...] = (
    {"rule": "it-hurts", "grade": "relative", "effect": "conditional", "facts": ["infection", "birth_date"]},
    {"rule": "a-scar", "grade": "indication", "effect": "none", "facts": ["lesion"]},
    {"rule": "ask", "grade": "clearance", "effect": "referred", "facts": ["healed"], "to": "X", "until": "2026-05-01"},
)
_WHY = {"code": "light", "says": {"en": "The light differs.", "es": "La luz es distinta."}}


def at(days: float) -> dt.datetime:
    """So many days from the start."""
    return START + dt.timedelta(days=days)


def on(days: int) -> dt.date:
    """The day of it."""
    return at(days).date()


def fill(
    patient: Patient, who: Membership, lead: Membership, number: int = 1, photographs: int | None = None
) -> Course:
    """Write something of everything about a patient who has nothing yet.

    Args:
        patient: With their clinic.
        who: Who treats.
        lead: Who decides.
        number: Of sessions.
        photographs: How many follow-ups were photographed; None for as many as sessions.
    """
    clinic = patient.clinic
    area = Area.objects.create(patient=patient, name="abdomen", view="front", side="left", x=0.5, y=0.45)
    course = Course.objects.create(
        clinic=clinic,
        patient=patient,
        area=area,
        treatment="paramedical",
        lead=who,
        goal_delta_e00=3.0,
        opened_at=at(-8),
    )
    common: dict[str, Any] = {"clinic": clinic, "written_by": who.user}
    record("area.added", clinic=clinic, who=who.user, about=area, patient=patient.pk)
    Ending.objects.create(**common, course=course, outcome="goal_met", reason="done")
    Ending.objects.create(**common, course=course, reason="It came back.")
    _known(patient, course, common, lead)
    _signed(patient, course, common, who)
    used = _lots(clinic)
    before = None
    for turn in range(number):
        before = _held(course, who, common, used, turn)
    _pictures(course, common, number if photographs is None else photographs, before)
    _told(patient, course, common)
    return course


def _known(patient: Patient, course: Course, common: dict[str, Any], lead: Membership) -> None:
    said: tuple[tuple[str, Any, str], ...] = (
        ("lesion", "stria", ""),
        ("onset", "2019-05-01", ""),
        ("surgery", "2020-01-31", ""),
        ("healed", True, ""),
        ("degree", 3, ""),
        ("keloid_tendency", None, "not_known"),
        ("infection", None, "refused"),
        ("herpes", None, "not_asked"),
        ("no_fact_of_ours", "as it was", ""),
    )
    for fact, value, missing in said:
        Answer.objects.create(
            **common, patient=patient, course=course, fact=fact, value=value, missing=missing, answered_on=on(-7)
        )
    first = Answer.objects.get(patient=patient, fact="lesion")
    Answer.objects.create(
        **common,
        patient=patient,
        course=course,
        fact="lesion",
        value="scar",
        answered_on=on(-6),
        supersedes=first,
        correction_reason="It is a scar.",
    )
    Answer.objects.create(clinic=patient.clinic, patient=patient, fact="pregnant", value=False, answered_on=on(-7))
    Happening.objects.create(
        **common, patient=patient, course=course, what="sun_on_area", first=on(3), last=on(5), cancelled=True
    )
    pinned: dict[str, Any] = {"protocol_version": "1.0.0", "protocol_hash": "sha256:ab"}
    answers = {one.fact: str(one.pk) for one in Answer.objects.standing().filter(patient=patient)}
    assessment = Assessment.objects.create(
        **common,
        **pinned,
        course=course,
        assessed_on=on(-6),
        facts={"facts": {"age": 39}, "missing": {}, "answers": answers},
        verdict="conditional",
        worst_case="referred",
        result={"en": _decided("Yes"), "es": _decided("Sí")},
    )
    Override.objects.create(
        clinic=patient.clinic, written_by=lead.user, assessment=assessment, verdict="suitable", reason="Looked at it."
    )
    Review.objects.create(
        **common,
        **pinned,
        course=course,
        reviewed_on=on(28),
        proposal={"en": {"from": "2026-04-01"}},
        proposed="another_session",
        decision="wait",
        reason="Still red.",
        facts={"a": [1, 2.5]},
        signed_name="Nuria Vidal",
        signed_at=at(28),
    )


def _decided(word: str) -> dict[str, Any]:
    """What was decided, in a language."""
    cite = [{"source": "A source", "at": "line 7", "basis": "document"}]
    reasons = [{"until": None, "says": f"{word}: {one['rule']}.", "cite": cite, **one} for one in _REASONS]
    ask = [{"fact": "herpes", "missing": "not_asked", "could_become": "deferred", "question": f"{word}?"}]
    return {"name": "abdomen", "verdict": "conditional", "worst_case": "referred", "reasons": reasons, "ask": ask}


def _signed(patient: Patient, course: Course, common: dict[str, Any], who: Membership) -> None:
    text = ConsentText.objects.get_or_create(
        clinic=patient.clinic,
        treatment="paramedical",
        language="es",
        version="2",
        defaults={"title": "Consentimiento", "body": "…", "sha256": "b" * 64, "valid_from": dt.date(2026, 1, 1)},
    )[0]
    consent = Consent.objects.create(
        **common,
        patient=patient,
        course=course,
        text=text,
        text_sha256=text.sha256,
        purposes=["treatment", "record", "teaching"],
        refused=["publication"],
        signed_name="Inventada de Prueba",
        strokes=[[[0.1, 0.2], [0.3, 0.4]]],
        signed_at=at(-5),
        witness=who.user,
    )
    Withdrawal.objects.create(**common, consent=consent, purpose="teaching", reason="no more")


def _lots(clinic: Clinic) -> list[Lot]:
    made = [
        Lot.objects.get_or_create(
            clinic=clinic,
            kind=kind,
            name=f"{kind} invented",
            number=f"N-{kind}",
            defaults={"maker": "Invented", "expires_on": dt.date(2028, 6, 30), "received_on": on(-30)},
        )[0]
        for kind in (Kind.NEEDLE, Kind.PIGMENT)
    ]
    Lot.objects.filter(pk=made[1].pk).update(
        withdrawn_at=at(20), withdrawn_reason="recall", label="Ingredients: none", received_on=None
    )
    return made


def _held(course: Course, who: Membership, common: dict[str, Any], used: list[Lot], turn: int) -> Session:
    room = Room.objects.get_or_create(clinic=course.clinic, name="1")[0]
    appointment = Appointment.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        purpose="session",
        practitioner=who,
        room=room,
        starts_at=at(30 * turn),
        ends_at=at(30 * turn + 0.05),
        state="done",
        sequence=2,
        made_at=at(-3),
    )
    session = Session.objects.create(
        **common,
        course=course,
        appointment=appointment,
        performed_by=who,
        started_at=at(30 * turn),
        ended_at=at(30 * turn + 0.05),
        device="Pen 2000",
        anaesthesia="cream",
        zones=[{"name": "upper", "needle_setting_mm": 0.5, "needles": 7, "passes": 3}, {"name": "lower", "cm2": None}],
        actives=[{"name": "Hyaluronic acid", "lot": "H-1"}],
        movements=["circular"],
        before={"checks": [{"what": "consent", "state": "clear"}]},
        cents=12000,
        cleared_by=who,
        clearance_reason="seen",
    )
    LotUse.objects.create(session=session, lot=used[0])
    LotUse.objects.create(session=session, lot=used[1], late_by=who.user, late_reason="found later")
    return session


def _pictures(course: Course, common: dict[str, Any], number: int, session: Session | None) -> None:
    taken = [_photograph(course, common, day, session if day == 0 else None) for day in range(number + 1)]
    Sending.objects.create(
        **common, course=course, photograph=taken[0], archive="Archive", sop_uid="2.25.1", stage="done", done_at=at(1)
    )
    outline = Outline.objects.create(**common, photograph=taken[0], shape={"lesion": [[1.5, 2.0], [3, 4], [5, 1]]})
    for after in taken[1:]:
        Comparison.objects.create(
            **common,
            course=course,
            before=taken[0],
            after=after,
            outline=outline,
            result={"verdict": "improved", "reason": None, "measures": [_measure("contrast"), _unmeasured("area")]},
            method="7",
            stage="done",
            done_at=at(31),
        )
    failed = {"en": "It failed.", "es": "Falló."}
    Comparison.objects.create(
        **common, course=course, before=taken[0], after=taken[-1], outline=outline, stage="failed", failure=failed
    )
    result = {
        "dots": {"count": {"value": 1234, "u": 5.5}, "usable_cm2": 40.5, "diameter_mm": None, "absorbance": 0.2},
        "per_cm2": {"value": 81.5, "u": 2.5},
        "density": {"unevenness": 0.2},
        "evenness": None,
        "against_hair": None,
    }
    done: dict[str, Any] = {**common, "course": course, "stage": "done", "done_at": at(31), "method": "3"}
    readings = [ScalpReading.objects.create(**done, photograph=one, result=result) for one in taken[:2]]
    ScalpReading.objects.filter(pk=readings[1].pk).update(result={"refusal": _WHY})
    dots = {"before_seen": 9, "faded": 1, "lost": {"value": 2.0, "u": 0.5}, "pigment_left": None}
    change = {"dots": dots, "uniformity": {"value": 0.1, "u": 0.02}}
    ScalpChange.objects.create(**done, before=readings[0], after=readings[1], result=change)


def _photograph(course: Course, common: dict[str, Any], day: int, session: Session | None) -> Photograph:
    made: Photograph = Photograph.objects.create(
        **common,
        course=course,
        session=session,
        taken_on=on(30 * day),
        name=f"IMG_{day}.jpg",
        kind="image/jpeg",
        sha256=uuid.uuid4().hex * 2,
        bytes=4_000_000 + day,
        width=4000,
        height=3000,
        file="",
        preview="",
        thumbnail="",
        findings={"card": {"found": True}},
        usable=None if day else True,
        from_home=day == 1,
        stage="done",
        done_at=at(30 * day),
    )
    return made


def _measure(name: str) -> dict[str, Any]:
    change = {"value": -1.75, "u": 0.64, "ci95": [-3.0, -0.5], "mdc95": 1.25, "verdict": "improved"}
    sides = {"before": {"value": 10.0, "u": 0.4}, "after": {"value": 8.25, "u": 0.5}}
    return {"name": name, "unit": "delta_e00", **sides, "change": change, "reason": None}


def _unmeasured(name: str) -> dict[str, Any]:
    change = {"value": None, "u": None, "ci95": None, "mdc95": None, "verdict": "not_comparable"}
    return {"name": name, "unit": "cm2", "before": None, "after": None, "change": change, "reason": _WHY}


def _told(patient: Patient, course: Course, common: dict[str, Any]) -> None:
    for sign in ("erythema", "infection"):
        SymptomReport.objects.create(
            clinic=patient.clinic, course=course, sign=sign, reported_on=on(2), words="red", by_patient=True
        )
    for words, user in (("Es duele.", None), ("Come by.", common["written_by"])):
        message = Message(clinic=patient.clinic, patient=patient, written_by=user, written_at=at(2))
        message.sealed = seal(patient, words.encode(), name_of(message.pk))
        message.save()
    Restriction.objects.create(**common, patient=patient, reason="asked for")
    Restriction.objects.create(**common, patient=patient, reason="taken back", lifted=True, written_at=timezone.now())
