"""Whether this machine's clock can be right: it never lies before what was already written down."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path

from dermograph.clinic.audit.models import AuditEntry
from dermograph.core.errors import InputError
from dermograph.core.text import Text

MAY_DIFFER = dt.timedelta(minutes=5)
_LOOKED_AT = 1000


def newest_entry() -> dt.datetime | None:
    """When the newest entry of the audit trail was written; None where there is none."""
    # The last ones that were added, by their key: no index leads to the latest moment of a million.
    return max(AuditEntry.objects.order_by("-pk").values_list("at", flat=True)[:_LOOKED_AT], default=None)


def set_back(now: dt.datetime) -> dt.datetime | None:
    """The newest entry's moment, if the clock lies more than five minutes before it; else None."""
    last = newest_entry()
    return last if last is not None and last - now > MAY_DIFFER else None


def check_clock(now: dt.datetime) -> None:
    """Refuse a clock that was set back: days, signatures and the order of entries would be wrong.

    Raises:
        InputError: If it was.
    """
    last = set_back(now)
    if last is not None:
        raise InputError(
            Text(
                f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, before the last entry, {last:%Y-%m-%d %H:%M}.",
                f"El reloj de este equipo marca {now:%Y-%m-%d %H:%M} UTC, antes de la última anotación, "
                f"{last:%Y-%m-%d %H:%M} UTC.",
            ),
            todo=Text("Set the clock, then start again.", "Ponga el reloj en hora y vuelva a empezar."),
        )


def of_the_disk(folder: Path, now: dt.datetime) -> dt.timedelta:
    """By how much the file system's clock, which may be another machine's, goes before ours.

    Raises:
        OSError: If nothing can be written there.
    """
    probe = folder / f"clock.{uuid.uuid4().hex[:8]}"
    handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, b"?")
        return dt.datetime.fromtimestamp(os.fstat(handle).st_mtime, dt.UTC) - now
    finally:
        os.close(handle)
        probe.unlink()
