"""Measuring again: the new comparison supersedes the old one, which is kept; where it fails, the old figures stand."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.comparing import BY_ANOTHER_METHOD, METHOD, ask_for_comparison, lock
from dermograph.clinic.gallery.leases import STORAGE
from dermograph.clinic.gallery.models import Comparison, Comparisons, Outline, Stage, Work

#: Why the former figures stand again.
IN_VAIN = "measuring it again failed: the former figures stand"
_FIGURES = ("landmarks", "result", "pictures", "method", "done_at")
_RELATED = ("course", "clinic", "before", "after", "outline")


def measured_by_another() -> Comparisons:
    """The comparisons that stand for something, of records that are not blocked, and were measured by another method.

    Those with a former baseline, of a photograph that was withdrawn, or by an outline that was drawn again stand for
    nothing: nobody measures them again. Nor is tried again by itself what the method of today could not measure.
    """
    found: Comparisons = Comparison.objects.from_baseline()
    drawn_since = Outline.objects.filter(supersedes=OuterRef("outline"))
    done = found.filter(stage=Stage.DONE, course__patient__restricted_at=None).exclude(Exists(drawn_since))
    return done.exclude(method=METHOD).exclude(correction_reason=IN_VAIN, supersedes__method=METHOD)


def being_measured_again() -> Comparisons:
    """Those that were asked for because of another method, and have no result yet, or will have none."""
    found: Comparisons = Comparison.objects.standing()
    return found.filter(correction_reason=BY_ANOTHER_METHOD).exclude(stage=Stage.DONE)


def ask_again(old: Comparison) -> Comparison:
    """Ask for the comparison of the same photographs, outline and landmarks, by the method of today.

    Args:
        old: With its course, patient, clinic, photographs and outline.

    Raises:
        InputError: If they cannot be compared any more.
    """
    return ask_for_comparison(
        course=old.course,
        before=old.before,
        after=old.after,
        outline=old.outline,
        who=None,
        landmarks=old.landmarks,
    )


def has_failed(work: Work) -> None:
    """What follows where a piece of work has failed: of a comparison the former figures stand again."""
    if isinstance(work, Comparison):
        bring_back(work)


def bring_back(failed: Comparison) -> Comparison | None:
    """Let the former figures of the same photographs, outline and landmarks stand again where measuring again failed.

    Figures of an outline or of landmarks that somebody has replaced are not brought back: they were found wrong.

    Args:
        failed: Any comparison; nothing happens unless it failed, and it and its photographs stand.

    Returns:
        The entry that stands now; None if there are no former figures.
    """
    with transaction.atomic():
        lock(failed.course)  # whoever goes on from it waits
        row = (
            Comparison.objects.standing()
            .filter(pk=failed.pk, stage=Stage.FAILED)
            .filter(before__superseded_by=None, before__withdrawn=False)
            .filter(after__superseded_by=None, after__withdrawn=False)
            .select_related(*_RELATED)
            .first()
        )
        old = _last_done(row) if row is not None else None
        if row is None or old is None:
            return None
        if row.step != STORAGE:  # what a place was in the way of says nothing of the method
            Comparison.objects.filter(pk=row.pk).update(method=METHOD)
        copy = Comparison(**{field: getattr(old, field) for field in _FIGURES}, stage=Stage.DONE, supersedes=row)
        for field in _RELATED:
            setattr(copy, field, getattr(row, field))
        copy.correction_reason = IN_VAIN
        copy.save()
        record(
            "comparison.brought_back",
            clinic=row.clinic,
            who=None,
            about=copy,
            patient=row.course.patient_id,
            details={"failed": str(row.pk), "method": copy.method},
        )
    return copy


def bring_back_all() -> int:
    """The same wherever it was not done when it failed, as former versions left it; how many."""
    found = Comparison.objects.standing().filter(stage=Stage.FAILED).exclude(supersedes=None)
    return sum(bring_back(one) is not None for one in found.select_related("course"))


def _last_done(failed: Comparison) -> Comparison | None:
    """The last one with figures that it goes back to, of the same files, outline and landmarks."""
    one: Comparison = failed
    while one.supersedes_id is not None:
        one = Comparison.objects.select_related("before", "after").get(pk=one.supersedes_id)
        same = one.outline_id == failed.outline_id and one.landmarks == failed.landmarks
        if not same or (one.before.sha256, one.after.sha256) != (failed.before.sha256, failed.after.sha256):
            return None
        if one.stage == Stage.DONE:
            return one
    return None
