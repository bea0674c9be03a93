"""Records that left on paper: to whom, and what for. The files themselves are not kept."""

from __future__ import annotations

from django.db import models

from dermograph.clinic.records import Entry
from dermograph.clinic.rights.models import LONGEST_RECIPIENT


class PrintedRecord(Entry):
    """A record that left as a paper: written down before it left.

    It hangs on the patient, so that it stands in everything that is held about them, and its recipient, which may say
    who they were, goes when they are erased.

    Attributes:
        purpose: ``patient`` or ``record``, an id of ``rights.purposes``.
        recipient: To whom; empty for the patient.
        language: Of the words.
        photographs: How many were in it; each has a ``rights.Disclosure`` of its own.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="printed_records")
    purpose = models.CharField(max_length=20)
    recipient = models.CharField(max_length=LONGEST_RECIPIENT, blank=True)
    language = models.CharField(max_length=2)
    photographs = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-written_at"]
