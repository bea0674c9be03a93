"""What is kept of each course for the pages that show very many, and which of them was touched since.

Nothing here is a record: every column is worked out from the rows of a course, and can be thrown away.
"""

from __future__ import annotations

from typing import Final

from django.db import models

#: Asked as "one of (true)": of the bare column SQLite does not look into the index ``standings_told``.
IS_TOLD: Final = models.Q(is_told__in=(True,))


class CourseStanding(models.Model):
    """How one course stands, as the dashboard, the reviews and the outcomes need it.

    Attributes:
        basis: What it was worked out with: the protocols, the clinic's time zone and the version of the derivation.
        sessions, last_session: How many stand, and the day of the last one in the clinic's time zone.
        last_review, decision: Of the last signed review; None and empty without one.
        again_on: From when that review asks to look again, where it decided to wait.
        last_photograph: The day of the latest one.
        verdict: Of the assessment that was signed last; empty without one.
        consented: Whether a consent to the treatment stands.
        comparison, stage, found, taken_on, done_at, why: Of the comparison of the latest follow-up.
        is_open: Neither closed nor of a blocked record.
        due_since: From when a review is due; None where none is, whatever the day.
        state: What stands between the course and that review, once the skin has settled.
        settled_on: From when colour can be judged after the last session.
        trouble_on: The day of the latest follow-up of an open course, where it failed or cannot be compared; None else.
        waiting_since: Since when an open course waits for its first complete assessment; None where it does not.
        maintain_since: The day of the review that decided to maintain, where no session was held since; None else.
        is_told: Whether the outcomes tell of it: it has a session, and its record is not blocked.
        version, hash: Of the protocol that decided it last; ``others`` counts those that did before.
        ended: The outcome it was closed with; empty while it is open.
        change, u, limit, change_is: Of contrast at the last visit; None and empty where it was not measured.
        change_bin: The whole ΔE00 below the change.
        visits, adverse: How many follow-ups were measured or tried, and how many signs came that nobody expects.
        not_comparable: Whether the last visit could not be compared.
    """

    course = models.OneToOneField("people.Course", primary_key=True, on_delete=models.CASCADE, related_name="+")
    clinic = models.ForeignKey("people.Clinic", on_delete=models.CASCADE, related_name="+", db_index=False)
    basis = models.CharField(max_length=64)
    treatment = models.CharField(max_length=60)
    opened_at = models.DateTimeField()

    sessions = models.PositiveIntegerField(default=0)
    last_session = models.DateField(null=True)
    last_review = models.DateField(null=True)
    decision = models.CharField(max_length=30, blank=True)
    again_on = models.DateField(null=True)
    last_photograph = models.DateField(null=True)
    verdict = models.CharField(max_length=12, blank=True)
    consented = models.BooleanField(default=False)
    comparison = models.UUIDField(null=True)
    stage = models.CharField(max_length=8, blank=True)
    found = models.CharField(max_length=30, blank=True)
    taken_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    why = models.JSONField(default=dict)

    is_open = models.BooleanField(default=False)
    due_since = models.DateField(null=True)
    state = models.CharField(max_length=15, blank=True)
    settled_on = models.DateField(null=True)
    trouble_on = models.DateField(null=True)
    waiting_since = models.DateTimeField(null=True)
    maintain_since = models.DateField(null=True)

    is_told = models.BooleanField(default=False)
    version = models.CharField(max_length=30, blank=True)
    hash = models.CharField(max_length=80, blank=True)
    others = models.PositiveSmallIntegerField(default=0)
    ended = models.CharField(max_length=30, blank=True)
    change = models.FloatField(null=True)
    u = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    change_is = models.CharField(max_length=30, blank=True)
    change_bin = models.SmallIntegerField(null=True)
    visits = models.PositiveIntegerField(default=0)
    adverse = models.PositiveIntegerField(default=0)
    not_comparable = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # A page reads the rows it shows; what it counts stands in the index itself.
            models.Index(
                fields=["clinic", "due_since", "opened_at", "course", "state", "settled_on"], name="standings_due"
            ),
            models.Index(fields=["clinic", "trouble_on", "course"], name="standings_in_trouble"),
            models.Index(fields=["clinic", "waiting_since", "course"], name="standings_waiting"),
            models.Index(fields=["clinic", "maintain_since", "course"], name="standings_to_maintain"),
            models.Index(fields=["clinic", "basis"], name="standings_by_basis"),
            models.Index(
                fields=[
                    "clinic",
                    "is_told",
                    "treatment",
                    "hash",
                    "version",
                    "ended",
                    "sessions",
                    "change_bin",
                    "change_is",
                    "not_comparable",
                    "adverse",
                    "others",
                ],
                name="standings_told",
            ),
        ]


class Touched(models.Model):
    """That something was written that a course's standing is worked out from: by triggers, whoever writes.

    A row is added and never changed, so that writers never wait for one another; it goes once the standing was worked
    out anew by who saw it. No foreign key: in the transaction that erases a patient nothing has to be in order.
    """

    clinic = models.UUIDField()
    course = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["clinic", "course"], name="touched_by_clinic")]
