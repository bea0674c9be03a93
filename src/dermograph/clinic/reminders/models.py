"""Reminders, what a patient said about them, what a clinic chose, and what is done once a day.

No row holds a text: it is made from the records when it is sent, and what was sent is not kept.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record

DEFAULT_HOUR = 9


class Kind(models.TextChoices):
    """What a reminder is about."""

    PREPARATION = "preparation"
    APPOINTMENT = "appointment"
    AFTERCARE = "aftercare"
    PHOTOGRAPHS = "photographs"
    MAINTENANCE = "maintenance"


class Status(models.TextChoices):
    """Where a reminder stands."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class Reminder(Record):
    """One message to one patient. Its key is unique, and it is written before anything is sent.

    Attributes:
        subject: What it is about at that time, made from ``about`` and its day: of what is moved it is another.
        about: The appointment, session, course or review.
        due_on, due_at: The clinic's day, and the instant from which it is sent.
        useful_until: From then on it is not sent any more.
        retry_at: When it is tried again after the mail server could not be reached; None where that was not so.
        claimed_at: When a process took it to send it.
        reason: Why it was not sent, a key of ``reasons.REASONS``; empty otherwise.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="reminders")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=12, choices=Kind)
    subject = models.UUIDField()
    about = models.UUIDField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=Status, default=Status.DUE)
    reason = models.CharField(max_length=20, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "kind", "subject", "due_on"], name="one_reminder_of_a_kind")
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="reminders_due"),
            models.Index(fields=["clinic", "-due_at"], name="reminders_of_clinic"),
        ]
        ordering = ["-due_at"]


class Preference(Record):
    """What a patient said about reminders; who has no row said nothing, and gets the short ones.

    Attributes:
        wanted: False once they said no.
        detailed: Whether they agreed that the treatment is named in an e-mail.
        changed_by: Who wrote it down; None where the patient did it by the link in a message.
    """

    patient = models.OneToOneField("people.Patient", on_delete=models.PROTECT, related_name="reminder_preference")
    wanted = models.BooleanField(default=True)
    detailed = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class Choice(Record):
    """What a clinic chose. Without a row nothing is sent.

    Attributes:
        kinds: Which are sent.
        hour: From which local hour on, 0 to 23.
        detailed: Whether the treatment is named to patients who agreed.
        site: The site's address as the patients reach it, for the link to stop them; without a slash at its end.
        since: What was due before is not sent: nobody is flooded when reminders begin.
        planned_on: The local day up to which days were looked through.
        looked_at: When it was last looked for new ones.
        version: Raised with every change.
    """

    clinic = models.OneToOneField("people.Clinic", on_delete=models.PROTECT, related_name="reminder_choice")
    kinds = models.JSONField(default=list)
    hour = models.PositiveSmallIntegerField(default=DEFAULT_HOUR)
    detailed = models.BooleanField(default=False)
    site = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(default=timezone.now)
    planned_on = models.DateField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class DailyJob(models.Model):
    """Something that is done once a day.

    Attributes:
        done_on: The last day, UTC, on which it came to its end.
        leased_until: Until when a process has it; after that another takes it.
    """

    name = models.CharField(max_length=60, primary_key=True)
    done_on = models.DateField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
