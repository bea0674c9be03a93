"""What left the clinic and to whom, links that show a photograph, blocked records, and the proof of an erasure."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dermograph.clinic.records import Entry, Record

LONGEST_RECIPIENT = 200


class Form(models.TextChoices):
    """As what something left."""

    ORIGINAL = "original"
    REPORT = "report"
    LINK = "link"
    SET = "set"
    ARCHIVE = "archive"
    PREVIEW = "preview"
    PDF = "pdf"
    DICOM = "dicom"


class ExportedSet(Entry):
    """A file with photographs of several patients that left for one purpose. The file itself is not kept.

    Attributes:
        purpose: An id of ``intake.purposes``.
        recipient: Who has it.
        photographs: How many it held.
    """

    purpose = models.CharField(max_length=20)
    recipient = models.CharField(max_length=LONGEST_RECIPIENT)
    photographs = models.PositiveIntegerField(default=0)


class SharedLink(Entry):
    """A link that shows one photograph to whoever has it, for a while.

    Attributes:
        token_sha256: Of the token in its address, hexadecimal. The token itself is nowhere.
        consent: What it rests on; when that is taken back, the link is dead, whatever is signed later.
        expires_at: From then on it shows nothing.
        watermark: Whether the recipient and the day are burnt into the picture.
        ended_at, ended_by: When it was ended by hand, and by whom; None while it was not.
        opened, last_opened_at: How often the page was opened, and when last.
    """

    changeable = ("ended_at", "ended_by", "opened", "last_opened_at")

    photograph = models.ForeignKey("gallery.Photograph", on_delete=models.PROTECT, related_name="shared_links")
    purpose = models.CharField(max_length=20)
    recipient = models.CharField(max_length=LONGEST_RECIPIENT)
    token_sha256 = models.CharField(max_length=64, unique=True)
    consent = models.ForeignKey("intake.Consent", on_delete=models.PROTECT, related_name="shared_links")
    expires_at = models.DateTimeField()
    watermark = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at"]


class Disclosure(Entry):
    """One photograph that left the treatment: written down before it left.

    Attributes:
        purpose: An id of ``rights.purposes``.
        recipient: To whom; empty for the patient.
        form: As what.
        comparison: Where a report of it left.
        consent: What it rested on; None where none was needed.
        link, exported_set: The link or the set that it left with.
        place: Its number in the set; None outside a set.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="disclosures")
    photograph = models.ForeignKey("gallery.Photograph", on_delete=models.PROTECT, related_name="disclosures")
    comparison = models.ForeignKey(
        "gallery.Comparison", null=True, blank=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    purpose = models.CharField(max_length=20)
    recipient = models.CharField(max_length=LONGEST_RECIPIENT, blank=True)
    form = models.CharField(max_length=10, choices=Form)
    consent = models.ForeignKey("intake.Consent", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(SharedLink, null=True, blank=True, on_delete=models.PROTECT, related_name="disclosures")
    exported_set = models.ForeignKey(
        ExportedSet, null=True, blank=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    place = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at"]

    @property
    def left_as(self) -> str:
        """As what, a value of ``Form``; photographs in a printed record were once written down as reports."""
        return Form.PDF if self.form == Form.REPORT and self.comparison_id is None else self.form


class Restriction(Entry):
    """The blocking of a record that the law keeps, or the end of it.

    Attributes:
        lifted: Written by an entry that ends the block.
        reason: In the words of who decided.
        until: The first day on which the record may be erased, as it was known then; None if it was not known.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="restrictions")
    lifted = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at"]


class RetentionChoice(Entry):
    """The jurisdiction whose retention rules a clinic follows; the last one holds.

    Attributes:
        jurisdiction: An id of ``rights/retention``.
    """

    jurisdiction = models.CharField(max_length=20)

    class Meta:
        ordering = ["-written_at"]


class ErasureProof(Entry):
    """That a patient was erased. It names nobody: who has the id of the record can be told that it is gone.

    Attributes:
        erased: The id of the patient's record; no link, there is nothing to link to.
        erased_at: When.
        ground: Why, a key of ``erasing.GROUNDS``.
        words: More of it, without a name.
        counts: How many rows of each kind were destroyed, by the label of the model; ``files``.
        key_sha256: SHA-256 of the wrapped key as old backups hold it; empty if there was none.
        retention: What was decided about the duty to keep, as ``Decision.to_json``.
        beyond: What had left and no key can call back: sets with recipient and day, and the number of others.
        sha256: Of all of this, hexadecimal; the audit trail holds it as well.
    """

    erased = models.UUIDField(unique=True)
    erased_at = models.DateTimeField()
    ground = models.CharField(max_length=20)
    words = models.CharField(max_length=300, blank=True)
    counts = models.JSONField()
    key_sha256 = models.CharField(max_length=64, blank=True)
    retention = models.JSONField(default=dict)
    beyond = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-erased_at"]


class KeptMoney(Record):
    """What was paid by somebody who was erased: bookkeeping without a person, a session or a practitioner."""

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    cents = models.IntegerField()
    method = models.CharField(max_length=20)


class KeptUse(Record):
    """That a lot was used on somebody who was erased, so that a recall does not count too few."""

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("ledger.Lot", on_delete=models.PROTECT, related_name="uses_on_erased")
