"""A made-up record with something of every kind in it."""

import datetime as dt
import uuid
from typing import Any

from dermograph.exchange.record.areas import Area, Course, Goal, Lesion, Plan
from dermograph.exchange.record.calendars import Appointment, Schedule, Slot
from dermograph.exchange.record.clinical import (
    AdverseEvent,
    Answer,
    Finding,
    Happening,
    Item,
    Response,
    Symptom,
)
from dermograph.exchange.record.decisions import Assessment, Issue, Override, Review
from dermograph.exchange.record.papers import AuditEntry, Consent, Message, Provenance, Task, Withdrawal
from dermograph.exchange.record.part import Concept, Measured
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.people import Clinic, Patient, Practitioner, Room
from dermograph.exchange.record.pictures import (
    Comparison,
    Document,
    Figure,
    Measure,
    Outline,
    Photograph,
    ScalpReading,
)
from dermograph.exchange.record.sessions import Active, DeviceUse, LotUsed, Needles, Session, Supply, Zone
from dermograph.exchange.record.unknown import Unknown
from dermograph.exchange.record.whole import Record

SPACE = uuid.UUID("00000000-0000-4000-8000-000000000000")
ZONE = dt.timezone(dt.timedelta(hours=1))
START = dt.datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
MEASURES = ("contrast", "tone", "area", "length", "texture", "redness", "pigment", "evenness", "edge", "width")


def key(name: str) -> uuid.UUID:
    """The id of a part, by a name."""
    return uuid.uuid5(SPACE, name)


CLINIC, PATIENT, WHO, LEAD = key("clinic"), key("patient"), key("who"), key("lead")
AREA, COURSE, ROOM, NEEDLE, PIGMENT = key("area"), key("course"), key("room"), key("needle"), key("pigment")


def at(days: float) -> dt.datetime:
    """So many days from the start."""
    return START + dt.timedelta(days=days)


def on(days: int) -> PartialDate:
    """The day of it."""
    return PartialDate.of(at(days).date())


def record(sessions: int = 2, photographs: int = 3) -> Record:
    """A record with so many sessions, and photographs spread over them."""
    taken = [_photograph(number, number * sessions // max(photographs, 1)) for number in range(photographs)]
    return Record(
        clinic=Clinic(
            id=CLINIC,
            name="Clínica Aurora",
            slug="aurora",
            time_zone="Europe/Madrid",
            language="es",
            address="Calle Inventada 1",
            phone="+34 900 000 000",
        ),
        patient=Patient(
            id=PATIENT,
            clinic=CLINIC,
            number=17,
            given_names="Inventada Dos",
            family_names="de Prueba",
            birth_date=PartialDate("1987-04"),
            phone="+34 600 000 000",
            email="nadie@example.org",
            language="es",
            synthetic=True,
            since=at(-9),
            version=3,
        ),
        practitioners=(
            Practitioner(
                id=WHO,
                clinic=CLINIC,
                user=key("user"),
                name="Practitioner Made Up",
                role="practitioner",
                treatments=("paramedical", "scalp"),
                active=True,
            ),
            Practitioner(id=LEAD, clinic=CLINIC, name="Lead Made Up", role="medical_lead", active=True),
        ),
        rooms=(Room(id=ROOM, clinic=CLINIC, name="1", state="active"),),
        areas=(Area(id=AREA, patient=PATIENT, name="Abdomen", place=Concept("front"), side="left", x=0.5, y=0.25),),
        lesions=(
            Lesion(
                id=key("lesion"),
                patient=PATIENT,
                area=AREA,
                kind=Concept("striae", words="Stretch marks"),
                onset=PartialDate("2019"),
                gone=Unknown("not_asked"),
                state="active",
                certainty="confirmed",
                recorded_at=at(-8),
            ),
        ),
        courses=(
            Course(
                id=COURSE,
                patient=PATIENT,
                area=AREA,
                treatment=Concept("paramedical"),
                lead=WHO,
                state="open",
                opened_at=at(-8),
            ),
        ),
        goals=(
            Goal(
                id=key("goal"),
                patient=PATIENT,
                course=COURSE,
                words="Contrast of at most 3",
                state="active",
                contrast=Measured(3.0, Unknown("not_applicable"), "delta_e00"),
                since=on(-8),
            ),
        ),
        plans=(
            Plan(
                id=key("plan"),
                patient=PATIENT,
                course=COURSE,
                protocol="paramedical",
                title="Paramedical: abdomen",
                area=AREA,
                lesion=key("lesion"),
                goal=key("goal"),
                lead=WHO,
                state="open",
                began_at=at(-8),
                assessments=(key("assessment"),),
                appointments=tuple(key(f"appointment {number}") for number in range(sessions)),
            ),
        ),
        answers=_answers(),
        responses=(_response(),),
        happenings=(
            Happening(
                id=key("sun"),
                patient=PATIENT,
                course=COURSE,
                what="sun_on_area",
                first=on(3),
                last=on(5),
                written_at=at(6),
                written_by=WHO,
            ),
        ),
        assessments=(_assessment(),),
        issues=(
            Issue(
                id=key("issue"),
                patient=PATIENT,
                assessment=key("assessment"),
                area=AREA,
                name="Abdomen",
                at=at(-6),
                rule="striae",
                grade="clearance",
                effect="referred",
                words="Yes?",
                words_es="¿Sí?",
                until=on(9),
                asked_of="a physician",
                asked_of_es="un médico",
                places=("a source, line 7", "another, line 9"),
                facts=("fact_0", "fact_1"),
                answers=(key("answer 0"), key("answer 1")),
            ),
        ),
        overrides=(
            Override(
                id=key("override"),
                patient=PATIENT,
                assessment=key("assessment"),
                verdict="suitable",
                reason="Looked at it",
                written_at=at(-6),
                written_by=LEAD,
            ),
        ),
        schedules=(
            Schedule(id=key("schedule"), practitioner=WHO, first=at(0), last=at(90), words="Agenda", active=True),
        ),
        slots=(Slot(id=key("slot"), schedule=key("schedule"), starts_at=at(40), ends_at=at(40.05), state="free"),),
        appointments=tuple(_appointment(number) for number in range(sessions)),
        needles=(
            Needles(
                id=NEEDLE,
                clinic=CLINIC,
                name="Cartridge 7",
                maker="Invented",
                number="N-1",
                state="active",
                expires=PartialDate("2028-06"),
                received_on=on(-30),
                udi="(01)00844588003288(17)280630(10)N1",
                supplier="Nobody",
            ),
        ),
        supplies=(
            Supply(
                id=PIGMENT,
                clinic=CLINIC,
                kind=Concept("pigment"),
                name="Pigment 3",
                maker="Invented",
                number="P-1",
                expires=PartialDate("2027"),
                label="Ingredients: none",
                state="inactive",
                withdrawn_at=at(20),
                withdrawn_reason="Recall",
                received_on=Unknown("not_known"),
            ),
        ),
        sessions=tuple(_session(number) for number in range(sessions)),
        device_uses=tuple(
            DeviceUse(
                id=key(f"use {number}"),
                patient=PATIENT,
                device=NEEDLE,
                session=key(f"session {number}"),
                at=at(30 * number),
                state="completed",
            )
            for number in range(sessions)
        ),
        photographs=tuple(taken),
        documents=(
            Document(
                id=key("document"),
                patient=PATIENT,
                kind=Concept("photograph-dicom"),
                title="DICOM",
                at=at(1),
                media_type="application/dicom",
                url="https://clinic.example/dicom/1",
                bytes=77,
                about=(f"Media/{key('photograph 0')}",),
                state="current",
            ),
        ),
        outlines=(
            Outline(
                id=key("outline"),
                patient=PATIENT,
                photograph=key("photograph 0"),
                shape={"lesion": [[1.5, 2.0], [3.0, 4.0], [5.0, 1.0]]},
                written_at=at(1),
                written_by=WHO,
            ),
        ),
        comparisons=tuple(_comparison(number) for number in range(1, photographs)),
        scalp_readings=(_reading(),),
        symptoms=(_symptom(),),
        adverse_events=(
            AdverseEvent(
                id=key("adverse"),
                patient=PATIENT,
                kind=Concept("infection"),
                happened="actual",
                at=PartialDate("2026-03"),
                noticed_at=at(9),
                recorded_at=at(10),
                recorded_by=WHO,
                serious=Concept("non-serious"),
                severity=Concept("mild"),
                outcome=Concept("resolved"),
                suspects=(f"Procedure/{key('session 0')}",),
            ),
        ),
        reviews=(_review(),),
        findings=(
            Finding(
                id=key("finding"),
                patient=PATIENT,
                what=Concept("718-7", "http://loinc.org", "Hemoglobin"),
                value=Measured(7.2, Unknown(), "g/dl"),
                at=PartialDate("2025"),
                state="final",
                method=Concept(words="by somebody"),
            ),
        ),
        consents=_consents(),
        messages=(
            Message(
                id=key("message"),
                patient=PATIENT,
                from_patient=True,
                sent_at=at(2),
                words="It itches.",
                state="completed",
                read_at=at(2.5),
            ),
            Message(
                id=key("reply"), patient=PATIENT, written_by=WHO, sent_at=at(3), words="Come by.", state="completed"
            ),
        ),
        tasks=(
            Task(
                id=key("task"),
                patient=PATIENT,
                what=Concept("look-at-sign"),
                words="A sign",
                about=f"Observation/{key('symptom')}",
                owner=WHO,
                state="requested",
                made_at=at(2),
                changed_at=at(2),
            ),
        ),
        provenances=_provenances(),
        audit=(
            AuditEntry(
                id=key("audit"),
                clinic=CLINIC,
                number=9,
                at=at(1),
                who=WHO,
                action=Concept("session.written"),
                what="Session",
                about=key("session 0"),
                patient=PATIENT,
                details={"zones": 2},
                previous="0" * 64,
                hash="a" * 64,
            ),
        ),
    )


def _answers() -> tuple[Answer, ...]:
    values: tuple[Any, ...] = (
        True,
        False,
        3,
        "words of the patient",
        Concept("silver"),
        PartialDate("2026-01"),
        *(Unknown(why) for why in ("not_asked", "not_known", "refused", "not_applicable", "expired")),
    )
    return tuple(
        Answer(
            id=key(f"answer {number}"),
            patient=PATIENT,
            course=COURSE if number % 2 else None,
            fact=f"fact_{number}",
            value=value,
            answered_on=on(-7),
            written_at=at(-7),
            written_by=WHO if number else None,
            response=key("response") if number % 2 else None,
        )
        for number, value in enumerate(values)
    )


def _response() -> Response:
    values: tuple[Any, ...] = (False, 3, "words", PartialDate("2026-01"), Unknown("not_known"), Unknown("expired"))
    return Response(
        id=key("response"),
        patient=PATIENT,
        course=COURSE,
        protocol="paramedical",
        author=WHO,
        answered_at=at(-7),
        state="completed",
        items=(
            *(Item(f"fact_{number}", value) for number, value in enumerate(values)),
            Item("lesion", Concept("lesion.stria", words="stretch mark")),
        ),
    )


def _assessment() -> Assessment:
    said = {"verdict": "conditional", "reasons": [{"rule": "striae", "says": "¿Sí?", "cite": []}]}
    return Assessment(
        id=key("assessment"),
        patient=PATIENT,
        course=COURSE,
        plan=key("plan"),
        protocol="paramedical",
        assessed_on=on(-6),
        verdict="conditional",
        worst_case="referred",
        not_before=on(0),
        facts={"facts": {"age": 39}, "missing": {}},
        result={"en": said, "es": said},
        protocol_version="1.0.0",
        protocol_hash="sha256:ab",
        written_at=at(-6),
        written_by=WHO,
    )


def _review() -> Review:
    return Review(
        id=key("review"),
        patient=PATIENT,
        course=COURSE,
        reviewed_on=on(28),
        proposed="another_session",
        decision="wait",
        reason="Still red",
        proposal={"en": {"from": "2026-04-01"}},
        facts={"a": [1, 2.5]},
        signed_name="Practitioner Made Up",
        signed_at=at(28),
        protocol_version="1.0.0",
        protocol_hash="sha256:ab",
        written_at=at(28),
        written_by=WHO,
    )


def _symptom() -> Symptom:
    return Symptom(
        id=key("symptom"),
        patient=PATIENT,
        course=COURSE,
        sign="erythema",
        reported_on=on(2),
        began_on=on(1),
        gone_on=Unknown("not_asked"),
        words="red",
        by_patient=True,
        written_at=at(2),
    )


def _appointment(number: int) -> Appointment:
    return Appointment(
        id=key(f"appointment {number}"),
        patient=PATIENT,
        course=COURSE,
        purpose=Concept("session"),
        practitioner=WHO,
        room=ROOM,
        starts_at=at(30 * number),
        ends_at=at(30 * number + 0.05),
        state="done" if number else "no_show",
        note="first" if number == 0 else "",
        sequence=number,
        made_at=at(-3),
    )


def _session(number: int) -> Session:
    return Session(
        id=key(f"session {number}"),
        patient=PATIENT,
        course=COURSE,
        appointment=key(f"appointment {number}"),
        treatment=Concept("paramedical"),
        state="completed",
        performed_by=WHO,
        started_at=at(30 * number),
        ended_at=at(30 * number + 0.05),
        device="Pen 2000",
        anaesthesia="cream",
        anaesthesia_minutes=20,
        zones=(Zone("upper", 0.5, 7, 120.0, 3, 600, 12.5), Zone("lower", Unknown(), Unknown("not_known"), passes=2)),
        lots=(LotUsed(NEEDLE, is_device=True), LotUsed(PIGMENT, False, LEAD, "found later")),
        actives=(Active("Hyaluronic acid", "H-1"), Active("Vitamin C")),
        movements=("circular", "linear"),
        label_handed_at=at(30 * number),
        dots=Unknown("not_applicable"),
        reaction="slight redness",
        notes="well borne",
        cents=12000,
        before={"checks": [{"what": "consent", "state": "clear"}]},
        cleared_by=LEAD,
        clearance_reason="seen",
        written_at=at(30 * number + 0.1),
        written_by=WHO,
    )


def _photograph(number: int, session: int) -> Photograph:
    return Photograph(
        id=key(f"photograph {number}"),
        patient=PATIENT,
        course=COURSE,
        session=key(f"session {session}"),
        taken_at=on(number),
        camera_day=on(number) if number % 2 else Unknown(),
        note="before" if not number else "",
        name=f"IMG_{number}.jpg",
        media_type="image/jpeg",
        sha256=f"{number:064x}",
        bytes=4_000_000 + number,
        width=4000,
        height=3000,
        from_home=number == 1,
        usable=Unknown("not_performed") if number == 2 else True,
        findings={"card": {"found": True, "mm_per_px": 0.05}, "quality": [{"code": "sharp", "level": "good"}]},
        state="completed",
        written_at=at(number),
        written_by=WHO,
    )


def _comparison(number: int) -> Comparison:
    measures = tuple(
        Measure(
            name,
            Measured(10.0 + index, 0.4, "delta_e00"),
            Measured(8.25 + index, 0.5, "delta_e00"),
            Measured(-1.75, 0.64, "delta_e00"),
            -3.0,
            -0.5,
            1.25,
            "improved",
        )
        if index % 5 != 4
        else Measure(name, change=Unknown("not_performed"), verdict="not_comparable", caveat="The light differs.")
        for index, name in enumerate(MEASURES)
    )
    return Comparison(
        id=key(f"comparison {number}"),
        patient=PATIENT,
        course=COURSE,
        before=key("photograph 0"),
        after=key(f"photograph {number}"),
        outline=key("outline"),
        verdict="improved",
        measures=measures,
        method="7",
        measured_at=at(number),
        written_at=at(number),
        written_by=WHO,
    )


def _reading() -> ScalpReading:
    figures = (
        Figure("dots", Measured(1234, Unknown(), "")),
        Figure("density", Measured(81.5, 2.5, "1/cm2"), 77.0, 86.0),
        Figure("clusters", Unknown("not_performed")),
    )
    return ScalpReading(
        id=key("reading"),
        patient=PATIENT,
        course=COURSE,
        photograph=key("photograph 0"),
        figures=figures,
        method="3",
        measured_at=at(1),
        written_at=at(1),
    )


def _consents() -> tuple[Consent, ...]:
    gone = Withdrawal(key("withdrawal"), "teaching", at(12), WHO, "no more")
    common: dict[str, Any] = {
        "patient": PATIENT,
        "course": COURSE,
        "treatment": "paramedical",
        "title": "Consentimiento",
        "version": "2",
        "language": "es",
        "text_sha256": "b" * 64,
        "signed_name": "Inventada de Prueba",
        "signed_at": at(-5),
        "strokes": {"typed": "Inventada"},
        "witness": WHO,
        "written_at": at(-5),
        "written_by": WHO,
    }
    return (
        Consent(
            id=key("consent"),
            agreed=("treatment", "record", "teaching"),
            refused=("publication",),
            withdrawals=(gone,),
            state="active",
            **common,
        ),
        Consent(
            id=key("consent 2"),
            supersedes=key("consent"),
            correction_reason="wrong text",
            agreed=("treatment",),
            withdrawals=(Withdrawal(key("withdrawal 2"), at=at(13)),),
            state="inactive",
            **common,
        ),
    )


def _provenances() -> tuple[Provenance, ...]:
    return (
        Provenance(
            id=key("signature"),
            targets=(f"Observation/{key('review')}",),
            at=at(28),
            activity=Concept("signed"),
            who=WHO,
            signed_name="Practitioner Made Up",
            signed_at=at(28),
        ),
        Provenance(
            id=key("ending"),
            targets=(f"ServiceRequest/{COURSE}",),
            at=at(90),
            activity=Concept("closed"),
            outcome="goal_met",
            who=LEAD,
            reason="done",
        ),
    )
