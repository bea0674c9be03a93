"""The minute: plan what becomes due, send it, and do what is done once a day. Several processes may run it at once."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import Final

from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone

from dermograph.clinic.reminders.daily import do_daily
from dermograph.clinic.reminders.models import Choice
from dermograph.clinic.reminders.planning import LOOK_EVERY, plan
from dermograph.clinic.reminders.sending import mail_leaves, send_due

_log = logging.getLogger("dermograph.reminders")
EVERY_S: Final = 60.0
#: What apps above this one send every minute, by their names.
ROUNDS: Final[dict[str, Callable[[dt.datetime, threading.Event | None], object]]] = {}


def minute(now: dt.datetime, stop: threading.Event | None = None) -> int:
    """Do what is due.

    Args:
        now: The instant that counts as now; tests give their own.
        stop: Set by who wants it to end.

    Returns:
        How many reminders were sent. Where no mail is configured none is planned either.
    """
    do_daily(now)
    for name, send in ROUNDS.items():
        try:
            send(now, stop)
        except Exception:  # noqa: BLE001 (the reminders are sent all the same; this a minute later)
            _log.exception("the round of the %s failed", name)
    if not mail_leaves():
        return 0
    look(now)
    return send_due(now, stop)


def look(now: dt.datetime) -> int:
    """Look through the clinics that were not looked through lately, one process each; how many."""
    waits = Q(looked_at=None) | Q(looked_at__lte=now - LOOK_EVERY) | Q(looked_at__gt=now + LOOK_EVERY)
    looked = 0
    for choice in Choice.objects.filter(waits).exclude(kinds=[]).select_related("clinic"):
        if not Choice.objects.filter(waits, pk=choice.pk).update(looked_at=now):
            continue  # another process does it
        try:
            plan(choice, now)
        except Exception:  # noqa: BLE001 (the other clinics' patients get theirs)
            _log.exception("the reminders of clinic %s could not be planned", choice.clinic_id)
        looked += 1
    return looked


def run(stop: threading.Event, every_s: float = EVERY_S) -> None:
    """Do it every minute until told to stop; whatever fails is tried again a minute later."""
    while not stop.is_set():
        close_old_connections()
        try:
            minute(timezone.now(), stop)
        except Exception:  # noqa: BLE001 (a database that is away comes back)
            _log.exception("the reminders could not be sent; it is tried again")
        finally:
            close_old_connections()
        stop.wait(every_s)


def start(stop: threading.Event) -> threading.Thread:
    """Run it in a thread of its own, beside other work of the process."""
    thread = threading.Thread(target=run, args=(stop,), name="reminders", daemon=True)
    thread.start()
    return thread
