"""Signs that were seen or reported after a session."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.facts import today
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.ledger.replay import already_written
from dermograph.clinic.people.models import Course, Membership, User
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.clinic.treatment.services.guards import kept, lock, refuse_others
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.protocols import load_library

LONGEST_WORDS = 2000
TOLD_AGAIN = "told again"


def report_symptom(  # noqa: PLR0913 (a sign with its days, its words and who says so; all are named)
    *,
    course: Course,
    who: Membership | None,
    sign: str,
    reported_on: dt.date,
    words: str = "",
    began_on: dt.date | None = None,
    gone_on: dt.date | None = None,
    entry: uuid.UUID | None = None,
    account: User | None = None,
) -> SymptomReport:
    """Write down a sign.

    What a patient tells again while nobody has seen the first report, and no session was held since, is added to it: a
    new entry, with the words of both, the newest first, and the earlier beginning, supersedes the open one.

    Args:
        course: Fetched with its clinic and patient.
        who: Who of the clinic writes it down, who has thereby seen it; None where the patient reports it: then it is
            an open alert until somebody has seen it.
        sign: Its id in the vocabulary.
        reported_on: The day, not before the first session.
        words: In the patient's words.
        began_on: Since when it is there, up to ``reported_on``; None where that is not told.
        gone_on: The day on which it was gone; None while that is not known.
        entry: The id of the new row; where it exists already, that one is returned.
        account: The patient's own, where they report it: the audit trail names it.

    Raises:
        PermissionDenied: If ``who`` is not clinical staff of the clinic.
        InputError: If the sign is not known, or the days cannot be.
    """
    if who is not None:
        refuse_others(course, who)
    if sign not in load_library().vocabulary.signs:
        raise InputError(Text("Choose what was seen.", "Elija qué se ha visto."), Place(field="sign"))
    now = timezone.now()
    with transaction.atomic():
        lock(course)
        first = {"course": course, "correction_reason__in": ("", TOLD_AGAIN)}
        if (there := already_written(SymptomReport, entry, course.clinic, **first)) is not None:
            return there
        _refuse_days(course, reported_on, gone_on)
        begins = min(began_on, reported_on) if began_on else None
        report = SymptomReport(
            pk=entry or uuid.uuid4(),
            clinic=course.clinic,
            written_by=who.user if who else None,
            course=course,
            sign=sign,
            reported_on=reported_on,
            began_on=begins,
            gone_on=gone_on,
            words=kept(words, LONGEST_WORDS, "words"),
            by_patient=who is None,
            seen_at=now if who else None,
            seen_by=who,
        )
        if who is None:
            _add_to_open(report)
        report.save(force_insert=True)
        record(
            "symptom.reported",
            clinic=course.clinic,
            who=report.written_by or account,
            about=report,
            patient=course.patient_id,
            details={"by_patient": report.by_patient},
        )
    return report


def mark_seen(*, report: SymptomReport, who: Membership) -> SymptomReport:
    """Say that somebody has looked at it; the first who did stays.

    Raises:
        PermissionDenied: If ``who`` is not clinical staff of the clinic.
    """
    refuse_others(report.course, who)
    with transaction.atomic():
        lock(report.course)
        report = SymptomReport.objects.select_related("course", "clinic").get(pk=report.pk)
        if report.seen_at is None:
            report.seen_at, report.seen_by = timezone.now(), who
            report.save(update_fields=["seen_at", "seen_by"])
            record("symptom.seen", clinic=report.clinic, who=who.user, about=report, patient=report.course.patient_id)
    return report


def mark_gone(
    *, report: SymptomReport, who: Membership, gone_on: dt.date, entry: uuid.UUID | None = None
) -> SymptomReport:
    """Say on which day a sign was gone: an entry that supersedes the one which did not know.

    Raises:
        PermissionDenied: If ``who`` is not clinical staff of the clinic.
        InputError: If the day cannot be.
        ChangedMeanwhileError: If somebody else has said so since.
    """
    refuse_others(report.course, who)
    course = report.course
    with transaction.atomic():
        lock(course)
        if (there := already_written(SymptomReport, entry, course.clinic, supersedes=report)) is not None:
            return there
        later = SymptomReport.objects.filter(supersedes=report).select_related("written_by").first()
        if later is not None:
            raise ChangedMeanwhileError(later)
        _refuse_days(course, report.reported_on, gone_on)
        new = SymptomReport(
            pk=entry or uuid.uuid4(),
            clinic=report.clinic,
            written_by=who.user,
            supersedes=report,
            correction_reason="gone",
            course=course,
            sign=report.sign,
            reported_on=report.reported_on,
            began_on=report.began_on,
            gone_on=gone_on,
            words=report.words,
            first_told_at=report.told_at,
            by_patient=report.by_patient,
            seen_at=report.seen_at or timezone.now(),
            seen_by=report.seen_by or who,
        )
        new.save(force_insert=True)
        record("symptom.gone", clinic=report.clinic, who=who.user, about=new, patient=course.patient_id)
    return new


def open_of_patient(course: Course) -> QuerySet[SymptomReport]:
    """What the patient has reported in a course and nobody has seen yet."""
    found: QuerySet[SymptomReport] = SymptomReport.objects.standing().filter(
        course=course, by_patient=True, seen_at=None, gone_on=None
    )
    return found


def _add_to_open(report: SymptomReport) -> None:
    """Let a report that is not saved yet take the place of the open one of its sign, with all that that one says."""
    before = open_of_patient(report.course).filter(sign=report.sign).order_by("written_at").last()
    if before is None:
        return
    words = "\n".join(dict.fromkeys(one for one in (report.words, before.words) if one))
    held = Session.objects.standing().filter(course=report.course, started_at__gte=before.told_at)
    if len(words) > LONGEST_WORDS or held.exists():
        return
    earlier = before.reported_on if before.reported_on < report.reported_on else None
    report.began_on = min((day for day in (before.began_on, report.began_on, earlier) if day), default=None)
    report.words, report.first_told_at = words, before.told_at
    report.supersedes, report.correction_reason = before, TOLD_AGAIN


def _refuse_days(course: Course, reported_on: dt.date, gone_on: dt.date | None) -> None:
    held = Session.objects.filter(course=course).standing().order_by("started_at").values_list("started_at", flat=True)
    first = held.first()
    began = first.astimezone(course.clinic.zone).date() if first else None
    if reported_on > today(course) or began is None or reported_on < began:
        raise InputError(
            Text(
                "A sign is reported from the first session on, and not in the future.",
                "Un signo se comunica desde la primera sesión, y no en el futuro.",
            ),
            Place(field="reported_on"),
        )
    if gone_on is not None and not reported_on <= gone_on <= today(course):
        raise InputError(
            Text(
                "It was gone from the day it was reported on, and not in the future.",
                "Desapareció desde el día en que se comunicó, y no en el futuro.",
            ),
            Place(field="gone_on"),
        )
