"""Writing outlines and asking for comparisons."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import IntegrityError, transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import leases
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph, Stage
from dermograph.clinic.gallery.rules import FORM_USED, LOAD_AGAIN, NOT_HERE, changed_meanwhile
from dermograph.clinic.gallery.selectors import album, current_outline
from dermograph.clinic.people.models import Course, User
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.photo.outline.read_json import outline_of
from dermograph.photo.series import METHOD as MEASURING

#: What a comparison is kept under: with a higher one it may be measured again.
METHOD = f"compare/{MEASURING}"
_AUTOMATIC = uuid.UUID("5bb0b6b6-3d35-4f0c-9a57-6a1c2f7c9d10")


def draw_outline(
    *,
    photograph: Photograph,
    shape: Any,  # noqa: ANN401 (JSON)
    who: User,
    entry: uuid.UUID,
    supersedes: Outline | None = None,
) -> Outline:
    """Keep a lesion as somebody drew it; every usable follow-up is then compared with it.

    Args:
        photograph: The baseline, with its course.
        shape: ``{"lesion": …}`` as ``photo.outline`` reads it, px of the original.
        who: Who drew it.
        entry: Its id; a replay finds what is there.
        supersedes: The outline that it was drawn from; None does not ask whether that still stands.

    Raises:
        InputError: If the outline cannot be used, or somebody drew another meanwhile.
    """
    there: Outline | None = Outline.objects.filter(pk=entry, photograph__course=photograph.course).first()
    if there is not None:
        return there
    try:
        text = json.dumps(shape).encode()
    except (TypeError, ValueError) as error:
        raise InputError(Text("This is no outline.", "Esto no es un contorno.")) from error
    read = outline_of(text, photograph.width, photograph.height)
    former = current_outline(photograph)
    if supersedes is not None and former != supersedes:
        raise _drawn_meanwhile(former)
    course = photograph.course
    try:
        with transaction.atomic():
            row = Outline.objects.create(
                pk=entry, clinic=course.clinic, photograph=photograph, shape=read.to_json(), written_by=who,
                supersedes=former, correction_reason="drawn again" if former else "",
            )  # fmt: skip
            record("outline.drawn", clinic=course.clinic, who=who, about=row, patient=course.patient_id)
            compare_what_is_not(course, who=who)
    except IntegrityError:
        raise _drawn_meanwhile(current_outline(photograph)) from None
    return row


def ask_for_comparison(
    *,
    course: Course,
    before: Photograph,
    after: Photograph,
    outline: Outline,
    who: User | None,
    entry: uuid.UUID | None = None,
    landmarks: Any = None,  # noqa: ANN401 (JSON)
) -> Comparison:
    """Ask for a comparison. The same photographs, outline and landmarks are measured once.

    Args:
        course: Of all of them.
        before: The baseline.
        after: The follow-up.
        outline: On the baseline.
        who: Who asks; None for the system.
        entry: Its id; a replay finds what is there. None settles it by what is compared.
        landmarks: Clicked pairs, ``{"before": [[x, y], …], "after": […]}``; empty for none.

    Returns:
        The new row, or the one that is there: waiting, running or done. One that failed is superseded by a new one.

    Raises:
        InputError: If the photographs are not two of this course, the outline is not on the baseline, or the landmarks
            cannot be used.
    """
    _check_pair(course, before, after, outline)
    clicked = _checked_landmarks(before, after, outline, landmarks)
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)  # two who ask for the same wait for each other
        there = Comparison.objects.filter(pk=entry, course=course).first() if entry else None
        same = there or _same(course, before, after, outline, clicked)
        if same is not None and (there is not None or same.stage != Stage.FAILED):
            return same
        if entry is not None and Comparison.objects.filter(pk=entry).exists():
            raise InputError(FORM_USED, todo=LOAD_AGAIN)
        settled = json.dumps([str(one.pk) for one in (before, after, outline)] + [clicked, METHOD], sort_keys=True)
        pk = entry or (uuid.uuid5(_AUTOMATIC, settled) if same is None else uuid.uuid4())
        row = Comparison.objects.create(
            pk=pk, clinic=course.clinic, course=course, before=before, after=after, outline=outline, landmarks=clicked,
            written_by=who, supersedes=same, correction_reason="asked for again" if same else "",
        )  # fmt: skip
        record("comparison.asked", clinic=course.clinic, who=who, about=row, patient=course.patient_id)
        transaction.on_commit(leases.added.set)
    return row


def compare_what_is_not(course: Course, *, who: User | None) -> list[Comparison]:
    """Ask for the comparison of every usable follow-up that has none with the baseline and its outline as they are.

    Landmarks that were clicked for the same two photographs are taken along.
    """
    found = album(course)
    outline = current_outline(found.baseline) if found.baseline and found.outline_pk else None
    if found.baseline is None or outline is None:
        return []
    asked = []
    for visit in found.visits:
        former = visit.comparison
        if visit.photograph.usable and (former is None or visit.is_outdated):
            landmarks = former.landmarks if former else {}
            row = ask_for_comparison(
                course=course,
                before=found.baseline,
                after=visit.photograph,
                outline=outline,
                landmarks=landmarks,
                who=who,
            )
            asked.append(row)
    return asked


def _check_pair(course: Course, before: Photograph, after: Photograph, outline: Outline) -> None:
    for one in (before, after):
        if one.course_id != course.pk or one.withdrawn:
            raise InputError(NOT_HERE)
    if before.sha256 == after.sha256:
        raise InputError(
            Text("These are one and the same photograph.", "Es la misma fotografía."),
            todo=Text("Choose a later one.", "Elija una posterior."),
        )
    if outline.photograph_id != before.pk and outline.photograph.sha256 != before.sha256:
        raise InputError(
            Text("The outline is not on the baseline.", "El contorno no está en la fotografía inicial."),
            todo=Text("Draw it there.", "Dibújelo en ella."),
        )


def _checked_landmarks(before: Photograph, after: Photograph, outline: Outline, landmarks: Any) -> Any:  # noqa: ANN401
    if not landmarks:
        return {}
    whole = json.dumps({"lesion": outline.shape["lesion"], "landmarks": landmarks}).encode()
    read = outline_of(whole, before.width, before.height, after=(after.width, after.height))
    return read.to_json().get("landmarks", {})


def _same(course: Course, before: Photograph, after: Photograph, outline: Outline, clicked: Any) -> Comparison | None:  # noqa: ANN401
    """The latest comparison of the same things by the same method, or still to be measured."""
    found = (
        Comparison.objects.standing()
        .filter(course=course, before=before, after=after, outline=outline)
        .defer("result", "pictures")
        .order_by("-written_at")
    )
    return next(
        (one for one in found if one.landmarks == clicked and (one.stage != Stage.DONE or one.method == METHOD)), None
    )


def _drawn_meanwhile(there: Outline | None) -> InputError:
    if there is None:
        return InputError(Text("The outline is not there any more.", "El contorno ya no existe."))
    return changed_meanwhile(Outline, there, is_newer=True)
