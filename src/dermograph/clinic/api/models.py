"""Tokens of programs, and the answers to their writes, kept for a day so that a repeated one does nothing twice."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record


class ApiToken(Record):
    """What a program shows instead of a password. The token itself is never stored.

    Attributes:
        member: In whose name it acts: what their role may not do, the token may not either.
        name: What the clinic calls the program.
        prefix: The first characters of the token, by which people recognise it.
        sha256: Of the token, hexadecimal.
        scopes: The ids of what it may do, see ``scopes.SCOPES``.
        expires_at: It is refused from then on.
        last_used_at: To within a few minutes; None if it was never used.
        window, spent: The minute that is counted, and how many requests were granted in it.
    """

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="api_tokens")
    member = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    window = models.DateTimeField(null=True, blank=True)
    spent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-made_at"]


class KeptAnswer(models.Model):
    """What one write was answered, under its idempotency key.

    Attributes:
        key: As the program sent it.
        asked: SHA-256 of method, address and body, hexadecimal: the same key with anything else is refused.
        headers: Those that belong to the answer, such as ``Location``.
        body: Encrypted under a key that only the token itself gives, so that no copy of the database can read it.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="kept")
    key = models.CharField(max_length=128)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_a_key")]
