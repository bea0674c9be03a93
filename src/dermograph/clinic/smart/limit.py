"""How many requests a program has a minute: with its tokens, and for new ones."""

from __future__ import annotations

from django.core.cache import cache
from django.utils import timezone

TOKENS_A_MINUTE = 60  # new ones, of one program; of one without a proof from one address


def wait_of(who: str, most: int) -> int:
    """Take one request of the minute.

    Args:
        who: Whose minute it is.
        most: How many there are in it.

    Returns:
        0 if there was one left; else the seconds until there are more.
    """
    now = timezone.now()
    key = f"smart:{who}:{now:%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        spent = cache.incr(key)
    except ValueError:  # it ran out between the two
        return 0
    return max(1, 60 - now.second) if spent > most else 0
