"""Readings of dots, what became of dots between two of them, and designs: all worked out in the background."""

from typing import ClassVar

from django.db import models

from dermograph.clinic.gallery.models import Work
from dermograph.clinic.records import Entry


class ScalpReading(Work):
    """The dots in one photograph of a scalp. Its work is to be counted.

    Attributes:
        area: Where to look, ``{"lesion": …}`` in pixels of the original as ``photo.outline`` reads it; empty for all
            bare scalp.
        hair: The same of where the patient's own stubble stands; empty for nowhere.
        result: ``Scalp.to_json`` of ``photo``, or ``{"refusal": …}`` where nothing can be counted; None until done.
        pictures: Names in the vault, by kind (``map_en``, ``map_es``, ``marks_en``, ``marks_es``).
        method: The version of the method that counted.
    """

    changeable: ClassVar[tuple[str, ...]] = (*Work.WORK, "result", "pictures", "method")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="scalp_readings")
    photograph = models.ForeignKey("gallery.Photograph", on_delete=models.PROTECT, related_name="scalp_readings")
    area = models.JSONField(default=dict, blank=True)
    hair = models.JSONField(default=dict, blank=True)
    result = models.JSONField(null=True, blank=True)
    pictures = models.JSONField(default=dict, blank=True)
    method = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["stage", "leased_until"], name="scalp_reading_queue"),
            models.Index(fields=["course", "photograph"], name="scalp_readings_of_course"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["photograph"], condition=models.Q(supersedes=None), name="one_first_reading_a_photograph"
            )
        ]


class ScalpChange(Work):
    """What became of the dots from the settled look to a later photograph. Its work is to match them.

    Attributes:
        before: The reading of the settled look.
        after: The later one.
        result: ``ScalpChange.to_json`` of ``photo`` without its sides, or ``{"refusal": …}``; None until done.
        pictures: Names in the vault, by kind (``change_en``, ``change_es``).
        fading: ``Fading.to_json`` with everything measured up to this one, and ``limit_percent``; empty until done.
        fades_first, fades_likely, fades_last: The days on which the clinic's limit is passed, 5 %, 50 % and 95 %; None
            where the measurements carry no date.
        passed: The chance that the limit was passed at the last photograph that was measured, 0 to 1; also where the
            measurements carry no date. None where nothing was measured.
        method: The version of the method that matched.
    """

    changeable: ClassVar[tuple[str, ...]] = (
        *Work.WORK,
        "result",
        "pictures",
        "fading",
        "fades_first",
        "fades_likely",
        "fades_last",
        "passed",
        "method",
    )

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="scalp_changes")
    before = models.ForeignKey(ScalpReading, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(ScalpReading, on_delete=models.PROTECT, related_name="changes")
    result = models.JSONField(null=True, blank=True)
    pictures = models.JSONField(default=dict, blank=True)
    fading = models.JSONField(default=dict, blank=True)
    fades_first = models.DateField(null=True, blank=True)
    fades_likely = models.DateField(null=True, blank=True)
    fades_last = models.DateField(null=True, blank=True)
    passed = models.FloatField(null=True, blank=True)
    method = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["stage", "leased_until"], name="scalp_change_queue"),
            models.Index(fields=["clinic", "fades_first"], name="scalp_fades"),
            models.Index(fields=["clinic", "passed"], name="scalp_passed"),
        ]


class ScalpDesign(Work):
    """A design on a photograph. Its work is to place the dots and to draw them.

    Attributes:
        shapes: Pixels of the original: ``area`` and ``hair`` (``{"lesion": …}``, the second may be missing) and
            ``front`` (``[[x, y], …]``, may be missing).
        wish: What was asked for, by the names of ``photo.scalp.design.Wish``.
        seed: Settles where the dots lie.
        result: ``Design.to_json`` of ``photo`` and ``scenes``, each with its name, title and assumptions, or
            ``{"refusal": …}``; None until done.
        pictures: Names in the vault, by kind (``before``, ``dots``; each scene and ``sheet`` with ``_en``, ``_es``).
        method: The version of the method that placed and drew.
    """

    changeable: ClassVar[tuple[str, ...]] = (*Work.WORK, "result", "pictures", "method")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="scalp_designs")
    photograph = models.ForeignKey("gallery.Photograph", on_delete=models.PROTECT, related_name="scalp_designs")
    shapes = models.JSONField()
    wish = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=1)
    result = models.JSONField(null=True, blank=True)
    pictures = models.JSONField(default=dict, blank=True)
    method = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["stage", "leased_until"], name="scalp_design_queue")]


class DesignChoice(Entry):
    """The design that the sessions of a course follow; the one that stands counts.

    Attributes:
        design: None where the former choice was taken back.
        shown_to_patient: Whether the patient sees its previews in their own pages.
    """

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="design_choices")
    design = models.ForeignKey(ScalpDesign, null=True, blank=True, on_delete=models.PROTECT, related_name="choices")
    shown_to_patient = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=models.Q(supersedes=None), name="one_first_choice_a_course"
            )
        ]
