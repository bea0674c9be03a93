"""Choosing the design that the sessions of a course follow."""

from __future__ import annotations

import uuid

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.comparing import lock
from dermograph.clinic.gallery.rules import FORM_USED, LOAD_AGAIN, checked_words
from dermograph.clinic.people.models import Course, User
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.scalp.models import DesignChoice, ScalpDesign
from dermograph.clinic.scalp.selectors import choice, designs, has_figures
from dermograph.clinic.scalp.words import FROM_COURSE, NOT_A_SCALP, NOT_OF_COURSE, NOT_READY, NOTHING_CHOSEN
from dermograph.core.errors import InputError

_LONGEST_REASON = 2000


def choose_design(
    *,
    course: Course,
    design: ScalpDesign | None,
    shown_to_patient: bool,
    who: User,
    entry: uuid.UUID,
    reason: str = "",
) -> DesignChoice:
    """Let the sessions of a course follow a design, or none any more.

    Args:
        course: With its clinic.
        design: One of this course that stands, is done and was not refused, or the one that is followed already though
            another was drawn in its place; None takes the choice back.
        shown_to_patient: Whether the patient sees its previews; not where the choice is taken back.
        who: Who chooses.
        entry: Its id; a replay finds what is there.
        reason: Why, at most 2,000 characters; may be empty.

    Returns:
        The choice that stands; the one that is there, where it says the same already.

    Raises:
        InputError: If the design cannot be followed, or there is nothing to take back.
    """
    if course.treatment != SCALP:
        raise InputError(NOT_A_SCALP)
    reason = checked_words(reason, _LONGEST_REASON)
    with transaction.atomic():
        lock(course)
        there: DesignChoice | None = DesignChoice.objects.filter(pk=entry).first()
        if there is not None:
            if there.course_id != course.pk:
                raise InputError(FORM_USED, todo=LOAD_AGAIN)
            return there
        former: DesignChoice | None = DesignChoice.objects.standing().filter(course=course).first()
        if design is None and (former is None or former.design_id is None):
            raise InputError(NOTHING_CHOSEN, todo=FROM_COURSE)
        if design is not None:
            _check(course, design)
        is_shown = shown_to_patient and design is not None
        if former is not None and (former.design_id, former.shown_to_patient) == (design and design.pk, is_shown):
            return former
        row: DesignChoice = DesignChoice.objects.create(
            pk=entry,
            clinic=course.clinic,
            course=course,
            design=design,
            shown_to_patient=is_shown,
            written_by=who,
            supersedes=former,
            correction_reason=reason,
        )
        record(
            "design.chosen" if design else "design.unchosen",
            clinic=course.clinic,
            who=who,
            about=row,
            patient=course.patient_id,
            details={"design": str(design.pk), "shown_to_patient": is_shown} if design else {},
        )
    return row


def _check(course: Course, design: ScalpDesign) -> None:
    if design.course_id != course.pk:
        raise InputError(NOT_OF_COURSE)
    followed = choice(course)
    if followed is not None and followed.design_id == design.pk:
        return
    # As it is now: whoever asks may have read it before it was done, or before another took its place.
    now = designs(course).filter(pk=design.pk).first()
    if now is None or not has_figures(now):
        raise InputError(NOT_READY, todo=FROM_COURSE)
