"""What processes of several machines count together."""

from django.db import models


class Shared(models.Model):
    """One entry of the cache that all processes share.

    Attributes:
        key: As Django's cache makes it.
        value: JSON.
        expires_at: From then on it counts as not there; None keeps it.
    """

    key = models.CharField(primary_key=True, max_length=250)
    value = models.TextField()
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
