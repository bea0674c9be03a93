"""How many requests a token has a minute, over all processes, and how many wrong tokens an address may try."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import OrderedDict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.api.problems import ProblemError
from dermograph.core.text import Text

_AT_ONCE = 20  # requests that a process takes from the minute with one write
_MOST_KEPT = 10_000
_lock = threading.Lock()
_granted: dict[uuid.UUID, tuple[dt.datetime, int]] = {}
_wrong: OrderedDict[str, tuple[dt.datetime, int]] = OrderedDict()


def take_one(token: ApiToken) -> None:
    """Take one request from the minute of a token.

    A process takes several at once from the row of the token, so that not every request writes; it never grants more
    than the minute has, whatever the number of processes, and may grant a few less.

    Raises:
        ProblemError: 429 if nothing is left.
    """
    minute = timezone.now().replace(second=0, microsecond=0)
    with _lock:
        since, left = _granted.get(token.pk, (minute, 0))
        if since == minute and left > 0:
            _granted[token.pk] = (minute, left - 1)
            return
    got = _reserve(token, minute)
    if got == 0:
        raise _too_many()
    with _lock:
        since, left = _granted.get(token.pk, (minute, 0))
        _granted[token.pk] = (minute, (left if since == minute else 0) + got - 1)
        if len(_granted) > _MOST_KEPT:
            _granted.clear()


def wrong_token(address: str) -> None:
    """Count a token that is not taken.

    Raises:
        ProblemError: 429 once an address has tried too many within a minute. A right token is never held up by it.
    """
    minute = timezone.now().replace(second=0, microsecond=0)
    with _lock:
        since, count = _wrong.pop(address, (minute, 0))
        count = count + 1 if since == minute else 1
        _wrong[address] = (minute, count)
        while len(_wrong) > _MOST_KEPT:
            _wrong.popitem(last=False)
    if count > settings.API_WRONG_TOKENS_A_MINUTE:
        raise _too_many()


def forget() -> None:
    """Begin to count anew, as a process that has just started."""
    with _lock:
        _granted.clear()
        _wrong.clear()


def _reserve(token: ApiToken, minute: dt.datetime) -> int:
    most = settings.API_REQUESTS_A_MINUTE
    with transaction.atomic():
        row = ApiToken.objects.select_for_update(of=("self",), no_key=True).only("window", "spent").get(pk=token.pk)
        spent = row.spent if row.window == minute else 0
        got: int = max(0, min(_AT_ONCE, most - spent))
        if got:
            ApiToken.objects.filter(pk=token.pk).update(window=minute, spent=spent + got)
    return got


def _too_many() -> ProblemError:
    wait = max(1, 60 - timezone.now().second)
    return ProblemError(
        429,
        "too-many",
        Text("There were too many requests in this minute.", "Ha habido demasiadas peticiones en este minuto."),
        Text(f"Wait {wait} seconds.", f"Espere {wait} segundos."),
        headers={"Retry-After": str(wait)},
    )
