"""Clinics, the people who work there, patients, their skin areas, and courses of treatment."""

from __future__ import annotations

import uuid
import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from dermograph.clinic.people.name_words import folded, name_words, phone_words
from dermograph.clinic.records import Entry, Record

SORT_NAME = 250


class Clinic(Record):
    """One clinic of the installation.

    Attributes:
        slug: Its name in addresses.
        time_zone: IANA name; days and times of its pages are in it.
        rules: The clinic's own figures, such as ``booking_step_minutes``; what is absent has its default in
            ``agenda.rules``.
        last_number: The highest record number that was ever given; none is given twice.
    """

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=60, default="Europe/Madrid")
    language = models.CharField(max_length=2, default="es")
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    rules = models.JSONField(default=dict, blank=True)
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Its time zone."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Users(BaseUserManager["User"]):
    """All users."""

    def get_by_natural_key(self, username: str | None) -> User:
        """By the address, whatever its case."""
        # Exactly: to PostgreSQL's `iexact` other letters are an s or an i too, and each spelling would be locked alone.
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """A user with a password, or one who cannot sign in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in.

    Attributes:
        language, theme: As they like to see pages; empty follows the browser.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Users()

    def __str__(self) -> str:
        return self.name

    @cached_property
    def places(self) -> list[Membership]:
        """Where they work: their active memberships, each with its clinic."""
        return list(self.memberships.filter(active=True).select_related("clinic", "user"))


class Role(models.TextChoices):
    """What a person may do in a clinic; ``permissions`` says what that is."""

    FRONT_DESK = "front_desk"
    PRACTITIONER = "practitioner"
    MEDICAL_LEAD = "medical_lead"
    ADMIN = "admin"
    PATIENT = "patient"


class Membership(Record):
    """A person's place in a clinic.

    Attributes:
        treatments: The ids of the protocols that they are trained for; only those can be booked with them.
        colour: Of their column in the agenda, a number of the palette, 1 to 6.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    treatments = models.JSONField(default=list, blank=True)
    colour = models.PositiveSmallIntegerField(default=1)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "user"], name="one_membership_a_clinic")]

    def __str__(self) -> str:
        return self.user.name


class Patient(Record):
    """A patient of one clinic. Administrative data may be corrected; what is clinical stands in entries.

    Attributes:
        number: The clinic's own record number, counted up.
        user: Their own account; None if they have none.
        synthetic: Made up for a demonstration; every page says so.
        sort_name: Family names and given names, folded; lists are in its order. Follows the names.
        version: Raised with every change, so that of two people who edit at once the later one is told.
        restricted_at: Since when the record is blocked: kept because the law asks for it, and for nothing else; None
            while it is in use.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    number = models.PositiveIntegerField()
    given_names = models.CharField(max_length=120)
    family_names = models.CharField(max_length=120)
    birth_date = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="es")
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="patient")
    synthetic = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    restricted_at = models.DateTimeField(null=True, blank=True)
    sort_name = models.CharField(max_length=SORT_NAME, editable=False, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "number"], name="one_record_number")]
        indexes = [
            models.Index(fields=["clinic", "sort_name", "id"], name="patients_in_order"),
            models.Index(fields=["clinic", "birth_date"], name="patients_by_birth_date"),
            models.Index(
                fields=["clinic", "restricted_at"],
                name="patients_blocked",
                condition=models.Q(restricted_at__isnull=False),
            ),
        ]
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_names}".strip()

    def save(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's options)
        """Keep the record, its place in lists, and the words by which it is found."""
        self.sort_name = folded(f"{self.family_names} {self.given_names}")[:SORT_NAME]
        changed = options.get("update_fields")
        if changed is not None and set(changed) & {"family_names", "given_names"}:
            options["update_fields"] = {*changed, "sort_name"}
        super().save(*args, **options)
        if changed is None or set(changed) & {"family_names", "given_names", "number", "phone"}:
            self._keep_words()

    def words(self) -> set[str]:
        """The words by which it is found."""
        return name_words(self.given_names, self.family_names) | phone_words(self.phone) | {str(self.number)}

    def _keep_words(self) -> None:
        kept = dict(self.tokens.values_list("word", "pk"))
        wanted = self.words()
        if gone := [pk for word, pk in kept.items() if word not in wanted]:
            self.tokens.filter(pk__in=gone).delete()
        new = sorted(wanted - kept.keys())
        NameToken.objects.bulk_create(NameToken(patient=self, clinic_id=self.clinic_id, word=word) for word in new)


class NameToken(models.Model):
    """One word by which a patient is found: of the name, number or phone; lower case, without accents."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="tokens", db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(max_length=120)

    class Meta:
        # The pattern class lets PostgreSQL read a prefix from the index whatever its collation; SQLite ignores it.
        indexes = [
            models.Index(
                fields=["clinic", "word", "patient"],
                name="words_of_patients",
                opclasses=["uuid_ops", "varchar_pattern_ops", "uuid_ops"],
            ),
            models.Index(
                fields=["patient", "word"], name="words_by_patient", opclasses=["uuid_ops", "varchar_pattern_ops"]
            ),
        ]


class View(models.TextChoices):
    """A view of the body map."""

    FRONT = "front"
    BACK = "back"
    FACE = "face"
    SCALP = "scalp"


class Area(Record):
    """A skin area of a patient with one lesion.

    Attributes:
        view, x, y: Its place on the body map, 0 to 1 from the left and from the top; None if not placed.
        side: left, right, middle or empty.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="areas")
    name = models.CharField(max_length=80)
    view = models.CharField(max_length=5, choices=View)
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    side = models.CharField(max_length=6, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "name"], name="one_area_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Course(Record):
    """A course of one treatment on one area.

    Attributes:
        treatment: The id of the protocol.
        lead: The practitioner in charge; None while nobody is.
        closed_at, outcome: When and how it ended: a decision of a review, or ``abandoned``; None and empty while open.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="courses")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="courses")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="courses")
    treatment = models.CharField(max_length=60)
    lead = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    goal_delta_e00 = models.FloatField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["clinic", "closed_at", "opened_at"], name="courses_at_work")]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "treatment"], condition=models.Q(closed_at=None), name="one_open_course"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area.name} ({self.treatment})"


class Ending(Entry):
    """The closing of a course, or its opening again, with the reason.

    Attributes:
        outcome: As in the course; empty where it was opened again.
        reason: In the words of who did it.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="endings")
    outcome = models.CharField(max_length=30, blank=True)
    reason = models.TextField(max_length=2000)

    class Meta:
        ordering = ["written_at"]
