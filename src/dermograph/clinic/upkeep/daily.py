"""What is looked after by the clock.

Once a day: nobody comes back who was erased, and it is noted how far the audit trail goes. Every minute: how each
course stands is worked out where something was written, so that no page has to do it for very many.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Final

from django.conf import settings

from dermograph.clinic.agenda.occupy import forget_past
from dermograph.clinic.cds.ending import end_cards
from dermograph.clinic.gallery import places
from dermograph.clinic.overview.standings import catch_up
from dermograph.clinic.people.models import Patient
from dermograph.clinic.reminders import clock, daily
from dermograph.clinic.rights.erasing import reapply
from dermograph.clinic.upkeep import anchors
from dermograph.clinic.upkeep.verify import anchor_file, own_ask, the_trail
from dermograph.clinic.vault import halves

_AT_ONCE = 500
#: For how long courses are worked out in one minute, so that what the clock sends is not held up for longer.
WORK_OUT_S: Final = 30.0


def register() -> None:
    """Have it done, and what is over removed (times of past appointments, old cards), by whoever keeps the clock."""
    daily.register("upkeep.erased", erase_again_daily)
    daily.register("upkeep.anchor", note_heads)
    daily.register("agenda.past", forget_past)
    daily.register("cds.cards", end_cards)
    clock.ROUNDS["standings"] = work_out_courses


def work_out_courses(_now: dt.datetime, stop: threading.Event | None = None) -> int:
    """Work out how the courses stand that were touched; how many. Whoever else does so at that moment does no harm.

    Args:
        stop: Set by who wants it to end.
    """
    until = time.monotonic() + WORK_OUT_S
    return catch_up(may_go_on=lambda: time.monotonic() < until and not (stop is not None and stop.is_set()))


def erase_again_daily(_now: dt.datetime) -> int:
    """As ``erase_again``, where the folder of keys is there: it holds the list of the erased.

    Raises:
        InputError: If it, or the photographs', is not; it is tried again later on the same day.
    """
    why = places.in_the_way()
    if why is not None:
        raise why
    return erase_again()


def erase_again() -> int:
    """Erase again whoever is on the list of the erased and came back with an older database or folder; how many.

    It costs a query where nobody did.
    """
    erased = list(halves.erased_patients())
    is_back = any(halves.has_file(one) for one in erased) or any(
        Patient.objects.filter(pk__in=erased[begin : begin + _AT_ONCE]).exists()
        for begin in range(0, len(erased), _AT_ONCE)
    )
    return len(reapply()) if is_back else 0


def note_heads(now: dt.datetime) -> None:
    """Note outside the database how far each chain goes; nothing where it goes no further."""
    heads = anchors.heads_of(the_trail(), own_ask())
    anchors.drop(anchor_file(), heads, now.astimezone(dt.UTC).isoformat(), settings.MASTER_KEY)
