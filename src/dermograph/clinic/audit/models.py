"""Who did what and when: appended only, each entry chained to the one before it."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One thing that somebody did.

    Attributes:
        number: 1, 2, 3, … within the clinic, without a gap.
        action: A word such as ``assessment.signed``; ``WORDS`` in ``actions`` says what people read.
        what: The kind of record, such as ``Session``; empty where there is none.
        about: Its id.
        patient: Whose record was touched; None for none. An id and no link: the entry outlives the patient.
        details: What else matters, never clinical text and no photograph.
        previous: The hash of the entry before it, 64 zeros for the first.
        hash: SHA-256 of everything above, hexadecimal.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    who = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    what = models.CharField(max_length=60, blank=True)
    about = models.UUIDField(null=True, blank=True)
    patient = models.UUIDField(null=True, blank=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "number"], name="audit_no_gap_no_twin")]
        # With both and the order: by less SQLite goes through the whole trail of a clinic for the entries of a patient.
        indexes = [models.Index(fields=["patient", "clinic", "number"], name="audit_of_patient")]
        ordering = ["clinic", "number"]
