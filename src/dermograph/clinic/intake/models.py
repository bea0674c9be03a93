"""What is known of a patient, the assessments that follow from it, and consents."""

import uuid

from django.conf import settings
from django.db import models

from dermograph.clinic.records import Entry, Record


class Answer(Entry):
    """One fact as somebody answered it, or why it is not known.

    Attributes:
        course: The course whose area it is about; None for a fact of the patient.
        fact: Its id in the vocabulary.
        value: As JSON (true, a word, a number, a day as 2026-11-21); None if it is missing.
        missing: Why it is missing, a key of ``MISSING``; empty if it has a value.
        answered_on: The day from which it holds.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="answers")
    course = models.ForeignKey("people.Course", null=True, blank=True, on_delete=models.PROTECT, related_name="answers")
    fact = models.CharField(max_length=60)
    value = models.JSONField(null=True, blank=True)
    missing = models.CharField(max_length=20, blank=True)
    answered_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["patient", "fact"])]

    @property
    def in_place_of(self) -> uuid.UUID | None:
        """The id of the answer that the patient put it in place of; None where the clinic wrote it."""
        before: uuid.UUID | None = self.supersedes_id
        return before if self.written_by_id is None else None


class Happening(Entry):
    """Something dated that rules speak of, such as sun on the area or another treatment.

    Attributes:
        course: The course whose area it concerns; None if it concerns all of them.
        what: Its id among the events of the vocabulary.
        first, last: Its days, both inclusive.
        cancelled: Written by a correction that says it did not happen.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="happenings")
    course = models.ForeignKey(
        "people.Course", null=True, blank=True, on_delete=models.PROTECT, related_name="happenings"
    )
    what = models.CharField(max_length=60)
    first = models.DateField()
    last = models.DateField()
    cancelled = models.BooleanField(default=False)


class Assessment(Entry):
    """A signed assessment of a course, pinned to the protocol that decided it.

    Attributes:
        facts: The facts and the missing ones as they were, ``{"facts": {…}, "missing": {…}, "answers": {…}}``, the last
            with the id of the answer that said so.
        result: ``AreaAssessment.to_json`` in English and in Spanish, ``{"en": {…}, "es": {…}}``.
        not_before: The first day on which all dated blocks are over; None if unknown.
    """

    course = models.ForeignKey("people.Course", on_delete=models.PROTECT, related_name="assessments")
    assessed_on = models.DateField()
    facts = models.JSONField()
    verdict = models.CharField(max_length=12)
    worst_case = models.CharField(max_length=12)
    not_before = models.DateField(null=True, blank=True)
    result = models.JSONField()
    protocol_version = models.CharField(max_length=30)
    protocol_hash = models.CharField(max_length=80)


class Override(Entry):
    """The medical lead's decision to go on against a verdict, with the reason."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="overrides")
    verdict = models.CharField(max_length=12)
    reason = models.TextField(max_length=4000)


class ConsentText(Record):
    """One version of the words that are signed. Never changed once it is there.

    Attributes:
        purposes: The purposes that it asks for, each ``{"id", "label", "needed", "withdrawal"}``: without a needed one
            nothing is signed; the last says what taking it back does.
        sha256: Of title, body and purposes, hexadecimal.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="consent_texts")
    treatment = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=2)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    body = models.TextField()
    purposes = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "treatment", "language", "version"], name="one_consent_text_a_version"
            )
        ]


class Consent(Entry):
    """A consent that was signed.

    Attributes:
        purposes: The ids of the purposes that were agreed to.
        refused: The ids of those that were not.
        strokes: The drawn signature, lists of ``[x, y]`` between 0 and 1; ``{"typed": …}`` where it was typed; never
            empty.
        text_sha256: The hash of the words at the moment of signing.
    """

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="consents")
    course = models.ForeignKey(
        "people.Course", null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    purposes = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    signed_name = models.CharField(max_length=200)
    strokes = models.JSONField()
    signed_at = models.DateTimeField()
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        # Who agreed to what is found without opening a consent: of many patients few agree to what is looked for.
        indexes = [models.Index(fields=["clinic", "patient", "purposes", "id"], name="consents_by_patient")]


class Withdrawal(Entry):
    """A consent taken back, for one purpose or for all."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="withdrawals")
    purpose = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True, max_length=2000)
