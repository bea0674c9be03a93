"""What every record has in common, and what a clinical entry is: written once, corrected by another, never edited."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

#: Whose migrations only the extra ``scale`` knows: the queue of the workers. Nothing clinical lies in its tables.
QUEUE_APP = "procrastinate"


class Record(models.Model):
    """A row that pages and other systems name by an id that says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class StandingEntries(models.QuerySet[Any]):
    """Clinical entries."""

    def standing(self) -> Self:
        """Those that nothing has superseded."""
        # Not `superseded_by=None`: of that PostgreSQL expects one row, and then goes through whole tables.
        later = self.model._base_manager.filter(supersedes=models.OuterRef("pk"))  # noqa: SLF001 (Django's documented name)
        return self.filter(~models.Exists(later))


class Entry(Record):
    """A clinical entry. A correction is a new entry that supersedes it; the old one stays and stays readable.

    Attributes:
        clinic: Whose record it belongs to; every query goes through it.
        written_at, written_by: When it was written down, and by whom; None for what the patient sent.
        supersedes: The entry that this one corrects; None for a first one.
        correction_reason: Why, in the words of who corrected; of a first one empty, or where it was told.
    """

    # Columns that may change after the entry was written, such as the progress of a measurement. Nothing clinical.
    changeable: ClassVar[tuple[str, ...]] = ()

    clinic = models.ForeignKey("people.Clinic", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    correction_reason = models.TextField(blank=True, max_length=2000)

    objects = StandingEntries.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's options)
        """Write a new entry, or change what may change.

        Raises:
            TypeError: If a written entry would be edited.
        """
        if self._state.adding:
            options["force_insert"] = True
        elif not set(options.get("update_fields") or ["everything"]) <= set(self.changeable):
            msg = f"a {type(self).__name__} is never edited: write one that supersedes it"
            raise TypeError(msg)
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> tuple[int, dict[str, int]]:  # noqa: ANN401 (Django's options)
        """Refused.

        Raises:
            TypeError: Always; only the erasure of a whole patient removes entries.
        """
        msg = f"a {type(self).__name__} is never deleted"
        raise TypeError(msg)

    @property
    def stands(self) -> bool:
        """Whether nothing has superseded it."""
        return not hasattr(self, "superseded_by")
