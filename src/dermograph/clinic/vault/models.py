"""The key of each patient, wrapped by the clinic's master key. Who destroys it has erased every photograph."""

import uuid

from django.db import models

from dermograph.clinic.records import Record


class PatientKey(Record):
    """The data key of one patient.

    Attributes:
        wrapped: 12 bytes of nonce and the AES-256-GCM sealed key; empty once destroyed.
        destroyed_at: When it was destroyed; None while it is there.
    """

    patient = models.OneToOneField("people.Patient", on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)


class StorePlace(models.Model):
    """Which folder of photographs, or of keys, belongs to this database.

    Attributes:
        name: ``files`` or ``keys``.
        mark: What stands in a file of that folder as well.
    """

    name = models.CharField(primary_key=True, max_length=10)
    mark = models.UUIDField(default=uuid.uuid4)
