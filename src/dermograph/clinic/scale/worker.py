"""A worker: takes looks at rows, measures, and keeps the clock, until told to stop.

Two queues in one process: one measures, one job at a time; the other is never held up by it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import connections
from django.utils import timezone

from dermograph.clinic.gallery import kinds, leases, tasks
from dermograph.clinic.gallery.models import Work
from dermograph.clinic.reminders import clock, daily
from dermograph.clinic.scale.deferring import (
    CLOCK,
    LOOK_AT,
    MEASURING,
    announce_what_is_nobodys,
    defer_look,
)
from dermograph.clinic.scale.shared_cache import forget_what_is_over
from dermograph.clinic.website.requesting import erase_old

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.worker import Worker

_log = logging.getLogger("dermograph.worker")

#: Seconds without a sign of life after which a worker counts as dead. It gives one every ten.
DEAD_AFTER_S: Final = 30.0
_SWEEP, _MINUTE = "* * * * * */15", "* * * * *"
_LOOK_FOR_STOP_S, _REST_S = 0.2, 5.0
_POLL_S = 2.0  # where a notification is lost
_KEPT_HOURS = 14 * 24  # jobs that broke off, for who looks for a reason
Done = TypeVar("Done")


def register_daily() -> None:
    """What is done once a day, whoever keeps the clock."""
    daily.register("website.requests", lambda now: erase_old(now=now))
    daily.register("scale.shared", forget_what_is_over)


def run(stop: threading.Event) -> None:
    """Work until told to stop. What is being measured then is let go of, for whoever comes next.

    Args:
        stop: Set by who wants it to end. A database that is away is waited for.
    """
    register_daily()
    tasks.child.start()
    try:
        while not stop.is_set():
            try:
                asyncio.run(_work(stop))
            except Exception:  # noqa: BLE001 (a database that is away comes back)
                _log.exception("the worker could not work; it tries again")
            if not stop.is_set():
                stop.wait(_REST_S)
    finally:
        tasks.child.stop()


async def _work(stop: threading.Event) -> None:
    """One stretch of work: until told to stop, or until the database is away."""
    from procrastinate.worker import Worker  # noqa: PLC0415 (of the extra)

    with ThreadPoolExecutor(1, "measuring") as measuring, ThreadPoolExecutor(2, "clock") as keeping:
        app = _app(stop, measuring, keeping)
        async with app.open_async():
            pair = [
                Worker(
                    app=app,
                    queues=[queue],
                    name=queue,
                    concurrency=at_once,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_POLL_S,
                    stalled_worker_timeout=DEAD_AFTER_S,
                )
                for queue, at_once in ((MEASURING, 1), (CLOCK, 2))
            ]
            running = [asyncio.create_task(one.run()) for one in pair]  # type: ignore[no-untyped-call] # without types
            try:
                await _until_told(stop, running)
            finally:
                await _end(pair, running, stop)


async def _until_told(stop: threading.Event, running: list[asyncio.Task[None]]) -> None:
    while True:
        # First of all, for a worker forgets a request to stop that comes before it runs.
        await asyncio.sleep(_LOOK_FOR_STOP_S)
        if stop.is_set() or any(one.done() for one in running):
            return


async def _end(pair: list[Worker], running: list[asyncio.Task[None]], stop: threading.Event) -> None:
    """End both, whichever ended first; what went wrong is told."""
    for one in pair:
        one.stop()  # type: ignore[no-untyped-call] # without types
    for came in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(came, BaseException) and not stop.is_set():
            raise came


def _app(stop: threading.Event, measuring: ThreadPoolExecutor, keeping: ThreadPoolExecutor) -> App:
    """The jobs that a worker knows."""
    from procrastinate import App, PsycopgConnector  # noqa: PLC0415 (of the extra)
    from procrastinate.contrib.django.utils import connector_params  # noqa: PLC0415 (the same)

    app = App(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4))

    async def inside(pool: ThreadPoolExecutor, do: Callable[[], Done]) -> Done:
        return await asyncio.get_running_loop().run_in_executor(pool, _with_connection, do)

    @app.task(name=LOOK_AT, queue=MEASURING)
    async def look_at(kind: str, pk: str) -> None:
        await inside(measuring, lambda: look(kind, uuid.UUID(pk), stop))

    @app.periodic(cron=_SWEEP)
    @app.task(name="dermograph.sweep", queue=CLOCK, queueing_lock="sweep")
    async def sweep(timestamp: int) -> None:  # noqa: ARG001 (the library gives it)
        await forget_stalled(app)
        await inside(keeping, announce_what_is_nobodys)

    @app.periodic(cron=_MINUTE)
    @app.task(name="dermograph.minute", queue=CLOCK, lock="minute", queueing_lock="minute")
    async def minute(timestamp: int) -> None:  # noqa: ARG001 (the library gives it)
        await inside(keeping, lambda: clock.minute(timezone.now(), stop))

    @app.periodic(cron="30 3 * * *")
    @app.task(name="dermograph.tidy", queue=CLOCK, queueing_lock="tidy")
    async def tidy(timestamp: int) -> None:  # noqa: ARG001 (the library gives it)
        await app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS, include_failed=True, include_cancelled=True)

    return app


def look(kind: str, pk: uuid.UUID, stop: threading.Event) -> None:
    """Look at a row: do its work if it is free, and see to it that somebody looks again while it is not done."""
    known = kinds.named(kind)
    if known is None:
        _log.warning("work of the kind %s is not known here: another version deferred it", kind)
        return
    if not known.is_done_here():
        return  # the sweep has it looked at again, until somebody takes it who has what it needs
    model = known.model
    try:
        if not stop.is_set():
            tasks.work_on(model, pk, stop)
    except tasks.PlaceAway:
        _look_again(model, pk)  # whoever has the photographs takes it
        _wait_for_places(stop)
    else:
        _look_again(model, pk)


def _look_again(model: type[Work], pk: uuid.UUID) -> None:
    again_at = leases.next_look(model, pk)
    if again_at is not None:
        defer_look(model, pk, again_at)


def _wait_for_places(stop: threading.Event) -> None:
    """Take no work while photographs or keys are away; the clock goes on meanwhile."""
    while not stop.is_set():
        try:
            tasks.look_at_places()
        except tasks.PlaceAway as why:
            _log.error("nothing is measured here: %s", why)
            stop.wait(_REST_S)
        else:
            return


async def forget_stalled(app: App) -> int:
    """Remove the jobs of workers that died; how many.

    They are not begun again as they are: their rows are announced anew, once nobody holds them.
    """
    from procrastinate.jobs import Status  # noqa: PLC0415 (of the extra)

    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_S))
    for job in stalled:
        _log.warning("job %s of a worker that died is taken over", job.id)
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
    return len(stalled)


def _with_connection(do: Callable[[], Done]) -> Done:
    """Each job opens a connection of its own: none waits for hours, cut off by something in between."""
    try:
        return do()
    finally:
        connections.close_all()
