"""Many stories told at once, in the order of their days."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterable, Iterator

from dermograph.clinic.demo.clock import Clock

Story = Iterator[dt.datetime]
"""Yields the moment at which it goes on; what follows a yield happens then."""


def tell(stories: Iterable[Story], clock: Clock, until: dt.datetime, told: Callable[[int, int], None]) -> None:
    """Tell all stories to their ends, whichever comes next going first; nothing happens after ``until``.

    Args:
        stories: Each begins with the moment of its first step.
        clock: Set to each moment.
        until: The present; what a story dates later happens now.
        told: Called with how many stories have ended and how many there are.
    """
    waiting: list[tuple[dt.datetime, int, Story]] = []
    for number, story in enumerate(stories):
        first = next(story, None)
        if first is not None:
            waiting.append((first, number, story))
    heapq.heapify(waiting)
    every, ended = len(waiting), 0
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        clock.now = max(clock.now, min(moment, until))
        following = next(story, None)
        if following is None:
            ended += 1
            told(ended, every)
        else:
            heapq.heappush(waiting, (following, number, story))
