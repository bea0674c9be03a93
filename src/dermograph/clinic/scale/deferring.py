"""Jobs for the workers: each says "look at this row". The row is the truth: a job that comes twice does nothing twice.

A job is deferred on Django's own connection, so that it is there exactly when its row is.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Final

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from dermograph.clinic.gallery.kinds import KINDS, in_order
from dermograph.clinic.gallery.leases import nobodys
from dermograph.clinic.gallery.models import Work

_log = logging.getLogger("dermograph.worker")

#: The queue of what takes seconds, and the one of what must not wait for it.
MEASURING, CLOCK = "measuring", "clock"
LOOK_AT: Final = "dermograph.look_at"
_AT_ONCE = 500


def is_possible() -> bool:
    """Whether jobs can be deferred here: on PostgreSQL, with the extra ``scale``."""
    return connection.vendor == "postgresql" and apps.is_installed("procrastinate.contrib.django")


def announce(row: Work) -> None:
    """Defer a look at a row, in the transaction that adds it."""
    defer_look(type(row), row.pk)


def defer_look(kind: type[Work], pk: uuid.UUID, at: dt.datetime | None = None) -> bool:
    """Defer a look at a row, unless one is deferred already.

    A queue that is away must not keep a photograph from being stored: the sweep finds the row.

    Args:
        kind: One that is registered in ``gallery.kinds``.
        pk: Of the row.
        at: Not before then; None for at once.

    Returns:
        Whether it was deferred.
    """
    from procrastinate.contrib.django.django_connector import DjangoConnector  # noqa: PLC0415 (of the extra)
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException  # noqa: PLC0415 (the same)
    from procrastinate.manager import JobManager  # noqa: PLC0415 (the same)
    from procrastinate.tasks import configure_task  # noqa: PLC0415 (the same)

    work = KINDS[kind]
    try:
        with transaction.atomic():  # a look that is there already must not end the transaction around
            configure_task(
                name=LOOK_AT,
                job_manager=JobManager(DjangoConnector()),
                queue=MEASURING,
                queueing_lock=f"{work.name}:{pk}",
                priority=work.first,
                schedule_at=at,
            ).defer(kind=work.name, pk=str(pk))
    except AlreadyEnqueued:
        return False
    except (ConnectorException, DatabaseError):
        _log.exception("%s %s was not announced; the sweep finds it", work.name, pk)
        return False
    return True


def announce_what_is_nobodys() -> int:
    """Defer a look at every row that is free and has none: not announced, given back, or left by who died; how many."""
    deferred = 0
    for kind in in_order():
        free = nobodys(kind.model, _AT_ONCE)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%s)",
                [[f"{kind.name}:{pk}" for pk in free]],
            )
            there = {lock for (lock,) in cursor.fetchall()}
        deferred += sum(defer_look(kind.model, pk) for pk in free if f"{kind.name}:{pk}" not in there)
    return deferred


def workers_at_work() -> int:
    """How many processes take jobs: those whose sign of life is at most half a minute old."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"
        )
        every: int = cursor.fetchone()[0]
    return (every + 1) // 2  # each process takes from two queues
