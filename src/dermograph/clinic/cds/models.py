"""Cards that were given, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record


class GivenCard(Record):
    """One card that a program was given; its words are not kept, since they follow from the record.

    Attributes:
        id: The uuid of the card.
        patient: Of this clinic; None where it was about somebody whom only the program knows.
        service: The id of the service.
        rule: The id of the statement behind it.
        suggestions: The uuids of what it proposed.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "people.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="given_cards"
    )
    service = models.CharField(max_length=60)
    rule = models.CharField(max_length=200)
    indicator = models.CharField(max_length=8)
    suggestions = models.JSONField(default=list)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "given_at"], name="cards_of_clinic")]


class CardFeedback(Record):
    """What a person did with a card, as the program told it.

    Attributes:
        outcome: ``accepted`` or ``overridden``.
        suggestions: The uuids of those that were accepted.
        reason_system, reason_code: Why it was overridden; empty where none was told.
        sealed: The person's own words, sealed with the patient's key; None for none, and of a patient of others.
        at: When the person did it.
        told_at, told_by: When it was told, and in whose name; None for a patient's own program.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    card = models.ForeignKey(GivenCard, on_delete=models.PROTECT, related_name="feedback")
    outcome = models.CharField(max_length=10)
    suggestions = models.JSONField(default=list)
    reason_system = models.CharField(max_length=200, blank=True)
    reason_code = models.CharField(max_length=200, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(default=timezone.now)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "outcome", "at"], name="one_feedback_at_a_time")
        ]
