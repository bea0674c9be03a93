"""Taking over days from a calendar that was read, once, and taking them back: all of it or nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.calendars.diaries import Diary, diary_of
from dermograph.clinic.calendars.models import Reading, Taken
from dermograph.clinic.calendars.offered import Known
from dermograph.clinic.people.models import User

Days = tuple[str, dt.date, dt.date]  # the hash of a uid, first and last day, both inclusive


def known_of(diary: Diary) -> list[Known]:
    """What was taken over before and not taken back, in two queries."""
    standing = diary.standing()
    rows = Taken.objects.filter(is_added=True, reading__undone_at=None, **_of(diary))
    return [
        Known(one.uid_sha256, one.first, one.last, one.entry if one.entry in standing else None)
        for one in rows.order_by("first", "last", "pk")
    ]


def take_over(*, diary: Diary, who: User, days: Sequence[Days], gone: Collection[uuid.UUID] = ()) -> Reading | None:
    """Write down the days that were chosen, and take away what the calendar no longer has.

    Args:
        diary: Whose.
        who: Who chose.
        days: What was chosen; what stands already is not written twice.
        gone: Entries that were taken over before and shall go; any other id is ignored.

    Returns:
        None where nothing was left to do.

    Raises:
        InputError: If one of them cannot be; then none is written.
    """
    with transaction.atomic():
        diary.lock()
        known = known_of(diary)
        there = {(one.uid_sha256, one.first, one.last) for one in known if one.entry is not None}
        new = [one for one in dict.fromkeys(days) if one not in there]
        old = [one for one in known if one.entry is not None and one.entry in gone]
        if not new and not old:
            return None
        reading: Reading = Reading.objects.create(clinic=diary.clinic, read_by=who, **diary.whose)
        rows = []
        for one in old:
            assert one.entry is not None  # noqa: S101 (chosen so above)
            diary.remove(one.entry, who)
            rows.append(
                Taken(reading=reading, is_added=False, **_fields(one.uid_sha256, one.first, one.last, one.entry))
            )
        for uid, first, last in new:
            rows.append(Taken(reading=reading, **_fields(uid, first, last, diary.add(first, last, who))))
        Taken.objects.bulk_create(rows)
        details = {"added": len(new), "removed": len(old)}
        record("calendar.taken_over", clinic=diary.clinic, who=who, about=reading, details=details)
    return reading


def undo(*, reading: Reading, who: User) -> bool:
    """Take back what a reading did: what it added goes, what it took away comes back.

    Args:
        reading: With its clinic and its person.
        who: Who wants it.

    Returns:
        False where it was taken back before.

    Raises:
        InputError: If the patient has no course that goes on.
    """
    diary = diary_of(reading)
    with transaction.atomic():
        diary.lock()
        row = Reading.objects.select_for_update(no_key=True, of=("self",)).get(pk=reading.pk)
        if row.undone_at is not None:
            return False
        standing, added, back = diary.standing(), 0, 0
        for one in row.taken.all():
            if one.is_added and one.entry in standing:
                diary.remove(one.entry, who)
                added += 1
            elif not one.is_added:
                new = diary.add(one.first, one.last, who)
                Taken.objects.filter(is_added=True, entry=one.entry).update(entry=new)
                back += 1
        row.undone_at, row.undone_by = timezone.now(), who
        row.save(update_fields=["undone_at", "undone_by"])
        record("calendar.undone", clinic=diary.clinic, who=who, about=row, details={"removed": added, "back": back})
    return True


def readings_of(diary: Diary, most: int = 5) -> list[Reading]:
    """The latest of them, each with what it took over."""
    rows = Reading.objects.filter(**diary.whose).select_related("read_by").prefetch_related("taken")
    return list(rows[:most])


def _of(diary: Diary) -> dict[str, object]:
    return {f"reading__{name}": person for name, person in diary.whose.items()}


def _fields(uid: str, first: dt.date, last: dt.date, entry: uuid.UUID) -> dict[str, object]:
    return {"uid_sha256": uid, "first": first, "last": last, "entry": entry}
