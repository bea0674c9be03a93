"""Measuring again what another method measured: the new comparison supersedes the old one, which is kept."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.comparing import BY_ANOTHER_METHOD, METHOD, ask_for_comparison
from dermograph.clinic.gallery.models import Comparison, Comparisons, Stage

#: Why the former figures stand again.
IN_VAIN = "measuring it again failed: the former figures stand"
_FIGURES = ("landmarks", "stage", "result", "pictures", "method", "done_at")


def measured_by_another() -> Comparisons:
    """The comparisons that stand for something, of records that are not blocked, and were measured by another method.

    Those with a former baseline, or of a photograph that was withdrawn, stand for nothing: nobody measures them again.
    Nor do those by a former outline or former landmarks: measured now, they would be taken for the latest.
    """
    found: Comparisons = Comparison.objects.from_baseline()
    later = Comparison.objects.standing().filter(after=OuterRef("after"), written_at__gt=OuterRef("written_at"))
    latest = found.filter(stage=Stage.DONE, course__patient__restricted_at=None).filter(~Exists(later))
    return latest.exclude(method=METHOD)


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


def bring_back(failed: Comparison) -> Comparison | None:
    """Let the former figures stand again where measuring again has failed; nobody loses a result by a new method.

    Returns:
        The entry that stands now; None if somebody else has gone on from the failed one meanwhile.
    """
    old = failed.supersedes
    if failed.stage != Stage.FAILED or old is None:
        return None
    with transaction.atomic():
        copy = Comparison(**{field: getattr(old, field) for field in _FIGURES}, supersedes=failed)
        copy.clinic, copy.course, copy.outline = failed.clinic, failed.course, failed.outline
        copy.before, copy.after = failed.before, failed.after
        copy.correction_reason = IN_VAIN
        try:
            with transaction.atomic():
                copy.save()
        except IntegrityError:
            return None
        record(
            "comparison.brought_back",
            clinic=failed.clinic,
            who=None,
            about=copy,
            patient=failed.course.patient_id,
            details={"failed": str(failed.pk), "method": copy.method},
        )
    return copy
