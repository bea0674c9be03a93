"""What is kept of calendars: the address of a practitioner's own, and what was taken over from one that was read in."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record


class WorkFeed(Record):
    """The address at which somebody's calendar program fetches their working day.

    Attributes:
        token_hash: SHA-256 of the word in the address, hexadecimal; the word itself is not kept.
    """

    membership = models.OneToOneField("people.Membership", on_delete=models.PROTECT, related_name="work_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)


class Reading(Record):
    """One calendar that was read in, and of which something was taken over. Neither the file nor a title is kept.

    Attributes:
        membership: Whose absence it tells of; None where it is a patient's travel.
        patient: Whose travel it tells of; None where it is an absence.
        undone_at, undone_by: When it was taken back, and by whom.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(
        "people.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="calendars_read"
    )
    patient = models.ForeignKey(
        "people.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="calendars_read"
    )
    read_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-read_at", "id"]


class Taken(Record):
    """One run of days that a reading added, or took away.

    Attributes:
        uid_sha256: Of the entry in the calendar, hexadecimal; a uid may hold somebody's address.
        first, last: Both inclusive.
        entry: The id of the absence or of the dated event that stands for it.
        is_added: False where the calendar no longer holds these days, and the reading took them away.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="taken")
    uid_sha256 = models.CharField(max_length=64)
    first = models.DateField()
    last = models.DateField()
    entry = models.UUIDField()
    is_added = models.BooleanField(default=True)

    class Meta:
        ordering = ["first", "last", "id"]
        indexes = [models.Index(fields=["entry"], name="taken_entries")]
