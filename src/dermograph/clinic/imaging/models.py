"""Photographs that are sent to the clinic's archive."""

from typing import ClassVar

from django.db import models

from dermograph.clinic.gallery.models import Photograph, Work

LONGEST_NAME = 100
LENGTH_OF_ADDRESS = 64


class Sending(Work):
    """One photograph on its way to an archive. Its work is to be sent; the row is its place in the queue.

    Attributes:
        archive: What people call it, as ``archives.known_as`` says.
        address: What tells it from another archive of the same name: a SHA-256 (hex) of where it is; empty in rows
            from before that was kept, which are of no archive of today.
        sop_uid: Of the object that the archive took; empty until it has.
        remark: What the archive said of an object that it took; empty if nothing.
    """

    changeable: ClassVar[tuple[str, ...]] = (*Work.WORK, "sop_uid", "remark")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="+")
    photograph = models.ForeignKey(Photograph, on_delete=models.PROTECT, related_name="sendings")
    archive = models.CharField(max_length=LONGEST_NAME)
    address = models.CharField(max_length=LENGTH_OF_ADDRESS, blank=True)
    sop_uid = models.CharField(max_length=64, blank=True)
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["written_at"]
        indexes = [models.Index(fields=["stage", "leased_until"], name="sending_queue")]
        constraints = [
            models.UniqueConstraint(fields=["photograph", "archive", "address"], name="one_sending_an_address")
        ]
