"""Lots of needles, pigments, anaesthetics and active ingredients; what was used on whom; what was paid."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Entry, Record


class Kind(models.TextChoices):
    """What a lot is of."""

    NEEDLE = "needle"
    PIGMENT = "pigment"
    ANAESTHETIC = "anaesthetic"
    ACTIVE = "active"


class Lot(Record):
    """A batch as it came from the supplier.

    Attributes:
        number: The maker's batch number.
        expires_on: The last day on which it may be used, inclusive.
        label: What the pigment's label says (REACH Annex XVII entry 75): ingredients and warnings, as text.
        withdrawn_at: When it was withdrawn; None while it may be used.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="lots")
    kind = models.CharField(max_length=11, choices=Kind)
    name = models.CharField(max_length=120)
    maker = models.CharField(max_length=120, blank=True)
    supplier = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=60)
    expires_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)
    label = models.TextField(blank=True, max_length=5000)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True, max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "kind", "name", "number"], name="one_lot_of_a_number")]
        ordering = ["expires_on"]

    def __str__(self) -> str:
        return f"{self.name} · {self.number}"


class LotUse(Record):
    """A lot that was used in a session. Written with the session, never changed.

    Attributes:
        late_by, late_reason: The medical lead who recorded it although it had been withdrawn since the session, and
            why; None and empty otherwise.
    """

    session = models.ForeignKey("treatment.Session", on_delete=models.PROTECT, related_name="lot_uses")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    late_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    late_reason = models.TextField(blank=True, max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "lot"], name="a_lot_once_a_session")]


class Method(models.TextChoices):
    """How money changed hands."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"


class Payment(Entry):
    """Money for a session.

    Attributes:
        session: As it stood when it was paid; a correction of the session takes its payments over.
        cents: Euro cents; negative for money given back.
        method: A value of ``Method``.
    """

    session = models.ForeignKey("treatment.Session", on_delete=models.PROTECT, related_name="payments")
    cents = models.IntegerField()
    method = models.CharField(max_length=20)
    paid_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["clinic", "paid_at"], name="payments_of_day")]
