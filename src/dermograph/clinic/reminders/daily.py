"""What is done once a day, registered by whoever starts the clock: apps above this one are not known here."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Final

from django.db.models import Q

from dermograph.clinic.reminders.models import DailyJob

_log = logging.getLogger("dermograph.reminders")

#: A job that was begun and has not come to its end by then is begun again: each must bear being done twice.
LEASE: Final = dt.timedelta(minutes=30)
Job = Callable[[dt.datetime], object]
JOBS: Final[dict[str, Job]] = {}


def register(name: str, job: Job) -> None:
    """Have something done once a day, UTC.

    Args:
        name: Of it, at most 60 characters; the same name again takes its place.
        job: Called with now.
    """
    JOBS[name] = job


def do_daily(now: dt.datetime) -> list[str]:
    """Do what was not done today; the names of what came to its end."""
    today = now.astimezone(dt.UTC).date()
    # A day or a lease far ahead was written while the clock was wrong; a little ahead, by a machine whose clock is.
    is_due = Q(done_on=None) | Q(done_on__lt=today) | Q(done_on__gt=today + dt.timedelta(days=1))
    is_free = Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    waits = is_due & is_free
    done = []
    for name, job in JOBS.items():
        if not DailyJob.objects.filter(waits, pk=name).exists():
            if DailyJob.objects.filter(pk=name).exists():
                continue
            DailyJob.objects.get_or_create(pk=name)
        if not DailyJob.objects.filter(waits, pk=name).update(leased_until=now + LEASE):
            continue
        try:
            job(now)
        except Exception:  # noqa: BLE001 (the others are done all the same; this one again once its lease is over)
            _log.exception("the daily job %s failed", name)
            continue
        DailyJob.objects.filter(pk=name).update(done_on=today, leased_until=None)
        done.append(name)
    return done
