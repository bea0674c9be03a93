"""How often somebody may ask: counted in Django's cache, by address where nobody knows them."""

from __future__ import annotations

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60  # s
AT_MOST = 60  # in a window, from one address


def address_of(request: HttpRequest) -> str:
    """Where a request came from; behind the clinic's proxy what that says, never what the visitor sent before it."""
    if getattr(settings, "BEHIND_TLS", False):
        passed: str = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        if passed:
            return passed
    return str(request.META.get("REMOTE_ADDR", ""))


def is_too_often(request: HttpRequest, what: str, at_most: int = AT_MOST) -> bool:
    """Whether this is one request too many from an address within a minute.

    Args:
        request: Who asks.
        what: What is counted, a word.
        at_most: So many are answered.
    """
    return is_one_too_many(address_of(request), what, at_most)


def is_one_too_many(who: str, what: str, at_most: int) -> bool:
    """Whether this is one request too many of somebody within a minute.

    Args:
        who: An address, or the id of an account.
        what: What is counted, a word.
        at_most: So many are answered.
    """
    window = int(time.time() // WINDOW)
    key = f"slow:{what}:{hashlib.sha256(who.encode()).hexdigest()[:32]}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        return cache.incr(key) > at_most
    except ValueError:  # dropped in between
        return False
