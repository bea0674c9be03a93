"""Where a person is signed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from dermograph.clinic.records import Record

LONGEST_AGENT = 255


class SignedIn(Record):
    """One session of a person, known by a hash of its key: who reads the table cannot take it over.

    Attributes:
        key_hash: SHA-256 of the session's key, hexadecimal.
        agent: What the browser says of itself, cut.
        first_seen, last_seen: When it began, and when a page was opened last, to a few minutes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signed_in")
    key_hash = models.CharField(max_length=64, unique=True)
    agent = models.CharField(max_length=LONGEST_AGENT, blank=True)
    first_seen = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)
