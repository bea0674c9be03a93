"""Work that is done when the answer has gone out, so that how long it takes tells nobody anything."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponseBase

LOG = logging.getLogger("dermograph.clinic")
_LATER = "_accounts_later"


def do_later(request: HttpRequest | None, work: Callable[[], None]) -> None:
    """Keep work until the answer is sent; without a request, or outside the middleware, do it now."""
    waiting = getattr(request, _LATER, None)
    if waiting is None:
        work()
    else:
        waiting.append(work)


def begin(request: HttpRequest) -> None:
    """From now on, work waits."""
    setattr(request, _LATER, [])


def hand_over(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the answer do the waiting work when the server closes it."""
    waiting: list[Callable[[], None]] = getattr(request, _LATER, None) or []
    response._resource_closers.extend(partial(_do, work) for work in waiting)  # type: ignore[attr-defined]  # noqa: SLF001 (Django has no public way)
    setattr(request, _LATER, None)


def _do(work: Callable[[], None]) -> None:
    """Do it; Django says nothing of what fails when an answer is closed, and an entry of the trail would be missing."""
    try:
        work()
    except Exception:
        LOG.exception("work after the answer failed")
