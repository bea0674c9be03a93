"""The queue: each piece of work is its own row. It is taken by one conditional update, so that two never have it.

The number of the attempt tells two runners apart: whoever's lease ran out and was taken over can write nothing more.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dermograph.clinic.gallery.models import Stage, Work
from dermograph.core.text import Text

#: Seconds for which work is taken; it is renewed while it goes on, and free again after that.
LEASE_S = 20.0
#: How often a piece of work is begun at most.
MOST_ATTEMPTS = 3
_REST_S = 2.0  # times the number of the attempt, before the next one
_LOOKED_AT = 8

Taken = TypeVar("Taken", bound=Work)

#: Set where work was added, so that the runner of the same process need not wait for its next look.
added = threading.Event()
#: Who else is told of new work, such as workers on other machines; called in the transaction that adds it.
announcers: list[Callable[[Work], None]] = []

GAVE_UP = Text(
    "This was begun three times and never came to an end.", "Se intentó tres veces y nunca llegó a terminar."
)
TRY_AGAIN = Text(
    "Ask for it again; if it fails again, take the photograph anew.",
    "Vuelva a pedirlo; si falla otra vez, repita la fotografía.",
)


def announce(row: Work) -> None:
    """Tell whoever works that there is something to do, in the transaction that adds it.

    Whoever is not reached finds the row by itself, later: the row is what counts.
    """
    if row.stage != Stage.WAITING:
        return
    for tell in announcers:
        tell(row)
    transaction.on_commit(added.set)


def take(model: type[Taken], pk: uuid.UUID | None = None) -> Taken | None:
    """Take the oldest piece of work that is free.

    Args:
        model: The kind of work.
        pk: Take only this one; None takes any.

    Returns:
        The row as it is now, the caller's until its lease runs out; None if nothing is free.
    """
    now = timezone.now()
    free = _free(now)
    rows = _rows(model)
    found = rows.filter(free, superseded_by__isnull=True)
    if pk is not None:
        found = found.filter(pk=pk)
    for row in found.order_by("written_at")[:_LOOKED_AT]:
        mine = rows.filter(free, pk=row.pk, attempt=row.attempt)
        if row.attempt >= MOST_ATTEMPTS:
            mine.update(stage=Stage.FAILED, failure=_said(GAVE_UP), leased_until=None, done_at=now)
            continue
        until = now + dt.timedelta(seconds=LEASE_S)
        if mine.update(stage=Stage.RUNNING, leased_until=until, attempt=F("attempt") + 1, progress=0, step=""):
            taken: Taken = rows.get(pk=row.pk)
            return taken
    return None


def take_unreported(model: type[Taken], pk: uuid.UUID | None = None) -> Taken | None:
    """Take what is done but for its report, because whoever measured it stopped before the report was written.

    Args:
        model: The kind of work.
        pk: Take only this one; None takes any.
    """
    now = timezone.now()
    rows = _rows(model)
    left = rows.filter(_unreported(now))
    if pk is not None:
        left = left.filter(pk=pk)
    row = left.filter(superseded_by__isnull=True).first()
    if row is None:
        return None
    mine = left.filter(pk=row.pk, attempt=row.attempt)
    if row.attempt >= 2 * MOST_ATTEMPTS:
        mine.update(leased_until=None, step="")
        return None
    taken = mine.update(leased_until=now + dt.timedelta(seconds=LEASE_S), attempt=F("attempt") + 1)
    return rows.get(pk=row.pk) if taken else None


def nobodys(model: type[Work], most: int) -> list[uuid.UUID]:
    """What somebody should take now, the oldest first: never begun, given back, or left by who died.

    Args:
        model: The kind of work.
        most: So many at most.
    """
    now = timezone.now()
    found = _rows(model).filter(_free(now) | _unreported(now), superseded_by__isnull=True)
    return list(found.order_by("written_at").values_list("pk", flat=True)[:most])


def next_look(model: type[Work], pk: uuid.UUID) -> dt.datetime | None:
    """When a row should be looked at again; None if nothing is left to do for it."""
    unfinished = Q(stage__in=(Stage.WAITING, Stage.RUNNING)) | Q(stage=Stage.DONE, leased_until__isnull=False)
    row = _rows(model).filter(unfinished, pk=pk, superseded_by__isnull=True).values("leased_until").first()
    return None if row is None else row["leased_until"] or timezone.now()


def reported(row: Work, **values: Any) -> None:  # noqa: ANN401 (columns)
    """Write what the report adds; nothing is left to do then."""
    done = _rows(type(row)).filter(pk=row.pk, stage=Stage.DONE, attempt=row.attempt)
    done.update(leased_until=None, step="", **values)


def keep_for_report(row: Work) -> bool:
    """Keep the lease of what is done but for its report."""
    until = timezone.now() + dt.timedelta(seconds=LEASE_S)
    done = _rows(type(row)).filter(pk=row.pk, stage=Stage.DONE, attempt=row.attempt)
    return bool(done.exclude(leased_until=None).update(leased_until=until))


def renew(row: Work, step: str, share: float) -> bool:
    """Say how far it is, and keep the lease.

    Returns:
        False if the work is no longer the caller's.
    """
    until = timezone.now() + dt.timedelta(seconds=LEASE_S)
    return bool(_mine(row).update(leased_until=until, step=step[:40], progress=min(1.0, max(0.0, share))))


def finish(row: Work, *, report: bool = False, **values: Any) -> bool:  # noqa: ANN401 (columns)
    """Write the result, once.

    Args:
        row: As it was taken.
        report: Whether its report is still to be written; the caller keeps the lease for that.
        values: Columns of the result.

    Returns:
        False if the work is no longer the caller's; nothing was written then.
    """
    now = timezone.now()
    values |= {"leased_until": now + dt.timedelta(seconds=LEASE_S) if report else None}
    values |= {"step": "report" if report else ""}
    return bool(_mine(row).update(stage=Stage.DONE, progress=1, done_at=now, **values))


def fail(row: Work, words: dict[str, str]) -> None:
    """Say why there will be no result."""
    _mine(row).update(stage=Stage.FAILED, leased_until=None, step="", failure=words, done_at=timezone.now())


def give_back(row: Work) -> None:
    """Let it be tried again after a short rest; after the last attempt it has failed."""
    if row.attempt >= MOST_ATTEMPTS:
        fail(row, _said(GAVE_UP))
        return
    rest = timezone.now() + dt.timedelta(seconds=_REST_S * row.attempt)
    _mine(row).update(stage=Stage.WAITING, leased_until=rest, step="", progress=0)


def release(row: Work) -> None:
    """Let go of work that somebody wanted broken off; the attempt does not count."""
    _mine(row).update(stage=Stage.WAITING, leased_until=None, step="", progress=0, attempt=F("attempt") - 1)


def _free(now: dt.datetime) -> Q:
    rested = Q(leased_until=None) | Q(leased_until__lte=now)
    return Q(stage__in=(Stage.WAITING, Stage.RUNNING)) & rested


def _unreported(now: dt.datetime) -> Q:
    return Q(stage=Stage.DONE, leased_until__lte=now)


def _mine(row: Work) -> QuerySet[Any]:
    return _rows(type(row)).filter(pk=row.pk, stage=Stage.RUNNING, attempt=row.attempt)


def _rows(model: type[Work]) -> QuerySet[Any]:
    """All rows of a kind of work; of one that Django's types do not know, since the kind is abstract."""
    rows: QuerySet[Any] = model._default_manager.all()  # noqa: SLF001 (Django's name for it)
    return rows


def _said(why: Text) -> dict[str, str]:
    return {"en": f"{why.en} {TRY_AGAIN.en}", "es": f"{why.es} {TRY_AGAIN.es}"}
