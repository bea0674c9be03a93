"""What visitors of the public site leave behind: nothing, unless they ask for an appointment."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record


class RequestState(models.TextChoices):
    """What became of a request."""

    NEW = "new"
    REGISTERED = "registered"
    LINKED = "linked"
    DECLINED = "declined"


class AppointmentRequest(Record):
    """Somebody asks for an appointment from the public site. It is no clinical record, and is erased on retention.

    Attributes:
        treatment: The id of the protocol whose page they came from.
        days: The weekdays that suit them, 0 is Monday; empty for any.
        times: ``morning``, ``afternoon``, ``evening``; empty for any.
        agreed_to: The words that they agreed to, as they were shown.
        answers: What they told in the check, sealed, where they handed it over; None else, and once it is erased.
        patient: Who it turned out to be; None until somebody said so.
        reason: Why it was declined.
        confirmed_at: When somebody took the answers over into the patient's record; None if nobody did.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="appointment_requests")
    treatment = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    given_names = models.CharField(max_length=120)
    family_names = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    days = models.JSONField(default=list)
    times = models.JSONField(default=list)
    words = models.TextField(blank=True, max_length=500)
    agreed_to = models.TextField(max_length=1000)
    asked_at = models.DateTimeField(default=timezone.now)
    answers = models.BinaryField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.NEW)
    patient = models.ForeignKey(
        "people.Patient", null=True, blank=True, on_delete=models.CASCADE, related_name="appointment_requests"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, max_length=2000)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["clinic", "state", "asked_at"], name="requests_by_state")]

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_names}".strip()


class SentFrom(models.Model):
    """That one request came from somewhere, to count them. The address itself is not kept.

    Attributes:
        digest: A keyed hash of the day and of the network address, or of the IPv6 network that it lies in.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["digest", "at"], name="requests_by_address")]
