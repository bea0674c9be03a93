"""Writing outlines and asking for comparisons."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import leases
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph, Stage
from dermograph.clinic.gallery.rules import FORM_USED, LOAD_AGAIN, NOT_HERE, changed_meanwhile
from dermograph.clinic.gallery.selectors import Visit, album, current_outline, photographs
from dermograph.clinic.people.models import Course, User
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.photo.outline.outline import Outline as Drawn
from dermograph.photo.outline.read_json import outline_of
from dermograph.photo.series import METHOD as MEASURING

_log = logging.getLogger(__name__)

#: What a comparison is kept under: with a higher one it may be measured again.
METHOD = f"compare/{MEASURING}"
#: Said where a photograph's entry is not the one that stands.
GONE = Text(
    "One of the photographs was corrected or taken out of the course since.",
    "Una de las fotografías se corrigió o se retiró del curso desde entonces.",
)
REPLACED = Text("This comparison was replaced by a newer one.", "Una comparación más nueva sustituyó a esta.")
#: Why a comparison supersedes the one of the same photographs.
AGAIN, BY_ANOTHER_METHOD = "asked for again", "measured by another method"
BY_ANOTHER_OUTLINE, BY_OTHER_LANDMARKS = "the lesion was drawn again", "by other landmarks"
DRAWN_SINCE = Text("The lesion was drawn again since.", "La lesión se volvió a dibujar desde entonces.")
_FROM_GALLERY = Text("Go on from the photographs of the course.", "Continúe desde las fotografías del curso.")
_AUTOMATIC = uuid.UUID("5bb0b6b6-3d35-4f0c-9a57-6a1c2f7c9d10")


def lock(course: Course) -> None:
    """Let whoever else decides about the photographs of a course wait until this transaction is over."""
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)


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
    course = photograph.course
    with transaction.atomic():
        lock(course)
        there: Outline | None = Outline.objects.filter(pk=entry).first()
        if there is not None:
            if there.photograph.course_id != course.pk:
                raise InputError(FORM_USED, todo=LOAD_AGAIN)
            return there
        read = _read(shape, photograph)
        former = current_outline(photograph)
        if supersedes is not None and former != supersedes:
            raise _drawn_meanwhile(former)
        row: Outline = Outline.objects.create(
            pk=entry,
            clinic=course.clinic,
            photograph=photograph,
            shape=read.to_json(),
            written_by=who,
            supersedes=former,
            correction_reason="drawn again" if former else "",
        )
        record("outline.drawn", clinic=course.clinic, who=who, about=row, patient=course.patient_id)
        compare_what_is_not(course, who=who)
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
    """Ask for a comparison. Of two photographs one stands: by the outline and the landmarks that were given last.

    Args:
        course: Of all of them.
        before: The baseline.
        after: The follow-up.
        outline: On the baseline.
        who: Who asks; None for the system.
        entry: Its id; a replay finds what is there. None settles it by what is compared.
        landmarks: Clicked pairs, ``{"before": [[x, y], …], "after": […]}``; empty for none.

    Returns:
        The new row, which supersedes the former one; or the one that is there, where it is by the same outline and
        landmarks and waits, runs, or was measured by the method of today.

    Raises:
        InputError: If the photographs are not two that stand in this course, the outline is not the one on the
            baseline, or the landmarks cannot be used.
    """
    with transaction.atomic():
        lock(course)  # two who ask for the same wait for each other
        there: Comparison | None = Comparison.objects.filter(pk=entry, course=course).first() if entry else None
        if there is not None:
            return there
        _check_pair(course, before, after, outline)
        clicked = _checked_landmarks(before, after, outline, landmarks)
        former = _former(course, before, after)
        if former is not None and _is_what_one_would_get(former, outline, clicked):
            return former
        if entry is not None and Comparison.objects.filter(pk=entry).exists():
            raise InputError(FORM_USED, todo=LOAD_AGAIN)
        row: Comparison = Comparison.objects.create(
            pk=entry or _settled(before, after, outline, clicked),
            clinic=course.clinic,
            course=course,
            before=before,
            after=after,
            outline=outline,
            landmarks=clicked,
            written_by=who,
            supersedes=former,
            correction_reason="" if former is None else _why_anew(former, outline, clicked),
        )
        record("comparison.asked", clinic=course.clinic, who=who, about=row, patient=course.patient_id)
        leases.announce(row)
    return row


def compare_what_is_not(course: Course, *, who: User | None) -> list[Comparison]:
    """Ask for the comparison of every usable follow-up that has none with the baseline and its outline as they are.

    Landmarks that were clicked for the same two photographs are taken along, unless they do not suit the outline.
    """
    with transaction.atomic():
        lock(course)
        found = album(course)
        outline = current_outline(found.baseline) if found.baseline and found.outline_pk else None
        if found.baseline is None or outline is None:
            return []
        return [
            _asked_of(visit, course=course, before=found.baseline, outline=outline, who=who)
            for visit in found.visits
            if visit.photograph.usable and (visit.comparison is None or visit.is_outdated)
        ]


def guard_standing(comparison: Comparison) -> None:
    """Refuse to go on from a comparison that does not stand.

    Raises:
        InputError: If another one superseded it.
    """
    if not comparison.stands:
        raise InputError(REPLACED, todo=_FROM_GALLERY)


def _asked_of(visit: Visit, **given: Any) -> Comparison:  # noqa: ANN401 (what is compared)
    """The comparison of a follow-up, with the landmarks of its former one if they can still be used."""
    landmarks = visit.comparison.landmarks if visit.comparison else None
    if landmarks:
        try:
            return ask_for_comparison(after=visit.photograph, landmarks=landmarks, **given)
        except InputError as why:
            _log.warning("the landmarks of %s are left: %s", visit.photograph.pk, why)
    return ask_for_comparison(after=visit.photograph, **given)


def _read(shape: Any, photograph: Photograph) -> Drawn:  # noqa: ANN401 (JSON)
    try:
        text = json.dumps(shape).encode()
    except (TypeError, ValueError) as error:
        raise InputError(Text("This is no outline.", "Esto no es un contorno.")) from error
    return outline_of(text, photograph.width, photograph.height)


def _settled(before: Photograph, after: Photograph, outline: Outline, clicked: Any) -> uuid.UUID:  # noqa: ANN401 (JSON)
    """The id that what is compared settles; another one where an earlier comparison has that."""
    what = json.dumps([str(one.pk) for one in (before, after, outline)] + [clicked, METHOD], sort_keys=True)
    pk = uuid.uuid5(_AUTOMATIC, what)
    return uuid.uuid4() if Comparison.objects.filter(pk=pk).exists() else pk


def _check_pair(course: Course, before: Photograph, after: Photograph, outline: Outline) -> None:
    if {before.course_id, after.course_id} != {course.pk}:
        raise InputError(NOT_HERE)
    if before.sha256 == after.sha256:
        raise InputError(
            Text("These are one and the same photograph.", "Es la misma fotografía."),
            todo=Text("Choose a later one.", "Elija una posterior."),
        )
    both = {before.pk, after.pk}
    if photographs(course).filter(pk__in=both).count() < len(both):
        raise InputError(GONE, todo=_FROM_GALLERY)
    if outline.photograph_id != before.pk and outline.photograph.sha256 != before.sha256:
        raise InputError(
            Text("The outline is not on the baseline.", "El contorno no está en la fotografía inicial."),
            todo=Text("Draw it there.", "Dibújelo en ella."),
        )
    if outline != current_outline(before):
        raise InputError(DRAWN_SINCE, todo=_FROM_GALLERY)


def _checked_landmarks(before: Photograph, after: Photograph, outline: Outline, landmarks: Any) -> Any:  # noqa: ANN401 (JSON)
    if not landmarks:
        return {}
    whole = json.dumps({"lesion": outline.shape["lesion"], "landmarks": landmarks}).encode()
    read = outline_of(whole, before.width, before.height, after=(after.width, after.height))
    return read.to_json().get("landmarks", {})


def _former(course: Course, before: Photograph, after: Photograph) -> Comparison | None:
    """The comparison of two photographs that stands."""
    found: Comparison | None = (
        Comparison.objects.standing()
        .filter(course=course, before=before, after=after)
        .defer("result", "pictures")
        .in_time()
        .last()
    )
    return found


def _is_what_one_would_get(there: Comparison, outline: Outline, clicked: Any) -> bool:  # noqa: ANN401 (JSON)
    """Whether a comparison is by the same things, and is under way or was measured as it is done now."""
    is_same = there.outline_id == outline.pk and there.landmarks == clicked
    return is_same and (there.is_under_way or (there.stage == Stage.DONE and there.method == METHOD))


def _why_anew(former: Comparison, outline: Outline, clicked: Any) -> str:  # noqa: ANN401 (JSON)
    if former.outline_id != outline.pk:
        return BY_ANOTHER_OUTLINE
    if former.landmarks != clicked:
        return BY_OTHER_LANDMARKS
    return AGAIN if former.stage == Stage.FAILED else BY_ANOTHER_METHOD


def _drawn_meanwhile(there: Outline | None) -> InputError:
    if there is None:
        return InputError(Text("The outline is not there any more.", "El contorno ya no existe."))
    return changed_meanwhile(Outline, there, is_newer=True)
