"""Asking for readings of photographs, and for changes from the settled look."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import leases
from dermograph.clinic.gallery.comparing import lock
from dermograph.clinic.gallery.models import Photograph, Stage, Work
from dermograph.clinic.gallery.rules import FORM_USED, LOAD_AGAIN
from dermograph.clinic.people.models import Clinic, Course, User
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.scalp.models import DesignChoice, ScalpChange, ScalpReading
from dermograph.clinic.scalp.reckoning import reckon
from dermograph.clinic.scalp.rules import figures
from dermograph.clinic.scalp.selectors import has_figures, series_of
from dermograph.clinic.scalp.services_choice import choose_design
from dermograph.clinic.scalp.shapes import checked_outline
from dermograph.clinic.scalp.words import (
    AGAIN,
    ANOTHER_ONE,
    BY_ANOTHER_AREA,
    BY_ANOTHER_METHOD,
    CORRECTED,
    FROM_COURSE,
    GONE,
    NOT_A_SCALP,
    NOT_USABLE,
)
from dermograph.core.errors import InputError

Json = dict[str, Any]
#: What readings, changes and designs are kept under: with a higher one they may be asked for again.
METHOD: Final = "scalp/1"
_SAME = ("clinic", "course", "stage", "failure", "result", "pictures", "method", "done_at")


def ask_for_reading(
    *,
    photograph: Photograph,
    who: User | None,
    entry: uuid.UUID | None = None,
    area: Mapping[str, Any] | None = None,
    hair: Mapping[str, Any] | None = None,
) -> ScalpReading:
    """Ask for the dots of a photograph to be counted. Of one photograph one reading stands.

    Args:
        photograph: Usable, with its course and clinic.
        who: Who asks; None for the system.
        entry: Its id; a replay finds what is there.
        area: Where to look, ``{"lesion": …}`` px of the original; None or empty for all bare scalp.
        hair: The same of where the patient's own stubble stands; None or empty for nowhere.

    Returns:
        The new row, which supersedes the former one; or the one that is there, where it is by the same shapes and
        waits, runs, or was counted by the method of today; changes of it that have failed are begun anew then.

    Raises:
        InputError: If the course is of no scalp, the photograph does not stand or cannot be measured, or a shape cannot
            be used.
    """
    course = photograph.course
    with transaction.atomic():
        lock(course)  # two who ask for the same wait for each other
        there: ScalpReading | None = ScalpReading.objects.filter(pk=entry).first() if entry else None
        if there is not None:
            if there.photograph_id != photograph.pk:
                raise InputError(FORM_USED, todo=LOAD_AGAIN)
            return there
        check_photograph(photograph)
        shapes = {"area": checked_outline(area, photograph, "area"), "hair": checked_outline(hair, photograph, "hair")}
        former: ScalpReading | None = ScalpReading.objects.standing().filter(photograph=photograph).first()
        why = "" if former is None else _why_anew(former, shapes)
        if former is not None and not why:
            _begin_changes_anew(former)
            return former
        row: ScalpReading = ScalpReading.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=course.clinic,
            course=course,
            photograph=photograph,
            written_by=who,
            supersedes=former,
            correction_reason=why,
            **shapes,
        )
        record("reading.asked", clinic=course.clinic, who=who, about=row, patient=course.patient_id)
        leases.announce(row)
        if former is not None:  # what was held against it waits for the new one
            _reckon(course)
    return row


def change_what_is_not(course: Course, *, who: User | None) -> list[ScalpChange]:
    """Ask for the change of every later reading that has none from its settled look, and reckon the fading anew.

    To be called wherever readings, photographs or sessions of a scalp course have changed; twice is once.

    Args:
        course: With its clinic. Nothing happens unless it is of a scalp.
        who: Who did it; None for the system.

    Returns:
        What was asked for.
    """
    if course.treatment != SCALP:
        return []
    with transaction.atomic():
        lock(course)
        asked = []
        for series in series_of(course):
            if series.settled is None:
                continue
            standing = ScalpChange.objects.standing().filter(before=series.settled)
            there = {one.after_id: one for one in standing.defer("result", "pictures")}
            asked += [
                _asked(series.settled, one, there.get(one.pk), who)
                for one in series.later
                if has_figures(one) and _is_wanted(there.get(one.pk))
            ]
        _reckon(course)
    return asked


def read_what_was_judged(photograph: Photograph) -> None:
    """Have a photograph of a scalp read by itself as soon as it is known to be usable; twice is once.

    Photographs that the patient took at home are read as well, and held against the settled look: the photograph's own
    card and sharpness are judged as any other's. They are never the settled look themselves, as they are never the
    baseline of a gallery: everything later is measured from that one, so it is the clinic's own.

    Args:
        photograph: With its course, which is locked. Nothing happens unless it is of a scalp and stands.
    """
    if photograph.course.treatment != SCALP or not photograph.usable or photograph.withdrawn or not photograph.stands:
        return
    if ScalpReading.objects.standing().filter(photograph=photograph).exists():
        return
    # A file that was taken out and sent again is looked at where it was looked at before.
    of_file = ScalpReading.objects.standing().filter(
        course=photograph.course, photograph__sha256=photograph.sha256, photograph__superseded_by__isnull=False
    )
    former = of_file.order_by("written_at").last()
    area, hair = (former.area, former.hair) if former is not None else (None, None)
    ask_for_reading(photograph=photograph, who=None, area=area, hair=hair)


def carry(old: Photograph, new: Photograph, who: User) -> None:
    """Let the readings and changes of a corrected photograph follow to its new entry: the file is the same.

    Those of one that was taken out stay where they are, and stand for nothing. A design on it is followed no longer,
    also where the same file is sent again: whether the patient sees a simulation is for somebody to say.

    Args:
        old: The entry that was corrected.
        new: What corrects it; its course is locked.
        who: Who corrected it.
    """
    course = new.course
    if course.treatment != SCALP:
        return
    if not new.withdrawn:
        for reading in ScalpReading.objects.standing().filter(photograph=old).select_related("clinic", "course"):
            copy = _copied(reading, who, photograph=new, area=reading.area, hair=reading.hair)
            for side, other in (("before", "after"), ("after", "before")):
                found = ScalpChange.objects.standing().filter(**{side: reading})
                for change in found.select_related("clinic", "course", "before", "after"):
                    _copied(change, who, **{side: copy, other: getattr(change, other)})
        read_what_was_judged(new)
    elif DesignChoice.objects.standing().filter(course=course, design__photograph__sha256=new.sha256).exists():
        reason = "the photograph was taken out"
        choose_design(course=course, design=None, shown_to_patient=False, who=who, entry=uuid.uuid4(), reason=reason)
    change_what_is_not(course, who=who)


def has_failed(work: Work) -> None:
    """What follows where a reading has failed for good: later photographs wait for it no longer."""
    if isinstance(work, ScalpReading):
        change_what_is_not(Course.objects.select_related("clinic").get(pk=work.course_id), who=None)


def check_photograph(photograph: Photograph) -> None:
    """Refuse to work on a photograph that is not one of a scalp that can be measured.

    Raises:
        InputError: If it is not.
    """
    if photograph.course.treatment != SCALP:
        raise InputError(NOT_A_SCALP)
    if photograph.withdrawn or not Photograph.objects.standing().filter(pk=photograph.pk).exists():
        raise InputError(GONE, todo=FROM_COURSE)
    if not photograph.usable:
        raise InputError(NOT_USABLE, todo=ANOTHER_ONE)


def _why_anew(former: ScalpReading, shapes: Mapping[str, Json]) -> str:
    """Why a reading is asked for again; empty where the former one is what one would get."""
    if (former.area, former.hair) != (shapes["area"], shapes["hair"]):
        return BY_ANOTHER_AREA
    if former.stage == Stage.FAILED:
        return AGAIN
    return BY_ANOTHER_METHOD if former.stage == Stage.DONE and former.method != METHOD else ""


def _begin_changes_anew(reading: ScalpReading) -> None:
    """Let changes of a reading that have failed be tried again, because somebody asks for it."""
    failed = ScalpChange.objects.standing().filter(Q(before=reading) | Q(after=reading), stage=Stage.FAILED)
    for one in failed:
        leases.begin_anew(one)


def _reckon(course: Course) -> None:
    clinic = Clinic.objects.get(pk=course.clinic_id)  # as it is now: measuring takes a while
    reckon(course, figures(clinic).limit_percent)


def _is_wanted(there: ScalpChange | None) -> bool:
    """Whether a change has to be asked for: there is none, or it is of another method. For what failed people ask."""
    return there is None or (there.stage == Stage.DONE and there.method != METHOD)


def _asked(before: ScalpReading, after: ScalpReading, former: ScalpChange | None, who: User | None) -> ScalpChange:
    course = before.course
    row: ScalpChange = ScalpChange.objects.create(
        clinic=course.clinic,
        course=course,
        before=before,
        after=after,
        written_by=who,
        supersedes=former,
        correction_reason=BY_ANOTHER_METHOD if former else "",
    )
    record("change.asked", clinic=course.clinic, who=who, about=row, patient=course.patient_id)
    leases.announce(row)
    return row


def _copied(row: Any, who: User, **given: Any) -> Any:  # noqa: ANN401 (a reading or a change, and its own columns)
    """The same entry for a corrected photograph; what somebody is at now is begun anew."""
    copy = type(row)(**{name: getattr(row, name) for name in _SAME}, **given)
    copy.supersedes, copy.written_by, copy.correction_reason = row, who, CORRECTED
    if copy.stage == Stage.RUNNING:
        copy.stage = Stage.WAITING
    copy.save()
    leases.announce(copy)
    return copy
