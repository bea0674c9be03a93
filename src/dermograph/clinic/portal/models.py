"""What the portal keeps: the clinic's limits, messages, what patients did to appointments, and calendar addresses."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record

BOOK_HOURS = CHANGE_HOURS = CANCEL_HOURS = 24
DAYS_AHEAD = 90


class PortalLimits(Record):
    """What a clinic lets its patients do by themselves. A clinic without a row has the defaults.

    Attributes:
        open: Whether patients may book and write. What is theirs they read in any case.
        books: True where a time that a patient chooses is booked at once; False where it is only held until somebody of
            the clinic confirms it.
        book_hours: A time that a patient chooses begins at least so many hours from then.
        change_hours, cancel_hours: Until so many hours before it begins a patient may move or cancel an appointment.
        days_ahead: A time that a patient chooses lies at most so many days ahead.
        version: Raised with every change.
    """

    clinic = models.OneToOneField("people.Clinic", on_delete=models.PROTECT, related_name="portal_limits")
    open = models.BooleanField(default=True)
    books = models.BooleanField(default=False)
    book_hours = models.PositiveSmallIntegerField(default=BOOK_HOURS)
    change_hours = models.PositiveSmallIntegerField(default=CHANGE_HOURS)
    cancel_hours = models.PositiveSmallIntegerField(default=CANCEL_HOURS)
    days_ahead = models.PositiveSmallIntegerField(default=DAYS_AHEAD)
    version = models.PositiveIntegerField(default=0)


class MailState(models.TextChoices):
    """Whether the patient was told by e-mail. Empty for messages of the patient."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    NONE = "none"


class Message(Record):
    """One message between a patient and the clinic. Its words are sealed with the patient's key.

    Attributes:
        sealed: The words, as ``vault.seal`` gives them.
        written_by: Who of the clinic wrote it; None where the patient did.
        read_at: When the other side read it: the patient by opening the page, the clinic by answering or saying so.
        read_by: Who of the clinic; None where the patient read it.
        mail: Whether the patient was told by e-mail.
        mail_reason: Why not, a key of ``telling.REASONS``.
        mail_at: When that was last so.
        mail_site: With what the links of the e-mail begin, without a slash at its end.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="messages")
    sealed = models.BinaryField()
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mail = models.CharField(max_length=8, choices=MailState, blank=True)
    mail_reason = models.CharField(max_length=20, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    mail_site = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [
            models.Index(fields=["written_at"], condition=models.Q(mail="due"), name="messages_to_tell"),
            models.Index(fields=["patient", "-written_at"], name="messages_of_patient"),
            models.Index(
                fields=["clinic", "written_at"],
                condition=models.Q(written_by=None, read_at=None),
                name="messages_waiting",
            ),
        ]

    @property
    def from_patient(self) -> bool:
        """Whether the patient wrote it."""
        return self.written_by_id is None


class Done(models.TextChoices):
    """What a patient did to an appointment."""

    ASKED = "asked"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"


class Change(Record):
    """That a patient did something to an appointment by themselves, for the clinic to look at.

    Attributes:
        was: The state of the appointment before; empty of a new one.
        was_at: When it began before; None of a new one.
        sequence: Of the appointment after it; None where that was not kept.
        now_at: When it begins since; None likewise.
        seen_at, seen_by: When somebody of the clinic looked at it, and who.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="changes")
    appointment = models.ForeignKey("agenda.Appointment", on_delete=models.PROTECT, related_name="patient_changes")
    done = models.CharField(max_length=10, choices=Done)
    was = models.CharField(max_length=10, blank=True)
    was_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    now_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "id"]
        indexes = [
            models.Index(fields=["patient", "-at"], name="changes_of_patient"),
            models.Index(fields=["clinic", "at"], condition=models.Q(seen_at=None), name="changes_unseen"),
        ]


class CalendarFeed(Record):
    """The address at which a patient's own calendar program fetches their appointments.

    Attributes:
        token_hash: SHA-256 of the word in the address, hexadecimal; the word itself is not kept.
        made_for: The account that it was made with: it ends with that account's access.
        detailed: Whether the treatment and the practitioner are named.
        aftercare: Whether the days of aftercare are in it too.
    """

    patient = models.OneToOneField("people.Patient", on_delete=models.PROTECT, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_for = models.UUIDField()
    detailed = models.BooleanField(default=False)
    aftercare = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)


class NoticeKind(models.TextChoices):
    """What a patient is told of by e-mail besides messages."""

    CONFIRMED = "confirmed"
    MOVED = "moved"
    KEPT = "kept"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    REMOVED = "removed"
    PAPER = "paper"
    NEW_ADDRESS = "new_address"


class Notice(Record):
    """An e-mail about what the clinic did to an appointment that the patient asked for, or to their access.

    It is written before anything is sent, and sent at most once.

    Attributes:
        appointment: Which; None for the access.
        sequence: Of the appointment as it is told; None for the access.
        starts_at: When it begins as it is told; of one that is off, as the patient knew it.
        address: To which address, that of the account as it was; empty for the one on the patient's details.
        factors: Whether second factors ended with the access.
        reason: Why it was not sent, a key of ``telling.REASONS``.
        done_at: When its state was last changed.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    appointment = models.ForeignKey(
        "agenda.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="patient_notices"
    )
    sequence = models.PositiveIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    address = models.EmailField(blank=True)
    factors = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=MailState, default=MailState.DUE)
    reason = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["appointment", "sequence"], name="one_notice_of_a_change")]
        indexes = [
            models.Index(fields=["patient", "-made_at"], name="notices_of_patient"),
            models.Index(fields=["made_at"], condition=models.Q(state="due"), name="notices_due"),
        ]
