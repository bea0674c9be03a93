"""Rooms, opening hours, absences and appointments. Double booking is impossible: a slot has one row."""

from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record


class Room(Record):
    """A room that takes one appointment at a time."""

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "name"], name="one_room_of_a_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OpeningHours(Record):
    """One stretch of opening on a day of the week, in the clinic's wall time.

    Attributes:
        weekday: 0 is Monday.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]


class Absence(Record):
    """Days on which a practitioner is away, or the whole clinic is closed.

    Attributes:
        membership: Who is away; None closes the clinic.
        first, last: Both inclusive.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="absences")
    membership = models.ForeignKey("people.Membership", null=True, blank=True, on_delete=models.PROTECT)
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=120, blank=True)


class State(models.TextChoices):
    """Where an appointment stands."""

    HELD = "held"
    BOOKED = "booked"
    ARRIVED = "arrived"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Purpose(models.TextChoices):
    """What an appointment is for."""

    ASSESSMENT = "assessment"
    SESSION = "session"
    REVIEW = "review"
    MAINTENANCE = "maintenance"


class Appointment(Record):
    """Time of a practitioner, in a room, for one course of a patient.

    Attributes:
        held_until: While an assessment is pending the slot is only held, until then; None once booked.
        sequence: Raised with every change, so that calendars take the newer one.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="appointments")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="appointments")
    course = models.ForeignKey(
        "people.Course", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    purpose = models.CharField(max_length=12, choices=Purpose)
    practitioner = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="appointments")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    held_until = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["clinic", "starts_at"], name="appointments_of_day")]


class Occupied(models.Model):
    """Five minutes of somebody or of a room. The unique constraint is what makes double booking impossible.

    Attributes:
        resource: The id of the membership, of the room, or of the patient.
        starts_at: On a full five minutes.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="occupied")
    resource = models.UUIDField()
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "starts_at"], name="nobody_twice_at_once")]
