"""What every app stands on: entries are never edited, the audit trail holds, facts stay unknown."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from dermograph.care.assess import assess
from dermograph.clinic.audit.append_only import lifted
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import broken_at, record
from dermograph.clinic.facts import case_of, protocol_of, today
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Course, Membership


def answer(course: Course, fact: str, value: object, *, missing: str = "") -> Answer:
    about_patient = fact in ("pregnant", "breastfeeding")
    return Answer.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=None if about_patient else course,
        fact=fact,
        value=value,
        missing=missing,
        answered_on=dt.date(2026, 1, 1),
    )


def test_an_entry_is_neither_edited_nor_deleted(course: Course) -> None:
    entry = answer(course, "lesion", "stria")
    entry.value = "scar"
    with pytest.raises(TypeError, match="never edited"):
        entry.save()
    with pytest.raises(TypeError, match="never deleted"):
        entry.delete()


def test_a_correction_leaves_the_old_entry_and_stands_in_its_place(course: Course) -> None:
    old = answer(course, "lesion", "stria")
    new = Answer.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        fact="lesion",
        value="scar",
        answered_on=dt.date(2026, 1, 2),
        supersedes=old,
        correction_reason="seen again",
    )
    assert list(Answer.objects.all().standing()) == [new]
    assert not Answer.objects.get(pk=old.pk).stands
    assert case_of(course, today(course)).areas[0].facts["lesion"] == "scar"


def test_a_course_without_answers_is_incomplete_and_never_suitable(course: Course) -> None:
    assessment = assess(case_of(course, today(course)), protocol_of(course))
    assert assessment.areas[0].verdict.value == "incomplete"


def test_a_missing_answer_is_unknown_with_its_reason(course: Course) -> None:
    answer(course, "pregnant", None, missing="refused")
    area = case_of(course, today(course)).areas[0]
    assert "pregnant" not in area.facts
    assert area.missing["pregnant"].why == "refused"


def test_the_audit_trail_shows_the_entry_that_was_altered(course: Course, lead: Membership) -> None:
    for number in range(3):
        record("patient.opened", clinic=course.clinic, who=lead.user, about=course, details={"n": number})
    assert broken_at(course.clinic) is None
    with lifted(connection):
        AuditEntry.objects.filter(number=2).update(details={"n": 9})
    assert broken_at(course.clinic) == 2


def test_the_audit_trail_shows_the_entry_that_is_missing(course: Course, lead: Membership) -> None:
    for _ in range(3):
        record("patient.opened", clinic=course.clinic, who=lead.user, about=course)
    with lifted(connection):
        AuditEntry.objects.filter(number=2).delete()
    assert broken_at(course.clinic) == 2
