"""Photographs, outlines and comparisons. The files themselves lie encrypted in the vault."""

from typing import Any, ClassVar, Final, Self

from django.db import models

from dermograph.clinic.records import Entry, StandingEntries


class Stage(models.TextChoices):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Work(Entry):
    """An entry with something to be computed in the background. The row is its own place in the queue.

    Attributes:
        stage: Where it stands.
        leased_until: Until when somebody is at it; after that anybody may take it. Also set on what is done while its
            report is still to be written.
        attempt: How often it was begun; it also tells two who are at it apart.
        rests: How many of those ended because a place was in the way, such as a disk that is full or away.
        step, progress: What is being done, and the share that is done, 0 to 1.
        failure: For people, ``{"en", "es"}``; empty if it did not fail.
        done_at: When it was done, or failed for good.
    """

    WORK: ClassVar[tuple[str, ...]] = (
        "stage",
        "leased_until",
        "attempt",
        "rests",
        "step",
        "progress",
        "failure",
        "done_at",
    )

    stage = models.CharField(max_length=8, choices=Stage, default=Stage.WAITING)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    rests = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    progress = models.FloatField(default=0)
    failure = models.JSONField(default=dict, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is being worked at."""
        return self.stage in (Stage.WAITING, Stage.RUNNING)


class Photograph(Work):
    """One photograph of the area of a course. Its work is to be judged: card, colour, quality.

    Attributes:
        taken_on: The day it was taken, in the clinic's time zone.
        camera_day: The day by the camera's clock; None where the file does not say.
        session: The session that it was taken at; None for a follow-up.
        sha256: Of the original file, hexadecimal.
        file: The name under which the vault keeps the original.
        preview, thumbnail: The same of the smaller ones, upright, without metadata.
        from_home: Whether the patient took it; a correction changes nothing of that. It is never the baseline.
        findings: What the quality gate and the card's reading found, ``Side.to_json`` of ``photo``; empty until judged.
        usable: Whether it can be measured; None until judged.
        withdrawn: Written by a correction that says it does not belong to this course.
    """

    changeable: ClassVar[tuple[str, ...]] = (*Work.WORK, "findings", "usable")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="photographs")
    session = models.ForeignKey(
        "treatment.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="photographs"
    )
    taken_on = models.DateField()
    camera_day = models.DateField(null=True, blank=True)
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
    from_home = models.BooleanField(default=False)
    findings = models.JSONField(default=dict, blank=True)
    usable = models.BooleanField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["taken_on", "written_at", "pk"]
        indexes = [
            models.Index(fields=["stage", "leased_until"], name="photograph_queue"),
            # The baseline is read from it for each comparison; the rows themselves are large.
            models.Index(
                fields=["course", "taken_on", "written_at", "id", "usable", "withdrawn", "from_home"],
                name="photographs_of_course",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "sha256"], condition=models.Q(supersedes=None), name="one_photograph_a_file"
            )
        ]


class Outline(Entry):
    """A lesion as somebody drew it on the baseline.

    Attributes:
        shape: ``{"lesion": [[x, y], …], "landmarks": {…}}`` in pixels of the original, as ``photo.outline`` reads it.
    """

    photograph = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="outlines")
    shape = models.JSONField()


#: Comparisons of a course from the first follow-up to the latest; of one follow-up the latest stands last.
IN_TIME: Final = ("after__taken_on", "after__written_at", "after__pk", "written_at", "pk")


class Comparisons(StandingEntries):
    """Comparisons of photographs."""

    def in_time(self) -> Self:
        """From the first follow-up to the latest; whoever keeps the last one of each has the latest."""
        return self.order_by(*IN_TIME)

    def from_baseline(self) -> Self:
        """Those that stand for something: of follow-ups that stand, from the baseline that their course has now.

        The baseline is the clinic's oldest photograph that can be measured. An older one that is added later, or a
        corrected day, makes another photograph the baseline; what was measured from the former one then says nothing
        any more.
        """
        oldest = (
            Photograph.objects.standing()
            .filter(course=models.OuterRef("course"), withdrawn=False, usable=True, from_home=False)
            .order_by("taken_on", "written_at", "pk")
        )
        corrected = Photograph.objects.filter(supersedes=models.OuterRef("after"))
        return self.standing().filter(
            ~models.Exists(corrected),
            before=models.Subquery(oldest.values("pk")[:1]),
            after__withdrawn=False,
            after__taken_on__gte=models.F("before__taken_on"),
        )


class Comparison(Work):
    """What changed between the baseline and a follow-up. Its work is to be measured.

    Attributes:
        landmarks: Clicked pairs, ``{"before": [[x, y], …], "after": […]}``, empty for none.
        result: ``Comparison.to_json`` of ``photo``, and under ``shown`` what the pictures show; None until done.
        pictures: Names in the vault, by kind (``before``, ``after``, ``heat``, ``report_en``, ``report_es``).
        method: The version of the method that measured.
    """

    changeable: ClassVar[tuple[str, ...]] = (*Work.WORK, "result", "pictures", "method")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="comparisons")
    before = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="comparisons")
    outline = models.ForeignKey(Outline, on_delete=models.PROTECT, related_name="comparisons")
    landmarks = models.JSONField(default=dict, blank=True)
    result = models.JSONField(null=True, blank=True)
    pictures = models.JSONField(default=dict, blank=True)
    method = models.CharField(max_length=40, blank=True)

    objects: ClassVar[Any] = Comparisons.as_manager()

    class Meta:
        indexes = [models.Index(fields=["stage", "leased_until"], name="comparison_queue")]
