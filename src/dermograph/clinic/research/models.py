"""Projects that measures are exported for, the exports that left, and whose measures were in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Entry, Record

LONGEST_PROJECT = 120
LONGEST_PURPOSE = 300
LONGEST_RECIPIENT = 200


class FileFormat(models.TextChoices):
    """As what the tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


class Project(Record):
    """One research project of a clinic: within it a patient has one pseudonym, in another project another one.

    Attributes:
        sealed: The project's key, sealed with the master key; ``pseudonyms`` opens it.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="research_projects")
    name = models.CharField(max_length=LONGEST_PROJECT)
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["clinic", "name"], name="one_project_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Export(Entry):
    """Tables that left for a project: written down before the first byte. The files themselves are not kept.

    Attributes:
        purpose: What they are for, in the words of who let them leave.
        recipient: Who has them.
        kind: A value of ``FileFormat``.
        exact_age: Whether years of age were in them, and not only bands of ten.
        synthetic: Whether made-up patients were in them.
        patients: How many patients they were about.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="exports")
    purpose = models.CharField(max_length=LONGEST_PURPOSE)
    recipient = models.CharField(max_length=LONGEST_RECIPIENT)
    kind = models.CharField(max_length=8, choices=FileFormat)
    exact_age = models.BooleanField(default=False)
    synthetic = models.BooleanField(default=False)
    patients = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return f"{self.recipient} ({self.purpose})"


class Included(Entry):
    """That measures of a patient were in an export, and the consent that it rested on.

    It hangs on the patient, so that it stands in everything that is held about them, and goes when they are erased.
    """

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="included")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="research_uses")
    consent = models.ForeignKey("intake.Consent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "patient"], name="once_in_an_export")]
