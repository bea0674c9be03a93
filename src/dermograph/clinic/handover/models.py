"""What other systems sent: theirs, kept as they sent it, version after version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Entry, Record
from dermograph.clinic.rights.models import LONGEST_RECIPIENT


class Received(Record):
    """One version of a resource that came from elsewhere. It is never changed into an entry of this clinic.

    Attributes:
        clinic: Who received it.
        patient: Whom it is about; None where it is about nobody, such as a room.
        kind: The type of the resource.
        key: Its id here, the same in every version.
        part: The field of a record that it fills; empty for a type that is kept without being read.
        sealed: The JSON, sealed with the patient's key; where it is about nobody with the clinic's.
        sha256: Of the canonical JSON, hexadecimal.
        source: The URI of the system that sent it; empty if it did not say.
        program: Who let it in: ``app:`` and the program's id, or ``member:`` and that of whose token it came by; empty
            for a person's own command.
        version: 1 for the first.
        is_latest: Whether no later version stands.
        taken_at, taken_by: When, and by whom; None for a program that nobody answers for.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "people.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="received"
    )
    kind = models.CharField(max_length=40)
    key = models.UUIDField()
    part = models.CharField(max_length=30, blank=True)
    sealed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=500, blank=True)
    program = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_latest = models.BooleanField(default=True)
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey("people.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "key", "kind", "version"], name="one_received_a_version"),
            models.UniqueConstraint(
                fields=["clinic", "key", "kind"], condition=models.Q(is_latest=True), name="one_latest_received"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["key"], name="received_by_key"),
            models.Index(fields=["patient", "is_latest", "taken_at"], name="received_of_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ReceivedIdentifier(models.Model):
    """A business identifier by which other systems name a resource, as a keyed digest: it finds, and tells nothing.

    Attributes:
        digest: As ``identifiers.digest`` makes it.
    """

    received = models.ForeignKey(Received, on_delete=models.PROTECT, related_name="identifiers")
    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "digest"], name="received_by_identifier")]


class HandedOver(Entry):
    """A record that left as FHIR: written down before it left. The file itself is not kept.

    It hangs on the patient, as ``printed.PrintedRecord`` does, so that it stands in everything that is held about them,
    and its recipient, which may say who they were, goes when they are erased.

    Attributes:
        purpose: ``patient`` or ``record``, an id of ``rights.purposes``.
        recipient: To whom; empty for the patient.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="handed_over")
    purpose = models.CharField(max_length=20)
    recipient = models.CharField(max_length=LONGEST_RECIPIENT, blank=True)

    class Meta:
        ordering: ClassVar = ["-written_at"]
