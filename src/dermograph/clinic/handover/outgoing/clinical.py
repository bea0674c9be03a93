"""Answers, happenings and signs, and what follows from them."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q

from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.reading import Reading, day, known
from dermograph.clinic.handover.outgoing.responses import said
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.handover.outgoing.together import put_together
from dermograph.clinic.intake import models as intake
from dermograph.clinic.treatment.models import SymptomReport
from dermograph.core.text import Text
from dermograph.exchange.record import clinical
from dermograph.exchange.record.papers import Task
from dermograph.exchange.record.part import Concept
from dermograph.protocols import load_library

ADVERSE: Final = "adverse-event"
TO_LOOK_AT: Final = "task"
_LOOK: Final = Text("Look at a sign that was reported.", "Revisar un signo comunicado.")


def _answer(row: Any, reading: Reading) -> clinical.Answer:  # noqa: ANN401 (an answer with its response)
    return clinical.Answer(
        **reading.entry(row),
        patient=row.patient_id,
        course=row.course_id,
        fact=row.fact,
        value=said(row.fact, row.value, row.missing),
        answered_on=day(row.answered_on),
        response=row.response,
    )


def _happening(row: intake.Happening, reading: Reading) -> clinical.Happening:
    return clinical.Happening(
        **reading.entry(row),
        patient=row.patient_id,
        course=row.course_id,
        what=row.what,
        first=day(row.first),
        last=day(row.last),
        cancelled=row.cancelled,
    )


def _symptom(row: SymptomReport, reading: Reading) -> clinical.Symptom:
    return clinical.Symptom(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        sign=row.sign,
        reported_on=day(row.reported_on),
        began_on=day(row.began_on),
        gone_on=day(row.gone_on),
        words=row.words,
        first_told_at=known(row.first_told_at),
        by_patient=row.by_patient,
        seen_at=known(row.seen_at),
        seen_by=row.seen_by_id,
    )


def _adverse(row: SymptomReport, reading: Reading) -> clinical.AdverseEvent:
    word = load_library().vocabulary.signs.get(row.sign)
    return clinical.AdverseEvent(
        id=made_of(row.pk, ADVERSE),
        patient=row.course.patient_id,
        kind=Concept(row.sign, words=word.en if word else ""),
        happened="actual",
        at=day(row.began_on),
        noticed_at=row.first_told_at or row.written_at,
        recorded_at=row.written_at,
        recorded_by=reading.member(row.written_by_id),
    )


def _to_look_at(row: SymptomReport, reading: Reading) -> Task:
    return Task(
        id=made_of(row.pk, TO_LOOK_AT),
        patient=row.course.patient_id,
        what=Concept("look-at-sign"),
        words=_LOOK.say(reading.language),
        about=f"Observation/{row.pk}",
        owner=row.seen_by_id,
        state="requested" if row.seen_at is None else "completed",
        made_at=row.written_at,
        changed_at=row.seen_at or row.written_at,
    )


def never_usual() -> dict[str, list[str]]:
    """The signs that each protocol refers to a physician however soon they come, by the id of the protocol."""
    library = load_library()
    return {
        name: [
            rule.sign
            for rule in library.protocol(name).review.signs
            if rule.decision == "refer" and rule.usual_for is None
        ]
        for name in library.treatments
    }


def _unexpected() -> Q:
    """Standing reports of such signs."""
    some = Q(pk__in=[])
    for name, signs in never_usual().items():
        some |= Q(course__treatment=name, sign__in=signs)
    return some & _standing()


def _standing() -> Q:
    return ~Q(Exists(SymptomReport.objects.filter(supersedes=OuterRef("pk"))))


ANSWERS: Final = Source(
    intake.Answer,
    (Made("answers", _answer, code="fact", date="answered_on", is_final=True),),
    patient="patient_id",
    changed=("written_at",),
    prepare=put_together,
)
HAPPENINGS: Final = Source(
    intake.Happening,
    (Made("happenings", _happening, code="what", date="first", until="last", is_final=True),),
    patient="patient_id",
    changed=("written_at",),
)
SIGNS: Final = Source(
    SymptomReport,
    (
        Made("symptoms", _symptom, code="sign", date="reported_on"),
        Made("adverse_events", _adverse, ADVERSE, only=_unexpected, code="sign", date="reported_on"),
        Made("tasks", _to_look_at, TO_LOOK_AT, only=_standing, code="=look-at-sign", date="written_at"),
    ),
    patient="course__patient_id",
    related=("course",),
    changed=("written_at", "seen_at"),
)
