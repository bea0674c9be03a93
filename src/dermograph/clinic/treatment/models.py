"""Sessions as they were held, symptoms that were reported, and reviews that were signed."""

import datetime as dt

from django.db import models

from dermograph.clinic.records import Entry


class Session(Entry):
    """One session on the area of a course.

    Attributes:
        zones: Settings by zone, each ``{"name", "needle_setting_mm", "speed_hz", "passes", "needles", "seconds",
            "cm2"}``; a figure that was not recorded is null. The needle setting is not the depth reached.
        actives: Active ingredients that were applied, each ``{"name", "lot"}``.
        no_actives: That it was said that none was applied.
        label_handed_at: When the label of each pigment was handed over, before the needles; None without pigment.
        movements: As the protocol names them, words.
        dots: Dots of pigment that were set, on a scalp; None where nobody wrote them down.
        cents: The price agreed for it, euro cents; None if not agreed.
        before: What was checked before the needles, as ``before.Before.to_json``.
        cleared_by, clearance_reason: The medical lead who held it on a closed day or against a verdict that does not
            clear, and why; None and empty otherwise.
    """

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="sessions")
    appointment = models.ForeignKey(
        "agenda.Appointment", null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    performed_by = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    device = models.CharField(max_length=120)
    anaesthesia = models.CharField(max_length=40)
    anaesthesia_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    zones = models.JSONField(default=list)
    actives = models.JSONField(default=list, blank=True)
    no_actives = models.BooleanField(default=False)
    movements = models.JSONField(default=list, blank=True)
    label_handed_at = models.DateTimeField(null=True, blank=True)
    dots = models.PositiveIntegerField(null=True, blank=True)
    reaction = models.TextField(max_length=2000, blank=True)
    notes = models.TextField(max_length=4000, blank=True)
    cents = models.IntegerField(null=True, blank=True)
    before = models.JSONField(default=dict)
    cleared_by = models.ForeignKey(
        "people.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    clearance_reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["started_at"]
        indexes = [
            models.Index(fields=["course", "started_at", "id"], name="sessions_of_course"),
            models.Index(fields=["clinic", "started_at"], name="sessions_of_day"),
        ]


class SymptomReport(Entry):
    """A sign that was seen or reported after a session.

    Attributes:
        sign: Its id in the vocabulary.
        began_on: Since when it is there, where that is told; it is judged with the last session before that.
        gone_on: The day on which it was gone; None while that is not known.
        first_told_at: When it was told first, where this entry supersedes that one; None for the first itself.
        by_patient: Whether the patient reported it.
        seen_at: When somebody of the clinic looked at it; None while it is an open alert.
    """

    changeable = ("seen_at", "seen_by")

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="symptoms")
    sign = models.CharField(max_length=60)
    reported_on = models.DateField()
    began_on = models.DateField(null=True, blank=True)
    gone_on = models.DateField(null=True, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    first_told_at = models.DateTimeField(null=True, blank=True)
    by_patient = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey("people.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["clinic", "seen_at"], name="signs_unseen")]

    @property
    def told_at(self) -> dt.datetime:
        """When it was told first: no session that was held later explains it."""
        at: dt.datetime = self.first_told_at or self.written_at
        return at


class Review(Entry):
    """A signed review.

    Attributes:
        proposal: ``AreaReview.to_json`` as it was proposed, ``{"en": {…}, "es": {…}}``.
        decision: What the person decided.
        reason: Why, where it is not what was proposed; empty otherwise.
        facts: What the proposal was made from, as a case file.
    """

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField()
    proposal = models.JSONField()
    proposed = models.CharField(max_length=30)
    decision = models.CharField(max_length=30)
    reason = models.TextField(max_length=4000, blank=True)
    facts = models.JSONField()
    signed_name = models.CharField(max_length=120)
    signed_at = models.DateTimeField()
    protocol_version = models.CharField(max_length=30)
    protocol_hash = models.CharField(max_length=80)

    class Meta:
        ordering = ["reviewed_on", "signed_at"]
        indexes = [
            models.Index(fields=["course", "reviewed_on", "signed_at", "id", "decision"], name="reviews_of_course"),
            models.Index(fields=["clinic", "decision", "reviewed_on"], name="reviews_by_decision"),
        ]
