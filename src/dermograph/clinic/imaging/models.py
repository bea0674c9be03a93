"""Photographs that are sent to the clinic's archive."""

from typing import ClassVar

from django.db import models

from dermograph.clinic.gallery.models import Photograph, Work

LONGEST_NAME = 100


class Sending(Work):
    """One photograph on its way to an archive. Its work is to be sent; the row is its place in the queue.

    Attributes:
        archive: What people call it, as ``archives.name_of`` says.
        sop_uid: Of the object that the archive took; empty until it has.
        remark: What the archive said of an object that it took; empty if nothing.
    """

    changeable: ClassVar[tuple[str, ...]] = (*Work.WORK, "sop_uid", "remark")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="+")
    photograph = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="sendings")
    archive = models.CharField(max_length=LONGEST_NAME)
    sop_uid = models.CharField(max_length=64, blank=True)
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["written_at"]
        indexes = [models.Index(fields=["stage", "leased_until"], name="sending_queue")]
        constraints = [models.UniqueConstraint(fields=["photograph", "archive"], name="one_sending_an_archive")]
