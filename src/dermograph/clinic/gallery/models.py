"""Photographs, outlines and comparisons. The files themselves lie encrypted in the vault."""

from typing import ClassVar

from django.db import models

from dermograph.clinic.records import Entry


class Photograph(Entry):
    """One photograph of the area of a course.

    Attributes:
        taken_on: The day it was taken, in the clinic's time zone.
        session: The session that it was taken at; None for a follow-up.
        sha256: Of the original file, hexadecimal.
        file: The name under which the vault keeps the original.
        preview, thumbnail: The same of the smaller ones, upright, without metadata.
        findings: What the quality gate and the card's reading found, ``{"card", "quality", …}``; empty until judged.
        usable: Whether it can be measured; None until judged.
    """

    changeable: ClassVar[tuple[str, ...]] = ("findings", "usable")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="photographs")
    session = models.ForeignKey(
        "treatment.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="photographs"
    )
    taken_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    preview = models.CharField(max_length=200)
    thumbnail = models.CharField(max_length=200)
    findings = models.JSONField(default=dict, blank=True)
    usable = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["taken_on", "written_at"]


class Outline(Entry):
    """A lesion as somebody drew it on the baseline.

    Attributes:
        shape: ``{"lesion": [[x, y], …], "landmarks": {…}}`` in pixels of the original, as ``photo.outline`` reads it.
    """

    photograph = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="outlines")
    shape = models.JSONField()


class Stage(models.TextChoices):
    """Where a comparison stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Comparison(Entry):
    """What changed between the baseline and a follow-up. The row is its own place in the queue.

    Attributes:
        landmarks: Clicked pairs, ``{"before": [[x, y], …], "after": […]}``, empty for none.
        leased_until: Until when somebody is measuring it; after that anybody may take it.
        attempt: How often it was begun.
        step, progress: What is being done, and the share that is done, 0 to 1.
        result: ``Comparison.to_json`` of ``photo``; None until done.
        pictures: Names in the vault, by kind (``heat``, ``warped``, …).
        failure: For people, ``{"en", "es"}``; empty if it did not fail.
        method: The version of the method that measured.
    """

    changeable: ClassVar[tuple[str, ...]] = (
        "stage", "leased_until", "attempt", "step", "progress", "result", "pictures", "failure", "method", "done_at",
    )  # fmt: skip

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="comparisons")
    before = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="comparisons")
    outline = models.ForeignKey(Outline, on_delete=models.PROTECT, related_name="comparisons")
    landmarks = models.JSONField(default=dict, blank=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.WAITING, db_index=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    progress = models.FloatField(default=0)
    result = models.JSONField(null=True, blank=True)
    pictures = models.JSONField(default=dict, blank=True)
    failure = models.JSONField(default=dict, blank=True)
    method = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
