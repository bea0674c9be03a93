"""The queue: each piece of work is its own row. It is taken by one conditional update, so that two never have it.

The number of the attempt tells two runners apart: whoever's lease ran out and was taken over can write nothing more.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dermograph.clinic.gallery.models import Stage, Work
from dermograph.clinic.people.models import Course
from dermograph.core.text import LANGUAGES, Text

#: Seconds for which work is taken; it is renewed while it goes on, and free again after that.
LEASE_S = 20.0
#: How often a piece of work is begun at most and does not come to an end.
MOST_ATTEMPTS = 3
_REST_S = 2.0  # times the number of those, before the next one
#: How often besides a place may be in its way, such as a disk that is full or away; each rest is four times the former.
MOST_ATTEMPTS_AT_A_PLACE = 5
_REST_OF_PLACE_S = 15.0
#: The step of what waits for a place, or failed because of one.
STORAGE = "storage"
_MOST_FOR_REPORT = 2 * MOST_ATTEMPTS_AT_A_PLACE
_LOOKED_AT = 8

Taken = TypeVar("Taken", bound=Work)

#: Set where work was added, so that the runner of the same process need not wait for its next look.
added = threading.Event()
#: Who else is told of new work, such as workers on other machines; called in the transaction that adds it.
announcers: list[Callable[[Work], None]] = []
#: What follows where work has failed for good; called in the transaction that says so, with the row as it was taken.
when_failed: list[Callable[[Work], None]] = []

GAVE_UP = Text(
    "This was begun three times and never came to an end.", "Se intentó tres veces y nunca llegó a terminar."
)
MEND_PLACE = Text(
    "Tell who looks after the server, then ask for it again.", "Avise a quien cuida del servidor y vuelva a pedirlo."
)
TRY_AGAIN = Text(
    "Ask for it again; if it fails again, take the photograph anew.",
    "Vuelva a pedirlo; si falla otra vez, repita la fotografía.",
)


def announce(row: Work) -> None:
    """Tell whoever works that there is something to do, in the transaction that adds it.

    Whoever is not reached finds the row by itself, later: the row is what counts.
    """
    is_unreported = row.stage == Stage.DONE and row.leased_until is not None
    if row.stage != Stage.WAITING and not is_unreported:
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
    now = _now()
    free = _free(now)
    rows = _rows(model)
    found = rows.filter(free, superseded_by__isnull=True)
    if pk is not None:
        found = found.filter(pk=pk)
    for row in found.order_by("written_at")[:_LOOKED_AT]:
        mine = rows.filter(free, pk=row.pk, attempt=row.attempt)
        if _never_ended(row) >= MOST_ATTEMPTS:
            _end(mine, row, _said(GAVE_UP))
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
    now = _now()
    rows = _rows(model)
    left = rows.filter(_unreported(now))
    if pk is not None:
        left = left.filter(pk=pk)
    row = left.filter(superseded_by__isnull=True).first()
    if row is None:
        return None
    mine = left.filter(pk=row.pk, attempt=row.attempt)
    if row.attempt >= _MOST_FOR_REPORT:
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
    now = _now()
    found = _rows(model).filter(_free(now) | _unreported(now), superseded_by__isnull=True)
    return list(found.order_by("written_at").values_list("pk", flat=True)[:most])


def next_look(model: type[Work], pk: uuid.UUID) -> dt.datetime | None:
    """When a row should be looked at again; None if nothing is left to do for it."""
    unfinished = Q(stage__in=(Stage.WAITING, Stage.RUNNING)) | Q(stage=Stage.DONE, leased_until__isnull=False)
    row = _rows(model).filter(unfinished, pk=pk, superseded_by__isnull=True).values("leased_until").first()
    return None if row is None else row["leased_until"] or _now()


def reported(row: Work, **values: Any) -> None:  # noqa: ANN401 (columns)
    """Write what the report adds; nothing is left to do then."""
    done = _rows(type(row)).filter(pk=row.pk, stage=Stage.DONE, attempt=row.attempt)
    done.update(leased_until=None, step="", **values)


def keep_for_report(row: Work) -> bool:
    """Keep the lease of what is done but for its report."""
    until = _now() + dt.timedelta(seconds=LEASE_S)
    done = _rows(type(row)).filter(pk=row.pk, stage=Stage.DONE, attempt=row.attempt)
    return bool(done.exclude(leased_until=None).update(leased_until=until))


def renew(row: Work, step: str, share: float) -> bool:
    """Say how far it is, and keep the lease.

    Returns:
        False if the work is no longer the caller's.
    """
    until = _now() + dt.timedelta(seconds=LEASE_S)
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
    now = _now()
    values |= {"leased_until": now + dt.timedelta(seconds=LEASE_S) if report else None}
    values |= {"step": "report" if report else ""}
    return bool(_mine(row).update(stage=Stage.DONE, progress=1, done_at=now, **values))


def fail(row: Work, words: dict[str, str]) -> None:
    """Say why there will be no result."""
    _end(_mine(row), row, words)


def give_back(row: Work) -> None:
    """Let it be tried again after a short rest; after the last attempt it has failed."""
    begun = _never_ended(row)
    if begun >= MOST_ATTEMPTS:
        fail(row, _said(GAVE_UP))
        return
    rest = _now() + dt.timedelta(seconds=_REST_S * begun)
    _mine(row).update(stage=Stage.WAITING, leased_until=rest, step="", progress=0)


def wait_for_place(row: Work, words: dict[str, str]) -> None:
    """Let it be tried again after a rest that grows, because a place is in the way; in the end it has failed.

    Args:
        row: As it was taken.
        words: What is in the way.
    """
    if row.rests + 1 >= MOST_ATTEMPTS_AT_A_PLACE:
        _end(_mine(row), row, {key: f"{words[key]} {MEND_PLACE.say(key)}" for key in LANGUAGES}, step=STORAGE)
        return
    rest = _now() + dt.timedelta(seconds=_REST_OF_PLACE_S * 4**row.rests)
    _mine(row).update(stage=Stage.WAITING, leased_until=rest, step=STORAGE, progress=0, rests=F("rests") + 1)


def begin_anew(row: Work) -> bool:
    """Let what has failed be tried again from the beginning, because somebody asks for it.

    Returns:
        False if it has not failed, or does not stand.
    """
    failed = _rows(type(row)).filter(pk=row.pk, stage=Stage.FAILED, superseded_by__isnull=True)
    blank: dict[str, Any] = {
        "leased_until": None,
        "attempt": 0,
        "rests": 0,
        "step": "",
        "progress": 0,
        "failure": {},
        "done_at": None,
    }
    new = failed.update(stage=Stage.WAITING, **blank)
    if new:
        row.refresh_from_db()
        announce(row)
    return bool(new)


def release(row: Work) -> None:
    """Let go of work that could not be gone on with here; the attempt does not count."""
    _mine(row).update(stage=Stage.WAITING, leased_until=None, step="", progress=0, attempt=F("attempt") - 1)


def _end(mine: QuerySet[Any], row: Work, words: dict[str, str], step: str = "") -> None:
    """Write down that there will be no result, and what follows from that."""
    with transaction.atomic():
        # First of all, as whoever decides about its photographs, or erases it, does: they would wait for one another.
        list(Course.objects.select_for_update(no_key=True).filter(pk__in=mine.values("course")))
        now = _now()
        if mine.update(stage=Stage.FAILED, leased_until=None, step=step, failure=words, done_at=now):
            for follow in when_failed:
                follow(row)


def _never_ended(row: Work) -> int:
    """How often it was begun, but for those times that a place was in the way."""
    return row.attempt - row.rests


def _free(now: dt.datetime) -> Q:
    rested = Q(leased_until=None) | Q(leased_until__lte=now)
    return Q(stage__in=(Stage.WAITING, Stage.RUNNING)) & rested


def _unreported(now: dt.datetime) -> Q:
    return Q(stage=Stage.DONE, leased_until__lte=now)


def _mine(row: Work) -> QuerySet[Any]:
    return _rows(type(row)).filter(pk=row.pk, stage=Stage.RUNNING, attempt=row.attempt)


def _now() -> dt.datetime:
    """Now by the clock that all machines share, the database's; SQLite has the machine's."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now


def _rows(model: type[Work]) -> QuerySet[Any]:
    """All rows of a kind of work; of one that Django's types do not know, since the kind is abstract."""
    rows: QuerySet[Any] = model._default_manager.all()  # noqa: SLF001 (Django's name for it)
    return rows


def _said(why: Text) -> dict[str, str]:
    return {"en": f"{why.en} {TRY_AGAIN.en}", "es": f"{why.es} {TRY_AGAIN.es}"}
